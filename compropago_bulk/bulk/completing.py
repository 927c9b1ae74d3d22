"""After the sending: CLABEs that the answers left out, customers that share one, and what repeated rows take over."""

from __future__ import annotations

import logging
from dataclasses import replace

from ..errors import JournalError
from ..rows.keys import fold
from ..rows.model import Answer, Call, Operation, Outcome, Result
from ..sending.pacing import Pacer
from ..sending.runner import Ending
from ..texts import say
from .lookup import Found, look_up
from .plan import Account, Plan

logger = logging.getLogger("compropago_bulk")

_AT_ONCE = 5_000
"""Orders that the journal is asked about together."""
_MAY_LACK_A_CLABE = frozenset({Outcome.CREATED, Outcome.EXISTING, Outcome.UNKNOWN})


def complete(plan: Plan, account: Account, pacer: Pacer, ending: Ending | None) -> None:
    """Add what is known beyond each row's own answer. Raises nothing: something may exist, and its table must come."""
    if plan.spec.name == "createAccount" and (ending is None or ending.stopped is None):
        _fill_clabes(plan, account, pacer)
    if plan.spec.name == "orders":
        _show_last_status(plan, account)
    if plan.spec.creates:
        flag_shared(plan)
    take_over(plan)


def _fill_clabes(plan: Plan, account: Account, pacer: Pacer) -> None:
    clabes, outcome = plan.columns.field("clabe"), plan.columns.outcome
    lacking = [one for one in plan.going if clabes[one] is None and outcome(one) in _MAY_LACK_A_CLABE]
    if not lacking:
        return
    wanted = [plan.call(position) for position in lacking]
    found = look_up(account.connection, wanted, pacer)
    for call in wanted:
        before = plan.columns.get(call.position)
        assert before is not None  # noqa: S101 - it lacked a CLABE, so it is there
        after = with_clabe(before, found)
        plan.columns.put(after)
        if call.position in found.answers:
            _remember(plan.spec, account, call, after)


def with_clabe(result: Result, found: Found) -> Result:
    """Give the row what the look-up brought; not found proves nothing of a row that is unknown."""
    if result.position in found.answers:
        outcome = result.outcome
        if outcome is Outcome.UNKNOWN:
            outcome = Outcome.CREATED if result.attempts else Outcome.EXISTING
        answer = replace(result.answer or Answer(), clabe=found.answers[result.position].clabe)
        kept = (result.error_code, result.error) if result.outcome is not Outcome.UNKNOWN else (None, None)
        return Result(result.position, outcome, *kept, answer, result.attempts)
    if result.outcome is Outcome.UNKNOWN or result.error_code:
        return result
    if not found.listed:
        return replace(result, error_code="clabe_not_listed", error=say("outcomes", "clabe_not_listed"))
    if found.fault is not None:
        sentence = say("outcomes", "lookup_failed", reason=found.fault.code)
        return replace(result, error_code="lookup_failed", error=sentence)
    return replace(result, error_code="clabe_not_found", error=say("outcomes", "clabe_not_found"))


def _remember(spec: Operation, account: Account, call: Call, result: Result) -> None:
    assert result.answer is not None  # noqa: S101 - only rows that were found
    try:
        account.journal.amend(account.scope, spec.name, call.key, result.answer, rehearsal=account.rehearsal)
    except JournalError:  # the next run looks it up again
        logger.warning("a CLABE that was looked up could not be written to the journal")


def _show_last_status(plan: Plan, account: Account) -> None:
    """Show an existing order with the status that was seen last, not with the one of its first day."""
    orders, outcome = plan.columns.field("order_id"), plan.columns.outcome
    known = [one for one in plan.going if orders[one] is not None and outcome(one) is Outcome.EXISTING]
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        try:
            seen = account.journal.last_observations(account.scope, [orders[position] for position in some])
        except JournalError:
            return
        for position in some:
            look = seen.get(orders[position])
            if look is not None and look.status is not None:
                plan.columns.change("status", position, look.status)


def flag_shared(plan: Plan) -> None:
    """Flag every row whose CLABE also stands at another customer: their payments would be mixed."""
    clabes = plan.columns.field("clabe")
    first: dict[str, int] = {}
    holders: dict[str, list[int]] = {}
    for position in plan.going:
        clabe = clabes[position]
        if clabe and (before := first.setdefault(clabe, position)) != position:
            holders.setdefault(clabe, [before]).append(position)
    for positions in holders.values():
        customers: dict[str, list[int]] = {}
        for position in positions:
            customers.setdefault(_customer(plan, position), []).append(position)
        if len(customers) > 1:
            _flag(plan, customers)


def _customer(plan: Plan, position: int) -> str:
    rows = plan.checked.rows
    return rows.keys[position] if plan.spec.name == "createAccount" else fold(str(rows.value("customer_id", position)))


def _flag(plan: Plan, customers: dict[str, list[int]]) -> None:
    for customer, positions in customers.items():
        other = min(there[0] for name, there in customers.items() if name != customer)
        sentence = say("outcomes", "shared_clabe", row=shown_row(plan, other))
        for position in positions:
            result = plan.columns.get(position)
            if result is not None:
                plan.columns.put(replace(result, error_code="shared_clabe", error=sentence))


def take_over(plan: Plan) -> None:
    """Give each exact repeat what came of the row that it repeats."""
    rows = plan.checked.rows
    for position in sorted(rows.repeats.keys() - rows.invalid - rows.conflicts):
        first = plan.columns.get(rows.repeats[position])
        if first is None:
            continue
        outcome = Outcome.EXISTING if first.outcome is Outcome.CREATED else first.outcome
        sentence = say("outcomes", "repeated_row", row=shown_row(plan, first.position))
        plan.columns.put(Result(position, outcome, "repeated_row", sentence, first.answer))


def shown_row(plan: Plan, position: int) -> str:
    """Name a row as its owner sees it: the sheet, where there is one, and the number beside it."""
    sheet, number = plan.checked.rows.sheet(position), plan.checked.rows.number(position)
    return f"{sheet}!{number}" if sheet else str(number)
