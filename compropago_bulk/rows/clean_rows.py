"""The rows of a check, kept as flat columns: a hundred thousand records cost more than all that is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import overload

from ..model import Operation, Row, Value
from .keys import fingerprints

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
