"""How long and how much memory reading takes, beside openpyxl alone on the same file in the same minute."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import compropago_bulk as cp
import pytest
import xlsxwriter

HEAD = ["Referencia", "Nombre", "Correo", "Teléfono", "Cuota", "Torre", "Depto", "Alta", "Notas", "Saldo"]
SECONDS, MEMORY, TIMES = 3.0, 1024, 1.3
"""Of the processor, for 3,000 rows; MB; how many times openpyxl's own time."""


def write(path: Path, rows: int, *, problems: bool = False) -> Path:
    """Write invented residents; with `problems`, one of ten planted in each tenth row."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Padrón")
    sheet.write_row(0, 0, HEAD)
    for number in range(rows):
        values = [
            f"{number:06d}", f"Residente Número {number}", f"r{number}@example.com", f"55{number:08d}",
            1500 + number % 7, f"T{number % 5}", number % 900, datetime(2026, 1, 1 + number % 28), "ninguna", 0.5,
        ]  # fmt: skip
        if problems and number % 10 == 0:
            place, value = PLANTED[number // 10 % len(PLANTED)]
            values[place] = value
        sheet.write_row(number + 1, 0, values)
    book.close()
    return path


PLANTED = [
    (0, 646180146400219781), (0, "#REF!"), (0, ""), (0, "000001"), (2, "sin correo"), (2, "a.example.com"),
    (2, "a@example.com; b@example.com"), (3, "55 123"), (3, "5500001234 ext 5"), (1, "Ma. Ãngel"),
]  # fmt: skip


def test_3000_rows_with_problems_are_read_and_checked_in_three_seconds(tmp_path):
    path = write(tmp_path / "r.xlsx", 3_000, problems=True)
    started = time.process_time()
    report = cp.check(path, "createClabe")
    html = report._repr_html_()
    took = time.process_time() - started
    assert len(report.ready) > 2_000 and len(set(report.problems["code"])) >= 8 and html
    assert took < SECONDS, f"{took:.2f} s"


def test_reading_with_full_care_takes_a_few_times_what_the_values_alone_take(tmp_path):
    calamine = pytest.importorskip("python_calamine")
    path = write(tmp_path / "r.xlsx", 5_000)

    def took(read) -> float:
        started = time.process_time()
        read()
        return time.process_time() - started

    def values():
        calamine.load_workbook(path).get_sheet_by_index(0).to_python()

    pairs = [(took(values), took(lambda: cp.read_sheet(path))) for _ in range(4)]
    assert min(own / theirs for theirs, own in pairs) < 4.5, pairs


OURS = "import compropago_bulk as cp; rows = len(cp.read_sheet(PATH))"
PLAIN = """
import openpyxl
book = openpyxl.load_workbook(PATH, read_only=True, data_only=True)
rows = sum(1 for row in book.worksheets[0].iter_rows()) - 1
"""
MEASURED = """
import json, resource, sys, time
PATH = sys.argv[1]
import openpyxl, pandas, compropago_bulk.sheets.reading
started = time.process_time()
{}
took = time.process_time() - started
print(json.dumps([rows, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


def measured(program: str, path: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", MEASURED.format(program), str(path)], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_100000_rows_take_little_more_than_openpyxl_alone_and_less_than_a_gibibyte(tmp_path):
    pytest.importorskip("resource")
    path = write(tmp_path / "grande.xlsx", 100_000)
    ours, plain = [], []
    for _ in range(2):
        ours.append(measured(OURS, path))
        plain.append(measured(PLAIN, path))
    mine, theirs = min(one[1] for one in ours), min(one[1] for one in plain)
    print(f"\\n100,000 rows: {mine:.1f} s, openpyxl alone {theirs:.1f} s, {max(one[2] for one in ours)} MB")
    assert {one[0] for one in [*ours, *plain]} == {100_000}
    assert mine <= TIMES * theirs, (ours, plain)
    assert max(one[2] for one in ours) < MEMORY
