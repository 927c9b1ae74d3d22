"""Text files: comma, semicolon or tab; every encoding that spreadsheet programs write in Mexico."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ..model import Note
from ..values.shown import could_run
from .grid import LAST_COLUMN, MOST_CELLS, Book, Cell, Grid, Line
from .opening import Opened, refuse

_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_SAMPLE = 200

_LEGACY = ("cp1252", "cp850", "mac_roman")
"""In the order in which they are believed where two read equally well."""
NAMES = {"cp1252": "Windows-1252", "cp850": "DOS 850", "mac_roman": "Mac Roman"}
_OURS = re.compile("(?<=[A-Za-z])[áéíóúüñÁÉÍÓÚÜÑ]|[áéíóúüñÁÉÍÓÚÜÑ¿¡](?=[A-Za-z])|[º°ª](?=[ ,;\t.\r\n]|$)")
"""What such a character stands beside in a Spanish word, a question, or a `Núm. 1º`."""
_NEUTRAL = re.compile("[‘’“”–—…€•´·\xa0]")
_TWICE = "ï»¿"
"""A byte order mark that was read as Windows-1252 and written again."""


def read_delimited(opened: Opened) -> Book:
    """Read a CSV or TSV; a line's number is that of its record, the header counted."""
    text, how = _decoded(opened)
    delimiter = "\t" if opened.kind == "tsv" else _delimiter(text)
    grid = Grid(name=None)
    book = Book(kind="tsv" if delimiter == "\t" else "csv", grids=[grid])
    try:
        _fill(grid, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), opened)
    except csv.Error:
        raise refuse("corrupt_file", file=opened.label) from None
    if how:
        book.notes.append(Note("encoding", {"where": how}))
    book.decimal_comma = delimiter == ";" and _has_decimal_commas(grid)
    return book


def _fill(grid: Grid, records: Iterable[Sequence[str]], opened: Opened) -> None:
    cells = 0
    for number, record in enumerate(records, start=1):
        filled = {place: _cell(value) for place, value in enumerate(record, start=1) if value and not value.isspace()}
        cells += len(filled)
        if len(record) > LAST_COLUMN or cells > MOST_CELLS:
            raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")
        if filled:
            grid.lines.append(Line(number, filled))


def _cell(value: str) -> Cell:
    """Take off what programs put around a text so that it stays one: `="000123"`, and our own apostrophe."""
    if value.startswith('="'):
        found = _FORMULA_TEXT.fullmatch(value)
        return found[1] if found else value
    return value[1:] if value[:1] == "'" and could_run(value[1:]) else value


def _decoded(opened: Opened) -> tuple[str, str]:
    try:
        return decoded(opened.data)
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


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and how it is written where that is worth a word.

    A line that is not in the encoding of the others is read by itself, so that it spoils nobody else's.

    Raises:
        UnicodeDecodeError: no encoding fits.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), ""
    sample = data[:4096]
    if b"\x00" in sample:
        big = sample[::2].count(0) > sample[1::2].count(0)
        return data.decode("utf-16-be" if big else "utf-16-le"), ""
    try:
        text, how = data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        text, how = _by_line(data)
    return text.removeprefix(_TWICE), how


def _by_line(data: bytes) -> tuple[str, str]:
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    modern = [_utf8(line) for line in lines]
    others = [number for number, text in enumerate(modern) if text is None]
    legacy = _best(lines[number] for number in others)
    read = [line.decode(legacy) if text is None else text for line, text in zip(lines, modern, strict=True)]
    if all(text is None or text.isascii() for text in modern):
        return "\n".join(read), "" if legacy == "cp1252" else NAMES[legacy]
    return "\n".join(read), f"UTF-8 + {NAMES[legacy]} ({_listed(others)})"


def _listed(places: Sequence[int]) -> str:
    return ", ".join(str(place + 1) for place in places[:20]) + (" …" if len(places) > 20 else "")


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _best(lines: Iterable[bytes]) -> str:
    """Return the encoding under which most of what is beyond ASCII stands where Spanish has it."""
    whole = b"\n".join(lines)
    scores = {name: _score(whole, name) for name in _LEGACY}
    fitting = [name for name in _LEGACY if scores[name] is not None]
    if not fitting:
        whole.decode("cp1252")  # says where it fails
    return max(fitting, key=lambda name: scores[name] or 0.0)


def _score(data: bytes, encoding: str) -> float | None:
    """Return the share of good places among the characters beyond ASCII; None where it cannot be read at all."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    beyond = [char for char in text if not char.isascii()]
    good = len(_OURS.findall(text))
    neutral = sum(_NEUTRAL.match(char) is not None for char in beyond)
    return (good + neutral / 2) / len(beyond) if beyond else 0.0
