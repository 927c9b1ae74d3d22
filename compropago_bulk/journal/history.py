"""What was: runs, histories, doubts, and a person's word on them."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from ..model import Answer, State
from .queries import Looker, Space, Standing, flatten, space_of
from .schema import marks, observations, runs, scopes, sends, spaces
from .states import Event, RunRecord, Scope, Unsettled

_OPEN = (State.CLAIMED.value, State.UNKNOWN.value)


def _in_scope(statement: Select[Any], scope: Scope | None) -> Select[Any]:
    return statement if scope is None else statement.where(spaces.c.scope == scope.id)


def _scopes(connection: Connection) -> dict[int, Scope]:
    rows = connection.execute(select(scopes.c.id, scopes.c.base_url, scopes.c.mode))
    return {row.id: Scope(row.id, row.base_url, row.mode) for row in rows}


# runs


def list_runs(connection: Connection, looker: Looker, scope: Scope | None) -> list[RunRecord]:
    """List the runs, the newest first."""
    wanted = select(runs, spaces.c.scope, spaces.c.operation, spaces.c.rehearsal).join(
        spaces, spaces.c.id == runs.c.space
    )
    rows = connection.execute(_in_scope(wanted, scope).order_by(runs.c.started_at.desc(), runs.c.id.desc())).all()
    silent = _counts(connection, [row.id for row in rows if row.counts is None])
    known = _scopes(connection)
    return [_run_record(row, known[row.scope], looker.alive(row.id), silent.get(row.id, {})) for row in rows]


def _counts(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Count the states of what runs sent that did not say themselves what came of them."""
    found: dict[int, dict[str, int]] = {}
    wanted = select(sends.c.run, sends.c.state, func.count()).where(sends.c.run.in_(list(ids)))
    for run, state, number in connection.execute(wanted.group_by(sends.c.run, sends.c.state)):
        found.setdefault(run, {})[state] = number
    return found


def _run_record(row: Row[Any], scope: Scope, alive: bool, silent: dict[str, int]) -> RunRecord:
    gone = "gone" if row.ended_at is None and not alive else None
    counts = json.loads(row.counts) if row.counts else silent
    return RunRecord(
        row.name, scope, row.operation, bool(row.rehearsal), row.started_at, row.ended_at, row.stopped or gone, alive,
        row.total, counts, row.source_name, row.source_sha256, json.loads(row.settings),
    )  # fmt: skip


# doubts


def in_doubt(connection: Connection, looker: Looker, scope: Scope | None) -> list[Unsettled]:
    """List the keys of which nobody knows whether they were created, the oldest first."""
    known = _scopes(connection)
    found: list[Unsettled] = []
    for row in connection.execute(_in_scope(select(spaces), scope)).all():
        space = space_of(row)
        wanted = select(sends.c.key).where(sends.c.space == space.id, sends.c.state.in_(_OPEN)).distinct()
        keys = connection.scalars(wanted).all()
        standings = looker.standings(space, keys)
        doubtful = {key: stands for key, stands in standings.items() if _is_doubtful(stands)}
        found.extend(_unsettled(connection, known[space.scope], space, key, item) for key, item in doubtful.items())
    return sorted(found, key=lambda match: (match.claimed_at, match.key))


def _is_doubtful(stands: Standing) -> bool:
    return stands.entry.state is State.UNKNOWN or (stands.entry.state is State.CLAIMED and not stands.entry.alive)


def _unsettled(connection: Connection, scope: Scope, space: Space, key: str, stands: Standing) -> Unsettled:
    row = _send(connection, space, key, stands.generation)
    entry = stands.entry
    return Unsettled(
        scope, space.operation, space.rehearsal, key, entry.error_code, entry.error, entry.run_id, row.claimed_at,
        row.attempts, row.body, space.repeatable,
    )  # fmt: skip


def _send(connection: Connection, space: Space, key: str, generation: int) -> Row[Any]:
    wanted = select(sends).where(sends.c.space == space.id, sends.c.key == key, sends.c.generation == generation)
    return connection.execute(wanted).one()


def send_id(connection: Connection, space: Space, key: str, generation: int) -> int:
    """Return the id of one send."""
    return int(_send(connection, space, key, generation).id)


def resolve(connection: Connection, space: Space, stands: Standing, created: bool, told: Answer, now: int) -> bool:
    """Write a person's word; False where the key is not in doubt."""
    if not _is_doubtful(stands):
        return False
    row = _send(connection, space, stands.entry.key, stands.generation)
    after = State.CREATED if created else State.FAILED
    values: dict[str, Any] = {"state": after.value, "resolved": 1, "settled_at": now, "error": None}
    values |= {"error_code": None if created else "resolved", **(flatten(told) if created else {})}
    connection.execute(update(sends).where(sends.c.id == row.id).values(**values))
    mark = {"space": space.id, "key": row.key, "generation": row.generation, "at": now, "kind": "resolved"}
    mark |= {"who": _who(), "state_before": row.state, "state_after": after.value}
    connection.execute(insert(marks), {**mark, "order_id": told.order_id, "clabe": told.clabe})
    return True


def _who() -> str | None:
    """Name the person at this computer as the computer does."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return None


# histories


def tell(connection: Connection, scope: Scope | None, key: str | None) -> list[Event]:
    """Tell what happened to one key, or to all, in the order of time."""
    events = [*_sent(connection, scope, key), *_marked(connection, scope, key), *_seen(connection, scope, key)]
    return sorted(events, key=lambda event: event.at)


def _sent(connection: Connection, scope: Scope | None, key: str | None) -> Iterable[Event]:
    wanted = select(sends, spaces.c.operation, spaces.c.rehearsal, runs.c.name.label("run_name")).join(
        spaces, spaces.c.id == sends.c.space
    )
    wanted = _in_scope(wanted.join(runs, runs.c.id == sends.c.run), scope)
    for row in connection.execute(wanted if key is None else wanted.where(sends.c.key == key)):
        about = (row.operation, bool(row.rehearsal), row.key, row.run_name)
        yield Event(row.claimed_at, "claimed", *about, State.CLAIMED.value)
        if row.settled_at is not None:
            yield Event(
                row.settled_at, "settled", *about, row.state, row.error_code, row.error, row.order_id, row.clabe,
                row.status, row.attempts,
            )  # fmt: skip


def _marked(connection: Connection, scope: Scope | None, key: str | None) -> Iterable[Event]:
    wanted = select(marks, spaces.c.operation, spaces.c.rehearsal).join(spaces, spaces.c.id == marks.c.space)
    wanted = _in_scope(wanted, scope)
    for row in connection.execute(wanted if key is None else wanted.where(marks.c.key == key)):
        yield Event(
            row.at, row.kind, row.operation, bool(row.rehearsal), row.key, row.run, row.state_after, row.error_code,
            None, row.order_id, row.clabe, None, None, row.who,
        )  # fmt: skip


def _seen(connection: Connection, scope: Scope | None, key: str | None) -> Iterable[Event]:
    """Return the looks at orders, each under the key of the send that made it."""
    wanted = (
        select(
            observations.c.seen_at, observations.c.order_id, observations.c.status, observations.c.clabe,
            observations.c.found, sends.c.key, spaces.c.rehearsal, runs.c.name,
        )
        .join(spaces, spaces.c.scope == observations.c.scope)
        .join(sends, (sends.c.order_id == observations.c.order_id) & (sends.c.space == spaces.c.id))
        .join(runs, runs.c.id == observations.c.run)
    )  # fmt: skip
    wanted = _in_scope(wanted, scope)
    for row in connection.execute(wanted if key is None else wanted.where(sends.c.key == key)):
        state = State.CREATED.value if row.found else None
        yield Event(
            row.seen_at, "seen", "verify", bool(row.rehearsal), row.key, row.name, state, None, None, row.order_id,
            row.clabe, row.status,
        )  # fmt: skip
