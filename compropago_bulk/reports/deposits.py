"""Deposits against dues. Pure: lines of an account and what a sheet says in, who paid what out, in centavos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .amounts import add_up, to_centavos
from .facts import Said


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's transactions."""

    id: str
    at: int
    """Epoch milliseconds."""
    amount: int
    """Centavos: a deposit is more than nothing, a fee or a withdrawal less."""
    description: str | None
    reference: str | None
    clabe: str | None = None
    """To which CLABE, where that could be found out."""


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

    @property
    def is_deposit(self) -> bool:
        """Tell a deposit from what takes money only."""
        return self.paid > 0

    @property
    def net(self) -> int:
        """Return what the account has of it."""
        return self.paid - self.fees


@dataclass(frozen=True, slots=True)
class Account:
    """What a resident owes and paid in a period."""

    position: int
    due: int | None
    deposits: tuple[Movement, ...]
    due_at: int | None
    fee: int | None
    """The fee of one period."""

    @property
    def paid(self) -> int:
        """Return what came in."""
        return add_up(deposit.paid for deposit in self.deposits)

    @property
    def fees(self) -> int:
        """Return what ComproPago kept of it."""
        return add_up(deposit.fees for deposit in self.deposits)

    @property
    def balance(self) -> int | None:
        """Return what is in favour (more than nothing) or owed (less)."""
        return None if self.due is None else self.paid - self.due

    @property
    def last(self) -> int | None:
        """Return when the last deposit came."""
        return max((deposit.at for deposit in self.deposits), default=None)

    @property
    def late(self) -> bool:
        """Whether the due was reached only after the due date, or money came after it without reaching it."""
        if self.due_at is None or not self.deposits or self.due is None:
            return False
        in_time = add_up(deposit.paid for deposit in self.deposits if deposit.at <= self.due_at)
        return in_time < self.due

    @property
    def status(self) -> str:
        """Say it in one word: `nothing`, `partial`, `paid`, `late`, `double` or `over`."""
        if not self.deposits:
            return "nothing"
        if self.due is None or self.paid == self.due:
            return "late" if self.late else "paid"
        if self.paid < self.due:
            return "partial"
        return "double" if self._twice() else "over"

    def _twice(self) -> bool:
        """Tell a fee that was paid again from a fee that was paid with too much."""
        amounts = Counter(deposit.paid for deposit in self.deposits)
        return self.fee is not None and self.due is not None and amounts[self.fee] * self.fee > self.due


def lines_of(records: Sequence[Mapping[str, Any]], clabes: Mapping[str, str]) -> list[Line]:
    """Read the lines of `read_transactions`; `clabes` gives the CLABE of a line's id."""
    lines = []
    for record, name in zip(records, names_of(records), strict=True):
        amount = to_centavos(record["amount"]) or 0
        lines.append(
            Line(name, record["date"] or 0, amount, record["description"], record["reference"], clabes.get(name))
        )
    return lines


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
    """Join the lines of one deposit by their reference, in the order of time."""
    groups: dict[Any, list[Line]] = {}
    for one in lines:
        groups.setdefault((one.clabe, one.reference) if one.reference else one.id, []).append(one)
    return sorted((_movement(group) for group in groups.values()), key=lambda item: (item.at, item.reference or ""))


def _movement(group: Sequence[Line]) -> Movement:
    money = [item for item in group if item.amount > 0]
    first = money[0] if money else group[0]
    fees = -add_up(item.amount for item in group if item.amount < 0)
    paid = add_up(item.amount for item in money)
    return Movement(first.reference, first.at, first.clabe, paid, fees, first.description, len(group))


def accounts_of(
    said: Sequence[Said], deposits: Sequence[Movement], periods: int, due_at: int | None
) -> tuple[list[Account], list[Movement]]:
    """Match deposits to residents by CLABE (of two rows with one CLABE, the first); give those of nobody, too."""
    rows: dict[str, int] = {}
    for position, item in enumerate(said):
        if item.clabe:
            rows.setdefault(item.clabe, position)
    own: dict[int, list[Movement]] = {}
    left = []
    for deposit in deposits:
        row = rows.get(deposit.clabe or "")
        if row is None:
            left.append(deposit)
        else:
            own.setdefault(row, []).append(deposit)
    return [
        Account(
            position,
            None if item.price is None else item.price * periods,
            tuple(own.get(position, ())),
            item.due or due_at,
            item.price,
        )
        for position, item in enumerate(said)
    ], left
