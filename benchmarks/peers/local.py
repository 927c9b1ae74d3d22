"""What happens on this machine alone, a process each: `python -m benchmarks.peers.local WHAT ROWS`."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.work import KEYS, PRODUCT, residents


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _now() -> int:
    """Give the KiB in use just now: less than the peak of what was done before."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def _sheet(rows: int, folder: str) -> Path:
    path = Path(folder) / "residentes.xlsx"
    residents(rows).to_excel(path, index=False, engine="xlsxwriter")
    return path


def _timed(work: Callable[[], Any]) -> dict[str, float]:
    begun = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - begun}


def read_ours(rows: int) -> dict[str, float]:
    """Read a workbook with `read_sheet`."""
    import compropago_bulk as cp

    with tempfile.TemporaryDirectory() as folder:
        path = _sheet(rows, folder)
        cp.read_sheet(_sheet(20, tempfile.mkdtemp()))
        before = _peak()
        return _timed(lambda: cp.read_sheet(path)) | {"peak_kib": _peak(), "before_kib": before}


def read_openpyxl(rows: int) -> dict[str, float]:
    """Read the same cells with openpyxl, with the number formats that `read_sheet` looks at."""
    from openpyxl import load_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = _sheet(rows, folder)

        def work() -> None:
            book = load_workbook(path, read_only=True, data_only=True)
            for row in book.worksheets[0].iter_rows():
                for cell in row:
                    cell.value, cell.number_format  # noqa: B018
            book.close()

        return _timed(work)


def read_pandas_openpyxl(rows: int) -> dict[str, float]:
    """Read the values with pandas and openpyxl."""
    with tempfile.TemporaryDirectory() as folder:
        path = _sheet(rows, folder)
        return _timed(lambda: pd.read_excel(path, engine="openpyxl"))


def read_pandas_calamine(rows: int) -> dict[str, float]:
    """Read the values with pandas and calamine."""
    with tempfile.TemporaryDirectory() as folder:
        path = _sheet(rows, folder)
        return _timed(lambda: pd.read_excel(path, engine="calamine"))


def read_calamine(rows: int) -> dict[str, float]:
    """Read the values alone with calamine."""
    from python_calamine import load_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = _sheet(rows, folder)
        return _timed(lambda: load_workbook(path).get_sheet_by_index(0).to_python())


def check_ours(rows: int) -> dict[str, float]:
    """Check a frame that is already read."""
    import compropago_bulk as cp

    table = residents(rows)
    cp.check(residents(20), "orders", **PRODUCT)
    return _timed(lambda: cp.check(table, "orders", **PRODUCT).ready)


def export_ours(rows: int) -> dict[str, float]:
    """Write a table with `export_excel`."""
    import compropago_bulk as cp

    table = residents(rows)
    with tempfile.TemporaryDirectory() as folder:
        cp.export_excel(residents(20), Path(folder) / "first.xlsx")
        return _timed(lambda: cp.export_excel(table, Path(folder) / "out.xlsx"))


def export_openpyxl(rows: int) -> dict[str, float]:
    """Write the same cells with openpyxl's write-only mode and the same styles."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    table = residents(rows)
    texts = [name for name in table.columns if name in {"Referencia", "Teléfono"}]

    def work() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Residentes")
        sheet.append(list(table.columns))
        columns = [list(table[name].astype(object)) for name in table.columns]
        for row in zip(*columns, strict=True):
            cells = []
            for name, value in zip(table.columns, row, strict=True):
                cell = WriteOnlyCell(sheet, value)
                if name in texts:
                    cell.number_format = "@"
                elif name == "Cuota":
                    cell.number_format = '"$"#,##0.00'
                cells.append(cell)
            sheet.append(cells)
        with tempfile.TemporaryDirectory() as folder:
            book.save(Path(folder) / "out.xlsx")

    return _timed(work)


def known_again(rows: int) -> dict[str, float]:
    """Run a sheet again whose every row the journal knows: nothing is sent."""
    import compropago_bulk as cp

    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal.sqlite"
        with cp.Connection(*KEYS, base_url="http://127.0.0.1:9", journal=journal) as connection:
            _fill(connection, rows)
            size = sum(one.stat().st_size for one in Path(folder).glob("journal.sqlite*") if one.is_file())
            table = residents(rows)
            before = _now()
            told = _timed(lambda: _all_existing(table, connection))
        return told | {"bytes_a_row": size / rows, "kib_a_100000_rows": (_peak() - before) * 100_000 / rows}


def _all_existing(table: pd.DataFrame, connection: Any) -> None:
    import compropago_bulk as cp

    result = cp.create_orders(table, **PRODUCT, connection=connection, progress=False)
    assert (result["outcome"] == "existing").all()


def _fill(connection: Any, rows: int) -> None:
    """Write a journal as if every row had been created, without the wire."""
    from compropago_bulk.bulk.pipeline import account_of
    from compropago_bulk.bulk.plan import Options, prepare
    from compropago_bulk.journal import open_journal
    from compropago_bulk.model import Answer, Settlement, State

    with open_journal(connection.journal) as journal:
        scope = account_of(connection, journal).scope
        with journal.start_run(scope, "orders", total=rows, repeatable=False) as run:
            for start in range(0, rows, 20_000):
                part = residents(min(rows - start, 20_000), start + 1)
                plan = prepare("orders", part, Options(values=PRODUCT), connection)
                calls = [plan.call(position) for position in plan.going]
                for at in range(0, len(calls), 2_000):
                    some = calls[at : at + 2_000]
                    run.exchange((), some)
                    run.exchange(
                        [Settlement(one, State.CREATED, _answer(one, Answer), None, None, 1) for one in some], ()
                    )
            run.finish({"created": rows}, None)


def _answer(call: Any, kind: Any) -> Any:
    from decimal import Decimal

    number = call.key.rpartition(" ")[2]
    return kind(
        clabe="646180" + number.zfill(12), status="PENDING", test_mode=True, order_id=f"ch_{number}", short_id=number,
        order_price=Decimal("1500"), fee=Decimal("30.5"), iva=Decimal("4.88"), created_at=1_795_563_803_261,
        updated_at=1_795_563_803_261, expires_at=1_798_155_803_261, request_id=f"r-{number}",
    )  # fmt: skip


def verify(rows: int) -> dict[str, float]:
    """Verify every order of a journal, from a fast server at `sys.argv[3]`."""
    import compropago_bulk as cp

    with tempfile.TemporaryDirectory() as folder:
        how = {"rate": 100_000.0, "concurrency": 32, "journal": Path(folder) / "journal.sqlite"}
        with cp.Connection(*KEYS, base_url=sys.argv[3], **how) as connection:
            _fill(connection, rows)
            before = _now()
            told = _timed(lambda: cp.verify_orders(connection=connection, progress=False))
        return told | {"microseconds_a_row": told["seconds"] / rows * 1e6, "kib_a_row": (_peak() - before) / rows}


WHAT = {
    "read_sheet": read_ours,
    "openpyxl, cells and formats": read_openpyxl,
    "pandas with openpyxl": read_pandas_openpyxl,
    "pandas with calamine": read_pandas_calamine,
    "calamine, values": read_calamine,
    "check": check_ours,
    "export_excel": export_ours,
    "openpyxl, write-only": export_openpyxl,
    "second run, all known": known_again,
}

if __name__ == "__main__":
    print(json.dumps((WHAT | {"verify_orders": verify})[sys.argv[1]](int(sys.argv[2]))))
