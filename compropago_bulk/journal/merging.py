"""Two accounts joined into one, a copied journal told from the one it was made of, backups, checks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from ..errors import JournalError
from ..texts import say
from .places import Place
from .queries import find_space, space_of
from .schema import audits, marks, observations, orders, paces, people, places, runs, scopes, sends, spaces
from .states import Scope

_BY_SCOPE = (observations, audits)


def join_scopes(connection: Connection, old: Scope, new: Scope) -> int:
    """Give all that one account created to another, and have the former one's keys mean the latter; count the sends.

    Where both sent a key, the former account's sends come first.
    """
    moved = sum(_move_space(connection, row, new) for row in _spaces_of(connection, old))
    for table in _BY_SCOPE:
        connection.execute(update(table).where(table.c.scope == old.id).values(scope=new.id))
    _move_orders(connection, old, new)
    connection.execute(paces.delete().where(paces.c.scope == old.id))
    connection.execute(update(scopes).where(scopes.c.joined == old.id).values(joined=new.id))
    connection.execute(update(scopes).where(scopes.c.id == old.id).values(joined=new.id))
    return moved


def _spaces_of(connection: Connection, scope: Scope) -> list[Any]:
    return list(connection.execute(select(spaces).where(spaces.c.scope == scope.id)).all())


def _move_space(connection: Connection, row: Any, new: Scope) -> int:
    old = space_of(row)
    count = select(func.count()).select_from(sends).where(sends.c.space == old.id)
    moved = int(connection.execute(count).scalar_one())
    there = find_space(connection, new.id, old.operation, old.rehearsal)
    if there is None:
        connection.execute(update(spaces).where(spaces.c.id == old.id).values(scope=new.id))
        return moved
    both = select(sends.c.key).where(sends.c.space == old.id)
    highest = select(func.max(sends.c.generation)).where(sends.c.space.in_((old.id, there.id)))
    step = connection.execute(highest).scalar() or 0
    for table in (sends, marks):  # the newer account's sends of a key that both have come after the former's
        later = update(table).where(table.c.space == there.id, table.c.key.in_(both))
        connection.execute(later.values(generation=table.c.generation + step))
    for table in (sends, marks, runs, people):
        connection.execute(update(table).where(table.c.space == old.id).values(space=there.id))
    connection.execute(spaces.delete().where(spaces.c.id == old.id))
    return moved


def _move_orders(connection: Connection, old: Scope, new: Scope) -> None:
    known = select(orders.c.order_id).where(orders.c.scope == new.id)
    connection.execute(orders.delete().where(orders.c.scope == old.id, orders.c.order_id.in_(known)))
    connection.execute(update(orders).where(orders.c.scope == old.id).values(scope=new.id))


def remember_place(connection: Connection, place: Place, host: str, now: int) -> str | None:
    """Write down where this journal is opened; give its former path where it seems to be a copy, or was moved."""
    before = connection.execute(select(places.c.path).order_by(places.c.id.desc()).limit(1)).scalar()
    path, number = _where(place)
    connection.execute(insert(places), {"host": host, "path": path, "file": number, "seen_at": now})
    return before


def is_at_home(connection: Connection, place: Place, host: str) -> bool:
    """Whether a journal was opened here before.

    A machine's name alone may change with every start (a container), and so may the file's number with a restored
    backup: the same path with either of them is the same place.
    """
    path, number = _where(place)
    known = connection.execute(select(places.c.host, places.c.file).where(places.c.path == path)).all()
    return any(row.host == host or row.file == number for row in known)


def _where(place: Place) -> tuple[str, str]:
    assert place.file is not None  # noqa: S101 - a server's journal has no place of its own
    there = place.file.stat()
    return str(place.file), f"{there.st_dev}:{there.st_ino}"


def back_up(place: Place, target: Path) -> None:
    """Copy a journal's file while it is in use, whole or not at all, and never over another file.

    Raises:
        JournalError: it is on a server, whose own tools do this; or the copy cannot be written.
    """
    if place.file is None:
        raise JournalError(say("runs", "backup_of_a_server", where=place.shown))
    refuse_missing(place)
    if target.exists():
        raise JournalError(say("runs", "backup_is_there", path=target))
    part = target.with_name(f".{target.name}.part")
    try:
        with closing(sqlite3.connect(place.file)) as journal, closing(sqlite3.connect(part)) as copy:
            journal.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        part.chmod(0o600)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise JournalError(say("runs", "journal_not_writable", path=target, reason=str(error))) from None


def refuse_missing(place: Place) -> None:
    """Refuse a file that is not there: looking at a journal makes none.

    Raises:
        JournalError: saying where it was looked for.
    """
    if place.file is not None and not place.file.exists():
        raise JournalError(say("runs", "journal_not_there", where=place.shown))


def faults_of(connection: Connection) -> list[str]:
    """Return what is not whole in a journal's file, in the database's own words; nothing for one on a server."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
    return [str(row) for row in rows if row != "ok"] + _orphans(connection)


def _orphans(connection: Connection) -> list[str]:
    """Name what refers to something that is not there."""
    pairs: tuple[tuple[Table, str, Table], ...] = (
        (sends, "space", spaces),
        (sends, "run", runs),
        (runs, "space", spaces),
        (spaces, "scope", scopes),
    )
    found = []
    for table, column, other in pairs:
        missing = select(func.count()).select_from(table).where(table.c[column].not_in(select(other.c.id)))
        if number := connection.execute(missing).scalar_one():
            found.append(f"{table.name}.{column}: {number}")
    return found


def sizes(connection: Connection) -> dict[str, int]:
    """Count what a journal holds."""
    tables = {"accounts": scopes, "runs": runs, "rows": sends, "looks": observations, "audits": audits}
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in tables.items()
    }
