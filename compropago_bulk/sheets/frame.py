"""From located tables to one frame, in its owner's words, and to what is remembered of the cells."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any
from unicodedata import is_normalized

import pandas as pd

from ..model import Note
from ..texts import sentences
from ..values.shown import is_blank, strip_invisible
from .grid import Book, Grid, column_letter
from .headers import fields_of
from .layout import Located
from .provenance import Mark, Place, as_identifier, as_value, fingerprints_in
from .vocabulary import IDENTIFIERS, RESULTS, fold_header

_OUR_TEXTS = frozenset(
    [
        "outcome",
        "error_code",
        "error",
        "clabe",
        "bank",
        "status",
        "order_id",
        "short_id",
        "request_id",
        "previous_status",
        "customer_id",
        "reference",
    ]
)
_OUR_TRUTHS = frozenset({"test_mode", "clabe_valid", "status_changed"})
_OUR_MONEY = frozenset({"order_price", "fee", "iva"})
_OUR_MOMENTS = frozenset({"created_at", "updated_at", "expires_at", "first_seen_paid"})
_TRUTHS = {"true": True, "verdadero": True, "1": True, "false": False, "falso": False, "0": False}
_FAR_BELOW = 1_000


@dataclass(slots=True)
class Framed:
    """A frame, and what is to be remembered of it."""

    frame: Any
    places: list[Place] = field(default_factory=list)
    marks: dict[tuple[str | None, int, str], Mark] = field(default_factory=dict)
    links: dict[tuple[str | None, int, str], str] = field(default_factory=dict)
    hidden: set[tuple[str | None, int]] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


def frame_of(book: Book, tables: Sequence[Located], skipped: Sequence[str], own_words: Mapping[str, str]) -> Framed:
    """Put the tables of a file below each other, under the first one's words.

    Args:
        own_words: for a workbook of ours, the folded header to the column's name.
    """
    words = _words(tables, own_words if book.ours or looks_ours(tables[0], own_words) else {})
    labels = list(dict.fromkeys(word for names in words for word in names.values()))
    framed = Framed(None)
    columns: dict[str, list[Any]] = {label: [] for label in labels}
    sheets: list[str | None] = []
    rows: list[int] = []
    for table, names in zip(tables, words, strict=True):
        _append(framed, columns, table, names)
        sheets += [table.grid.name] * len(table.lines)
        rows += [line.number for line in table.lines]
    frame = pd.DataFrame({label: pd.Series(values, dtype=object) for label, values in columns.items()})
    frame = frame.drop(columns=["source_sheet", "source_row"], errors="ignore")
    frame["source_sheet"] = pd.Series(sheets, dtype="string")
    frame["source_row"] = pd.Series(rows, dtype="int64")
    framed.frame = _typed(frame) if own_words and {"outcome", "error_code"} <= set(frame.columns) else frame
    framed.notes = _notes(book, tables, skipped, columns)
    return framed


def fingerprints(frame: Any) -> dict[str, Sequence[int]]:
    """Return what tells the cells of each column from others."""
    return {str(name): array("q", fingerprints_in(frame[name].tolist())) for name in frame.columns}


def positions(frame: Any) -> dict[tuple[str | None, int], int]:
    """Return which row of the frame each row of the file is."""
    sheets = (None if is_blank(name) else str(name) for name in frame["source_sheet"].astype(object))
    return {pair: place for place, pair in enumerate(zip(sheets, frame["source_row"].tolist(), strict=True))}


def looks_ours(table: Located, own: Mapping[str, str]) -> bool:
    """Tell a table of ours that has no mark (a CSV, a copy that another program saved) by its columns."""
    found = {own.get(fold_header(word)) or word for word in table.headers.values()}
    return {"outcome", "error_code", "clabe", "status", "request_id"} <= found


def _words(tables: Sequence[Located], own: Mapping[str, str]) -> list[dict[int, str]]:
    """Return each table's columns their names: the first sheet's word for the same field, or the same word."""
    by_field: dict[str, str] = {}
    by_word: dict[str, str] = {}
    result = []
    for table in tables:
        names: dict[int, str] = {}
        plain = set(own.values()) & set(table.headers.values())
        fields = _fields(table)
        often = Counter(fields.values())
        for column, word in table.headers.items():
            folded = fold_header(word)
            word = word if own.get(folded) in plain else own.get(folded, word)
            known = fields[column] if often[fields[column]] == 1 else None
            name = by_word.get(folded) or (by_field.get(known) if known else None) or word
            names[column] = word if name in names.values() else name
        for column, word in table.headers.items():
            by_word.setdefault(fold_header(word), names[column])
            known = fields[column]
            if known and often[known] == 1:
                by_field.setdefault(known, names[column])
        result.append(names)
    return result


def _fields(table: Located) -> dict[int, str | None]:
    return dict(zip(table.headers, fields_of(list(table.headers.values())), strict=True))


def _append(framed: Framed, columns: dict[str, list[Any]], table: Located, names: dict[int, str]) -> None:
    """Add a table's lines, column by column."""
    sheet, fields = table.grid.name, _fields(table)
    lines = table.lines
    placed = {name: column for column, name in names.items()}
    for label, values in columns.items():
        column = placed.get(label)
        if column is None:
            values += [None] * len(lines)
        else:
            as_text = fields[column] in IDENTIFIERS or label in _OUR_TEXTS
            _append_column(framed, values, table, column, label, as_identifier if as_text else as_value)
    _append_links(framed, table, names)
    framed.hidden |= {(sheet, line.number) for line in lines if line.number in table.grid.hidden_rows}
    last = lines[-1].number if lines else table.header_line
    framed.places.append(Place(sheet, table.header_line, last, placed))


_AS_THEY_ARE = frozenset({str, type(None)})


def _append_column(
    framed: Framed, values: list[Any], table: Located, column: int, label: str, read: Callable[[Any], Any]
) -> None:
    cells = [line.cells.get(column) for line in table.lines]
    if set(map(type, cells)) <= _AS_THEY_ARE:
        values += cells
        return
    for line, cell in zip(table.lines, cells, strict=True):
        value, mark = (cell, None) if type(cell) in _AS_THEY_ARE else read(cell)
        values.append(value)
        if mark is not None:
            framed.marks[table.grid.name, line.number, label] = mark


def _append_links(framed: Framed, table: Located, names: Mapping[int, str]) -> None:
    sheet, links = table.grid.name, table.grid.links.items()
    framed.links |= {(sheet, row, names[column]): link for (row, column), link in links if column in names}


def _typed(frame: Any) -> Any:
    """Return the columns of our own exports the types that they had."""
    for name in frame.columns:
        read = _type_of(name)
        if read is not None:
            frame[name] = read(frame[name])
    return frame


def _type_of(name: str) -> Callable[[Any], Any] | None:
    if name in _WORDED:
        return partial(_coded, _codes(_WORDED[name]))
    if name in _OUR_TEXTS and name in RESULTS | {"clabe", "order_id"}:
        return partial(_coded, {})
    return _OUR_TYPES.get(name)


def _coded(codes: Mapping[str, str], values: Any) -> Any:
    """Read texts, and codes from their words."""
    texts = [None if value is None else codes.get(str(value), str(value)) for value in values]
    return pd.Series(texts, dtype="string")


def _truths(values: Any) -> Any:
    return pd.Series([_truth(value) for value in values], dtype="boolean")


def _sums(values: Any) -> Any:
    return pd.to_numeric(values, errors="coerce").astype("Float64")


def _counts(values: Any) -> Any:
    return pd.to_numeric(values, errors="coerce").astype("Int64")


_WORDED = {"outcome": "outcome", "status": "status", "previous_status": "status"}


def _codes(kind: str) -> dict[str, str]:
    """Return the words that our workbooks write for codes, in either language, and the codes."""
    told = ((code, words) for code, words in sentences("exports").items() if code.startswith(f"{kind}_"))
    return {word: code.removeprefix(f"{kind}_") for code, words in told for word in words}


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(str(value).strip().lower())


def _moments(values: Any) -> Any:
    """Read times of Mexico City back."""
    read = pd.to_datetime(values, errors="coerce", format="mixed")
    if getattr(read.dt, "tz", None) is None:
        read = read.dt.tz_localize("America/Mexico_City", ambiguous="NaT", nonexistent="NaT")
    return read.astype("datetime64[us, America/Mexico_City]")


_OUR_TYPES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_OUR_TRUTHS, _truths),
    **dict.fromkeys(_OUR_MONEY, _sums),
    **dict.fromkeys(_OUR_MOMENTS, _moments),
    "attempts": _counts,
}


def _notes(
    book: Book, tables: Sequence[Located], skipped: Sequence[str], columns: Mapping[str, list[Any]]
) -> list[Note]:
    notes = list(book.notes)
    hidden = [(t.grid.name, [n.number for n in t.lines if n.number in t.grid.hidden_rows]) for t in tables]
    _add(notes, "hidden_rows", _by_sheet(hidden))
    _add(notes, "hidden_columns", "; ".join(filter(None, (_hidden_columns(t.grid) for t in tables))))
    _add(notes, "hidden_sheets", ", ".join(str(grid.name) for grid in book.grids if not grid.visible))
    _add(notes, "sheets_skipped", ", ".join(skipped))
    _add(notes, "duplicate_headers", "; ".join(", ".join(t.duplicates) for t in tables if t.duplicates))
    _add(notes, "left_out", _by_sheet((t.grid.name, t.left_out) for t in tables))
    _add(notes, "example_rows", _by_sheet((t.grid.name, t.examples) for t in tables))
    far = [t for t in tables if t.grid.used[0] > (t.lines[-1].number if t.lines else 0) + _FAR_BELOW]
    _add(notes, "bloated_range", ", ".join(f"{t.grid.name}: {t.grid.used[0]}" for t in far))
    invisible = _with_invisible(chain.from_iterable(columns.values()))
    _add(notes, "invisible_characters", str(invisible) if invisible else "")
    return notes


def _with_invisible(values: Iterable[Any]) -> int:
    texts = [text for text in values if type(text) is str and not text.isascii()]
    together = "".join(texts)
    if together.isprintable() and is_normalized("NFC", together):  # as are the texts of nearly every sheet
        return 0
    return sum(strip_invisible(text) != text.strip() for text in texts)


def _by_sheet(rows: Iterable[tuple[str | None, Sequence[int]]]) -> str:
    return "; ".join(_numbered(name, numbers) for name, numbers in rows if numbers)


def _add(notes: list[Note], code: str, where: str) -> None:
    if where:
        notes.append(Note(code, {"where": where}))


def _numbered(name: str | None, rows: Sequence[int]) -> str:
    told = ", ".join(map(str, rows[:60])) + (" …" if len(rows) > 60 else "")
    return f"{name}: {told}" if name else told


def _hidden_columns(grid: Grid) -> str:
    if not grid.hidden_columns:
        return ""
    used = {column for line in grid.lines for column in line.cells}
    letters = [column_letter(column) for column in sorted(grid.hidden_columns & used)]
    return f"{grid.name}: {', '.join(letters)}" if letters else ""
