"""What every kind of file is read into: the filled cells of each sheet, with what a person sees of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model import Note
from ..values.shown import NO_VALUE

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
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""
    used: tuple[int, int] = (0, 0)
    """The last row and column that the file has or declares, filled or not."""


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
    """Give the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
