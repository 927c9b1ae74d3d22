"""A copy of the owner's own workbook, the cells to mend coloured and commented."""

from __future__ import annotations

import hashlib
import logging
import zipfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries

from ...model import Problem, Severity
from ...sheets.reading import SheetFacts
from ...texts import say
from ..files import write_whole
from ..styles import WRAPPED, head_cell, height_of, lines_in, on_paper, safe_text, text_cell
from ..workbook import MARK, write_sheet
from .comments import Notes
from .package import OFFICE, Package
from .sheet_xml import EMPTY, Merges, Place, SheetMap, Styles
from .splice import Edits, UnfitPartError, outline

logger = logging.getLogger("compropago_bulk")

Message = Callable[[Problem, "str | None"], str]
_COLOURS = {Severity.ERROR: "F4B6B0", Severity.WARNING: "FFE699"}
_FILLS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in _COLOURS.items()}
_LONGEST = 30_000
_WIDTHS = (13, 18, 20, 30, 80)
"""Of the columns of the list of what to mend."""


def export_marked(
    facts: SheetFacts | None,
    frame: Any,
    problems: Sequence[Problem],
    path: str | PathLike[str],
    *,
    lang: str | None = None,
    message: Message,
    columns: Mapping[str, Sequence[Hashable]] | None = None,
) -> Path:
    """Write the copy; where the workbook is gone, has changed since or is no `.xlsx`, a new one with rows and a list.

    Args:
        columns: each field's columns in the frame, for the new workbook.

    Returns:
        Path: where it went; a workbook with macros ends in `.xlsm`, any other in `.xlsx`, as Excel asks for.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    package = _own_book(facts)
    if package is not None:
        try:
            mark_book(package, _marks(problems, lang, message), author=MARK)
            return write_whole(_fitting(path, macros=package.has_macros), package.write, (".xlsx", ".xlsm"))
        except (UnfitPartError, KeyError, ValueError, zipfile.BadZipFile) as fault:
            logger.warning("the workbook's parts cannot be marked (%s); a new one is written", type(fault).__name__)
    return write_whole(
        _fitting(path, macros=False), lambda made: _new_book(frame, problems, made, lang, message, columns or {})
    )


def _own_book(facts: SheetFacts | None) -> Package | None:
    """Open the workbook that was read, if it is still the same to the byte."""
    if facts is None or facts.kind not in {"xlsx", "xlsm"}:
        return None
    try:
        data = facts.content()
    except OSError:
        return None
    return Package(data) if hashlib.sha256(data).hexdigest() == facts.sha256 else None


def _fitting(path: str | PathLike[str], *, macros: bool) -> Path:
    wanted, suffix = Path(path), ".xlsm" if macros else ".xlsx"
    if wanted.suffix.lower() == suffix:
        return wanted
    known = wanted.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv"}
    return wanted.with_suffix(suffix) if known else wanted.with_name(wanted.name + suffix)


def _marks(problems: Sequence[Problem], lang: str | None, message: Message) -> list[Marked]:
    """Gather the problems of each cell."""
    by_cell: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        if problem.cell is not None and problem.sheet is not None:
            by_cell.setdefault((problem.sheet, problem.cell), []).append(problem)
    marks = []
    for (sheet, cell), found in sorted(by_cell.items(), key=lambda item: _rank(item[1])):
        column, row, _, _ = range_boundaries(cell)
        worst = min(found, key=lambda one: one.severity is not Severity.ERROR)
        told = tuple(dict.fromkeys(message(match, lang) for match in found))
        marks.append(Marked(sheet, (int(row or 0), int(column or 0)), _COLOURS[worst.severity], told))
    return marks


def _rank(found: Sequence[Problem]) -> bool:
    """Put errors before warnings, so that of two cells that show as one the worse gives the colour."""
    return all(match.severity is not Severity.ERROR for match in found)


def _new_book(
    frame: Any,
    problems: Sequence[Problem],
    path: Path,
    lang: str | None,
    message: Message,
    columns: Mapping[str, Sequence[Hashable]],
) -> None:
    book = Workbook(write_only=True)
    labels = list(frame.columns)
    marks: dict[tuple[int, int], list[Problem]] = {}
    for problem in problems:
        header = next(iter(columns.get(problem.field, ())), None)
        if header in labels:
            marks.setdefault((problem.position, labels.index(header)), []).append(problem)

    def dress(cell: Any, position: int, column: int) -> Any:
        found = marks.get((position, column))
        if not found:
            return cell
        worst = min(found, key=lambda one: one.severity is not Severity.ERROR)
        text = "\n".join(dict.fromkeys(_bare(message(match, lang)) for match in found))
        cell.fill = _FILLS[worst.severity]
        cell.comment = Comment(safe_text(text)[:_LONGEST], MARK, width=320, height=60 + 20 * len(found))
        return cell

    write_sheet(book, say("exports", "sheet_table", lang), frame, list(range(len(frame))), lang, dress=dress)
    _list_problems(book, problems, lang, message)
    book.save(path)


def _list_problems(book: Any, problems: Sequence[Problem], lang: str | None, message: Message) -> None:
    sheet = book.create_sheet(say("exports", "sheet_mend", lang))
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    on_paper(sheet, 5, len(problems) + 1, say("exports", "sheet_mend", lang), lang)
    heads = ("head_severity", "head_cell", "head_field", "head_value", "head_message")
    sheet.append([head_cell(sheet, say("exports", code, lang)) for code in heads])
    for number, problem in enumerate(problems, start=2):
        kind = text_cell(sheet, say("exports", f"severity_{problem.severity.value}", lang))
        kind.fill = _FILLS[problem.severity]
        where, _, told = message(problem, lang).partition(": ")
        told = told[:1].upper() + told[1:]
        field = say("checks", f"field_{problem.field}", lang) if problem.field else ""
        cells = [kind, *(text_cell(sheet, text) for text in (where, field, problem.value, told))]
        for cell in cells:
            cell.alignment = WRAPPED
        lines = max(
            lines_in(text, width) for text, width in zip((where, field, problem.value, told), _WIDTHS[1:], strict=True)
        )
        sheet.row_dimensions[number].height = height_of(lines)
        sheet.append(cells)


def _bare(told: str) -> str:
    return told.partition(": ")[2]


_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


@dataclass(frozen=True, slots=True)
class Marked:
    """One cell to mark."""

    sheet: str
    place: Place
    colour: str
    told: tuple[str, ...]
    """Sentences that begin with the cell."""


def mark_book(package: Package, marks: Sequence[Marked], *, author: str) -> None:
    """Colour and comment cells of a workbook; give it to `package` to be written.

    Raises:
        UnfitPartError: a part of it is not XML that may be edited.
    """
    workbook = _target(package, "", "officeDocument") or "xl/workbook.xml"
    styles = Styles(package.read(_styles_part(package, workbook)))
    parts = _sheets(package, workbook)
    by_sheet: dict[str, list[Marked]] = {}
    for mark in marks:
        if mark.sheet not in parts:
            raise UnfitPartError(mark.sheet)
        by_sheet.setdefault(mark.sheet, []).append(mark)
    for name, found in by_sheet.items():
        _mark_sheet(package, parts[name], workbook, found, styles, author)
    if by_sheet:
        package.put(_styles_part(package, workbook), styles.done())


def _target(package: Package, part: str, kind: str) -> str | None:
    wanted = f"{OFFICE}/{kind}"
    return next(
        (
            relation.target
            for relation in package.relations(part)
            if relation.type == wanted and package.has(relation.target)
        ),
        None,
    )


def _styles_part(package: Package, workbook: str) -> str:
    found = _target(package, workbook, "styles")
    if found is not None:
        return found
    part = "xl/styles.xml" if not package.has("xl/styles.xml") else package.free_name("xl/styles{}.xml")
    package.put(part, EMPTY)
    package.declare(part, _STYLES_TYPE)
    package.relate(workbook, f"{OFFICE}/styles", part)
    return part


def _sheets(package: Package, workbook: str) -> dict[str, str]:
    """Return each worksheet's part by its name."""
    targets = {
        relation.id: relation.target
        for relation in package.relations(workbook)
        if relation.type == f"{OFFICE}/worksheet"
    }
    listed = outline(package.read(workbook)).first("sheets")
    found = {}
    for node in listed.children if listed else []:
        target = targets.get(node.attribute("id"))
        if target is not None and package.has(target):
            found[node.attribute("name")] = target
    return found


def _mark_sheet(
    package: Package, part: str, workbook: str, marks: Sequence[Marked], styles: Styles, author: str
) -> None:
    data = package.read(part)
    merges = Merges(data)
    texts: dict[Place, str] = {}
    colours: dict[Place, str] = {}
    for mark in marks:
        place = merges.anchor(*mark.place)
        own = place == mark.place
        told = "\n".join(text.partition(": ")[2] if own else text for text in mark.told)
        texts[place] = f"{texts[place]}\n{told}" if place in texts else told
        colours.setdefault(place, mark.colour)
    where = SheetMap(data, colours)
    edits = Edits(data)
    where.restyle(edits, lambda row, column: styles.tinted(where.style(row, column), colours[row, column]))
    Notes(package, part, workbook, author).add(texts, edits, where)
    package.put(part, edits.done())
