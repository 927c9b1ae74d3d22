"""Identifiers, CLABEs, plain texts, addresses of pictures: text as a person sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import clabe
import numpy as np

from .shown import BLANK, Finding, Parsed, bad, is_blank, is_error_text, one_blank, shown, strip_invisible

_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+?\d{1,3}|\d+[eE]\+\d{1,3}")
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d 00:00:00")
_LONG = 10**15
"""From here on a number has 16 digits, and a spreadsheet has lost the last of them."""
_ORDER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{2,119}")
_MOJIBAKE = re.compile("Ã[\u0080-\u00bfŒœŠšŽžŸˆ˜ƒ\u2010-\u203a€™]|â€|Â[\u0080-\u00bf]|\ufffd")


_MARKED = re.compile(r"['\u2018\u2019\u00b4`]+(?=[\d(+])")
_FRACTION = re.compile(r"\d+\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MONTH = "ene|jan|feb|mar|abr|apr|may|jun|jul|ago|aug|sep|sept|oct|nov|dic|dec"
_DATE_LIKE = re.compile(
    rf"\d{{1,2}}[-/ ](?:{_MONTH})\.?(?:[-/ ]\d{{2,4}})?|(?:{_MONTH})\.?[-/ ]\d{{1,4}}", re.IGNORECASE
)


def unmarked(text: str) -> str:
    """Take off the mark by which a spreadsheet keeps digits as text: `'000101` is `000101`."""
    marked = _MARKED.match(text)
    return text[marked.end() :] if marked else text


def odd_reference(text: str) -> tuple[Finding, ...]:
    """Name what a program may have made of a reference: a number with a fraction, a date."""
    if _FRACTION.fullmatch(text):
        return (Finding("fraction"),)
    return (Finding("date_like"),) if _DATE_LIKE.fullmatch(text) else ()


def parse_identifier(value: Any) -> Parsed:
    """Take a reference or an id as displayed; numbers too long to be exact and dates are refused, never repaired."""
    if is_blank(value):
        return BLANK
    if not isinstance(value, str):
        return _from_object(value)
    text = unmarked(one_blank(strip_invisible(value)))
    if is_error_text(text):
        return bad("error_cell")
    if _SCIENTIFIC.fullmatch(text) or _MIDNIGHT.fullmatch(text):
        return bad("precision_lost")
    return Parsed(text, oddities(text))


def _from_object(value: Any) -> Parsed:
    if isinstance(value, date):
        return bad("precision_lost")
    text = shown(value)
    number: Any = value if isinstance(value, int | float | Decimal) else _number(text)
    if number is not None and not isinstance(value, bool) and abs(number) >= _LONG:
        return bad("precision_lost")
    return Parsed(strip_invisible(text)) if text else BLANK


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def oddities(text: str) -> tuple[Finding, ...]:
    """Name what a person should look at in a text that goes out all the same."""
    found = []
    if text[:1] in ("=", "+", "-", "@"):
        found.append(Finding("formula_like_text"))
    if not text.isascii() and _MOJIBAKE.search(text):
        found.append(Finding("mojibake"))
    return tuple(found)


def parse_text(value: Any) -> Parsed:
    """Take a plain text: blanks run together, nothing invisible."""
    if is_blank(value):
        return BLANK
    text = one_blank(strip_invisible(shown(value)))
    return bad("error_cell") if is_error_text(text) else Parsed(text, oddities(text)) if text else BLANK


def parse_order_id(value: Any) -> Parsed:
    """Take an order's id: one word that fits into an address."""
    taken = parse_identifier(value)
    if not isinstance(taken.value, str) or _ORDER_ID.fullmatch(taken.value):
        return taken
    return bad("bad_order_id")


def parse_url(value: Any) -> Parsed:
    """Take the address of a picture: http or https, with a host."""
    taken = parse_text(value)
    if not isinstance(taken.value, str):
        return taken
    try:
        parts = urlsplit(taken.value)
        holds = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in taken.value
    except ValueError:
        holds = False
    return Parsed(taken.value) if holds else bad("bad_url")


def parse_name(parts: Sequence[Any]) -> Parsed:
    """Join the parts of a name (nombre, apellido paterno, apellido materno); runs of white space become one blank."""
    taken = [parse_text(part) for part in parts]
    errors = [value for value in taken if value.value is None and value.findings]
    if errors:
        return errors[0]
    words = [str(value.value) for value in taken if value.value is not None]
    if not words:
        return BLANK
    name = " ".join(words)
    return Parsed(name, oddities(name))


# CLABEs: the control digit, and the bank of the first three digits

_DIGITS = 18
_WEIGHTS = np.resize(np.array([3, 7, 1], dtype="uint8"), _DIGITS - 1)


def is_valid_clabe(text: str) -> bool:
    """Whether a CLABE has 18 digits, a control digit that fits, and a bank that exists."""
    return _has_its_digits(text) and bool(clabe.validate_clabe(text))


def valid_clabes(texts: Sequence[str | None]) -> list[bool | None]:
    """Tell the same of a whole column at once; None where there is no CLABE."""
    told: list[bool | None] = [None if text is None else False for text in texts]
    places = [place for place, bank in enumerate(banks_of(texts)) if bank is not None]
    joined = "".join([texts[place] or "" for place in places])
    digits = np.frombuffer(joined.encode(), dtype="uint8").reshape(-1, _DIGITS) - ord("0")
    sums = (digits[:, :-1] * _WEIGHTS % 10).sum(axis=1, dtype="uint16")  # bytes: a column of a million stays small
    for place, holds in zip(places, ((10 - sums % 10) % 10 == digits[:, -1]).tolist(), strict=True):
        told[place] = holds
    return told


def bank_of(text: str) -> str | None:
    """Name the bank of a CLABE; None where there is no such bank."""
    return _bank(text[:3]) if _has_its_digits(text) else None


def banks_of(texts: Sequence[str | None]) -> list[str | None]:
    """Name the bank of each CLABE."""
    return [_bank(text[:3]) if text is not None and _has_its_digits(text) else None for text in texts]


def _has_its_digits(text: str) -> bool:
    return len(text) == _DIGITS and text.isascii() and text.isdigit()


@lru_cache(maxsize=1024)
def _bank(first_three: str) -> str | None:
    try:
        return str(clabe.get_bank_name(first_three))
    except ValueError:
        return None
