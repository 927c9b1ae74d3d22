"""The child that parses `.xls` and `.ods`: a workbook's bytes come in, its filled cells go out as JSON.

It runs with a limit of memory where the system has one. Exit status: 3 encrypted, 4 broken, anything else too large.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 900 * 1024 * 1024
MOST_CELLS = 4_000_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def limit_memory() -> None:
    """Ask the system to refuse more than `MEMORY`; Windows has no such word."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def plain(value: Any) -> Any:
    """Write a cell so that JSON can carry it."""
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    return value.total_seconds() / 86_400 if isinstance(value, timedelta) else value


def read(data: bytes) -> list[dict[str, Any]]:
    """Read every sheet's filled cells."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    told, room = [], MOST_CELLS
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        visible = meta.visible == calamine.SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(meta.name)
        first_row, first_column = sheet.start or (0, 0)
        lines = []
        for row, values in enumerate(sheet.iter_rows() if visible else (), start=1):
            cells = [(column, plain(value)) for column, value in enumerate(values, start=1) if value not in ("", None)]
            room -= len(cells)
            if room < 0:
                raise MemoryError
            if cells:
                lines.append((row, cells))
        merges = [
            (top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])
        ]
        last = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (first_row, first_column)
        told.append({"name": meta.name, "visible": visible, "lines": lines, "merges": merges, "used": last})
    return told


def main() -> int:
    """Do the work; give the exit status."""
    limit_memory()
    data = sys.stdin.buffer.read()
    import python_calamine as calamine

    try:
        told = read(data)
    except calamine.PasswordError:
        return 3
    except (calamine.CalamineError, ValueError, KeyError, IndexError, OSError):
        return 4
    except MemoryError:
        return 5
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
