"""Claiming: the statement before the wire. One winner a key among threads, runs and machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, insert, select, update

from ..model import Answer, Call, Entry, Settlement, State
from .database import driver_of
from .queries import Looker, Space, Standing, chunks, flat_values, flatten, unflatten, version_of
from .schema import ANSWER_FIELDS, marks, sends
from .states import after_late, may_claim

RowValues = tuple[Any, ...]
"""A row's values, in the order of the statement that they are for."""


def claim(
    connection: Connection,
    looker: Looker,
    space: Space,
    run: int,
    calls: Sequence[Call],
    resend: bool,
    now: int,
    *,
    again: bool = False,
) -> list[Entry | None]:
    """Claim what may be claimed; give None for each call that was won, else the entry that stands in the way.

    Most keys were never sent: those are won without a look, since the statement itself asks whether there is anything
    of the key. Of the others the next number is inserted; where another process was faster the unique index says so,
    and we look again. Keys go in one order, those never sent first, so that two processes never wait for each other in
    a circle. With `again`, what this very commit had claimed before its server went away is won.
    """
    first = {call.key: call for call in reversed(calls)}
    new = set() if again else _claim_new(connection, space, run, first, now)
    rest = first.keys() - new
    known = looker.standings(space, rest) if rest else {}
    wanted = {
        key: _row(space, run, first[key], _next_number(known.get(key)), now)
        for key in sorted(rest)
        if may_claim(version_of(known.get(key)), space.repeatable, resend)
    }
    won = new | _insert_rows(connection, space, run, wanted)
    if again:
        won |= {key for key, stands in known.items() if _is_own_claim(stands.entry, looker.name_of(run), now)}
    return _answers(looker, space, calls, first, known, wanted.keys() - won, won)


def _claim_new(connection: Connection, space: Space, run: int, calls: Mapping[str, Call], now: int) -> set[str]:
    """Claim the keys of which there is nothing at all; give those."""
    keys = list(calls)
    rows = [_row(space, run, call, 1, now) for call in calls.values()]
    won: set[str] = set()
    for number, values in _parts(rows):
        part, keys = keys[:number], keys[number:]
        if connection.dialect.name == "sqlite":
            won.update(_claimed_by_the_driver(connection, part, values))
        else:
            statement = f"{_insert_new(number, '%s')} RETURNING key"
            won.update(connection.exec_driver_sql(statement, values).scalars())
    return won


def _claimed_by_the_driver(connection: Connection, keys: Sequence[str], values: RowValues) -> Iterable[str]:
    """Claim on SQLite, where nobody else writes meanwhile: mostly all are new, and their ids follow each other."""
    cursor = driver_of(connection).execute(_insert_new(len(keys), "?"), values)
    if cursor.rowcount == len(keys):
        return keys
    first = (cursor.lastrowid or 0) - cursor.rowcount + 1
    return connection.execute(select(sends.c.key).where(sends.c.id >= first)).scalars() if cursor.rowcount else ()


def _is_own_claim(entry: Entry, run: str, now: int) -> bool:
    return entry.state is State.CLAIMED and entry.run_id == run and entry.claimed_at == now


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


def _row(space: Space, run: int, call: Call, generation: int, now: int) -> RowValues:
    """Return a claim as `CLAIMED` names its values."""
    return (
        *(space.id, call.key, generation, State.CLAIMED.value, 0),
        *(call.fingerprint, call.alias, call.body, run, now, 0),
    )


def _insert_rows(connection: Connection, space: Space, run: int, wanted: Mapping[str, RowValues]) -> set[str]:
    """Insert the claims and give the keys that were won; a number that somebody else has taken is not."""
    if not wanted:
        return set()
    if execute_rows(connection, _insert, list(wanted.values())) == len(wanted):
        return set(wanted)
    numbers = {key: row[_GENERATION] for key, row in wanted.items()}
    mine = select(sends.c.key, sends.c.generation).where(
        sends.c.space == space.id, sends.c.key.in_(list(numbers)), sends.c.run + 0 == run
    )
    return {key for key, generation in connection.execute(mine) if generation == numbers[key]}


MOST = 400
"""Rows in one statement: SQLite takes 32,766 values."""

SETTLED = ("state", "settled_at", "attempts", "error_code", "error", *ANSWER_FIELDS)
CLAIMED = (
    "space", "key", "generation", "state", "resolved", "fingerprint", "alias", "body", "run", "claimed_at", "attempts",
)  # fmt: skip
_GENERATION = CLAIMED.index("generation")
_OF = ("of_space", "of_key", "of_run")


def execute_rows(connection: Connection, statement: Callable[[int, str], str], rows: Sequence[RowValues]) -> int:
    """Hand the values to the driver as they are: as many named ones cost more than all the rest of a commit."""
    if connection.dialect.name == "sqlite":
        driver = driver_of(connection)
        return sum(driver.execute(statement(part, "?"), values).rowcount for part, values in _parts(rows))
    return sum(connection.exec_driver_sql(statement(part, "%s"), values).rowcount for part, values in _parts(rows))


def _parts(rows: Iterable[RowValues]) -> Iterator[tuple[int, RowValues]]:
    """Return how many rows go into each statement, and their values."""
    for part in chunks(rows, MOST):
        yield len(part), tuple(chain.from_iterable(part))


def value_rows(number: int, names: Sequence[str], mark: str) -> str:
    return ", ".join([f"({', '.join([mark] * len(names))})"] * number)


@lru_cache(maxsize=128)
def _update(number: int, mark: str) -> str:
    told = ", ".join(f"{name} = {_typed(name, place)}" for place, name in enumerate(SETTLED, start=len(_OF) + 1))
    # `+ 0`: not by the index of runs, where SQLite would walk all that the run sent
    return (
        f"UPDATE compropago_sends SET {told} "  # noqa: S608 - made of constants
        f"FROM (VALUES {value_rows(number, (*_OF, *SETTLED), mark)}) AS told "
        "WHERE space = CAST(told.column1 AS BIGINT) AND key = told.column2 "
        "AND run + 0 = CAST(told.column3 AS BIGINT) AND state = 'claimed'"
    )


def _typed(name: str, place: int) -> str:
    """Name a value of `told`; PostgreSQL takes a column of nothing but NULL for text."""
    return (
        f"CAST(told.column{place} AS BIGINT)" if isinstance(sends.c[name].type, BigInteger) else f"told.column{place}"
    )


@lru_cache(maxsize=128)
def _insert(number: int, mark: str) -> str:
    return (
        f"INSERT INTO compropago_sends ({', '.join(CLAIMED)}) VALUES {value_rows(number, CLAIMED, mark)} "  # noqa: S608
        "ON CONFLICT (space, key, generation) DO NOTHING"
    )


@lru_cache(maxsize=128)
def _insert_new(number: int, mark: str) -> str:
    values = ", ".join(f"told.column{place}" for place in range(1, len(CLAIMED) + 1))
    return (
        f"INSERT INTO compropago_sends ({', '.join(CLAIMED)}) SELECT {values} "  # noqa: S608 - made of constants
        f"FROM (VALUES {value_rows(number, CLAIMED, mark)}) AS told WHERE NOT EXISTS "
        "(SELECT 1 FROM compropago_sends AS known WHERE known.space = told.column1 AND known.key = told.column2) "
        "ORDER BY told.column2 "
        "ON CONFLICT (space, key, generation) DO NOTHING"
    )


def settle(
    connection: Connection, space: Space, run: tuple[int, str], settlements: Sequence[Settlement], now: int
) -> set[str]:
    """Write what came of each call; where somebody else has decided meanwhile, `after_late` says what holds.

    Returns:
        The keys that this run never claimed.
    """
    rows = [_values(space, run[0], settlement, now) for settlement in settlements]
    missed: set[str] = set()
    if execute_rows(connection, _update, rows) != len(rows):
        missed = {
            settlement.call.key
            for settlement in settlements
            if not _settle_late(connection, space, run, settlement, now)
        }
    return missed


def _values(space: Space, run: int, settlement: Settlement, now: int) -> RowValues:
    """Return an outcome as `_OF` and `SETTLED` name its values."""
    return (
        *(space.id, settlement.call.key, run, settlement.state.value, now),
        *(settlement.attempts, settlement.error_code, settlement.error),
        *flat_values(settlement.answer),
    )


def _settle_late(connection: Connection, space: Space, run: tuple[int, str], settlement: Settlement, now: int) -> bool:
    """Settle what is no longer a plain claim. What the first statement has just settled comes by here unchanged."""
    row = _own_row(connection, space, run[0], settlement.call.key)
    if row is None:
        return False
    before = State(row.state)
    after = after_late(before, bool(row.resolved), settlement.state)
    if before is not settlement.state or row.resolved:
        if settlement.state is after:
            _write(connection, row.id, settlement, now)
        _mark_late(connection, row, run[1], settlement, after, now)
    return True


def _own_row(connection: Connection, space: Space, run: int, key: str) -> Row[Any] | None:
    mine = select(sends).where(sends.c.space == space.id, sends.c.key == key, sends.c.run == run)
    return connection.execute(mine.order_by(sends.c.generation.desc()).limit(1)).one_or_none()


def _write(connection: Connection, send: int, settlement: Settlement, now: int) -> None:
    values: dict[str, Any] = {
        "state": settlement.state.value,
        "settled_at": now,
        "attempts": settlement.attempts,
        "resolved": 0,
    }
    values |= {"error_code": settlement.error_code, "error": settlement.error, **flatten(settlement.answer)}
    connection.execute(update(sends).where(sends.c.id == send).values(values))


def _mark_late(connection: Connection, row: Row[Any], run: str, settlement: Settlement, after: State, now: int) -> None:
    said = settlement.answer or Answer()
    mark: dict[str, Any] = {
        "space": row.space,
        "key": row.key,
        "generation": row.generation,
        "at": now,
        "kind": "late",
        "run": run,
    }
    mark |= {
        "state_before": row.state,
        "state_after": after.value,
        "error_code": settlement.error_code or settlement.state.value,
    }
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
