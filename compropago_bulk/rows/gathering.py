"""What a check has found so far: cleaned columns, and problems with the cells that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .frames import Table
from .lines import Column
from .model import Operation, Problem, Severity
from .values import Finding, is_blank
from .values.shown import short

WARNINGS = frozenset(
    [
        "repeated_row",
        "bad_phone",
        "extra_emails",
        "extra_phones",
        "phone_extension",
        "shared_email",
        "near_duplicate",
        "hidden_row",
        "placeholder",
        "formula_like_text",
        "bad_clabe",
        "mojibake",
    ]
)


class Gathering:
    """The rows of one check while they are being put together."""

    def __init__(self, table: Table, spec: Operation) -> None:
        self.table, self.spec, self.size = table, spec, len(table.frame)
        self.sheets, self.numbers = _places(table)
        self.columns: dict[str, Column] = {}
        self.problems: list[Problem] = []
        self.invalid: set[int] = set()
        self.marked = self._marked()

    def sheet(self, position: int) -> str | None:
        """Name the sheet that a row stands in."""
        return self.sheets[position] if self.sheets else None

    def note(self, position: int, field: str, value: str, finding: Finding, header: Any = None) -> None:
        """Add one problem."""
        severity = Severity.WARNING if finding.code in WARNINGS else Severity.ERROR
        if severity is Severity.ERROR:
            self.invalid.add(position)
        facts, sheet, row = self.table.facts, self.sheet(position), self.numbers[position]
        cell = facts.cell(sheet, row, header) if facts and header is not None else None
        self.problems.append(
            Problem(position, field, short(value), finding.code, severity, sheet, row, cell, finding.details)
        )

    def _marked(self) -> set[int]:
        """Give the positions of rows of which a cell was damaged where it was read."""
        marks = self.table.facts.marks if self.table.facts else {}
        rows = {(sheet, row) for sheet, row, _ in marks}
        return {one for one in range(self.size) if (self.sheet(one), self.numbers[one]) in rows} if rows else set()


def _places(table: Table) -> tuple[list[str | None] | None, Sequence[int]]:
    """Say where the rows stand in their owner's eyes: their sheets, and the numbers beside them."""
    frame, size = table.frame, len(table.frame)
    if table.facts is None or "source_row" not in frame.columns or "source_sheet" not in frame.columns:
        return None, range(1, size + 1)
    sheets = [None if is_blank(one) else str(one) for one in table.values("source_sheet")]
    return sheets, [_row_number(one, place) for place, one in enumerate(table.values("source_row"))]


def _row_number(value: Any, position: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):  # the analyst added a row of his own
        return position + 1
