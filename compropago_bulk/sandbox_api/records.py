"""What the sandbox remembers, as plain frozen records: money as Decimal in MXN, moments in UTC, CLABEs as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Json = Any
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An account that sub-accounts hang from; `number` is its id in the edition between the two documented ones."""

    account_id: str
    number: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Subaccount:
    """A customer of an account, with a CLABE of their own."""

    account_id: str
    subaccount_id: str
    name: str
    email: str
    phone: str | None
    clabe: str
    created_at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Clabe:
    """A CLABE that was given out: to a `customer_id` (orders, createClabe) or to a sub-account of `account_id`."""

    clabe: str
    owner: str
    account_id: str | None
    email: str
    phone: str | None
    unlimited: bool
    """Whether it takes deposits that no order asks for: createClabe and createAccount, but not orders alone."""
    amount: Decimal | None
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order; `status` is PENDING, ACCEPTED or EXPIRED."""

    order_id: str
    short_id: str
    product_id: str
    product_name: str
    price: Decimal
    currency: str
    url: str | None
    customer_id: str
    name: str
    email: str
    phone: str | None
    clabe: str
    fee: Decimal
    iva: Decimal
    status: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Deposit:
    """A SPEI transfer as it arrived: credited, or returned to its sender with the reason."""

    tracking_key: str
    clabe: str
    amount: Decimal
    at: datetime
    credited: bool
    reason: str
    order_id: str | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of an account: a deposit ("Abono") or one of its fees; all lines of a deposit share `reference`."""

    transaction_id: str
    account_id: str
    clabe: str
    at: datetime
    amount: Decimal
    status: str
    description: str
    reference: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that really happened, once: each repeat is an effect of its own."""

    at: datetime
    kind: str
    """account, subaccount, clabe, clabe_again, order, mail, sms, payment, deposit or returned."""
    key: Key
    request_id: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What in a request breaks the documented contract."""

    request_id: str
    method: str
    path: str
    what: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it arrived, and what became of it. Never holds a key."""

    number: int
    arrived: float
    """Seconds of `time.monotonic()`."""
    at: datetime
    """By the sandbox's own clock."""
    method: str
    path: str
    query: str
    body: str = field(repr=False)
    mode: str | None
    """test or live, by the keys; None where they were not good."""
    status: int | None
    """None where no answer went out: the connection was broken, or went silent."""
    fault: str | None
    attempt: int
    """How many times this very request (method, path, body) has come, this one counted."""
    in_flight: int
    """Requests being answered when it arrived, itself counted."""
    request_id: str
    effects: tuple[Effect, ...]
    """What it brought about: empty where nothing was done."""
    violations: tuple[str, ...]

    @property
    def created(self) -> bool:
        """Whether an order, a sub-account or a new CLABE came of it."""
        return any(one.kind in ("order", "subaccount", "clabe") for one in self.effects)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """The true state of one mode at one moment."""

    mode: str
    now: datetime
    accounts: tuple[Account, ...]
    subaccounts: tuple[Subaccount, ...]
    clabes: tuple[Clabe, ...]
    orders: tuple[Order, ...]
    deposits: tuple[Deposit, ...]
    transactions: tuple[Transaction, ...]
    effects: tuple[Effect, ...]

    def count(self, kind: str) -> Counter[Key]:
        """Count the effects of one kind by key.

        The keys: order (product.id, customer.id), subaccount (accountId or reference, customer's id or name),
        account (accountId or reference), clabe and clabe_again (customer.id), mail (e-mail), sms (phone),
        payment (order id), deposit and returned (CLABE).
        """
        return Counter(one.key for one in self.effects if one.kind == kind)

    def doubled(self, kind: str) -> dict[Key, int]:
        """Give the keys that happened more than once, with how often."""
        return {key: times for key, times in self.count(kind).items() if times > 1}

    def balance(self, account_id: str) -> Decimal:
        """Add up an account's transaction lines."""
        return sum((one.amount for one in self.transactions if one.account_id == account_id), Decimal(0))
