"""Tables as CSV that every spreadsheet program opens right: UTF-8 with a mark, and no text that runs as a formula."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

from ..rows.values import is_blank, shown
from .cells import FORMULA_LIKE, MEXICO_CITY, kind_of
from .safe_file import write_whole


def export_csv(table: Any, path: str | PathLike[str]) -> Path:
    """Write a table as CSV (UTF-8 with a byte order mark); give where it went.

    Text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a `'` before it, which `read_sheet` takes
    off again; numbers stay as they are. Times are those of Mexico City.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    return write_whole(path, lambda made: _write(table, made))


def _write(table: Any, path: Path) -> None:
    labels = [" ".join(map(str, one)).strip() if isinstance(one, tuple) else str(one) for one in table.columns]
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
    return f"'{clean}" if clean.lstrip("'").startswith(FORMULA_LIKE) else clean
