"""Workbooks of the old binary kind, through xlrd: values, number formats, errors, and what is hidden."""

from __future__ import annotations

import sys
from typing import Any

from .grid import LAST_COLUMN, Cell, Damage, Encrypted, Grid, Line, Number, pack_grid, text_cell
from .number_formats import shows_dates

_TEXT, _NUMBER, _DATE, _TRUTH, _ERROR = 1, 2, 3, 4, 5
_WORKSHEET_SHOWN = 0


def read_xls(data: bytes, room: int) -> dict[str, Any]:
    """Read every sheet's filled cells.

    Args:
        room: how many cells the file may have.

    Raises:
        Encrypted: it asks for a password.
        MemoryError: it has more cells.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=sys.stderr
        )
    except xlrd.XLRDError as fault:
        raise Encrypted if "ncrypt" in str(fault) else ValueError(str(fault)) from None
    sheets = []
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        grid = Grid(name=sheet.name, visible=sheet.visibility == _WORKSHEET_SHOWN)
        if grid.visible:
            room = _Sheet(book, sheet, grid).read(room)
        sheets.append(pack_grid(grid))
        book.unload_sheet(number)
    return {"sheets": sheets, "epoch_1904": book.datemode == 1, "ours": False}


class _Sheet:
    """One worksheet on its way into a grid."""

    def __init__(self, book: Any, sheet: Any, grid: Grid) -> None:
        self.book, self.sheet, self.grid = book, sheet, grid
        self._looks: dict[int, str] = {}

    def read(self, room: int) -> int:
        """Fill the grid; give how many more cells the file may have."""
        sheet, grid = self.sheet, self.grid
        last = 0
        for row in range(sheet.nrows):
            kinds, values = sheet.row_types(row), sheet.row_values(row)
            cells: dict[int, Cell] = {}
            for place, (kind, value) in enumerate(zip(kinds, values, strict=True)):
                cell = self._cell(kind, value, row, place) if _TEXT <= kind <= _ERROR else None
                if cell is not None:
                    cells[place + 1] = cell
            if cells:
                grid.lines.append(Line(row + 1, cells))
                last = max(last, *cells)
            room -= len(cells)
            if room < 0:
                raise MemoryError
        grid.used = sheet.nrows, last
        grid.merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
        grid.hidden_rows = {row + 1 for row, item in sheet.rowinfo_map.items() if item.hidden or item.height == 0}
        grid.hidden_columns = {
            column + 1 for column, item in sheet.colinfo_map.items() if item.hidden or item.width == 0
        } & set(range(1, LAST_COLUMN))
        return room

    def _look(self, row: int, column: int) -> str:
        number = self.sheet.cell_xf_index(row, column)
        if number not in self._looks:
            form = self.book.format_map.get(self.book.xf_list[number].format_key)
            look = str(form.format_str) if form else ""
            self._looks[number] = "" if look.lower() in {"general", "@"} else look
        return self._looks[number]

    def _cell(self, kind: int, value: Any, row: int, column: int) -> Cell:
        if kind == _TEXT:
            return text_cell(value, self._look(row, column))
        if kind == _TRUTH:
            return bool(value)
        if kind == _ERROR:
            return Damage("error_cell", _error(value))
        look = self._look(row, column)
        if kind == _DATE or (look and shows_dates(look)):
            return self._moment(value)
        return Number(int(value) if float(value).is_integer() and abs(value) < 1e15 else value, look)

    def _moment(self, value: float) -> Cell:
        """Read a serial as the date that it shows; one that no calendar has stays a number."""
        import xlrd

        try:
            moment = xlrd.xldate.xldate_as_datetime(value, self.book.datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return Number(value)
        return moment.time() if 0 <= value < 1 else moment


def _error(code: int) -> str:
    from xlrd.biffh import error_text_from_code

    return str(error_text_from_code.get(code, "#N/A"))
