"""Files in and out, saying so where it takes longer than a second."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ..exports import delimited, workbook
from ..rows import sheets
from ..texts import say
from .progress import working

_PROGRESS = """
        progress: say so where it takes longer than a second."""


def read_sheet(
    source: Any, sheet: Any = None, columns: Mapping[str, Any] | None = None, *, progress: bool = True
) -> Any:
    """See `rows.sheets.read_sheet`, whose words these are."""
    with working(progress, "reading", name=_name(source)):
        return sheets.read_sheet(source, sheet, columns)


def export_excel(table: Any, path: str | PathLike[str], *, lang: str | None = None, progress: bool = True) -> Path:
    """See `exports.workbook.export_excel`, whose words these are."""
    with working(progress, "exporting", name=_name(path)):
        return workbook.export_excel(table, path, lang=lang)


def export_csv(table: Any, path: str | PathLike[str], *, progress: bool = True) -> Path:
    """See `exports.delimited.export_csv`, whose words these are."""
    with working(progress, "exporting", name=_name(path)):
        return delimited.export_csv(table, path)


def _name(file: Any) -> str:
    return Path(file).name if isinstance(file, str | PathLike) else say("runs", "the_sheet")


def _borrow_words(own: Any, worker: Any) -> None:
    """Give a function the help of the one that does the work, and a line about `progress`."""
    text = worker.__doc__ or ""
    before = "\n\n    Returns:" if "Returns:" in text else "\n\n    Raises:"
    head, mark, rest = text.partition(before)
    arguments = "" if "Args:" in head else "\n\n    Args:"
    own.__doc__ = head + arguments + _PROGRESS + mark + rest


_borrow_words(read_sheet, sheets.read_sheet)
_borrow_words(export_excel, workbook.export_excel)
_borrow_words(export_csv, delimited.export_csv)
