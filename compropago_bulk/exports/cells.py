"""A value as a cell: text stays text, money is money, dates are dates, and nothing from data is ever a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

from ..rows.values import is_blank, shown
from ..rows.vocabulary import IDENTIFIERS, fold_header, read_header

TEXT, MONEY, MOMENT, DAY = "@", '"$"#,##0.00', "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
LONGEST = 32_767
MEXICO_CITY = ZoneInfo("America/Mexico_City")
OUR_TEXTS = frozenset(
    ("error_code", "error", "clabe", "bank", "status", "order_id", "short_id", "request_id", "previous_status", "key")
)
OUR_MONEY = frozenset({"order_price", "fee", "iva"})
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def kind_of(label: Hashable) -> str:
    """Tell how a column is written: `text`, `money` or `any`."""
    word = str(label)
    if word in OUR_TEXTS:
        return "text"
    if word in OUR_MONEY:
        return "money"
    field = read_header(fold_header(word))[0]
    if field in IDENTIFIERS:
        return "text"
    return "money" if field in {"price", "amount"} else "any"


def column_named(table: Any, name: str) -> list[Any]:
    """Give a column's values; the first one's where several have the name, none where there is no such column."""
    labels = [str(label) for label in table.columns]
    return list(table.iloc[:, labels.index(name)].astype(object)) if name in labels else []


def amount_of(value: Any) -> float:
    """Give an amount as a number; 0 for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def cell_of(sheet: Any, value: Any, kind: str = "any") -> Any:
    """Make one cell of a write-only sheet."""
    if is_blank(value):
        return None
    plain: Any = value.item() if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 else value
    if kind == "text":
        return text_cell(sheet, shown(plain), identifier=True)
    if isinstance(plain, datetime):
        return _dated(sheet, plain)
    cell = WriteOnlyCell(sheet)
    if isinstance(plain, bool):
        cell.value = plain
    elif isinstance(plain, int | float | Decimal) and abs(float(plain)) < 1e15:
        cell.value = float(plain) if isinstance(plain, Decimal) else plain
        cell.number_format = MONEY if kind == "money" else "General"
    elif isinstance(plain, date) and plain.year > 1900:
        cell.value = plain
        cell.number_format = DAY
    else:
        return text_cell(sheet, shown(plain))
    return cell


def _dated(sheet: Any, moment: datetime) -> Any:
    wall = moment.astimezone(MEXICO_CITY).replace(tzinfo=None) if moment.tzinfo else moment
    if wall.year <= 1900:
        return text_cell(sheet, shown(wall))
    cell = WriteOnlyCell(sheet)
    cell.value = datetime.combine(wall.date(), wall.time())
    cell.number_format = DAY if wall.time() == time() else MOMENT
    return cell


def text_cell(sheet: Any, text: str, *, identifier: bool = False) -> Any:
    """Make a cell of plain text, whatever it begins with."""
    # The setter would take `=…` for a formula and `#N/A` for an error
    cell = WriteOnlyCell(sheet)
    cell._value = safe_text(text)  # type: ignore[attr-defined]
    cell.data_type = "s"
    if identifier:
        cell.number_format = TEXT
    if text.startswith(FORMULA_LIKE):
        cell.quotePrefix = True
    return cell


def safe_text(text: str) -> str:
    """Write what a workbook can hold: no control characters, nothing that reads back as another character."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode("utf-8")
    return _ESCAPED.sub("_x005F_", clean).replace("\r", "_x000D_")[:LONGEST]
