"""Whether a run is at work: it holds a lock that the system lets go of when its process ends, else it renews a lease.

On one machine the lock tells at once, also of a process that is stopped or a laptop that slept. Between machines, which
share a PostgreSQL journal, the lease does; there they also share the slots of one rate, by the server's own clock.
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout
from sqlalchemy import Connection, text

from ..errors import JournalError
from ..texts import say
from .database import Database
from .places import make_private_folder

LEASE = 30_000
"""Milliseconds after which a run that was not heard of counts as gone."""
RENEW = 10_000


def host_of(folder: Path) -> str:
    """Name this machine together with its lock folder: two processes with one name see each other's locks."""
    make_private_folder(folder)
    there = folder.stat()
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    told = f"{socket.gethostname()}|{boot}|{there.st_dev}|{there.st_ino}|{folder if os.name == 'nt' else ''}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class RunLocks:
    """The lock files of the runs of one journal."""

    def __init__(self, folder: Path, host: str | None = None) -> None:
        try:
            self.host = host or host_of(folder)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise JournalError(say("runs", "journal_not_writable", path=folder, reason=reason)) from None
        self._folder = folder
        self.machine = socket.gethostname()

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.lock"

    def take(self, run_id: str) -> BaseFileLock:
        """Take the lock of a run that begins."""
        lock = FileLock(self._path(run_id), mode=0o600, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except OSError as error:  # Timeout is one
            reason = error.strerror or type(error).__name__
            raise JournalError(say("runs", "journal_not_writable", path=self._path(run_id), reason=reason)) from None
        return lock

    def release(self, lock: BaseFileLock, run_id: str, *, forget: bool = True) -> None:
        """Let go of the lock of a run that ended, and remove its file."""
        lock.release(force=True)
        if forget:
            self.forget(run_id)

    def forget(self, run_id: str) -> None:
        """Remove the lock file of a run that is over."""
        with suppress(OSError):
            self._path(run_id).unlink()

    def is_held(self, run_id: str) -> bool | None:
        """Whether a process of this machine holds the run's lock; None where that cannot be told."""
        path = self._path(run_id)
        if not path.exists():
            return None
        probe = FileLock(path, mode=0o600, thread_local=False)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return None
        probe.release(force=True)
        return False

    def is_alive(self, run: Mapping[str, Any], now: int) -> bool:
        """Whether a run (its row) is at work."""
        if run["ended_at"] is not None:
            return False
        held = self.is_held(run["name"]) if run["host"] == self.host else None
        return run["lease_until"] > now if held is None else held

    def is_surely_gone(self, run: Mapping[str, Any]) -> bool:
        """Whether a run without an end has ended for certain: only its own machine can say so."""
        return run["ended_at"] is None and run["host"] == self.host and self.is_held(run["name"]) is False


_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
_SLOT = text(f"""
    INSERT INTO compropago_paces AS pace (scope, next_at, not_before) VALUES (:scope, {_NOW} + :length, 0)
    ON CONFLICT (scope) DO UPDATE
    SET next_at = GREATEST(pace.next_at, pace.not_before, {_NOW} - :tolerance) + :length
    RETURNING next_at - :length - {_NOW}
""")  # noqa: S608 - made of constants
_PAUSE = text(f"""
    INSERT INTO compropago_paces AS pace (scope, next_at, not_before) VALUES (:scope, {_NOW}, {_NOW} + :pause)
    ON CONFLICT (scope) DO UPDATE SET not_before = GREATEST(pace.not_before, {_NOW} + :pause)
""")  # noqa: S608 - made of constants
_MICRO = 1_000_000


class ServerPace:
    """Gives out slots, one row's worth of state for each account."""

    def __init__(self, database: Database, scope: int) -> None:
        self._database, self._scope = database, scope

    def slots(self, number: int, interval: float, tolerance: float) -> float:
        """Reserve the next slots, so many seconds apart, and give those until the first."""
        length = round(number * interval * _MICRO)
        values = {"scope": self._scope, "length": length, "tolerance": round(tolerance * _MICRO)}

        def work(connection: Connection) -> int:
            return int(connection.execute(_SLOT, values).scalar_one())

        return max(0.0, self._database.write(work, lasting=False) / _MICRO)

    def pause(self, seconds: float) -> None:
        """Hold all processes still."""
        values = {"scope": self._scope, "pause": round(seconds * _MICRO)}
        self._database.write(lambda connection: connection.execute(_PAUSE, values), lasting=False)
