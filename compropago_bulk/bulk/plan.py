"""From a source to what would go out: every row cleaned, judged against the journal, and given its place."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..api.connection import Connection
from ..api.operations import call as make_call
from ..api.operations import operation
from ..rows.checking import Checked, check_rows, message
from ..rows.frames import Table, check_columns, load
from ..rows.model import Call, Entry, Operation, Outcome, Problem, Result, Row, Severity, State
from ..sending.journal import Journal, Scope
from ..texts import say
from .judging import SendIt, judge
from .options import Options

_AT_ONCE = 5_000
"""Rows that are judged together: what the journal says of them is let go before the next ones are asked about."""


@dataclass(slots=True)
class Plan:
    """What would go out, and what every other row is without going out."""

    spec: Operation
    table: Table
    checked: Checked
    calls: dict[int, Call] = field(default_factory=dict)
    """Position to call, of every valid row that is the first of its key."""
    settled: list[Result] = field(default_factory=list)
    to_send: list[Call] = field(default_factory=list)
    resend: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Account:
    """One ComproPago account as the journal keeps it apart."""

    connection: Connection
    journal: Journal
    scope: Scope
    rehearsal: bool = False


def prepare(name: str, source: object, options: Options, connection: Connection | None) -> Plan:
    """Read, check and clean the source; nothing of the journal or the network is touched.

    Raises:
        SheetError: a file that cannot be read, a needed field without column and value.
        ValueError: a column of the user's has one of our names.
        TypeError: an unknown keyword.
    """
    spec = operation(name, connection.contract if connection else "2019-06")
    table = load(source, spec, sheet=options.sheet, columns=options.columns, constants=options.values)
    check_columns(table.frame, spec, options.prefix)
    checked = check_rows(
        table, spec, constants=options.values, id_prefix=options.id_prefix, redirect_to=options.redirect_to,
        now=connection.clock() if connection else time.time(),
    )  # fmt: skip
    plan = Plan(spec, table, checked)
    plan.settled.extend(_not_sendable(spec, checked))
    plan.calls = {row.position: make_call(spec, row) for row in checked.rows if _goes_out(row)}
    return plan


def _goes_out(row: Row) -> bool:
    return row.valid and not row.conflict and row.repeats is None


def _not_sendable(spec: Operation, checked: Checked) -> Iterable[Result]:
    """Give the rows that the checks keep back, each with its first error's code and all its errors' sentences."""
    errors: dict[int, list[Problem]] = {}
    for problem in checked.problems:
        if problem.severity is Severity.ERROR:
            errors.setdefault(problem.position, []).append(problem)
    for row in checked.rows:
        if row.conflict:
            sentence = say("outcomes", "duplicate_key", key_fields=_key_words(spec))
            yield Result(row.position, Outcome.CONFLICT, "duplicate_key", sentence)
        elif not row.valid:
            found = errors[row.position]
            yield Result(row.position, Outcome.INVALID, found[0].code, " ".join(message(one) for one in found))


def _key_words(spec: Operation) -> str:
    return " + ".join(say("checks", f"field_{field}") for field in spec.key)


def judge_all(plan: Plan, account: Account, options: Options) -> None:
    """Ask the journal about every key at once, and sort the calls into what goes out and what is known."""
    if not plan.spec.creates:
        plan.to_send = list(plan.calls.values())
        return
    calls = list(plan.calls.values())
    for start in range(0, len(calls), _AT_ONCE):
        _judge_some(plan, calls[start : start + _AT_ONCE], account, options)


def _judge_some(plan: Plan, calls: Sequence[Call], account: Account, options: Options) -> None:
    known = account.journal.look(
        account.scope, plan.spec.name, [call.key for call in calls], rehearsal=account.rehearsal
    )
    aliases = _aliases(plan, calls, account, known)
    expired = _expired(account, known.values()) if options.renew_expired else frozenset()
    for call in calls:
        entry = known.get(call.key)
        verdict = judge(
            plan.spec, call, entry, on_change=options.on_change, renew=call.key in expired,
            aliases=aliases.get(call.alias or "", ()),
        )  # fmt: skip
        if isinstance(verdict, SendIt):
            plan.to_send.append(call)
            if verdict.resend:
                plan.resend.add(call.key)
        else:
            plan.settled.append(verdict)


def _aliases(
    plan: Plan, calls: Sequence[Call], account: Account, known: Mapping[str, Entry]
) -> Mapping[str, Sequence[Entry]]:
    wanted = [call.alias for call in calls if call.alias and call.key not in known]
    if not wanted:
        return {}
    return account.journal.look_aliases(account.scope, plan.spec.name, wanted, rehearsal=account.rehearsal)


def _expired(account: Account, entries: Iterable[Entry]) -> frozenset[str]:
    """Give the keys whose order was last seen as EXPIRED."""
    created = {
        entry.answer.order_id: entry
        for entry in entries
        if entry.state is State.CREATED and entry.answer and entry.answer.order_id
    }
    seen = account.journal.last_observations(account.scope, list(created))
    status = {order_id: seen[order_id].status if order_id in seen else created[order_id].answer.status  # type: ignore[union-attr]
              for order_id in created}  # fmt: skip
    return frozenset(created[order_id].key for order_id, told in status.items() if told == "EXPIRED")


def apply_limit(plan: Plan, limit: int | None) -> None:
    """Keep the first `limit` rows that would be sent; the rest are `not_sent`."""
    if limit is None or len(plan.to_send) <= limit:
        return
    for call in plan.to_send[limit:]:
        plan.settled.append(Result(call.position, Outcome.NOT_SENT, "limit", say("outcomes", "limit", limit=limit)))
    del plan.to_send[limit:]
