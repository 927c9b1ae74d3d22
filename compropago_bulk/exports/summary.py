"""The sheet that sums a run up: what became of the rows, money, when and from which run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from ..rows.model import Outcome
from ..rows.values import is_blank
from ..texts import say, sentences
from .cells import MEXICO_CITY, MONEY, amount_of, cell_of, column_named, text_cell
from .looks import FILLS, head_cell, on_paper, outcome_fill

_TITLE = Font(name="Calibri", bold=True, size=16, color="0B6E7F")
_QUIET = Font(name="Calibri", size=11, color="607D8B")
_STRONG = Font(name="Calibri", size=11, bold=True)
_LINE = Border(bottom=Side(style="hair", color="B0BEC5"))
_TOTAL = Border(top=Side(style="thin", color="37474F"))
_BAR = "7FB8C2"
_WARNING = PatternFill("solid", fgColor="FFF1CC")
_LEFT = Alignment(horizontal="left")


def write_summary(book: Any, table: Any, lang: str | None) -> None:
    """Say what the table holds, when it was made and from which run it comes."""
    facts = table.attrs.get("compropago", {})
    sheet = book.create_sheet(say("exports", "sheet_summary", lang))
    for letter, width in zip("ABC", (34, 20, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    counts = Counter(str(one) for one in column_named(table, "outcome") if not is_blank(one))
    bar = DataBarRule("num", 0, "num", 1, color=_BAR)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"C5:C{4 + max(len(counts), 1)}", bar)
    lines = [*_heading(sheet, table, facts, lang), *_outcomes(sheet, table, counts, lang)]
    lines += [*_amounts(sheet, table, lang), *_origin(sheet, facts, lang)]
    on_paper(sheet, 3, len(lines), say("exports", "sheet_summary", lang), lang)
    sheet.print_title_rows = None
    sheet.page_setup.orientation = "portrait"
    for line in lines:
        sheet.append(line)


def _heading(sheet: Any, table: Any, facts: Any, lang: str | None) -> Iterator[list[Any]]:
    operation = str(facts.get("operation") or "")
    code = f"operation_{operation}"
    told = say("exports", code, lang) if code in sentences("exports") else operation
    title = text_cell(sheet, say("exports", "summary_title", lang, operation=told))
    title.font = _TITLE
    yield [title]
    mode = facts.get("mode")
    quiet = text_cell(sheet, say("exports", f"mode_{mode}", lang) if mode else "")
    quiet.font = _QUIET
    yield [quiet]
    yield []


def _outcomes(sheet: Any, table: Any, counts: Any, lang: str | None) -> Iterator[list[Any]]:
    heads = ("summary_outcome", "summary_rows", "summary_share")
    yield [head_cell(sheet, say("exports", code, lang)) for code in heads]
    order = [str(one) for one in Outcome]
    known = sorted(counts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    for outcome, number in known:
        code = f"outcome_{outcome}"
        word = text_cell(sheet, say("exports", code, lang) if code in sentences("exports") else str(outcome))
        word.fill = FILLS[outcome_fill(str(outcome))]
        yield [_lined(word), _lined(_number(sheet, int(number))), _lined(_share(sheet, int(number), len(table)))]
    total = [text_cell(sheet, say("exports", "summary_total", lang)), _number(sheet, len(table)), text_cell(sheet, "")]
    for cell in total:
        cell.font, cell.border = _STRONG, _TOTAL
    yield total
    if "clabe" in table.columns:
        yield [
            text_cell(sheet, say("exports", "summary_clabes", lang)),
            _number(sheet, sum(not is_blank(one) for one in column_named(table, "clabe"))),
        ]
    yield []


def _amounts(sheet: Any, table: Any, lang: str | None) -> Iterator[list[Any]]:
    if "order_price" not in table.columns:
        return
    yield [head_cell(sheet, say("exports", code, lang)) for code in ("summary_money", "summary_mxn", "summary_share")]
    prices = [amount_of(one) for one in column_named(table, "order_price")]
    statuses = column_named(table, "status") or [None] * len(prices)
    total = sum(prices)
    paid = sum(price for price, status in zip(prices, statuses, strict=True) if str(status) == "ACCEPTED")
    for code, amount in (("amount", total), ("paid", paid), ("unpaid", total - paid)):
        cell = _number(sheet, amount)
        cell.number_format = MONEY
        share = _lined(_share(sheet, amount, total)) if code != "amount" else text_cell(sheet, "")
        yield [_lined(text_cell(sheet, say("exports", f"summary_{code}", lang))), _lined(cell), share]
    yield []


def _origin(sheet: Any, facts: Any, lang: str | None) -> Iterator[list[Any]]:
    yield [head_cell(sheet, say("exports", "summary_origin", lang)), head_cell(sheet, ""), head_cell(sheet, "")]
    if facts.get("run_id"):
        yield _told(sheet, "run", facts["run_id"], lang)
    if facts.get("stopped"):
        line = _told(sheet, "stopped", facts["stopped"], lang)
        line[1].fill = _WARNING
        yield line
    yield _told(sheet, "made", datetime.now(MEXICO_CITY), lang)


def _told(sheet: Any, code: str, value: Any, lang: str | None) -> list[Any]:
    cell = cell_of(sheet, value)
    cell.alignment = _LEFT
    return [
        _lined(text_cell(sheet, say("exports", f"summary_{code}", lang))),
        _lined(cell),
        _lined(text_cell(sheet, "")),
    ]


def _number(sheet: Any, value: float) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "#,##0"
    return cell


def _share(sheet: Any, part: float, whole: float) -> Any:
    cell = WriteOnlyCell(sheet, part / whole if whole else 0.0)
    cell.number_format = "0 %"
    return cell


def _lined(cell: Any) -> Any:
    cell.border = _LINE
    return cell
