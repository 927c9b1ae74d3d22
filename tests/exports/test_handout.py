"""What is handed out: a list by flat, slips to cut out, and words that a person reads."""

from __future__ import annotations

import io
import time

import compropago_bulk as cp
import openpyxl
import pandas as pd
import pytest
from compropago_bulk.exports.handout import flats_of

HOW = {"progress": False}


@pytest.fixture
def result():
    with cp.sandbox(rate=2_000) as place:
        sheet = pd.DataFrame(
            {
                "Torre": ["A"] * 5,
                "Depto": [f"{101 + n}" for n in range(5)],
                "Referencia": [f"{n:06d}" for n in range(5)],
                "Nombre": [f"Vecina {n}" for n in range(5)],
                "Correo": [f"v{n}@example.com" for n in range(4)] + ["mal"],
            }
        )
        yield cp.create_clabes(sheet, connection=place.connection, **HOW)


def words(page):
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value not in (None, "")]


def test_a_workbook_of_clabes_opens_on_a_list_and_slips(result, tmp_path):
    path = cp.export_excel(result, tmp_path / "clabes", lang="es")
    book = openpyxl.load_workbook(path)
    assert path.name == "clabes.xlsx" and book.active.title == "Para entregar"
    assert book.sheetnames == ["Para entregar", "Recortables", "Residentes", "Por revisar", "Resumen"]
    page, slips = book["Para entregar"], book["Recortables"]
    clabe = result["clabe"].iloc[0]
    four = " ".join(clabe[start : start + 4] for start in range(0, 18, 4))
    assert [cell.value for cell in page[5]][:5] == ["Torre", "Unidad", "Nombre", "CLABE", "Banco"]
    assert [cell.value for cell in page[6]][:5] == ["A", "101", "Vecina 0", four, "STP"]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("portrait", 1)
    assert any("1 renglones" in text for text in words(page)) and any("Modo de prueba" in text for text in words(page))
    told = words(slips)
    assert told.count("Concepto") == 4 and four in told and told.count("A 101") == 2
    assert "f" not in {cell.data_type for sheet in (page, slips) for row in sheet.iter_rows() for cell in row}


def test_the_full_table_is_read_back_from_behind_the_list(result, tmp_path):
    for lang in ("es", "en"):
        back = cp.read_sheet(cp.export_excel(result, tmp_path / f"{lang}.xlsx", lang=lang))
        for name in ("outcome", "status", "clabe", "error_code"):
            assert (
                back[name].astype(object).where(back[name].notna(), None).tolist()
                == result[name].astype(object).where(result[name].notna(), None).tolist()
            )
        assert back["Referencia"].tolist() == result["Referencia"].tolist()


def test_a_copy_that_another_program_saved_is_read_the_same(result, tmp_path):
    path = cp.export_excel(result, tmp_path / "a.xlsx", lang="es")
    book = openpyxl.load_workbook(path)
    book.properties.keywords = None
    book.save(path)
    back = cp.read_sheet(path)
    assert len(back) == 5 and back["clabe"].tolist()[:4] == result["clabe"].tolist()[:4]


def test_no_english_word_stands_on_the_spanish_pages(result, tmp_path):
    book = openpyxl.load_workbook(cp.export_excel(result, tmp_path / "a.xlsx", lang="es"))
    english = {"created", "invalid", "ACTIVE", "PENDING", "Outcome", "Bank", "Name", "Unit", "Summary", "To look at"}
    assert not english & {text for page in book for text in words(page)}


def test_orders_open_on_their_table_with_words_for_their_status(tmp_path):
    with cp.sandbox(rate=2_000) as place:
        sheet = pd.DataFrame({"Referencia": ["1"], "Nombre": ["Ana"], "Correo": ["a@example.com"], "Cuota": [10.0]})
        made = cp.create_orders(sheet, product_id="M", product_name="M", connection=place.connection, **HOW)
        path = cp.export_excel(made, tmp_path / "o.xlsx", lang="es")
        book = openpyxl.load_workbook(path)
        assert book.sheetnames[0] == "Residentes" and "pendiente" in words(book["Residentes"])
        assert cp.read_sheet(path)["status"].tolist() == ["PENDING"]


def test_names_in_parts_and_flats_without_a_unit(result):
    table = result.drop(columns=["Depto", "Torre", "Nombre"]).assign(Nombres="Ana", Apellidos="López")
    table.attrs.update(result.attrs)
    [first, *_] = flats_of(table)
    assert (first.name, first.unit, first.concept) == ("Ana López", "000000", "000000")


@pytest.mark.parametrize("name", ["x.xls", "x.csv", "x.ods", "x.XLSB"])
def test_another_suffix_is_refused_before_anything_is_sent(result, tmp_path, name):
    with pytest.raises(cp.ConfigurationError, match=r"\.xlsx"):
        cp.export_excel(result, tmp_path / name)
    with cp.sandbox(rate=2_000) as place:
        with pytest.raises(cp.ConfigurationError, match=r"\.xlsx"):
            cp.create_clabes(
                result[["Referencia", "Nombre", "Correo"]], output=tmp_path / name, connection=place.connection
            )
        assert not place.server.ledger.clabes if hasattr(place.server.ledger, "clabes") else not place.server.log
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "made"), [("a", "a.xlsx"), ("Alamedas 2.º piso", "Alamedas 2.º piso.xlsx"), ("B.XLSX", "B.XLSX")]
)
def test_a_name_without_a_suffix_gets_one(result, tmp_path, given, made):
    assert cp.export_excel(result, tmp_path / given).name == made
    assert cp.export_csv(result, tmp_path / "c").name == "c.csv"


def test_what_is_no_path_says_what_to_give(result):
    with pytest.raises(TypeError, match="BytesIO is no path"):
        cp.export_excel(result, io.BytesIO())


def test_texts_that_excel_cuts_are_named(result, tmp_path, caplog):
    cp.export_excel(result.assign(Nota=["x" * 40_000, *["y"] * 4]), tmp_path / "l.xlsx")
    assert "Nota: 1" in caplog.text and "32,767" in caplog.text


def test_flats_are_gathered_in_time_with_their_number(result):
    table = pd.concat([result] * 1_000, ignore_index=True)
    begun = time.process_time()
    assert len(flats_of(table)) == 4_000 and time.process_time() - begun < 2
    assert [flat.unit for flat in flats_of(table.drop(columns="bank"))[:2]] == ["101", "102"]
