"""For whom each send was: looked up by customer or e-mail, so that a sheet that went out already is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from ..model import State
from .database import Database
from .queries import chunks
from .schema import people, runs, scopes, sends, spaces
from .states import Scope
from .writes import execute_rows, value_rows

_PAGE = 10_000
_LATE = 10_000
"""How far back sends are looked through that a slower process wrote after newer ones."""
_THERE = (State.CREATED.value, State.UNKNOWN.value, State.CLAIMED.value)


class Person(NamedTuple):
    """For whom a row is, in the form that is compared."""

    customer: str
    email: str | None
    name: str | None
    product: str = ""


Read = Callable[[str, str, "str | None"], Person]
"""Reads an operation's name, a key and the JSON that went out."""


class KnownSend(NamedTuple):
    """A send that created something, or may have."""

    operation: str
    own: bool
    """Under the keys that are used now, or keys joined to them."""
    key: str
    person: Person
    run_id: str
    claimed_at: int


class Holder(NamedTuple):
    """Whose an order or a CLABE is, by a send that created it."""

    operation: str
    key: str
    person: Person


def learn(database: Database, read: Read) -> None:
    """Write down for whom the sends were that came since this was done last."""
    with database.reading() as connection:
        newest = connection.execute(select(func.max(sends.c.id))).scalar() or 0
        known = connection.execute(select(func.max(people.c.send))).scalar() or 0
    if newest == known:
        return
    last = max(known - _LATE, 0)
    while True:
        found = database.write(lambda connection, after=last: _learn_page(connection, read, after), lasting=False)  # type: ignore[misc]
        if found is None:
            return
        last = found


def _learn_page(connection: Connection, read: Read, after: int) -> int | None:
    """Take the next page of sends; give the last one's id, or None where there are no more."""
    wanted = (
        select(sends.c.id, sends.c.space, sends.c.key, sends.c.body, spaces.c.operation)
        .join(spaces, spaces.c.id == sends.c.space)
        .outerjoin(people, people.c.send == sends.c.id)
        .where(sends.c.id > after, people.c.send.is_(None))
        .order_by(sends.c.id)
        .limit(_PAGE)
    )
    page = connection.execute(wanted).all()
    if not page:
        return None
    told = [(number, space, *read(operation, key, body)) for number, space, key, body, operation in page]
    execute_rows(connection, _insert, told)
    return int(page[-1][0])


@lru_cache(maxsize=128)
def _insert(number: int, mark: str) -> str:
    names = ("send", "space", *Person._fields)
    return (
        f"INSERT INTO {people.name} ({', '.join(names)}) VALUES {value_rows(number, names, mark)} "  # noqa: S608
        "ON CONFLICT DO NOTHING"  # another process may do the same
    )


def known_sends(
    connection: Connection, scope: Scope, operation: str, rehearsal: bool, wanted: Sequence[Person]
) -> Iterator[KnownSend]:
    """Return what was sent before to these customers or e-mails, at this address and in this mode.

    Of the account's own sends all operations count; of those under other keys the same operation.
    """
    its_spaces = _spaces(connection, scope, operation, rehearsal)
    if not its_spaces:
        return
    asked = {
        "customers": list({person.customer for person in wanted}),
        "emails": list({person.email for person in wanted if person.email}),
    }
    names = {row.id: row.name for row in connection.execute(select(runs.c.id, runs.c.name))}
    for number, key, run, claimed_at, *person in connection.execute(_by_person(connection, its_spaces, asked)).all():
        name, own = its_spaces[number]
        yield KnownSend(name, own, key, Person(*person), names[run], claimed_at)


def _by_person(connection: Connection, its_spaces: Iterable[int], asked: Mapping[str, list[str]]) -> Select[Any]:
    customers, emails = (_each(connection.dialect.name, values) for values in asked.values())
    return (
        select(
            people.c.space,
            sends.c.key,
            sends.c.run,
            sends.c.claimed_at,
            people.c.customer,
            people.c.email,
            people.c.name,
            people.c.product,
        )
        .join(sends, sends.c.id == people.c.send)
        .where(
            or_(people.c.customer.in_(customers), people.c.email.in_(emails)),
            people.c.space.in_(list(its_spaces)),
            sends.c.state.in_(_THERE),
        )
    )


def _each(dialect: str, values: list[str]) -> Select[Any]:
    """Return a list of any length as a question's part: one value on the wire, and one plan."""
    if dialect == "sqlite":
        return select(func.json_each(json.dumps(values)).table_valued("value").c.value)
    return select(func.unnest(literal(values, ARRAY(Text))))


def _spaces(connection: Connection, scope: Scope, operation: str, rehearsal: bool) -> dict[int, tuple[str, bool]]:
    wanted = (
        select(spaces.c.id, spaces.c.operation, spaces.c.scope)
        .join(scopes, scopes.c.id == spaces.c.scope)
        .where(
            scopes.c.base_url == scope.base_url,
            scopes.c.mode == scope.mode,
            spaces.c.rehearsal == int(rehearsal),
            or_(spaces.c.scope == scope.id, spaces.c.operation == operation),
        )
    )
    return {row.id: (row.operation, row.scope == scope.id) for row in connection.execute(wanted)}


def holders(connection: Connection, column: str, values: Iterable[str]) -> dict[str, list[Holder]]:
    """Return who holds these orders (`order_id`) or CLABEs (`clabe`), by any account's sends in this journal."""
    held = sends.c[column]
    found: dict[str, list[Holder]] = {}
    for part in chunks(values):
        wanted = (
            select(held, spaces.c.operation, sends.c.key, people.c.customer, people.c.email, people.c.name)
            .join(spaces, spaces.c.id == sends.c.space)
            .join(people, people.c.send == sends.c.id)
            .where(held.in_(part), sends.c.state == State.CREATED.value)
        )
        for value, operation, key, *person in connection.execute(wanted):
            found.setdefault(value, []).append(Holder(operation, key, Person(*person)))
    return found
