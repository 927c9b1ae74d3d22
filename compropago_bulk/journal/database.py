"""Connections to the journal's database: durable, patient for a while, and none of them shared with a forked child."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from ..errors import JournalError
from ..texts import say
from .places import Place

T = TypeVar("T")

_log = logging.getLogger("compropago_bulk")

_ATTEMPTS = 5
AWAY = 30.0
"""Seconds that a server is waited for that was there and went away."""
_BREATH, _FRESH = 0.2, 1.0
"""Seconds between two tries to reach it; and for which a connection is taken to be alive that was used before."""
_left_behind: list[Any] = []  # what a parent process opened: closing it here would close the parent's connections


class Database:
    """The journal's database: `reading()` and `write(work)`, and nothing else reaches it."""

    def __init__(self, place: Place, patience: float) -> None:
        self.place = place
        self._patience = patience
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._process = os.getpid()
        self._closed = False
        self._was_there = False
        self._spare: tuple[Connection, float] | None = None
        self._away_since: float | None = None
        self._told_at = float("-inf")

    @property
    def is_server(self) -> bool:
        """Tell PostgreSQL from a file."""
        return self.place.file is None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Return a connection in which every statement sees what was committed before it."""
        with spoken(self.place.shown), self._connected() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT") if self.is_server else connection

    def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Do `work` in one transaction that is durable when this returns; once more if another one got in its way.

        A server that went away is waited for; whether it did the work before it went, nobody knows, so `work` must
        come to the same when it is done twice.

        Args:
            lasting: False where losing it in a power cut does no harm.
        """
        with spoken(self.place.shown):
            for attempt in count(1):
                try:
                    done = self._write_once(work, lasting)
                except SQLAlchemyError as error:
                    if not self._waits_for(error) and (attempt >= _ATTEMPTS or not is_rolled_back_by_chance(error)):
                        raise
                else:
                    self._away_since = None
                    return done
        raise AssertionError("unreachable")

    def _waits_for(self, error: SQLAlchemyError) -> bool:
        """Wait a moment for a server that was there before and is not now; False where that would be in vain."""
        if not (self.is_server and self._was_there and is_away(error)):
            return False
        now = time.monotonic()
        if self._away_since is not None and now - self._away_since > AWAY:  # those who ask later wait no second time
            return False
        if self._away_since is None:
            self._away_since = now
            if now - self._told_at > AWAY:  # a server that restarts comes and goes several times
                self._told_at = now
                _log.warning("%s", say("runs", "journal_awaited", where=self.place.shown, seconds=round(AWAY)))
        time.sleep(_BREATH)
        return True

    def _connected(self) -> Connection:
        while True:
            try:
                connection = self.engine().connect()
            except SQLAlchemyError as error:
                if not self._waits_for(error):
                    raise
            else:
                self._was_there = True
                return connection

    def _write_once(self, work: Callable[[Connection], T], lasting: bool) -> T:
        connection = self._writing()
        try:
            self._was_there = True
            with _transaction(connection):
                if self.is_server and not lasting:
                    connection.execute(text("SET LOCAL synchronous_commit = off"))
                done = work(connection)
        except BaseException:
            connection.close()
            raise
        self._lay_aside(connection)
        return done

    def _writing(self) -> Connection:
        """Return the connection that the last commit laid aside, if that was a moment ago; else one of the pool."""
        engine = self.engine()
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None and spare[0].engine is engine:
            if time.monotonic() - spare[1] < _FRESH:
                return spare[0]
            spare[0].close()
        return engine.connect()

    def _lay_aside(self, connection: Connection) -> None:
        """Keep a connection for the next commit, which in a run comes in a moment."""
        with self._lock:
            kept = self._spare is None and not self._closed
            if kept:
                self._spare = connection, time.monotonic()
        if not kept:
            connection.close()

    def engine(self) -> Engine:
        """Return this process's engine; a forked child gets its own."""
        with self._lock:
            if self._closed:
                raise JournalError(say("runs", "journal_closed"))
            if self._engine is not None and self._process != os.getpid():
                _left_behind.append((self._engine, self._spare))
                self._engine = self._spare = None
            if self._engine is None:
                self._engine = _make_engine(self.place, self._patience)
                self._process = os.getpid()
            return self._engine

    def after_fork(self) -> None:
        """Replace the lock, which another thread of the parent may have held while it forked."""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close this process's connections."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            if self._engine is not None and self._process == os.getpid():
                if spare is not None and spare[0].engine is self._engine:
                    spare[0].close()
                self._engine.dispose()


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """Keep what is done inside, or nothing of it.

    SQLite is told by its own driver: the layer above it costs more than the file does, and a run has thousands of
    commits. PostgreSQL's way over the wire costs more than either.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    driver = driver_of(connection)
    try:
        driver.execute("BEGIN IMMEDIATE")
        yield
        if connection.in_transaction():  # what was asked through the layer above takes part in the same transaction
            connection.commit()
        else:
            driver.commit()
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection below this one. Its errors are known as the journal's inside `Database.write`."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _make_engine(place: Place, patience: float) -> Engine:
    return _postgres(place, patience) if place.file is None else _sqlite(place, patience)


def _sqlite(place: Place, patience: float) -> Engine:
    engine = create_engine(
        place.url, connect_args={"timeout": patience, "check_same_thread": False}, hide_parameters=True, pool_size=8
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions are ours, not the driver's
        cursor = connection.cursor()
        mode = _ask_for_wal(cursor, patience)
        if mode not in {"wal", "delete", "truncate", "persist"}:
            raise JournalError(say("runs", "journal_not_durable", where=place.shown))
        # Where a folder refuses WAL, SQLite's older way is as durable, only slower; EXTRA makes the folder durable too
        cursor.execute(f"PRAGMA synchronous={'FULL' if mode == 'wal' else 'EXTRA'}")
        cursor.execute("PRAGMA fullfsync=1")  # macOS: fsync alone leaves data in the drive's cache
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not driver_of(connection).in_transaction:
            connection.exec_driver_sql("BEGIN")

    return engine


def _ask_for_wal(cursor: Any, patience: float) -> str:
    """Return the journal mode, WAL if it can be had.

    Of two that open a new file at once, one is told at once that it is locked: SQLite does not wait for this change, so
    this does.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return str(cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgres(place: Place, patience: float) -> Engine:
    try:
        engine = create_engine(
            place.url, connect_args={"connect_timeout": 10}, hide_parameters=True, pool_pre_ping=True, pool_size=4
        )
    except ImportError:
        raise JournalError(say("runs", "journal_needs_postgres")) from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        patient = round(patience * 1000)
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {patient}")
            cursor.execute(f"SET statement_timeout = {max(patient, 60_000)}")
            # A laptop that falls asleep inside a transaction must not hold up its colleagues
            cursor.execute(f"SET idle_in_transaction_session_timeout = {patient}")
            cursor.execute("SET synchronous_commit = on")
            fsync = cursor.execute("SHOW fsync").fetchone()[0]
        connection.commit()
        if fsync != "on":
            raise JournalError(say("runs", "journal_not_durable", where=place.shown))

    return engine


_SQLITE = (
    ("database is locked", "journal_locked"),
    ("disk is full", "journal_disk_full"),
    ("disk i/o error", "journal_disk_error"),
    ("unable to open", "journal_cannot_open"),
    ("readonly", "journal_read_only"),
    ("read-only", "journal_read_only"),
    ("not a database", "journal_not_a_journal"),
    ("malformed", "journal_damaged"),
)
_POSTGRES = {
    "55P03": "journal_locked",
    "57014": "journal_locked",
    "53100": "journal_disk_full",
    "25006": "journal_read_only",
    "42501": "journal_read_only",
    "28P01": "journal_refused",
    "28000": "journal_refused",
    "3D000": "journal_no_database",
}
_TRY_AGAIN = {"40P01", "40001"}


def code_of(error: BaseException) -> str | None:
    """Return the SQLSTATE of a PostgreSQL error, if it has one."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None


def is_rolled_back_by_chance(error: SQLAlchemyError) -> bool:
    """Whether two transactions got in each other's way, so that doing it once more is all that is needed."""
    return code_of(error) in _TRY_AGAIN


_GONE = {"57P01", "57P02", "57P03"}


def is_away(error: SQLAlchemyError) -> bool:
    """Whether a server cannot be reached, is being shut down or is not up yet."""
    if not isinstance(error, DBAPIError):
        return False
    state = code_of(error)
    if error.connection_invalidated or state is not None:
        return error.connection_invalidated or state in _GONE or str(state).startswith("08")
    return isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")


def explain(error: SQLAlchemyError, shown: str) -> JournalError:
    """Say what happened and what to do. Never quotes a statement's values, which are people's data."""
    state, words = code_of(error), _words(error)
    if state is not None:
        return JournalError(say("runs", _POSTGRES.get(state, "journal_failed"), where=shown, reason=words))
    for part, code in _SQLITE:
        if part in words.lower():
            return JournalError(say("runs", code, where=shown, reason=words))
    gone = isinstance(error, DBAPIError) and type(error.orig).__module__.startswith("psycopg")
    return JournalError(say("runs", "journal_unreachable" if gone else "journal_failed", where=shown, reason=words))


def _words(error: SQLAlchemyError) -> str:
    """Return the first line only: what follows it may quote values."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0][:200]


@contextmanager
def spoken(shown: str) -> Iterator[None]:
    """Turn the database's errors inside the block into `JournalError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise explain(error, shown) from None
    except (UnicodeError, OverflowError) as error:  # a value that the driver cannot hand over; it is not quoted
        raise JournalError(say("runs", "journal_failed", where=shown, reason=type(error).__name__)) from None
