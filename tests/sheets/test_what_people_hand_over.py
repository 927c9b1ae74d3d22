"""Kinds of sheets that people hand over: words of every sort above the columns, tables that are none, old encodings."""

from __future__ import annotations

import io
import json

import compropago_bulk as cp
import numpy as np
import pandas as pd
import pytest
from compropago_bulk.sheets.headers import recognise
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

HEAD = ["Referencia", "Nombre", "Correo", "Cuota"]


def rows(start=1, count=5):
    return [[f"{n:04d}", f"Persona {n}", f"p{n}@example.com", 1500] for n in range(start, start + count)]


def book(**sheets):
    made = Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        page = made.create_sheet(name)
        for line in lines:
            page.append(line)
    return packed(made)


def packed(made):
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def checked(source, **more):
    return cp.check(source, "createClabe", **more)


def noted(check, code):
    return [note.partition(": ")[2] for note in check.notes if note.startswith(f"{code}: ")]


# words above columns

WORDS = {
    "reference": "referencia; número de referencia; referencia única cliente; código del cliente; N° padrón; nro padrón"
    "; ref.; No. Ref.; núm. ref.; no. de referencia; clave; no. de cuenta; matrícula; contrato; customer.id; Ref. No.",
    "name": "nombre completo; nombre del residente; propietario(a); poseedor; dueño; razón social; customer_name"
    "; customer.name; customerName",
    "email": "correo electrónico; e-mail; dirección de correo electrónico; correo-e; mail de contacto; customer_email"
    "; customer.email; Customer Email",
    "phone": "tel. celular; núm. celular; móvil; whatsapp; customer_phone; customer.phone; No. Cel.",
    "price": "monto cuota mantenimiento ($); cuota administración mensual; mtto.; tarifa; product.price; product_price",
    "product_name": "concepto; servicio; product.name",
    "product_url": "product.url; product_img",
    "account_name": "condominio; fraccionamiento; residencial; accountName",
    "unit": "no. depto; apt #; # casa; número exterior; no. int.; departamento / PH; local",
    "tower": "torre; manzana; agrupación; sección; mz",
}


@pytest.mark.parametrize(
    ("field", "word"), [(field, word.strip()) for field in WORDS for word in WORDS[field].split(";")]
)
def test_a_word_that_administrators_and_the_api_write_is_known(field, word):
    assert recognise([word])[0].field == field


@pytest.mark.parametrize("word", ["Saldo", "No.", "Observaciones", "RFC", "Firma", "customer"])
def test_a_word_that_is_no_identity_is_not_taken_for_one(word):
    assert recognise([word])[0].field in (None, "name" if word == "customer" else None)


@pytest.mark.parametrize("word", ["TelÃ©fono", "NÃºmero de telÃ©fono", "TELÃ‰FONO"])
def test_a_spoilt_header_is_known_and_named(word):
    data = f"Referencia,{word},Correo\n0001,5500000001,a@example.com\n".encode()
    check = checked(data)
    assert check.ready["phone"].tolist() == ["5500000001"]
    assert check.problems[["code", "value", "source_row"]].values.tolist() == [["mojibake", word, 1]]


def test_a_spoilt_header_of_a_workbook_is_named_with_its_cell():
    check = checked(
        book(Hoja=[["Referencia", "Nombre", "Correo", "TelÃ©fono"], ["1", "Ana", "a@example.com", "5500000001"]])
    )
    assert check.problems[["code", "cell"]].values.tolist() == [["mojibake", "D1"]]


# all that is missing at once


def test_all_that_is_missing_or_ambiguous_is_one_error_with_a_mapping_to_paste():
    frame = pd.DataFrame(
        [["1", "2", "a@example.com", "b@example.com"]], columns=["Folio", "Tel", "Correo 1", "Correo 2"]
    )
    with pytest.raises(cp.SheetError) as caught:
        checked(frame)
    words = str(caught.value)
    assert "«Folio» (1 value)" in words and "«Correo 1» (1 value), «Correo 2» (1 value)" in words
    assert words.splitlines()[-1].endswith('columns={"customer_id": "Folio", "email": "Correo 1"}')
    assert checked(frame, columns={"customer_id": "Folio", "email": "Correo 1"}).ok


def test_a_candidate_is_told_with_its_values_and_repeats():
    frame = pd.DataFrame({"No. Depto": ["101", "102", "102", None], "Correo": ["a@example.com"] * 4})
    with pytest.raises(cp.SheetError, match=r"«No\. Depto» \(3 values, 1 repeated\)"):
        checked(frame)


@pytest.mark.parametrize(
    ("head", "field", "pair"),
    [
        (["No. Depto", "Nombre", "Correo"], "customer_id", '["Referencia", "No. Depto"]'),
        (["Llave", "Nombre", "Correo"], "customer_id", '["Referencia", "Llave"]'),
        (["Referencia", "Nombre", "Medio"], "email", '["Correo", "Medio"]'),
    ],
)
def test_a_sheet_that_words_a_needed_field_otherwise_is_named_with_the_mapping(head, field, pair):
    other = [head, *(line[:3] for line in rows(11))]
    source = book(A=[HEAD, *rows()], B=[HEAD, *rows(21)], C=other)
    with pytest.raises(cp.SheetError) as caught:
        checked(source)
    assert f"sheet C no column was found for {field}" in str(caught.value)
    assert f'columns={{"{field}": {pair}}}' in str(caught.value)
    mended = checked(source, columns={field: json.loads(pair)})
    assert len(mended.ready) == 15 and mended.ok


def test_the_cell_of_a_sheet_with_another_word_is_its_own():
    other = [["No. Depto", "Nombre", "Correo"], ["A-1", "Ana", "mal"], [None, "Eva", "e@example.com"]]
    check = checked(book(A=[HEAD, *rows()], C=other), columns={"customer_id": ["Referencia", "No. Depto"]})
    found = check.problems[["source_sheet", "cell", "code"]].values.tolist()
    assert found == [["C", "A3", "missing_customer_id"], ["C", "C2", "bad_email"]] or found == [
        ["C", "C2", "bad_email"], ["C", "A3", "missing_customer_id"],
    ]  # fmt: skip


def test_a_sheet_where_nothing_could_be_the_field_keeps_its_rows_back_one_by_one():
    check = checked(book(A=[HEAD, *rows()], B=[["Referencia", "Nombre"], ["0077", "Ana López"]]))
    assert check.problems["code"].tolist() == ["missing_email"] and len(check.ready) == 5


# tables that are none


@pytest.mark.parametrize(
    "sums",
    [
        [["Torre", "Departamentos", "Cuota"], ["A", 20, 30000], ["B", 25, 37500]],
        [["Torre", "Residentes", "Importe total"], ["A", 20, 30000], ["B", 25, 37500]],
        [["Resumen"], [], ["Edificio", "Deptos", "Monto"], ["1", 4, 6000], ["2", 5, 7500]],
    ],
)
def test_a_table_of_sums_is_left_out_and_named(sums):
    check = cp.check(book(Residentes=[HEAD, *rows()], Resumen=sums), "orders", product_id="M", product_name="x")
    assert len(check.ready) == 5 and check.problems.empty and noted(check, "sheets_skipped") == ["Resumen"]


def test_a_small_sheet_of_residents_is_no_table_of_sums():
    check = checked(book(A=[HEAD, *rows()], B=[HEAD, *rows(11, 1)]))
    assert len(check.ready) == 6 and not noted(check, "sheets_skipped")


@pytest.mark.parametrize(
    "example",
    [
        ["EJEMPLO", "Juan Pérez", "juan@example.com", 1500],
        ["0000", "Ejemplo: Juan Pérez", "juan@example.com", 1500],
        ["0000", "Juan Pérez", "juan@example.com", 1500, "(ejemplo)"],
        ["0000", "Juan Pérez", "juan@example.com", 1500, "Fila de ejemplo"],
    ],
)
def test_a_templates_example_is_left_out_and_named(example):
    check = checked(book(Padrón=[[*HEAD, "Notas"], example, *rows()]))
    assert check.ready["customer_id"].tolist() == [line[0] for line in rows()]
    assert noted(check, "example_rows") == ["Padrón: 2"]


@pytest.mark.parametrize("name", ["Ejemplar Gómez", "Juan Ejemplo", "Exámenes SA"])
def test_a_resident_with_such_a_name_stays(name):
    check = checked(book(Padrón=[HEAD, ["0009", name, "x@example.com", 1500], *rows()]))
    assert len(check.ready) == 6 and not noted(check, "example_rows")


@pytest.mark.parametrize("label", ["Residentes", "Total de residentes", 5])
def test_a_declared_row_of_totals_is_left_out_and_named(label):
    made = Workbook()
    page = made.active
    page.title = "Padrón"
    for line in [HEAD, *rows(), [label, 5, "5 correos", 7500]]:
        page.append(line)
    page.add_table(Table(displayName="Residentes", ref="A1:D7", totalsRowCount=1))
    check = checked(packed(made))
    assert len(check.ready) == 5 and check.problems.empty and noted(check, "left_out") == ["Padrón: 7"]


def test_a_tables_last_row_without_totals_stays():
    made = Workbook()
    for line in [HEAD, *rows()]:
        made.active.append(line)
    made.active.add_table(Table(displayName="Residentes", ref="A1:D6"))
    assert len(checked(packed(made)).ready) == 5


# text files

TEXT = (
    "Referencia,Nombre,Correo,Teléfono\n0001,José Muñoz,j@example.com,5500000001\n"
    "0002,María Peña,m@example.com,5500000002\n0003,ÑANDÚ GÜEMES,n@example.com,5500000003\n"
)
NAMES = ["José Muñoz", "María Peña", "ÑANDÚ GÜEMES"]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("utf-16-le", []), ("cp1252", []),
        ("cp850", ["DOS 850"]), ("mac_roman", ["Mac Roman"]),
    ],
)  # fmt: skip
def test_text_in_is_text_out_in_every_encoding(encoding, note):
    check = checked(TEXT.encode(encoding))
    assert cp.read_sheet(TEXT.encode(encoding))["Nombre"].tolist() == NAMES
    assert check.ready["phone"].notna().all() and check.problems.empty and noted(check, "encoding") == note


@pytest.mark.parametrize("odd", ["cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("line", [1, 2, 3])
def test_one_line_in_another_encoding_spoils_no_other(odd, line):
    data = b"\n".join(text.encode(odd if n == line else "utf-8") for n, text in enumerate(TEXT.split("\n")))
    assert cp.read_sheet(data)["Nombre"].tolist() == NAMES
    assert str(line + 1) in noted(checked(data), "encoding")[0]


def test_our_own_csv_read_wrongly_and_saved_again_is_recognised():
    data = ("\ufeff" + TEXT).encode().decode("cp1252", "replace").encode()
    assert next(iter(cp.read_sheet(data).columns)) == "Referencia"
    assert "mojibake" in set(checked(data).problems["code"])


# frames


@pytest.mark.parametrize("kind", [np.float32, np.float64, float])
def test_a_sum_of_any_precision_is_the_one_that_was_written(kind):
    frame = pd.DataFrame(rows(), columns=HEAD).assign(Cuota=kind(1500.10))
    check = cp.check(frame, "orders", product_id="M", product_name="x")
    assert [str(price) for price in check.ready["price"]] == ["1500.1"] * 5 and check.ok


@pytest.mark.parametrize("above", ["Datos", "Unnamed: 0_level_0", ""])
def test_headers_in_several_rows_are_read_by_their_last_word(above):
    frame = pd.DataFrame(rows(), columns=pd.MultiIndex.from_product([[above], HEAD]))
    assert len(checked(frame).ready) == 5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda frame: frame["Referencia"], "whole DataFrame"),
        (lambda frame: frame.iloc[0], "whole DataFrame"),
        (lambda frame: frame.set_index("Referencia"), "reset_index"),
        (lambda frame: pd.concat([frame, frame[["Correo"]]], axis=1), "'Correo 2'"),
        (lambda frame: 17, "int is no sheet"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(make, words):
    with pytest.raises(cp.SheetError, match=words):
        checked(make(pd.DataFrame(rows(), columns=HEAD)))


def spoilt():
    lines = rows()
    lines[2][2] = "mal"
    return cp.read_sheet(book(Padrón=[HEAD, *lines]))


def found(frame):
    return (
        checked(frame)
        .problems[["source_row", "cell", "code"]]
        .astype(object)
        .where(lambda t: t.notna(), None)
        .values.tolist()
    )


def test_a_frame_put_together_anew_names_the_right_row_and_its_cell():
    frame = spoilt()
    turned = pd.concat([frame.iloc[3:], frame.iloc[:3]], ignore_index=True)
    assert found(turned) == [[4, "C4", "bad_email"]]


def test_a_row_that_was_copied_and_changed_has_no_cell():
    frame = spoilt()
    both = pd.concat([frame, frame.iloc[4:5].assign(Correo="otro mal")], ignore_index=True)
    assert found(both) == [[4, "C4", "bad_email"], [6, None, "bad_email"]]


def test_a_merged_frame_that_lost_its_file_still_names_the_row():
    frame = spoilt()
    merged = frame.merge(pd.DataFrame({"Referencia": ["0003"], "Nota": ["x"]}), on="Referencia", how="left")
    merged.attrs.clear()
    merged = merged.sort_values("Referencia", ascending=False).reset_index(drop=True)
    assert found(merged) == [[4, None, "bad_email"]]


def test_a_column_that_the_analyst_added_stands_beside_all_sheets():
    frame = cp.read_sheet(book(A=[HEAD, *rows()], B=[HEAD, *rows(11)]))
    with pytest.raises(cp.SheetError, match="email"):
        checked(frame.assign(Email="otra@example.com"))
    joined = checked(frame.assign(Sufijo="X"), columns={"customer_id": ["Referencia", "Sufijo"]})
    assert joined.ready["customer_id"].tolist() == [f"{line[0]}-X" for line in (*rows(), *rows(11))]


def test_a_frame_whose_columns_the_analyst_renamed_or_dropped_is_taken():
    frame = cp.read_sheet(book(A=[[*HEAD, "Llave"], *([*line, "k"] for line in rows())], B=[HEAD, *rows(11)]))
    renamed = frame.rename(columns={"Referencia": "customer_id"})
    assert len(checked(renamed).ready) == 10 and len(checked(renamed.drop(columns=["Llave"])).ready) == 10


def test_a_field_can_be_said_to_be_in_no_column():
    data = b"Referencia,Correo,Tel\n0001,a@example.com,5500000001\n"
    assert "phone" not in cp.check(io.BytesIO(data), "createClabe", columns={"phone": []}).ready
    told = cp.fields(io.BytesIO(data), columns={"phone": []})
    assert told.set_index("header")["field"].isna().to_dict() == {"Referencia": False, "Correo": False, "Tel": True}
    with pytest.raises(cp.SheetError, match="email"):
        cp.check(io.BytesIO(data), "createClabe", columns={"email": []})
