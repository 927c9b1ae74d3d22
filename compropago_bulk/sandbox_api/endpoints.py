"""The documented calls as data: method, path, what the body must hold, and what the ledger does for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from . import answers, contract
from .contract import Part
from .ledger import Cause, Contact, Ledger, Wish
from .records import Account, Json
from .sums import cents

EDITIONS: Final = ("2019-06", "2019-08")


class NotFoundError(Exception):
    """What the API answers 404 to, with the reason."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request whose keys are good, with the books that it is about."""

    ledger: Ledger
    cause: Cause
    target: str
    """The id in the path, or nothing."""
    query: Mapping[str, str]
    body: Json
    between: bool
    """Whether GET /v2/accounts answers as the edition between the two documented ones."""

    @property
    def live(self) -> bool:
        return self.ledger.mode == "live"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented call; `what` and `message` stand in the envelope, an empty `what` means none."""

    method: str
    path: tuple[str, ...]
    """With `*` in the place of an id."""
    answer: Callable[[Ask], Json]
    what: str
    message: str
    body: Callable[[Json], Part] | None = None
    query: frozenset[str] = field(default=frozenset())


Routes = Mapping[tuple[str, ...], Mapping[str, Endpoint]]


def routes(editions: frozenset[str]) -> Routes:
    """Give every path that these editions document, with its methods.

    Raises:
        ValueError: an edition that is not known, or none.
    """
    unknown = sorted(editions.difference(EDITIONS))
    if unknown or not editions:
        raise ValueError(f"unknown edition {', '.join(unknown) or 'none'}. Known are: {', '.join(EDITIONS)}")
    found: dict[tuple[str, ...], dict[str, Endpoint]] = {}
    for one in _endpoints(editions):
        found.setdefault(one.path, {})[one.method] = one
    return found


def find(table: Routes, path: str) -> tuple[Mapping[str, Endpoint], str]:
    """Give the calls of a raw path by method (empty where it is not documented) and the id that stands in it.

    The path is split before it is unquoted: an id may hold a slash.
    """
    parts = path.split("/")[1:]
    target = unquote(parts[2]) if len(parts) > 2 else ""
    pattern = (*parts[:2], "*", *parts[3:]) if target else tuple(parts)
    return table.get(pattern, {}), target


def _endpoints(editions: frozenset[str]) -> list[Endpoint]:
    later = "2019-08" in editions
    order_part = contract.LATER_ORDER if later else contract.ORDER
    made = "success.create"
    common = [
        Endpoint("POST", ("v2", "orders"), _create_order, "orders.create", made, lambda _: order_part),
        Endpoint("GET", ("v2", "orders", "*"), _read_order, "", ""),
        Endpoint("POST", ("v2", "createClabe"), _create_clabe, "orders.createClabe", made, lambda _: contract.CLABE),
        Endpoint(
            "POST",
            ("v2", "createAccount"),
            _create_account,
            "orders.createAccount",
            made,
            lambda body: _account_part(body, editions),
        ),
    ]
    return [*common, *_LISTS] if later else common


def _account_part(body: Json, editions: frozenset[str]) -> Part:
    """Choose the edition that a createAccount speaks; where both are served, its own fields tell."""
    if len(editions) == 1:
        return contract.LATER_ACCOUNT if "2019-08" in editions else contract.ACCOUNT
    later = isinstance(body, Mapping) and bool({"accountId", "customers"} & body.keys())
    return contract.LATER_ACCOUNT if later else contract.ACCOUNT


def _create_order(ask: Ask) -> Json:
    product, customer = ask.body["product"], ask.body["customer"]
    wish = Wish(
        product_id=product["id"],
        product_name=product["name"],
        price=cents(Decimal(product["price"])),
        currency="MXN",
        url=product.get("url"),
        expires_at=_moment(ask.body.get("expiresAt")),
    )
    order = ask.ledger.create_order(wish, customer["id"], _contact(customer), ask.cause)
    return answers.order_created(order, live=ask.live)


def _read_order(ask: Ask) -> Json:
    order = ask.ledger.order(ask.target, ask.cause.at)
    if order is None:
        raise NotFoundError("order not found")
    return answers.order_read(order, live=ask.live)


def _create_clabe(ask: Ask) -> Json:
    customer, payment = ask.body["customer"], ask.body["payment"]
    amount = payment.get("amount")
    clabe = ask.ledger.create_clabe(
        customer["id"],
        _contact(customer),
        None if amount is None else cents(Decimal(amount)),
        _moment(payment.get("exp_date")),
        ask.cause,
    )
    return answers.clabe_created(clabe, live=ask.live)


def _create_account(ask: Ask) -> Json:
    name = ask.body["name"]
    if "customers" in ask.body:
        customers = [(one["id"], _contact(one)) for one in ask.body["customers"]]
        made = ask.ledger.create_subaccounts(ask.body["accountId"], name, customers, ask.cause)
        return answers.accounts_created(name, ask.body["accountId"], made, ask.cause.at, live=ask.live)
    reference, contact = ask.body["reference"], _contact(ask.body["customer"])
    ask.ledger.create_subaccounts(reference, name, [(None, contact)], ask.cause)
    return answers.account_created(name, reference, contact, ask.cause.at, live=ask.live)


def _list_accounts(ask: Ask) -> Json:
    books = ask.ledger
    return [
        answers.account_listed(one, books.balance(one.account_id), between=ask.between)
        for one in books.accounts.values()
    ]


def _list_subaccounts(ask: Ask) -> Json:
    account = _account(ask)
    return [answers.subaccount_listed(one) for one in ask.ledger.subaccounts[account.account_id]]


def _list_transactions(ask: Ask) -> Json:
    account, clabe = _account(ask), ask.query.get("clabe")
    lines = ask.ledger.transactions.get(account.account_id, ())
    return [answers.transaction_listed(one) for one in lines if clabe in (None, one.clabe)]


_LISTS: Final = (
    Endpoint("GET", ("v2", "accounts"), _list_accounts, "orders.get_accounts", "success.get_accounts"),
    Endpoint("GET", ("v2", "accounts", "*"), _list_subaccounts, "orders.get_account", "success.get_account"),
    Endpoint(
        "GET",
        ("v2", "accounts", "*", "transactions"),
        _list_transactions,
        "orders.get_transactions",
        "success.get_transactions",
        query=frozenset({"clabe"}),
    ),
)


def _account(ask: Ask) -> Account:
    account = ask.ledger.account(ask.target)
    if account is None:
        raise NotFoundError("account not found")
    return account


def _contact(customer: Json) -> Contact:
    return Contact(customer.get("name", ""), customer["email"], customer.get("phone"))


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
