"""One shared commit: leases, then settles, then claims, then looks, for all the threads that brought some."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, bindparam, update

from ...rows.model import Call, Entry, Observation, Settlement
from . import faultpoints
from .claims import claim
from .engine import Database
from .liveness import LEASE, RENEW, RunLocks
from .looking import Looker, Space
from .orders import observe
from .settles import settle
from .tables import runs

_log = logging.getLogger("compropago_bulk")
_RENEW = (
    update(runs)
    .where(runs.c.id == bindparam("of_run"), runs.c.ended_at.is_(None))
    .values(lease_until=bindparam("until"))
)


@dataclass(slots=True)
class Seat:
    """A run's place in the journal."""

    id: int
    name: str
    space: Space
    renewed_at: int


@dataclass(frozen=True, slots=True)
class Work:
    """What one thread brings to a commit."""

    seat: Seat
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
        done = self._database.write(lambda connection: self._all(connection, works, due, now))
        for seat in due:
            if now - seat.renewed_at > LEASE:
                _log.warning("run %s was not heard of for %d s and goes on", seat.name, (now - seat.renewed_at) // 1000)
            seat.renewed_at = now
        return done

    def _all(self, connection: Connection, works: Sequence[Work], due: list[Seat], now: int) -> list[Done]:
        if due:
            connection.execute(_RENEW, [{"of_run": seat.id, "until": now + LEASE} for seat in due])
        missed = _settle_all(connection, works, now)
        entries = self._claim_all(connection, works, now)
        _observe_all(connection, works, now)
        return [
            Done(entry, missed[work.seat.id] & {one.call.key for one in work.settled}, now)
            for work, entry in zip(works, entries, strict=True)
        ]

    def _claim_all(self, connection: Connection, works: Sequence[Work], now: int) -> list[list[Entry | None]]:
        looker = Looker(connection, self._locks, now)
        entries: list[list[Entry | None]] = [[] for _ in works]
        numbered = [(work, place) for place, work in enumerate(works) if work.claims]
        numbered.sort(key=lambda one: (one[0].seat.space.id, one[0].seat.id, one[0].resend))
        for _, part in groupby(numbered, key=lambda one: (one[0].seat.id, one[0].resend)):
            group = list(part)
            seat, resend = group[0][0].seat, group[0][0].resend
            calls = [call for work, _ in group for call in work.claims]
            answers = iter(claim(connection, looker, seat.space, seat.id, calls, resend, now))
            for work, place in group:
                entries[place] = [next(answers) for _ in work.claims]
        return entries


def _seats(works: Iterable[Work]) -> list[Seat]:
    return list({work.seat.id: work.seat for work in works}.values())


def _settle_all(connection: Connection, works: Sequence[Work], now: int) -> dict[int, frozenset[str]]:
    missed: dict[int, frozenset[str]] = {}
    for seat in _seats(works):
        settled = [one for work in works if work.seat is seat for one in work.settled]
        gone = settle(connection, seat.space, (seat.id, seat.name), settled, now) if settled else set()
        missed[seat.id] = frozenset(gone)
    return missed


def _observe_all(connection: Connection, works: Sequence[Work], now: int) -> None:
    for seat in _seats(works):
        looks = [one for work in works if work.seat is seat for one in work.observed]
        if looks:
            observe(connection, seat.space.scope, seat.id, looks, now)
            faultpoints.reach("observe.after")
