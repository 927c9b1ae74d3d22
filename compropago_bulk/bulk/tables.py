"""Frames made of records: typed columns, times in Mexico City, text that stays text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..rows.columns import moments


def frame_of(records: Iterable[Mapping[str, Any]], dtypes: Mapping[str, str]) -> Any:
    """Make a DataFrame with exactly these columns and dtypes, also of no records at all.

    A dtype of `moment` takes epoch milliseconds and gives times in Mexico City.
    """
    columns: dict[str, list[Any]] = {name: [] for name in dtypes}
    for record in records:
        for name, column in columns.items():
            column.append(record.get(name))
    return pd.DataFrame({name: _column(columns.pop(name), dtype) for name, dtype in dtypes.items()}, copy=False)


def _column(values: list[Any], dtype: str) -> Any:
    if dtype == "moment":
        return moments(values)
    if dtype == "Float64":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(values, dtype=dtype)
