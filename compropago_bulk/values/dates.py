"""Dates as people write them in Mexico, to epoch seconds."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .shown import BLANK, Parsed, bad, fold, is_blank, is_error_text, shown, strip_invisible

MEXICO_CITY = ZoneInfo("America/Mexico_City")

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_WORDS = re.compile(r"(\d{1,2})[ \-/]*(?:de )?([a-z]{3,10})\.?[ \-/]*(?:de |del )?(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[/.\-](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_MONTH_WORD = re.compile(r"([a-z]{3,10})\.?[ \-/]*(?:de |del )?(\d{4})")
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
    month = _month(found[2]) if found else None
    return _at(datetime(int(found[3]), month, int(found[1]))) if found and month else None


def _month(word: str) -> int | None:
    """Return the number of a month that is called so, in either language; its first three letters tell."""
    short = word[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else _ENGLISH.get(short)


def days_of(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of what a person calls a day, a month or a year; None for anything else.

    `2026-02-01`, `01/02/2026` (day first), `1 de febrero de 2026`; `2026-02`, `02/2026`, `febrero 2026`; `2026`.

    Raises:
        ValueError: a day that no calendar has.
    """
    plain = fold(text)
    if found := _YEAR.fullmatch(plain):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    month = _month_of(plain)
    if month is not None:
        return month, (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    seconds = _from_text(plain)
    if seconds is None or ":" in plain:
        return None
    day = datetime.fromtimestamp(seconds, MEXICO_CITY).date()
    return day, day


def _month_of(text: str) -> date | None:
    if found := _YEAR_MONTH.fullmatch(text):
        return date(int(found[1]), int(found[2]), 1)
    if found := _MONTH_YEAR.fullmatch(text):
        return date(int(found[2]), int(found[1]), 1)
    found = _MONTH_WORD.fullmatch(text)
    number = _month(found[1]) if found else None
    return date(int(found[2]), number, 1) if found and number else None


def _wall(year: str, month: str, day: str, clock: list[str | None]) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(int(year), int(month), int(day), hour, minute, second)
