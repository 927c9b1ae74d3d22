"""OpenDocument sheets, read in one pass: each cell's value, and beside it the text that its program showed.

The file itself holds what a person sees (`<text:p>000124</text:p>`), so a number's format need not be worked out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.parsers import expat

from ..values.shown import is_error_text
from .grid import LAST_COLUMN, LAST_ROW, NO_VALUE, Cell, Damage, Encrypted, Grid, Line, Number, pack_grid, text_cell
from .number_formats import plain

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{_OASIS}{item}:1.0 " for item in ("table", "office", "text", "style"))
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = frozenset({_TABLE + "table-cell", _TABLE + "covered-table-cell"})
_BLANKS = {_TEXT + "s": " ", _TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_INLINE = frozenset({_TEXT + "span", _TEXT + "a", *_BLANKS})
_CHUNK = 1 << 16
_NO_IDENTIFIER = frozenset(",.$€£%")
_TRUTHS = frozenset({"TRUE", "FALSE", "VERDADERO", "FALSO"})
MARK = "compropago_bulk"


def read_ods(data: bytes, room: int) -> dict[str, Any]:
    """Read every sheet's filled cells.

    Args:
        room: how many cells the file may have.

    Raises:
        Encrypted: it asks for a password.
        MemoryError: it has more cells.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Encrypted
        ours = "meta.xml" in names and MARK.encode() in archive.read("meta.xml")
        reader = _Reader(room)
        with archive.open("content.xml") as source:
            while chunk := source.read(_CHUNK):
                reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    return {"sheets": [pack_grid(grid) for grid in reader.grids], "epoch_1904": reader.epoch_1904, "ours": ours}


@dataclass(slots=True)
class _Open:
    """The cell that is being read."""

    attributes: dict[str, str]
    covered: bool
    texts: list[str] = field(default_factory=list)


class _Reader:
    """The sheets of a document while its XML goes by."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.grids: list[Grid] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler, self.parser.EntityDeclHandler = self._characters, _refuse
        self.epoch_1904 = False
        self._path: list[str] = []
        self._not_shown: set[str] = set()
        self._style = ""
        self._grid: Grid | None = None
        self._cell: _Open | None = None
        self._collecting = False
        self._row = self._column = self._repeat = 0
        self._line = Line(0, {})
        self._formulas: set[int] = set()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        above = self._path[-1] if self._path else ""
        self._path.append(name)
        if self._cell is not None:
            self._inside_cell(name, above)
        elif name == _TABLE + "table" and above == _OFFICE + "spreadsheet":
            style = attributes.get(_TABLE + "style-name", "")
            self._grid = Grid(attributes.get(_TABLE + "name", ""), visible=style not in self._not_shown)
            self.grids.append(self._grid)
            self._row = self._column = 0
        elif name == _TABLE + "null-date":
            self.epoch_1904 = attributes.get(_TABLE + "date-value", "").startswith("1904")
        elif name == _STYLE + "style":
            self._style = attributes.get(_STYLE + "name", "")
        elif name == _STYLE + "table-properties" and attributes.get(_TABLE + "display") == "false":
            self._not_shown.add(self._style)
        elif self._grid is not None and self._grid.visible:
            self._in_table(name, attributes)

    def _in_table(self, name: str, attributes: dict[str, str]) -> None:
        if name == _TABLE + "table-column":
            number = _count(attributes.get(_TABLE + "number-columns-repeated"))
            if _is_hidden(attributes) and self._grid is not None:
                first = self._column + 1
                self._grid.hidden_columns.update(range(first, min(first + number, LAST_COLUMN + 1)))
            self._column += number
        elif name == _TABLE + "table-row":
            self._repeat = _count(attributes.get(_TABLE + "number-rows-repeated"))
            self._line, self._formulas, self._column = Line(self._row + 1, {}), set(), 0
            if _is_hidden(attributes) and self._grid is not None:
                last = min(self._row + self._repeat, LAST_ROW)
                self._grid.hidden_rows.update(range(self._row + 1, min(last, self._row + 10_000) + 1))
        elif name in _CELLS:
            self._cell = _Open(attributes, name.endswith("covered-table-cell"))

    def _inside_cell(self, name: str, above: str) -> None:
        """Take the paragraphs of the cell itself, not those of comments and drawings that hang on it."""
        if self._cell is None:
            return
        if name == _TEXT + "p" and above in _CELLS:
            self._cell.texts.append("")
            self._collecting = True
        elif self._collecting and name in _BLANKS:
            self._cell.texts[-1] += _BLANKS[name]
        elif self._collecting and name not in _INLINE:
            self._collecting = False

    def _characters(self, text: str) -> None:
        if self._collecting and self._cell is not None:
            self._cell.texts[-1] += text

    def _end(self, name: str) -> None:
        self._path.pop()
        if name in _CELLS and self._cell is not None:
            self._keep(self._cell)
            self._cell = None
        elif name == _TEXT + "p" and self._path and self._path[-1] in _CELLS:
            self._collecting = False
        elif name == _TABLE + "table-row" and self._grid is not None and self._grid.visible:
            self._end_row(self._grid)
        elif name == _TABLE + "table" and self._path and self._path[-1] == _OFFICE + "spreadsheet":
            self._grid = None

    def _keep(self, value: _Open) -> None:
        told = value.attributes
        number = _count(told.get(_TABLE + "number-columns-repeated"))
        cell = None if value.covered else _cell_of(told, "\n".join(value.texts), said=bool(value.texts))
        first = self._column + 1
        self._column += number
        down, right = (_count(told.get(f"{_TABLE}number-{way}-spanned")) for way in ("rows", "columns"))
        if self._grid is not None and (down > 1 or right > 1):
            self._grid.merges.append((self._row + 1, first, self._row + down, first + right - 1))
        if cell is None:
            return
        self._take(number)
        places = range(first, min(first + number, LAST_COLUMN + 1))
        self._line.cells.update(dict.fromkeys(places, cell))
        if _TABLE + "formula" in told:
            self._formulas.update(places)

    def _take(self, cells: int) -> None:
        self.room -= cells
        if self.room < 0:
            raise MemoryError

    def _end_row(self, grid: Grid) -> None:
        if self._line.cells:
            self._take(len(self._line.cells) * (self._repeat - 1))
            for step in range(self._repeat):
                grid.lines.append(Line(self._row + 1 + step, self._line.cells, frozenset(self._formulas)))
            grid.used = self._row + self._repeat, max(grid.used[1], *self._line.cells)
        self._row += self._repeat


def _refuse(*_: object) -> None:
    raise ValueError("entities")


def _count(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() else 1


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get(_TABLE + "visibility", "visible") != "visible"


def _cell_of(told: dict[str, str], text: str, *, said: bool) -> Cell:
    """Read a cell; `said` where its program wrote what it shows, be it nothing."""
    kind = told.get(_OFFICE + "value-type")
    formula = told.get(_TABLE + "formula")
    failed = told.get(_CALC + "value-type") == "error" or (formula and (is_error_text(text) or text.startswith("Err:")))
    if failed:
        return Damage("error_cell", text if text.startswith("#") else "#VALUE!")
    if kind in {"float", "currency", "percentage"}:
        return _number(told.get(_OFFICE + "value", ""), text, kind)
    if kind == "date":
        return _moment(told.get(_OFFICE + "date-value", ""), text)
    if kind == "boolean":
        return told.get(_OFFICE + "boolean-value") == "true"
    if kind is None and formula and not said:
        return Damage("formula_without_value", f"{NO_VALUE} {formula.partition(':')[2] or formula}")
    return text_cell(text or told.get(_OFFICE + "string-value", ""))


def _number(written: str, text: str, kind: str) -> Cell:
    try:
        value = float(written)
    except ValueError:
        return text_cell(text)
    if value != value or value in (float("inf"), float("-inf")):
        return Damage("error_cell", text or "#NUM!")
    if value in (0, 1) and text.upper() in _TRUTHS:
        return value == 1
    whole = value.is_integer() and abs(value) < 1e15
    return Number(int(value) if whole else value, "", _as_identifier(value, text.strip()) if kind == "float" else None)


def _as_identifier(value: float, text: str) -> str | None:
    """Return the text that a number was shown as, where it says more: zeros before it, letters, dashes."""
    number = plain(value)
    digits = "".join(char for char in text if char.isdigit())
    if not value.is_integer() or value < 0 or text == number or _NO_IDENTIFIER & set(text):
        return None
    if not digits.endswith(number) and not (value == 0 and digits.strip("0") == ""):
        return None
    says_more = digits != number or any(char.isalpha() or char in "-()/" for char in text)
    return text if says_more else None


def _moment(written: str, text: str) -> Cell:
    try:
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:
        return text_cell(text)
