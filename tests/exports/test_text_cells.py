"""What keeps a text a text when somebody edits its cell: the quote prefix, on what a spreadsheet would run."""

from __future__ import annotations

import compropago_bulk as cp
import pandas as pd
import pytest
from openpyxl import load_workbook


def cell_of(text, tmp_path, column="Nota"):
    path = cp.export_excel(
        pd.DataFrame({"Referencia": ["000101"], column: [text]}), tmp_path / "r.xlsx", progress=False
    )
    sheet = load_workbook(path).worksheets[0]
    return next(cell for cell in sheet[2] if cell.value == text)


@pytest.mark.parametrize("text", ["=1+1", "+52 55", "-5", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("column", ["Nota", "error"])
def test_a_text_that_a_spreadsheet_would_run_has_the_quote_prefix(text, column, tmp_path):
    cell = cell_of(text, tmp_path, column)
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


@pytest.mark.parametrize("text", ["abc", "1500", "a=b", "5-5", "ana@example.com", " - "])
def test_any_other_text_has_none(text, tmp_path):
    cell = cell_of(text, tmp_path)
    assert cell.data_type == "s" and not cell.quotePrefix
