"""Reading how keys stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import JournalError
from ..model import Answer, Entry, State
from ..texts import say
from .leases import RunLocks
from .schema import ANSWER_FIELDS, runs, scopes, sends, spaces
from .states import Scope, Version, standing

T = TypeVar("T")

CHUNK = 5_000
"""Keys in one question: SQLite takes 32,766 values in a statement, PostgreSQL 65,535."""

_STATES = {state.value: state for state in State}
_STATE, _FINGERPRINT, _RUN, _CLAIMED_AT, _CODE, _ERROR, _FIRST_ANSWER = 2, 3, 4, 5, 6, 7, 8

_COLUMNS = (
    sends.c.key,
    sends.c.generation,
    sends.c.state,
    sends.c.fingerprint,
    sends.c.run,
    sends.c.claimed_at,
    sends.c.error_code,
    sends.c.error,
    *(sends.c[name] for name in ANSWER_FIELDS),
)
_BY_KEY = select(*_COLUMNS).where(
    sends.c.space == bindparam("space"), sends.c.key.in_(bindparam("keys", expanding=True))
)
_IN_JSON = sends.c.key.in_(select(func.json_each(bindparam("keys")).table_valued("value").c.value))
_BY_MANY_KEYS = {
    "sqlite": select(*_COLUMNS).where(sends.c.space == bindparam("space"), _IN_JSON),
    "postgresql": _BY_KEY,
}
"""As one value where the database can: five thousand of them cost more to hand over than to look up."""
_BY_ALIAS = (
    select(sends.c.alias, sends.c.key)
    .where(sends.c.space == bindparam("space"), sends.c.alias.in_(bindparam("aliases", expanding=True)))
    .distinct()
)
_RUNS = select(runs.c.id, runs.c.name, runs.c.host, runs.c.lease_until, runs.c.ended_at).where(
    runs.c.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Space:
    """The keys of one scope's operation, real or rehearsed."""

    id: int
    scope: int
    operation: str
    rehearsal: bool
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands: the entry that counts, its number, and the highest number there is."""

    entry: Entry
    generation: int
    last: int


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def find_space(connection: Connection, scope: int, operation: str, rehearsal: bool) -> Space | None:
    """Return a space, if a run has opened it."""
    row = connection.execute(
        select(spaces).where(
            spaces.c.scope == scope, spaces.c.operation == operation, spaces.c.rehearsal == int(rehearsal)
        )
    ).one_or_none()
    return None if row is None else space_of(row)


def space_of(row: Any) -> Space:
    """Read a row of `spaces`."""
    return Space(row.id, row.scope, row.operation, bool(row.rehearsal), bool(row.repeatable))


Columns = dict[str, Sequence[Any]]
"""Values of many rows by field: the journal's own, and an `Answer`'s."""


class Looker:
    """One look: remembers which runs are alive while it lasts, so that each is asked for once."""

    def __init__(self, connection: Connection, locks: RunLocks, now: int) -> None:
        self._connection, self._locks, self._now = connection, locks, now
        self._names: dict[int, str] = {}
        self._runs: dict[int, Mapping[str, Any]] = {}
        self._alive: dict[int, bool] = {}

    def standings(self, space: Space, keys: Iterable[str]) -> dict[str, Standing]:
        """Return how each known key stands."""
        found: dict[str, Standing] = {}
        for part in chunks(keys):
            rows = self._connection.execute(_BY_KEY, {"space": space.id, "keys": part}).all()
            self._learn({row[_RUN] for row in rows})
            found.update(self._stand(space, rows))
        return found

    def unchanged(self, space: Space, prints: Mapping[str, str]) -> Columns:
        """Return what was created once and with just this fingerprint: keys, codes, words and answers as columns.

        A row that is known makes no record here: of a sheet that went out already that is every one.
        """
        asked = _BY_MANY_KEYS[self._connection.dialect.name]
        as_json = self._connection.dialect.name == "sqlite"
        found: dict[str, Any] = {}
        several: set[str] = set()
        for part in chunks(prints):
            told = {"space": space.id, "keys": json.dumps(part) if as_json else part}
            for row in self._connection.execute(asked, told):
                if row[0] in found:
                    several.add(row[0])
                found[row[0]] = row
        rows = [
            (key, *row[_CODE:])
            for key, row in found.items()
            if row[_STATE] == State.CREATED and row[_FINGERPRINT] == prints[key] and key not in several
        ]
        return _as_columns(rows) if rows else {}

    def keys_of_aliases(self, space: Space, aliases: Iterable[str]) -> dict[str, list[str]]:
        """Return the keys under each known alias."""
        found: dict[str, list[str]] = {}
        for part in chunks(aliases):
            for alias, key in self._connection.execute(_BY_ALIAS, {"space": space.id, "aliases": part}):
                found.setdefault(alias, []).append(key)
        return found

    def alive(self, run: int) -> bool:
        """Whether a run is at work."""
        if run not in self._alive:
            self._learn({run})
            self._alive[run] = self._locks.is_alive(self._runs[run], self._now)
        return self._alive[run]

    def name_of(self, run: int) -> str:
        """Return a run's name."""
        self._learn({run})
        return self._names[run]

    def _learn(self, ids: set[int]) -> None:
        missing = list(ids - self._runs.keys())
        for part in chunks(missing):
            for row in self._connection.execute(_RUNS, {"ids": part}).mappings():
                self._runs[row["id"]] = dict(row)
                self._names[row["id"]] = row["name"]

    def _stand(self, space: Space, rows: Sequence[Any]) -> dict[str, Standing]:
        newest: dict[str, Any] = {}
        several: dict[str, list[Any]] = {}
        for row in rows:
            first = newest.setdefault(row[0], row)
            if first is not row:
                several.setdefault(row[0], [first]).append(row)
        found = {key: self._one(space, row, row[1]) for key, row in newest.items() if key not in several}
        found |= {key: self._best(space, versions) for key, versions in several.items()}
        return found

    def _best(self, space: Space, rows: Sequence[Any]) -> Standing:
        numbered = {row[1]: row for row in rows}
        best = standing([self._version(row) for row in rows], space.repeatable)
        assert best is not None  # noqa: S101 - there are rows
        return self._one(space, numbered[best.generation], max(numbered))

    def _version(self, row: Any) -> Version:
        state = _STATES[row[_STATE]]
        return Version(row[1], state, state is State.CLAIMED and self.alive(row[_RUN]))

    def _one(self, space: Space, row: Any, last: int) -> Standing:
        state = _STATES[row[_STATE]]
        answer = unflatten(row[_FIRST_ANSWER:]) if state is State.CREATED else None
        run = self._names[row[_RUN]]
        entry = Entry(row[0], state, row[_FINGERPRINT], run, False, answer, row[_CODE], row[_ERROR], row[_CLAIMED_AT])
        if state is State.CLAIMED:
            entry = _claimed(entry, self.alive(row[_RUN]), space.repeatable)
        return Standing(entry, row[1], last)


def _claimed(entry: Entry, alive: bool, repeatable: bool) -> Entry:
    """Say what a claim is worth: its run is at work, or is gone and left doubt."""
    if alive:
        return replace(entry, alive=True)
    state = State.CLAIMED if repeatable else State.UNKNOWN
    return replace(entry, state=state, error_code="run_ended")


def version_of(stands: Standing | None) -> Version | None:
    """Reduce a standing to what the rules need."""
    return None if stands is None else Version(stands.generation, stands.entry.state, stands.entry.alive)


_NOTHING = (None,) * len(ANSWER_FIELDS)
_FIELDS_OF = attrgetter(*ANSWER_FIELDS)


def flatten(answer: Answer | None) -> dict[str, Any]:
    """Write an answer as values of the answer columns; all of them None where there is no answer."""
    return dict(zip(ANSWER_FIELDS, flat_values(answer), strict=True))


def flat_values(answer: Answer | None) -> tuple[Any, ...]:
    """Return the same without the names, in the order of `ANSWER_FIELDS`."""
    if answer is None:
        return _NOTHING
    clabe, status, truth, order_id, short_id, price, fee, iva, *rest = _FIELDS_OF(answer)
    truth = None if truth is None else int(truth)
    return (clabe, status, truth, order_id, short_id, _sum(price), _sum(fee), _sum(iva), *rest)


def _sum(money: Decimal | None) -> str | None:
    return None if money is None else str(money)


@lru_cache(maxsize=4096)
def _money(text: str | None) -> Decimal | None:
    """Read a sum; the same few sums stand at thousands of residents, so they share one number."""
    return None if text is None else Decimal(text)


def unflatten(values: Sequence[Any]) -> Answer:
    """Read an answer from the values of the answer columns, in the order of `ANSWER_FIELDS`."""
    clabe, status, test_mode, order_id, short_id, price, fee, iva, *rest = values
    truth = None if test_mode is None else test_mode == 1
    return Answer(clabe, status, truth, order_id, short_id, _money(price), _money(fee), _money(iva), *rest)


def _as_columns(rows: Iterable[Sequence[Any]]) -> Columns:
    """Turn keys, codes, words and the values of the answer columns into columns, as `unflatten` reads them."""
    columns: Columns = dict(zip(("key", "error_code", "error", *ANSWER_FIELDS), zip(*rows, strict=True), strict=True))
    for name in ("order_price", "fee", "iva"):
        columns[name] = list(map(_money, columns[name]))
    columns["test_mode"] = [None if truth is None else truth == 1 for truth in columns["test_mode"]]
    return columns


INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _digest(base_url: str, mode: str, account: str) -> str:
    return hashlib.sha256("\n".join((base_url, mode, account)).encode()).hexdigest()


def find_scope(connection: Connection, base_url: str, mode: str, account: str) -> Scope | None:
    """Return an account's part, if it has one."""
    wanted = select(scopes).where(scopes.c.digest == _digest(base_url, mode, account))
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Scope(row.id if row.joined is None else row.joined, row.base_url, row.mode)


def accounts(connection: Connection) -> dict[str, Scope]:
    """Return the accounts that are no former keys of another, each under a name that is not its key."""
    rows = connection.execute(select(scopes).where(scopes.c.joined.is_(None)).order_by(scopes.c.id)).all()
    return {f"{row.mode}-{row.digest[:8]}": Scope(row.id, row.base_url, row.mode) for row in rows}


def make_scope(connection: Connection, base_url: str, mode: str, account: str, now: int) -> Scope:
    """Make an account's part; two processes that do so at once get the same one."""
    values = {"digest": _digest(base_url, mode, account), "base_url": base_url, "mode": mode, "made_at": now}
    statement = INSERT[connection.dialect.name](scopes).values(**values)
    same = {"base_url": statement.excluded.base_url}
    made = statement.on_conflict_do_update(index_elements=[scopes.c.digest], set_=same).returning(scopes.c.id)
    return Scope(connection.execute(made).scalar_one(), base_url, mode)


def make_space(connection: Connection, scope: int, operation: str, rehearsal: bool, repeatable: bool) -> Space:
    """Return a space, made where there is none; two processes that do so at once get the same one."""
    found = find_space(connection, scope, operation, rehearsal)
    if found is not None:
        return found
    values: dict[str, Any] = {"scope": scope, "operation": operation, "rehearsal": int(rehearsal)}
    statement = INSERT[connection.dialect.name](spaces).values(**values, repeatable=int(repeatable))
    connection.execute(statement.on_conflict_do_nothing())
    made = find_space(connection, scope, operation, rehearsal)
    if made is None:  # another process makes it in a transaction that has not ended: it is there on the next try
        raise JournalError(say("runs", "journal_locked", where="spaces"))
    return made
