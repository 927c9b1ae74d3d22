"""A workbook's cells coloured and commented, and nothing else of it touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cells import Merges, Place, SheetMap
from .notes import Notes
from .package import OFFICE, Package
from .splice import Edits, outline
from .styles import EMPTY, Styles

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
        if mark.sheet in parts:
            by_sheet.setdefault(mark.sheet, []).append(mark)
    for name, found in by_sheet.items():
        _mark_sheet(package, parts[name], workbook, found, styles, author)
    if by_sheet:
        package.put(_styles_part(package, workbook), styles.done())


def _target(package: Package, part: str, kind: str) -> str | None:
    wanted = f"{OFFICE}/{kind}"
    return next((one.target for one in package.relations(part) if one.type == wanted and package.has(one.target)), None)


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
    """Give each worksheet's part by its name."""
    targets = {one.id: one.target for one in package.relations(workbook) if one.type == f"{OFFICE}/worksheet"}
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
        told = "\n".join(one.partition(": ")[2] if own else one for one in mark.told)
        texts[place] = f"{texts[place]}\n{told}" if place in texts else told
        colours.setdefault(place, mark.colour)
    where = SheetMap(data, colours)
    edits = Edits(data)
    where.restyle(edits, lambda row, column: styles.tinted(where.style(row, column), colours[row, column]))
    Notes(package, part, workbook, author).add(texts, edits, where)
    package.put(part, edits.done())
