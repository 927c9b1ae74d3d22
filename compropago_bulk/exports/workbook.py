"""The workbook that is handed over: the table, the rows to look at, a summary."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ..rows.model import GOOD
from ..rows.values import is_blank, shown
from ..texts import say, sentences
from .cells import MEXICO_CITY, MONEY, cell_of, kind_of, text_cell
from .safe_file import write_whole

MARK = "compropago_bulk"
"""The keyword by which a workbook of ours is known."""
_SAMPLE = 400
_NARROWEST, _WIDEST = 9, 46

_OWN = PatternFill("solid", fgColor="37474F")
_ADDED = PatternFill("solid", fgColor="0B6E7F")
_WHITE = Font(bold=True, color="FFFFFF")
_LINE = Border(bottom=Side(style="hair", color="B0BEC5"))
_FILLS = {
    "good": PatternFill("solid", fgColor="D7F0DD"),
    "wait": PatternFill("solid", fgColor="FFF1CC"),
    "bad": PatternFill("solid", fgColor="F9D6D2"),
}
_WAITING = frozenset({"not_sent", "busy"})


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
        wanting = _wanting(table)
        write_sheet(book, say("exports", "sheet_attention", lang), table, wanting, lang, first=("error", "outcome"))
        _summary(book, table, lang)
    book.save(path)


def _wanting(table: Any) -> list[int]:
    """Give the rows that somebody should look at."""
    outcomes = [str(one) for one in table["outcome"]]
    codes = list(table["error_code"]) if "error_code" in table.columns else [None] * len(outcomes)
    good = {str(one) for one in GOOD}
    return [
        place
        for place, (outcome, code) in enumerate(zip(outcomes, codes, strict=True))
        if outcome not in good or not (is_blank(code) or code == "repeated_row")
    ]


def write_sheet(
    book: Any, title: str, table: Any, positions: Sequence[int], lang: str | None, first: Sequence[str] = ()
) -> None:
    """Write some rows of a table; `first` names the columns that come before the others."""
    labels = list(table.columns)
    order = [labels.index(name) for name in first if name in labels]
    order += [place for place in range(len(labels)) if place not in order]
    sheet = book.create_sheet(title)
    columns = [list(table.iloc[list(positions), place].astype(object)) for place in order]
    kinds = [kind_of(labels[place]) for place in order]
    heads = [_header(labels[place], lang) for place in order]
    for number, (head, values) in enumerate(zip(heads, columns, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _width(head, values)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(order)))}{len(positions) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.append([_head_cell(sheet, head, labels[place]) for head, place in zip(heads, order, strict=True)])
    names = [str(labels[place]) for place in order]
    for row in zip(*columns, strict=True):
        sheet.append(list(_cells(sheet, row, kinds, names, lang)))
    if not positions:
        sheet.append([text_cell(sheet, say("exports", "attention_none", lang))])


def _cells(
    sheet: Any, row: Sequence[Any], kinds: Sequence[str], names: Sequence[str], lang: str | None
) -> Iterable[Any]:
    for value, kind, name in zip(row, kinds, names, strict=True):
        if name == "outcome" and not is_blank(value):
            yield _outcome_cell(sheet, str(value))
            continue
        cell = cell_of(sheet, value, kind)
        if cell is not None and name == "error":
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        yield cell


def _outcome_cell(sheet: Any, outcome: str) -> Any:
    cell = text_cell(sheet, outcome)
    good = {str(one) for one in GOOD}
    cell.fill = _FILLS["good" if outcome in good else "wait" if outcome in _WAITING else "bad"]
    return cell


def _header(label: Hashable, lang: str | None) -> str:
    """Write our columns' names in the person's language, the owner's as they stand."""
    word = " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)
    code = f"column_{word}"
    return say("exports", code, lang) if code in sentences("exports") else word


def _head_cell(sheet: Any, head: str, label: Hashable) -> Any:
    cell = text_cell(sheet, head)
    cell.font, cell.border = _WHITE, _LINE
    cell.fill = _ADDED if f"column_{label}" in sentences("exports") else _OWN
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _width(head: str, values: Sequence[Any]) -> float:
    longest = max((len(shown(value)) for value in values[:_SAMPLE] if not is_blank(value)), default=0)
    return float(min(max(longest + 2, min(len(head) + 4, 18), _NARROWEST), _WIDEST))


def _summary(book: Any, table: Any, lang: str | None) -> None:
    """Say what the table holds, when and from which run it comes."""
    facts = table.attrs.get("compropago", {})
    sheet = book.create_sheet(say("exports", "sheet_summary", lang))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 30
    title = text_cell(sheet, say("exports", "summary_title", lang, operation=facts.get("operation", "")))
    title.font = Font(bold=True, size=14)
    sheet.append([title])
    sheet.append([])
    for name, value, money in _facts(table, facts, lang):
        label = text_cell(sheet, name)
        label.font = Font(bold=True)
        cell = cell_of(sheet, value)
        if money and cell is not None:
            cell.number_format = MONEY
        sheet.append([label, cell])


def _facts(table: Any, facts: Any, lang: str | None) -> Iterable[tuple[str, Any, bool]]:
    def word(code: str) -> str:
        return say("exports", f"summary_{code}", lang)

    yield word("rows"), len(table), False
    for outcome, number in table["outcome"].value_counts().items():
        yield f"   {say('exports', f'outcome_{outcome}', lang)}", int(number), False
    if "clabe" in table.columns:
        yield word("clabes"), int(table["clabe"].notna().sum()), False
    if "order_price" in table.columns:
        yield word("amount"), float(table["order_price"].sum()), True
        yield word("paid"), float(table.loc[(table["status"] == "ACCEPTED").fillna(False), "order_price"].sum()), True
    if facts.get("mode"):
        yield word("mode"), say("exports", f"mode_{facts['mode']}", lang), False
    if facts.get("run_id"):
        yield word("run"), facts["run_id"], False
    if facts.get("stopped"):
        yield word("stopped"), facts["stopped"], False
    yield word("made"), datetime.now(MEXICO_CITY), False
