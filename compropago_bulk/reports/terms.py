"""What a statement goes by: how often the fee is due, what stood open before, what paying late costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import Any

from ..api.connection import Connection
from ..bulk.pipeline import account_of
from ..journal import open_journal
from ..texts import say
from ..values.shown import fold
from .amounts import DAY, add_up, to_centavos
from .deposits import SETTLED, Account, Movement
from .facts import Said
from .sheet_rows import Sheet, amounts_of
from .statement import Statement, restored

_DAY = int(DAY.total_seconds() * 1000)


def check_periods(periods: int | Mapping[str, int]) -> None:
    """Refuse what is no number of times.

    Raises:
        ValueError: it is none.
    """
    numbers = list(periods.values()) if isinstance(periods, Mapping) else [periods]
    if not numbers or any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in numbers):
        raise ValueError(say("setup", "bad_setting", name="periods", value=periods))


@dataclass(frozen=True, slots=True)
class LateFee:
    """What paying late costs: from how many days after the due date, and how much."""

    grace_days: int = 0
    fixed: int = 0
    """Centavos."""
    percent: Decimal = Decimal(0)
    """Of what was missing then."""

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> LateFee:
        """Read a rule.

        Raises:
            ValueError: it names nothing to charge, or what is no number above 0.
        """
        try:
            numbers = {name: Decimal(str(value)) for name, value in rule.items()}
            days = numbers.pop("grace_days", Decimal(0))
            good = set(numbers) in ({"fixed"}, {"percent"}) and min(numbers.values()) > 0 and days >= 0
        except ArithmeticError:
            good = False
        if not good or days != int(days):
            raise ValueError(say("statements", "bad_late_fee", rule=dict(rule)))
        return cls(int(days), to_centavos(numbers.get("fixed")) or 0, numbers.get("percent", Decimal(0)))

    def charge(self, account: Account, until: int) -> int:
        """Return what an account owes besides, by what had come in when the grace days were over."""
        if account.due_at is None or account.owed is None or until <= account.due_at + self.grace_days * _DAY:
            return 0
        last = account.due_at + self.grace_days * _DAY
        missing = account.owed - add_up(item.kept for item in account.deposits if item.at <= last)
        if missing <= 0:
            return 0
        share = (missing * self.percent / 100).to_integral_value(ROUND_HALF_UP)
        return self.fixed + int(share)


@dataclass(frozen=True, slots=True)
class Terms:
    """What each row owes in the period, and until when."""

    dues: Sequence[int | None]
    due_at: int | None
    late_fees: Sequence[int | None] | None
    rule: LateFee | None

    @classmethod
    def of(
        cls,
        told: Sheet,
        periods: int | Mapping[str, int],
        due_at: int | None,
        opening: Any,
        late_fee: Any,
        rule: LateFee | None,
    ) -> Terms:
        """Read the sheet's own columns; those of `opening` become what the sheet says."""
        if isinstance(periods, Mapping):
            parts = [[_times(sum_, number) for sum_ in amounts_of(told, header)] for header, number in periods.items()]
            dues = [None if None in row else add_up(row) for row in zip(*parts, strict=True)]
        else:
            prices = told.values.get("price") or [None] * len(told.frame)
            dues = [_times(price, periods) for price in prices]
        if opening is not None:
            told.values["opening"] = amounts_of(told, opening)  # type: ignore[index]
        extra = amounts_of(told, late_fee) if isinstance(late_fee, str) else None
        return cls(dues, due_at, extra, rule)

    def with_late_fees(self, accounts: Sequence[Account], until: int) -> list[Account]:
        """Return the accounts with what paying late costs in their dues."""
        charged = [
            (self.late_fees[place] or 0) if self.late_fees else self.rule.charge(account, until) if self.rule else 0
            for place, account in enumerate(accounts)
        ]
        return [
            replace(account, due=account.due + fee, late_fee=fee) if fee and account.due is not None else account
            for account, fee in zip(accounts, charged, strict=True)
        ]


def _times(amount: int | None, number: int) -> int | None:
    return None if amount is None else amount * number


def former(opening: Any, connection: Connection) -> Statement | None:
    """Return the former statement that was given, or is kept under the id that was given.

    Raises:
        ValueError: nothing, or no statement, is kept under it.
    """
    if isinstance(opening, Statement):
        return opening
    if isinstance(opening, bool) or not isinstance(opening, int):
        return None
    with open_journal(connection.journal, connection.clock) as journal:
        scope = account_of(connection, journal).scope
        if not any(record.id == opening and record.kind == "statement" for record in journal.audits(scope)):
            raise ValueError(say("statements", "no_such_statement", id=opening))
        record = journal.audit(opening)
        assert record is not None  # noqa: S101 - it was listed
        return restored(record)


def carried(said: Sequence[Said], before: Statement | None) -> tuple[list[Said], list[tuple[Said, int]]]:
    """Give each row what its resident owed at the end of the former statement, by CLABE, else by customer.

    Returns:
        The rows, and whose balance has no row any more.
    """
    if before is None:
        return list(said), []
    rows: dict[str, int] = {}
    for position, item in enumerate(said):
        for mark in _marks(item):
            rows.setdefault(mark, position)
    openings: dict[int, int] = {}
    unclaimed: list[tuple[Said, int]] = []
    for item, account in zip(before.said, before.accounts, strict=True):
        balance = account.balance or 0
        own = next((rows[mark] for mark in _marks(item) if mark in rows), None)
        if own is not None:
            openings[own] = openings.get(own, 0) + balance
        elif balance:
            unclaimed.append((item, balance))
    return [replace(item, opening=openings.get(position, 0)) for position, item in enumerate(said)], unclaimed


def _marks(item: Said) -> list[str]:
    return [mark for mark in (item.clabe, item.customer_id and f"id {fold(item.customer_id)}") if mark]


def with_late(movements: Sequence[Movement], before: Statement | None, since: int | None) -> list[Movement]:
    """Let what settled, came or was given back after the former statement, though dated in its time, count from now on.

    An account's lines bear the second of the transfer: one that was pending then, that came in the very second in which
    the statement was made, or that was given back later would else stand in neither statement.
    """
    if before is None or since is None:
        return list(movements)
    counted = {_line_of(item): item for item in _counted(before)}
    told: list[Movement] = []
    for item in movements:
        if item.standing != SETTLED or not item.is_deposit or not before.period.has(item.at):
            told.append(item)
            continue
        then = counted.get(_line_of(item))
        if then is None:
            told.append(replace(item, counted=since))
        else:
            told += [replace(then, counted=None), *_rest(item, then, since)]
    return told


def _counted(before: Statement) -> Iterator[Movement]:
    """Return the movements of a former statement's own time that it counted."""
    for item in (*chain.from_iterable(account.deposits for account in before.accounts), *before.strangers):
        if item.standing == SETTLED:
            yield item


def _line_of(item: Movement) -> tuple[Any, ...]:
    return (item.reference, item.clabe, item.at if item.reference is None else None)


def _rest(now: Movement, then: Movement, since: int) -> list[Movement]:
    """Return what came to a movement since it was counted: mostly that it was given back."""
    paid, returned, fees = now.paid - then.paid, now.returned - then.returned, now.fees - then.fees
    if not (paid or returned or fees):
        return []
    return [replace(now, paid=paid, returned=returned, fees=fees, counted=since)]
