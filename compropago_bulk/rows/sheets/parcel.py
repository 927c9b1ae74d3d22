"""Cells on their way out of the child: how each kind is written as JSON, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias

from .formats import has_text_section
from .grid import MOST_CELLS, Book, Cell, Damage, Grid, Labelled, Line, Number

ROOM = MOST_CELLS // 2
"""Filled cells that a file may have: they stand in memory twice while they come over."""

Packed: TypeAlias = Any
"""Text and truths as they are; anything else as a list that begins with its kind."""


class Encrypted(Exception):  # noqa: N818 - it crosses no room's border
    """Say that a workbook asks for a password."""


def pack(cell: Cell) -> Packed:
    """Write a cell so that JSON can carry it."""
    if isinstance(cell, Number):
        return ["number", cell.value, cell.format, cell.shown]
    if isinstance(cell, Labelled):
        return ["labelled", cell.text, cell.format]
    if isinstance(cell, Damage):
        return ["damage", cell.code, cell.shown]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    return cell


def unpack(packed: Packed) -> Cell:
    """Read a cell that `pack` wrote."""
    if not isinstance(packed, list):
        return packed
    kind, *rest = packed
    return _KINDS[kind](*rest)


_KINDS: Mapping[str, Any] = {
    "number": Number,
    "labelled": Labelled,
    "damage": Damage,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def pack_grid(grid: Grid) -> dict[str, Any]:
    """Write a sheet."""
    return {
        "name": grid.name,
        "visible": grid.visible,
        "lines": [
            [line.number, [[column, pack(cell)] for column, cell in line.cells.items()], sorted(line.formulas)]
            for line in grid.lines
        ],
        "merges": grid.merges,
        "hidden_rows": sorted(grid.hidden_rows),
        "hidden_columns": sorted(grid.hidden_columns),
        "used": grid.used,
    }


def book_of(kind: str, told: Mapping[str, Any]) -> Book:
    """Read what the child said."""
    grids = []
    for sheet in told["sheets"]:
        grid = Grid(name=sheet["name"], visible=sheet["visible"], used=tuple(sheet["used"]))
        grid.merges = [tuple(one) for one in sheet["merges"]]
        grid.hidden_rows, grid.hidden_columns = set(sheet["hidden_rows"]), set(sheet["hidden_columns"])
        for number, cells, formulas in sheet["lines"]:
            line = Line(number, {column: unpack(cell) for column, cell in cells}, frozenset(formulas))
            grid.lines.append(line)
        grids.append(grid)
    return Book(kind=kind, grids=grids, ours=told["ours"], epoch_1904=told["epoch_1904"])


def text_cell(text: str, look: str = "") -> Cell:
    """Make a cell of text; one of blanks only is none."""
    if not text or text.isspace():
        return None
    return Labelled(text, look) if look and has_text_section(look) else text
