"""Money as whole centavos: what is added up is exact, and only what is shown becomes a number of pesos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from ..texts import language, say
from ..values.dates import MEXICO_CITY, days_of

CENT = Decimal("0.01")


def to_centavos(amount: Decimal | float | int | None) -> int | None:
    """Return the centavos of an amount in MXN, half a centavo rounded up; None for none."""
    if amount is None or amount is pd.NA or amount != amount:
        return None
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    return int((exact * 100).to_integral_value(ROUND_HALF_UP))


def add_up(amounts: Iterable[int | None]) -> int:
    """Add centavos; what is not known adds nothing."""
    return sum(amount for amount in amounts if amount is not None)


def pesos(centavos: int | None) -> float | None:
    """Return MXN from centavos: the number nearest to the exact amount."""
    return None if centavos is None else centavos / 100


def exact(centavos: int) -> Decimal:
    """Return MXN from centavos, exactly."""
    return Decimal(centavos).scaleb(-2)


def money_column(centavos: Sequence[int | None]) -> pd.Series[float]:
    """Make a column of MXN (Float64)."""
    return pd.Series([pesos(centavo) for centavo in centavos], dtype="Float64")


def share_column(centavos: Sequence[int], total: int) -> pd.Series[float]:
    """Make a column of shares of a total, 0 to 1 (Float64)."""
    return pd.Series([centavo / total if total else 0.0 for centavo in centavos], dtype="Float64")


def written(centavos: int | None) -> str:
    """Write an amount as people read it: `$1,500.00`."""
    return "" if centavos is None else f"${exact(centavos):,.2f}"


DAY = timedelta(days=1)


def moment_of(milliseconds: int) -> datetime:
    """Return a moment in Mexico City."""
    return datetime.fromtimestamp(milliseconds // 1000, MEXICO_CITY) + timedelta(milliseconds=milliseconds % 1000)


def day_of(milliseconds: int) -> date:
    """Return the day in Mexico City."""
    return moment_of(milliseconds).date()


def milliseconds_of(moment: datetime) -> int:
    """Return epoch milliseconds; a moment without a time zone is one of Mexico City."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=MEXICO_CITY)
    return round(aware.timestamp() * 1000)


def beginning(day: date) -> int:
    """Return the first millisecond of a day."""
    return milliseconds_of(datetime.combine(day, time(), MEXICO_CITY))


def end(day: date) -> int:
    """Return the last millisecond of a day."""
    return beginning(day + DAY) - 1


def read_when(when: Any) -> tuple[int, date | None]:
    """Read a day, a month, a year or a moment, as people write them.

    Text such as `2026-02-01`, `01/02/2026` (day first), `2026-02`, `febrero 2026`, `2026`; a date; a moment. A midnight
    without a zone is its day.

    Returns:
        The last millisecond that counts, and the first day of what was meant; None for a moment.

    Raises:
        ValueError: it is none of these.
    """
    try:
        if isinstance(when, str):
            days = days_of(when.strip())
            when = when if days is None else days
            when = datetime.fromisoformat(when.strip()) if isinstance(when, str) else when
        if isinstance(when, pd.Period):
            when = when.start_time.date(), when.end_time.date()
    except ValueError:
        raise ValueError(say("reports", "bad_when", text=when)) from None
    if isinstance(when, datetime):
        return _moment_or_day(when)
    if isinstance(when, date):
        return end(when), when
    if isinstance(when, tuple):
        return end(when[1]), when[0]
    raise ValueError(say("reports", "bad_when", text=when))


def _moment_or_day(when: datetime) -> tuple[int, date | None]:
    plain = when.to_pydatetime(warn=False) if isinstance(when, pd.Timestamp) else when
    if plain.tzinfo is None and plain.time() == time():
        return end(plain.date()), plain.date()
    return milliseconds_of(plain), None


def months_after(day: date, months: int) -> date:
    """Return the same day some months on, or the last day of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - DAY)


def shown_day(day: date | None, lang: str | None = None) -> str:
    """Write a day as people do: `15 de marzo de 2026`, `15 March 2026`."""
    if day is None:
        return ""
    month = say("reports", f"month_{day.month}", lang)
    return f"{day.day} de {month} de {day.year}" if language(lang) == "es" else f"{day.day} {month} {day.year}"


def shown_moment(milliseconds: int, lang: str | None = None) -> str:
    """Write a moment: the day, and the time of Mexico City."""
    return f"{shown_day(day_of(milliseconds), lang)}, {moment_of(milliseconds):%H:%M}"


def shown_month(month: str, lang: str | None) -> str:
    """Write a month (`2026-05`) as people do: `Mayo 2026`."""
    year, dash, number = month.partition("-")
    return f"{say('reports', f'month_{int(number)}', lang).capitalize()} {year}" if dash else month
