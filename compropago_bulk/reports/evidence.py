"""What is kept of a report: plain JSON, its first line a summary, so that it can be read again in ten years."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from ..journal.states import AuditRecord
from ..rows.results import moments
from ..values import is_blank, shown

VERSION = 1
_EPOCH = pd.Timestamp(0, tz="UTC")
_MOMENT = "datetime64[us, America/Mexico_City]"
_TEXT_IS_A_TYPE = int(pd.__version__.split(".")[0]) >= 3
_PLAIN = {"string", "str", "boolean", "Int64", "Float64", "int64", "float64", "bool"}


def pack(head: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """Write a report: a first line that lists show, and all the rest in the second."""
    return f"{to_text({'version': VERSION, **head})}\n{to_text(body)}"


def unpack(payload: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a report that was kept."""
    first, _, rest = payload.partition("\n")
    return json.loads(first), json.loads(rest)


def head_of(record: AuditRecord) -> dict[str, Any]:
    """Return a kept report's first line; empty where somebody spoilt it."""
    try:
        head = json.loads(record.head)
    except ValueError:
        return {}
    return head if isinstance(head, dict) else {}


def body_of(record: AuditRecord | None) -> dict[str, Any]:
    """Return what a kept report holds; empty where somebody spoilt it."""
    try:
        body = unpack(record.payload or "")[1] if record else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def to_text(value: Any) -> str:
    """Write JSON on one line."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def encode_frame(frame: Any) -> dict[str, Any]:
    """Write a table as JSON, column by column, with its types."""
    columns = [_encode_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return {
        "labels": [_encode(label) for label in frame.columns],
        "columns": columns,
        "index": [_encode(label) for label in frame.index],
        "index_names": [_encode(name) for name in frame.index.names],
        "names": [_encode(name) for name in frame.columns.names],
    }


def decode_frame(kept: Mapping[str, Any]) -> Any:
    """Read a table that was kept: the same values under the same labels, types and index."""
    rows = len(kept["index"])
    series = [_decode_column(item, rows) for item in kept["columns"]]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=range(rows))
    labels: list[Hashable] = [_decode(item) for item in kept["labels"]]
    many = bool(labels) and all(isinstance(label, tuple) for label in labels)
    frame.columns = pd.MultiIndex.from_tuples(labels) if many else pd.Index(labels, dtype=None if labels else object)
    frame.columns.names = [_decode(item) for item in kept["names"]]
    frame.index = _index([_decode(item) for item in kept["index"]], [_decode(item) for item in kept["index_names"]])
    return frame


def _index(labels: list[Any], names: list[Any]) -> Any:
    if labels == list(range(len(labels))) and all(type(label) is int for label in labels):
        return pd.RangeIndex(len(labels), name=names[0])
    if labels and all(isinstance(label, tuple) for label in labels) and len(names) > 1:
        return pd.MultiIndex.from_tuples(labels, names=names)
    return pd.Index(labels, name=names[0])


def _encode_column(series: Any) -> dict[str, Any]:
    dtype = str(series.dtype)
    if dtype == _MOMENT:
        micros = (series.dt.tz_convert("UTC") - _EPOCH) // pd.Timedelta(microseconds=1)
        return {"dtype": dtype, "values": [None if is_blank(item) else int(item) for item in micros.astype(object)]}
    values = [_encode(value) for value in series.astype(object)]
    return {"dtype": dtype if dtype in _PLAIN else "object", "values": values}


def _decode_column(kept: Mapping[str, Any], rows: int) -> Any:
    dtype, values = kept["dtype"], kept["values"]
    if dtype == _MOMENT:
        whole = moments([None if value is None else value // 1000 for value in values])
        rest = pd.to_timedelta(
            pd.Series([0 if value is None else value % 1000 for value in values], dtype="int64"), unit="us"
        )
        return (whole + rest).astype(_MOMENT) if rows else whole
    if dtype == "str" and not _TEXT_IS_A_TYPE:
        dtype = "object"
    return pd.Series([_decode(value) for value in values], dtype=dtype)


def _encode(value: Any) -> Any:
    """Write one value; what JSON has no word for is an object with one letter: `{"t": …}` is a moment."""
    if isinstance(value, tuple):
        return {"l": [_encode(char) for char in value]}
    if is_blank(value) and not isinstance(value, str):
        return None
    if type(value).__module__ == "numpy":
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if abs(value) != float("inf") else {"s": str(value)}
    if isinstance(value, Decimal):
        return {"d": str(value)}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return {"y": value.isoformat()} if isinstance(value, date) else {"s": _other(value)}


def _other(value: Any) -> str:
    return str(value) if isinstance(value, timedelta) else shown(value)


def _decode(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    (letter, value), *_ = kept.items()
    if letter == "l":
        return tuple(_decode(char) for char in value)
    if letter == "d":
        return Decimal(value)
    if letter == "t":
        return pd.Timestamp(value)
    return date.fromisoformat(value) if letter == "y" else value
