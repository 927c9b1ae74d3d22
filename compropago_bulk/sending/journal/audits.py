"""Reports that were kept: what was known on a day, compressed, with the hash of the sheet it was made from."""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import Connection, insert, select

from .records import AuditRecord
from .tables import audits


def keep(connection: Connection, scope: int, kind: str, payload: str, source_sha256: str | None, now: int) -> int:
    """Keep a report; give its id."""
    values = {"scope": scope, "kind": kind, "made_at": now, "source_sha256": source_sha256}
    statement = insert(audits).values(**values, payload=zlib.compress(payload.encode())).returning(audits.c.id)
    return int(connection.execute(statement).scalar_one())


def kept(connection: Connection, scope: int | None, with_payload: bool) -> list[AuditRecord]:
    """List the reports, the oldest first."""
    columns = [audits.c[name] for name in ("id", "kind", "made_at", "source_sha256")]
    wanted = select(*columns, *([audits.c.payload] if with_payload else [])).order_by(audits.c.made_at, audits.c.id)
    if scope is not None:
        wanted = wanted.where(audits.c.scope == scope)
    rows: Any = connection.execute(wanted).all()
    return [
        AuditRecord(row[0], row[1], row[2], row[3], zlib.decompress(row[4]).decode() if with_payload else None)
        for row in rows
    ]
