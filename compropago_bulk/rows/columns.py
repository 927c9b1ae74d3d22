"""The columns that are added to a table: their names, their order, their types."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .model import Operation

MOMENT = "datetime64[us, America/Mexico_City]"

_FIRST = ("outcome", "error_code", "error", "clabe", "bank", "clabe_valid", "status", "test_mode")
_ORDERS = ("order_id", "short_id", "order_price", "fee", "iva")
_LAST = ("created_at", "updated_at", "expires_at", "request_id", "attempts")
_VERIFY = ("previous_status", "status_changed", "first_seen_paid")

_MONEY = frozenset({"order_price", "fee", "iva"})
_TRUTH = frozenset({"test_mode", "clabe_valid", "status_changed"})
_MOMENTS = frozenset({"created_at", "updated_at", "expires_at", "first_seen_paid"})
NEVER = -(2**63)
"""Stands for no moment in a row of numbers; pandas reads it as NaT."""


def added_columns(spec: Operation) -> list[str]:
    """Name the columns that an operation adds, in their order."""
    orders = spec.name in {"orders", "verify"}
    return [*_FIRST, *(_ORDERS if orders else ()), *_LAST, *(() if spec.creates else _VERIFY)]


def typed(name: str, values: Sequence[Any]) -> Any:
    """Make a series of a column's type: text is pandas' nullable string, money Float64, times of Mexico City."""
    if name in _MOMENTS:
        return moments(values)
    if name in _MONEY:
        return pd.Series([None if one is None else float(one) for one in values], dtype="Float64")
    if name in _TRUTH:
        return pd.Series(list(values), dtype="boolean")
    if name == "attempts":
        return pd.Series(np.array(values, dtype="int64"), dtype="Int64")
    return pd.Series([None if one is None else str(one) for one in values], dtype="string")


def moments(values: Sequence[int | None]) -> Any:
    """Turn epoch milliseconds into times of Mexico City, microseconds; None, or `NEVER` in an array, into NaT."""
    millis = values if isinstance(values, array) else [NEVER if one is None else one for one in values]
    numbers = np.array(millis, dtype="int64")
    micros = np.where(numbers == NEVER, NEVER, numbers * 1000)
    naive = pd.Series(micros.view("datetime64[us]"))
    return naive.dt.tz_localize("UTC").dt.tz_convert("America/Mexico_City")
