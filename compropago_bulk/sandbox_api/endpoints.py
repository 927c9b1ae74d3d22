"""The documented calls as data: method, path, what the body must hold, and what the ledger does for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from . import answers
from .ledger import Cause, Contact, Ledger, Wish
from .records import Account, Json, cents

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
    """Return every path that these editions document, with its methods.

    Raises:
        ValueError: an edition that is not known, or none.
    """
    unknown = sorted(editions.difference(EDITIONS))
    if unknown or not editions:
        raise ValueError(f"unknown edition {', '.join(unknown) or 'none'}. Known are: {', '.join(EDITIONS)}")
    found: dict[tuple[str, ...], dict[str, Endpoint]] = {}
    for endpoint in _endpoints(editions):
        found.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return found


def find(table: Routes, path: str) -> tuple[Mapping[str, Endpoint], str]:
    """Return the calls of a raw path by method (empty where it is not documented) and the id that stands in it.

    The path is split before it is unquoted: an id may hold a slash.
    """
    parts = path.split("/")[1:]
    target = unquote(parts[2]) if len(parts) > 2 else ""
    pattern = (*parts[:2], "*", *parts[3:]) if target else tuple(parts)
    return table.get(pattern, {}), target


def _endpoints(editions: frozenset[str]) -> list[Endpoint]:
    later = "2019-08" in editions
    order_part = LATER_ORDER if later else ORDER
    made = "success.create"
    common = [
        Endpoint("POST", ("v2", "orders"), _create_order, "orders.create", made, lambda _: order_part),
        Endpoint("GET", ("v2", "orders", "*"), _read_order, "", ""),
        Endpoint("POST", ("v2", "createClabe"), _create_clabe, "orders.createClabe", made, lambda _: CLABE),
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
        return LATER_ACCOUNT if "2019-08" in editions else ACCOUNT
    later = isinstance(body, Mapping) and bool({"accountId", "customers"} & body.keys())
    return LATER_ACCOUNT if later else ACCOUNT


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
        customers = [(item["id"], _contact(item)) for item in ask.body["customers"]]
        made = ask.ledger.create_subaccounts(ask.body["accountId"], name, customers, ask.cause)
        return answers.accounts_created(name, ask.body["accountId"], made, ask.cause.at, live=ask.live)
    reference, contact = ask.body["reference"], _contact(ask.body["customer"])
    ask.ledger.create_subaccounts(reference, name, [(None, contact)], ask.cause)
    return answers.account_created(name, reference, contact, ask.cause.at, live=ask.live)


def _list_accounts(ask: Ask) -> Json:
    books = ask.ledger
    return [
        answers.account_listed(value, books.balance(value.account_id), between=ask.between)
        for value in books.accounts.values()
    ]


def _list_subaccounts(ask: Ask) -> Json:
    account = _account(ask)
    return [answers.subaccount_listed(subaccount) for subaccount in ask.ledger.subaccounts[account.account_id]]


def _list_transactions(ask: Ask) -> Json:
    account, clabe = _account(ask), ask.query.get("clabe")
    lines = ask.ledger.transactions.get(account.account_id, ())
    return [answers.transaction_listed(line) for line in lines if clabe in (None, line.clabe)]


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


_TOO_MUCH = 1_000_000_000
"""MXN; the limit is the sandbox's own, so that no sum overflows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a body; `refused` says whether the API answers 400 for it or lets it pass."""

    what: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One documented parameter; `fault` says in words what is wrong with a value, or None."""

    fault: Callable[[Json], str | None]
    required: bool = True
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A documented object, or with `many` an array of them."""

    fields: Mapping[str, Field | Part]
    required: bool = True
    many: bool = False


def _text(value: Json) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    return None if value.strip() else "must not be empty"


def _email(value: Json) -> str | None:
    fault = _text(value)
    if fault:
        return fault
    name, at, host = value.partition("@")
    return None if name and at and "." in host and " " not in value else "must be an e-mail address"


def _amount(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number"
    return None if 0 < value < _TOO_MUCH else "must be greater than 0 and less than 1,000,000,000"


def _epoch(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be epoch seconds"
    return None if 0 < value < 100_000_000_000 else "must be epoch seconds"


def _exactly(word: str) -> Callable[[Json], str | None]:
    return lambda value: None if value == word else f'must be "{word}"'


_PHONE = Field(_text, required=False)
_CONTACT = {"name": Field(_text), "email": Field(_email), "phone": _PHONE}
_PRODUCT = {"id": Field(_text), "price": Field(_amount), "name": Field(_text), "url": Field(_text, required=False)}
_ORDER = {
    "product": Part(_PRODUCT),
    "customer": Part({"id": Field(_text), **_CONTACT}),
    "payment": Part({"type": Field(_exactly("SPEI"))}),
}

ORDER = Part(_ORDER)
LATER_ORDER = Part(
    {
        **_ORDER,
        "product": Part({**_PRODUCT, "currency": Field(_exactly("MXN"), required=False)}),
        "expiresAt": Field(_epoch, required=False),
    }
)
CLABE = Part(
    {
        "customer": Part({"id": Field(_text), "email": Field(_email), "phone": _PHONE}),
        "payment": Part(
            {
                "frecuency": Field(_exactly("unlimited")),
                "exp_date": Field(_epoch, required=False, nullable=True),
                "amount": Field(_amount, required=False, nullable=True),
            }
        ),
    }
)
ACCOUNT = Part({"name": Field(_text), "reference": Field(_text), "customer": Part(_CONTACT)})
LATER_ACCOUNT = Part(
    {
        "name": Field(_text),
        "accountId": Field(_text),
        "customers": Part({"id": Field(_text), **_CONTACT}, many=True),
    }
)


def findings(body: Json, part: Part, path: str = "") -> Iterator[Finding]:
    """Compare a body with what is documented, and give all that differs."""
    if not isinstance(body, Mapping):
        yield Finding(f"{path or 'body'} must be an object", refused=True)
        return
    for name in body:
        if name not in part.fields:
            yield Finding(f"{_at(path, name)} is not documented", refused=False)
    for name, rule in part.fields.items():
        if name in body:
            yield from _of_value(body[name], rule, _at(path, name))
        elif rule.required:
            yield Finding(f"{_at(path, name)} is required", refused=True)


def _of_value(value: Json, rule: Field | Part, path: str) -> Iterator[Finding]:
    if isinstance(rule, Field):
        fault = None if rule.nullable and value is None else rule.fault(value)
        if fault:
            yield Finding(f"{path} {fault}", refused=True)
    elif not rule.many:
        yield from findings(value, rule, path)
    elif not isinstance(value, Sequence) or isinstance(value, str) or not value:
        yield Finding(f"{path} must be an array with at least one element", refused=True)
    else:
        one = Part(rule.fields)
        for place, element in enumerate(value):
            yield from findings(element, one, f"{path}[{place}]")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
