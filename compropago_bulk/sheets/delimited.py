"""Text files: comma, semicolon or tab; every encoding that spreadsheet programs write in Mexico."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from ..values.folding import could_run
from .grid import LAST_COLUMN, MOST_CELLS, Book, Cell, Grid, Line
from .opening import Opened, refuse

_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_SAMPLE = 200


def read_delimited(opened: Opened) -> Book:
    """Read a CSV or TSV; a line's number is that of its record, the header counted."""
    text = _decoded(opened)
    delimiter = "\t" if opened.kind == "tsv" else _delimiter(text)
    grid = Grid(name=None)
    book = Book(kind="tsv" if delimiter == "\t" else "csv", grids=[grid])
    cells = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if len(record) > LAST_COLUMN:
                raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")
            filled = {
                place: _cell(value) for place, value in enumerate(record, start=1) if value and not value.isspace()
            }
            cells += len(filled)
            if cells > MOST_CELLS:
                raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")
            if filled:
                grid.lines.append(Line(number, filled))
    except csv.Error:
        raise refuse("corrupt_file", file=opened.label) from None
    book.decimal_comma = delimiter == ";" and _has_decimal_commas(grid)
    return book


def _cell(value: str) -> Cell:
    """Take off what programs put around a text so that it stays one: `="000123"`, and our own apostrophe."""
    if value.startswith('="'):
        found = _FORMULA_TEXT.fullmatch(value)
        return found[1] if found else value
    return value[1:] if value[:1] == "'" and could_run(value[1:]) else value


def _decoded(opened: Opened) -> str:
    data = opened.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try(data, "utf-16", opened)
    sample = data[:4096]
    if b"\x00" in sample:
        return _try(data, "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le", opened)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _try(data, "cp1252", opened)


def _try(data: bytes, encoding: str, opened: Opened) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise refuse("unsupported_encoding", file=opened.label) from None


def _delimiter(text: str) -> str:
    """Choose what most often parts the first lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    best, best_score = ",", 0.0
    for delimiter in (",", ";", "\t", "|"):
        widths = Counter(len(record) for record in csv.reader(lines, delimiter=delimiter) if record)
        width, number = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0))
        score = number * min(width, 20) if width > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _has_decimal_commas(grid: Grid) -> bool:
    return any(
        isinstance(cell, str) and _DECIMAL_COMMA.fullmatch(cell.strip("$ "))
        for line in grid.lines
        for cell in line.cells.values()
    )
