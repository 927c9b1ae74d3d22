"""Orders: the ones that are known, and every look at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ..model import Observation, State
from .database import Database
from .queries import chunks, flatten, unflatten
from .schema import ANSWER_FIELDS, observations, orders, runs, sends, spaces
from .states import KnownOrder, Look, Seen

PAID = "ACCEPTED"
"""The status of an order that was paid (API reference, edition 2019-06, "Verificar orden de pago")."""

_PAGE = 2_000


def _keep_newest(module: Any) -> Any:
    """Keep one row an order: its last good look, and the first that showed it as paid."""
    row = module.insert(orders)
    new = row.excluded
    return row.on_conflict_do_update(
        index_elements=[orders.c.scope, orders.c.order_id],
        set_={
            "status": new.status,
            "seen_at": new.seen_at,
            "first_seen_paid": func.coalesce(orders.c.first_seen_paid, new.first_seen_paid),
        },
    )


_KEEP = {"sqlite": _keep_newest(sqlite), "postgresql": _keep_newest(postgresql)}
_OBSERVE = insert(observations)
_LAST = select(orders.c.order_id, orders.c.status, orders.c.seen_at, orders.c.first_seen_paid).where(
    orders.c.scope == bindparam("scope"), orders.c.order_id.in_(bindparam("ids", expanding=True))
)


def observe(
    connection: Connection, scope: int, run: int, looks: Sequence[Observation], now: int, *, again: bool = False
) -> None:
    """Keep every look, and each order's newest state; a look that found nothing leaves the state as it was."""
    if again:
        looks = _not_kept(connection, run, looks, now)
    if not looks:
        return
    rows = [
        {
            **flatten(look.answer),
            "order_id": look.order_id,
            "scope": scope,
            "run": run,
            "seen_at": now,
            "found": int(look.answer is not None),
        }
        for look in looks
    ]
    connection.execute(_OBSERVE, rows)
    newest = {row["order_id"]: _state(row) for row in rows if row["found"]}
    if newest:  # sorted, so that two processes never wait for each other in a circle
        connection.execute(_KEEP[connection.dialect.name], [newest[order] for order in sorted(newest)])


def _not_kept(connection: Connection, run: int, looks: Sequence[Observation], now: int) -> list[Observation]:
    """Leave out what a commit kept of which nobody knew whether it came to be."""
    table = observations.c
    mine = select(table.order_id).where(table.run == run, table.seen_at == now)
    kept = set(connection.execute(mine.where(table.order_id.in_([look.order_id for look in looks]))).scalars())
    return [look for look in looks if look.order_id not in kept]


def _state(row: dict[str, Any]) -> dict[str, Any]:
    status = row["status"]
    paid = row["seen_at"] if status is not None and status.upper() == PAID else None
    return {
        "scope": row["scope"],
        "order_id": row["order_id"],
        "status": status,
        "seen_at": row["seen_at"],
        "first_seen_paid": paid,
    }


def last_seen(connection: Connection, scope: int, order_ids: Iterable[str]) -> dict[str, Seen]:
    """Return the newest state of each order that was ever seen."""
    found: dict[str, Seen] = {}
    for part in chunks(order_ids):
        rows = connection.execute(_LAST, {"scope": scope, "ids": part})
        found.update((order, Seen(status, at, paid)) for order, status, at, paid in rows)
    return found


def looks(database: Database, scope: int, order_id: str | None, until: int | None) -> Iterator[Look]:
    """Return the looks, order by order and in time, in pages: a long read would keep SQLite from tidying its log."""
    columns = [observations.c[name] for name in ANSWER_FIELDS]
    wanted = (
        select(observations.c.id, observations.c.seen_at, observations.c.found, runs.c.name, *columns)
        .join(runs, runs.c.id == observations.c.run)
        .where(observations.c.scope == scope)
        .order_by(observations.c.order_id, observations.c.seen_at, observations.c.id)
        .limit(_PAGE)
    )
    if order_id is not None:
        wanted = wanted.where(observations.c.order_id == order_id)
    if until is not None:
        wanted = wanted.where(observations.c.seen_at <= until)
    after = _after(wanted)
    last: tuple[str, int, int] | None = None
    while True:
        with database.reading() as connection:
            values = dict(zip(("order", "at", "id"), last, strict=True)) if last else {}
            page = connection.execute(after if last else wanted, values).all()
        yield from (_look(row) for row in page)
        if len(page) < _PAGE:
            return
        end = _look(page[-1])
        last = (end.order_id, end.seen_at, page[-1][0])


def _after(wanted: Select[Any]) -> Select[Any]:
    from_order: Any = bindparam("order")
    at: Any = bindparam("at")
    same, later = observations.c.order_id == from_order, observations.c.order_id > from_order
    same_time = (observations.c.seen_at == at) & (observations.c.id > bindparam("id"))
    return wanted.where(
        observations.c.order_id >= from_order, later | (same & ((observations.c.seen_at > at) | same_time))
    )


def _look(row: Any) -> Look:
    answer = unflatten(row[4:]) if row[2] else None
    return Look(row[4 + ANSWER_FIELDS.index("order_id")], row[1], row[3], answer)


def known_orders(
    database: Database, scope: int, rehearsal: bool, order_ids: Sequence[str] | None = None
) -> Iterator[KnownOrder]:
    """Return every order of a scope that was created, in the order of their claims, in pages; or those of some ids."""
    if order_ids is None:
        yield from _all_orders(database, scope, rehearsal)
        return
    for part in chunks(order_ids):
        with database.reading() as connection:
            found = connection.execute(_orders(scope, rehearsal).where(sends.c.order_id.in_(part))).all()
        yield from (_known(row) for row in found)


def _all_orders(database: Database, scope: int, rehearsal: bool) -> Iterator[KnownOrder]:
    wanted = _orders(scope, rehearsal).where(sends.c.id > bindparam("last")).limit(_PAGE)
    last = 0
    while True:
        with database.reading() as connection:
            page = connection.execute(wanted, {"last": last}).all()
        yield from (_known(row) for row in page)
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _orders(scope: int, rehearsal: bool) -> Select[Any]:
    columns = [sends.c[name] for name in ANSWER_FIELDS]
    return (
        select(
            sends.c.id,
            sends.c.key,
            sends.c.generation,
            sends.c.body,
            sends.c.claimed_at,
            sends.c.resolved,
            *columns,
        )
        .join(spaces, spaces.c.id == sends.c.space)
        .where(
            spaces.c.scope == scope,
            spaces.c.rehearsal == int(rehearsal),
            sends.c.state == State.CREATED.value,
            sends.c.order_id.is_not(None),
        )
        .order_by(sends.c.id)
    )


def _known(row: Any) -> KnownOrder:
    answer = unflatten(row[6:])
    return KnownOrder(answer.order_id or "", row.key, row.generation, row.body, answer, row.claimed_at, row[5] == 1)


def standing_at(
    connection: Connection, scope: int, order_ids: Iterable[str] | None, until: int, *, oldest: bool = False
) -> dict[str, Look]:
    """Return each order's newest (or oldest) look up to a moment (epoch milliseconds), of all orders or some ids."""
    found: dict[str, Look] = {}
    for part in [None] if order_ids is None else chunks(order_ids):
        for row in connection.execute(_last_looks(scope, part, until, oldest)):
            answer = unflatten(row[4:]) if row[2] else None
            found[row[0]] = Look(row[0], row[1], row[3], answer)
    return found


def _last_looks(scope: int, order_ids: list[str] | None, until: int, oldest: bool) -> Select[Any]:
    table = observations.c
    order = (table.seen_at, table.id) if oldest else (table.seen_at.desc(), table.id.desc())
    place = func.row_number().over(partition_by=table.order_id, order_by=order).label("place")
    wanted = select(table.id, place).where(table.scope == scope, table.seen_at <= until)
    if order_ids is not None:
        wanted = wanted.where(table.order_id.in_(order_ids))
    chosen = wanted.subquery()
    answers = [table[name] for name in ANSWER_FIELDS]
    return (
        select(table.order_id, table.seen_at, table.found, runs.c.name, *answers)
        .join(chosen, (chosen.c.id == table.id) & (chosen.c.place == 1))
        .join(runs, runs.c.id == table.run)
    )


def first_paid(connection: Connection, scope: int, order_ids: Iterable[str], until: int) -> dict[str, int]:
    """Return when each order was first seen as paid (epoch milliseconds), up to a moment."""
    table, found = observations.c, {}
    for part in chunks(order_ids):
        wanted = select(table.order_id, func.min(table.seen_at)).where(
            table.scope == scope, table.order_id.in_(part), table.seen_at <= until, func.upper(table.status) == PAID
        )
        found.update({row[0]: row[1] for row in connection.execute(wanted.group_by(table.order_id))})
    return found
