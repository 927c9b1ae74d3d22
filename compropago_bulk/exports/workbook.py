"""The workbook that is handed over: the table, the rows to look at, a summary."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from ..rows.model import GOOD
from ..rows.values import is_blank
from ..rows.vocabulary import fold_header
from ..texts import say, sentences
from .cells import cell_of, column_named, kind_of, text_cell
from .looks import (
    Style,
    head_cell,
    head_height,
    height_of,
    lines_in,
    on_paper,
    outcome_fill,
    width_of,
)
from .safe_file import write_whole
from .summary import write_summary

MARK = "compropago_bulk"
"""The keyword by which a workbook of ours is known."""
_LAST_PRINTED = {True: "status", False: "bank"}
"""The last column on paper, for orders or not; what comes after it is for machines and support."""
_OURS = frozenset(code.removeprefix("column_") for code in sentences("exports") if code.startswith("column_"))


def export_excel(table: Any, path: str | PathLike[str], *, lang: str | None = None) -> Path:
    """Write a table as a workbook to hand over.

    CLABEs, references, phones and ids are text cells; dates are dates of Mexico City; money has a money format; the
    header is frozen and filtered; outcomes are coloured. A second sheet lists the rows to look at, a third sums up.
    Nothing from the data is ever a formula.

    Args:
        table: a DataFrame; one that a function of this package gave shows its run on the summary.
        path: `.xlsx`; replaced only once the new file is whole. While another program holds it, the workbook goes to
            `name (2).xlsx`.
        lang: `en` or `es` for the headers that are ours; else the person's language.

    Returns:
        Path: where it went.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    return write_whole(path, lambda made: _write(table, made, lang))


def _write(table: Any, path: Path, lang: str | None) -> None:
    book = Workbook(write_only=True)
    book.properties.keywords = MARK
    book.properties.creator = MARK
    positions = list(range(len(table)))
    write_sheet(book, say("exports", "sheet_table", lang), table, positions, lang)
    if "outcome" in table.columns:
        places = wanting(table)
        write_sheet(book, say("exports", "sheet_attention", lang), table, places, lang, first=("error", "outcome"))
        write_summary(book, table, lang)
    book.save(path)


def wanting(table: Any) -> list[int]:
    """Give the rows that somebody should look at."""
    outcomes = [str(one) for one in column_named(table, "outcome")]
    codes = column_named(table, "error_code") or [None] * len(outcomes)
    good = {str(one) for one in GOOD}
    return [
        place
        for place, (outcome, code) in enumerate(zip(outcomes, codes, strict=True))
        if outcome not in good or not (is_blank(code) or code == "repeated_row")
    ]


def write_sheet(
    book: Any, title: str, table: Any, positions: Sequence[int], lang: str | None, first: Sequence[str] = (),
    dress: Callable[[Any, int, int], Any] | None = None,
) -> None:  # fmt: skip
    """Write some rows of a table.

    Args:
        first: the columns that come before the others.
        dress: takes each cell with its row and column in the table, and gives it back as it is to be written.
    """
    labels = list(table.columns)
    order = [labels.index(name) for name in first if name in labels]
    order += [place for place in range(len(labels)) if place not in order]
    sheet = book.create_sheet(title)
    columns = [list(table.iloc[list(positions), place].astype(object)) for place in order]
    kinds = [kind_of(labels[place]) for place in order]
    words = headers(labels, lang)
    heads = [words[place] for place in order]
    names = [str(labels[place]) for place in order]
    widths = [width_of(head, kind, values) for head, kind, values in zip(heads, kinds, columns, strict=True)]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(order)))}{len(positions) + 1}"
    on_paper(sheet, _printed(names), len(positions) + 1, title, lang)
    sheet.row_dimensions[1].height = head_height(heads, widths)
    sheet.append([head_cell(sheet, head, added=name in _OURS) for head, name in zip(heads, names, strict=True)])
    told = names.index("error") if "error" in names else None
    style = Style(book)
    rows = zip(*columns, strict=True) if columns else ((),) * len(positions)
    for number, (position, row) in enumerate(zip(positions, rows, strict=True), start=2):
        if told is not None and not is_blank(row[told]):
            sheet.row_dimensions[number].height = height_of(lines_in(str(row[told]), widths[told]))
        cells = _cells(sheet, row, kinds, names, style)
        if dress is not None:
            cells = (dress(cell, position, place) for cell, place in zip(_filled(sheet, cells), order, strict=True))
        sheet.append(list(cells))
    if not positions:
        sheet.append([text_cell(sheet, say("exports", "attention_none", lang))])


def _filled(sheet: Any, cells: Iterator[Any]) -> Iterator[Any]:
    """Make a cell where there is none, so that it can be coloured."""
    for cell in cells:
        yield cell if cell is not None else WriteOnlyCell(sheet)


def _printed(names: Sequence[str]) -> int:
    """Count the columns that go on paper: up to the CLABE's bank, or to an order's status."""
    last = _LAST_PRINTED["order_id" in names]
    return names.index(last) + 1 if last in names else len(names)


def _cells(sheet: Any, row: Sequence[Any], kinds: Sequence[str], names: Sequence[str], style: Style) -> Iterator[Any]:
    for value, kind, name in zip(row, kinds, names, strict=True):
        cell = cell_of(sheet, value, kind)
        if cell is not None and cell.data_type != "b":  # LibreOffice shows a truth with a style of its own as 1
            style.align(cell, "wrapped" if name == "error" else "number" if cell.data_type == "n" else "top")
            if name == "outcome":
                style.fill(cell, outcome_fill(str(value)))
        yield cell


def headers(labels: Sequence[Hashable], lang: str | None) -> list[str]:
    """Write our columns' names in the person's language, the owner's as they stand.

    A name of ours that would read like another header is left as it is, so that it can be told apart when it is read.
    """
    plain = [" ".join(str(part) for part in one if str(part)) if isinstance(one, tuple) else str(one) for one in labels]
    own = {fold_header(word) for word in plain if word not in _OURS}
    told = []
    for word in plain:
        sentence = sentences("exports")[f"column_{word}"] if word in _OURS else None
        alike = sentence is not None and any(fold_header(one) in own for one in sentence)
        told.append(say("exports", f"column_{word}", lang) if sentence is not None and not alike else word)
    return told
