"""Shared commits: whoever comes first commits for all that wait, so 32 threads cost one flush of the disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Generic, TypeVar

from sqlalchemy import Connection, bindparam, update

from ..errors import JournalError
from ..model import Call, Entry, Observation, Settlement
from ..texts import say
from .database import Database
from .leases import LEASE, RENEW, RunLocks
from .orders import observe
from .queries import Looker, Space
from .schema import runs
from .writes import claim, settle

T = TypeVar("T")
R = TypeVar("R")


class _Waiting(Generic[T, R]):
    """One thread's piece of work, and what came of it."""

    __slots__ = ("error", "leads", "result", "woken", "work")

    def __init__(self, work: T) -> None:
        self.work = work
        self.result: R | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.woken = threading.Lock()
        self.woken.acquire()


class SharedCommits(Generic[T, R]):
    """Gather the work of many threads into few transactions.

    The first thread leads: it takes everything that waits, performs it in one transaction, wakes its owners, and hands
    the lead to one of those that came meanwhile. There is no thread of its own that could die or be forgotten.

    Args:
        perform: does a list of works durably and gives a result for each; an error of it goes to every owner.
    """

    def __init__(self, perform: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._perform = perform
        self._gate = threading.Lock()
        self._queue: list[_Waiting[T, R]] = []
        self._led = False

    def submit(self, work: T) -> R:
        """Have `work` committed, together with what others brought; give its result or raise its error."""
        mine: _Waiting[T, R] = _Waiting(work)
        try:
            self._join(mine)
            if not mine.leads:
                mine.woken.acquire()
            if mine.leads:
                self._lead(mine)
        except BaseException:  # an interrupt: the lead may be this thread's, and others wait for it
            self._leave(mine)
            raise
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _join(self, mine: _Waiting[T, R]) -> None:
        with self._gate:
            self._queue.append(mine)
            mine.leads, self._led = not self._led, True

    def _leave(self, mine: _Waiting[T, R]) -> None:
        with self._gate:
            if mine in self._queue:
                self._queue.remove(mine)
        self._hand_over(mine)

    def _lead(self, mine: _Waiting[T, R]) -> None:
        batch: list[_Waiting[T, R]] = []
        try:
            with self._gate:
                batch, self._queue = self._queue, []
            results = self._perform([item.work for item in batch])
            for item, result in zip(batch, results, strict=True):
                item.result = result
        except BaseException as error:
            for item in batch:
                item.error = error if item is mine else _for_others(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(mine)
            for item in batch:
                if item is not mine:
                    item.woken.release()

    def _hand_over(self, mine: _Waiting[T, R]) -> None:
        """Return the lead, if it is this thread's, to the first that waits."""
        with self._gate:
            if not mine.leads:
                return
            mine.leads, self._led = False, bool(self._queue)
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].woken.release()


def _for_others(error: BaseException) -> BaseException:
    """Return each thread an error of its own, since raising one object in several threads mixes up its tracebacks."""
    if isinstance(error, JournalError):
        return JournalError(*error.args)
    return error if isinstance(error, Exception) else JournalError(say("runs", "journal_interrupted"))


_log = logging.getLogger("compropago_bulk")
_RENEW = (
    update(runs)
    .where(runs.c.id == bindparam("of_run"), runs.c.ended_at.is_(None))
    .values(lease_until=bindparam("until"))
)


@dataclass(slots=True)
class RunHandle:
    """A run's place in the journal."""

    id: int
    name: str
    space: Space
    renewed_at: int


@dataclass(frozen=True, slots=True)
class Work:
    """What one thread brings to a commit."""

    seat: RunHandle
    settled: Sequence[Settlement] = ()
    claims: Sequence[Call] = ()
    resend: bool = False
    observed: Sequence[Observation] = ()
    renew: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a commit answers: an entry or None for each claim, the keys settled without a claim, and when it was."""

    entries: list[Entry | None]
    never_claimed: frozenset[str]
    at: int


class Writer:
    """Performs many works in one transaction."""

    def __init__(self, database: Database, locks: RunLocks, now: Callable[[], int]) -> None:
        self._database, self._locks, self._now = database, locks, now

    def perform(self, works: Sequence[Work]) -> list[Done]:
        """Commit all the works durably; give an answer for each."""
        now = self._now()
        due = [seat for seat in _seats(works) if now - seat.renewed_at >= RENEW or any(w.renew for w in works)]
        tries = count()
        done = self._database.write(lambda connection: self._all(connection, works, due, now, again=next(tries) > 0))
        for seat in due:
            if now - seat.renewed_at > LEASE:
                _log.warning("run %s was not heard of for %d s and goes on", seat.name, (now - seat.renewed_at) // 1000)
            seat.renewed_at = now
        return done

    def _all(
        self, connection: Connection, works: Sequence[Work], due: list[RunHandle], now: int, *, again: bool
    ) -> list[Done]:
        """Do all the works; `again` where a server that went away may have done them already."""
        if due:
            connection.execute(_RENEW, [{"of_run": seat.id, "until": now + LEASE} for seat in due])
        missed = _settle_all(connection, works, now)
        entries = self._claim_all(connection, works, now, again=again)
        _observe_all(connection, works, now, again=again)
        return [
            Done(entry, missed[work.seat.id] & {item.call.key for item in work.settled}, now)
            for work, entry in zip(works, entries, strict=True)
        ]

    def _claim_all(
        self, connection: Connection, works: Sequence[Work], now: int, *, again: bool
    ) -> list[list[Entry | None]]:
        looker = Looker(connection, self._locks, now)
        entries: list[list[Entry | None]] = [[] for _ in works]
        numbered = [(work, place) for place, work in enumerate(works) if work.claims]
        numbered.sort(key=lambda item: (item[0].seat.space.id, item[0].seat.id, item[0].resend))
        for _, part in groupby(numbered, key=lambda item: (item[0].seat.id, item[0].resend)):
            group = list(part)
            seat, resend = group[0][0].seat, group[0][0].resend
            calls = [call for work, _ in group for call in work.claims]
            answers = iter(claim(connection, looker, seat.space, seat.id, calls, resend, now, again=again))
            for work, place in group:
                entries[place] = [next(answers) for _ in work.claims]
        return entries


def _seats(works: Iterable[Work]) -> list[RunHandle]:
    return list({work.seat.id: work.seat for work in works}.values())


def _settle_all(connection: Connection, works: Sequence[Work], now: int) -> dict[int, frozenset[str]]:
    missed: dict[int, frozenset[str]] = {}
    for seat in _seats(works):
        settled = [item for work in works if work.seat is seat for item in work.settled]
        gone = settle(connection, seat.space, (seat.id, seat.name), settled, now) if settled else set()
        missed[seat.id] = frozenset(gone)
    return missed


def _observe_all(connection: Connection, works: Sequence[Work], now: int, *, again: bool) -> None:
    for seat in _seats(works):
        looks = [item for work in works if work.seat is seat for item in work.observed]
        if looks:
            observe(connection, seat.space.scope, seat.id, looks, now, again=again)
