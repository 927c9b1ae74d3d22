"""From a source to what would go out: every row cleaned, judged against the journal, and given its place."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..api.connection import Connection
from ..api.operations import call as make_call
from ..api.operations import operation
from ..rows.checking import Checked, check_rows, message
from ..rows.frames import Table, load
from ..rows.keys import fold_keys
from ..rows.model import Call, Entry, Identity, Operation, Outcome, Parcel, Problem, Result, Severity, State
from ..rows.results import Columns, check_columns
from ..sending.journal import Journal, Scope
from ..texts import say
from .judging import judge
from .options import Cost, Options

_AT_ONCE = 5_000
"""Rows that are judged together: what the journal says of them is let go before the next ones are asked about."""


@dataclass(slots=True)
class Plan:
    """What would go out, and what every other row is without going out."""

    spec: Operation
    table: Table
    checked: Checked
    columns: Columns
    """What every row came to, as far as it is known."""
    going: Sequence[int]
    """The positions of the valid rows that are the first of their key."""
    to_send: Sequence[int] = ()
    resend: set[str] = field(default_factory=set)

    def call(self, position: int) -> Call:
        """Make a row's call: the same for ever, so that it is made when it is needed, and need not be kept."""
        return make_call(self.spec, self.checked.rows[position])

    def parcel(self, of: int | Sequence[int]) -> Parcel:
        """Make the call of one row, or the calls of several that share a request."""
        return (self.call(of),) if isinstance(of, int) else tuple(map(self.call, of))

    def cost(self) -> Cost:
        """Count requests, e-mails and SMS. For orders neither is documented, so they count as if they were sent."""
        requests = len(self.to_send)
        if not self.spec.creates:
            return Cost(requests, 0, 0)
        phones = self.checked.rows.column("phone", self.to_send)
        return Cost(requests, requests, sum(one is not None for one in phones))


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
    columns = Columns(len(table.frame))
    for result in _not_sendable(spec, checked):
        columns.put(result)
    return Plan(spec, table, checked, columns, checked.rows.going())


def _not_sendable(spec: Operation, checked: Checked) -> Iterable[Result]:
    """Give the rows that the checks keep back, each with its first error's code and all its errors' sentences."""
    errors: dict[int, list[Problem]] = {}
    for problem in checked.problems:
        if problem.severity is Severity.ERROR:
            errors.setdefault(problem.position, []).append(problem)
    for position in sorted(checked.rows.conflicts):
        sentence = say("outcomes", "duplicate_key", key_fields=_key_words(spec))
        yield Result(position, Outcome.CONFLICT, "duplicate_key", sentence)
    for position in sorted(checked.rows.invalid):
        found = errors[position]
        yield Result(position, Outcome.INVALID, found[0].code, " ".join(message(one) for one in found))


def _key_words(spec: Operation) -> str:
    return " + ".join(say("checks", f"field_{field}") for field in spec.key)


def judge_all(plan: Plan, account: Account, options: Options) -> None:
    """Ask the journal about every key at once, and sort the rows into what goes out and what is known."""
    if not plan.spec.creates:
        plan.to_send = plan.going
        return
    parts = (plan.going[start : start + _AT_ONCE] for start in range(0, len(plan.going), _AT_ONCE))
    plan.to_send = [position for part in parts for position in _judge_some(plan, part, account, options)]


def _judge_some(plan: Plan, positions: Sequence[int], account: Account, options: Options) -> Iterator[int]:
    """Settle the rows that are known, and give those that go out."""
    rows = _identities(plan, positions)
    known = account.journal.look(account.scope, plan.spec.name, [row.key for row in rows], rehearsal=account.rehearsal)
    aliases = _aliases(plan, rows, account, known)
    expired = _expired(account, known.values()) if options.renew_expired else frozenset()
    for row in rows:
        verdict = judge(
            plan.spec, row, known.get(row.key), on_change=options.on_change, renew=row.key in expired,
            aliases=aliases.get(row.alias or "", ()),
        )  # fmt: skip
        if isinstance(verdict, Result):
            plan.columns.put(verdict)
            continue
        if verdict.resend:
            plan.resend.add(row.key)
        yield row.position


def _identities(plan: Plan, positions: Sequence[int]) -> list[Identity]:
    rows, alias = plan.checked.rows, plan.spec.alias
    columns = {name: rows.column(name, positions) for name in alias}
    aliases = fold_keys(columns, alias, len(positions)) if alias else [None] * len(positions)
    keys, prints = (rows.keys[one] for one in positions), rows.fingerprints(positions)
    return list(map(Identity, positions, keys, prints, aliases))


def _aliases(
    plan: Plan, rows: Sequence[Identity], account: Account, known: Mapping[str, Entry]
) -> Mapping[str, Sequence[Entry]]:
    wanted = [row.alias for row in rows if row.alias and row.key not in known]
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
    for position in plan.to_send[limit:]:
        plan.columns.put(Result(position, Outcome.NOT_SENT, "limit", say("outcomes", "limit", limit=limit)))
    plan.to_send = plan.to_send[:limit]
