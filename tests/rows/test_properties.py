"""What must hold of any file and any table: text in is text out, no row is lost, no error is anybody else's."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import unicodedata
import zipfile

import compropago_bulk as cp
import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(max_examples=25, deadline=None)
HEAD = ["Referencia", "Nombre", "Correo", "Cuota"]

LETTERS = "aeionñáéíóúüÁÉÑZzQ -'.\u00a0\u200b\u0301\u0303&<>\"/_x0041_0123456789"
NAMES = st.text(st.sampled_from(LETTERS), min_size=1, max_size=24).filter(lambda one: any(map(str.isalpha, one)))
DECOMPOSED = NAMES.map(lambda one: unicodedata.normalize("NFD", one))
IDENTIFIERS = st.from_regex(r"0{0,4}[0-9A-Z]{1,6}(-[0-9]{1,4})?", fullmatch=True).filter(
    lambda one: any(map(str.isdigit, one))
)
PEOPLE = st.lists(st.tuples(IDENTIFIERS, st.one_of(NAMES, DECOMPOSED)), min_size=1, max_size=8)
WITHOUT_CONTROLS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30)


def rows_of(people):
    return [[reference, name, f"r{row}@example.com", "1500"] for row, (reference, name) in enumerate(people)]


def xlsx_bytes(rows, head=HEAD) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("Torre A")
    for number, row in enumerate([head, *rows]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    return stream.getvalue()


def fods_row(texts) -> str:
    cells = []
    for text in texts:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("  ", ' <text:s text:c="1"/>')
        cells.append(f'<table:table-cell office:value-type="string"><text:p>{escaped}</text:p></table:table-cell>')
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_bytes(rows, head=HEAD) -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{one}="{space}{one}:1.0"' for one in ("office", "table", "text", "style"))
    body = "".join(fods_row(row) for row in [head, *rows])
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="Torre A">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content.encode())
    return stream.getvalue()


def delimited(rows, delimiter, head=HEAD) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([head, *rows])
    return stream.getvalue().encode("utf-8-sig")


WRITERS = {
    "xlsx": xlsx_bytes,
    "ods": ods_bytes,
    "csv": lambda rows: delimited(rows, ","),
    "semicolons": lambda rows: delimited(rows, ";"),
    "tsv": lambda rows: delimited(rows, "\t"),
}


def read(kind, data):
    stream = io.BytesIO(data)
    stream.name = f"hoja.{'csv' if kind == 'semicolons' else kind}"
    return cp.read_sheet(stream)


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "ods"])
@MODEST
@given(people=PEOPLE)
def test_text_in_is_text_out_of_every_kind_of_file(kind, people):
    frame = read(kind, WRITERS[kind](rows_of(people)))
    assert frame["Referencia"].tolist() == [reference for reference, _ in people]
    guarded = "'-" if kind != "xlsx" else "\x00"  # in CSV an apostrophe before a dash is what keeps it a text
    assert frame["Nombre"].tolist() == [name[name.startswith(guarded) :] for _, name in people]


@settings(max_examples=4, deadline=None)
@given(people=PEOPLE)
def test_text_in_is_text_out_of_ods(people):
    frame = read("ods", ods_bytes(rows_of(people)))
    assert frame["Referencia"].tolist() == [reference for reference, _ in people]
    assert [name.split() for name in frame["Nombre"]] == [name.split() for _, name in people]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["ods", "xls", "xlsx"])
def test_text_in_is_text_out_of_what_libreoffice_saves(kind, tmp_path):
    people = [(f"{number:06d}", PEOPLE_OF_ALL_KINDS[number % 6]) for number in range(300)]
    (tmp_path / "r.xlsx").write_bytes(xlsx_bytes(rows_of(people)))
    program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", kind]
    out = ["--outdir", str(tmp_path / "saved"), str(tmp_path / "r.xlsx")]
    subprocess.run([*program, *out], check=True, capture_output=True, timeout=120)
    frame = cp.read_sheet(tmp_path / "saved" / f"r.{kind}")
    assert frame[["Referencia", "Nombre"]].to_numpy().tolist() == [list(one) for one in people]


PEOPLE_OF_ALL_KINDS = ["Ana Nuñez", "Jose\u0301 Pen\u0303a", "Luis\u00a0Cano", "NA", "=1+1", "O'Hara & <Hijos>"]


@MODEST
@given(names=st.lists(WITHOUT_CONTROLS.filter(lambda one: one.strip()), min_size=1, max_size=6))
def test_any_name_survives_a_workbook(names):
    people = [(f"{row}-1", name) for row, name in enumerate(names)]
    assert read("xlsx", xlsx_bytes(rows_of(people)))["Nombre"].tolist() == names


WORDS = st.sampled_from(
    ["", "", "TOTAL", "Subtotal", "101", "000124", "Ana", "Totalina Ruiz", "a@example.com", "TORRE A", "Referencia",
     "Nombre", "Correo", "Cuota", "1500", "____", "Elaboró", "sin correo", "#REF!", "-", " "]
)  # fmt: skip


@MODEST
@given(rows=st.lists(st.lists(WORDS, min_size=4, max_size=4), max_size=14))
def test_each_row_of_a_table_is_a_row_or_is_named_as_left_out(rows):
    rows = [["1", "Uno", "u@example.com", "1"], *rows]
    report = cp.check(io.BytesIO(xlsx_bytes(rows)), "createClabe")
    frame = cp.read_sheet(io.BytesIO(xlsx_bytes(rows)))
    left_out = [note.partition(": Torre A: ")[2] for note in report.notes if note.startswith("left_out")]
    named = {int(number) for note in left_out for number in note.split(", ")}
    filled = {number for number, row in enumerate(rows, start=2) if any(text.strip() for text in row)}
    assert set(frame["source_row"]) | named == filled and not set(frame["source_row"]) & named


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=600), name=st.sampled_from([None, "a.xlsx", "a.xls", "a.csv", "a.tsv", "a.ods", "a"]))
def test_no_bytes_raise_anything_but_our_own_error(data, name):
    ours_or_fine(data, name, child=False)


MUTATED = xlsx_bytes([["000124", "Ana", "a@example.com", "1"], ["2", "Luis", "l@example.com", "2"]])


@MODEST
@given(cuts=st.lists(st.tuples(st.integers(0, len(MUTATED) - 1), st.binary(max_size=6)), min_size=1, max_size=4))
def test_no_damaged_workbook_raises_anything_but_our_own_error(cuts):
    data = bytearray(MUTATED)
    for place, new in cuts:
        data[place : place + len(new)] = new
    ours_or_fine(bytes(data), "a.xlsx")


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = parts_of(MUTATED)


@MODEST
@given(
    part=st.sampled_from(sorted(PARTS)),
    place=st.floats(0, 1),
    new=st.sampled_from(
        [b"", b"<", b"\x00", b'"', b"<!DOCTYPE x>", b"-1", b"99999999999", b"XFD1048577", b"&amp;", b"\xff"]
    ),
    length=st.integers(0, 12),
)
def test_no_damaged_part_raises_anything_but_our_own_error(part, place, new, length):
    data = dict(PARTS)
    at = int(place * len(data[part]))
    data[part] = data[part][:at] + new + data[part][at + length :]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in data.items():
            made.writestr(name, content)
    ours_or_fine(stream.getvalue(), "a.xlsx", export=True)


@pytest.mark.parametrize("encoding", [b"UT-1F-8", b"gbk", b"utf-7", b"UTF-16"])
@pytest.mark.parametrize("part", sorted(name for name in PARTS if name.endswith((".xml", ".rels"))))
def test_a_part_that_declares_an_encoding_that_nobody_knows_raises_nothing_but_our_own_error(part, encoding):
    stream = io.BytesIO()
    declared = b'<?xml version="1.0" encoding="%s"?>' % encoding
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in PARTS.items():
            made.writestr(name, declared + content.split(b"?>", 1)[-1] if name == part else content)
    ours_or_fine(stream.getvalue(), "a.xlsx", export=True)


def ours_or_fine(data: bytes, name: str | None, *, child: bool = True, export: bool = False) -> None:
    stream = io.BytesIO(data)
    if name is not None:
        stream.name = name
    if not child and (name or "").endswith((".xls", ".ods")) and data.startswith((b"\xd0\xcf", b"\x09")):
        return
    try:
        report = cp.check(stream, "createClabe")
        if export:
            report.export_excel("marcado.xlsx")
        cp.fields(io.BytesIO(data))
        report._repr_html_()
    except cp.CompropagoError as problem:
        assert str(problem)


VALUES = st.one_of(
    st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.binary(max_size=4), st.decimals(),
    st.datetimes(), st.dates(), st.times(), st.timedeltas(), st.complex_numbers(),
    st.sampled_from([pd.NA, pd.NaT, np.nan, np.int64(7), np.float32(1.5), np.datetime64("NaT")]),
    st.sampled_from([object(), [], {}, (1,)]),
    st.sampled_from(["101", "a@example.com", "5500001234", "6.4E+17", "#REF!", "N/A", "=1", "1,500.00"]),
    st.sampled_from(["=HYPERLINK(1)", "+52 55", "-5", "-cmd", "@SUM(A1)", "\tx", "\rx", "'=1", "\x00=1", "_x003D_1"]),
)  # fmt: skip
LABELS = st.one_of(
    st.sampled_from([*HEAD, "Correo", "Teléfono", "clabe", "outcome", "status", "source_sheet", "source_row"]),
    st.sampled_from(["", 0, 1.5, "=1+1", "+A", "@B", "\tC"]),
    st.text(max_size=6), st.none(), st.tuples(st.text(max_size=3), st.sampled_from(HEAD)), st.dates(),
)  # fmt: skip


@st.composite
def frames(draw):
    labels = draw(st.lists(LABELS, max_size=6))
    size = draw(st.integers(0, 4))
    columns = {place: pd.Series([draw(VALUES) for _ in range(size)], dtype=object) for place in range(len(labels))}
    made = pd.DataFrame(columns, index=range(size)).iloc[draw(st.permutations(range(size)))]
    if draw(st.booleans()):
        made = made.infer_objects()
    if labels:
        made.columns = pd.Index(labels, tupleize_cols=draw(st.booleans()) and all(isinstance(x, tuple) for x in labels))
    return made


@settings(max_examples=120, deadline=None)
@given(frame=frames(), operation=st.sampled_from(["createAccount", "createClabe", "orders", "verify"]))
def test_no_frame_raises_anything_but_our_own_error(frame, operation):
    before = frame.copy(deep=True)
    try:
        cp.fields(frame)
        report = (
            cp.check(frame, operation, account_name="Alamedas")
            if operation == "createAccount"
            else cp.check(frame, operation)
        )
        report._repr_html_()
        report.export_excel("informe.xlsx")
        assert len(report.ready) <= len(frame)
    except cp.CompropagoError as problem:
        assert str(problem)
    except ValueError as problem:  # a column of theirs that is called as one of ours
        assert "Give prefix='cp_'" in str(problem)
    assert list(frame.columns) == list(before.columns) or frame.columns.equals(before.columns)


REST = {"Nombre": ["A"], "Correo": ["a@example.com"]}
ODD = {
    "nothing": pd.DataFrame(),
    "headers only": pd.DataFrame(columns=HEAD),
    "two of a name": pd.DataFrame([["1", "A", "a@example.com", "b@example.com"]], columns=[*HEAD[:3], "Correo"]),
    "two levels": pd.DataFrame([["1", "A", "a@example.com"]], columns=pd.MultiIndex.from_product([["x"], HEAD[:3]])),
    "categories": pd.DataFrame({"Referencia": pd.Categorical(["1"]), **REST}),
    "nullable numbers": pd.DataFrame({"Referencia": pd.array([1.0], dtype="Float64"), **REST}),
    "sparse": pd.DataFrame({"Referencia": pd.arrays.SparseArray([1]), **REST}),
    "periods": pd.DataFrame({"Referencia": pd.period_range("2026-01", periods=1, freq="M"), **REST}),
    "intervals": pd.DataFrame({"Referencia": pd.interval_range(0, 1), **REST}),
    "two levels of rows": pd.DataFrame({"Referencia": ["1"], **REST}, index=pd.MultiIndex.from_tuples([(1, "a")])),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_frames_are_checked_or_refused_in_our_own_words(name):
    frame = ODD[name]
    try:
        report = cp.check(frame, "createClabe")
        assert len(report.ready) + len(set(report.problems["source_row"])) >= len(frame)
        report.export_excel("odd.xlsx")
    except cp.CompropagoError as problem:
        assert str(problem)


@MODEST
@given(
    texts=st.lists(st.text(st.sampled_from("'=+-@\t\r\n a1,;\""), min_size=1, max_size=6).filter(str.strip), min_size=1)
)
def test_what_export_csv_guards_read_sheet_takes_off(texts):
    frame = pd.DataFrame(
        {"Referencia": [f"{row:03d}" for row in range(len(texts))], "Correo": "a@example.com", "Nota": texts}
    )
    assert cp.read_sheet(cp.export_csv(frame, "notas.csv"))["Nota"].tolist() == texts


OWN = st.sampled_from(["Estado", "Status", "Banco de la CLABE", "Resultado", "Hoja de origen", "Nota"])


@FEW
@given(own=st.lists(OWN, unique_by=str.casefold, max_size=4), lang=st.sampled_from(["es", "en"]))
def test_our_columns_come_back_under_their_names_whatever_the_owner_calls_his(own, lang):
    ours = ["outcome", "error_code", "clabe", "bank", "status", "request_id", "source_sheet", "source_row"]
    columns = {"Referencia": ["001"], "Correo": ["a@example.com"], **{word: ["x"] for word in own}}
    frame = pd.DataFrame({**columns, **{name: [f"valor de {name}"] for name in ours}})
    back = cp.read_sheet(cp.export_excel(frame, "vuelta.xlsx", lang=lang))
    for name in ours[:6]:
        assert back[name].tolist() == [f"valor de {name}"]
    assert [back[word.strip()].tolist() for word in own] == [["x"]] * len(own)


@MODEST
@given(frame=frames(), lang=st.sampled_from(["es", "en"]))
def test_no_frame_breaks_an_export_and_nothing_in_one_is_a_formula(frame, lang):
    from openpyxl import load_workbook

    path = cp.export_excel(frame, "cualquiera.xlsx", lang=lang)
    book = load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "inlineStr", "n", "b", "d"}
    book.close()
    with cp.export_csv(frame, "cualquiera.csv").open(encoding="utf-8-sig", newline="") as file:
        for record in csv.reader(file):
            for text in record:
                assert not text.startswith(("=", "@", "\t", "\r")) and "\x00" not in text
                if text.startswith(("+", "-")):
                    float(text.replace("nan", "0"))
