"""Workbooks of other programs: each holds the rows that a careful person would copy out, all right and none lost."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sys
from pathlib import Path

import compropago_bulk as cp
import pandas as pd
import pytest
from openpyxl.utils import coordinate_to_tuple

HERE = Path(__file__).parent


def beside(name: str):
    spec = importlib.util.spec_from_file_location(f"foreign_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CASES, writing = beside("cases").CASES, beside("writing")
SAMPLES = sorted(path.relative_to(HERE / "samples").as_posix() for path in (HERE / "samples").rglob("*.*"))


def look(path: Path, case) -> None:
    """Compare what would go out, and what is named, with what was written by hand."""
    columns = case.get("columns")
    frame = cp.read_sheet(path)
    report = cp.check(frame, "createClabe", columns=columns)
    accounts = cp.check(frame, "createAccount", account_name="Alamedas").ready
    sent = report.ready
    if columns:
        assert sent["exp_date"].tolist() == [case["exp_date"]] * len(case["ready"])
    joined = sent.merge(accounts, on=["source_sheet", "source_row", "email"], how="left", suffixes=("", "_other"))
    if "phone" not in joined:
        joined["phone"] = None
    told = joined[["source_sheet", "source_row", "customer_id", "name", "email", "phone"]]
    assert [[None if pd.isna(one) else one for one in row] for row in told.to_numpy().tolist()] == case["ready"]
    found = report.problems[["source_sheet", "cell", "code"]].to_numpy().tolist()
    found = [[sheet, None if pd.isna(cell) else cell, code] for sheet, cell, code in found]
    assert sorted(map(str, found)) == sorted(map(str, case["problems"]))
    assert set(case.get("notes", ())) <= set(report.notes)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_workbook_of_another_program_has_the_rows_that_a_person_would_copy(sample):
    path = HERE / "samples" / sample
    look(path, CASES[path.stem])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if writing.is_for(case, "xlsxwriter")])
def test_a_workbook_of_xlsxwriter_has_them_too(name, tmp_path):
    look(writing.write_xlsx(CASES[name], tmp_path / "libro.xlsx"), CASES[name])


@pytest.mark.parametrize(
    ("name", "delimiter"), [("titles", ","), ("two_rows", ";"), ("at_c4", "\t"), ("far_below", ",")]
)
def test_the_same_tables_as_text_have_them_too(name, delimiter, tmp_path):
    sheet = CASES[name]["sheets"][0]
    down, right = (one - 1 for one in coordinate_to_tuple(sheet.get("at", "A1")))
    with (tmp_path / "r.csv").open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([[]] * down)
        for row in sheet["rows"]:
            writer.writerow([""] * right + [one["v"] if isinstance(one, dict) else one for one in row])
    sent = cp.check(tmp_path / "r.csv", "createClabe").ready[["source_row", "customer_id", "email", "phone"]]
    assert sent.to_numpy().tolist() == [[one[1], one[2], one[4], one[5]] for one in CASES[name]["ready"]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_this_machines_libreoffice_saves_them_so(tmp_path):
    names = [name for name, case in CASES.items() if "only" not in case]
    made = [writing.write_xlsx(CASES[name], tmp_path / f"{name}.xlsx") for name in names]
    for kind in writing.CONVERTED:
        writing.convert(made, kind, tmp_path / "saved", tmp_path / "profile")
        for name in names:
            if writing.is_for(CASES[name], f"libreoffice/{name}.{kind}"):
                look(tmp_path / "saved" / f"{name}.{kind}", CASES[name])
