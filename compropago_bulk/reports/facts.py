"""The nouns of an audit: what the sheet says of an order, what was sent for it, how it stands; and sums over them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pandas as pd

from ..model import Answer
from ..sheets.headers import recognise
from ..texts import say, sentences
from ..values.shown import fold
from .amounts import add_up, day_of, money_column, months_after, share_column, to_centavos

AGES = ("current", "1", "2-3", "more than 3")
"""Months since it was due: not due yet, up to one, up to three, more."""
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
    spoilt: str | None = None
    """The row's CLABE where a spreadsheet program took its digits: `6.46E+17`."""

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


def summary_of(facts: Sequence[Fact]) -> Any:
    """Count and add up the orders by status: paid, open, expired, then whatever else the API said."""
    groups: dict[str, list[int | None]] = {}
    for one in facts:
        if one.counts and one.status:
            groups.setdefault(one.status, []).append(one.amount)
    ranks = {status: place for place, status in enumerate(STATUSES)}
    return _table(
        "status", {name: groups[name] for name in sorted(groups, key=lambda group: (ranks.get(group, 9), group))}
    )


def ageing_of(facts: Sequence[Fact], today: date) -> Any:
    """Count and add up what is owed by how long ago it was due."""
    groups: dict[str, list[int | None]] = {age: [] for age in AGES}
    for fact in owed(facts):
        groups[age_of(fact.due, today)].append(fact.amount)
    return _table("months", groups)


def age_of(due: int | None, today: date) -> str:
    """Return the age of a debt: `due` in epoch milliseconds; what has no due date is current."""
    if due is None or day_of(due) >= today:
        return AGES[0]
    day = day_of(due)
    return AGES[1] if today <= months_after(day, 1) else AGES[2] if today <= months_after(day, 3) else AGES[3]


def _table(name: str, groups: Mapping[str, Sequence[int | None]]) -> Any:
    amounts = [add_up(several) for several in groups.values()]
    made = {
        "orders": pd.Series([len(several) for several in groups.values()], dtype="Int64"),
        "amount": money_column(amounts),
        "share": share_column(amounts, sum(amounts)),
    }
    return pd.DataFrame(made).set_axis(pd.Index(list(groups), name=name, dtype="string"), axis=0)


def by_value(facts: Sequence[Fact], values: Sequence[Any], name: Hashable) -> Any:
    """Count and add up by a value of each row: paid, owed (an order that was raised again once), and their sum."""
    due = owed(facts)
    paid = [fact for fact in facts if fact.status == PAID and not fact.repeat]
    other = [fact for fact in facts if fact.counts and fact.status not in STATUSES]
    groups: dict[Any, list[list[int | None]]] = {}
    for place, several in enumerate((paid, due, other)):
        for item in several:
            groups.setdefault(values[item.position], [[], [], []])[place].append(item.amount)
    order = {value: place for place, value in reversed(list(enumerate(values)))}
    names = sorted(groups, key=lambda value: order[value])
    sums = [[add_up(part) for part in groups[value]] for value in names]
    made = {
        "orders": pd.Series([sum(map(len, groups[value])) for value in names], dtype="Int64"),
        "amount": money_column([sum(parts) for parts in sums]),
        "paid": money_column([parts[0] for parts in sums]),
        "owed": money_column([parts[1] for parts in sums]),
        "paid_share": pd.Series([parts[0] / sum(parts) if sum(parts) else 0.0 for parts in sums], dtype="Float64"),
    }
    return pd.DataFrame(made).set_axis(pd.Index(names, name=name), axis=0)


def month_of(fact: Fact) -> str:
    """Return the month in which an order was raised (`2026-05`); a dash for one that could not be read."""
    return f"{day_of(fact.now.created_at):%Y-%m}" if fact.now and fact.now.created_at is not None else "–"


def label_of(name: str, lang: str | None = None) -> str:
    """Write a status or an age in the person's language; a status that nobody documented stays as it is."""

    code = f"label_{name.replace(' ', '_')}"
    return say("reports", code, lang) if code in sentences("reports") else name


def _label(frame: Any, column: Hashable) -> int:
    labels = list(frame.columns)
    if column in labels:
        return labels.index(column)
    known: Mapping[Any, int] = {
        item.field: place for place, item in enumerate(recognise([str(label) for label in labels])) if item.field
    }
    if column in known:
        return known[column]
    raise KeyError(say("reports", "no_column", column=column, known=", ".join(map(str, labels))))


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
