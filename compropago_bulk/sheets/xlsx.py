"""Workbooks of the xlsx family, through openpyxl's own parser of cells, in one pass.

One pass gives what openpyxl's two modes (`data_only` or not) give together: each value with its number format, which
cells are formulas and which of those were never calculated, and what is hidden. Only filled cells are kept, so a used
range that reaches to the last row costs nothing.
"""

from __future__ import annotations

import io
import posixpath
import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import repeat
from typing import IO, Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, XMLPullParser, iterparse

from openpyxl.packaging.relationship import get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import is_timedelta_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel, from_ISO8601
from openpyxl.xml.constants import REL_NS, SHARED_STRINGS, SHEET_MAIN_NS

from .grid import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_CELLS,
    NO_VALUE,
    Book,
    Cell,
    Damage,
    Grid,
    Labelled,
    Line,
    Number,
    in_order,
    number_of,
)
from .number_formats import has_text_section, looks_of, shows_dates
from .opening import Opened, Parts, refuse
from .plain_rows import CellShape, PlainRow, parts_of, plain_strings

MARK = "compropago_bulk"
"""The keyword by which a workbook of ours is known."""

_NS = f"{{{SHEET_MAIN_NS}}}"
_ROW, _COL, _MERGE, _V, _F, _IS, _T, _R = (_NS + tag for tag in ("row", "col", "mergeCell", "v", "f", "is", "t", "r"))
_SI, _PHONETIC, _DIMENSION = _NS + "si", _NS + "rPh", _NS + "dimension"
_LINK, _LINK_ID = _NS + "hyperlink", f"{{{REL_NS}}}id"
_MAIL = "mailto:"
_TABLE, _TABLE_PART = _NS + "table", re.compile(r"(?i)tables?/[^/]*\.xml$")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_BETWEEN_ROWS = 32 * 1024 * 1024
_MOST_MERGES = 200_000
_styles = threading.Lock()


def read_xlsx(opened: Opened) -> Book:
    """Read every worksheet of a workbook."""
    reader = _Reader(io.BytesIO(opened.data))
    book = Book(kind=opened.kind, grids=[])
    reader.open_parts(opened)
    book.ours = MARK in str(reader.wb.properties.keywords or "")
    book.epoch_1904 = reader.wb.epoch == CALENDAR_MAC_1904
    room = MOST_CELLS
    for sheet, relation in reader.parser.find_sheets():
        if "worksheet" not in relation.Type:
            continue
        grid = Grid(name=sheet.name, visible=sheet.state == "visible")
        grid.lost = not reader.parts.has(relation.target)
        if grid.visible and not grid.lost:
            with reader.archive.open(relation.target) as source:
                read = _Sheet(_Guarded(source, opened), reader, grid, opened)
                room = read.read(room)
            relations = _relations(reader.parts, relation.target)
            grid.links = _mail_links(relations, read.links)
            grid.totals = _declared_totals(reader.parts, relations)
        book.grids.append(grid)
    return book


class _Reader(ExcelReader):
    """openpyxl's reader, stopped before the sheets, with a shorter way through the shared strings."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(source, read_only=True, data_only=True, keep_links=False)
        self.archive = self.parts = Parts(source)
        self.valid_files = self.archive.namelist()

    def open_parts(self, opened: Opened) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        if not self.wb.epoch or not list(self.parser.find_sheets()):
            raise refuse("unsupported_format", file=opened.label, kind="Strict Open XML")
        self.read_properties()
        with _styles, warnings.catch_warnings():  # "no default style" is nothing that a person can act on
            warnings.simplefilter("ignore")
            apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            data = source.read()
        plain = plain_strings(data)
        if plain is not None:
            self.shared_strings.extend(plain if b"_x" not in data else map(_unescaped, plain))
            return
        for _, node in iterparse(io.BytesIO(data)):  # noqa: S314 - no document type is let in
            if node.tag == _SI:
                self.shared_strings.append(_text_of(node))
                node.clear()


def _text_of(node: Element) -> str:
    """Join a cell's runs of text (rich text has several), without the reading aids of Japanese."""
    if len(node) == 1 and node[0].tag == _T:
        text = node[0].text or ""
    else:
        pieces = [child if child.tag == _T else child.find(_T) for child in node if child.tag in (_T, _R)]
        text = "".join(piece.text or "" for piece in pieces if piece is not None)
    return _unescaped(text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Guarded(io.RawIOBase):
    """A sheet's XML that refuses to be one endless row."""

    def __init__(self, source: IO[bytes], opened: Opened) -> None:
        self._source, self._opened, self._since = source, opened, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(65536 if size < 0 else size)
        last = chunk.rfind(b"row>")
        self._since = len(chunk) - last if last >= 0 else self._since + len(chunk)
        if self._since > _MOST_BETWEEN_ROWS:
            raise refuse("too_large", "too_large_range", file=self._opened.label, sheet="–")
        return chunk


class _Sheet:
    """One worksheet on its way into a grid."""

    def __init__(self, source: Any, reader: _Reader, grid: Grid, opened: Opened) -> None:
        self.source, self.grid, self.opened = source, grid, opened
        self.strings, self.epoch = reader.shared_strings, reader.wb.epoch
        self.looks = looks_of(reader.wb)
        self.looks[""] = self.looks.get("0", "")  # a cell that names no style has the first one
        self.columns: dict[str, int] = {}
        self.numbers: dict[str, dict[str, Cell]] = {}
        self.row = self.column = 0
        self.links: list[tuple[str, str]] = []

    def read(self, room: int) -> int:
        """Fill the grid; give how many more cells the file may have."""
        last_row = last_column = 0
        for line in self._lines():
            last_row = max(last_row, line.number)
            last_column = max(last_column, *line.cells) if line.cells else max(last_column, self.column)
            if line.cells:
                self.grid.lines.append(line)
                room -= len(line.cells)
                if room < 0:
                    raise self._too_large()
        self.grid.lines.sort(key=lambda line: line.number)  # some programs write rows and cells in any order
        used = self.grid.used
        self.grid.used = max(used[0], last_row), max(used[1], last_column)
        return room

    def _too_large(self) -> Exception:
        return refuse("too_large", "too_large_range", file=self.opened.label, sheet=self.grid.name)

    def _lines(self) -> Iterator[Line]:
        parser: XMLPullParser[Any] = XMLPullParser(("end",))
        for part in parts_of(self.source):
            if isinstance(part, bytes):
                parser.feed(part)
                yield from self._parsed(parser)
            else:
                yield from self._plain_lines(part)
        parser.close()
        yield from self._parsed(parser)

    def _parsed(self, parser: XMLPullParser[Any]) -> Iterator[Line]:
        events: Any = parser.read_events()
        for _, element in events:
            tag = element.tag
            if tag == _ROW:
                yield self._line(element)
                element.clear()
            elif tag == _COL:
                self._note_column(element)
            elif tag == _MERGE and len(self.grid.merges) < _MOST_MERGES:
                self._note_merge(element)
            elif tag == _DIMENSION:
                self._note_dimension(element)
            elif tag == _LINK and len(self.links) < _MOST_MERGES:
                self.links.append((element.get("ref", ""), element.get(_LINK_ID, "")))

    def _note_merge(self, element: Element) -> None:
        left, top, right, bottom = range_boundaries(element.get("ref", ""))
        if None not in (left, top, right, bottom):
            self.grid.merges.append((int(top or 0), int(left or 0), int(bottom or 0), int(right or 0)))

    def _note_dimension(self, element: Element) -> None:
        try:
            _, _, right, bottom = range_boundaries(element.get("ref", ""))
        except ValueError:  # a declared range that is none; the cells tell
            return
        self.grid.used = int(bottom or 0), int(right or 0)

    def _note_column(self, element: Element) -> None:
        if element.get("hidden") in {"1", "true"} or float(element.get("width") or 1) == 0:
            first, last = int(element.get("min", 1)), min(int(element.get("max", 1)), LAST_COLUMN)
            self.grid.hidden_columns.update(range(first, last + 1))

    def _plain_lines(self, rows: list[PlainRow]) -> Iterator[Line]:
        """Read rows of one shape, column by column."""
        shape = rows[0].shape
        columns = [self.columns.get(letters) or self._column_of(letters) for letters, _, _ in shape.cells]
        values = zip(*(row.values for row in rows), strict=True)
        read = [self._cells(cell, column) for cell, column in zip(shape.cells, values, strict=True)]
        self.column = columns[-1] if columns else 0
        for row, found in zip(rows, zip(*read, strict=True) if read else repeat(()), strict=bool(read)):
            self.row = row.number
            if not 0 < self.row <= LAST_ROW:
                raise self._too_large()
            cells = {column: cell for column, cell in zip(columns, found, strict=True) if cell is not None}
            formulas = self._note_formulas(row, cells) if any(row.formulas) else ()
            yield Line(self.row, in_order(cells), frozenset(formulas))

    def _cells(self, shape: CellShape, values: Sequence[str | None]) -> Sequence[Cell]:
        """Read what stands in cells that look alike, below each other."""
        kind, look = shape.kind or "n", self.looks.get(shape.style, "")
        if kind == "s":
            strings = self.strings
            return self._texts([strings[int(value)] if value else None for value in values], look)
        if kind == "inlineStr":
            escaped = "_x" in "".join(filter(None, values))
            return self._texts([value and _unescaped(value) for value in values] if escaped else values, look)
        if kind == "n":
            return self._numbers(values, look)
        return [self._value(kind, value, None, look) for value in values]

    def _texts(self, values: Sequence[str | None], look: str) -> Sequence[Cell]:
        texts = [None if not value or value.isspace() else value for value in values]
        return [text and Labelled(text, look) for text in texts] if look and has_text_section(look) else texts

    def _numbers(self, values: Sequence[str | None], look: str) -> Sequence[Cell]:
        if not look:
            return [number_of(value) if value else None for value in values]
        known = self.numbers.setdefault(look, {})  # fees and days come again and again
        return [known.get(value) or self._number(value, look) if value else None for value in values]

    def _note_formulas(self, row: PlainRow, cells: dict[int, Cell]) -> Sequence[int]:
        """Return the columns of a row's formulas; one that was never calculated is damage."""
        columns = []
        for (letters, style, kind), formula, value in zip(row.shape.cells, row.formulas, row.values, strict=True):
            if formula:
                column = self.columns[letters]
                columns.append(column)
                cells[column] = self._value(kind or "n", value or None, formula, self.looks.get(style, ""))
        return columns

    def _line(self, element: Element) -> Line:
        self.row = int(float(element.get("r") or self.row + 1))
        self.column = 0
        if not 0 < self.row <= LAST_ROW:
            raise self._too_large()
        if element.get("hidden") in {"1", "true"} or element.get("ht") in {"0", "0.0"}:
            self.grid.hidden_rows.add(self.row)
        cells: dict[int, Cell] = {}
        formulas: list[int] = []
        for node in element:
            value = self._cell(node, formulas)
            if value is not None:
                cells[self.column] = value
        return Line(self.row, in_order(cells), frozenset(formulas))

    def _column_of(self, letters: str) -> int:
        column = self.columns[letters] = range_boundaries(f"{letters}1")[0] or 0
        return column

    def _place(self, coordinate: str | None) -> int:
        if not coordinate:
            return self.column + 1
        letters = coordinate.rstrip("0123456789")
        return self.columns.get(letters) or self._column_of(letters)

    def _cell(self, node: Element, formulas: list[int]) -> Cell:
        self.column = self._place(node.get("r"))
        if not len(node):
            return None
        kind, look = node.get("t", "n"), self.looks.get(node.get("s", "0"), "")
        formula = node.find(_F)
        if formula is not None:
            formulas.append(self.column)
        if kind == "inlineStr":
            inner = node.find(_IS)
            return None if inner is None else self._text(_text_of(inner), look)
        return self._value(kind, node.findtext(_V), None if formula is None else formula.text or "", look)

    def _value(self, kind: str, text: str | None, formula: str | None, look: str) -> Cell:
        """Read what stands in a cell, by its kind; `formula` None where there is none."""
        if formula is not None and not text and not (text == "" and kind == "str"):
            return Damage("formula_without_value", f"{NO_VALUE} ={formula}" if formula else NO_VALUE)
        if not text:
            return None
        if kind == "s":
            return self._text(self.strings[int(text)], look)
        if kind == "n":
            return self._number(text, look)
        return self._other(kind, text, look)

    def _other(self, kind: str, text: str, look: str) -> Cell:
        if kind == "str":
            return self._text(_unescaped(text), look)
        if kind == "b":
            return text.strip().lower() in {"1", "true"}
        if kind == "e":
            return Damage("error_cell", text)
        return from_ISO8601(text) if kind == "d" else text  # type: ignore[no-untyped-call]

    def _text(self, text: str, look: str) -> Cell:
        if not text or text.isspace():
            return None
        return Labelled(text, look) if look and has_text_section(look) else text

    def _number(self, text: str, look: str) -> Cell:
        number = number_of(text)
        if look and isinstance(number, int | float):
            number = self._moment(number, look) if shows_dates(look) else Number(number, look)
        self.numbers.setdefault(look, {})[text] = number
        return number

    def _moment(self, value: float, look: str) -> Cell:
        """Read a serial as the date that it shows; one that no calendar has stays a number."""
        try:
            moment = from_excel(value, self.epoch, timedelta=is_timedelta_format(look))
        except (OverflowError, ValueError):
            return Number(value, "")
        return value if moment is None or isinstance(moment, timedelta) else moment


def _relations(parts: Parts, sheet: str) -> dict[str, str]:
    """Return what a sheet's part refers to: addresses as they are, other parts by their names."""
    name = get_rels_path(sheet)  # type: ignore[no-untyped-call]
    if not parts.has(name):
        return {}
    with parts.open(name) as source:
        nodes = [node for _, node in iterparse(source) if node.get("Target")]  # noqa: S314 - as above
    folder = posixpath.dirname(sheet)
    return {
        node.get("Id", ""): target
        if node.get("TargetMode") == "External"
        else posixpath.normpath(posixpath.join(folder, target))
        for node in nodes
        for target in [node.get("Target", "")]
    }


def _mail_links(relations: Mapping[str, str], links: Sequence[tuple[str, str]]) -> dict[tuple[int, int], str]:
    """Return the addresses that the cells' links write to."""
    found = {}
    for reference, relation in links:
        target = relations.get(relation, "")
        left, top, *_ = range_boundaries(reference)
        if left and top and target.lower().startswith(_MAIL):
            found[int(top), int(left)] = unquote(target[len(_MAIL) :]).split("?")[0].strip()
    return found


def _declared_totals(parts: Parts, relations: Mapping[str, str]) -> set[int]:
    """Return the rows that tables of the sheet call their totals."""
    rows: set[int] = set()
    for target in relations.values():
        if _TABLE_PART.search(target) and parts.has(target):
            with parts.open(target) as source:
                tables = [node for _, node in iterparse(source) if node.tag == _TABLE]  # noqa: S314 - as above
            for table in tables:
                count = int(table.get("totalsRowCount", "0"))
                bottom = int(range_boundaries(table.get("ref", ""))[3] or 0)
                rows.update(range(bottom - count + 1, bottom + 1))
    return rows
