"""Reports that were kept, each sealed: a hash over its content, its moment, its looks, and the seal before it.

The chain runs through the whole journal, in the order in which reports were kept, whoever's they are. A seal has no
secret in it: who can write to the journal can seal anew. What holds is the seal that was printed or sent, against which
the chain is compared.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .schema import audits, observations, runs, seals
from .states import AuditRecord, Seal

_BEGINNING = 4_096
"""Bytes of a report that are read for its first line."""
_FACTS = tuple(audits.c[name] for name in ("id", "kind", "made_at", "source_sha256", "seal"))
_LOOK = tuple(
    observations.c[name]
    for name in ("id", "seen_at", "found", "order_id", "status", "clabe", "order_price", "fee", "iva", "test_mode")
)
"""What a seal covers of a look. Never changed: a seal that was made must come out the same for ever."""
_ONE = 1
"""The id of the only chain."""
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def keep(
    connection: Connection, scope: int, kind: str, payload: str, source_sha256: str | None, made_at: int, now: int
) -> tuple[int, str]:
    """Keep a report; give its id and its seal."""
    end = _end(connection)
    values = {"scope": scope, "kind": kind, "made_at": made_at, "source_sha256": source_sha256}
    packed = zlib.compress(payload.encode())
    same = select(audits.c.id, audits.c.seal).where(*(audits.c[name] == value for name, value in values.items()))
    kept_already = connection.execute(same.where(audits.c.payload == packed)).first()
    if kept_already is not None:
        return int(kept_already.id), str(kept_already.seal)  # a server that went away had kept it
    looks = _last_look(connection, end.looks, now)
    digest = _looks_between(connection, end.looks, looks)
    seal = _sealed(kind, made_at, source_sha256, payload, end.seal, digest)
    statement = insert(audits).values(**values, payload=packed, seal=seal, previous=end.seal, looks=looks)
    number = int(connection.execute(statement.returning(audits.c.id)).scalar_one())
    first = end.first or number
    connection.execute(update(seals).where(seals.c.id == _ONE).values(first=first, last=number, seal=seal, looks=looks))
    return number, seal


def _end(connection: Connection) -> Any:
    """Return where the chain ends, and let nobody else add to it meanwhile."""
    start = {"id": _ONE, "first": 0, "last": 0, "seal": "", "looks": 0}
    connection.execute(_INSERT[connection.dialect.name](seals).values(**start).on_conflict_do_nothing())
    return connection.execute(select(seals).where(seals.c.id == _ONE).with_for_update()).one()


def _last_look(connection: Connection, before: int, now: int) -> int:
    """Return the last look that a seal can cover: on a server a run at work may yet add one with a lower number."""
    at_work = select(func.count()).select_from(runs).where(runs.c.ended_at.is_(None), runs.c.lease_until > now)
    if connection.dialect.name != "sqlite" and connection.execute(at_work).scalar_one():
        return before
    return max(before, connection.execute(select(func.max(observations.c.id))).scalar() or 0)


def _looks_between(connection: Connection, after: int, until: int) -> str:
    wanted = select(*_LOOK).where(observations.c.id > after, observations.c.id <= until).order_by(observations.c.id)
    digest = hashlib.sha256()
    for row in connection.execute(wanted.execution_options(yield_per=5_000)):
        digest.update(_line(*row))
    return digest.hexdigest()


def _sealed(kind: str, made_at: int, source_sha256: str | None, payload: str, previous: str, looks: str) -> str:
    content = hashlib.sha256(payload.encode()).hexdigest()
    return hashlib.sha256(_line(kind, made_at, source_sha256, content, previous, looks)).hexdigest()


def _line(*values: Any) -> bytes:
    return json.dumps(values, separators=(",", ":"), default=str).encode() + b"\n"


def kept(connection: Connection, scope: int | None) -> list[AuditRecord]:
    """List the reports, the oldest first, each with its first line."""
    wanted = select(*_FACTS, audits.c.scope, func.substr(audits.c.payload, 1, _BEGINNING))
    wanted = wanted.order_by(audits.c.made_at, audits.c.id)
    if scope is not None:
        wanted = wanted.where(audits.c.scope == scope)
    rows = connection.execute(wanted)
    return [AuditRecord(*row[:4], head=_first_line(row[6]), seal=row[4], scope=row[5]) for row in rows]


def one(connection: Connection, number: int) -> AuditRecord | None:
    """Return one report with all that it holds; None where there is none of this number."""
    wanted = select(*_FACTS, audits.c.scope, audits.c.payload).where(audits.c.id == number)
    row = connection.execute(wanted).first()
    if row is None:
        return None
    payload = _unpacked(row[6])
    return AuditRecord(*row[:4], head=payload.partition("\n")[0], payload=payload, seal=row[4], scope=row[5])


def check(connection: Connection) -> list[Seal]:
    """Go along the chain: say of each report whether it, and all before it, is as it was sealed."""
    end = connection.execute(select(seals).where(seals.c.id == _ONE)).first()
    columns = (*_FACTS, audits.c.scope, audits.c.previous, audits.c.looks, audits.c.payload)
    told: list[Seal] = []
    chain = _Chain(connection, end.first if end else None, end.last if end else None)
    for number in (
        connection.execute(select(audits.c.id).order_by(audits.c.id)).scalars().all()
    ):  # one payload at a time
        told.append(chain.follow(connection.execute(select(*columns).where(audits.c.id == number)).one()))
    if end is not None and end.last and chain.previous != end.seal and not chain.broken:
        told.append(Seal(end.last, 0, None, end.seal, False, "end_missing"))
    return told


class _Chain:
    """The way along the seals of a journal."""

    def __init__(self, connection: Connection, first: int | None, last: int | None) -> None:
        self._connection, self._first, self._last = connection, first, last
        self._looks = 0
        self.previous = ""
        self.broken = False

    def follow(self, row: Any) -> Seal:
        """Take the next report and say what is wrong with it."""
        if row.seal is None and (self._first is None or row.id < self._first):
            return Seal(row.id, row.scope, row.made_at, None, None)
        trouble = self._trouble(row)
        self.broken = self.broken or trouble is not None
        if row.seal is not None:
            self.previous, self._looks = row.seal, row.looks or 0
        return Seal(row.id, row.scope, row.made_at, row.seal, not self.broken, trouble)

    def _trouble(self, row: Any) -> str | None:
        if row.seal is None:
            return "unsealed"
        if self._last is None or row.id > self._last:
            return "put_in"
        if row.previous != self.previous:
            return "not_the_next"
        looks = _looks_between(self._connection, self._looks, row.looks or 0)
        seal = _sealed(row.kind, row.made_at, row.source_sha256, _unpacked(row.payload), row.previous, looks)
        return None if seal == row.seal else "edited"


def _unpacked(payload: bytes) -> str:
    """Return a report's text; what somebody spoilt is some text too."""
    try:
        return zlib.decompress(payload).decode()
    except (zlib.error, UnicodeDecodeError, TypeError):
        return ""


def _first_line(beginning: bytes) -> str:
    try:
        text = zlib.decompressobj().decompress(bytes(beginning), 4 * _BEGINNING)
    except (zlib.error, TypeError):
        return ""
    return text.partition(b"\n")[0].decode("utf-8", "replace")
