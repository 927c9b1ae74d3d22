"""Rows read without a parser are the rows that a parser reads, and whatever is not plain goes to one."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import datetime
from pathlib import Path

import compropago_bulk as cp
import pytest
from compropago_bulk.sheets import plain_rows, xlsx
from compropago_bulk.sheets.opening import open_source
from compropago_bulk.sheets.plain_rows import parts_of
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

SAMPLES = Path(__file__).parents[1] / "foreign" / "samples"
BOOKS = sorted([*SAMPLES.rglob("*.xlsx"), *(Path(__file__).parents[2] / "samples").glob("*.xlsx")])


def grids(data, monkeypatch, *, by_parser: bool):
    with monkeypatch.context() as patch:
        if by_parser:
            patch.setattr(xlsx, "parts_of", lambda source: iter(lambda: source.read(65_536), b""))
        return xlsx.read_xlsx(open_source(data)).grids


@pytest.mark.parametrize("often", [1, 4], ids=["patterns at once", "patterns when worth it"])
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sample_is_the_same_by_either_way(path, often, monkeypatch):
    monkeypatch.setattr(plain_rows, "_OFTEN", often)
    assert grids(path, monkeypatch, by_parser=False) == grids(path, monkeypatch, by_parser=True)


def with_xml(old, new):
    book, made = Workbook(), io.BytesIO()
    for row in (
        ["Referencia", "Correo", "Nombre"],
        ["0001", "ana@example.com", "Ana"],
        ["0002", "eva@example.com", "Eva"],
    ):
        book.active.append(row)
    book.save(made)
    spliced = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(spliced, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name.endswith("sheet1.xml") else data)
    return spliced.getvalue()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b'<!-- <sheetData><row r="1"><c r="A1"><v>7</v></c></row> --><sheetData>'),
        (b'<row r="2"', b"<row r=\"2\" hidden='1'"),
        (b'<row r="2"', b'<row r="2" hidden = "1"'),
        (b'<row r="2"', b"<row r=\"2\" ht='0' customHeight='1'"),
    ],
    ids=["a comment before the rows", "hidden in single quotes", "hidden with blanks", "no height"],
)
def test_xml_that_is_written_otherwise_is_the_same_by_either_way(old, new, monkeypatch):
    data = with_xml(old, new)
    assert grids(data, monkeypatch, by_parser=False) == grids(data, monkeypatch, by_parser=True)


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["=1+1", "_x000D_", "a&b <c>", " á\nb ", "0001"]),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12),
)  # fmt: skip


@given(
    st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from(["General", "000000", '"DEP-"@', "dd/mm/yyyy"])
)
def test_any_workbook_is_the_same_by_either_way(rows, look):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for line in book.active.iter_rows():
        for cell in line[::2]:
            cell.number_format = look
    made = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_rows, "_OFTEN", 1)
        assert grids(made.getvalue(), patch, by_parser=False) == grids(made.getvalue(), patch, by_parser=True)


MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def told(rows: bytes, head: bytes = MAIN) -> tuple[list[int], bytes]:
    data = head + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    parts = list(parts_of(io.BytesIO(data)))
    plain = [row.number for part in parts if isinstance(part, list) for row in part]
    return plain, b"".join(part for part in parts if isinstance(part, bytes))


ONE = b'<row r="1" spans="1:2"><c r="A1" s="3" t="s"><v>0</v></c><c r="B1"/></row>'
TWO = b'<row r="2"><c r="A2"><f>B2*2</f><v>1.5</v></c></row>'
NOT_PLAIN = {
    "hidden": b'<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>',
    "no height": b'<row r="1" ht="0"><c r="A1"><v>1</v></c></row>',
    "an entity": b'<row r="1"><c r="A1" t="str"><v>a&amp;b</v></c></row>',
    "a cell of another row": b'<row r="1"><c r="A2"><v>1</v></c></row>',
    "no place": b"<row><c><v>1</v></c></row>",
    "a formula of several cells": b'<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c></row>',
    "runs of text": b'<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c></row>',
    "something else": b'<row r="1"><c r="A1"><v>1</v></c><extLst/></row>',
    "a cell twice": b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"/></row>',
}


def test_plain_rows_are_taken_and_all_else_is_handed_on():
    assert told(ONE + TWO) == ([1, 2], MAIN + b"<sheetData></sheetData></worksheet>")


@pytest.mark.parametrize("row", NOT_PLAIN)
def test_a_row_that_is_not_plain_is_handed_on_whole(row):
    assert told(NOT_PLAIN[row] + TWO) == ([2], MAIN + b"<sheetData>" + NOT_PLAIN[row] + b"</sheetData></worksheet>")


LIKE_THE_LAST_ONE = {
    "hidden": b'<row r="2" hidden="1"><c r="A2" s="3" t="s"><v>0</v></c></row>',
    "a cell of another row": b'<row r="2"><c r="A1" s="3" t="s"><v>0</v></c></row>',
    "an entity": b'<row r="2"><c r="A2" s="3" t="s"><v>&#48;</v></c></row>',
    "something else": b'<row r="2"><c r="A2" s="3" t="s"><v>0</v></c><extLst/></row>',
    "another kind": b'<row r="2"><c r="A2" s="3" t="inlineStr"><v>0</v></c></row>',
}


@pytest.mark.parametrize("row", LIKE_THE_LAST_ONE)
def test_a_row_that_only_begins_like_earlier_ones_is_handed_on_whole(row, monkeypatch):
    monkeypatch.setattr(plain_rows, "_OFTEN", 1)
    rest = MAIN + b"<sheetData>" + LIKE_THE_LAST_ONE[row] + b"</sheetData></worksheet>"
    assert told(ONE + LIKE_THE_LAST_ONE[row]) == ([1], rest)


def test_a_row_that_leaves_cells_out_is_read_like_those_that_have_them(monkeypatch):
    monkeypatch.setattr(plain_rows, "_OFTEN", 1)
    three = b'<row r="3"><c r="B3"/></row><row r="4"></row>'
    rows = [
        row
        for part in parts_of(io.BytesIO(MAIN + b"<sheetData>" + ONE + three + b"</sheetData>"))
        if isinstance(part, list)
        for row in part
    ]
    values = [(row.number, [value or None for value in row.values]) for row in rows]
    assert values == [(1, ["0", None]), (3, [None, None]), (4, [None, None])]
    assert len({row.shape for row in rows}) == 1


STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2">'


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (
            b'<si><t>a</t></si><si><t xml:space="preserve"> b&amp;c &lt;d&gt; &quot;e&quot;</t></si>',
            ["a", ' b&c <d> "e"'],
        ),
        (b"<si><t>&amp;lt;</t></si>", ["&lt;"]),
        (b"<si><t></t></si>", [""]),
        (b"<si><r><t>a</t></r></si>", None),
        (b"<si><t>a</t><rPh><t>b</t></rPh></si>", None),
        (b"<si><t>&#65;</t></si>", None),
        (b"<si/><si><t>a</t></si>", None),
        (b"<!-- <si><t>a</t></si> --><si><t>b</t></si>", None),
        (b"<si><t>a\rb</t></si>", None),
        (b"<si><t>\xff</t></si>", None),
    ],
)
def test_shared_strings_are_read_without_a_parser_where_they_are_texts_only(inner, told):
    assert plain_rows.plain_strings(STRINGS + inner + b"</sst>") == told


def test_rows_of_one_shape_come_together_and_in_their_order():
    rows = [TWO.replace(b"2", b"%d" % number) for number in (2, 3, 5)]
    data = MAIN + b"<sheetData>" + rows[0] + rows[1] + ONE + NOT_PLAIN["runs of text"] + rows[2] + b"</sheetData>"
    parts = [part for part in parts_of(io.BytesIO(data)) if part and b"<sheetData" not in part]
    order = [[row.number for row in part] if isinstance(part, list) else part for part in parts]
    assert order == [[2, 3], [1], NOT_PLAIN["runs of text"], [5], b"</sheetData>"]


def test_bytes_that_are_no_text_are_handed_on_with_all_that_follows():
    spoilt = b'<row r="2"><c r="A2" t="str"><v>\xff</v></c></row>'
    assert told(ONE + spoilt + TWO) == ([], MAIN + b"<sheetData>" + ONE + spoilt + TWO + b"</sheetData></worksheet>")


def test_what_looks_like_a_row_in_a_comment_is_none():
    assert told(b"<!-- " + ONE + b"-->" + TWO)[0] == []


@pytest.mark.parametrize("head", [
    b'<x:worksheet xmlns:x="y">', b'<?xml version="1.0" encoding="iso-8859-1"?>' + MAIN, b"<other>",
])  # fmt: skip
def test_a_sheet_written_otherwise_is_handed_on_whole(head):
    assert told(ONE, head)[0] == []


@pytest.mark.parametrize("size", [7, 64, 100])
def test_rows_cut_by_the_reading_are_read_whole(size, monkeypatch):
    monkeypatch.setattr(plain_rows, "_CHUNK", size)
    assert told(ONE + NOT_PLAIN["an entity"] + TWO)[0] == [1, 2]


def test_a_broken_sheet_is_broken_by_either_way():
    data = (SAMPLES / "libreoffice" / "damage.xlsx").read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            cut = old.read(name)
            new.writestr(name, cut[: len(cut) // 2] if "worksheets/" in name else cut)
    with pytest.raises(cp.SheetError):
        cp.read_sheet(made)
