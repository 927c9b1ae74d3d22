"""What the API says of orders today, and what it said before. Every look is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from os import PathLike
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import values_of
from ..journal import open_journal
from ..journal.states import KnownOrder
from ..model import Progress
from ..rows.table import is_records
from .history import frame_of
from .keywords import names_keywords, options_of
from .partitions import through
from .pipeline import account_of, connected
from .profile import Profile

KNOWN = {
    "order_id": "string",
    "product_id": "string",
    "product_name": "string",
    "customer_id": "string",
    "name": "string",
    "email": "string",
    "price": "Float64",
}
"""The columns of a table of orders that the journal knows."""


@names_keywords
def verify_orders(
    source: Any = None,
    *,
    order_id: str | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    dry_run: bool = False,
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    only_open: bool = False,
) -> pd.DataFrame:
    """Read every order's status, and say what changed since the last look.

    API reference, "Verificar orden de pago" (`GET /v2/orders/<ID>`). Reads only: nobody is written to.

    Args:
        source: a table with an `order_id` column (such as the one that `create_orders` gave, or its exported
            workbook), a list of order ids, or None: all orders that the journal knows.
        order_id: an order for every row that has none of its own. Seldom wanted.
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile, sheet, columns, dry_run, progress, output, prefix, limit: as in `create_orders`.
        only_open: leave out what was last seen as `ACCEPTED`, or `EXPIRED` for more than 30 days; those rows are
            `existing`, with what was seen then.

    Returns:
        DataFrame: the same rows, and the columns of `create_orders` with today's values; `outcome` is `found` or
        `not_found`. After them `previous_status` (string), `status_changed` (boolean) and `first_seen_paid`
        (datetime64[us, America/Mexico_City]).

    Raises:
        ConfigurationError: keys or settings are missing or contradict each other.
        SheetError: the file cannot be read, or has no column of order ids.
        ValueError: the source has columns of our names; use `prefix=`.
        TypeError: an unknown keyword; the message lists those that there are.
        JournalError: the journal cannot be made durable.
        AuthenticationError: the keys were refused before any order had been read; `.table` is the table.
    """
    options = options_of(locals())
    return through("verify", known_orders(connection) if source is None else as_table(source), options)


def as_table(source: Any) -> Any:
    """Take a bare list of order ids for a table of one column."""
    if is_records(source):
        return source
    if isinstance(source, pd.Series | pd.Index | list | tuple | set | frozenset):
        return pd.DataFrame({"order_id": pd.Series(list(source), dtype="string")})
    return source


def known_orders(connection: Connection | None) -> Any:
    """Return all orders that the journal knows for this account, with what was sent for each."""
    with connected(connection) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        with open_journal(found.journal, found.clock) as journal:
            account = account_of(found, journal)
            return frame_of((order_record(order) for order in journal.known_orders(account.scope)), KNOWN)


@lru_cache(maxsize=1024)
def _shared(text: str | None) -> str | None:
    """Return one object for a text that stands at every resident."""
    return text


def order_record(order: KnownOrder) -> dict[str, Any]:
    """Return what was sent for an order, as a line of a table."""
    sent = values_of(order.body)
    return {
        "order_id": order.order_id,
        "product_id": _shared(sent.get("product_id")),
        "product_name": _shared(sent.get("product_name")),
        **{field: sent.get(field) for field in ("customer_id", "name", "email", "price")},
    }
