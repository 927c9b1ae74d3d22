"""Connections to the journal's database: durable, patient for a while, and none of them shared with a forked child."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from ...errors import JournalError
from ...texts import say
from . import faultpoints
from .place import Place
from .trouble import is_rolled_back_by_chance, spoken

T = TypeVar("T")

_ATTEMPTS = 5
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

    @property
    def is_server(self) -> bool:
        """Tell PostgreSQL from a file."""
        return self.place.file is None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in which every statement sees what was committed before it."""
        with spoken(self.place.shown), self.engine().connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT") if self.is_server else connection

    def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Do `work` in one transaction that is durable when this returns; once more if another one got in its way.

        Args:
            lasting: False where losing it in a power cut does no harm.
        """
        with spoken(self.place.shown):
            for attempt in range(_ATTEMPTS):
                try:
                    return self._write_once(work, lasting)
                except SQLAlchemyError as error:
                    if attempt == _ATTEMPTS - 1 or not is_rolled_back_by_chance(error):
                        raise
        raise AssertionError("unreachable")

    def _write_once(self, work: Callable[[Connection], T], lasting: bool) -> T:
        with self.engine().connect().execution_options(journal_writes=True) as connection:
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
        """Give this process's engine; a forked child gets its own."""
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
    """Give the journal mode, WAL if it can be had.

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
