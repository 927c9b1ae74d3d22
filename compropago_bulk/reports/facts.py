"""The nouns of an audit: what the sheet says of an order, what was sent for it, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..model import Answer
from ..values.folding import fold
from .amounts import to_centavos

PAID, OPEN, EXPIRED = "ACCEPTED", "PENDING", "EXPIRED"
_UNREAD = frozenset({"not_sent", "failed", "unknown", "rejected", "busy"})
"""Outcomes of a read that say nothing about the order."""
STATUSES = (PAID, OPEN, EXPIRED)
"""What an order's status may be (API reference, edition 2019-06, and the public plugins)."""
Json = Any


@dataclass(frozen=True, slots=True)
class Said:
    """What the sheet says of one row, cleaned. Money in centavos, times in epoch milliseconds."""

    place: str = ""
    """Where the row stands, as its owner sees it."""
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    price: int | None = None
    clabe: str | None = None
    unit: str | None = None
    tower: str | None = None
    customer_id: str | None = None
    product_id: str | None = None
    due: int | None = None
    opening: int | None = None
    """What the sheet says was owed (more than nothing) or in favour (less) before."""
    quiet: str | None = None
    """The sheet's words for whom nobody may write to: `No contactar`, `En jurídico`."""

    @property
    def somebody(self) -> bool:
        """Whether the row names anybody."""
        return any((self.name, self.email, self.customer_id, self.unit))


@dataclass(frozen=True, slots=True)
class Sent:
    """What an order was created as, by the journal."""

    price: int | None = None
    fee: int | None = None
    name: str | None = None
    email: str | None = None
    customer_id: str | None = None
    product_id: str | None = None
    product_name: str | None = None


@dataclass(frozen=True, slots=True)
class Stands:
    """How the API says that an order stands."""

    status: str | None = None
    price: int | None = None
    fee: int | None = None
    iva: int | None = None
    clabe: str | None = None
    test_mode: bool | None = None
    name: str | None = None
    email: str | None = None
    product_id: str | None = None
    created_at: int | None = None
    expires_at: int | None = None
    first_paid: int | None = None
    currency: str | None = None

    @property
    def foreign(self) -> bool:
        """Whether its price is in another currency than MXN, so that nothing of it can be added up."""
        return self.currency is not None and self.currency.strip().upper() != "MXN"


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of an audit: its order, and what three witnesses say of it."""

    position: int
    order_id: str | None
    outcome: str
    said: Said
    sent: Sent | None
    now: Stands | None
    """None where the API was not asked, or knows no such order."""
    beside: bool = False
    """Not in the source: another order of the same resident and product, or of a resident who is not in the sheet."""
    repeat: bool = False
    """An earlier row has the same order."""

    @property
    def status(self) -> str | None:
        """Return the status, in capitals."""
        return self.now.status.upper() if self.now and self.now.status else None

    @property
    def amount(self) -> int | None:
        """Return the order's price as the API says it, in centavos; None where it is not in MXN."""
        return self.now.price if self.now and not self.now.foreign else None

    @property
    def counts(self) -> bool:
        """Whether the order is one of those that are added up."""
        return self.now is not None and not self.beside and not self.repeat

    @property
    def unread(self) -> bool:
        """Whether the order was not read, so that nobody knows how it stands: it is never said to be owed."""
        return self.order_id is not None and self.now is None and self.outcome in _UNREAD

    @property
    def settles(self) -> bool:
        """Whether nothing may be asked for its product: it is paid, or nobody can say in MXN what is owed."""
        return self.unread or self.status == PAID or (self.now is not None and self.now.foreign)

    @property
    def stranger(self) -> bool:
        """Whether it is an order of a resident who is not in the source."""
        return self.beside and self.now is None and not self.unread

    @property
    def holder(self) -> tuple[str, str]:
        """Return the name and the e-mail that the order was raised under, folded: whose debt it is."""
        return tuple(fold(self._known_as(field) or "") for field in ("name", "email"))  # type: ignore[return-value]

    def _known_as(self, field: str) -> str | None:
        witnesses = (self.sent, self.now, self.said)
        return next((text for text in (getattr(part, field, None) for part in witnesses) if text), None)

    @property
    def customer(self) -> str | None:
        """Return whose order it is, folded."""
        told = (self.sent.customer_id if self.sent else None) or self.said.customer_id
        return fold(told) if told else None

    @property
    def key(self) -> tuple[str, str] | None:
        """Return what is charged and to whom; None where one of them is not known."""
        told = (self.sent.product_id if self.sent else None) or (self.now.product_id if self.now else None)
        product = told or self.said.product_id
        return (fold(product), self.customer) if product and self.customer else None

    @property
    def due(self) -> int | None:
        """Return when it was to be paid: the sheet's due date, else the order's end."""
        return self.said.due or (self.now.expires_at if self.now else None)


def stands(answer: Answer, first_paid: int | None) -> Stands:
    """Read how an order stands from the API's answer."""
    return Stands(
        **{name: getattr(answer, name) for name in _TAKEN},
        price=to_centavos(answer.order_price),
        fee=to_centavos(answer.fee),
        iva=to_centavos(answer.iva),
        first_paid=first_paid,
    )


_TAKEN = ("status", "clabe", "test_mode", "name", "email", "product_id", "created_at", "expires_at", "currency")


def owed(facts: Iterable[Fact]) -> list[Fact]:
    """Return the orders that are still owed, one for each resident and product.

    An order that was raised again counts once: where one of them is paid nothing is owed, else the newest stands. Where
    one of them was not read it may be the one that was paid, and what is not in MXN cannot be added up: then nothing is
    said to be owed.
    """
    newest: dict[Any, Fact] = {}
    settled: set[Any] = set()
    for fact in facts:
        if fact.repeat:
            continue
        key = fact.key or fact.order_id
        if fact.settles:
            settled.add(key)
        elif fact.status in (OPEN, EXPIRED) and (key not in newest or _later(fact, newest[key])):
            newest[key] = fact
    return [item for key, item in newest.items() if key not in settled]


def _later(one: Fact, other: Fact) -> bool:
    moments = [(fact.status == OPEN, fact.now.created_at or 0 if fact.now else 0) for fact in (one, other)]
    return moments[0] > moments[1]


def to_json(facts: Sequence[Fact]) -> Json:
    """Write facts as lists, to be kept."""
    parts = [_values(fact, ("position", "order_id", "outcome", "beside", "repeat")) for fact in facts]
    inner = [
        [None if part is None else _values(part, _NAMES[type(part)]) for part in (fact.said, fact.sent, fact.now)]
        for fact in facts
    ]
    return [[*flat, *deep] for flat, deep in zip(parts, inner, strict=True)]


def from_json(kept: Json) -> list[Fact]:
    """Read facts that were kept."""
    return [
        Fact(
            position,
            order_id,
            outcome,
            Said(*said),
            Sent(*sent) if sent else None,
            Stands(*now) if now else None,
            beside,
            repeat,
        )
        for position, order_id, outcome, beside, repeat, said, sent, now in kept
    ]


_NAMES: Mapping[type, tuple[str, ...]] = {
    kind: tuple(field_.name for field_ in fields(kind)) for kind in (Said, Sent, Stands)
}


def _values(part: object, names: Sequence[str]) -> list[Any]:
    return [getattr(part, name) for name in names]
