"""The columns that are added to a table: their names, their order, their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from .model import Operation, Result
from .values import bank_of, clabe_holds

MOMENT = "datetime64[us, America/Mexico_City]"

_FIRST = ("outcome", "error_code", "error", "clabe", "bank", "clabe_valid", "status", "test_mode")
_ORDERS = ("order_id", "short_id", "order_price", "fee", "iva")
_LAST = ("created_at", "updated_at", "expires_at", "request_id", "attempts")
_VERIFY = ("previous_status", "status_changed", "first_seen_paid")

_MONEY = frozenset({"order_price", "fee", "iva"})
_TRUTH = frozenset({"test_mode", "clabe_valid", "status_changed"})
_MOMENTS = frozenset({"created_at", "updated_at", "expires_at", "first_seen_paid"})
_OF_RESULT = frozenset({"outcome", "error_code", "error", "attempts"})
_OF_CLABE = {"bank": bank_of, "clabe_valid": clabe_holds}


def added_columns(spec: Operation) -> list[str]:
    """Name the columns that an operation adds, in their order."""
    orders = spec.name in {"orders", "verify"}
    return [*_FIRST, *(_ORDERS if orders else ()), *_LAST, *(() if spec.creates else _VERIFY)]


def column_of(name: str, results: Sequence[Result], more: Sequence[Any] = ()) -> Any:
    """Make one column: of the results, of CLABEs given in `more`, or of values beside the results."""
    if name in _VERIFY:
        return typed(name, list(more))
    if name in _OF_CLABE:
        clabes = list(more) if not results else [one.answer.clabe if one.answer else None for one in results]
        return typed(name, [_OF_CLABE[name](one) if isinstance(one, str) else None for one in clabes])
    if name in _OF_RESULT:
        return typed(name, [getattr(one, name) for one in results])
    return typed(name, [getattr(one.answer, name) if one.answer else None for one in results])


def typed(name: str, values: list[Any]) -> Any:
    """Make a series of a column's type: text is pandas' nullable string, money Float64, times of Mexico City."""
    if name in _MOMENTS:
        return moments(values)
    if name in _MONEY:
        return pd.Series([None if one is None else float(one) for one in values], dtype="Float64")
    if name in _TRUTH:
        return pd.Series(values, dtype="boolean")
    if name == "attempts":
        return pd.Series(values, dtype="Int64")
    return pd.Series([None if one is None else str(one) for one in values], dtype="string")


def moments(values: Sequence[int | None]) -> Any:
    """Turn epoch milliseconds into times of Mexico City, microseconds; None into NaT."""
    micros = pd.array([None if one is None else one * 1000 for one in values], dtype="Int64")
    naive = pd.Series(micros).astype("datetime64[us]")
    return naive.dt.tz_localize("UTC").dt.tz_convert("America/Mexico_City")
