"""Hostile and broken files cost an error that says what to do, never the kernel, and less than 1 GiB."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import compropago_bulk as cp
import pytest
from compropago_bulk.sheets import opening

SAMPLES = Path(__file__).parents[1] / "foreign" / "samples"
LEAST_MEMORY = 1024
"""MB."""

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

CHILD = """
import json, pathlib, resource, sys
import compropago_bulk as cp
try:
    found = {"rows": len(cp.read_sheet(sys.argv[1]))}
except cp.SheetError as problem:
    found = {"code": problem.code, "message": str(problem)}
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = pathlib.Path("/proc/self/status")  # `ru_maxrss` begins with what the process that started this one took
if status.exists():
    own = int(status.read_text().partition("VmHWM:")[2].split()[0])
parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({**found, "memory": max(own, parser) // 1024}))
"""


def read_apart(path: Path, seconds: float = 120):
    """Read a file in a process of its own, and tell what came of it and the memory that it took, in MB."""
    pytest.importorskip("resource")
    program = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=seconds, check=True)
    return json.loads(done.stdout)


def relations(target: str, kind: str) -> str:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def workbook(path: Path, rows: Iterable[str], strings: Iterable[str] | None = None, dtd: str = "", **more: str) -> Path:
    """Write a workbook part by part, so that it may be as bad as one likes."""
    parts = [("workbook.xml", "sheet.main"), ("worksheets/uno.xml", "worksheet")]
    parts += [("sharedStrings.xml", "sharedStrings")] if strings is not None else []
    types = "".join(f'<Override PartName="/xl/{name}" ContentType="{KIND}.{kind}+xml"/>' for name, kind in parts)
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    sheets = '<sheets><sheet name="Torre A" sheetId="1" r:id="r1"/></sheets>'
    types = f'<Default Extension="rels" ContentType="{rels}"/>{types}'
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": relations("xl/workbook.xml", "officeDocument"),
        "xl/_rels/workbook.xml.rels": relations("worksheets/uno.xml", "worksheet"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>',
        **more,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, text in texts.items():
            made.writestr(name, text)
        if strings is not None:
            _stream(made, "xl/sharedStrings.xml", f'{dtd}<sst xmlns="{MAIN}">', strings, "</sst>")
        _stream(made, "xl/worksheets/uno.xml", f'{dtd}<worksheet xmlns="{MAIN}"><sheetData>', rows,
                "</sheetData></worksheet>")  # fmt: skip
    return path


def _stream(made: zipfile.ZipFile, name: str, head: str, middle: Iterable[str], tail: str) -> None:
    with made.open(name, "w", force_zip64=True) as part:
        part.write(head.encode())
        for text in middle:
            part.write(text.encode())
        part.write(tail.encode())


def row(*texts: str) -> str:
    return "<row>" + "".join(f'<c t="str"><v>{text}</v></c>' for text in texts) + "</row>"


HEAD = row("Referencia", "Nombre", "Correo")
ANA = row("1", "Ana", "a@example.com")


def ods(path: Path, body: str, head: str = "", manifest: str = "") -> Path:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{one}="{space}{one}:1.0"' for one in ("office", "table", "text", "style"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        if manifest:
            made.writestr("META-INF/manifest.xml", manifest)
        made.writestr("content.xml", f"{head}<office:document-content {names}><office:body><office:spreadsheet>"
                      f'<table:table table:name="Uno">{body}</table:table></office:spreadsheet></office:body>'
                      "</office:document-content>")  # fmt: skip
    return path


def ods_row(*texts: str, repeated: int = 1, first: int = 0) -> str:
    blank = f'<table:table-cell table:number-columns-repeated="{first}"/>' if first else ""
    cells = "".join(f"<table:table-cell office:value-type='string'><text:p>{one}</text:p></table:table-cell>"
                    for one in texts)  # fmt: skip
    return f'<table:table-row table:number-rows-repeated="{repeated}">{blank}{cells}</table:table-row>'


ODS_HEAD = ods_row("Referencia", "Nombre", "Correo") + ods_row("1", "Ana", "a@example.com")
LAUGHS = '<!DOCTYPE x [<!ENTITY a "{}">{}]>'.format(
    "ja" * 500, "".join(f'<!ENTITY {new} "{f"&{old};" * 50}">' for old, new in zip("abcde", "bcdef", strict=True))
)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WIDE = [f"<c><v>{number * 7919 % 99991}</v></c>" for number in range(200_000)] * 9


def encrypted_ole(path: Path) -> Path:
    data = OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
    path.write_bytes(data)
    return path


def lying_sizes(path: Path) -> Path:
    """Say in the zip's directory that a part of 40 MB has ten bytes."""
    workbook(path, [HEAD, *([row("x" * 100)] * 300_000)])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def nested_zip(path: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("ceros", b"\0" * 50_000_000)
    workbook(path, [HEAD, ANA])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/embeddings/otro.zip", inner.getvalue())
    return path


HOSTILE = {
    "encrypted.xlsx": (encrypted_ole, {"encrypted"}),
    "encrypted.ods": (lambda path: ods(path, ODS_HEAD, manifest="<encryption-data/>"), {"encrypted"}),
    "page.xls": (lambda path: path.write_text("<html><table><tr><td>Referencia</td></tr></table></html>"),
                 {"not_a_workbook"}),
    "list.xlsx": (lambda path: path.write_text("Referencia,Nombre\n1,Ana\n"), {"not_a_workbook"}),
    "bomb.xlsx": (lambda path: workbook(path, [HEAD, *([row("0" * 1000)] * 200_000)]), {"too_large"}),
    "wide.xlsx": (lambda path: workbook(path, ["<row>", *WIDE, "</row>"]), {"too_large", "corrupt_file"}),
    "words.xlsx": (lambda path: workbook(path, [HEAD, ANA], strings=_random_strings(110)), {"too_large"}),
    "laughs-sheet.xlsx": (lambda path: workbook(path, [HEAD, row("&f;", "Ana", "a")], dtd=LAUGHS), {"corrupt_file"}),
    "laughs-strings.xlsx": (lambda path: workbook(path, [HEAD, ANA], strings=["<si><t>&f;</t></si>"], dtd=LAUGHS),
                            {"corrupt_file"}),
    "laughs-book.xlsx": (lambda to: workbook(to, [HEAD], **{"xl/workbook.xml": f"{LAUGHS}<workbook>&f;</workbook>"}),
                         {"corrupt_file"}),
    "laughs.ods": (lambda path: ods(path, ods_row("&f;"), head=LAUGHS), {"corrupt_file"}),
    "lying.xlsx": (lying_sizes, {"corrupt_file", "too_large"}),
    "repeated.ods": (lambda path: ods(path, ODS_HEAD + ods_row("x", "y", "z", repeated=1_048_570)), {"too_large"}),
    "broken.xls": (lambda path: path.write_bytes(OLE + "Workbook".encode("utf-16-le") + bytes(range(256)) * 20),
                   {"corrupt_file"}),
}  # fmt: skip


def _random_strings(megabytes: int) -> Iterable[str]:
    chance = random.Random(1)
    for _ in range(megabytes * 4):
        yield f"<si><t>{chance.randbytes(128 * 1024).hex()}</t></si>"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_clear_words_and_little_memory(name, tmp_path):
    make, codes = HOSTILE[name]
    make(tmp_path / name)
    found = read_apart(tmp_path / name)
    assert found.get("code") in codes, found
    assert name in found["message"] and found["memory"] < LEAST_MEMORY


FAR_AWAY = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'


def test_a_stray_cell_in_the_last_row_and_column_costs_nothing(tmp_path):
    workbook(tmp_path / "lejos.xlsx", [HEAD, ANA, FAR_AWAY])
    far = ods_row(repeated=1_048_573) + ods_row("x", first=16_383)
    ods(tmp_path / "lejos.ods", ODS_HEAD + far)
    nested_zip(tmp_path / "anidado.xlsx")
    for name in ("lejos.xlsx", "lejos.ods", "anidado.xlsx"):
        found = read_apart(tmp_path / name, seconds=60)
        assert found["rows"] == 1 and found["memory"] < 500, name
    notes = cp.check(tmp_path / "lejos.xlsx", "createClabe").notes
    assert any(note.startswith("bloated_range: Torre A: 1048576") for note in notes)


@pytest.mark.parametrize("sample", ["libreoffice/titles.ods", "libreoffice/titles.xls", "exceljs/titles.xlsx"])
def test_a_truncated_file_is_an_error_and_the_kernel_lives(sample, tmp_path):
    data = (SAMPLES / sample).read_bytes()
    path = tmp_path / Path(sample).name
    for share in (0.02, 0.5, 0.97):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(cp.SheetError) as caught:
            cp.read_sheet(path)
        assert caught.value.code in {"corrupt_file", "not_a_workbook"}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["libreoffice/titles.xls", "sheetjs/formats.xls"])
def test_damaged_old_workbooks_never_end_the_kernel(sample, tmp_path):
    data, chance = (SAMPLES / sample).read_bytes(), random.Random(7)
    for _ in range(15):
        spoiled = bytearray(data)
        for _ in range(chance.randrange(1, 30)):
            spoiled[chance.randrange(512, len(spoiled))] = chance.randrange(256)
        (tmp_path / "r.xls").write_bytes(bytes(spoiled))
        try:
            cp.check(tmp_path / "r.xls", "createClabe")
        except cp.CompropagoError as problem:
            assert str(problem)


@pytest.mark.slow
@pytest.mark.parametrize(("cell", "number"), [
    ("<c t='str'><v>r{}x</v></c>", 3_990_000), ("<c><v>{}.5</v></c>", 3_990_000), ("<c t='s'><v>{}</v></c>", 2_900_000),
], ids=["texts", "numbers", "shared"])  # fmt: skip
def test_the_largest_workbook_that_is_let_in_stays_below_a_gibibyte(cell, number, tmp_path):
    wide = 10
    lines = (f"<row>{''.join(cell.format(first + place) for place in range(wide))}</row>"
             for first in range(0, number - wide, wide))  # fmt: skip
    strings = (f"<si><t>r{one}x</t></si>" for one in range(number)) if "t='s'" in cell else None
    heads = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in ("Referencia", "Nombre", "Correo"))
    path = workbook(tmp_path / "grande.xlsx", [f"<row>{heads}</row>", *lines], strings=strings)
    found = read_apart(path, seconds=280)
    assert ("rows" in found or found["code"] == "too_large") and found["memory"] < LEAST_MEMORY, found


def test_the_child_finds_the_package_that_is_running():
    assert Path(opening._PACKAGE_PARENT, "compropago_bulk", "sheets", "child.py") == Path(opening.__file__).with_name(
        "child.py"
    )
