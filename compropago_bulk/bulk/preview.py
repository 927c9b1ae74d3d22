"""What a run would do, counted against the journal: the numbers that a person sees before saying yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..rows.model import Outcome
from ..sending.journal import open_journal
from .looks import look_back
from .operate import account_of, connected
from .options import Cost, Options, check_options
from .plan import Plan, apply_limit, judge_all, prepare


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out now, and what every other row is without going out."""

    cost: Cost
    amount: Decimal
    """MXN of the orders that would be raised; 0 for other calls."""
    counts: Mapping[str, int]
    """Outcome to rows; what would go out is `ready`."""
    minutes: float
    mode: str


def preview(name: str, source: Any, options: Options) -> Preview:
    """Count what `operate` would send with the same arguments; nothing is sent.

    Raises:
        ConfigurationError, SheetError, JournalError, ValueError, TypeError: as `operate` would.
    """
    with connected(options.connection) as connection:
        assert connection is not None  # noqa: S101 - `needed` is the default
        check_options(options, connection.mode)
        plan = prepare(name, source, replace(options, dry_run=True), connection)
        with open_journal(connection.journal) as journal:
            account = account_of(connection, journal, rehearsal=options.redirect_to is not None)
            judge_all(plan, account, options)
            if not plan.spec.creates and options.only_open:
                look_back(plan, account, only_open=True)
            apply_limit(plan, options.limit)
        return Preview(
            plan.cost(), _amount(plan), _counts(plan),
            len(plan.to_send) / connection.rate / 60, connection.mode,
        )  # fmt: skip


def _amount(plan: Plan) -> Decimal:
    if plan.spec.name != "orders":
        return Decimal(0)
    prices = plan.checked.rows.column("price", plan.to_send)
    return sum((one for one in prices if isinstance(one, Decimal)), Decimal(0))


def _counts(plan: Plan) -> dict[str, int]:
    found = {str(outcome): number for outcome, number in plan.columns.so_far().items()}
    rows = plan.checked.rows
    repeats = len(rows.repeats.keys() - rows.invalid - rows.conflicts)
    told = {str(Outcome.READY): len(plan.to_send), str(Outcome.EXISTING): found.pop("existing", 0) + repeats}
    return {name: number for name, number in (told | found).items() if number}
