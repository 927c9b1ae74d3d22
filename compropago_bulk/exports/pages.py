"""Print-ready workbooks: pages with a title, facts, blocks of columns, totals and a chart; one view a page."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ..values import is_blank, shown
from .files import write_whole
from .heading import Heading, add_heading
from .styles import DAY, MEXICO_CITY, MONEY, cell_of, safe_text, text_cell

NO_HEADING = Heading()
SHARE, COUNT = "0.0%", "#,##0"
_LETTER = 1
"""The paper of Mexican offices."""
_SAMPLE, _CHART_ROWS = 300, 18
_NAME_HEIGHT, _TITLE_HEIGHT = 18.0, 23.0
"""Points."""
_NARROWEST, _WORDS, _LINE_HEIGHT = 10.0, 72.0, 15.0
_INK, _PALE = "1F3B4D", "5F6B73"
_TO_THE_RIGHT = Alignment(horizontal="right", vertical="top", indent=1)
_TO_THE_LEFT = Alignment(horizontal="left", vertical="top")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def _font(**how: Any) -> Font:
    return Font(name="Calibri", **{"size": 11, **how})


_TITLE, _LINE_FONT, _BLOCK = (
    _font(bold=True, size=16, color=_INK),
    _font(color=_PALE),
    _font(bold=True, size=12, color=_INK),
)
_HEAD, _HEAD_FILL = _font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_INK)
_BOLD, _NAME = _font(bold=True), _font(bold=True, size=12, color="0B6E7F")
_RULE = Border(bottom=Side(style="hair", color="B0BEC5"))
_TOTAL_RULE = Border(top=Side(style="thin", color=_INK), bottom=Side(style="double", color=_INK))
_FILLS = {
    "good": PatternFill("solid", fgColor="D7F0DD"),
    "wait": PatternFill("solid", fgColor="FFF1CC"),
    "bad": PatternFill("solid", fgColor="F9D6D2"),
}
_BARS = ("1F4E5F", "C9D3D8", "7F8C93", "E4E7E9", "A9B4BA", "54666F")
"""Told apart on a printer without colours, each beside the next."""
_CODED = re.compile(r"[a-z_]+: ")
"""How a note begins that a program is to know, too."""
_RIGHT = frozenset({"money", "share", "count"})
_FORMATS = {"money": MONEY, "share": SHARE, "count": COUNT}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a block. `kind`: text, words (wrapped), money, share, count, day, moment."""

    head: str
    values: Sequence[Any]
    kind: str = "text"
    total: Any = None


@dataclass(frozen=True, slots=True)
class Block:
    """A table under a heading; `fills` colours the first column's cells: `good`, `wait`, `bad`."""

    columns: Sequence[Column]
    title: str | None = None
    total: str | None = None
    """What stands before the totals; None for a block without."""
    empty: str | None = None
    """What it says where there are no rows."""
    marked: int | None = None
    """The column whose cells `fills` colours."""
    fills: Sequence[str | None] = ()

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self.columns[0].values) if self.columns else 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of a block: bars named by column `labels`, one series for each of `series`."""

    title: str
    block: int
    labels: int
    series: Sequence[int]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet."""

    name: str
    title: str
    blocks: Sequence[Block]
    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, Any]] = ()
    """Labels and values above the blocks; a value is text, a date, or centavos-free money given as `("money", x)`."""
    notes: Sequence[str] = ()
    """Below the blocks."""
    charts: Sequence[Chart] = ()
    landscape: bool = True


@dataclass(slots=True)
class _Pen:
    """Where the next row of a sheet goes."""

    sheet: Any
    row: int = 0
    heads: dict[int, int] = field(default_factory=dict)
    """Block to the row of its header."""

    def write(self, cells: Iterable[Any]) -> None:
        self.sheet.append(list(cells))
        self.row += 1


def write_pages(
    path: str | PathLike[str],
    pages: Sequence[Page],
    *,
    footer: str,
    title: str,
    subject: str,
    heading: Heading = NO_HEADING,
) -> Path:
    """Write the workbook, whole or not at all; give where it went."""

    def write(made: Path) -> None:
        book = Workbook(write_only=True)
        book.properties.creator, book.properties.title, book.properties.subject = "compropago_bulk", title, subject
        for place, page in enumerate(pages):
            if place == 0 or page.facts or any(block.rows for block in page.blocks):  # nothing empty is printed
                write_page(book, page, footer, heading)
        book.save(made)

    return write_whole(path, write)


def write_page(book: Any, page: Page, footer: str, heading: Heading = NO_HEADING) -> None:
    """Write one page into a workbook that is being written."""
    sheet = book.create_sheet(page.name)
    widths = dict(_widths(page))
    for number, width in widths.items():
        sheet.column_dimensions[get_column_letter(number)].width = width
    above = _above(page, heading)
    _set_up(sheet, page, footer, len(above))
    add_heading(sheet, heading, widths)
    pen = _Pen(sheet)
    for name in above:
        sheet.row_dimensions[pen.row + 1].height = _NAME_HEIGHT
        pen.write([_styled(text_cell(sheet, name), _NAME)])
    sheet.row_dimensions[pen.row + 1].height = _TITLE_HEIGHT
    pen.write([_styled(text_cell(sheet, page.title), _TITLE)])
    for line in page.lines:
        pen.write([_styled(text_cell(sheet, line), _LINE_FONT)])
    if page.facts:
        pen.write([])
    for label, value in page.facts:
        pen.write([_styled(text_cell(sheet, label), _BOLD), _fact(sheet, value)])
    for number, block in enumerate(page.blocks):
        pen.write([])
        _write_block(pen, block, number)
    for note in page.notes:
        pen.write([])
        pen.write([_styled(text_cell(sheet, note), _LINE_FONT)])
    if _is_list(page):
        _read_along(sheet, page.blocks[0], pen.heads[0])
    _draw(sheet, page, pen)


def _draw(sheet: Any, page: Page, pen: _Pen) -> None:
    """Draw the charts below the page's blocks, each below the one before."""
    asked = [chart for chart in page.charts if page.blocks[chart.block].rows]
    for place, chart in enumerate(asked):
        drawn = _chart(sheet, chart, page.blocks[chart.block].rows, pen.heads[chart.block])
        sheet.add_chart(drawn, f"A{pen.row + 2 + place * _CHART_ROWS}")


def _above(page: Page, heading: Heading) -> list[str]:
    return [heading.title] if heading.title and heading.title != page.title else []


def notes_page(name: str, title: str, notes: Sequence[str], *, head: str) -> Page:
    """Return the last page: what is to be known of the whole, in plain words, without the codes before them."""
    told = [note.partition(": ")[2] if _CODED.match(note) else note for note in notes]
    return Page(name, title, [Block([Column(head, told, "words")])], landscape=False)


def _styled(cell: Any, font: Any) -> Any:
    cell.font = font
    return cell


def _fact(sheet: Any, value: Any) -> Any:
    money = isinstance(value, tuple)
    cell = cell_of(sheet, value[1] if money else value)
    if cell is not None:
        cell.alignment = _TO_THE_LEFT
        if money:
            cell.number_format = MONEY
    return cell


def _set_up(sheet: Any, page: Page, footer: str, above: int) -> None:
    """Fit the width of the paper, number the pages, repeat the header of a list."""
    if _is_list(page):
        head = len(page.lines) + 3 + above
        sheet.freeze_panes = f"A{head + 1}"
        sheet.print_title_rows = f"{head}:{head}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = _LETTER
    sheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    sheet.print_options.horizontalCentered = False
    sheet.oddFooter.left.text, sheet.oddFooter.left.size = footer.replace("&", "&&"), 8
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = "&P / &N", 8


def _is_list(page: Page) -> bool:
    """Tell a page that is one long list, to be read along its header."""
    return len(page.blocks) == 1 and bool(page.blocks[0].rows) and not page.facts and page.blocks[0].title is None


def _read_along(sheet: Any, block: Block, head: int) -> None:
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(block.columns))}{head + block.rows}"


def _write_block(pen: _Pen, block: Block, number: int) -> None:
    sheet = pen.sheet
    if block.title is not None:
        pen.write([_styled(text_cell(sheet, block.title), _BLOCK)])
    if not block.rows and block.empty is not None:
        pen.write([text_cell(sheet, block.empty)])
        return
    pen.write([_head_cell(sheet, column) for column in block.columns])
    pen.heads[number] = pen.row
    columns = [list(column.values) for column in block.columns]
    wrapped = [place for place, column in enumerate(block.columns) if column.kind == "words"]
    for place, row in enumerate(zip(*columns, strict=True)):
        lines = max((_lines(row[item]) for item in wrapped), default=1)
        if lines > 1:  # nobody fits the height of a wrapped row to its text when a file is opened
            sheet.row_dimensions[pen.row + 1].height = lines * _LINE_HEIGHT
        cells = [_cell(sheet, value, column.kind) for value, column in zip(row, block.columns, strict=True)]
        if block.marked is not None and cells[block.marked] is not None and block.fills[place]:
            cells[block.marked].fill = _FILLS[str(block.fills[place])]
        pen.write(cells)
    if block.total is not None:
        pen.write(_totals(sheet, block))


def _lines(value: Any) -> int:
    return 1 if is_blank(value) else math.ceil(len(shown(value)) * 1.06 / _WORDS)


def _head_cell(sheet: Any, column: Column) -> Any:
    cell = _styled(text_cell(sheet, column.head), _HEAD)
    cell.fill = _HEAD_FILL
    right = column.kind in _RIGHT
    cell.alignment = Alignment(
        horizontal="right" if right else "left", indent=int(right), vertical="center", wrap_text=True
    )
    return cell


def _cell(sheet: Any, value: Any, kind: str) -> Any:
    if is_blank(value):
        cell = text_cell(sheet, "")
        cell.alignment = _TO_THE_LEFT
    elif kind in _RIGHT:
        cell = cell_of(sheet, value)
        cell.number_format, cell.alignment = _FORMATS[kind], _TO_THE_RIGHT
    elif kind == "day":
        cell = cell_of(sheet, _day(value))
        cell.number_format, cell.alignment = DAY, _TO_THE_LEFT
    elif kind == "moment":
        cell = cell_of(sheet, value)
        cell.alignment = _TO_THE_LEFT
    else:
        cell = text_cell(sheet, shown(value), identifier=kind == "text")
        cell.alignment = _WRAPPED if kind == "words" else _TO_THE_LEFT
    cell.border = _RULE
    return cell


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(MEXICO_CITY).date() if value.tzinfo else value.date()
    return value


def _totals(sheet: Any, block: Block) -> list[Any]:
    cells = []
    for place, column in enumerate(block.columns):
        value = block.total if place == 0 and column.total is None else column.total
        cell = _cell(sheet, value, "words" if isinstance(value, str) else column.kind)
        cell.font, cell.border = _BOLD, _TOTAL_RULE
        cell.alignment = _TO_THE_RIGHT if column.kind in _RIGHT else _TO_THE_LEFT
        cells.append(cell)
    return cells


def _widths(page: Page) -> Mapping[int, float]:
    """Return each column the room of its longest cell, in any block."""
    found: dict[int, float] = {}
    for label, _ in page.facts:
        found[1] = max(found.get(1, _NARROWEST), len(label) + 2.0)
    for block in page.blocks:
        for place, column in enumerate(block.columns, start=1):
            found[place] = max(found.get(place, _NARROWEST), _width(column))
    return found


def _width(column: Column) -> float:
    if column.kind == "words":
        longest = max((len(shown(value)) for value in column.values[:_SAMPLE]), default=0)
        return float(min(max(longest + 2, len(column.head) + 3, 20), _WORDS))
    if column.kind == "money":
        numbers = [item for item in (*column.values, column.total) if not is_blank(item)]
        longest = max((len(f"${number:,.2f}") for number in numbers[-_SAMPLE:]), default=0)
        return max(13.0, longest + 4.0, len(column.head) + 4.0)
    if column.kind in {"day", "moment"}:
        return max(12.0 if column.kind == "day" else 17.0, len(column.head) + 3.0)
    longest = max((len(shown(value)) for value in column.values[:_SAMPLE] if not is_blank(value)), default=0)
    return float(min(max(longest * 1.1 + 2, len(column.head) + 3, _NARROWEST), 44.0))


def _chart(sheet: Any, asked: Chart, rows: int, head: int) -> Any:
    """Draw a native bar chart beside its own numbers; bars of one series are told apart by their shade."""
    chart = BarChart()
    chart.type, chart.style = "col", 10
    chart.title = safe_text(asked.title)
    chart.height, chart.width = 8.5, 17
    chart.gapWidth = 60
    for place in asked.series:
        chart.add_data(Reference(sheet, min_col=place + 1, min_row=head, max_row=head + rows), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=asked.labels + 1, min_row=head + 1, max_row=head + rows))
    single = len(asked.series) == 1
    if asked.stacked:
        chart.grouping, chart.overlap = "stacked", 100
    if not single:
        chart.legend.position = "b"
    else:
        chart.legend = None
    for number, series in enumerate(chart.series):
        series.graphicalProperties = _shade(number)
        if single:
            series.dPt = [DataPoint(idx=place, spPr=_shade(place)) for place in range(rows)]
            series.dLbls = DataLabelList()
            series.dLbls.showVal = True
            series.dLbls.showSerName = series.dLbls.showCatName = series.dLbls.showLegendKey = False
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.numFmt, chart.y_axis.majorGridlines = '"$"#,##0', None
    chart.y_axis.scaling.min = 0
    return chart


def _shade(number: int) -> Any:
    shade = GraphicalProperties(solidFill=_BARS[number % len(_BARS)])
    shade.line.solidFill = "333333"
    return shade
