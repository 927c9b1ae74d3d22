"""Twenty workbooks as administrators hand them over, people invented, each with what must come of it, written by hand.

They follow what is published: templates and exports of condominium programs, answers to forms, lists of a board.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import compropago_bulk as cp
import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

Rows = list[list[Any]]


@dataclass
class Expected:
    """What must come of a workbook."""

    ids: list[str]
    emails: list[str] | None = None
    phones: list[str | None] | None = None
    prices: list[float] | None = None
    kept_back: dict[str, str] = field(default_factory=dict)
    """Cell to code."""
    warned: dict[str, str] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)
    operation: str = "createClabe"
    columns: dict[str, Any] | None = None


CASES: dict[str, tuple[Callable[[], bytes], Expected]] = {}


def case(expected: Expected) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(build: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES[build.__name__] = (build, expected)
        return build

    return keep


def saved(book: Any) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def book_of(**sheets: Rows) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return book


def mail(name: str) -> str:
    return f"{name}@example.com"


@case(Expected(["000101", "000102", "000201"], phones=["5500000101", "5500000102", None], notes={"left_out"}))
def board_list_with_title_sections_and_total() -> bytes:
    book = book_of(Padron=[
        ["CONDOMINIO LOS FRESNOS, A.C."], ["Padrón de condóminos · enero 2026"], [],
        ["Ref.", "Depto.", "Condómino", "Correo electrónico", "Tel. celular", "Cuota"],
        ["TORRE A"], [101, "A-101", "Ana Ruiz", mail("a101"), "55 0000 0101", 1500],
        [102, "A-102", "Luis Peña", mail("a102"), "(55) 0000-0102", 1500],
        ["TORRE B"], [201, "B-201", "Rosa Lara", mail("b201"), None, 1500],
        ["TOTAL", None, None, None, None, 4500], [], [None, None, "Elaboró: la administración"],
    ])  # fmt: skip
    for row in book["Padron"].iter_rows(min_row=5, max_col=1):
        row[0].number_format = "000000"
    return saved(book)


@case(
    Expected(
        ["A-1", "A-2"],
        emails=[mail("ana"), mail("luis")],
        columns={"reference": "Unidad / Ref", "email": "Correo propietario"},
    )
)
def owner_and_tenant_side_by_side() -> bytes:
    return saved(book_of(Hoja1=[
        ["Unidad / Ref", "Propietario", "Correo propietario", "Inquilino", "Correo inquilino"],
        ["A-1", "Ana Ruiz", mail("ana"), "Iván Soto", mail("ivan")],
        ["A-2", "Luis Peña", mail("luis"), None, None],
    ]))  # fmt: skip


@case(Expected(["101", "102"], emails=[mail("ana"), mail("luis")]))
def answers_to_a_form() -> bytes:
    book = book_of(Respuestas=[
        ["Marca temporal", "Dirección de correo electrónico", "Nombre completo", "Número de condómino", "¿Mascota?"],
        [datetime(2026, 1, 5, 18, 30), mail("ana"), "Ana Ruiz ", 101, "Sí, un perro"],
        [datetime(2026, 1, 6, 9, 2), " " + mail("luis"), "LUIS PEÑA", 102, "No"],
    ])  # fmt: skip
    return saved(book)


@case(Expected(["101"], kept_back={"Respuestas!B3": "duplicate_key", "Respuestas!B4": "duplicate_key"}))
def a_form_answered_twice() -> bytes:
    return saved(book_of(Respuestas=[
        ["Correo", "Referencia", "Nombre"], [mail("ana"), "101", "Ana Ruiz"],
        [mail("luis"), "102", "Luis Peña"], [mail("luis.otro"), "102", "Luis Peña"],
    ]))  # fmt: skip


@case(Expected(["0001", "0002"], prices=[1234.5, 980.0], operation="orders"))
def money_as_people_type_it() -> bytes:
    return saved(book_of(Cuotas=[
        ["Referencia", "Nombre", "Correo", "Importe a cobrar", "Concepto"],
        ["0001", "Ana Ruiz", mail("ana"), "$1,234.50 M.N.", "Mantenimiento"],
        ["0002", "Luis Peña", mail("luis"), "$ 980", "Mantenimiento"],
    ]))  # fmt: skip


@case(
    Expected(
        ["1", "3"],
        kept_back={"Hoja!C3": "missing_email"},
        warned={"Hoja!4": "hidden_row"},
        notes={"hidden_rows", "hidden_columns"},
    )
)
def hidden_rows_and_an_old_address() -> bytes:
    book = book_of(Hoja=[
        ["Clave cliente", "Nombre", "Correo", "Correo viejo"], ["1", "Ana", mail("ana"), "x@example.com"],
        ["2", "Luis", None, "y@example.com"], ["3", "Rosa", mail("rosa"), None],
    ])  # fmt: skip
    sheet = book["Hoja"]
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True
    return saved(book)


@case(Expected(["A-101", "A-102", "B-101"], notes={"sheets_skipped"}))
def a_sheet_a_tower_and_a_summary() -> bytes:
    head = ["Referencia", "Nombre", "E-mail"]
    return saved(book_of(
        Resumen=[["Torre", "Departamentos", "Cuota total"], ["A", 2, 3000], ["B", 1, 1500]],
        Torre_A=[head, ["A-101", "Ana", mail("a")], ["A-102", "Luis", mail("b")]],
        Torre_B=[head, ["B-101", "Rosa", mail("c")]],
    ))  # fmt: skip


@case(Expected(["12", "13"], notes={"left_out"}))
def headers_in_two_rows() -> bytes:
    book = book_of(Hoja=[
        ["Datos del inmueble", None, "Contacto del propietario", None], ["No. Referencia", "Lote", "Nombre", "Correo"],
        ["12", "L-12", "Ana", mail("a")], ["13", "L-13", "Luis", mail("b")], [None, None, "SUMA", None],
    ])  # fmt: skip
    book["Hoja"].merge_cells("A1:B1")
    book["Hoja"].merge_cells("C1:D1")
    return saved(book)


@case(Expected(["0101", "0102", "203", "0104"], warned={"Hoja!A4": "lost_zero"}))
def a_zero_lost_in_one_cell() -> bytes:
    return saved(book_of(Hoja=[
        ["Referencia", "Correo"], ["0101", mail("a")], ["0102", mail("b")], [203, mail("c")], ["0104", mail("d")],
    ]))  # fmt: skip


@case(Expected(["1", "2"], phones=["5500000034", None], warned={"Hoja!C3": "bad_phone"}))
def phones_with_words() -> bytes:
    return saved(book_of(Hoja=[
        ["Ref", "Correo", "WhatsApp"], ["1", mail("a"), "Cel: 55 0000 0034 (WhatsApp)"], ["2", mail("b"), "5500 000"],
    ]))  # fmt: skip


@case(
    Expected(
        ["1", "2"], emails=[mail("a"), "b@gmial.com"], warned={"Hoja!B2": "extra_emails", "Hoja!B3": "likely_typo"}
    )
)
def addresses_as_people_write_them() -> bytes:
    return saved(book_of(Hoja=[
        ["Ref", "Correo", "Notas"], ["1", f"{mail('a')}; {mail('a2')}", None], ["2", "b@gmial.com", "llamar antes"],
    ]))  # fmt: skip


@case(Expected(["2"], kept_back={"Hoja!A2": "error_cell", "Hoja!A4": "precision_lost"}))
def damaged_references() -> bytes:
    return saved(book_of(Hoja=[
        ["Referencia bancaria", "Correo"], ["#REF!", mail("a")], ["2", mail("b")], [646180146400020992, mail("c")],
    ]))  # fmt: skip


@case(Expected(["R-1", "R-2"], notes={"example_rows"}))
def a_programs_template_with_its_example() -> bytes:
    return saved(book_of(Plantilla=[
        ["Instrucciones: no cambie los encabezados. Borre la fila de ejemplo."], [],
        ["id*", "nombre*", "apellidos*", "email*", "teléfono"],
        ["EJEMPLO", "Juan", "Pérez López", mail("juan"), "5512345678"],
        ["R-1", "Ana", "Ruiz Lara", mail("a"), None], ["R-2", "Luis", "Peña Soto", mail("b"), None],
    ]))  # fmt: skip


@case(Expected(["101", "102"], prices=[1500.0, 1500.0], operation="orders", notes={"left_out"}))
def an_excel_table_with_its_own_totals() -> bytes:
    book = book_of(Padron=[
        ["Referencia", "Nombre", "Correo", "Cuota"], ["101", "Ana", mail("a"), 1500], ["102", "Luis", mail("b"), 1500],
        ["Total general", None, None, 3000],
    ])  # fmt: skip
    table = Table(displayName="Residentes", ref="A1:D4")
    table.totalsRowCount = 1
    for place, name in enumerate(["Referencia", "Nombre", "Correo", "Cuota"], start=1):
        book["Padron"].cell(1, place).value = name
    book["Padron"].add_table(table)
    return saved(book)


@case(Expected(["101", "102"], emails=[mail("a"), mail("b")]))
def semicolons_and_windows_letters() -> bytes:
    return (
        f"Referencia;Dueño;Correo;Cuota\n101;Ana Muñoz;{mail('a')};1500,50\n102;José Peña;{mail('b')};1500,00\n".encode(
            "cp1252"
        )
    )


@case(Expected(["101", "102"]))
def text_with_tabs_in_utf_16() -> bytes:
    return f"Referencia\tNombre\tCorreo\r\n101\tAna Muñoz\t{mail('a')}\r\n102\tÍñigo\t{mail('b')}\r\n".encode("utf-16")


@case(Expected(["101", "103"], kept_back={"Hoja!B3": "missing_email"}))
def words_that_mean_nothing() -> bytes:
    return saved(book_of(Hoja=[
        ["Ref", "Correo", "Nombre"], ["101", mail("a"), "Ana"], ["102", "no tiene", "Luis"], ["103", mail("c"), "N/A"],
    ]))  # fmt: skip


@case(Expected(["7-12", "8-3"], columns={"reference": ["Mz", "Lote"]}))
def block_and_lot_without_a_reference() -> bytes:
    return saved(
        book_of(Colonos=[["Mz", "Lote", "Colono", "Mail"], ["7", 12, "Ana", mail("a")], ["8", 3, "Luis", mail("b")]])
    )


@case(Expected(["1", "2"], notes={"bloated_range"}))
def coloured_far_below_and_commented() -> bytes:
    book = book_of(Hoja=[["Ref", "Nombre", "Correo"], ["1", "Ana", mail("a")], ["2", "Luis", mail("b")]])
    sheet = book["Hoja"]
    sheet["A1"].font, sheet["A1"].fill = Font(bold=True), PatternFill("solid", fgColor="FFFF00")
    sheet["C2"].comment = Comment("cambió de correo en enero", "Rosa")
    sheet["A60000"].fill = PatternFill("solid", fgColor="FFFFFF")
    return saved(book)


@case(Expected(["1", "2", "3"], prices=[1500.0, 1500.0, 1600.0], operation="orders", notes={"left_out"}))
def fees_by_formula_with_signatures_below() -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("Enero 2026")
    sheet.write_row(0, 0, ["Referencia", "Nombre", "Correo", "Base", "Agua", "Cuota mensual"])
    for row, (base, water) in enumerate([(1400, 100), (1400, 100), (1400, 200)], start=1):
        sheet.write_row(row, 0, [str(row), f"Residente {row}", mail(f"r{row}"), base, water])
        sheet.write_formula(row, 5, f"=D{row + 1}+E{row + 1}", None, base + water)
    sheet.write_row(7, 1, ["________________"])
    sheet.write_row(8, 1, ["Lic. Rosa Lara"])
    sheet.write_row(9, 1, ["Administradora"])
    book.close()
    return made.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_what_comes_of_it(name):
    build, expected = CASES[name]
    values = {"product_id": "MTTO", "product_name": "Mantenimiento"} if expected.operation == "orders" else {}
    found = cp.check(io.BytesIO(build()), expected.operation, columns=expected.columns, **values)
    assert found.ready["customer_id"].tolist() == expected.ids
    wanted = {"email": expected.emails, "phone": expected.phones, "price": expected.prices}
    for name_, values_ in wanted.items():
        if values_ is not None:
            column = found.ready[name_].astype(object)
            assert list(column.where(column.notna(), None)) == values_
    for severity, cells in (("error", expected.kept_back), ("warning", expected.warned)):
        assert told(found.problems, severity) == cells, severity
    assert {note.split(":")[0] for note in found.notes} - {"column_passed_by", "keyword_used"} == expected.notes


def told(problems: Any, severity: str) -> dict[str, str]:
    lines = problems[problems["severity"] == severity].astype(object)
    places = lines["cell"].where(lines["cell"].notna(), lines["source_row"])
    return {
        f"{sheet}!{place}": code
        for sheet, place, code in zip(lines["source_sheet"], places, lines["code"], strict=True)
    }


def test_there_are_twenty():
    assert len(CASES) == 20
