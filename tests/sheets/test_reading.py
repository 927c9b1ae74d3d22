"""Files as people keep them: the rows that a careful person would extract, and every digit."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import compropago_bulk as cp
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook


def book(rows, tmp_path, name="hoja.xlsx", formats=None, titles=("Torre A",)):
    made = Workbook()
    made.remove(made.active)
    for title in titles:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell, look in (formats or {}).items():
            sheet[cell].number_format = look
    made.save(tmp_path / name)
    return tmp_path / name


HEAD = ["Referencia", "Nombre", "Correo", "Cuota"]


def test_a_reference_is_read_as_its_number_format_shows_it(tmp_path):
    rows = [HEAD, [124, "Ana", "a@example.com", 1], [12, "Luis", "l@example.com", 1], [1203, "Eva", "e@example.com", 1]]
    path = book(rows, tmp_path, formats={"A2": "000000", "A3": '"DEP-"0000', "A4": "00-000"})
    assert cp.read_sheet(path)["Referencia"].tolist() == ["000124", "DEP-0012", "01-203"]


def test_titles_sections_totals_repeated_headers_and_signatures_are_no_residents(tmp_path):
    rows = [
        ["CONDOMINIO ALAMEDAS"], [], HEAD, ["PLANTA BAJA"], ["101", "Ana", "a@example.com", 900],
        ["102", "Totalina Ruiz", "t@example.com", 900], ["Subtotal", None, None, 1800], HEAD, [],
        ["201", "Luis", "l@example.com", 900], ["TOTAL", None, None, 2700], [], [], ["Elaboró: Administración"],
    ]  # fmt: skip
    frame = cp.read_sheet(book(rows, tmp_path))
    assert frame["Referencia"].tolist() == ["101", "102", "201"]
    assert frame["source_row"].tolist() == [5, 6, 10]


def test_a_header_that_holds_an_example_of_an_address_is_still_a_header_where_it_is_repeated(tmp_path):
    head = ["Referencia", "Nombre", "Correo (nombre@dominio.com)", "Cuota"]
    rows = [head, ["101", "Ana", "a@example.com", 900], head, ["201", "Luis", "l@example.com", 900]]
    assert cp.read_sheet(book(rows, tmp_path))["Referencia"].tolist() == ["101", "201"]


def test_a_table_may_start_anywhere_and_sheets_may_word_it_differently(tmp_path):
    made = Workbook()
    first, second = made.active, made.create_sheet("Torre B")
    first.title = "Torre A"
    for number, row in enumerate([HEAD, ["007", "Ana", "a@example.com", 1]], start=4):
        for column, value in enumerate(row, start=3):
            first.cell(number, column, value)
    for row in [["Correo electrónico", "Propietario", "No. de referencia"], ["l@example.com", "Luis", "008"]]:
        second.append(row)
    made.create_sheet("Notas").append(["nada que ver"])
    hidden = made.create_sheet("Vieja")
    hidden.sheet_state = "hidden"
    made.save(tmp_path / "dos.xlsx")
    frame = cp.read_sheet(tmp_path / "dos.xlsx")
    assert frame["Referencia"].tolist() == ["007", "008"] and frame["Correo"].tolist() == [
        "a@example.com",
        "l@example.com",
    ]
    assert frame["source_sheet"].tolist() == ["Torre A", "Torre B"] and frame["source_row"].tolist() == [5, 2]
    notes = cp.check(frame, "createClabe").notes
    assert "hidden_sheets: Vieja" in notes and "sheets_skipped: Notas" in notes
    assert len(cp.read_sheet(tmp_path / "dos.xlsx", sheet="Torre B")) == 1


def test_what_a_spreadsheet_destroyed_is_refused_with_its_cell(tmp_path):
    rows = [
        HEAD, [646180146400219781, "Ana", "a@example.com", 1], ["#REF!", "Luis", "l@example.com", 1],
        ["=A2", "Eva", "e@example.com", 1], [None, "Iván", "i@example.com", 1],
    ]  # fmt: skip
    report = cp.check(book(rows, tmp_path), "createClabe")
    found = dict(zip(report.problems["cell"], report.problems["code"], strict=True))
    assert found == {
        "A2": "precision_lost", "A3": "error_cell", "A4": "formula_without_value", "A5": "missing_customer_id",
    }  # fmt: skip
    assert len(report.ready) == 0 and not report.ok


def test_hidden_rows_are_read_and_named(tmp_path):
    path = book([HEAD, ["1", "Ana", "a@example.com", 1], ["2", "Luis", "l@example.com", 1]], tmp_path)
    from openpyxl import load_workbook

    made = load_workbook(path)
    made["Torre A"].row_dimensions[3].hidden = True
    made.save(path)
    report = cp.check(path, "createClabe")
    assert "hidden_rows: Torre A: 3" in report.notes and len(report.ready) == 2
    assert report.problems["code"].tolist() == ["hidden_row"]


CSV = 'Referencia;Nombre;Correo;Cuota\r\n="000124";"Ana\nMaría Nuñez";a@example.com;1025,50\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_in_every_encoding(tmp_path, encoding):
    (tmp_path / "r.csv").write_bytes(CSV.encode(encoding))
    report = cp.check(tmp_path / "r.csv", "orders", product_id="P", product_name="Cuota")
    line = report.ready.iloc[0]
    assert (line["customer_id"], line["name"], line["price"]) == ("000124", "Ana María Nuñez", 1025.5)


def test_of_two_columns_that_fit_none_is_chosen_in_silence(tmp_path):
    path = book([["Referencia", "Nombre", "Correo", "Correo"], ["1", "A", "a@example.com", "b@example.com"]], tmp_path)
    with pytest.raises(cp.SheetError) as caught:
        cp.check(path, "createClabe")
    assert caught.value.code == "ambiguous_header" and "columns=" in str(caught.value)
    assert len(cp.check(path, "createClabe", columns={"email": "Correo (2)"}).ready) == 1


BROKEN = {
    "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
    "corrupt_file": b"PK\x03\x04 cut off",
    "not_a_workbook": b"<html><table><tr><td>Referencia</td></tr></table></html>",
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path, code):
    (tmp_path / "r.xlsx").write_bytes(BROKEN[code])
    with pytest.raises(cp.SheetError) as caught:
        cp.read_sheet(tmp_path / "r.xlsx")
    assert caught.value.code == code


def test_a_workbook_without_residents_and_another_kind_of_file_are_refused(tmp_path):
    with pytest.raises(cp.SheetError, match="no table of residents"):
        cp.read_sheet(book([["hola"], ["adiós"]], tmp_path))
    (tmp_path / "r.xlsb").write_bytes(b"PK\x03\x04")
    with pytest.raises(cp.SheetError, match="Save it as"):
        cp.read_sheet(tmp_path / "r.xlsb")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_files_of_other_programs_have_the_same_residents(tmp_path, kind):
    rows = [HEAD, ["000124", "Ana Nuñez", "a@example.com", 1500], ["DEP-2", "Luis", "l@example.com", 900.5]]
    path = book(rows, tmp_path)
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", kind]
    subprocess.run([*program, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    frame = cp.read_sheet(path.with_suffix(f".{kind}"))
    assert frame["Referencia"].tolist() == ["000124", "DEP-2"] and frame["Nombre"].tolist() == ["Ana Nuñez", "Luis"]
    assert frame["source_row"].tolist() == [2, 3]


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda one: one.strip()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_text_in_is_text_out_of_a_workbook(texts):
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = made.add_worksheet("Torre")
    for column, word in enumerate(HEAD):
        sheet.write_string(0, column, word)
    for row, text in enumerate(texts, start=1):
        sheet.write_string(row, 0, f"{row}-1")
        sheet.write_string(row, 1, text)
        sheet.write_string(row, 2, f"r{row}@example.com")
    made.close()
    frame = cp.read_sheet(io.BytesIO(stream.getvalue()))
    assert frame["Nombre"].tolist() == texts


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_reading_raise_anything_but_our_own_error(data):
    try:
        cp.read_sheet(io.BytesIO(data))
    except cp.SheetError as problem:
        assert problem.code


@pytest.mark.parametrize(
    "address", ["https://docs.google.com/spreadsheets/d/abc/edit#gid=0", "http://example.com/a.xlsx", " HTTPS://a.mx/b"]
)
def test_a_web_address_is_refused_with_the_advice_to_download_it(address):
    with pytest.raises(cp.SheetError, match="Download it first") as caught:
        cp.read_sheet(address)
    assert caught.value.code == "unsupported_format"


def rezipped(path, edit):
    """Write a workbook's parts anew: `edit` gives each its name and bytes."""
    with zipfile.ZipFile(path) as source:
        parts = [edit(info.filename, source.read(info)) for info in source.infolist()]
    with zipfile.ZipFile(path, "w") as made:
        for name, data in parts:
            info = zipfile.ZipInfo("x")
            info.filename = name
            made.writestr(info, data)
    return path


PEOPLE = [["Referencia", "Nombre", "Correo"], ["000101", "Ana", "ana@example.com"], ["000102", "Luis", None]]


def marked_cells(path, tmp_path):
    """Give the cells that the copy to mend has comments at."""
    copy = cp.check(path, "createClabe").export_excel(tmp_path / "marcada.xlsx")
    return [
        (sheet.title, cell.coordinate) for sheet in load_workbook(copy) for row in sheet for cell in row if cell.comment
    ]


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("/", "\\"),
        lambda name: f"/{name}",
        lambda name: name.replace("sheet2.xml", "SHEET2.xml"),
        lambda name: name.replace("worksheets/", "Worksheets/") if name.endswith("2.xml") else name,
    ],
    ids=["backslashes", "leading slashes", "a sheet in capitals", "a folder in capitals"],
)
def test_the_parts_of_a_workbook_are_found_however_their_names_are_written(tmp_path, rename):
    made = Workbook()
    for title, first in (("Torre A", "1"), ("Torre B", "2")):
        sheet = made.active if first == "1" else made.create_sheet()
        sheet.title = title
        for head, *rest in PEOPLE:
            sheet.append([head.replace("0001", f"000{first}"), *rest])
    made.save(tmp_path / "hoja.xlsx")
    path = rezipped(tmp_path / "hoja.xlsx", lambda name, data: (rename(name), data))
    table = cp.read_sheet(path)
    assert table["Referencia"].tolist() == ["000101", "000102", "000201", "000202"]
    assert table["source_sheet"].tolist() == ["Torre A"] * 2 + ["Torre B"] * 2
    with zipfile.ZipFile(cp.check(path, "createClabe").export_excel(tmp_path / "marcada.xlsx")) as copy:
        notes = [copy.read(name) for name in copy.namelist() if "comments" in name]
    assert len(notes) == 2 and all(b'ref="C3"' in part for part in notes)


def test_a_listed_sheet_whose_part_is_not_there_is_named(tmp_path):
    path = book(PEOPLE, tmp_path, titles=("Torre A", "Torre B"))
    path = rezipped(path, lambda name, data: ("xl/otra.xml" if name.endswith("sheet2.xml") else name, data))
    assert [note for note in cp.check(path, "createClabe").notes if "Torre B" in note]


@pytest.mark.parametrize("turn", [(True, True), (True, False), (False, True)])
def test_rows_and_cells_in_any_order_are_read_and_marked_where_they_stand(tmp_path, turn):
    rows, cells = turn

    def edit(name, data):
        if not name.endswith("sheet1.xml"):
            return name, data
        text = data.decode()
        lines = re.findall(r"<row .*?</row>", text, re.S)
        if cells:
            lines = [
                line[: line.index("<c ")] + "".join(re.findall(r"<c .*?</c>", line)[::-1]) + "</row>" for line in lines
            ]
        body = "".join(lines[::-1] if rows else lines)
        return name, re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{body}</sheetData>", text, flags=re.S).encode()

    path = rezipped(book(PEOPLE, tmp_path), edit)
    table = cp.read_sheet(path)
    assert table["Referencia"].tolist() == ["000101", "000102"] and table["source_row"].tolist() == [2, 3]
    assert marked_cells(path, tmp_path) == [("Torre A", "C3")]
