"""Settling: the statement after the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ...rows.model import Answer, Settlement, State
from . import faultpoints
from .flat import flatten, unflatten
from .looking import Space
from .manyrows import settle_rows
from .standing import after_late
from .tables import ANSWER_FIELDS, marks, sends


def settle(
    connection: Connection, space: Space, run: tuple[int, str], settlements: Sequence[Settlement], now: int
) -> set[str]:
    """Write what came of each call; where somebody else has decided meanwhile, `after_late` says what holds.

    Returns:
        The keys that this run never claimed.
    """
    faultpoints.reach("settle.before")
    rows = [_values(space, run[0], one, now) for one in settlements]
    missed: set[str] = set()
    if settle_rows(connection, rows) != len(rows):
        missed = {one.call.key for one in settlements if not _settle_late(connection, space, run, one, now)}
    faultpoints.reach("settle.after")
    return missed


def _values(space: Space, run: int, one: Settlement, now: int) -> dict[str, Any]:
    values = {"of_space": space.id, "of_key": one.call.key, "of_run": run, "state": one.state.value}
    values |= {"settled_at": now, "attempts": one.attempts, "error_code": one.error_code, "error": one.error}
    return values | flatten(one.answer)


def _settle_late(connection: Connection, space: Space, run: tuple[int, str], one: Settlement, now: int) -> bool:
    """Settle what is no longer a plain claim. What the first statement has just settled comes by here unchanged."""
    row = _own_row(connection, space, run[0], one.call.key)
    if row is None:
        return False
    before = State(row.state)
    after = after_late(before, bool(row.resolved), one.state)
    if before is not one.state or row.resolved:
        if one.state is after:
            _write(connection, row.id, one, now)
        _mark_late(connection, row, run[1], one, after, now)
    return True


def _own_row(connection: Connection, space: Space, run: int, key: str) -> Row[Any] | None:
    mine = select(sends).where(sends.c.space == space.id, sends.c.key == key, sends.c.run == run)
    return connection.execute(mine.order_by(sends.c.generation.desc()).limit(1)).one_or_none()


def _write(connection: Connection, send: int, one: Settlement, now: int) -> None:
    values: dict[str, Any] = {"state": one.state.value, "settled_at": now, "attempts": one.attempts, "resolved": 0}
    values |= {"error_code": one.error_code, "error": one.error, **flatten(one.answer)}
    connection.execute(update(sends).where(sends.c.id == send).values(values))


def _mark_late(connection: Connection, row: Row[Any], run: str, one: Settlement, after: State, now: int) -> None:
    said = one.answer or Answer()
    mark: dict[str, Any] = {
        "space": row.space,
        "key": row.key,
        "generation": row.generation,
        "at": now,
        "kind": "late",
        "run": run,
    }
    mark |= {"state_before": row.state, "state_after": after.value, "error_code": one.error_code or one.state.value}
    connection.execute(insert(marks), {**mark, "order_id": said.order_id, "clabe": said.clabe})


def amend(connection: Connection, send: int, run: str | None, answer: Answer, now: int) -> State | None:
    """Take what a look-up found: doubt becomes a creation, and what a confirmed one lacks is filled in.

    Returns:
        The state before, or None where nothing changed: a CLABE that is there is never overwritten by another one.
    """
    row = connection.execute(select(sends).where(sends.c.id == send)).one()
    before = State(row.state)
    known = unflatten([getattr(row, name) for name in ANSWER_FIELDS])
    filled = _fill(known, answer) if before is State.CREATED else answer
    if before is State.CREATED and filled == known:
        return None
    values = {"state": State.CREATED.value, "error_code": None, "error": None, **flatten(filled)}
    connection.execute(update(sends).where(sends.c.id == send).values(settled_at=row.settled_at or now, **values))
    mark: dict[str, Any] = {
        "space": row.space,
        "key": row.key,
        "generation": row.generation,
        "at": now,
        "kind": "amended",
        "run": run,
    }
    mark |= {"state_before": row.state, "state_after": State.CREATED.value}
    connection.execute(insert(marks), {**mark, "order_id": answer.order_id, "clabe": answer.clabe})
    return before


def _fill(known: Answer, found: Answer) -> Answer:
    if known.clabe and found.clabe and known.clabe != found.clabe:
        return known
    values = {
        name: getattr(found, name) if getattr(known, name) is None else getattr(known, name) for name in ANSWER_FIELDS
    }
    return Answer(**values)
