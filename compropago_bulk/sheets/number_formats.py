"""What a person sees of a number: the part of Excel's number formats that identifiers use.

A format that would show an amount (thousands, decimals, currency, percent, powers) is not applied to an identifier: the
plain digits are given, and `applied` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format
from openpyxl.workbook import Workbook

_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General|[eE][+-]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_DIGITS = "0#?"
_LOST_FROM = 10**15
"""From 16 digits on a spreadsheet's number has lost digits."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as text; `applied` is False where its format could have shown more than the digits."""

    text: str
    applied: bool = True


shows_dates = lru_cache(maxsize=512)(is_date_format)
"""Whether a format writes a number as a date."""


def digits_lost(value: float) -> bool:
    """Whether a number is too long for a spreadsheet to have kept its digits."""
    return abs(value) >= _LOST_FROM


def scientific(value: float) -> str:
    """Write a number too long to be exact so that nobody takes it for an identifier: 6.46180146400021E+17."""
    mantissa, exponent = f"{value:.14E}".split("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


def plain(value: float) -> str:
    """Write a number without a format: 153.0 as 153, 12.5 as 12.5."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.15g}" if 1e-5 <= abs(value) < _LOST_FROM else repr(value)
    return str(int(value))


def show_number(value: float, number_format: str) -> Shown:
    """Write a number as its format shows it."""
    if not number_format or number_format in {"General", "@", "0"}:
        return Shown(plain(value))
    chosen = _section(value, number_format)
    if chosen is None:
        return Shown(plain(value), applied=False)
    section, minus = chosen
    if any(token == "General" for token in section):
        return _around(section, plain(abs(value)), minus)
    if not _only_digits(section) or float(value) != int(value):
        return Shown(plain(value), applied=not any(token[0] in _DIGITS for token in section) and not section)
    text = _fill(section, str(abs(int(value))))
    return Shown(("-" if minus else "") + text)


def show_text(text: str, number_format: str) -> str:
    """Write a text as the format's text section shows it (`"DEP-"@`)."""
    for section in _sections(number_format):
        if "@" in section:
            return "".join(text if token == "@" else _literal(token) for token in section)
    return text


@lru_cache(maxsize=512)
def has_text_section(number_format: str) -> bool:
    """Whether a format writes something around a text."""
    return any("@" in section and len(section) > 1 for section in _sections(number_format))


@lru_cache(maxsize=512)
def pads(number_format: str) -> bool:
    """Whether a format shows an identifier: leading zeros or literals between digits, no thousands or decimals."""
    section = _sections(number_format)[0] if number_format and not shows_dates(number_format) else ()
    if not section or not _only_digits(section):
        return False
    zeros = sum(token == "0" for token in section)
    letters = "".join(_literal(token) for token in section if token not in _DIGITS)
    return zeros >= 2 or (zeros + letters.count("#") > 0 and any(char.isalnum() or char == "-" for char in letters))


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[tuple[str, ...], ...]:
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(number_format):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return tuple(tuple(section) for section in sections)


def _section(value: float, number_format: str) -> tuple[tuple[str, ...], bool] | None:
    """Choose the section for a value, and whether a minus sign goes before it."""
    sections = [s for s in _sections(number_format) if "@" not in s] or [()]
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, *condition):
                return section, value < 0
        return None
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], value < 0


def _condition(section: tuple[str, ...]) -> tuple[str, float] | None:
    for token in section:
        if match := _CONDITION.fullmatch(token):
            return match[1], float(match[2])
    return None


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _only_digits(section: tuple[str, ...]) -> bool:
    """Whether a section is digits and literals only, so that it shows an identifier whole."""
    marks = [token for token in section if len(token) == 1 and not token.isspace()]
    if any(token in {"%", ",", ".", "@", "$", "€", "£"} for token in marks):
        return False
    if any(len(token) == 2 and token[0] in "eE" for token in section):
        return False
    if any(token.startswith("[$") and not token.startswith("[$-") for token in section):
        return False
    if any('"' in token and ("$" in token or "%" in token) for token in section):
        return False
    return any(token in _DIGITS for token in section if len(token) == 1)


def _literal(token: str) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    if token[0] == "_" and len(token) == 2:
        return " "
    if (token[0] in "*[" and len(token) > 1) or token == "General":
        return ""
    return token


def _fill(section: tuple[str, ...], digits: str) -> str:
    """Put digits into their places from the right; what is left over stands before the first place."""
    if digits == "0":
        digits = ""
    places = [index for index, token in enumerate(section) if token in _DIGITS and len(token) == 1]
    parts = [_literal(token) for token in section]
    for index in reversed(places):
        if digits and index == places[0]:
            parts[index], digits = digits, ""
        elif digits:
            parts[index], digits = digits[-1], digits[:-1]
        else:
            parts[index] = {"0": "0", "#": "", "?": " "}[section[index]]
    return "".join(parts).strip()


def _around(section: tuple[str, ...], text: str, minus: bool) -> Shown:
    body = "".join(text if token == "General" else _literal(token) for token in section)
    return Shown(("-" if minus else "") + body.strip())


def looks_of(workbook: Workbook) -> dict[str, str]:
    """Return the number format of each style that has one beyond General and text."""
    from_id = workbook._number_formats  # type: ignore[attr-defined]
    looks: dict[str, str] = {}
    for index, style in enumerate(workbook._cell_styles):  # type: ignore[attr-defined]
        look = _format_of(style.numFmtId, from_id)
        if look not in {"General", "@", "", "GENERAL"}:
            looks[str(index)] = look
    return looks


def _format_of(number: int, own: Any) -> str:
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    position = number - BUILTIN_FORMATS_MAX_SIZE
    return str(own[position]) if position < len(own) else "General"
