"""Files that are replaced only once the new one is whole, and never while another program holds them."""

from __future__ import annotations

import csv
import logging
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from ..texts import say
from ..values import is_blank, shown
from ..values.shown import could_run
from .styles import MEXICO_CITY, kind_of

logger = logging.getLogger("compropago_bulk")


def writable_target(path: str | os.PathLike[str], suffixes: Sequence[str] = (".xlsx",)) -> Path:
    """Return where a file can go: `path`, or `name (2)` beside it while another program holds that one open.

    Args:
        suffixes: how its name may end; the first is added where it has none.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to, something that is no file is there, or
            the name ends otherwise.
        TypeError: it is no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(say("exports", "no_path", kind=type(path).__name__, suffix=suffixes[0]))
    wanted = _with_suffix(Path(path).expanduser(), suffixes)
    if wanted.exists() and not wanted.is_file():  # a device or a pipe would be replaced, or would block
        raise ConfigurationError(say("exports", "no_file", path=wanted))
    if not wanted.parent.is_dir():
        raise ConfigurationError(say("exports", "no_folder", folder=wanted.parent))
    if not os.access(wanted.parent, os.W_OK):
        raise ConfigurationError(say("exports", "not_writable", path=wanted, reason=wanted.parent))
    found, number = wanted, 1
    while _is_held(found):
        number += 1
        found = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    if found != wanted:
        logger.warning("%s", say("exports", "went_elsewhere", path=wanted.name, other=found.name))
    return found


def _with_suffix(path: Path, suffixes: Sequence[str]) -> Path:
    if path.exists() and not path.is_file():
        return path  # refused for what it is
    if path.suffix.lower() in suffixes:
        return path
    if not path.suffix or not _SUFFIX.fullmatch(path.suffix):  # `Alamedas 2.º piso` ends in no suffix
        return path.with_name(path.name + suffixes[0])
    wanted = " / ".join(suffixes)
    raise ConfigurationError(say("exports", "other_suffix", path=path.name, suffix=path.suffix, wanted=wanted))


_SUFFIX = re.compile(r"\.[A-Za-z]{1,5}[0-9]?")


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with path.open("r+b"):
            return False
    except OSError:
        return True


def write_whole(
    path: str | os.PathLike[str], write: Callable[[Path], None], suffixes: Sequence[str] = (".xlsx",)
) -> Path:
    """Have `write` make a file beside the target, and put it in the target's place; and return where it went."""
    target = writable_target(path, suffixes)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    made = Path(name)
    try:
        write(made)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        made.replace(target)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def export_csv(table: Any, path: str | PathLike[str]) -> Path:
    """Write a table as CSV (UTF-8 with a byte order mark); give where it went.

    Text that a spreadsheet program could run (`=`, `+`, `-`, `@`, `|`, a tab or a carriage return at its beginning, or
    after blanks, line ends and what nobody sees, also full-width) gets a `'` before it, which `read_sheet` takes off
    again; numbers stay as they are. Times are those of Mexico City.

    Args:
        table: a DataFrame; its columns keep their names.
        path: `.csv`, which is added where there is no suffix; replaced only once the new file is whole.

    Returns:
        Path: where it went.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    return write_whole(path, lambda made: _write(table, made), (".csv", ".txt", ".tsv"))


def _write(table: Any, path: Path) -> None:
    labels = [
        " ".join(map(str, column)).strip() if isinstance(column, tuple) else str(column) for column in table.columns
    ]
    kinds = [kind_of(label) for label in labels]
    columns = [list(table.iloc[:, place].astype(object)) for place in range(len(labels))]
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_guarded(label) for label in labels])
        for row in zip(*columns, strict=True):
            writer.writerow([_field(value, kind) for value, kind in zip(row, kinds, strict=True)])


def _field(value: Any, kind: str) -> str:
    if is_blank(value):
        return ""
    if isinstance(value, datetime):
        wall = value.astimezone(MEXICO_CITY) if value.tzinfo else value
        return f"{wall:%Y-%m-%d %H:%M:%S}"
    plain = value.item() if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 else value
    text = shown(plain)
    is_number = isinstance(plain, int | float | Decimal) and kind != "text"
    return text if is_number else _guarded(text)


def _guarded(text: str) -> str:
    clean = text.replace("\x00", "")
    return f"'{clean}" if could_run(clean) else clean
