"""What every kind of file is read into: the filled cells of each sheet, with what a person sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from math import isfinite
from typing import Any, TypeAlias

from ..model import Note
from ..values.shown import NO_VALUE
from .number_formats import has_text_section

__all__ = [
    "LAST_COLUMN",
    "LAST_ROW",
    "MOST_CELLS",
    "NO_VALUE",
    "Book",
    "Cell",
    "Damage",
    "Grid",
    "Labelled",
    "Line",
    "Number",
    "column_letter",
    "in_order",
    "number_of",
]

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_CELLS = 4_000_000
"""Filled cells that are read from one file; more is no list of residents and would not fit in the memory promised."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the format that shows it; `shown` where the file itself says what a person sees."""

    value: int | float
    format: str = ""
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text under a number format with a text section: `"DEP-"@`."""

    text: str
    format: str


@dataclass(frozen=True, slots=True)
class Damage:
    """A cell that has something in it and no value: `error_cell` or `formula_without_value`."""

    code: str
    shown: str


Cell: TypeAlias = Any
"""str, bool, int, float, a date or time, or one of the three above; a blank cell is absent."""


@dataclass(slots=True)
class Line:
    """One row of a sheet: its number, as a spreadsheet program shows it, and its filled cells by column, from 1."""

    number: int
    cells: dict[int, Cell]
    formulas: frozenset[int] = frozenset()


@dataclass(slots=True)
class Grid:
    """One sheet."""

    name: str | None
    lines: list[Line] = field(default_factory=list)
    visible: bool = True
    lost: bool = False
    """The file lists the sheet and does not hold it."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""
    totals: set[int] = field(default_factory=set)
    """Rows that the file itself declares as a table's totals."""
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    """Row and column to the address that a click on the cell writes to, without `mailto:`."""
    used: tuple[int, int] = (0, 0)
    """The last row and column that the file has or declares, filled or not."""

    @property
    def named(self) -> bool:
        """Whether a person must hear of it where nothing of it is read: it has a name, and is not simply empty."""
        return self.name is not None and (bool(self.lines) or self.lost)


@dataclass(slots=True)
class Book:
    """One file."""

    kind: str
    grids: list[Grid]
    ours: bool = False
    """This package wrote it: only the first sheet is read, and headers are mapped back."""
    epoch_1904: bool = False
    decimal_comma: bool = False
    notes: list[Note] = field(default_factory=list)


def column_letter(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
        grid.merges = [tuple(item) for item in sheet["merges"]]
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


def number_of(text: str) -> Cell:
    """Return the number that a file writes as text; what is none is damage."""
    try:
        value = float(text) if len(text) > 17 or not text.lstrip("-").isdecimal() else int(text)
    except ValueError:
        return Damage("error_cell", text)
    return value if isinstance(value, int) or isfinite(value) else Damage("error_cell", text)


def in_order(cells: dict[int, Cell]) -> dict[int, Cell]:
    """Return a row's cells from left to right; some programs write them in any order."""
    columns = list(cells)
    return cells if columns == sorted(columns) else {column: cells[column] for column in sorted(columns)}
