"""What is handed over: text stays text, nothing from the data runs, and an old file goes only for a whole new one."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import time

import compropago_bulk as cp
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

EVIL = ["=1+1", "+52", "-5", "@SUM(A1)", "\tx", "\rx", "#N/A", "_x0041_", "a\x00b\x1fc", "ok"]


@pytest.fixture
def result(residents, sandbox):
    return cp.create_clabes(residents(6), connection=sandbox.connection, progress=False)


def test_clabes_and_references_are_text_and_read_back_the_same(result, tmp_path):
    path = cp.export_excel(result, tmp_path / "clabes.xlsx", lang="es")
    sheet = load_workbook(path)["Residentes"]
    heads = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, heads.index("CLABE ComproPago") + 1)
    assert cell.data_type == "s" and len(cell.value) == 18 and cell.number_format == "@"
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    back = cp.read_sheet(path)
    for name in ("Referencia", "clabe", "outcome", "status", "request_id"):
        assert back[name].tolist() == result[name].tolist()
    assert str(back["clabe"].dtype) == "string" and str(back["created_at"].dtype) == str(result["created_at"].dtype)


def test_an_exported_workbook_can_be_verified_and_sent_again(residents, sandbox, tmp_path):
    how = {"connection": sandbox.connection, "progress": False}
    orders = cp.create_orders(residents(3), product_id="P", product_name="Cuota", **how)
    path = cp.export_excel(orders, tmp_path / "ordenes.xlsx")
    assert cp.verify_orders(path, **how)["outcome"].tolist() == ["found"] * 3
    again = cp.create_orders(path, product_id="P", product_name="Cuota", **how)
    assert again["outcome"].tolist() == ["existing"] * 3
    assert again["clabe"].tolist() == orders["clabe"].tolist()


def test_nothing_from_the_data_is_a_formula(tmp_path):
    frame = pd.DataFrame({"Referencia": [str(n) for n in range(len(EVIL))], "Nombre": EVIL, "=Cabeza": EVIL})
    path = cp.export_excel(frame, tmp_path / "malo.xlsx")
    for row in load_workbook(path).worksheets[0].iter_rows():
        assert {cell.data_type for cell in row if cell.value is not None} <= {"s"}
    lines = cp.export_csv(frame, tmp_path / "malo.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in lines and ",'@SUM(A1)," in lines and ",=1+1" not in lines


def test_csv_takes_its_apostrophes_off_again(tmp_path):
    frame = pd.DataFrame({"Referencia": ["001", "002"], "Nombre": ["=Ana", "@Luis"], "Correo": ["a@example.com"] * 2})
    back = cp.read_sheet(cp.export_csv(frame, tmp_path / "r.csv"))
    assert back["Nombre"].tolist() == ["=Ana", "@Luis"] and back["Referencia"].tolist() == ["001", "002"]


def test_a_failed_export_leaves_the_old_file_whole(result, tmp_path, monkeypatch):
    path = cp.export_excel(result, tmp_path / "clabes.xlsx")
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        cp.export_excel(result, path)
    assert path.read_bytes() == before and list(tmp_path.glob(".clabes*")) == []


def test_a_missing_folder_is_said_before_the_first_request(residents, sandbox, tmp_path):
    with pytest.raises(cp.ConfigurationError, match="does not exist"):
        cp.create_clabes(residents(1), connection=sandbox.connection, output=tmp_path / "no" / "x.xlsx")
    assert not sandbox.server.log


def test_the_marked_copy_keeps_the_owners_formulas_and_comments_what_to_mend(tmp_path):
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    sheet.title = "Torre A"
    for row in (["Referencia", "Nombre", "Correo"], ["1", "Ana", "sin correo"], ["2", "Luis", "l@example.com"]):
        sheet.append(row)
    sheet["E1"] = "=1+1"
    sheet.column_dimensions["B"].width = 33
    made.save(tmp_path / "r.xlsx")
    path = cp.check(tmp_path / "r.xlsx", "createClabe").export_excel(tmp_path / "corregir.xlsx", lang="es")
    copy = load_workbook(path)["Torre A"]
    assert copy["E1"].value == "=1+1" and copy.column_dimensions["B"].width == 33
    assert "falta el correo" in copy["C2"].comment.text and copy["C2"].fill.fgColor.rgb == "FFF4B6B0"
    assert copy["C3"].comment is None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_saved_again_by_libreoffice_every_digit_is_the_same(result, tmp_path, kind):
    path = cp.export_excel(result, tmp_path / "clabes.xlsx")
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", kind]
    subprocess.run(
        [*program, "--outdir", str(tmp_path / "again"), str(path)], check=True, capture_output=True, timeout=120
    )
    back = cp.read_sheet(tmp_path / "again" / f"clabes.{kind}")
    for name in ("clabe", "Referencia", "outcome", "clabe_valid", "request_id"):
        assert back[name].tolist() == result[name].tolist()


def test_our_list_of_rows_to_look_at_is_not_read_twice_without_our_mark(residents, sandbox, tmp_path):
    table = residents(3)
    table.loc[table.index[0], "Correo"] = "no sirve"
    made = cp.create_clabes(table, connection=sandbox.connection, progress=False)
    book = load_workbook(cp.export_excel(made, tmp_path / "clabes.xlsx", lang="es"))
    book.properties.keywords = None
    book.save(tmp_path / "copia.xlsx")
    assert cp.read_sheet(tmp_path / "copia.xlsx")["Referencia"].tolist() == table["Referencia"].tolist()


RUNS = [
    *("=1+1", "＝1+1", "\n=1+1", " =1+1", "\t=1", "\r\n+1", "|calc", " ＠SUM(A1)"),
    *("\ufeff=1", "\u200b=1", "\u00a0-1", "'=1", "－1"),
]


def names_in(path):
    """Give the second column of a file as it stands there."""
    rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    return [name for _, name, _ in rows][1:]


@pytest.mark.parametrize("text", RUNS)
def test_what_a_program_could_run_is_kept_from_running_and_read_back_as_it_was(text, tmp_path):
    frame = pd.DataFrame({"Referencia": ["001"], "Nombre": [text], "Correo": ["a@example.com"]})
    path = cp.export_csv(frame, tmp_path / "r.csv")
    assert names_in(path) == [f"'{text}"]
    assert cp.read_sheet(path)["Nombre"].tolist() == [text]
    cell = load_workbook(cp.export_excel(frame, tmp_path / "r.xlsx")).worksheets[0]["B2"]
    assert cell.data_type == "s" and cell.quotePrefix == (text[0] in "=＝|－\t\r")


@pytest.mark.parametrize("text", ["Ana", "a=b", "1-2", "Núñez + Hijos", "'entre comillas'", "(=)", "50%"])
def test_what_cannot_run_stays_as_it_is(text, tmp_path):
    frame = pd.DataFrame({"Referencia": ["001"], "Nombre": [text], "Correo": ["a@example.com"]})
    assert names_in(cp.export_csv(frame, tmp_path / "r.csv")) == [text]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("=+-@|'\t\n\ufeff\u200b ＝＋aZ9ñ", min_size=1, max_size=6))
def test_whatever_stands_before_a_sign_is_read_back(text, tmp_path):
    frame = pd.DataFrame({"Referencia": ["001"], "Nombre": [f"{text}x"], "Correo": ["a@example.com"]})
    assert cp.read_sheet(cp.export_csv(frame, tmp_path / "r.csv"))["Nombre"].tolist() == [f"{text}x"]


def test_a_workbook_costs_no_more_than_twice_what_openpyxl_takes_to_write_the_values(tmp_path):
    rows = 2_000
    table = pd.DataFrame({name: [f"{name} {n}" for n in range(rows)] for name in "abcdefgh"}).assign(outcome="created")

    def plain():
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in table.itertuples(index=False):
            sheet.append(list(row))
        book.save(tmp_path / "p.xlsx")

    def took(write) -> float:
        begun = time.process_time()
        write()
        return time.process_time() - begun

    pairs = [(took(plain), took(lambda: cp.export_excel(table, tmp_path / "e.xlsx"))) for _ in range(3)]
    assert min(own / theirs for theirs, own in pairs) < 2
