"""Cells, rows and styles spliced into XML as bytes: every tag that is opened is closed under its own prefix."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from compropago_bulk.exports.marked.package import Edits, outline, with_attributes
from compropago_bulk.exports.marked.sheet_xml import SheetMap, Styles

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NS = {"m": MAIN}
PREFIXES = ["", "x:"]


def part(name, inner, prefix):
    declared = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    inside = inner.replace("<~", f"<{prefix}").replace("</~", f"</{prefix}")
    return f"<{prefix}{name} {declared}>{inside}</{prefix}{name}>".encode()


def restyled(body, wanted, prefix):
    data = part("worksheet", body, prefix)
    edits = Edits(data)
    SheetMap(data, wanted).restyle(edits, lambda row, column: 7)
    root = ET.fromstring(edits.done())
    return {cell.get("r"): cell.get("s") for cell in root.iterfind(".//m:sheetData/m:row/m:c", NS)}, root


SHEETS = {
    "cells that are there": (
        '<~sheetData><~row r="2"><~c r="A2" s="1"/><~c r="B2"><~v>5</~v></~c></~row></~sheetData>',
        {"A2": "7", "B2": "7"},
    ),
    "a row without its cells": (
        '<~sheetData><~row r="2"><~c r="C2"/></~row></~sheetData>', {"A2": "7", "B2": "7", "C2": None}
    ),
    "a row of one tag": ('<~sheetData><~row r="2" spans="1:1"/></~sheetData>', {"A2": "7", "B2": "7"}),
    "no such row": ('<~sheetData><~row r="5"><~c r="A5"/></~row></~sheetData>', {"A2": "7", "B2": "7", "A5": None}),
    "no row at all": ("<~sheetData/>", {"A2": "7", "B2": "7"}),
    "an empty body": ("<~sheetData></~sheetData>", {"A2": "7", "B2": "7"}),
}  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES, ids=["plain", "prefixed"])
@pytest.mark.parametrize("case", SHEETS)
def test_a_spliced_sheet_is_well_formed_and_holds_each_wanted_cell_once(case, prefix):
    body, expected = SHEETS[case]
    cells, root = restyled(body, [(2, 1), (2, 2)], prefix)
    assert cells == expected
    assert [int(row.get("r")) for row in root.iterfind(".//m:row", NS)] == sorted({int(name[1:]) for name in expected})


@pytest.mark.parametrize("prefix", PREFIXES, ids=["plain", "prefixed"])
def test_a_hint_of_the_first_and_last_column_goes_where_it_holds_no_longer(prefix):
    row = '<~sheetData><~row r="2" spans="{}"><~c r="B2"/></~row></~sheetData>'
    for spans, wanted, kept in (
        ("1:3", (2, 1), "1:3"),
        ("2:2", (2, 1), None),
        ("1:2", (2, 3), None),
        ("1:3", (2, 3), "1:3"),
    ):
        _, root = restyled(row.format(spans), [wanted], prefix)
        assert root.find(".//m:row", NS).get("spans") == kept


FILLS = '<~fills count="2"><~fill/><~fill/></~fills>'
LOOKS = '<~cellXfs count="2"><~xf fillId="0" numFmtId="0"/><~xf fillId="1" numFmtId="14"><~alignment/></~xf></~cellXfs>'
BOOKS = {
    "both": FILLS + LOOKS,
    "single tags": "<~fills/><~cellXfs/>",
    "neither": "",
    "no fills": LOOKS,
    "no looks": FILLS,
}


@pytest.mark.parametrize("prefix", PREFIXES, ids=["plain", "prefixed"])
@pytest.mark.parametrize("case", BOOKS)
def test_tinted_styles_are_added_and_counted(case, prefix):
    styles = Styles(part("styleSheet", BOOKS[case], prefix))
    first, again, other, beyond = (
        styles.tinted(*how) for how in ((1, "FFEE00"), (1, "FFEE00"), (1, "00FF00"), (99, "FFEE00"))
    )
    root = ET.fromstring(styles.done())
    fills, looks = root.find("m:fills", NS), root.find("m:cellXfs", NS)
    assert first == again != other
    for style, colour in ((first, "FFFFEE00"), (other, "FF00FF00"), (beyond, "FFFFEE00")):
        fill = fills[int(looks[style].get("fillId"))]
        assert fill.find(".//m:fgColor", NS).get("rgb") == colour
    assert {node.tag.partition("}")[0] for node in root.iter()} == {"{" + MAIN}
    for group in (fills, looks):
        assert group.get("count") in (None, str(len(group)))
    if case in {"both", "no fills"}:
        assert looks[first].get("numFmtId") == "14" and looks[first][0].tag.endswith("alignment")
        assert looks[beyond].get("numFmtId") == "0", "a style that is not there is the first one"


@pytest.mark.parametrize(("tag", "new"), [
    (b'<x:c r="A1" s="1"/>', b'<x:c r="A1" s="7"/>'), (b'<c r="A1">', b'<c r="A1" s="7">'),
    (b"<c s = '1' t='s'>", b"<c s=\"7\" t='s'>"), (b'<c r="A1"/>', b'<c r="A1" s="7"/>'),
])  # fmt: skip
def test_an_attribute_is_changed_or_added_and_the_rest_of_the_tag_is_as_it_was(tag, new):
    assert with_attributes(tag, s="7") == new


def test_an_attribute_can_be_taken_away():
    assert with_attributes(b'<row r="2" spans="1:3" ht="15">', spans=None) == b'<row r="2" ht="15">'


def test_of_several_edits_at_one_place_the_first_stands_first_and_the_bytes_between_stay():
    edits = Edits(b"<a>one<b/>two</a>")
    assert not edits
    edits.insert(6, b"2")
    edits.insert(3, b"0")
    edits.insert(6, b"3")
    edits.replace(10, 13, b"TWO")
    assert edits and edits.done() == b"<a>0one23<b/>TWO</a>"


@pytest.mark.parametrize("inner", ["<~b/>", "<~b a='1'/>", "<~b></~b>", "<~b><~c/></~b>"])
@pytest.mark.parametrize("prefix", PREFIXES, ids=["plain", "prefixed"])
def test_what_is_appended_stands_last_inside_also_of_a_single_tag(inner, prefix):
    data = part("a", inner, prefix)
    edits = Edits(data)
    edits.append(outline(data).children[0], f"<{prefix}z/>".encode())
    root = ET.fromstring(edits.done())
    assert root[0][-1].tag == f"{{{MAIN}}}z"
