"""The rows of a check, kept as flat columns, and what makes two of them the same row: folded keys and fingerprints.

Compared folded, sent as typed. A hundred thousand records cost more than all that is in them, so there are none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import overload

from ..model import Operation, Row, Value
from ..values.shown import fold

Column = Sequence[Value | None]


class CleanRows(Sequence[Row]):
    """Every row of a table, cleaned for one operation; a `Row` is made for whoever asks for one.

    Attributes:
        columns: canonical field to its cleaned values, None where a row has none; a field that no row has is absent.
        keys: each row's identity, folded; empty where the row is not valid.
        invalid: the positions that are kept back by an error.
        conflicts: the positions whose key stands elsewhere with other data.
        repeats: the positions that repeat an earlier row exactly, and that row's.
    """

    def __init__(
        self,
        spec: Operation,
        columns: Mapping[str, Column],
        keys: Sequence[str],
        *,
        sheets: Sequence[str | None] | None,
        numbers: Sequence[int],
        invalid: Set[int],
        conflicts: Set[int],
        repeats: Mapping[int, int],
    ) -> None:
        self.spec, self.columns, self.keys = spec, columns, keys
        self.invalid, self.conflicts, self.repeats = invalid, conflicts, repeats
        self._sheets, self._numbers = sheets, numbers

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | Sequence[Row]:
        if isinstance(position, slice):
            return [self[item] for item in range(*position.indices(len(self)))]
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        return self._row(position % len(self))

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, range(len(self)))

    def _row(self, position: int) -> Row:
        return Row(
            position,
            self.values(position),
            self.keys[position],
            self.sheet(position),
            self._numbers[position],
            position not in self.invalid,
            position in self.conflicts,
            self.repeats.get(position),
        )

    def values(self, position: int) -> dict[str, Value]:
        """Return a row's fields; one without a value is absent."""
        return {name: value for name, column in self.columns.items() if (value := column[position]) is not None}

    def value(self, field: str, position: int) -> Value | None:
        """Return one value of one row."""
        column = self.columns.get(field)
        return column[position] if column is not None else None

    def column(self, field: str, positions: Sequence[int]) -> list[Value | None]:
        """Return a field's values at some positions; None for each where no row has one."""
        column = self.columns.get(field)
        return [None] * len(positions) if column is None else [column[position] for position in positions]

    def sheet(self, position: int) -> str | None:
        """Name the sheet that a row stands in."""
        return self._sheets[position] if self._sheets else None

    def number(self, position: int) -> int:
        """Return the row number that its owner sees."""
        return self._numbers[position]

    def going(self) -> Sequence[int]:
        """Return the positions that can go out: valid, without a rival in the sheet, and the first of their kind."""
        kept = self.invalid | self.conflicts | self.repeats.keys()
        return [item for item in range(len(self)) if item not in kept] if kept else range(len(self))

    def fingerprints(self, positions: Sequence[int]) -> list[str]:
        """Hash what makes these rows' data."""
        return fingerprints(self.spec, {name: self.column(name, positions) for name in self.columns}, len(positions))


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
