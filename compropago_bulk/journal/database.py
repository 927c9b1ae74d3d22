"""Connections to the journal's database: durable, patient for a while, and none of them shared with a forked child."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from ..errors import JournalError
from ..texts import say
from . import faultpoints

T = TypeVar("T")

_log = logging.getLogger("compropago_bulk")

_ATTEMPTS = 5
AWAY = 30.0
"""Seconds that a server is waited for that was there and went away."""
_BREATH = 0.2
_left_behind: list[Engine] = []  # engines of a parent process: closing them here would close the parent's connections


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
        self._away_since: float | None = None

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
        with self.engine().connect().execution_options(journal_writes=True) as connection:
            self._was_there = True
            faultpoints.reach("begin.before")
            with connection.begin():
                faultpoints.reach("begin.after")
                if self.is_server and not lasting:
                    connection.execute(text("SET LOCAL synchronous_commit = off"))
                done = work(connection)
                faultpoints.reach("commit.before")
            faultpoints.reach("commit.after")
            return done

    def engine(self) -> Engine:
        """Return this process's engine; a forked child gets its own."""
        with self._lock:
            if self._closed:
                raise JournalError(say("runs", "journal_closed"))
            if self._engine is not None and self._process != os.getpid():
                _left_behind.append(self._engine)
                self._engine = None
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
            if self._engine is not None and self._process == os.getpid():
                self._engine.dispose()


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
        writes = connection.get_execution_options().get("journal_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

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


APPLICATION = "compropago-bulk"
_POSTGRES_URL = {"postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"}


@dataclass(frozen=True, slots=True)
class Place:
    """An address, a form of it that may be shown, and the folder for the runs' lock files."""

    url: URL
    shown: str
    locks: Path
    file: Path | None
    """None for a server."""

    def __repr__(self) -> str:
        return f"Place({self.shown!r})"


def find(where: str | Path | None) -> Place:
    """Read what a person wrote: nothing, a path, or the URL of a database.

    Raises:
        JournalError: the URL cannot be read, or names something that keeps nothing.
    """
    if where is None:
        return _file(Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "journal.sqlite")
    if isinstance(where, Path) or "://" not in where:
        if str(where).strip() in {"", ":memory:"}:
            raise JournalError(say("runs", "journal_keeps_nothing"))
        return _file(Path(where).expanduser())
    return _from_url(where)


def is_server(where: str | Path | None) -> bool:
    """Whether a journal is on a server, so that several machines can share it.

    Raises:
        JournalError: the URL cannot be read.
    """
    return find(where).file is None


def _from_url(where: str) -> Place:
    try:
        url = make_url(where.strip())
    except (ArgumentError, ValueError):
        raise JournalError(say("runs", "journal_bad_url")) from None  # the text may hold a password: not shown
    if url.drivername.startswith("sqlite"):
        return find(url.database or ":memory:")
    if url.drivername not in _POSTGRES_URL:
        raise JournalError(say("runs", "journal_unknown_kind", kind=url.drivername))
    locks = Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)) / "runs"
    shown = url.set(drivername="postgresql", password=None, query={}).render_as_string(hide_password=True)
    return Place(url.set(drivername="postgresql+psycopg"), shown, locks, None)


def _file(path: Path) -> Place:
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a link that is about to be replaced
    return Place(URL.create("sqlite+pysqlite", database=str(path)), str(path), Path(f"{path}.runs"), path)


def prepare(place: Place) -> None:
    """Make the folder and an empty file that only their owner can read; SQLite gives its side files the same mode."""
    if place.file is None:
        return
    folder = place.file.parent
    refuse_what_is_no_journal(place.file, place.locks)
    try:
        make_private_folder(folder)
        os.close(os.open(place.file, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix" and place.file.stat().st_mode & 0o077:
            place.file.chmod(0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise JournalError(say("runs", "journal_not_writable", path=place.file, reason=reason)) from None


_HEADER = 100
"""Bytes that every SQLite file has at least."""


def refuse_what_is_no_journal(path: Path, locks: Path) -> None:
    """Refuse a device, a pipe or a folder, and a file that was a journal and is empty now, before it is touched.

    Raises:
        JournalError: what is there is left as it is.
    """
    try:
        found = path.stat()
    except OSError:  # nothing there yet, or nothing that may be looked at: making it will tell
        return
    if not stat.S_ISREG(found.st_mode):
        raise JournalError(say("runs", "journal_no_file", path=path))
    log = Path(f"{path}-wal")
    if found.st_size < _HEADER and (locks.exists() or (log.exists() and log.stat().st_size)):
        raise JournalError(say("runs", "journal_emptied", path=path))
    if 0 < found.st_size < _HEADER:  # SQLite takes a file of one byte for an empty one
        raise JournalError(say("runs", "journal_not_a_journal", where=path))


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, readable by their owner only; a folder that exists is left alone."""
    missing = [item for item in (folder, *folder.parents) if not item.exists()]
    for name in reversed(missing):
        name.mkdir(mode=0o700, exist_ok=True)


def journal_folder(where: str | Path | None) -> Path:
    """Return the folder beside a journal for what belongs to it; for one on a server, the user's data folder.

    Raises:
        JournalError: the URL cannot be read.
    """
    place = find(where)
    return Path(f"{place.file}.files") if place.file is not None else place.locks.parent / "files"


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
