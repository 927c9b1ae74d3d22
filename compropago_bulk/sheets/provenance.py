"""What is remembered of a file that was read, reachable from its frame through a small id in `attrs`."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

from ..model import Note
from ..values.shown import is_blank, shown
from .grid import Cell, Damage, Labelled, Number, column_letter
from .number_formats import digits_lost, pads, plain, scientific, show_number, show_text

ATTRIBUTE = "compropago_sheet"
_MOST = 64
"""Files remembered at once; the oldest is forgotten first, and its frames count as the analyst's own."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wrong with a cell itself, whatever field it is for."""

    code: str
    """`precision_lost`, `error_cell` or `formula_without_value`."""
    shown: str


@dataclass(frozen=True, slots=True)
class Place:
    """A run of rows of one sheet under one header: which column each header of the frame stands in."""

    sheet: str | None
    first: int
    last: int
    columns: Mapping[str, int]


@dataclass(frozen=True)
class SheetFacts:
    """What a check needs to know of the file behind a frame."""

    name: str | None
    """The file's name without its folder."""
    path: Path | None
    """None for an open file, whose bytes are kept instead."""
    content: Callable[[], bytes]
    """The file's bytes: kept, or read again from `path`."""
    kind: str
    sha256: str
    notes: tuple[Note, ...]
    hidden_rows: frozenset[tuple[str | None, int]]
    """Sheet and row number of the hidden rows that are rows of the frame."""
    places: tuple[Place, ...]
    marks: Mapping[tuple[str | None, int, str], Mark]
    fingerprints: Mapping[str, Sequence[int]]
    """Header to what `fingerprint` gives of each cell, row by row as in the frame that was read."""
    rows: Mapping[tuple[str | None, int], int]
    """Sheet and row number to the position in that frame."""
    links: Mapping[tuple[str | None, int, str], str]
    """The address that a click on a cell writes to."""
    our_lists: tuple[str, ...] = ()
    """The names of sheets that a marked copy of ours brought along; nothing of them is read."""
    decimal_comma: bool = False
    epoch_1904: bool = False

    def cell(self, sheet: str | None, row: int, header: str, value: object) -> str | None:
        """Return the cell of a value ("C14"); None for CSV, where the sheet has no such column, or another value."""
        if self.kind in {"csv", "tsv"} or not self._holds(sheet, row, header, value):
            return None
        for place in self.places:
            if place.sheet == sheet and place.first <= row <= place.last and header in place.columns:
                return f"{column_letter(place.columns[header])}{row}"
        return None

    def _holds(self, sheet: str | None, row: int, header: str, value: object) -> bool:
        position = self.rows.get((sheet, row))
        marks = self.fingerprints.get(header)
        return position is not None and marks is not None and marks[position] in fingerprints_of(value)

    def mark(self, sheet: str | None, row: int, header: str) -> Mark | None:
        """Return what is wrong with a cell itself, if anything."""
        return self.marks.get((sheet, row, header))


_BLANK = 0
_USUAL = frozenset({str, int, float, datetime, type(None)})


def fingerprint(value: object) -> int:
    """Return a number that tells a cell's value from nearly every other."""
    kind = type(value)
    if value is None or (kind is not str and kind is not int and is_blank(value)):
        return _BLANK
    try:
        return hash(value)
    except TypeError:  # no value of a cell
        return -1


def fingerprints_in(values: Sequence[object]) -> Iterable[int]:
    """Return the fingerprint of each value; those of a usual column's kinds at once."""
    kinds = set(map(type, values))
    if kinds <= _USUAL:
        return (
            map(hash, values) if kinds <= {str, int} else [_BLANK if v is None or v != v else hash(v) for v in values]
        )
    return map(fingerprint, values)


def fingerprints_of(value: object) -> set[int]:
    """Return the fingerprints of a value and of the number or text that reads the same."""
    told = {fingerprint(value)}
    if isinstance(value, str):
        with suppress(ValueError):
            told.add(hash(float(value)))
        return told
    return told if is_blank(value) else told | {hash(shown(value))}


_known: OrderedDict[str, SheetFacts] = OrderedDict()
_lock = threading.Lock()
_numbers = count(1)


def remember(facts: SheetFacts) -> str:
    """Keep the facts of a file and give the id that leads back to them."""
    with _lock:
        number = f"{facts.sha256[:12]}-{next(_numbers)}"
        _known[number] = facts
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return number


def facts(frame: Any) -> SheetFacts | None:
    """Return what is remembered of the file behind a frame; None where the link is lost or there was no file."""
    number = getattr(frame, "attrs", {}).get(ATTRIBUTE)
    with _lock:
        return _known.get(number) if isinstance(number, str) else None


def text_of(cell: Cell) -> str:
    """Return the text that a person sees in a cell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Labelled):
        return show_text(cell.text, cell.format)
    if isinstance(cell, Number):
        return cell.shown if cell.shown is not None else show_number(cell.value, cell.format).text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return plain(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, Damage):
        return cell.shown
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def as_identifier(cell: Cell) -> tuple[str, Mark | None]:
    """Return an identifier as displayed, and what is wrong with its cell."""
    if type(cell) is str:
        return cell, None
    number = cell.value if isinstance(cell, Number) else cell
    if isinstance(number, int | float) and not isinstance(number, bool) and digits_lost(number):
        text = scientific(number)
        return text, Mark("precision_lost", text)
    text = text_of(cell)
    if isinstance(cell, date):
        return text, Mark("precision_lost", text)
    return text, Mark(cell.code, text) if isinstance(cell, Damage) else None


def as_value(cell: Cell) -> tuple[Any, Mark | None]:
    """Return any other cell's value: text, number, truth or date; numbers whose format shows an identifier as shown."""
    kind = type(cell)
    if kind is str or kind is int or kind is bool:
        return cell, None
    if kind is Number:
        value = cell.value
        if digits_lost(value):
            return as_identifier(cell)
        if cell.shown is not None or pads(cell.format):
            return text_of(cell), None
        return (int(value) if isinstance(value, float) and value.is_integer() else value), None
    if isinstance(cell, Damage):
        return cell.shown, Mark(cell.code, cell.shown)
    if isinstance(cell, float):
        return as_identifier(cell) if digits_lost(cell) else (cell, None)
    return (text_of(cell) if isinstance(cell, Labelled) else cell), None
