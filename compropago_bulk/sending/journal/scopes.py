"""Accounts kept apart: one row for each address, mode and hash of a public key."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from .records import Scope
from .tables import scopes

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _digest(base_url: str, mode: str, account: str) -> str:
    return hashlib.sha256("\n".join((base_url, mode, account)).encode()).hexdigest()


def find_scope(connection: Connection, base_url: str, mode: str, account: str) -> Scope | None:
    """Give an account's part, if it has one."""
    wanted = select(scopes).where(scopes.c.digest == _digest(base_url, mode, account))
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Scope(row.id, row.base_url, row.mode)


def make_scope(connection: Connection, base_url: str, mode: str, account: str, now: int) -> Scope:
    """Make an account's part; two processes that do so at once get the same one."""
    values = {"digest": _digest(base_url, mode, account), "base_url": base_url, "mode": mode, "made_at": now}
    statement = _INSERT[connection.dialect.name](scopes).values(**values)
    same = {"base_url": statement.excluded.base_url}
    made = statement.on_conflict_do_update(index_elements=[scopes.c.digest], set_=same).returning(scopes.c.id)
    return Scope(connection.execute(made).scalar_one(), base_url, mode)
