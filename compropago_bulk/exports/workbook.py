"""The workbook that is handed over: the table, the rows to look at, a summary."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from copy import copy
from datetime import datetime
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ..model import GOOD, PILOT, Outcome
from ..sheets.vocabulary import fold_header
from ..texts import language, say, sentences
from ..values import is_blank
from .files import write_whole
from .handout import is_of_clabes, write_handout
from .heading import Heading, add_heading, add_words
from .styles import (
    FILLS,
    LONGEST,
    MEXICO_CITY,
    MONEY,
    Style,
    amount_of,
    cell_of,
    column_named,
    head_cell,
    head_height,
    height_of,
    kind_of,
    lines_in,
    of_cells,
    on_paper,
    outcome_fill,
    text_cell,
    width_of,
)

logger = logging.getLogger("compropago_bulk")

MARK = "compropago_bulk"
"""The keyword by which a workbook of ours is known."""
_LAST_PRINTED = {True: "status", False: "bank"}
"""The last column on paper, for orders or not; what comes after it is for machines and support."""
_FOR_MACHINES = ["error_code", "request_id"]
"""Columns that the full table has, and a list for people does not need."""
_OURS = frozenset(code.removeprefix("column_") for code in sentences("exports") if code.startswith("column_"))


def export_excel(
    table: Any,
    path: str | PathLike[str],
    *,
    lang: str | None = None,
    title: str | None = None,
    logo: str | PathLike[str] | None = None,
) -> Path:
    """Write a table as a workbook to hand over.

    CLABEs, references, phones and ids are text cells; dates are dates of Mexico City; money has a money format; the
    header is frozen and filtered; outcomes are coloured. A sheet lists the rows to look at, another sums up. A
    workbook of CLABEs opens on a list to hand out and slips to cut out, one a flat; the full table stands behind them.
    Nothing from the data is ever a formula.

    Args:
        table: a DataFrame; one that a function of this package gave shows its run on the summary.
        path: `.xlsx`, which is added where there is no suffix; replaced only once the new file is whole. While another
            program holds it, the workbook goes to `name (2).xlsx`.
        lang: `en` or `es` for the headers that are ours; else the person's language.
        title, logo: the condominium's name and a PNG or JPEG picture for the heads of pages; else the profile's.

    Returns:
        Path: where it went.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to, or the path ends otherwise.
        TypeError: it is no path.
    """
    say_what_is_cut(table)
    heading = Heading.of(table).with_own(title, logo)
    spoken = language(lang)
    return write_whole(path, lambda made: _write(table, made, spoken, heading))


def say_what_is_cut(table: Any) -> None:
    """Name the texts that are longer than a cell of Excel can hold."""
    cut = [
        f"{label}: {place + 1}"
        for number, label in enumerate(table.columns)
        for place, value in enumerate(table.iloc[:, number].astype(object))
        if isinstance(value, str) and len(value) > LONGEST
    ]
    if cut:
        logger.warning("%s", say("exports", "texts_cut", most=f"{LONGEST:,}", cells=", ".join(cut[:10])))


def _write(table: Any, path: Path, lang: str | None, heading: Heading) -> None:
    book = Workbook(write_only=True)
    book.properties.keywords = MARK
    book.properties.creator = MARK
    positions = list(range(len(table)))
    if is_of_clabes(table):
        write_handout(book, table, lang, heading)
    behind = heading.with_own(None, None, f"{datetime.now(MEXICO_CITY):%d/%m/%Y}" if heading.title else None)
    write_sheet(book, say("exports", "sheet_table", lang), table, positions, lang, heading=behind)
    if "outcome" in table.columns:
        places = wanting(table)
        title, told = say("exports", "sheet_attention", lang), table.drop(columns=_FOR_MACHINES, errors="ignore")
        write_sheet(book, title, told, places, lang, first=("error", "outcome"), heading=behind)
        write_summary(book, table, lang, behind)
    book.save(path)


def wanting(table: Any) -> list[int]:
    """Return the rows that somebody should look at; those that a pilot kept back are counted, not looked at."""
    outcomes = [str(item) for item in column_named(table, "outcome")]
    codes = column_named(table, "error_code") or [None] * len(outcomes)
    good = {str(item) for item in GOOD}
    return [
        place
        for place, (outcome, code) in enumerate(zip(outcomes, codes, strict=True))
        if str(code) != PILOT and (outcome not in good or not (is_blank(code) or code == "repeated_row"))
    ]


def write_sheet(
    book: Any,
    title: str,
    table: Any,
    positions: Sequence[int],
    lang: str | None,
    first: Sequence[str] = (),
    dress: Callable[[Any, int, int], Any] | None = None,
    heading: Heading = Heading(),  # noqa: B008 - frozen
) -> None:
    """Write some rows of a table.

    Args:
        first: the columns that come before the others.
        dress: takes each cell with its row and column in the table, and gives it back as it is to be written.
        heading: its words stand at the head of each printed page; a logo would cover the table.
    """
    labels = list(table.columns)
    order = [labels.index(name) for name in first if name in labels]
    order += [place for place in range(len(labels)) if place not in order]
    sheet = of_cells(book.create_sheet(title))
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
    add_words(sheet, heading)
    sheet.row_dimensions[1].height = head_height(heads, widths)
    sheet.append([head_cell(sheet, head, added=name in _OURS) for head, name in zip(heads, names, strict=True)])
    told = names.index("error") if "error" in names else None
    style = Style(book)
    rows = zip(*columns, strict=True) if columns else ((),) * len(positions)
    for number, (position, row) in enumerate(zip(positions, rows, strict=True), start=2):
        if told is not None and not is_blank(row[told]):
            sheet.row_dimensions[number].height = height_of(lines_in(str(row[told]), widths[told]))
        cells = _cells(sheet, row, kinds, names, style, lang)
        if dress is not None:
            cells = (dress(cell, position, place) for cell, place in zip(_filled(sheet, cells), order, strict=True))
        sheet.append(list(cells))
    if not positions:
        sheet.append([text_cell(sheet, say("exports", "attention_none", lang))])


def _filled(sheet: Any, cells: Iterator[Any]) -> Iterator[Any]:
    """Make a cell where there is none, so that it can be coloured, and give each a look of its own."""
    for cell in cells:
        if cell is not None:
            cell._style = copy(cell._style)
        yield cell if cell is not None else WriteOnlyCell(sheet)


def _printed(names: Sequence[str]) -> int:
    """Count the columns that go on paper: up to the CLABE's bank, or to an order's status."""
    last = _LAST_PRINTED["order_id" in names]
    return names.index(last) + 1 if last in names else len(names)


def _cells(
    sheet: Any, row: Sequence[Any], kinds: Sequence[str], names: Sequence[str], style: Style, lang: str | None
) -> Iterator[Any]:
    for value, kind, name in zip(row, kinds, names, strict=True):
        told = in_words(name, value, lang) if name in _WORDED else value
        if type(told) is str and not is_blank(told):
            cell = style.text(sheet, told, "wrapped" if name == "error" else "top", identifier=kind == "text")
        else:
            cell = cell_of(sheet, told, kind)
            if cell is not None and cell.data_type != "b":  # LibreOffice shows a truth with a style of its own as 1
                style.align(cell, "number" if cell.data_type == "n" else "top")
        if name == "outcome" and cell is not None:
            style.fill(cell, outcome_fill(str(value)))
        yield cell


def in_words(name: str, value: Any, lang: str | None) -> Any:
    """Return an outcome or a status as a person reads it: in Spanish a word, which `read_sheet` knows again."""
    return value if name not in _WORDED else _word_of(name, str(value), language(lang)) or value


@lru_cache(maxsize=1024)
def _word_of(name: str, value: str, lang: str) -> str | None:
    code = f"outcome_{value}" if name == "outcome" else f"status_{value}" if name in STATUSES else ""
    return say("exports", code, lang) if lang == "es" and code in sentences("exports") else None


STATUSES = frozenset({"status", "previous_status"})
_WORDED = STATUSES | {"outcome"}


def headers(labels: Sequence[Hashable], lang: str | None) -> list[str]:
    """Write our columns' names in the person's language, the owner's as they stand.

    A name of ours that would read like another header is left as it is, so that it can be told apart when it is read.
    """
    plain = [
        " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)
        for label in labels
    ]
    own = {fold_header(word) for word in plain if word not in _OURS}
    told = []
    for word in plain:
        sentence = sentences("exports")[f"column_{word}"] if word in _OURS else None
        alike = sentence is not None and any(fold_header(item) in own for item in sentence)
        told.append(say("exports", f"column_{word}", lang) if sentence is not None and not alike else word)
    return told


_TITLE = Font(name="Calibri", bold=True, size=16, color="0B6E7F")
_QUIET = Font(name="Calibri", size=11, color="607D8B")
_STRONG = Font(name="Calibri", size=11, bold=True)
_LINE = Border(bottom=Side(style="hair", color="B0BEC5"))
_TOTAL = Border(top=Side(style="thin", color="37474F"))
_BAR = "7FB8C2"
_WARNING = PatternFill("solid", fgColor="FFF1CC")
_LEFT = Alignment(horizontal="left")
_SUMMARY: dict[int, float] = {1: 34, 2: 20, 3: 24}
"""The widths of the summary's columns, in characters."""


def write_summary(book: Any, table: Any, lang: str | None, heading: Heading) -> None:
    """Say what the table holds, when it was made and from which run it comes."""
    facts = table.attrs.get("compropago", {})
    sheet = book.create_sheet(say("exports", "sheet_summary", lang))
    for letter, width in zip("ABC", _SUMMARY.values(), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    counts = Counter(str(item) for item in column_named(table, "outcome") if not is_blank(item))
    bar = DataBarRule("num", 0, "num", 1, color=_BAR)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"C5:C{4 + max(len(counts), 1)}", bar)
    lines = [*_heading(sheet, table, facts, lang), *_outcomes(sheet, table, counts, lang)]
    lines += [*_amounts(sheet, table, lang), *_origin(sheet, facts, lang)]
    on_paper(sheet, 3, len(lines), say("exports", "sheet_summary", lang), lang)
    sheet.print_title_rows = None
    sheet.page_setup.orientation = "portrait"
    add_heading(sheet, heading, _SUMMARY)
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
    order = [str(item) for item in Outcome]
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
            _number(sheet, sum(not is_blank(item) for item in column_named(table, "clabe"))),
        ]
    yield []


def _amounts(sheet: Any, table: Any, lang: str | None) -> Iterator[list[Any]]:
    if "order_price" not in table.columns:
        return
    yield [head_cell(sheet, say("exports", code, lang)) for code in ("summary_money", "summary_mxn", "summary_share")]
    prices = [amount_of(item) for item in column_named(table, "order_price")]
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
