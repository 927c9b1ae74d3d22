"""Sheets as their owners see them: a file of any kind goes in, a frame of residents comes out, no digit changed."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ..model import Note
from ..texts import sentences
from .delimited import read_delimited
from .frame import fingerprints, frame_of, looks_ours, positions
from .grid import Book, Grid
from .headers import recognise
from .layout import Located, is_of_people, locate
from .opening import Opened, open_source, read_others, reading, refuse
from .provenance import ATTRIBUTE, SheetFacts, facts, remember
from .vocabulary import fold_header
from .xlsx import read_xlsx

__all__ = ["SheetFacts", "facts", "fields", "note_text", "read_sheet"]

_SAMPLE = 50
_OUR_LIST, _ABOVE = "compropago_bulk: ", 3
"""How the sentence begins that marks a list of ours, and the lines that it may stand in."""


def read_sheet(source: Any, sheet: Any = None, columns: Mapping[str, Any] | None = None) -> Any:
    """Read the residents of a file as their owner sees them.

    Finds the header row under titles and above two-row headers; leaves out titles, section lines, totals, repeated
    headers, signatures, notes and blank lines; keeps the owner's header words and every other column.

    Args:
        source: a path (`.xlsx .xlsm .xls .ods .csv .tsv`), an open binary file, or bytes.
        sheet: a sheet's name, its number from 1, or a list of them; else every visible sheet with residents.
        columns: field to header (or headers): words that the header row must be found by.

    Returns:
        DataFrame: identifiers, phones and CLABEs as text as displayed; other cells as text, number or date; and
        `source_sheet` (string) and `source_row` (int64, the row number that a spreadsheet program shows; for CSV the
        record's, the header counted).

    Raises:
        SheetError: `.code` says why, the message what to do next.
    """
    opened = open_source(source)
    with reading(opened.label), _without_collecting():
        return _read(opened, sheet, columns)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no circles of garbage meanwhile: reading makes none, and many objects, so it would cost a third more."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(opened: Opened, sheet: Any, columns: Mapping[str, Any] | None) -> Any:
    book = _book(opened)
    wanted = {fold_header(str(word)) for named in (columns or {}).values() for word in _as_list(named)}
    tables, skipped = _tables(book, opened, sheet, wanted)
    framed = frame_of(book, tables, skipped, _own_words())
    kept = opened.path
    known = SheetFacts(
        name=opened.name,
        path=kept,
        content=partial(_content, kept, None if kept else opened.data),
        kind=book.kind,
        sha256=opened.sha256,
        notes=tuple(framed.notes),
        hidden_rows=frozenset(framed.hidden),
        places=tuple(framed.places),
        marks=framed.marks,
        fingerprints=fingerprints(framed.frame),
        rows=positions(framed.frame),
        links=framed.links,
        our_lists=tuple(str(grid.name) for grid in book.grids if is_our_list(grid)),
        decimal_comma=book.decimal_comma,
        epoch_1904=book.epoch_1904,
    )
    framed.frame.attrs[ATTRIBUTE] = remember(known)
    return framed.frame


def _content(path: Path | None, data: bytes | None) -> bytes:
    return data if data is not None else path.read_bytes() if path is not None else b""


def _as_list(named: Any) -> list[Any]:
    return list(named) if isinstance(named, Sequence) and not isinstance(named, str) else [named]


def _book(opened: Opened) -> Book:
    if opened.kind in {"xlsx", "xlsm"}:
        return read_xlsx(opened)
    return read_delimited(opened) if opened.kind in {"csv", "tsv"} else read_others(opened)


def _own_words() -> dict[str, str]:
    """Return the headers of our own exports, in either language, and the columns that they stand for."""
    found: dict[str, str] = {}
    for code, sentence in sentences("exports").items():
        if code.startswith("column_"):
            found |= {fold_header(word): code.removeprefix("column_") for word in sentence}
    return found


def _tables(book: Book, opened: Opened, sheet: Any, wanted: set[str]) -> tuple[list[Located], list[str]]:
    visible = [grid for grid in book.grids if grid.visible and not is_our_list(grid)]
    found = [(grid, locate(grid, wanted)) for grid in _to_read(book, opened, sheet, visible)]
    if sheet is None:
        found = _without_our_lists(found)
        found = found if book.ours else _without_sums(found)
    tables = [table for _, table in found if table is not None and (table.lines or book.ours)]
    if not tables:
        raise refuse("no_rows", file=opened.label, sheets=_names(visible))
    return tables, [str(grid.name) for grid, table in found if grid.named and (table is None or not table.lines)]


def _to_read(book: Book, opened: Opened, sheet: Any, visible: list[Grid]) -> list[Grid]:
    if sheet is not None:
        return _chosen(book, opened, sheet)
    return _full_table(visible) if book.ours else visible


def is_our_list(grid: Grid) -> bool:
    """Tell the list of what to mend that a marked copy has in front, by the sentence above its headers."""
    above = (cell for line in grid.lines[:_ABOVE] for cell in line.cells.values())
    return any(isinstance(cell, str) and cell.startswith(_OUR_LIST) for cell in above)


def _full_table(visible: list[Grid]) -> list[Grid]:
    """Return the sheet of a workbook of ours that has everything: the one of that name, else the first."""
    words = sentences("exports")["sheet_table"]
    return [grid for grid in visible if grid.name in words][:1] or visible[:1]


def _names(grids: Sequence[Grid]) -> str:
    return ", ".join(str(grid.name) for grid in grids if grid.name) or "–"


def _without_sums(found: list[tuple[Grid, Located | None]]) -> list[tuple[Grid, Located | None]]:
    """Leave out tables of sums (`Resumen`) beside the residents'."""
    several = sum(table is not None for _, table in found) > 1
    of_people = [several and table is not None and is_of_people(table) for _, table in found]
    if not any(of_people):
        return found
    return [(grid, table if people else None) for (grid, table), people in zip(found, of_people, strict=True)]


def _without_our_lists(found: list[tuple[Grid, Located | None]]) -> list[tuple[Grid, Located | None]]:
    """Leave out our own lists, which repeat rows, where another program took our mark away."""
    own = _own_words()
    first = next((table for _, table in found if table is not None and looks_ours(table, own)), None)
    if first is None:
        return found
    lists = {word for code in _LISTS for word in sentences("exports")[code]}
    return [(grid, table if table is first or grid.name not in lists else None) for grid, table in found]


_LISTS = ("sheet_list", "sheet_slips", "sheet_attention", "sheet_summary")
"""The sheets of our workbooks that say again what the full table says."""


def _chosen(book: Book, opened: Opened, sheet: Any) -> list[Grid]:
    chosen = []
    for item in sheet if isinstance(sheet, list | tuple) else [sheet]:
        if isinstance(item, int) and not isinstance(item, bool):
            fitting = book.grids[item - 1 : item] if item > 0 else []
        else:
            fitting = [grid for grid in book.grids if grid.name is not None and grid.name.strip() == str(item).strip()]
        if not fitting:
            raise refuse("no_rows", "no_such_sheet", file=opened.label, sheet=item, sheets=_names(book.grids))
        chosen += fitting
    return chosen


def fields(source: Any, sheet: Any = None, columns: Mapping[str, Any] | None = None) -> Any:
    """Show which header was taken for which field, and which were left alone.

    Args:
        source: as in `read_sheet`, or a DataFrame.
        sheet, columns: as in `read_sheet`.

    Returns:
        DataFrame: `source_sheet`, `header`, `field` (missing where none), `how` (`vocabulary`, `given`, `ambiguous`,
        `suggested`, `left_alone`), `suggestion` and `rivals` (string).

    Raises:
        SheetError: `.code` says why, the message what to do next.
    """
    frame = source if isinstance(source, pd.DataFrame) else read_sheet(source, sheet, columns)
    known = facts(frame)
    labels = [label for label in frame.columns if label not in ("source_sheet", "source_row")]
    samples = [list(frame[label].iloc[:_SAMPLE]) if list(labels).count(label) == 1 else [] for label in labels]
    records = []
    for place in known.places if known and known.places else (None,):
        here = [number for number, label in enumerate(labels) if place is None or label in place.columns]
        told = recognise([labels[number] for number in here], [samples[number] for number in here], columns)
        records += [
            {
                "source_sheet": place.sheet if place else None,
                "header": text.header,
                "field": text.field,
                "how": text.how,
                "suggestion": text.suggestion,
                "rivals": ", ".join(text.rivals) or None,
            }
            for text in told
        ]
    names = ("source_sheet", "header", "field", "how", "suggestion", "rivals")
    return pd.DataFrame({name: pd.Series([record[name] for record in records], dtype="string") for name in names})


def note_text(note: Note) -> str:
    """Write a note as its code, a colon, and where: `hidden_rows: Padrón: 4, 6, 9`."""
    return f"{note.code}: {note.details.get('where', '')}"
