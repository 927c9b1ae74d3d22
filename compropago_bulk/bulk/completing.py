"""After the sending: CLABEs that the answers left out, customers that share one, and what repeated rows take over."""

from __future__ import annotations

import logging
from dataclasses import replace

from ..errors import JournalError
from ..rows.frames import Columns
from ..rows.keys import fold
from ..rows.model import Answer, Call, Operation, Outcome, Result
from ..sending.pacing import Pacer
from ..sending.runner import Ending
from ..texts import say
from .lookup import Found, look_up
from .plan import Account, Plan

logger = logging.getLogger("compropago_bulk")

_MAY_LACK_A_CLABE = frozenset({Outcome.CREATED, Outcome.EXISTING, Outcome.UNKNOWN})


def complete(plan: Plan, columns: Columns, account: Account, pacer: Pacer, ending: Ending | None) -> None:
    """Add what is known beyond each row's own answer. Raises nothing: something may exist, and its table must come."""
    if plan.spec.name == "createAccount" and (ending is None or ending.stopped is None):
        _fill_clabes(plan, columns, account, pacer)
    if plan.spec.name == "orders":
        _show_last_status(plan, columns, account)
    if plan.spec.creates:
        flag_shared(plan, columns)
    take_over(plan, columns)


def _fill_clabes(plan: Plan, columns: Columns, account: Account, pacer: Pacer) -> None:
    wanted = [call for call in plan.calls.values() if _lacks_clabe(columns.get(call.position))]
    if not wanted:
        return
    found = look_up(account.connection, wanted, pacer)
    for call in wanted:
        before = columns.get(call.position)
        assert before is not None  # noqa: S101 - it lacked a CLABE, so it is there
        after = with_clabe(before, found)
        columns.put(after)
        if call.position in found.answers:
            _remember(plan.spec, account, call, after)


def _lacks_clabe(result: Result | None) -> bool:
    if result is None or result.outcome not in _MAY_LACK_A_CLABE:
        return False
    return result.answer is None or result.answer.clabe is None


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


def _show_last_status(plan: Plan, columns: Columns, account: Account) -> None:
    """Show an existing order with the status that was seen last, not with the one of its first day."""
    known: dict[str, Result] = {}
    for call in plan.calls.values():
        result = columns.get(call.position)
        if result and result.outcome is Outcome.EXISTING and result.answer and result.answer.order_id:
            known[result.answer.order_id] = result
    try:
        seen = account.journal.last_observations(account.scope, list(known)) if known else {}
    except JournalError:
        return
    for order_id, look in seen.items():
        result = known[order_id]
        if look.status is not None and result.answer is not None:
            columns.put(replace(result, answer=replace(result.answer, status=look.status)))


def flag_shared(plan: Plan, columns: Columns) -> None:
    """Flag every row whose CLABE also stands at another customer: their payments would be mixed."""
    holders: dict[str, list[Call]] = {}
    for call in plan.calls.values():
        result = columns.get(call.position)
        clabe = result.answer.clabe if result and result.answer else None
        if clabe:
            holders.setdefault(clabe, []).append(call)
    for calls in holders.values():
        customers: dict[str, list[int]] = {}
        for call in calls if len(calls) > 1 else ():
            customers.setdefault(_customer(plan, call), []).append(call.position)
        if len(customers) > 1:
            _flag(plan, columns, customers)


def _customer(plan: Plan, call: Call) -> str:
    values = plan.checked.rows[call.position].values
    return fold(str(values["customer_id"])) if plan.spec.name != "createAccount" else call.key


def _flag(plan: Plan, columns: Columns, customers: dict[str, list[int]]) -> None:
    for customer, positions in customers.items():
        other = min(there[0] for name, there in customers.items() if name != customer)
        sentence = say("outcomes", "shared_clabe", row=shown_row(plan, other))
        for position in positions:
            result = columns.get(position)
            if result is not None:
                columns.put(replace(result, error_code="shared_clabe", error=sentence))


def take_over(plan: Plan, columns: Columns) -> None:
    """Give each exact repeat what came of the row that it repeats."""
    for row in plan.checked.rows:
        first = columns.get(row.repeats) if row.repeats is not None else None
        if row.repeats is None or first is None:
            continue
        outcome = Outcome.EXISTING if first.outcome is Outcome.CREATED else first.outcome
        sentence = say("outcomes", "repeated_row", row=shown_row(plan, row.repeats))
        columns.put(Result(row.position, outcome, "repeated_row", sentence, first.answer))


def shown_row(plan: Plan, position: int) -> str:
    """Name a row as its owner sees it: the sheet, where there is one, and the number beside it."""
    row = plan.checked.rows[position]
    number = row.number if row.number is not None else position + 1
    return f"{row.sheet}!{number}" if row.sheet else str(number)
