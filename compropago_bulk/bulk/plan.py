"""From a source to what would go out: every row cleaned, judged against the journal, and given its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from typing import Any
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email

from ..api.connection import Connection
from ..api.operations import call as make_call
from ..api.operations import operation
from ..errors import ConfigurationError, LooksSentError
from ..journal import Journal, Scope
from ..model import PILOT, Batch, Call, Entry, Identity, Operation, Outcome, Problem, Progress, Result, Severity, State
from ..rows.checks import Checked, check_rows, message
from ..rows.clean_rows import fold_keys
from ..rows.results import Columns, check_columns
from ..rows.table import Table, load
from ..sending.runner import Control
from ..texts import say

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

    def batch(self, of: int | Sequence[int]) -> Batch:
        """Make the call of one row, or the calls of several that share a request."""
        return (self.call(of),) if isinstance(of, int) else tuple(map(self.call, of))

    def cost(self) -> Cost:
        """Count requests, e-mails and SMS. For orders neither is documented, so they count as if they were sent."""
        requests = len(self.to_send)
        if not self.spec.creates:
            return Cost(requests, 0, 0)
        phones = self.checked.rows.column("phone", self.to_send)
        return Cost(requests, requests, sum(phone is not None for phone in phones))


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
        table,
        spec,
        constants=options.values,
        id_prefix=options.id_prefix,
        redirect_to=options.redirect_to,
        now=connection.clock() if connection else time.time(),
    )
    columns = Columns(len(table.frame))
    for result in _not_sendable(spec, checked):
        columns.put(result)
    return Plan(spec, table, checked, columns, checked.rows.going())


def _not_sendable(spec: Operation, checked: Checked) -> Iterable[Result]:
    """Return the rows that the checks keep back, each with its first error's code and all its errors' sentences."""
    errors: dict[int, list[Problem]] = {}
    for problem in checked.problems:
        if problem.severity is Severity.ERROR:
            errors.setdefault(problem.position, []).append(problem)
    for position in sorted(checked.rows.conflicts):
        sentence = say("outcomes", "duplicate_key", key_fields=_key_words(spec))
        yield Result(position, Outcome.CONFLICT, "duplicate_key", sentence)
    for position in sorted(checked.rows.invalid):
        found = errors[position]
        yield Result(position, Outcome.INVALID, found[0].code, " ".join(message(match) for match in found))


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
    rows: Sequence[Identity] = _identities(plan, positions)
    if not options.renew_expired:
        rows = _without_the_unchanged(plan, rows, account)
    known = account.journal.look(account.scope, plan.spec.name, [row.key for row in rows], rehearsal=account.rehearsal)
    aliases = _aliases(plan, rows, account, known)
    expired = _expired(account, known.values()) if options.renew_expired else frozenset()
    for row in rows:
        verdict = judge(
            plan.spec,
            row,
            known.get(row.key),
            on_change=options.on_change,
            renew=row.key in expired,
            aliases=aliases.get(row.alias or "", ()),
        )
        if isinstance(verdict, Result):
            plan.columns.put(verdict)
            continue
        if verdict.resend:
            plan.resend.add(row.key)
        yield row.position


def _without_the_unchanged(plan: Plan, rows: Sequence[Identity], account: Account) -> Sequence[Identity]:
    """Settle the rows that went out before just as they stand, all at once, and give the others."""
    prints = {row.key: row.fingerprint for row in rows}
    same = account.journal.unchanged(account.scope, plan.spec.name, prints, rehearsal=account.rehearsal)
    if not same:
        return rows
    positions = {row.key: row.position for row in rows}
    plan.columns.put_existing([positions[key] for key in same["key"]], same)
    known = set(same["key"])
    return [row for row in rows if row.key not in known]


def _identities(plan: Plan, positions: Sequence[int]) -> list[Identity]:
    rows, alias = plan.checked.rows, plan.spec.alias
    columns = {name: rows.column(name, positions) for name in alias}
    aliases = fold_keys(columns, alias, len(positions)) if alias else [None] * len(positions)
    keys, prints = (rows.keys[position] for position in positions), rows.fingerprints(positions)
    return list(map(Identity, positions, keys, prints, aliases))


def _aliases(
    plan: Plan, rows: Sequence[Identity], account: Account, known: Mapping[str, Entry]
) -> Mapping[str, Sequence[Entry]]:
    wanted = [row.alias for row in rows if row.alias and row.key not in known]
    if not wanted:
        return {}
    return account.journal.look_aliases(account.scope, plan.spec.name, wanted, rehearsal=account.rehearsal)


def _expired(account: Account, entries: Iterable[Entry]) -> frozenset[str]:
    """Return the keys whose order was last seen as EXPIRED."""
    created = {
        entry.answer.order_id: entry
        for entry in entries
        if entry.state is State.CREATED and entry.answer and entry.answer.order_id
    }
    seen = account.journal.last_observations(account.scope, list(created))
    status = {
        order_id: seen[order_id].status if order_id in seen else created[order_id].answer.status  # type: ignore[union-attr]
        for order_id in created
    }
    return frozenset(created[order_id].key for order_id, told in status.items() if told == "EXPIRED")


def orders_past_their_time(plan: Plan, account: Account) -> list[str]:
    """Return the orders of a plan's rows that were last seen neither paid nor expired, and whose time has passed."""
    if "product_id" not in plan.spec.key:
        return []
    keys = [plan.checked.rows.keys[position] for position in plan.going]
    entries = account.journal.look(account.scope, plan.spec.name, keys, rehearsal=account.rehearsal)
    now = account.connection.clock() * 1000
    ended = [
        entry.answer.order_id
        for entry in entries.values()
        if entry.state is State.CREATED and entry.answer and entry.answer.order_id
        if (entry.answer.expires_at or now) < now
    ]
    seen = account.journal.last_observations(account.scope, ended)
    return [order_id for order_id in ended if order_id not in seen or seen[order_id].status not in _FINAL]


_FINAL = frozenset({"ACCEPTED", "EXPIRED"})


def apply_limit(plan: Plan, limit: int | None) -> None:
    """Keep the first `limit` rows that would be sent; the rest are `not_sent`."""
    if limit is None or len(plan.to_send) <= limit:
        return
    for position in plan.to_send[limit:]:
        plan.columns.put(Result(position, Outcome.NOT_SENT, PILOT, say("outcomes", "limit", limit=limit)))
    plan.to_send = plan.to_send[:limit]


MEXICO_CITY = ZoneInfo("America/Mexico_City")


@dataclass(frozen=True, slots=True)
class SendIt:
    """The row goes out; `resend` where the journal knows the key as created already."""

    resend: bool = False


def judge(
    spec: Operation,
    row: Identity,
    entry: Entry | None,
    *,
    on_change: str = "report",
    renew: bool = False,
    aliases: Sequence[Entry] = (),
) -> Result | SendIt:
    """Whether a row goes out, or what it is without going out."""
    if entry is None:
        return _judge_alias(row, [alias for alias in aliases if alias.key != row.key], on_change)
    if entry.state is State.CREATED:
        return _judge_created(row, entry, on_change, renew)
    if entry.state is State.CLAIMED and entry.alive:
        return Result(row.position, Outcome.BUSY, "busy", say("outcomes", "busy"))
    if entry.state in (State.CLAIMED, State.UNKNOWN) and not spec.repeatable:
        return unknown(row, entry)
    return SendIt()


def blocked(call: Call, entry: Entry) -> Result:
    """Say what a row is that another run took between our look and our claim."""
    if entry.state is State.CREATED:
        return (
            existing(call, entry) if entry.fingerprint == call.fingerprint else _conflict(call, entry, "different_data")
        )
    if entry.state is State.CLAIMED and entry.alive:
        return Result(call.position, Outcome.BUSY, "busy", say("outcomes", "busy"))
    return unknown(call, entry)


def unknown(row: Identity | Call, entry: Entry) -> Result:
    """Return the result of a row that an earlier run sent and that nobody can vouch for."""
    sentence = say("outcomes", "sent_before_unknown", date=shown_date(entry.claimed_at))
    return Result(row.position, Outcome.UNKNOWN, entry.error_code or "sent_before_unknown", sentence)


def existing(row: Identity | Call, entry: Entry) -> Result:
    """Return the result of a row that an earlier run created."""
    return Result(row.position, Outcome.EXISTING, entry.error_code, entry.error, entry.answer)


def _judge_created(row: Identity, entry: Entry, on_change: str, renew: bool) -> Result | SendIt:
    if renew:
        return SendIt(resend=True)
    if entry.fingerprint == row.fingerprint or on_change == "keep":
        return existing(row, entry)
    if on_change == "resend":
        return SendIt(resend=True)
    return _conflict(row, entry, "different_data")


def _judge_alias(row: Identity, rivals: Sequence[Entry], on_change: str) -> Result | SendIt:
    if not rivals or on_change == "resend":
        return SendIt()
    if on_change == "keep" and rivals[0].state is State.CREATED:
        return existing(row, rivals[0])
    return _conflict(row, rivals[0], "known_under_other_name")


def _conflict(row: Identity | Call, entry: Entry, code: str) -> Result:
    sentence = say("outcomes", code, date=shown_date(entry.claimed_at))
    return Result(row.position, Outcome.CONFLICT, code, sentence)


def shown_date(moment: int | None) -> str:
    """Write epoch milliseconds as a day and a time in Mexico City; a question mark for none."""
    if moment is None:
        return "?"
    return f"{datetime.fromtimestamp(moment / 1000, MEXICO_CITY):%Y-%m-%d %H:%M}"


ON_CHANGE = ("report", "keep", "resend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keyword arguments of the functions that send, with their defaults."""

    connection: Connection | None = None
    sheet: Any = None
    columns: Mapping[str, Any] | None = None
    dry_run: bool = False
    live: bool = False
    again: bool = False
    on_change: str = "report"
    progress: bool | Callable[[Progress], None] = True
    output: str | PathLike[str] | None = None
    prefix: str = ""
    id_prefix: str = ""
    limit: int | None = None
    redirect_to: str | None = None
    batch: int = 1
    renew_expired: bool = False
    only_open: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    profile: Any = None
    """A `Profile` or the path of one; its defaults are taken over by `with_profile`."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What a connection made from the environment is given besides."""
    control: Control | None = None
    """For faces that pause and stop by button."""
    confirm: Callable[[Cost], bool] | None = None
    """For faces that ask the person themselves before live rows go out."""
    confirm_again: Callable[[LooksSentError], bool] | None = None
    """For faces that ask the person whether a sheet that looks sent is another one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What sending would set in motion."""

    requests: int
    emails: int
    sms: int
    host: str = ""
    """Where the requests would go."""


def check_options(options: Options, mode: str | None) -> None:
    """Refuse choices that do not exist or contradict the mode, before a sheet is even read.

    Raises:
        ConfigurationError: naming the choice.
    """
    if options.on_change not in ON_CHANGE:
        raise ConfigurationError(
            say("setup", "unknown_choice", name="on_change", value=options.on_change, known=", ".join(ON_CHANGE))
        )
    for name, least in (("limit", 0), ("batch", 1)):
        value = getattr(options, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            raise ConfigurationError(say("setup", "bad_setting", name=name, value=value))
    if options.redirect_to is not None:
        _check_redirect(options.redirect_to, mode)


def _check_redirect(address: str, mode: str | None) -> None:
    if mode == "live":
        raise ConfigurationError(say("setup", "redirect_live"))
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise ConfigurationError(say("setup", "bad_redirect")) from None
