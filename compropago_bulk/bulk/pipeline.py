"""The one way in which rows go out: prepare, judge, ask for the go-ahead, send, complete, and always give a table."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.answers import inspect
from ..api.connection import Connection
from ..api.settings import keys_are_set
from ..errors import AuthenticationError, ConfigurationError, JournalError, LiveModeError
from ..exports.files import writable_target
from ..exports.heading import Heading
from ..exports.workbook import export_excel
from ..journal import Journal, RunJournal, Scope, open_journal
from ..model import Operation, Outcome, Result
from ..rows.checks import keyword_notes
from ..rows.results import Columns, attach
from ..sending.rate import RateLimiter, shared_limiter
from ..sending.run_spec import Careful, Log, Observer, ProgressOnly, ResultsOnly
from ..sending.runner import Control, RunSpec, RunSummary, ends_politely, run
from ..texts import say
from .enrich import LookUp, complete, fill_clabes, take_over
from .looks_sent import Noticed, hold_back, mark_held, notice, remember_people, warn
from .plan import (
    Account,
    Options,
    Plan,
    apply_limit,
    blocked,
    check_options,
    judge_all,
    orders_past_their_time,
    prepare,
)
from .profile import with_profile
from .progress import make_observer, working
from .status_history import Looks, look_back, say_time_passed, tell_changes

logger = logging.getLogger("compropago_bulk")


def operate(name: str, source: object, options: Options) -> Any:
    """Take a source through one operation, and give the table that comes back.

    Raises:
        ConfigurationError, SheetError, LiveModeError, JournalError, ValueError, TypeError: before anything is sent.
        AuthenticationError: the keys were refused and no answer of this run was good; it carries the table.
    """
    options = with_profile(options, name)
    with connected(options.connection, options.settings, needed=not options.dry_run) as connection:
        check_options(options, connection.mode if connection else None)
        if options.output is not None:
            options = replace(options, output=writable_target(options.output))
        with working(options.progress, "preparing"), none_expected():
            plan = prepare(name, source, options, connection)
        if connection is None:
            plan.to_send = plan.going
            apply_limit(plan, options.limit)
            return _dry_table(plan, options, None, Noticed())
        with open_journal(connection.journal, connection.clock) as journal:
            return _with_journal(plan, options, connection, journal)


@contextmanager
def connected(
    given: object, settings: Mapping[str, Any] | None = None, *, needed: bool = True
) -> Iterator[Connection | None]:
    """Return the connection that was given, else one from the environment and `settings`, which is closed again.

    Without keys it is an error, but for what needs none (`needed=False`).

    Raises:
        TypeError: what was given is no connection.
        ConfigurationError: its sandbox was closed, or there are no keys.
    """
    if given is None:
        if not needed and not keys_are_set():
            yield None
            return
        with Connection(**(settings or {})) as own:
            yield own
        return
    if not isinstance(given, Connection):
        wanted = "connection_of_sandbox" if hasattr(given, "connect") else "not_a_connection"
        raise TypeError(say("setup", wanted, kind=type(given).__name__))
    if given.over is not None:
        raise ConfigurationError(given.over)
    yield given


def account_of(connection: Connection, journal: Journal, *, rehearsal: bool = False) -> Account:
    """Return the part of the journal that belongs to this connection's keys and address."""
    scope = journal.scope(connection.base_url, connection.mode, connection.account)
    return Account(connection, journal, scope, rehearsal)


@dataclass(frozen=True, slots=True)
class WhatComesBack:
    """An operation and an empty table of what it gives."""

    spec: Operation
    table: Any


def what_comes_back(name: str, empty: Any, options: Options, connection: Connection | None) -> WhatComesBack:
    """Return the table that comes back for a source without rows; nothing is sent, no journal is opened."""
    plan = prepare(name, empty, options, connection)
    table = attach(plan.table.frame, plan.columns, plan.spec, prefix=options.prefix)
    return WhatComesBack(plan.spec, table)


def _with_journal(plan: Plan, options: Options, connection: Connection, journal: Journal) -> Any:
    account = account_of(connection, journal, rehearsal=options.redirect_to is not None)
    options = options if options.control is not None else replace(options, control=Control())
    if options.renew_expired and not options.dry_run:
        _look_first(plan, account, options)
    with none_expected():
        judge_all(plan, account, options)
        looks = None if plan.spec.creates else look_back(plan, account, only_open=options.only_open)
        noticed = notice(plan, account, options)
    if options.dry_run:
        mark_held(plan, noticed)
    else:
        hold_back(plan, noticed, options)
    apply_limit(plan, options.limit)
    if options.dry_run:
        return _dry_table(plan, options, connection.mode, noticed)
    if plan.to_send:
        connection.make_ready()
    _pass_the_gate(plan, options, connection)
    with ends_politely(options.control.stop):  # type: ignore[union-attr]
        return _sent_table(plan, options, account, looks, noticed)


def _look_first(plan: Plan, account: Account, options: Options) -> None:
    """Read the orders whose time has passed since they were last seen open: one may have been paid meanwhile."""
    waiting = orders_past_their_time(plan, account)
    if waiting:
        frame = pd.DataFrame({"order_id": pd.Series(waiting, dtype="string")})
        how = Options(connection=account.connection, progress=options.progress, control=options.control)
        if (
            operate("verify", frame, how).attrs["compropago"]["stopped"] == "interrupted"
            and options.control is not None
        ):
            options.control.stop()  # who stops the look stops all of it


def _sent_table(plan: Plan, options: Options, account: Account, looks: Looks | None, noticed: Noticed) -> Any:
    """Send, and give the table, written where it was asked for; nothing that stops the run keeps it back."""
    connection = account.connection
    run_summary, run_id = _send(plan, options, account, looks)
    warn(plan, noticed)
    table = _table(plan, options, connection.mode, run_id, run_summary.stopped if run_summary else None)
    if options.output is not None:
        with working(options.progress, "exporting", name=Path(options.output).name):
            _export(table, options.output)
    if run_summary and run_summary.stopped == "wrong_key" and not run_summary.any_good:
        raise _refused(run_summary, table)
    return table


def _export(table: Any, path: Any) -> None:
    """Write the workbook; where that fails the table matters more, and it can be exported again."""
    try:
        export_excel(table, path)
    except (OSError, ValueError) as problem:
        logger.warning("%s", say("setup", "not_exported", reason=problem))


def _refused(run_summary: RunSummary, table: Any) -> AuthenticationError:
    fault = run_summary.fault
    problem = AuthenticationError(
        say("setup", "wrong_key"),
        status=fault.status if fault else None,
        code="wrong_key",
        request_id=fault.request_id if fault else None,
    )
    problem.table = table
    return problem


def _pass_the_gate(plan: Plan, options: Options, connection: Connection) -> None:
    """Let live rows through only when the person said so."""
    if connection.mode != "live" or options.live or not plan.spec.creates or not plan.to_send:
        return
    cost = replace(plan.cost(), host=connection.host)
    if options.confirm is not None and options.confirm(cost):
        return
    words = {"requests": cost.requests, "emails": cost.emails, "sms": cost.sms, "host": cost.host}
    sentence = say("setup", "live_gate", function=plan.spec.name, **words)
    raise LiveModeError(sentence, requests=cost.requests, emails=cost.emails, sms=cost.sms)


def _send(plan: Plan, options: Options, account: Account, looks: Looks | None) -> tuple[RunSummary | None, str | None]:
    """Send what is to be sent, and complete what came of it; from the first request on only interrupts raise."""
    limiter = limiter_of(account.connection, account.journal, account.scope)
    if not plan.to_send:
        _complete(plan, account, limiter, None, looks, options)
        return None, None
    connection = account.connection
    with set_aside(), _started(plan, account) as journal:
        shown = make_observer(options.progress, label=_said_of(plan), total=len(plan.to_send))
        run_summary = run(
            _run_spec(plan, connection, limiter, journal),
            _batches(plan, options.batch),
            make=plan.batch,
            total=len(plan.to_send),
            observers=(ResultsOnly(plan.columns.put), Careful(ProgressOnly(shown)), Log()),
            control=options.control,
        )
        _complete(plan, account, limiter, run_summary, looks, options)
        _finish(journal, plan.columns, run_summary)
        remember_people(plan, account)
    return run_summary, journal.run_id


def _said_of(plan: Plan) -> str:
    """Return what a bar says that is being done, in the person's language."""
    return say("exports", f"operation_{plan.spec.name}")


def _started(plan: Plan, account: Account) -> RunJournal:
    """Have the journal start the run: from here on what goes out is remembered."""
    return account.journal.start_run(
        account.scope,
        plan.spec.name,
        total=len(plan.to_send),
        repeatable=plan.spec.repeatable,
        rehearsal=account.rehearsal,
        source_name=_source_name(plan),
        source_sha256=_source_hash(plan),
    )


def _run_spec(plan: Plan, connection: Connection, limiter: RateLimiter, journal: RunJournal) -> RunSpec:
    return RunSpec(
        operation=plan.spec,
        send=connection.send,
        limiter=limiter,
        memory=journal,
        inspect=lambda call, answer: inspect(call, answer, mode=connection.mode),
        blocked=blocked,
        resend=frozenset(plan.resend),
        concurrency=connection.concurrency,
    )


def _complete(
    plan: Plan,
    account: Account,
    limiter: RateLimiter,
    run_summary: RunSummary | None,
    looks: Looks | None,
    options: Options,
) -> None:
    def shown(lists: int) -> Sequence[Observer]:
        bar = make_observer(options.progress is True, label=say("runs", "looking_up"), total=lists)
        return (Careful(ProgressOnly(bar)),)

    fill_clabes(plan, account, limiter, run_summary, LookUp(options.control, shown))
    with none_expected():
        complete(plan, account)
        if looks is not None:
            tell_changes(plan, account, looks)
        say_time_passed(plan, account)


def _finish(journal: RunJournal, columns: Columns, run_summary: RunSummary) -> None:
    """Write the run's end down; where that fails the table matters more, and the lease tells the next run."""
    try:
        journal.finish(columns.counts(), run_summary.stopped)
    except JournalError:
        logger.warning("the end of run %s could not be written to the journal", journal.run_id)


def _batches(plan: Plan, batch: int) -> Sequence[int | Sequence[int]]:
    """Put rows of one group into one request, `batch` at most, where the API takes several at once."""
    if plan.spec.batch_body is None or batch == 1:
        return plan.to_send
    groups: dict[str, list[int]] = {}
    for position in plan.to_send:
        groups.setdefault(plan.call(position).group, []).append(position)
    return [group[start : start + batch] for group in groups.values() for start in range(0, len(group), batch)]


def _dry_table(plan: Plan, options: Options, mode: str | None, noticed: Noticed) -> Any:
    for position in plan.to_send:
        plan.columns.put(Result(position, Outcome.READY))
    warn(plan, noticed)
    take_over(plan)
    return _table(plan, options, mode, None, None)


def _table(plan: Plan, options: Options, mode: str | None, run_id: str | None, stopped: str | None) -> Any:
    table = attach(plan.table.frame, plan.columns, plan.spec, prefix=options.prefix)
    table.attrs["compropago"] = {
        "run_id": run_id,
        "operation": plan.spec.name,
        "mode": mode,
        "counts": plan.columns.counts(),
        "stopped": stopped,
        "notes": keyword_notes(plan.table, plan.checked, options.values),
    }
    if options.profile is not None:
        Heading(options.profile.title, options.profile.logo).put(table)
    return table


def _source_name(plan: Plan) -> str | None:
    return plan.table.facts.name if plan.table.facts else None


def _source_hash(plan: Plan) -> str | None:
    return plan.table.facts.sha256 if plan.table.facts else None


@contextmanager
def none_expected() -> Iterator[None]:
    """Leave the search out inside the block: it walks all records again and again, a third of the time, for nothing."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


@contextmanager
def set_aside() -> Iterator[None]:
    """Leave what exists already out of the search inside the block, so that a long run's cost a row does not grow."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def limiter_of(connection: Connection, journal: Journal | None = None, scope: Scope | None = None) -> RateLimiter:
    """Return the rate limiter of the connection's keys: this process's, or with a journal on a server everybody's."""
    shared = journal.pace(scope) if journal is not None and scope is not None and journal.on_server else None
    return shared_limiter(f"{connection.base_url} {connection.account}", connection.rate, shared=shared)
