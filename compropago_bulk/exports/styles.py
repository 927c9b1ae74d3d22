"""How a workbook looks: colours, widths, paper."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE
from openpyxl.utils import get_column_letter

from ..model import GOOD
from ..sheets.vocabulary import IDENTIFIERS, fold_header, read_header
from ..texts import say
from ..values import is_blank, shown
from ..values.shown import could_run

_SAMPLE = 2_000
_MOST = 0.95
"""The share of a column's values that its width fits; one odd cell does not widen it."""
_NARROWEST, _WIDEST, _WIDEST_HEAD = 8.0, 38.0, 16
_ROW, _LEAST_HEAD = 15.0, 2
"""Points that a line is high; lines of a header."""
_LETTER, _EDGE = 1, 0.4
"""Letter paper; inches."""

_OWN = PatternFill("solid", fgColor="37474F")
_ADDED = PatternFill("solid", fgColor="0B6E7F")
_FACE = "Calibri"
_HEAD = Font(name=_FACE, size=11, bold=True, color="FFFFFF")
_LINE = Border(right=Side(style="thin", color="FFFFFF"))
_CENTRED = Alignment(vertical="center", wrap_text=True)
TOP = Alignment(vertical="top")
NUMBER = Alignment(vertical="top", horizontal="right", indent=1)
WRAPPED = Alignment(vertical="top", wrap_text=True)
FILLS = {
    "good": PatternFill("solid", fgColor="D7F0DD"),
    "wait": PatternFill("solid", fgColor="FFF1CC"),
    "bad": PatternFill("solid", fgColor="F9D6D2"),
}
_WAITING = frozenset({"not_sent", "busy"})
_GOOD = frozenset(str(item) for item in GOOD)
_ALIGNMENTS = {"top": TOP, "number": NUMBER, "wrapped": WRAPPED}


class Style:
    """How the cells of one workbook look, by number: to look an alignment up for each cell takes a third of a book."""

    def __init__(self, book: Any) -> None:
        self._alignments = {name: book._alignments.add(item) for name, item in _ALIGNMENTS.items()}
        self._fills = {name: book._fills.add(item) for name, item in FILLS.items()}
        choices = product((False, True), (False, True), self._alignments)
        self._texts = {choice: self._text_style(*choice) for choice in choices}

    def _text_style(self, identifier: bool, quoted: bool, place: str) -> Any:
        look = StyleArray()
        look.numFmtId = _TEXT_FORMAT if identifier else 0
        look.quotePrefix, look.alignmentId = int(quoted), self._alignments[place]
        return look

    def text(self, sheet: Any, text: str, place: str, *, identifier: bool) -> Any:
        """Make a cell of plain text as `text_cell` does; cells that look the same share what says how they look."""
        cell: Any = WriteOnlyCell(sheet)
        cell._value, cell.data_type = safe_text(text), "s"
        cell._style = self._texts[identifier, could_run(text[:1]), place]
        return cell

    def align(self, cell: Any, name: str) -> None:
        """Place what is in a cell: `top`, `number` or `wrapped`."""
        _style_of(cell).alignmentId = self._alignments[name]

    def fill(self, cell: Any, name: str) -> None:
        """Colour a cell: `good`, `wait` or `bad`."""
        cell._style = copy(_style_of(cell))
        cell._style.fillId = self._fills[name]


def _style_of(cell: Any) -> Any:
    if cell._style is None:
        cell._style = StyleArray()
    return cell._style


def outcome_fill(outcome: str) -> str:
    """Choose the colour of an outcome: `good`, `wait` or `bad`."""
    return "good" if outcome in _GOOD else "wait" if outcome in _WAITING else "bad"


def head_cell(sheet: Any, head: str, *, added: bool = False) -> Any:
    """Make the cell above a column; `added` for those that this package adds."""
    cell = text_cell(sheet, head)
    cell.font, cell.border, cell.alignment = _HEAD, _LINE, _CENTRED
    cell.fill = _ADDED if added else _OWN
    return cell


def width_of(head: str, kind: str, values: Sequence[Any]) -> float:
    """Return a column's width in characters: nearly all of its values fit, and its header in a line or two."""
    lengths = sorted(_length(value, kind) for value in values[:_SAMPLE] if not is_blank(value))
    usual = lengths[min(int(len(lengths) * _MOST), len(lengths) - 1)] if lengths else 0
    word = max((len(part) for part in head.split()), default=0)
    wanted = max(usual + 1.5, word + 3.5, min(len(head) + 3.5, _WIDEST_HEAD), _NARROWEST)
    return min(wanted, _WIDEST)


def lines_in(text: str, width: float) -> int:
    """Count the lines that a text takes in a column, cut between words."""
    room, lines = max(int(width - 1), 1), 0
    for paragraph in text.split("\n"):
        used, lines = 0, lines + 1
        for word in paragraph.split(" "):
            if used and used + len(word) > room:
                lines, used = lines + 1, 0
            lines += (len(word) - 1) // room if word else 0
            used += len(word) + 1
    return lines


def height_of(lines: int) -> float:
    """Return a row's height in points."""
    return _ROW * min(lines, 20) + (2 if lines > 1 else 0)


def head_height(heads: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a row of headers: two lines at least."""
    lines = [lines_in(head, width - 1) for head, width in zip(heads, widths, strict=True)]
    return height_of(max([_LEAST_HEAD, *lines]))


def _length(value: Any, kind: str) -> int:
    """Count the characters of a value as its cell shows it."""
    if isinstance(value, datetime):
        return 16 if value.time() != value.min.time() else 10
    if isinstance(value, date):
        return 10
    if kind == "money" and isinstance(value, int | float):
        return len(f"${value:,.2f}")
    return max(map(len, shown(value).split("\n")))


def on_paper(sheet: Any, columns: int, rows: int, title: str, lang: str | None) -> None:
    """Lay a sheet out for letter paper, before its first row goes out: landscape, the header on each page, a footer."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _LETTER
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _EDGE
    margins.bottom, margins.footer, margins.header = 0.6, 0.3, 0.2
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{get_column_letter(max(columns, 1))}{max(rows, 2)}"
    sheet.oddFooter.left.text = title.replace("&", "&&")
    sheet.oddFooter.right.text = say("exports", "page", lang)
    sheet.oddFooter.left.size = sheet.oddFooter.right.size = 8


TEXT, MONEY, MOMENT, DAY = "@", '"$"#,##0.00', "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
LONGEST = 32_767
_TEXT_FORMAT = BUILTIN_FORMATS_REVERSE[TEXT]
MEXICO_CITY = ZoneInfo("America/Mexico_City")
OUR_TEXTS = frozenset(
    ("error_code", "error", "clabe", "bank", "status", "order_id", "short_id", "request_id", "previous_status", "key")
)
OUR_MONEY = frozenset({"order_price", "fee", "iva"})
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def kind_of(label: Hashable) -> str:
    """Tell how a column is written: `text`, `money` or `any`."""
    word = str(label)
    if word in OUR_TEXTS:
        return "text"
    if word in OUR_MONEY:
        return "money"
    field = read_header(fold_header(word))[0]
    if field in IDENTIFIERS:
        return "text"
    return "money" if field in {"price", "amount"} else "any"


def column_named(table: Any, name: str) -> list[Any]:
    """Return a column's values; the first one's where several have the name, none where there is no such column."""
    labels = [str(label) for label in table.columns]
    return list(table.iloc[:, labels.index(name)].astype(object)) if name in labels else []


def amount_of(value: Any) -> float:
    """Return an amount as a number; 0 for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def of_cells(sheet: Any) -> Any:
    """Have a write-only sheet take cells as they are: it tries each as a value first, for a fifth of the time."""

    def placed(cells: Sequence[Any], row: int) -> Any:
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                cell.row, cell.column = row, column
                yield cell

    sheet._values_to_row = placed
    return sheet


def cell_of(sheet: Any, value: Any, kind: str = "any") -> Any:
    """Make one cell of a write-only sheet."""
    if is_blank(value):
        return None
    plain: Any = value.item() if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 else value
    if kind == "text":
        return text_cell(sheet, shown(plain), identifier=True)
    if isinstance(plain, datetime):
        return _dated(sheet, plain)
    cell = WriteOnlyCell(sheet)
    if isinstance(plain, bool):
        cell.value = plain
    elif isinstance(plain, int | float | Decimal) and abs(float(plain)) < 1e15:
        cell.value = float(plain) if isinstance(plain, Decimal) else plain
        cell.number_format = MONEY if kind == "money" else "General"
    elif isinstance(plain, date) and plain.year > 1900:
        cell.value = plain
        cell.number_format = DAY
    else:
        return text_cell(sheet, shown(plain))
    return cell


def _dated(sheet: Any, moment: datetime) -> Any:
    wall = moment.astimezone(MEXICO_CITY).replace(tzinfo=None) if moment.tzinfo else moment
    if wall.year <= 1900:
        return text_cell(sheet, shown(wall))
    cell = WriteOnlyCell(sheet)
    cell.value = datetime.combine(wall.date(), wall.time())
    cell.number_format = DAY if wall.time() == time() else MOMENT
    return cell


def text_cell(sheet: Any, text: str, *, identifier: bool = False) -> Any:
    """Make a cell of plain text, whatever it begins with."""
    # The setter would take `=…` for a formula and `#N/A` for an error
    cell = WriteOnlyCell(sheet)
    cell._value = safe_text(text)  # type: ignore[attr-defined]
    cell.data_type = "s"
    if identifier:
        cell.number_format = TEXT
    if could_run(text[:1]):
        cell.quotePrefix = True
    return cell


def safe_text(text: str) -> str:
    """Write what a workbook can hold: no control characters, nothing that reads back as another character."""
    if text.isprintable() and "_x" not in text:
        return text[:LONGEST]
    clean = ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode("utf-8")
    return _ESCAPED.sub("_x005F_", clean).replace("\r", "_x000D_")[:LONGEST]
