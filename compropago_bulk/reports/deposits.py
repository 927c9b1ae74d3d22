"""Deposits against dues. Pure: lines of an account and what a sheet says in, who paid what out, in centavos."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..values.shown import fold
from .amounts import add_up, to_centavos
from .facts import Said

SETTLED, PENDING, REJECTED, UNKNOWN = "settled", "pending", "rejected", "unknown"
_STANDINGS = {
    SETTLED: {"paid", "settled", "completed", "complete", "accepted", "approved", "success", "liquidada", "pagada"},
    PENDING: {"pending", "processing", "in_process", "on_hold", "pendiente", "en_proceso"},
    REJECTED: {"rejected", "failed", "declined", "canceled", "cancelled", "returned", "rechazada", "cancelada"},
}
_GIVEN_BACK = re.compile(r"devol|revers|reembols|refund|return|chargeback", re.IGNORECASE)
_CHARGED = re.compile(r"comisi|\bfee\b|\biva\b|\bvat\b", re.IGNORECASE)


def standing_of(status: str | None) -> str:
    """Return what a transaction's status comes to; a word that is not known settles nothing."""
    word = "_".join(fold(status or "").split())
    return next((standing for standing, words in _STANDINGS.items() if word in words), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's transactions."""

    id: str
    at: int
    """Epoch milliseconds."""
    amount: int
    """Centavos: a deposit is more than nothing; a fee, a withdrawal or what is given back less."""
    description: str | None
    reference: str | None
    clabe: str | None = None
    """To which CLABE, where that could be found out."""
    status: str | None = "paid"

    @property
    def standing(self) -> str:
        """Return whether it is settled, so that it counts."""
        return standing_of(self.status)


@dataclass(frozen=True, slots=True)
class Movement:
    """The lines of one reference joined: a deposit with its fees, or what is no deposit (a withdrawal, a charge)."""

    reference: str | None
    at: int
    clabe: str | None
    paid: int
    fees: int
    description: str | None
    lines: int
    returned: int = 0
    """What of it, or of an earlier deposit, was given back."""
    standing: str = SETTLED
    status: str | None = None
    """The API's own word where it is not settled."""
    counted: int | None = None
    """From when it counts, where it settled or was given back only after the statement of its own time."""

    @property
    def since(self) -> int:
        """Return in which period it counts."""
        return self.at if self.counted is None else self.counted

    @property
    def is_deposit(self) -> bool:
        """Tell a deposit, or one given back, from what takes money only."""
        return self.paid > 0 or (self.returned > 0 and self.clabe is not None)

    @property
    def kept(self) -> int:
        """Return what came in and stayed."""
        return self.paid - self.returned

    @property
    def net(self) -> int:
        """Return what the account has of it."""
        return self.kept - self.fees


@dataclass(frozen=True, slots=True)
class Account:
    """What a resident owes and paid in a period."""

    position: int
    due: int | None
    deposits: tuple[Movement, ...]
    due_at: int | None
    fee: int | None
    """The fee of one period."""
    opening: int = 0
    """What was owed (more than nothing) or in favour (less) before the period."""
    waiting: tuple[Movement, ...] = ()
    """What is not settled: it counts for nothing, and a person is told."""
    late_fee: int = 0
    """What paying late costs, which is a part of the due."""

    @property
    def paid(self) -> int:
        """Return what came in and was not given back."""
        return add_up(deposit.kept for deposit in self.deposits)

    @property
    def fees(self) -> int:
        """Return what ComproPago kept of it."""
        return add_up(deposit.fees for deposit in self.deposits)

    @property
    def net(self) -> int:
        """Return what the account has of it."""
        return self.paid - self.fees

    @property
    def owed(self) -> int | None:
        """Return what was to be paid: what stood open before, and the due."""
        return None if self.due is None else self.opening + self.due

    @property
    def balance(self) -> int | None:
        """Return what is owed (more than nothing) or in favour (less): opening + due - paid."""
        return None if self.owed is None else self.owed - self.paid

    @property
    def last(self) -> int | None:
        """Return when the last deposit came that was not given back whole."""
        return max((deposit.at for deposit in self.deposits if deposit.kept > 0), default=None)

    @property
    def late(self) -> bool:
        """Whether the due was reached only after the due date, or money came after it without reaching it."""
        if self.due_at is None or self.paid <= 0 or self.owed is None:
            return False
        in_time = add_up(deposit.kept for deposit in self.deposits if deposit.at <= self.due_at)
        return in_time < self.owed

    @property
    def status(self) -> str:
        """Say it in one word: `nothing`, `partial`, `paid`, `late`, `double`, `over`; `no_due` where none is known."""
        if self.owed is None:
            return "no_due"
        if self.paid < self.owed:
            return "partial" if self.paid > 0 else "nothing"
        if self.paid == self.owed or self.owed < 0:
            return "late" if self.late else "paid"
        return "double" if self._twice() else "over"

    def _twice(self) -> bool:
        """Tell a fee that was paid again from a fee that was paid with too much."""
        amounts = Counter(deposit.kept for deposit in self.deposits)
        return self.fee is not None and self.owed is not None and amounts[self.fee] * self.fee > self.owed


def lines_of(records: Sequence[Mapping[str, Any]], clabes: Mapping[str, str]) -> list[Line]:
    """Read the lines of `read_transactions`; `clabes` gives the CLABE of a line's id."""
    return [
        Line(
            name,
            record["date"] or 0,
            to_centavos(record["amount"]) or 0,
            record["description"],
            record["reference"],
            clabes.get(name),
            record["status"],
        )
        for record, name in zip(records, names_of(records), strict=True)
    ]


def names_of(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each line: its id, else what it says and which of its equals it is."""
    seen: Counter[str] = Counter()
    names = []
    for record in records:
        name = record["id"] or " ".join(str(record[part]) for part in ("date", "amount", "description", "reference"))
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def join(lines: Sequence[Line]) -> list[Movement]:
    """Join the lines of one deposit by their reference, in the order of time; what is not settled stands apart."""
    groups: dict[Any, list[Line]] = {}
    for one in lines:
        groups.setdefault((one.clabe, one.reference, one.standing) if one.reference else one.id, []).append(one)
    return sorted((_movement(group) for group in groups.values()), key=lambda item: (item.at, item.reference or ""))


def _movement(group: Sequence[Line]) -> Movement:
    money = [item for item in group if item.amount > 0]
    first = money[0] if money else group[0]
    paid = add_up(item.amount for item in money)
    taken = [item for item in group if item.amount < 0]
    returned = -add_up(item.amount for item in taken if _is_given_back(item, paid))
    return Movement(
        first.reference,
        first.at,
        first.clabe,
        paid,
        -add_up(item.amount for item in taken) - returned,
        first.description,
        len(group),
        returned,
        first.standing,
        None if first.standing == SETTLED else first.status,
    )


def _is_given_back(line: Line, deposited: int) -> bool:
    """Whether a line takes a deposit back, and not a fee of it: a fee is never as large as its deposit."""
    words = line.description or ""
    if _CHARGED.search(words):
        return False
    return bool(_GIVEN_BACK.search(words)) or 0 < deposited <= -line.amount


def accounts_of(
    said: Sequence[Said], movements: Sequence[Movement], dues: Sequence[int | None], due_at: int | None
) -> tuple[list[Account], list[Movement]]:
    """Match movements to residents by CLABE (of two rows with one CLABE, the first); give those of nobody, too.

    Args:
        said: what the sheet says of each row.
        movements: those of the period, deposits and what is not settled.
        dues: what is due of each row in the period.
        due_at: until when, where a row has no due date of its own.
    """
    rows: dict[str, int] = {}
    for position, item in enumerate(said):
        if item.clabe:
            rows.setdefault(item.clabe, position)
    own: dict[int | None, list[Movement]] = {}
    for movement in movements:
        own.setdefault(rows.get(movement.clabe or ""), []).append(movement)
    accounts = [
        Account(
            position,
            due,
            tuple(item for item in own.get(position, ()) if item.standing == SETTLED),
            item.due or due_at,
            item.price,
            item.opening or 0,
            tuple(item for item in own.get(position, ()) if item.standing != SETTLED),
        )
        for position, (item, due) in enumerate(zip(said, dues, strict=True))
    ]
    return accounts, own.get(None, [])


@dataclass(frozen=True, slots=True)
class Books:
    """The account's own figures, in centavos: they must add up to its balance."""

    before: int
    deposits: int
    fees: int
    other: int
    """What is no deposit: withdrawals, charges."""
    after: int
    balance: int | None
    """As the API says it; None where it does not list the account."""
    returned: int = 0
    """Deposits that were given back."""

    @property
    def closing(self) -> int:
        """Return what was there at the end of the period."""
        return self.before + self.deposits - self.returned - self.fees + self.other

    @property
    def difference(self) -> int:
        """Return what the balance has more (or less) than all lines."""
        return 0 if self.balance is None else self.balance - self.closing - self.after
