"""A copy of the owner's own workbook, the cells to mend coloured and commented."""

from __future__ import annotations

import hashlib
import logging
import zipfile
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import range_boundaries

from ...model import Problem, Severity
from ...sheets.reading import SheetFacts
from ...texts import say
from ..files import write_whole
from ..styles import safe_text
from ..workbook import MARK, write_sheet
from .comments import Notes
from .mend_list import COLOURS, FILLS, Entry, Message, add_to_new, add_to_own, entries
from .package import OFFICE, Edits, Package, UnfitPartError, outline
from .sheet_xml import EMPTY, Merges, Place, SheetMap, Styles

logger = logging.getLogger("compropago_bulk")

_LONGEST = 30_000


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
            listed = Listing(
                entries(problems, lang, message), lang, next(iter(facts.our_lists), None) if facts else None
            )
            mark_book(package, _marks(problems, lang, message), author=MARK, listing=listed)
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
        marks.append(Marked(sheet, (int(row or 0), int(column or 0)), COLOURS[worst.severity], told))
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
        cell.fill = FILLS[worst.severity]
        cell.comment = Comment(safe_text(text)[:_LONGEST], MARK, width=320, height=60 + 20 * len(found))
        return cell

    write_sheet(book, say("exports", "sheet_table", lang), frame, list(range(len(frame))), lang, dress=dress)
    add_to_new(book, entries(problems, lang, message), lang)
    book.save(path)


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


@dataclass(frozen=True, slots=True)
class Listing:
    """What goes into the list in front."""

    entries: Sequence[Entry]
    lang: str | None
    old: str | None
    """The name of an earlier list of ours, which this one replaces."""


def mark_book(package: Package, marks: Sequence[Marked], *, author: str, listing: Listing | None = None) -> None:
    """Colour and comment cells of a workbook, list them in front; give it to `package` to be written.

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
    if listing is not None and listing.entries:
        add_to_own(package, workbook, listing.entries, styles, listing.lang, old=parts.get(listing.old or ""))
    if by_sheet or (listing is not None and listing.entries):
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
