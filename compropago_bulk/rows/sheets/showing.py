"""A cell as the text or value that a frame keeps."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from .formats import digits_lost, pads, plain, scientific, show_number, show_text
from .grid import Cell, Damage, Labelled, Number
from .memory import Mark


def text_of(cell: Cell) -> str:
    """Give the text that a person sees in a cell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Labelled):
        return show_text(cell.text, cell.format)
    if isinstance(cell, Number):
        return cell.shown if cell.shown is not None else show_number(cell.value, cell.format).text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return plain(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, Damage):
        return cell.shown
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def as_identifier(cell: Cell) -> tuple[str, Mark | None]:
    """Give an identifier as displayed, and what is wrong with its cell."""
    if type(cell) is str:
        return cell, None
    number = cell.value if isinstance(cell, Number) else cell
    if isinstance(number, int | float) and not isinstance(number, bool) and digits_lost(number):
        text = scientific(number)
        return text, Mark("precision_lost", text)
    text = text_of(cell)
    if isinstance(cell, date):
        return text, Mark("precision_lost", text)
    return text, Mark(cell.code, text) if isinstance(cell, Damage) else None


def as_value(cell: Cell) -> tuple[Any, Mark | None]:
    """Give any other cell's value: text, number, truth or date; numbers whose format shows an identifier as shown."""
    kind = type(cell)
    if kind is str or kind is int or kind is bool:
        return cell, None
    if isinstance(cell, Damage):
        return cell.shown, Mark(cell.code, cell.shown)
    if isinstance(cell, Number):
        if digits_lost(cell.value):
            return as_identifier(cell)
        if cell.shown is not None or pads(cell.format):
            return text_of(cell), None
        value = cell.value
        return (int(value) if isinstance(value, float) and value.is_integer() else value), None
    if isinstance(cell, float):
        return as_identifier(cell) if digits_lost(cell) else (cell, None)
    return (text_of(cell) if isinstance(cell, Labelled) else cell), None
