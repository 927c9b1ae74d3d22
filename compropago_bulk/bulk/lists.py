"""The later edition's lists (2019-08) as DataFrames: accounts, their sub-accounts, their transactions."""

from __future__ import annotations

from typing import Any

from ..api.answers import read_clabe, read_moment, read_money
from ..api.connection import Connection
from ..api.operations import list_path
from ..errors import ApiError, AuthenticationError
from ..model import Fault, FaultKind, Json
from ..texts import say
from .enrich import ACCOUNTS, NO_SUCH_CALL, read_list
from .history import frame_of
from .pipeline import connected, limiter_of

_ACCOUNTS = {"account_id": "string", "name": "string", "balance": "Float64"}
_SUBACCOUNTS = {"id": "string", "name": "string", "clabe": "string"}
_TRANSACTIONS = {
    "id": "string",
    "date": "moment",
    "amount": "Float64",
    "status": "string",
    "description": "string",
    "reference": "string",
}


def list_accounts(connection: Connection | None = None) -> Any:
    """List the accounts (`GET /v2/accounts`, edition 2019-08).

    Args:
        connection: keys, address and pace; else from the environment or a `.env` file. Its contract is `"2019-08"`.

    Returns:
        DataFrame: `account_id`, `name` (string), `balance` (Float64, MXN).

    Raises:
        ApiError: the API has no such call, or refused it.
        ConfigurationError: no keys, or keys that contradict each other.
    """
    return frame_of(read_accounts(connection), _ACCOUNTS)


def read_accounts(connection: Connection | None = None) -> list[dict[str, Any]]:
    """Return the accounts as records, `balance` an exact decimal."""
    return [
        {
            "account_id": _text(item.get("accountId", item.get("reference", item.get("id")))),
            "name": _text(item.get("name")),
            "balance": read_money(item.get("balance")),
        }
        for item in _read(connection, ACCOUNTS)
    ]


def list_subaccounts(account_id: str, connection: Connection | None = None) -> Any:
    """List an account's sub-accounts with their CLABEs (`GET /v2/accounts/<ID>`, edition 2019-08).

    Args:
        account_id: as `list_accounts` shows it.
        connection: keys, address and pace; else from the environment or a `.env` file. Its contract is `"2019-08"`.

    Returns:
        DataFrame: `id`, `name`, `clabe` (string).

    Raises:
        ApiError: no such account, or the API has no such call, or refused it.
        ConfigurationError: no keys, or keys that contradict each other.
    """
    records = _read(connection, list_path("accounts", str(account_id)))
    return frame_of(
        (
            {"id": _text(record.get("id")), "name": _text(record.get("name")), "clabe": read_clabe(record.get("clabe"))}
            for record in records
        ),
        _SUBACCOUNTS,
    )


def list_transactions(account_id: str, clabe: str | None = None, connection: Connection | None = None) -> Any:
    """List an account's transactions (`GET /v2/accounts/<ID>/transactions`, edition 2019-08).

    One deposit shows as several lines that share one `reference`, SPEI's tracking key: a positive amount and negative
    ones for its fees.

    Args:
        account_id: as `list_accounts` shows it.
        clabe: only those of this CLABE, 18 digits.
        connection: keys, address and pace; else from the environment or a `.env` file. Its contract is `"2019-08"`.

    Returns:
        DataFrame: `id`, `status`, `description`, `reference` (string), `date` (Mexico City), `amount` (Float64, MXN).

    Raises:
        ApiError: no such account, or the API has no such call, or refused it.
        ConfigurationError: no keys, or keys that contradict each other.
    """
    return frame_of(read_transactions(account_id, clabe, connection), _TRANSACTIONS)


def read_transactions(
    account_id: str, clabe: str | None = None, connection: Connection | None = None
) -> list[dict[str, Any]]:
    """Return the transactions as records, `amount` an exact decimal and `date` in epoch milliseconds."""
    query = {"clabe": clabe} if clabe else {}
    path = list_path("accounts", str(account_id), "transactions", **query)
    return [
        {
            **{name: _text(item.get(name)) for name in ("id", "status", "description", "reference")},
            "date": read_moment(item.get("date")),
            "amount": read_money(item.get("amount")),
        }
        for item in _read(connection, path)
    ]


def _read(given: Connection | None, path: str) -> list[dict[str, Json]]:
    """Read one list at the account's pace, trying again after what passes by itself."""
    with connected(given) as connection:
        assert connection is not None  # noqa: S101 - `needed` is the default
        connection.make_ready()
        data = read_list(connection, path, limiter_of(connection))
        if isinstance(data, Fault):
            raise _error(data, connection)
    return data


def _error(fault: Fault, connection: Connection) -> ApiError:
    facts = {"status": fault.status, "code": fault.code, "request_id": fault.request_id}
    if fault.kind is FaultKind.WRONG_KEY:
        return AuthenticationError(say("setup", "wrong_key"), **facts)  # type: ignore[arg-type]
    if fault.status in NO_SUCH_CALL:
        return ApiError(say("setup", "list_missing", base_url=connection.base_url), **facts)  # type: ignore[arg-type]
    return ApiError(say("setup", "list_refused", message=fault.message or fault.code), **facts)  # type: ignore[arg-type]


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
