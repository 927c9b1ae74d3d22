"""Claiming: the statement before the wire. One winner a key among threads, runs and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from ...rows.model import Call, Entry, State
from . import faultpoints
from .looking import Looker, Space, Standing, version_of
from .manyrows import claim_rows
from .standing import may_claim
from .tables import sends


def claim(
    connection: Connection, looker: Looker, space: Space, run: int, calls: Sequence[Call], resend: bool, now: int
) -> list[Entry | None]:
    """Claim what may be claimed; give None for each call that was won, else the entry that stands in the way.

    A key's next number is inserted; where another process was faster the unique index says so, and we look again.
    Keys go in sorted order, so that two processes never wait for each other in a circle.
    """
    faultpoints.reach("claim.before")
    first = {call.key: call for call in reversed(calls)}
    known = looker.standings(space, first)
    wanted = {
        key: _row(space, run, call, _next_number(known.get(key)), now)
        for key, call in sorted(first.items())
        if may_claim(version_of(known.get(key)), space.repeatable, resend)
    }
    won = _insert_rows(connection, space, run, list(wanted.values()))
    faultpoints.reach("claim.after")
    return _answers(looker, space, calls, first, known, wanted.keys() - won, won)


def _answers(
    looker: Looker,
    space: Space,
    calls: Sequence[Call],
    first: Mapping[str, Call],
    known: Mapping[str, Standing],
    late: set[str],
    won: set[str],
) -> list[Entry | None]:
    again = {call.key for call in calls if call is not first[call.key]}  # a key twice in one batch: one of them wins
    unseen = late | (again & won)
    stands = {**known, **looker.standings(space, sorted(unseen))} if unseen else known
    return [None if call.key in won and call is first[call.key] else stands[call.key].entry for call in calls]


def _next_number(stands: Standing | None) -> int:
    return 1 if stands is None else stands.last + 1


def _row(space: Space, run: int, call: Call, generation: int, now: int) -> dict[str, Any]:
    return {
        "space": space.id,
        "key": call.key,
        "generation": generation,
        "state": State.CLAIMED.value,
        "resolved": 0,
        "fingerprint": call.fingerprint,
        "alias": call.alias,
        "body": call.body,
        "run": run,
        "claimed_at": now,
        "attempts": 0,
    }


def _insert_rows(connection: Connection, space: Space, run: int, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert the claims and give the keys that were won; a number that somebody else has taken is not."""
    if not rows:
        return set()
    if claim_rows(connection, rows) == len(rows):
        return {row["key"] for row in rows}
    numbers = {row["key"]: row["generation"] for row in rows}
    mine = select(sends.c.key, sends.c.generation).where(
        sends.c.space == space.id, sends.c.key.in_(list(numbers)), sends.c.run + 0 == run
    )
    return {key for key, generation in connection.execute(mine) if generation == numbers[key]}
