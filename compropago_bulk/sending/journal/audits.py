"""Reports that were kept, and how orders stood on a day: the evidence of an audit.

A kept report is compressed text whose first line says what it is: a list of reports reads only their beginnings.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from .flat import unflatten
from .looking import chunks
from .orders import PAID
from .records import AuditRecord, Look
from .tables import ANSWER_FIELDS, audits, observations, runs

_BEGINNING = 4_096
"""Bytes of a report that are read for its first line."""
_FACTS = tuple(audits.c[name] for name in ("id", "kind", "made_at", "source_sha256"))


def keep(connection: Connection, scope: int, kind: str, payload: str, source_sha256: str | None, now: int) -> int:
    """Keep a report; give its id."""
    values = {"scope": scope, "kind": kind, "made_at": now, "source_sha256": source_sha256}
    statement = insert(audits).values(**values, payload=zlib.compress(payload.encode())).returning(audits.c.id)
    return int(connection.execute(statement).scalar_one())


def kept(connection: Connection, scope: int | None) -> list[AuditRecord]:
    """List the reports, the oldest first, each with its first line."""
    wanted = select(*_FACTS, func.substr(audits.c.payload, 1, _BEGINNING)).order_by(audits.c.made_at, audits.c.id)
    if scope is not None:
        wanted = wanted.where(audits.c.scope == scope)
    return [AuditRecord(*row[:4], head=_first_line(row[4])) for row in connection.execute(wanted)]


def one(connection: Connection, number: int) -> AuditRecord:
    """Give one report with all that it holds."""
    row = connection.execute(select(*_FACTS, audits.c.payload).where(audits.c.id == number)).one()
    payload = zlib.decompress(row[4]).decode()
    return AuditRecord(*row[:4], head=payload.partition("\n")[0], payload=payload)


def _first_line(beginning: bytes) -> str:
    text = zlib.decompressobj().decompress(bytes(beginning), 4 * _BEGINNING)
    return text.partition(b"\n")[0].decode("utf-8", "replace")


def standing_at(
    connection: Connection, scope: int, order_ids: Iterable[str] | None, until: int, *, oldest: bool = False
) -> dict[str, Look]:
    """Give each order's newest (or oldest) look up to a moment (epoch milliseconds); of all orders, or of some ids."""
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
    """Give when each order was first seen as paid (epoch milliseconds), up to a moment."""
    table, found = observations.c, {}
    for part in chunks(order_ids):
        wanted = select(table.order_id, func.min(table.seen_at)).where(
            table.scope == scope, table.order_id.in_(part), table.seen_at <= until, func.upper(table.status) == PAID
        )
        found.update({row[0]: row[1] for row in connection.execute(wanted.group_by(table.order_id))})
    return found
