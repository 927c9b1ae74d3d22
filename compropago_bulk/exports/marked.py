"""A copy of the owner's own workbook, the cells to mend coloured and commented."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from ..rows.model import Problem, Severity
from ..rows.sheets import SheetFacts
from ..texts import say
from .cells import text_cell
from .safe_file import write_whole
from .workbook import MARK, write_sheet

Message = Callable[[Problem, "str | None"], str]
_FILLS = {
    Severity.ERROR: PatternFill("solid", fgColor="F4B6B0"),
    Severity.WARNING: PatternFill("solid", fgColor="FFE699"),
}
_LONGEST = 30_000


def export_marked(
    facts: SheetFacts | None, frame: Any, problems: Sequence[Problem], path: str | PathLike[str], *,
    lang: str | None = None, message: Message,
) -> Path:  # fmt: skip
    """Write the copy; where the workbook is no longer known or is no `.xlsx`, a new one with the rows and a list.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    if facts is not None and facts.kind in {"xlsx", "xlsm"}:
        return write_whole(path, lambda made: _mark_copy(facts, problems, made, lang, message))
    return write_whole(path, lambda made: _new_book(frame, problems, made, lang, message))


def _mark_copy(facts: SheetFacts, problems: Sequence[Problem], path: Path, lang: str | None, message: Message) -> None:
    book = load_workbook(io.BytesIO(facts.content()), keep_vba=facts.kind == "xlsm", rich_text=True)
    by_cell: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.cell is not None and problem.sheet in book.sheetnames:
            by_cell.setdefault((str(problem.sheet), problem.cell), []).append(problem)
    for (name, place), found in by_cell.items():
        cell = book[name][place]
        worst = min(found, key=lambda one: one.severity is not Severity.ERROR)
        if type(cell).__name__ != "MergedCell":
            cell.fill = _FILLS[worst.severity]
        text = "\n".join(message(one, lang).partition(": ")[2] for one in found)
        before = f"{cell.comment.text}\n\n" if cell.comment else ""
        cell.comment = Comment((before + text)[:_LONGEST], MARK, width=320, height=90 + 20 * len(found))
    book.save(path)


def _new_book(frame: Any, problems: Sequence[Problem], path: Path, lang: str | None, message: Message) -> None:
    book = Workbook(write_only=True)
    write_sheet(book, say("exports", "sheet_table", lang), frame, list(range(len(frame))), lang)
    sheet = book.create_sheet(say("exports", "sheet_mend", lang))
    for letter, width in zip("ABCD", (14, 16, 28, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    heads = ("head_severity", "head_field", "head_value", "head_message")
    sheet.append([text_cell(sheet, say("exports", code, lang)) for code in heads])
    for one in problems:
        kind = text_cell(sheet, say("exports", f"severity_{one.severity.value}", lang))
        kind.fill = _FILLS[one.severity]
        told = (one.field, one.value, message(one, lang))
        sheet.append([kind, *(text_cell(sheet, text) for text in told)])
    book.save(path)
