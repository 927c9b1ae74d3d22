"""What is remembered of a file that was read, reachable from its frame through a small id in `attrs`."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from ..model import Note
from .grid import column_letter

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
    decimal_comma: bool = False
    epoch_1904: bool = False

    def cell(self, sheet: str | None, row: int, header: str) -> str | None:
        """Give the cell of a value ("C14"); None for CSV, or where the sheet has no such column."""
        if self.kind in {"csv", "tsv"}:
            return None
        for place in self.places:
            if place.sheet == sheet and place.first <= row <= place.last and header in place.columns:
                return f"{column_letter(place.columns[header])}{row}"
        return None

    def mark(self, sheet: str | None, row: int, header: str) -> Mark | None:
        """Give what is wrong with a cell itself, if anything."""
        return self.marks.get((sheet, row, header))


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
    """Give what is remembered of the file behind a frame; None where the link is lost or there was no file."""
    number = getattr(frame, "attrs", {}).get(ATTRIBUTE)
    with _lock:
        return _known.get(number) if isinstance(number, str) else None
