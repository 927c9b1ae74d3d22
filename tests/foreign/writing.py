"""Write the cases with xlsxwriter, and have other programs write them.

Run it as `python tests/foreign/writing.py` to make the samples anew: those of exceljs and SheetJS need node, those of
LibreOffice need soffice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl.utils import coordinate_to_tuple, range_boundaries

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
CONVERTED = ("ods", "xls", "xlsx")


def is_for(case: dict[str, Any], program: str) -> bool:
    """Tell whether a case is for a program, or a sample of one."""
    return program not in case.get("not", ()) and program in case.get("only", (program,))


def write_xlsx(case: dict[str, Any], path: Path) -> Path:
    """Write a case with xlsxwriter."""
    book = xlsxwriter.Workbook(path, {"date_1904": case.get("epoch_1904", False)})
    for sheet in case["sheets"]:
        made = book.add_worksheet(sheet["name"])
        top, left = (one - 1 for one in coordinate_to_tuple(sheet.get("at", "A1")))
        for down, row in enumerate(sheet["rows"]):
            for right, value in enumerate(row):
                _write(book, made, top + down, left + right, value)
        for merge in sheet.get("merges", ()):
            first_column, first_row, last_column, last_row = range_boundaries(merge)
            value = sheet["rows"][first_row - 1][first_column - 1]
            made.merge_range(first_row - 1, first_column - 1, last_row - 1, last_column - 1, value)
        for number in sheet.get("hidden_rows", ()):
            made.set_row(number - 1, None, None, {"hidden": True})
        for number in sheet.get("hidden_columns", ()):
            made.set_column(number - 1, number - 1, None, None, {"hidden": True})
        if sheet.get("hidden"):
            made.hide()
    book.close()
    return path


def _write(book: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        write = sheet.write_string if isinstance(value, str) else sheet.write_number
        (sheet.write_boolean if isinstance(value, bool) else write)(row, column, value)
    elif "n" in value:
        sheet.write_number(row, column, value["n"], book.add_format({"num_format": value["z"]}))
    elif "d" in value:
        sheet.write_datetime(
            row, column, datetime.fromisoformat(value["d"]), book.add_format({"num_format": value["z"]})
        )
    elif "f" in value:
        sheet.write_formula(row, column, f"={value['f']}", None, value.get("v", ""))
    elif "e" in value:
        sheet.write_formula(row, column, "=NOSUCH!A1", None, value["e"])
    else:
        first, second = value["rich"]
        sheet.write_rich_string(row, column, first, book.add_format({"bold": True}), second)


def convert(paths: list[Path], kind: str, folder: Path, profile: Path) -> None:
    """Have LibreOffice open workbooks and save them as another kind."""
    program = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
    subprocess.run([*program, "--outdir", str(folder), *map(str, paths)], check=True, capture_output=True, timeout=300)


def main() -> None:
    """Make every sample."""
    sys.path.insert(0, str(HERE))
    from cases import CASES

    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        made = [write_xlsx(case, work / f"{title}.xlsx") for title, case in CASES.items() if "only" not in case]
        for kind in CONVERTED:
            convert(made, kind, SAMPLES / "libreoffice", work / "profile")
        (work / "cases.json").write_text(json.dumps(CASES), encoding="utf-8")
        node = Path(os.environ.get("NODE_FOLDER", name))
        subprocess.run(["npm", "install", "--prefix", str(node), "exceljs@4", "xlsx@0.18"], check=True)
        subprocess.run(["node", str(HERE / "make_samples.mjs"), str(work / "cases.json"), str(node)], check=True)
        for path in (SAMPLES / "libreoffice").iterdir():
            if not is_for(CASES[path.stem], f"libreoffice/{path.name}"):
                path.unlink()
        for program in ("exceljs", "sheetjs"):
            (SAMPLES / program).mkdir(parents=True, exist_ok=True)
            for path in (node / program).iterdir():
                if is_for(CASES[path.stem], f"{program}/{path.name}"):
                    (SAMPLES / program / path.name).write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
