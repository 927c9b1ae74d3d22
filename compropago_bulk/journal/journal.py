"""The journal as others see it: open it, look keys up, start a run, settle what was in doubt."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, insert, select, update

from ..errors import JournalError
from ..model import Answer, Entry, Json, State
from ..texts import say
from . import audits, merging
from . import history as past
from . import orders as observed
from . import schema as migrations
from . import writes as settles
from .commits import Done, RunHandle, SharedCommits, Work, Writer
from .database import Database
from .leases import LEASE, RunLocks, ServerPace
from .orders import known_orders, last_seen, looks
from .people import Holder, KnownSend, Person, Read, holders, known_sends, learn
from .places import find, prepare
from .queries import Columns, Looker, accounts, find_scope, find_space, make_scope, make_space
from .run import RunJournal
from .schema import runs, sends
from .states import AuditRecord, Event, KnownOrder, Look, RunRecord, Scope, Seal, Seen, Unsettled

_log = logging.getLogger("compropago_bulk")

PATIENCE = 20.0
"""Seconds that a write waits for another program's."""
_RIVALS = frozenset({State.CREATED, State.CLAIMED, State.UNKNOWN})
_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork() -> None:
    for database in list(_databases):
        database.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def open_journal(
    where: str | Path | None = None, clock: Callable[[], float] = time.time, *, patience: float = PATIENCE
) -> Journal:
    """Open a journal, made where there is none.

    Args:
        where: a file's path, a `postgresql://` URL, or None: a file in the user's data folder.
        clock: seconds since the epoch.
        patience: seconds that a write waits for another program's.

    Raises:
        JournalError: it cannot be opened, read or made durable; the message says what to do.
    """
    place = find(where)
    prepare(place)
    database = Database(place, patience)
    _databases.add(database)
    try:

        def now() -> int:
            return round(clock() * 1000)

        _migrate(database, now)
        # Only now is there a folder beside it: where there is one, an empty file has lost its journal
        locks = RunLocks(place.locks)
        _say_where(database, locks, now)
        return Journal(database, locks, now)
    except BaseException:
        database.close()
        raise


def _migrate(database: Database, now: Callable[[], int]) -> None:
    with database.reading() as connection:
        missing, unknown = migrations.pending(connection)
    if unknown:
        raise JournalError(say("runs", "journal_newer", where=database.place.shown))
    if missing:
        database.write(lambda connection: migrations.migrate(connection, now()))


def _say_where(database: Database, locks: RunLocks, now: Callable[[], int]) -> None:
    """Say once of a journal that was copied, or moved, that two copies do not know of each other."""
    if database.is_server:
        return
    with database.reading() as connection:
        known = merging.is_at_home(connection, database.place, locks.machine)
    if not known:
        before = database.write(lambda link: merging.remember_place(link, database.place, locks.machine, now()))
        if before is not None:
            _log.warning("%s", say("runs", "journal_copied", where=database.place.shown, before=before))


class Journal:
    """An open journal; a context manager. Any number of threads and processes may have the same one open."""

    def __init__(self, database: Database, locks: RunLocks, now: Callable[[], int]) -> None:
        self._database, self._locks, self._now = database, locks, now
        self._commits: SharedCommits[Work, Done] = SharedCommits(Writer(database, locks, now).perform)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Journal({self._database.place.shown!r})"

    def close(self) -> None:
        """Close its connections."""
        self._database.close()

    @property
    def on_server(self) -> bool:
        """Whether it is on a server, shared by several machines."""
        return self._database.is_server

    def scope(self, base_url: str, mode: str, account: str) -> Scope:
        """Return the part of an account at one address in one mode; `account` is a hash of its public key."""
        with self._database.reading() as connection:
            found = find_scope(connection, base_url, mode, account)
        return found or self._database.write(
            lambda connection: make_scope(connection, base_url, mode, account, self._now())
        )

    def pace(self, scope: Scope) -> ServerPace:
        """Return the slots of all processes that share this journal's server."""
        return ServerPace(self._database, scope.id)

    # keys

    def look(self, scope: Scope, operation: str, keys: Iterable[str], *, rehearsal: bool = False) -> dict[str, Entry]:
        """Return what is known of each key; a key of which nothing is known is absent."""
        with self._database.reading() as connection:
            space = find_space(connection, scope.id, operation, rehearsal)
            if space is None:
                return {}
            found = self._looker(connection).standings(space, keys)
        return {key: match.entry for key, match in found.items()}

    def unchanged(self, scope: Scope, operation: str, prints: Mapping[str, str], *, rehearsal: bool = False) -> Columns:
        """Return what was created once and with just this fingerprint, by key: codes, words and answers as columns."""
        with self._database.reading() as connection:
            space = find_space(connection, scope.id, operation, rehearsal)
            return {} if space is None else self._looker(connection).unchanged(space, prints)

    def look_aliases(
        self, scope: Scope, operation: str, aliases: Iterable[str], *, rehearsal: bool = False
    ) -> dict[str, list[Entry]]:
        """Return the keys that exist, or may exist, under each alias."""
        with self._database.reading() as connection:
            space = find_space(connection, scope.id, operation, rehearsal)
            if space is None:
                return {}
            looker = self._looker(connection)
            keys = looker.keys_of_aliases(space, aliases)
            found = looker.standings(space, {key for some in keys.values() for key in some})
        rivals = {alias: [found[key].entry for key in sorted(some)] for alias, some in keys.items()}
        return {alias: [item for item in some if item.state in _RIVALS] for alias, some in rivals.items()}

    def amend(self, scope: Scope, operation: str, key: str, answer: Answer, *, rehearsal: bool = False) -> None:
        """Take what a look-up found: what is in doubt becomes created, and what an answer lacked is filled in."""

        def work(connection: Connection) -> None:
            stands = self._stands(connection, scope, operation, key, rehearsal)
            if stands is not None:
                settles.amend(connection, stands, None, answer, self._now())

        self._database.write(work)

    def resolve(
        self, scope: Scope, operation: str, key: str, created: bool, *,
        order_id: str | None = None, clabe: str | None = None, rehearsal: bool = False,
    ) -> None:  # fmt: skip
        """Take a person's word on a key that is in doubt.

        Raises:
            JournalError: the key is not in doubt (any more).
        """
        told = Answer(order_id=order_id, clabe=clabe)

        def work(connection: Connection) -> bool:
            space = find_space(connection, scope.id, operation, rehearsal)
            stands = self._looker(connection).standings(space, [key]).get(key) if space else None
            if space is None or stands is None:
                return False
            return past.resolve(connection, space, stands, created, told, self._now())

        if not self._database.write(work):
            raise JournalError(say("runs", "journal_unknown_key"))

    def _stands(self, connection: Connection, scope: Scope, operation: str, key: str, rehearsal: bool) -> int | None:
        """Return the id of the send that counts."""
        space = find_space(connection, scope.id, operation, rehearsal)
        stands = self._looker(connection).standings(space, [key]).get(key) if space else None
        if space is None or stands is None:
            return None
        return past.send_id(connection, space, key, stands.generation)

    def _looker(self, connection: Connection) -> Looker:
        return Looker(connection, self._locks, self._now())

    # people

    def learn(self, read: Read) -> None:
        """Write down for whom the newest sends were, so that the next look for them is quick."""
        learn(self._database, read)

    def known_sends(
        self, scope: Scope, operation: str, wanted: Sequence[Person], read: Read, *, rehearsal: bool = False
    ) -> list[KnownSend]:
        """Return what was sent before to these customers or e-mails; `read` says for whom a kept send was."""
        learn(self._database, read)
        with self._database.reading() as connection:
            return list(known_sends(connection, scope, operation, rehearsal, wanted))

    def holders(self, column: str, values: Iterable[str], read: Read) -> dict[str, list[Holder]]:
        """Return who holds these orders (`order_id`) or CLABEs (`clabe`), whatever account's."""
        learn(self._database, read)
        with self._database.reading() as connection:
            return holders(connection, column, values)

    def join(self, old: Scope, new: Scope) -> int:
        """Make two accounts one: what the old one created is the new one's; give the number of sends.

        Raises:
            JournalError: a run of the old account is at work.
        """
        if any(run.alive for run in self.runs(old)):
            raise JournalError(say("runs", "join_while_running"))
        return self._database.write(lambda connection: merging.join_scopes(connection, old, new))

    def find_scope(self, base_url: str, mode: str, account: str) -> Scope | None:
        """Return an account's part, where it has one; none is made."""
        with self._database.reading() as connection:
            return find_scope(connection, base_url, mode, account)

    def check(self) -> tuple[dict[str, int], list[str]]:
        """Return how much the journal holds, and what of it is not whole."""
        with self._database.reading() as connection:
            return merging.sizes(connection), merging.faults_of(connection)

    # runs

    def start_run(
        self, scope: Scope, operation: str, *, total: int, repeatable: bool, rehearsal: bool = False,
        source_name: str | None = None, source_sha256: str | None = None, settings: Mapping[str, Json] | None = None,
    ) -> RunJournal:  # fmt: skip
        """Start a run: alive from here on for as long as its process holds its lock.

        Raises:
            JournalError: the journal cannot be written, so nothing may be sent.
        """
        now = self._now()
        name = f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        lock = self._locks.take(name)
        values = {"name": name, "host": self._locks.host, "process": os.getpid(), "started_at": now}
        values |= {"lease_until": now + LEASE, "total": total, "settings": json.dumps(dict(settings or {}))}
        values |= {"source_name": source_name, "source_sha256": source_sha256}

        def work(connection: Connection) -> RunHandle:
            space = make_space(connection, scope.id, operation, rehearsal, repeatable)
            run = connection.execute(select(runs.c.id).where(runs.c.name == name)).scalar()
            if run is None:  # else a server that went away had written it
                run = connection.execute(insert(runs).values(space=space.id, **values).returning(runs.c.id)).scalar()
            assert run is not None  # noqa: S101 - just written
            return RunHandle(run, name, space, now)

        try:
            seat = self._database.write(work)
        except BaseException:
            self._locks.release(lock, name)
            raise
        return RunJournal(seat, lock, self._locks, self._commits, self._now, self._finish, self._confirm)

    def _finish(self, seat: RunHandle, counts: Mapping[str, int], stopped: str | None, doubtful: Sequence[str]) -> None:
        """Record a run's end; claims of a commit that failed, and that came to be all the same, are given back."""

        def work(connection: Connection) -> None:
            never = update(sends).where(
                sends.c.space == seat.space.id, sends.c.run == seat.id, sends.c.state == State.CLAIMED.value,
                sends.c.key.in_(doubtful),
            )  # fmt: skip
            if doubtful:
                connection.execute(never.values(state=State.FAILED.value, error_code="not_sent"))
            ended = {
                "ended_at": self._now(),
                "stopped": stopped,
                "counts": json.dumps(dict(counts)) if counts else None,
            }
            connection.execute(update(runs).where(runs.c.id == seat.id).values(**ended))

        self._database.write(work)

    def _confirm(self, seat: RunHandle, key: str) -> bool:
        """Whether a key's newest send is this run's open claim."""
        newest = (
            select(sends.c.run, sends.c.state)
            .where(sends.c.space == seat.space.id, sends.c.key == key)
            .order_by(sends.c.generation.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(newest).one_or_none()
        return row is not None and row.run == seat.id and row.state == State.CLAIMED.value

    # what was

    def runs(self, scope: Scope | None = None) -> list[RunRecord]:
        """List the runs, the newest first; of one scope, or of all."""
        with self._database.reading() as connection:
            return past.list_runs(connection, self._looker(connection), scope)

    def history(self, scope: Scope | None = None, key: str | None = None) -> list[Event]:
        """Tell what happened to one key, or to all, in the order of time."""
        with self._database.reading() as connection:
            return past.tell(connection, scope, key)

    def unsettled(self, scope: Scope | None = None) -> list[Unsettled]:
        """List the keys that are in doubt, the oldest first."""
        with self._database.reading() as connection:
            return past.in_doubt(connection, self._looker(connection), scope)

    def known_orders(
        self, scope: Scope, order_ids: Sequence[str] | None = None, *, rehearsal: bool = False
    ) -> Iterator[KnownOrder]:
        """Return every order that was created, or those of some ids."""
        return known_orders(self._database, scope.id, rehearsal, order_ids)

    def last_observations(self, scope: Scope, order_ids: Iterable[str]) -> dict[str, Seen]:
        """Return the newest look at each order that was ever seen."""
        with self._database.reading() as connection:
            return last_seen(connection, scope.id, order_ids)

    def observations(self, scope: Scope, order_id: str | None = None, until: int | None = None) -> Iterator[Look]:
        """Return every look, order by order and in time; `until` in epoch milliseconds."""
        return looks(self._database, scope.id, order_id, until)

    def orders_at(
        self, scope: Scope, order_ids: Iterable[str] | None, until: int, *, oldest: bool = False
    ) -> dict[str, Look]:
        """Return each order's newest (or oldest) look up to a moment, in epoch milliseconds."""
        with self._database.reading() as connection:
            return observed.standing_at(connection, scope.id, order_ids, until, oldest=oldest)

    def first_paid(self, scope: Scope, order_ids: Iterable[str], until: int) -> dict[str, int]:
        """Return when each order was first seen as paid, up to a moment, in epoch milliseconds."""
        with self._database.reading() as connection:
            return observed.first_paid(connection, scope.id, order_ids, until)

    def keep_audit(
        self, scope: Scope, kind: str, payload: str, source_sha256: str | None = None, made_at: int | None = None
    ) -> tuple[int, str]:
        """Keep a report, dated now unless told when (epoch milliseconds); give its id and its seal."""
        now = self._now()
        when = now if made_at is None else made_at
        return self._database.write(
            lambda connection: audits.keep(connection, scope.id, kind, payload, source_sha256, when, now)
        )

    def audits(self, scope: Scope | None = None) -> list[AuditRecord]:
        """List the reports that were kept, the oldest first, each with its first line."""
        with self._database.reading() as connection:
            return audits.kept(connection, scope.id if scope else None)

    def audit(self, number: int) -> AuditRecord | None:
        """Return one kept report with all that it holds; None where there is none of this number."""
        with self._database.reading() as connection:
            return audits.one(connection, number)

    def now(self) -> int:
        """Return the moment by the journal's clock, in epoch milliseconds."""
        return self._now()

    def accounts(self) -> dict[str, Scope]:
        """Return every account that the journal knows, by a name that is not its key: `live-3f2a91c0`."""
        with self._database.reading() as connection:
            return accounts(connection)

    def seals(self) -> list[Seal]:
        """Say of each kept report, the oldest first, whether it is as it was sealed."""
        with self._database.reading() as connection:
            return audits.check(connection)
