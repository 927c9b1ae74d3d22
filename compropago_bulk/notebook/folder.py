"""The spreadsheets of a person's folder and of the folders in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KINDS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
DEEPEST = 2
"""Folders below the person's own; what lies deeper is given by its path."""
_MOST = 5_000
"""Entries that are looked at, so that a folder of a whole network drive costs no minutes."""


def spreadsheets(folder: Path) -> list[str]:
    """List the spreadsheets as paths from the folder: its own first, the newest first."""
    found = []
    for seen, (depth, entry) in enumerate(_entries(folder, 0)):
        if seen >= _MOST:
            break
        with suppress(OSError):
            if Path(entry.name).suffix.lower() in KINDS and entry.is_file():
                found.append((depth, -entry.stat().st_mtime, Path(entry.path).relative_to(folder).as_posix()))
    return [name for _, _, name in sorted(found)]


def _entries(folder: Path, depth: int) -> Iterator[tuple[int, os.DirEntry[str]]]:
    inner = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(("~$", ".")):
                continue
            yield depth, entry
            if depth < DEEPEST and entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
    for one in inner:
        yield from _entries(one, depth + 1)
