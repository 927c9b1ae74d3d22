"""Where a journal is: a file of its owner's alone, or a server; and what may not be one."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..errors import JournalError
from ..texts import say

APPLICATION = "compropago-bulk"
_POSTGRES_URL = {"postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"}


@dataclass(frozen=True, slots=True)
class Place:
    """An address, a form of it that may be shown, and the folder for the runs' lock files."""

    url: URL
    shown: str
    locks: Path
    file: Path | None
    """None for a server."""

    def __repr__(self) -> str:
        return f"Place({self.shown!r})"


def find(where: str | Path | None) -> Place:
    """Read what a person wrote: nothing, a path, or the URL of a database.

    Raises:
        JournalError: the URL cannot be read, or names something that keeps nothing.
    """
    if where is None:
        return _file(Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "journal.sqlite")
    if isinstance(where, Path) or "://" not in where:
        if str(where).strip() in {"", ":memory:"}:
            raise JournalError(say("runs", "journal_keeps_nothing"))
        return _file(Path(where).expanduser())
    return _from_url(where)


def is_server(where: str | Path | None) -> bool:
    """Whether a journal is on a server, so that several machines can share it.

    Raises:
        JournalError: the URL cannot be read.
    """
    return find(where).file is None


def _from_url(where: str) -> Place:
    try:
        url = make_url(where.strip())
    except (ArgumentError, ValueError):
        raise JournalError(say("runs", "journal_bad_url")) from None  # the text may hold a password: not shown
    if url.drivername.startswith("sqlite"):
        return find(url.database or ":memory:")
    if url.drivername not in _POSTGRES_URL:
        raise JournalError(say("runs", "journal_unknown_kind", kind=url.drivername))
    locks = Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)) / "runs"
    shown = url.set(drivername="postgresql", password=None, query={}).render_as_string(hide_password=True)
    return Place(url.set(drivername="postgresql+psycopg"), shown, locks, None)


def _file(path: Path) -> Place:
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a link that is about to be replaced
    return Place(URL.create("sqlite+pysqlite", database=str(path)), str(path), Path(f"{path}.runs"), path)


def prepare(place: Place) -> None:
    """Make the folder and an empty file that only their owner can read; SQLite gives its side files the same mode."""
    if place.file is None:
        return
    folder = place.file.parent
    refuse_what_is_no_journal(place.file, place.locks)
    try:
        make_private_folder(folder)
        os.close(os.open(place.file, os.O_RDWR | os.O_CREAT, 0o600))
        if os.name == "posix" and place.file.stat().st_mode & 0o077:
            place.file.chmod(0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise JournalError(say("runs", "journal_not_writable", path=place.file, reason=reason)) from None


_HEADER = 100
"""Bytes that every SQLite file has at least."""


def refuse_what_is_no_journal(path: Path, locks: Path) -> None:
    """Refuse a device, a pipe or a folder, and a file that was a journal and is empty now, before it is touched.

    Raises:
        JournalError: what is there is left as it is.
    """
    try:
        found = path.stat()
    except OSError:  # nothing there yet, or nothing that may be looked at: making it will tell
        return
    if not stat.S_ISREG(found.st_mode):
        raise JournalError(say("runs", "journal_no_file", path=path))
    log = Path(f"{path}-wal")
    if found.st_size < _HEADER and (locks.exists() or (log.exists() and log.stat().st_size)):
        raise JournalError(say("runs", "journal_emptied", path=path))
    if 0 < found.st_size < _HEADER:  # SQLite takes a file of one byte for an empty one
        raise JournalError(say("runs", "journal_not_a_journal", where=path))


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, readable by their owner only; a folder that exists is left alone."""
    missing = [item for item in (folder, *folder.parents) if not item.exists()]
    for name in reversed(missing):
        name.mkdir(mode=0o700, exist_ok=True)


def journal_folder(where: str | Path | None) -> Path:
    """Return the folder beside a journal for what belongs to it; for one on a server, the user's data folder.

    Raises:
        JournalError: the URL cannot be read.
    """
    place = find(where)
    return Path(f"{place.file}.files") if place.file is not None else place.locks.parent / "files"
