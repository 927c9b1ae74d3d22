"""After the sending: lists read by the same engine, CLABEs left out or shared, and what repeated rows take over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..api.answers import read_clabe
from ..api.connection import Connection
from ..api.operations import READ_LIST, list_call, list_path
from ..errors import JournalError
from ..model import Answer, Batch, Call, Fault, FaultKind, Json, Operation, Outcome, Reply, Result
from ..sending.rate import RateLimiter
from ..sending.run_spec import Log, Observer
from ..sending.runner import Control, RunSpec, RunSummary, run
from ..texts import say
from ..values.shown import fold
from .plan import Account, Plan

logger = logging.getLogger("compropago_bulk")

ACCOUNTS = "/v2/accounts"
NO_SUCH_CALL = frozenset({404, 405})
"""What an API answers to a list that it does not have."""

Records = tuple[Mapping[str, Json], ...]
_AT_ONCE = 5_000
"""Orders that the journal is asked about together."""
_LOOKED_UP_AFTER = frozenset({None, "first_rows"})
"""How a run may have ended after which it makes sense to ask the API for anything."""
_MAY_LACK_A_CLABE = frozenset({Outcome.CREATED, Outcome.EXISTING, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class LookUp:
    """How accounts are looked up: with the stop button of the run, shown like a run."""

    control: Control | None = None
    observers: Callable[[int], Sequence[Observer]] = lambda lists: ()
    """Who is told, by the number of lists."""


def complete(plan: Plan, account: Account) -> None:
    """Add what is known beyond each row's own answer. Raises nothing: something may exist, and its table must come."""
    if plan.spec.name == "orders":
        _show_last_status(plan, account)
    if plan.spec.creates:
        flag_shared(plan)
    take_over(plan)


def fill_clabes(plan: Plan, account: Account, limiter: RateLimiter, summary: RunSummary | None, how: LookUp) -> None:
    """Look up the CLABEs that the answers left out, of accounts that exist or may exist. Raises nothing."""
    stopped = summary.stopped if summary is not None else None
    if plan.spec.name != "createAccount" or stopped not in _LOOKED_UP_AFTER:
        return
    clabes, outcome = plan.columns.field("clabe"), plan.columns.outcome
    lacking = [item for item in plan.going if clabes[item] is None and outcome(item) in _MAY_LACK_A_CLABE]
    if not lacking:
        return
    wanted = [plan.call(position) for position in lacking]
    found = look_up(account, wanted, limiter, how)
    for call in wanted:
        before = plan.columns.get(call.position)
        assert before is not None  # noqa: S101 - it lacked a CLABE, so it is there
        after = with_clabe(before, found)
        plan.columns.put(after)
        if call.position in found.answers:
            _remember(plan.spec, account, call, after)


def with_clabe(result: Result, found: Found) -> Result:
    """Return the row what the look-up brought; not found proves nothing of a row that is unknown."""
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
    if result.position in found.faults:
        sentence = say("outcomes", "lookup_failed", reason=found.faults[result.position].code)
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
    known = [item for item in plan.going if orders[item] is not None and outcome(item) is Outcome.EXISTING]
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
    """Return each exact repeat what came of the row that it repeats."""
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


@dataclass(slots=True)
class Found:
    """What the look-up brought: an answer for some positions, and why there is none for the others."""

    answers: dict[int, Answer] = field(default_factory=dict)
    listed: bool = True
    """False where the API has no such call."""
    faults: dict[int, Fault] = field(default_factory=dict)


def look_up(account: Account, calls: Sequence[Call], limiter: RateLimiter, how: LookUp) -> Found:
    """Find each account's CLABE by its reference and the folded name; a name that stands there twice proves nothing.

    A list that cannot be read leaves its own rows without a CLABE, and no others.
    """
    found = Found()
    try:
        _look_up(found, account, calls, limiter, how)
    except KeyboardInterrupt:  # the second one: the table comes all the same
        fault = Fault(FaultKind.NOT_SENT, "interrupted")
        found.faults |= {call.position: fault for call in calls if call.position not in found.answers}
    return found


def _look_up(found: Found, account: Account, calls: Sequence[Call], limiter: RateLimiter, how: LookUp) -> None:
    connection = account.connection
    listing = read_lists(connection, [ACCOUNTS], limiter, control=how.control)
    if ACCOUNTS not in listing.records:
        fault = listing.fault(ACCOUNTS)
        found.listed = fault.status not in NO_SUCH_CALL
        found.faults = dict.fromkeys((call.position for call in calls), fault)
        return
    ids = _account_ids(listing.records[ACCOUNTS])
    groups: dict[str, list[tuple[Call, str]]] = {}
    for call in calls:
        reference, name = _identity(call)
        if reference in ids:
            groups.setdefault(list_path("accounts", ids[reference]), []).append((call, name))
    lists = read_lists(connection, list(groups), limiter, control=how.control, observers=how.observers(len(groups)))
    for path, wanted in groups.items():
        clabes = _by_name(lists.records.get(path, ()))
        found.answers |= {call.position: clabes[name] for call, name in wanted if name in clabes}
        if path not in lists.records and lists.fault(path).kind is not FaultKind.NOT_FOUND:
            found.faults |= dict.fromkeys((call.position for call, _ in wanted), lists.fault(path))


def _identity(call: Call) -> tuple[str, str]:
    return fold(str(call.values["reference"])), fold(str(call.values["name"]))


def _account_ids(records: Iterable[Mapping[str, Json]]) -> Mapping[str, str]:
    """Return the id in the path of each account, by its folded reference; both editions' shapes are read."""
    ids = {}
    for record in records:
        reference = record.get("reference", record.get("accountId"))
        path_id = record.get("accountId", record.get("id"))
        if reference is not None and path_id is not None:
            ids[fold(str(reference))] = str(path_id)
    return ids


def _by_name(records: Iterable[Mapping[str, Json]]) -> Mapping[str, Answer]:
    """Return sub-accounts by folded name, but for names that stand there more than once."""
    seen: dict[str, list[Answer]] = {}
    for record in records:
        clabe = read_clabe(record.get("clabe"))
        if clabe and record.get("name"):
            seen.setdefault(fold(str(record["name"])), []).append(Answer(clabe=clabe))
    return {name: answers[0] for name, answers in seen.items() if len(answers) == 1}


@dataclass(frozen=True, slots=True)
class Lists:
    """What came of some lists, each by its path: its records, or the fault that its last try ended in."""

    records: Mapping[str, Records]
    faults: Mapping[str, Fault]
    interrupted: bool = False

    def fault(self, path: str) -> Fault:
        """Return why a list has no records; one that nobody came to was interrupted."""
        return self.faults.get(path, Fault(FaultKind.NOT_SENT, "interrupted"))


def read_lists(
    connection: Connection,
    paths: Sequence[str],
    limiter: RateLimiter,
    *,
    control: Control | None = None,
    observers: Sequence[Observer] = (),
) -> Lists:
    """Read lists, each with its own tries: one that fails ends no other. Nothing is claimed or kept."""
    records: dict[str, Records] = {}
    faults: dict[str, Fault] = {}

    def send(batch: Batch) -> Reply:
        reply = connection.send(batch)
        path = batch[0].path
        if isinstance(reply, Fault):
            faults[path] = reply
        else:
            records[path] = reply[0].records
        return reply

    spec = RunSpec(
        operation=READ_LIST,
        send=send,
        limiter=limiter,
        concurrency=connection.concurrency,
        first_rows=len(paths) + 1,  # a refused list says nothing of the next one
    )
    batches = [(list_call(path, place),) for place, path in enumerate(paths)]
    summary = run(spec, batches, observers=(*observers, Log()), control=control)
    return Lists(records, faults, summary.stopped == "interrupted")


def read_list(connection: Connection, path: str, limiter: RateLimiter) -> list[dict[str, Any]] | Fault:
    """Read one list.

    Raises:
        KeyboardInterrupt: somebody stopped it.
    """
    lists = read_lists(connection, [path], limiter)
    if path in lists.records:
        return [dict(record) for record in lists.records[path]]
    if lists.interrupted:
        raise KeyboardInterrupt
    return lists.fault(path)
