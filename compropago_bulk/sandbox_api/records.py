"""What the sandbox remembers, as plain frozen records: money as Decimal in MXN, moments in UTC, CLABEs as text."""

from __future__ import annotations

import hashlib
import uuid
from base64 import b64encode
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

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


SETTLED = "paid"
"""The status of a transaction that moved money."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of an account: a deposit ("Abono"), one of its fees, or what was given back ("Devolución") of it; all
    lines of a deposit share `reference`."""

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
        return any(effect.kind in ("order", "subaccount", "clabe") for effect in self.effects)


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
        return Counter(effect.key for effect in self.effects if effect.kind == kind)

    def doubled(self, kind: str) -> dict[Key, int]:
        """Return the keys that happened more than once, with how often."""
        return {key: times for key, times in self.count(kind).items() if times > 1}

    def balance(self, account_id: str) -> Decimal:
        """Add up an account's transaction lines."""
        return sum(
            (transaction.amount for transaction in self.transactions if transaction.account_id == account_id),
            Decimal(0),
        )


CENT = Decimal("0.01")
FIXED_FEE = Decimal("8.00")
ORDER_FEE = Decimal("0.015")
IVA = Decimal("0.16")

DEPOSIT_FEES = (
    (Decimal("0.01"), Decimal(0), "Comisión en % por operación"),
    (Decimal(0), FIXED_FEE, "Comisión fija por operación"),
    (Decimal("0.015"), Decimal(0), "Comisión en % por operación"),
)
"""Fees of a deposit to a sub-account, as the documented lines are: 10.00 costs 0.10, 8.00 and 0.15, in this order."""

MEXICO_CITY = ZoneInfo("America/Mexico_City")

_WEIGHTS = (3, 7, 1)
_OWN_PREFIX = "6461801464"
"""STP (646), place 180, and the block that the documented CLABEs share; seven digits are left to give out."""


def cents(amount: Decimal) -> Decimal:
    """Round half up to the centavo."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def order_fee(price: Decimal) -> Decimal:
    """Return an order's fee before IVA: 8.00 + 1.5 % of the price (150.00 costs 10.25)."""
    return cents(FIXED_FEE + ORDER_FEE * price)


def iva(fee: Decimal) -> Decimal:
    """Return the IVA of a fee: 16 %."""
    return cents(IVA * fee)


def deposit_lines(amount: Decimal) -> list[tuple[str, Decimal]]:
    """Return the lines that a deposit makes in its account: itself, then each fee that is not nothing."""
    fees = [(words, -cents(share * amount + fixed)) for share, fixed, words in DEPOSIT_FEES]
    return [("Abono", amount), *((words, fee) for words, fee in fees if fee)]


def control_digit(digits: str) -> str:
    """Return the 18th digit of a CLABE from its first 17 (weights 3, 7, 1, each product modulo 10)."""
    total = sum(int(digit) * _WEIGHTS[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return str(-total % 10)


def free_clabe(digest: bytes, taken: Container[str]) -> str:
    """Return the first CLABE from the digest's place on that nobody has."""
    place = int.from_bytes(digest[:8], "big")
    while True:
        digits = f"{_OWN_PREFIX}{place % 10_000_000:07d}"
        clabe = digits + control_digit(digits)
        if clabe not in taken:
            return clabe
        place += 1


def digest(*parts: object) -> bytes:
    """Hash the parts in a way that keeps their borders: ("ab", "c") is not ("a", "bc")."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()


def identifier(source: bytes) -> str:
    """Write 16 bytes of a digest the way the API writes its identifiers."""
    return str(uuid.UUID(bytes=source[:16], version=4))


def default_expiry(created: datetime) -> datetime:
    """Return the end of an order: 23:00 in Mexico City on the third day after, as in the documented example."""
    day = created.astimezone(MEXICO_CITY).date() + timedelta(days=3)
    return datetime.combine(day, time(23), MEXICO_CITY).astimezone(UTC)


def epoch(moment: datetime) -> int:
    """Return epoch seconds."""
    return int(moment.timestamp())


def epoch_ms(moment: datetime) -> int:
    """Return epoch milliseconds."""
    return round(moment.timestamp() * 1000)


def number(amount: Decimal) -> int | float:
    """Write money as a JSON number: 150 as 150, 12.56 as 12.56."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


MODES: Final = ("test", "live")
SECRET_KEYS: Final = {mode: f"sk_{mode}_sandbox" for mode in MODES}
PUBLIC_KEYS: Final = {mode: f"pk_{mode}_sandbox" for mode in MODES}


def _credentials() -> Iterator[tuple[bytes, str]]:
    """Return what Basic authentication may say: secret and public key, or the secret one with no password.

    API reference, "Autenticación": "no necesitas proporcionar un password".
    """
    for mode in MODES:
        for password in (PUBLIC_KEYS[mode], ""):
            yield b64encode(f"{SECRET_KEYS[mode]}:{password}".encode()), mode


_MODE_OF: Final = dict(_credentials())


def mode_of(authorization: bytes) -> str | None:
    """Tell the mode from an Authorization header; None where the keys are not good."""
    credentials = authorization.partition(b" ")[2]
    return _MODE_OF.get(credentials.strip()) if is_basic(authorization) else None


def is_basic(authorization: bytes) -> bool:
    """Whether an Authorization header speaks of Basic authentication at all."""
    return authorization[:6].lower() == b"basic "
