"""What makes two rows the same row: folded keys and fingerprints. Compared folded, sent as typed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _quoted

from ..model import Operation, Value
from ..values.folding import fold

SEPARATOR = " | "


def fold_key(values: Mapping[str, Value], fields: Iterable[str]) -> str:
    """Join the folded values of `fields` into one key that a person can read and type; empty where one is missing."""
    names = tuple(fields)
    return fold_keys({name: [values.get(name)] for name in names}, names, 1)[0]


def fold_keys(columns: Mapping[str, Sequence[Value | None]], fields: Sequence[str], rows: int) -> list[str]:
    """Return each row's key, as `fold_key` does."""
    parts = [[_part(value) for value in columns.get(name, [None] * rows)] for name in fields]
    if len(parts) == 1:
        return parts[0]
    return [SEPARATOR.join(row) if all(row) else "" for row in zip(*parts, strict=True)]


def _part(value: Value | None) -> str:
    folded = fold(value if isinstance(value, str) else "" if value is None else str(value))
    return folded.replace("\\", "\\\\").replace("|", "\\|") if "\\" in folded or "|" in folded else folded


def fingerprint(spec: Operation, values: Mapping[str, Value]) -> str:
    """Hash what makes the row's data. Letter case of the e-mail does not count, nor do the spec's `not_compared`."""
    return fingerprints(spec, {name: [value] for name, value in values.items()}, 1)[0]


def fingerprints(spec: Operation, columns: Mapping[str, Sequence[Value | None]], rows: int) -> list[str]:
    """Return each row's fingerprint: a hash of the JSON of its compared fields, by their names' order."""
    names = _compared(tuple(spec.needs), tuple(spec.optional), tuple(spec.only_if_named), spec.not_compared)
    told = [_told(name, columns[name]) for name in names if name in columns]
    if not told:
        return [_hash("{}")] * rows
    return [_hash("{" + ", ".join(filter(None, row)) + "}") for row in zip(*told, strict=True)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _told(name: str, column: Sequence[Value | None]) -> list[str | None]:
    """Write a field's values as members of a JSON object; None where a row has none."""
    begins = f"{_quoted(name)}: "
    if name == "email":
        return [None if value is None else begins + _quoted(str(value).casefold()) for value in column]
    known: dict[Value, str] = {}
    return [
        None
        if value is None
        else begins + _quoted(value)
        if isinstance(value, str)
        else known.get(value) or known.setdefault(value, begins + _quoted(_plain(value)))
        for value in column
    ]


@lru_cache
def _compared(
    needs: tuple[str, ...], optional: tuple[str, ...], named: tuple[str, ...], not_compared: frozenset[str]
) -> tuple[str, ...]:
    return tuple(sorted({*needs, *optional, *named} - not_compared))


def _plain(value: Value) -> str:
    """Return 1500, 1500.0 and 1500.00 one form."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
