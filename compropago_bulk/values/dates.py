"""Dates as people write them in Mexico, to epoch seconds."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .folding import fold, strip_invisible
from .shown import BLANK, Parsed, bad, is_blank, is_error_text, shown

MEXICO_CITY = ZoneInfo("America/Mexico_City")

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_WORDS = re.compile(r"(\d{1,2})[ \-/]*(?:de )?([a-z]{3,10})\.?[ \-/]*(?:de |del )?(\d{4})")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_ENGLISH = {"jan": 1, "apr": 4, "aug": 8, "dec": 12}
_SECONDS = (10**9, 10**11)
_MILLISECONDS = (10**12, 10**14)
_SERIALS = (20_000, 80_000)
"""Spreadsheet days: from 1954 to 2119."""


def parse_date(value: Any, now: float, *, epoch_1904: bool = False) -> Parsed:
    """Take a day or a moment of Mexico City as epoch seconds; a day means its last second. The past is refused."""
    if is_blank(value):
        return BLANK
    try:
        moment = _moment(value, epoch_1904)
    except (ValueError, OverflowError, TypeError):
        moment = None
    if moment is None:
        text = strip_invisible(shown(value))
        return bad("error_cell") if is_error_text(text) else bad("bad_date")
    return Parsed(moment) if moment > now else bad("past_date")


def _moment(value: Any, epoch_1904: bool) -> int | None:
    if isinstance(value, datetime):
        return _at(value)
    if isinstance(value, date):
        return _at(datetime.combine(value, time()))
    if isinstance(value, bool):
        return None
    text = strip_invisible(shown(value))
    number = _number(text)
    return _from_number(number, epoch_1904) if number is not None else _from_text(text)


def _at(moment: datetime) -> int:
    if moment.tzinfo is None:
        if moment.time() == time():
            moment = datetime.combine(moment.date(), time(23, 59, 59))
        moment = moment.replace(tzinfo=MEXICO_CITY)
    return int(moment.timestamp())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _from_number(number: float, epoch_1904: bool) -> int | None:
    if _SECONDS[0] <= number < _SECONDS[1]:
        return int(number)
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        return int(number) // 1000
    if not _SERIALS[0] <= number < _SERIALS[1]:
        return None
    first = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    return _at(first + timedelta(seconds=round(number * 86_400)))


def _from_text(text: str) -> int | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        year, month, day, *clock = found.groups()
        return _at(_wall(year, month, day, clock))
    found = _DAY_FIRST.fullmatch(text)
    if found:
        day, month, year, *clock = found.groups()
        return _at(_wall(year, month, day, clock))
    found = _WORDS.fullmatch(fold(text))
    if not found:
        return None
    short = found[2][:3]
    number = _MONTHS.index(short) + 1 if short in _MONTHS else _ENGLISH.get(short)
    return _at(datetime(int(found[3]), number, int(found[1]))) if number else None


def _wall(year: str, month: str, day: str, clock: list[str | None]) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(int(year), int(month), int(day), hour, minute, second)
