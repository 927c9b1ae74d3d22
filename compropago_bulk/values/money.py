"""Amounts in MXN, in the Mexican reading: a comma for thousands, a point for decimals."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from .shown import BLANK, Parsed, bad, is_blank, is_error_text, shown, strip_invisible

_CURRENCY = re.compile(r"^(?:mxn|mx\$|\$|mn)\s*|\s*(?:mxn|m\.?\s?n\.?|pesos|\$)$", re.IGNORECASE)
_MEXICAN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?")
_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}")
_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?")
_GAP = re.compile(r"(?<=\d)[\s'\u2019](?=\d{3}(?!\d))")
"""What some programs write between thousands: a blank of any width, an apostrophe."""
_TAIL = re.compile(r"(?<=\d)[.,](?:-+|–|—)$")
_CENT = Decimal("0.01")
_NOISE = Decimal("1e-7")
"""What binary fractions add to an amount that was typed with two decimals."""


def parse_money(value: Any, code: str = "bad_price", *, decimal_comma: bool = False) -> Parsed:
    """Take an amount above zero with at most two decimals; `1.500` is ambiguous and refused."""
    if is_blank(value):
        return BLANK
    if isinstance(value, bool):
        return bad(code)
    if isinstance(value, str):
        return _take(strip_invisible(value), code, decimal_comma)
    try:
        return _checked(Decimal(shown(value)), code)
    except InvalidOperation:
        return bad(code)


@lru_cache(maxsize=16384)
def _take(text: str, code: str, decimal_comma: bool) -> Parsed:
    if not text:
        return BLANK
    if is_error_text(text):
        return bad("error_cell")
    bare = _GAP.sub("", _TAIL.sub("", _CURRENCY.sub("", _CURRENCY.sub("", text)).strip())).removeprefix("+").strip()
    if decimal_comma and _COMMA.fullmatch(bare):
        return _checked(Decimal(bare.replace(".", "").replace(",", ".")), code)
    if not decimal_comma and _MEXICAN.fullmatch(bare):
        return _checked(Decimal(bare.replace(",", "")), code)
    if _EUROPEAN.fullmatch(bare):
        return _checked(Decimal(bare.replace(".", "").replace(",", ".")), code)
    return bad(code)


def _checked(amount: Decimal, code: str) -> Parsed:
    if not amount.is_finite() or abs(amount) >= 10**12:
        return bad(code)
    cents = amount.quantize(_CENT)
    return Parsed(cents) if cents > 0 and abs(amount - cents) <= _NOISE else bad(code)
