"""The copy to mend is its owner's workbook: every part that has no mark is the same to the byte."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import warnings
import xml.etree.ElementTree as ET
import zipfile
import zlib
from pathlib import Path

import compropago_bulk as cp
import pandas as pd
import pytest
import xlsxwriter
from compropago_bulk.exports.marked.marked import Marked, mark_book
from compropago_bulk.exports.marked.package import Package
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.utils.cell import coordinate_to_tuple

HEAD = ["Referencia", "Nombre", "Correo", "Teléfono", "Cuota"]
ROWS = [
    ["000101", "Ana Nuñez", "a@example.com", "5500000001", 1500],
    ["000102", "Luis Peña", "sin correo", "55 1234 567", 1500],
    ["000103", "Eva Ávila", None, "5500000003", 1500],
    ["000104", "Iván Cano", "i.example.com", "5500000004", 1500],
]
TO_MEND = {"C3", "D3", "C4", "C5"}


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((20, 110, 127)) * 32 for _ in range(16))
    head = struct.pack(">IIBBBBB", 32, 16, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def rich_book(path, *, macros: bool = False) -> None:
    """Make a workbook with everything that a round trip through a library loses."""
    book = xlsxwriter.Workbook(path)
    sheet, other = book.add_worksheet("Torre A"), book.add_worksheet("Gráfica & más")
    cuota = book.add_format({"num_format": '"$"#,##0.00', "italic": True, "border": 1})
    for column, word in enumerate(HEAD):
        sheet.write_string(0, column, word, book.add_format({"bold": True, "bg_color": "#DDEBF7"}))
    for number, row in enumerate(ROWS, start=1):
        for column, value in enumerate(row):
            if column == 4:
                sheet.write_number(number, column, value, cuota)
            elif value is not None:
                sheet.write_string(number, column, value)
    sheet.write_formula("G2", "=SUM(E2:E5)", None, 6000)
    sheet.write_rich_string("G3", "rico ", book.add_format({"bold": True}), "negrita")
    sheet.set_row(2, 30, None, {"hidden": True})
    sheet.set_column("B:B", 33)
    sheet.set_column("H:H", 5, None, {"hidden": True})
    sheet.write_comment("C3", "nota del administrador", {"author": "Rosa"})
    sheet.write_comment("A2", "otra nota")
    sheet.data_validation("E2:E5", {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.conditional_format("E2:E5", {"type": "data_bar"})
    sheet.insert_image("J2", "logo.png", {"image_data": io.BytesIO(picture())})
    sheet.insert_button("J10", {"caption": "Botón"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Torre A'!$E$2:$E$5"})
    other.insert_chart("B2", chart)
    other.add_sparkline("A1", {"range": "'Torre A'!E2:E5"})
    book.add_worksheet("Oculta").hide()
    book.define_name("Cuotas", "='Torre A'!$E$2:$E$5")
    if macros:
        project = path.parent / "vbaProject.bin"
        project.write_bytes(b"\xd0\xcf\x11\xe0 not a real project, kept as it is")
        book.add_vba_project(str(project))
    book.close()


def opened(path):
    """Open a workbook from its bytes: openpyxl keeps the file of one with pictures open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know sparklines, which is why the copy is not its work
        return load_workbook(io.BytesIO(path.read_bytes()))


def parts(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def marked(path):
    return cp.check(path, "createClabe").export_excel(path.parent / f"corregir{path.suffix}", lang="es")


def comments(path, sheet: str = "Torre A") -> dict[str, str]:
    made = opened(path)[sheet]
    return {cell.coordinate: cell.comment.text for row in made for cell in row if cell.comment}


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm"])
def test_all_but_the_marked_sheet_is_the_same_to_the_byte(tmp_path, suffix):
    path = tmp_path / f"residentes{suffix}"
    rich_book(path, macros=suffix == ".xlsm")
    before, after = parts(path), parts(marked(path))
    changed = {name for name in before if before[name] != after[name]}
    listing = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert changed - listing == {
        "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert set(after) == {*before, "xl/worksheets/sheet4.xml"} and list(after)[:3] == list(before)[:3]
    for data in after.values():
        if data.startswith((b"<?xml", b"<xml")):
            ET.fromstring(data)


def test_the_marked_sheet_differs_by_styles_and_one_cell_that_was_blank(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    copy = marked(path)
    before, after = opened(path)["Torre A"], opened(copy)["Torre A"]
    tinted = set()
    for row in before.iter_rows(min_row=1, max_row=8, max_col=9):
        for cell in row:
            twin = after[cell.coordinate]
            assert (cell.value, cell.number_format) == (twin.value, twin.number_format)
            for look in ("font", "border", "alignment"):
                assert repr(getattr(cell, look)) == repr(getattr(twin, look))
            if repr(cell.fill) != repr(twin.fill):
                tinted.add(cell.coordinate)
    assert tinted == TO_MEND
    assert after.row_dimensions[3].hidden and after.column_dimensions["B"].width == before.column_dimensions["B"].width
    assert after["C4"].fill.fgColor.rgb == "FFF4B6B0" and after["D3"].fill.fgColor.rgb == "FFFFE699"


def test_the_owners_comments_are_kept_and_ours_come_after_them(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    found = comments(marked(path))
    assert set(found) == TO_MEND | {"A2"} and found["A2"] == "otra nota"
    assert found["C3"].startswith("nota del administrador\n\nfalta el correo")
    assert "9 dígitos" in found["D3"]
    shapes = parts(tmp_path / "corregir.xlsx")["xl/drawings/vmlDrawing1.vml"]
    assert shapes.count(b'ObjectType="Note"') == 5 and shapes.count(b'ObjectType="Button"') == 1


def test_a_second_check_says_nothing_twice(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    again = cp.check(marked(path), "createClabe").export_excel(tmp_path / "otra.xlsx", lang="es")
    assert comments(again)["C4"].count("falta el correo") == 1


HEADS = b'<?xml version="1.0" encoding="UTF-8"?>'
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def bare_book(path, sheet: bytes) -> None:
    """Write the least that is a workbook: no styles, no relationships of the sheet, a prefix of its own."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("[Content_Types].xml", HEADS + f'<Types xmlns="{package}/content-types"><Default '
                      'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                      f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override '
                      f'PartName="/xl/hojas/uno.xml" ContentType="{kind}.worksheet+xml"/></Types>'
                      .encode())  # fmt: skip
        for name, target, what in (("_rels/.rels", "xl/workbook.xml", "officeDocument"),
                                   ("xl/_rels/workbook.xml.rels", "hojas/uno.xml", "worksheet")):  # fmt: skip
            made.writestr(name, HEADS + f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
                          f'Type="{office}/{what}" Target="{target}"/></Relationships>'.encode())  # fmt: skip
        made.writestr("xl/workbook.xml", HEADS + f'<workbook xmlns="{MAIN.decode()}" xmlns:r="{office}"><sheets><sheet '
                      'name="Torre A" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode())  # fmt: skip
        made.writestr("xl/hojas/uno.xml", HEADS + sheet)


def inline(*texts: str | None) -> bytes:
    return "".join("<x:c/>" if one is None else f'<x:c t="inlineStr"><x:is><x:t>{one}</x:t></x:is></x:c>'
                   for one in texts).encode()  # fmt: skip


def test_cells_without_coordinates_missing_cells_and_prefixes_are_found(tmp_path):
    ignorable = (
        b'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:zz="urn:zz" mc:Ignorable="zz"'
    )
    sheet = (
        b'<x:worksheet xmlns:x="' + MAIN + b'" ' + ignorable + b'><x:cols><x:col min="3" max="3" width="30"/></x:cols>'
        b"<x:sheetData><x:row>" + inline("Referencia", "Nombre", "Correo") + b'</x:row><x:row spans="1:2">'
        + inline("1", "Ana") + b"</x:row><x:row>" + inline("2", "Luis", "no sirve") + b'</x:row></x:sheetData>'
        b'<x:extLst zz:own="1"/></x:worksheet>'
    )  # fmt: skip
    bare_book(tmp_path / "r.xlsx", sheet)
    path = marked(tmp_path / "r.xlsx")
    assert set(comments(path)) == {"C2", "C3"}
    made = opened(path)["Torre A"]
    assert made["C2"].fill.fgColor.rgb == "FFF4B6B0" and made["C3"].value == "no sirve"
    text = parts(path)["xl/hojas/uno.xml"]
    assert ignorable in text and b'zz:own="1"' in text and text.index(b"legacyDrawing") < text.index(b"extLst")


BODIES = {
    "rows that are not there": b'<sheetData><row r="1"/><row r="9"><c r="B9"/></row></sheetData>',
    "no rows at all": b"<sheetData/>",
    "cells in between": b'<sheetData><row r="3" spans="1:1"><c r="A3"/><c r="D3"/></row></sheetData>',
    "a prefix": b'<x:sheetData><x:row r="3"><x:c r="C3" s="0"><x:v>1</x:v></x:c></x:row></x:sheetData>',
}


@pytest.mark.parametrize("body", BODIES)
def test_blank_cells_are_made_in_their_places(tmp_path, body):
    marks = [Marked("Torre A", place, "F4B6B0", ("Torre A!?: mal",)) for place in ((3, 3), (1, 2), (12, 1), (3, 2))]
    prefix = b"x" if body == "a prefix" else b""
    names = (b"xmlns:x" if prefix else b"xmlns") + b'="' + MAIN + b'"'
    tag = prefix + b":worksheet" if prefix else b"worksheet"
    bare_book(tmp_path / "r.xlsx", b"<" + tag + b" " + names + b">" + BODIES[body] + b"</" + tag + b">")
    package = Package((tmp_path / "r.xlsx").read_bytes())
    mark_book(package, marks, author="nadie")
    package.write(tmp_path / "m.xlsx")
    sheet = opened(tmp_path / "m.xlsx")["Torre A"]
    tinted = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type == "solid"}
    assert tinted == {"C3", "B1", "A12", "B3"} == set(comments(tmp_path / "m.xlsx"))
    written = ET.fromstring(parts(tmp_path / "m.xlsx")["xl/hojas/uno.xml"])
    numbers = [int(row.get("r")) for row in written[0]]
    assert numbers == sorted(set(numbers))
    for row in written[0]:
        places = [coordinate_to_tuple(cell.get("r")) for cell in row]
        assert places == sorted(places)


def test_a_cell_under_a_merge_is_marked_where_the_merge_shows(tmp_path):
    made = Workbook()
    sheet = made.active
    sheet.title = "Torre A"
    for row in (["Referencia", "Nombre", "Correo"], ["1", "Ana", "a@example.com"], ["2", "Ana", None]):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    made.save(tmp_path / "r.xlsx")
    found = comments(marked(tmp_path / "r.xlsx"))
    assert set(found) == {"C2"} and found["C2"].startswith("Torre A!C3: falta el correo")


def test_comments_without_boxes_and_several_sheets_get_boxes_of_their_own(tmp_path):
    made = Workbook()
    made.remove(made.active)
    for title in ("Torre A", "Torre B"):
        sheet = made.create_sheet(title)
        for row in (["Referencia", "Nombre", "Correo"], [title[-1] + "1", "Ana", None]):
            sheet.append(row)
    made["Torre B"]["A2"].comment = Comment("de la casa", "Rosa")
    made.save(tmp_path / "r.xlsx")
    path = marked(tmp_path / "r.xlsx")
    assert set(comments(path)) == {"C2"} and set(comments(path, "Torre B")) == {"A2", "C2"}


def test_in_a_thread_ours_is_an_answer(tmp_path):
    path = tmp_path / "r.xlsx"
    rich_book(path)
    data = parts(path)
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    data["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="C3" dT="2026-01-01T00:00:00.00" personId="{{P}}" '
        'id="{T}"><text>hola</text></threadedComment></ThreadedComments>'
    ).encode()
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    new = f'<Relationship Id="rId99" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    data[rels] = data[rels].replace(b"</Relationships>", new.encode())
    with zipfile.ZipFile(path, "w") as again:
        for name, content in data.items():
            again.writestr(name, content)
    after = parts(marked(path))
    thread = ET.fromstring(after["xl/threadedComments/threadedComment1.xml"])
    assert [one.get("parentId") for one in thread] == [None, "{T}"] and "falta el correo" in thread[1][0].text
    person = ET.fromstring(after["xl/persons/person1.xml"])[0]
    assert thread[1].get("personId") == person.get("id") and b"persons/person1.xml" in after["[Content_Types].xml"]


def test_a_workbook_that_has_changed_since_gets_a_new_one(tmp_path):
    path = tmp_path / "r.xlsx"
    rich_book(path)
    report = cp.check(path, "createClabe")
    path.write_bytes(path.read_bytes() + b" ")
    made = opened(report.export_excel(tmp_path / "nuevo.xlsx", lang="es"))
    assert made.sheetnames == ["Por corregir", "Residentes"]
    sheet = made["Residentes"]
    found = {cell.coordinate for row in sheet for cell in row if cell.comment}
    assert found == TO_MEND and sheet["C4"].fill.fgColor.rgb == "00F4B6B0"


@pytest.mark.parametrize(("source", "asked", "given"), [
    (".xlsx", "a.xlsm", "a.xlsx"), (".xlsm", "a.xlsx", "a.xlsm"), (".xlsx", "a", "a.xlsx"),
    (".xlsx", "v1.2", "v1.2.xlsx"),
])  # fmt: skip
def test_the_copy_is_called_what_it_is(tmp_path, source, asked, given):
    path = tmp_path / f"r{source}"
    rich_book(path, macros=source == ".xlsm")
    assert cp.check(path, "createClabe").export_excel(tmp_path / asked).name == given


def test_a_part_that_cannot_be_edited_costs_the_copy_and_not_the_marks(tmp_path, monkeypatch):
    path = tmp_path / "r.xlsx"
    rich_book(path)
    data = parts(path)
    data["xl/drawings/vmlDrawing1.vml"] = b"no drawing at all"
    with zipfile.ZipFile(path, "w") as again:
        for name, content in data.items():
            again.writestr(name, content)
    report = cp.check(path, "createClabe")
    assert opened(report.export_excel(tmp_path / "x.xlsx", lang="en")).sheetnames == ["To mend", "Residents"]


FOREIGN = sorted((Path(__file__).parents[1] / "foreign" / "samples").rglob("damage.xlsx"))


@pytest.mark.parametrize("path", FOREIGN, ids=lambda one: one.parent.name)
def test_workbooks_of_other_programs_are_marked_in_place(path, tmp_path):
    report = cp.check(path, "createClabe")
    copy = report.export_excel(tmp_path / "copia.xlsx", lang="es")
    before, after = parts(path), parts(copy)
    may_change = ("xl/worksheets/", "xl/styles.xml", "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml")
    assert {name for name in before if before[name] != after[name] and not name.startswith(may_change)} == set()
    assert set(comments(copy)) == set(report.problems["cell"]) and len(comments(copy)) == 9
    again = cp.check(copy, "createClabe")
    pd.testing.assert_frame_equal(again.ready, report.ready)
    pd.testing.assert_frame_equal(again.problems, report.problems)


def test_the_list_in_front_says_what_to_mend_and_leads_there(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    report = cp.check(path, "createClabe")
    copy = report.export_excel(tmp_path / "corregir.xlsx", lang="es")
    book = opened(copy)
    assert book.sheetnames == ["Por corregir", *opened(path).sheetnames] and book.active.title == "Torre A"
    rows = list(book["Por corregir"].iter_rows(min_row=4, values_only=True))
    assert rows[0] == ("Tipo", "Celda", "Campo", "Valor", "Qué hacer")
    cells = list(report.problems["cell"].dropna())
    assert [row[1].partition("!")[2] for row in rows[1:] if "!" in row[1]] == cells
    assert len(rows) - 1 == len(report.problems) > len(cells)
    links = {cell.value: cell.hyperlink.location for cell in book["Por corregir"]["B"] if cell.hyperlink}
    assert links["Torre A!C4"] == "'Torre A'!C4" and len(links) == len(cells)
    assert book["Por corregir"].print_title_rows == "$4:$4"
    sheets = ET.fromstring(parts(copy)["xl/workbook.xml"]).find(f"{{{MAIN.decode()}}}sheets")
    assert len({sheet.get("sheetId") for sheet in sheets}) == len(sheets)


def test_what_belongs_to_one_sheet_still_belongs_to_it(tmp_path):
    path = tmp_path / "residentes.xlsx"
    made = Workbook()
    made.active.title = "Portada"
    sheet = made.create_sheet("Torre A")
    for row in (["Referencia", "Nombre", "Correo"], ["1", "Ana", None]):
        sheet.append(row)
    sheet.auto_filter.ref, sheet.print_title_rows, sheet.print_area = "A1:C2", "1:1", "A1:B2"
    made.active = 1
    made.save(path)
    book = opened(marked(path))
    assert book.active.title == "Torre A"
    assert book["Torre A"].print_title_rows == "$1:$1" and book["Torre A"].print_area == "'Torre A'!$A$1:$B$2"
    assert not book["Portada"].print_area and not book["Por corregir"].print_area


def test_the_list_is_left_out_when_the_copy_is_read_and_replaced_by_the_next(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    report = cp.check(path, "createClabe")
    copy = report.export_excel(tmp_path / "corregir.xlsx", lang="en")
    again = cp.check(copy, "createClabe")
    pd.testing.assert_frame_equal(again.ready, report.ready)
    assert again.notes == report.notes
    book = opened(copy)
    book["Torre A"]["C4"] = "rita@example.com"
    book.save(copy)  # openpyxl moves the sentences to the shared strings, as Excel does
    second = cp.check(copy, "createClabe")
    assert len(second.problems) == len(report.problems) - 1
    third = opened(second.export_excel(tmp_path / "otra.xlsx", lang="es"))
    assert third.sheetnames == opened(copy).sheetnames
    told = [row[1] for row in third["To mend"].iter_rows(min_row=5, values_only=True)]
    assert "Torre A!C4" not in told and len(told) == len(second.problems)


def test_a_sheet_of_the_owner_with_the_lists_name_is_read(tmp_path):
    path = tmp_path / "residentes.xlsx"
    made = Workbook()
    made.active.title = "Por corregir"
    for row in (["Referencia", "Nombre", "Correo"], ["1", "Ana", None], ["2", "Luis", "luis@example.com"]):
        made.active.append(row)
    made.save(path)
    copy = marked(path)
    assert opened(copy).sheetnames == ["Por corregir (2)", "Por corregir"]
    assert len(cp.read_sheet(copy)) == 2


def test_a_workbook_with_nothing_to_mend_gets_no_list(tmp_path):
    path = tmp_path / "residentes.xlsx"
    made = Workbook()
    for row in (["Referencia", "Nombre", "Correo"], ["1", "Ana", "ana@example.com"]):
        made.active.append(row)
    made.save(path)
    assert parts(marked(path)) == parts(path)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_saved_again_by_another_program_the_list_is_still_left_out(tmp_path, kind):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    report = cp.check(path, "createClabe")
    copy = report.export_excel(tmp_path / "corregir.xlsx", lang="es")
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", kind]
    subprocess.run([*program, "--outdir", str(tmp_path / "x"), str(copy)], check=True, capture_output=True, timeout=120)
    again = cp.read_sheet(tmp_path / "x" / f"corregir.{kind}")
    assert set(again["source_sheet"]) == {"Torre A"} and len(again) == len(cp.read_sheet(path))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_the_copy_with_its_comments_pictures_and_charts(tmp_path):
    path = tmp_path / "residentes.xlsx"
    rich_book(path)
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", "fods"]
    subprocess.run(
        [*program, "--outdir", str(tmp_path), str(marked(path))], check=True, capture_output=True, timeout=120
    )
    text = (tmp_path / "corregir.fods").read_text(encoding="utf-8")
    assert text.count("<office:annotation ") == 5 and "falta el correo" in text
    assert "<draw:image" in text and "draw:object" in text and "#f4b6b0" in text
