"""How a workbook looks: colours, widths, paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter

from ..rows.model import GOOD
from ..rows.values import is_blank, shown
from ..texts import say
from .cells import text_cell

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
_GOOD = frozenset(str(one) for one in GOOD)
_ALIGNMENTS = {"top": TOP, "number": NUMBER, "wrapped": WRAPPED}


class Style:
    """How the cells of one workbook look, by number: to look an alignment up for each cell takes a third of a book."""

    def __init__(self, book: Any) -> None:
        self._alignments = {name: book._alignments.add(one) for name, one in _ALIGNMENTS.items()}
        self._fills = {name: book._fills.add(one) for name, one in FILLS.items()}

    def align(self, cell: Any, name: str) -> None:
        """Place what is in a cell: `top`, `number` or `wrapped`."""
        _style_of(cell).alignmentId = self._alignments[name]

    def fill(self, cell: Any, name: str) -> None:
        """Colour a cell: `good`, `wait` or `bad`."""
        _style_of(cell).fillId = self._fills[name]


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
    """Give a column's width in characters: nearly all of its values fit, and its header in a line or two."""
    lengths = sorted(_length(value, kind) for value in values[:_SAMPLE] if not is_blank(value))
    usual = lengths[min(int(len(lengths) * _MOST), len(lengths) - 1)] if lengths else 0
    word = max((len(one) for one in head.split()), default=0)
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
    """Give a row's height in points."""
    return _ROW * min(lines, 20) + (2 if lines > 1 else 0)


def head_height(heads: Sequence[str], widths: Sequence[float]) -> float:
    """Give the height of a row of headers: two lines at least."""
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
