"""What a check found: what is ready, what to mend, and what it would cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from ..exports.marked import export_marked
from ..rows.checking import Checked, message
from ..rows.frames import Table
from ..rows.headers import recognise
from ..rows.lines import Lines
from ..rows.model import Operation, Problem, Severity
from ..rows.sheets import note_text
from ..rows.values import shown
from ..texts import say
from .check_view import check_html, problem_rows

FEE_FIXED, FEE_SHARE, IVA = Decimal("8.00"), Decimal("0.015"), Decimal("0.16")
"""What the examples of the API reference imply for an order's fee (MXN, share of the price) and its IVA."""
_CENT = Decimal("0.01")
_NUMBERS = {"price": "Float64", "amount": "Float64", "exp_date": "Int64", "expires_at": "Int64"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What sending would set in motion: requests, messages, minutes and, for orders, MXN."""

    requests: int
    emails: int
    sms: int
    rate: float
    known: int | None
    amount: Decimal
    fee: Decimal
    iva: Decimal

    @property
    def minutes(self) -> int:
        """Give the minutes at the rate, rounded up."""
        return math.ceil(self.requests / self.rate / 60)


class Check:
    """What would be sent, and what to mend first.

    Attributes:
        ready: a line for each row that would go out: `source_sheet`, `source_row` and the cleaned fields.
        problems: `source_sheet`, `source_row`, `cell`, `field`, `value`, `code`, `message`, `severity`.
        notes: about the whole file, each beginning with its code and a colon.
        ok: no row is kept back.
        estimate: requests, e-mails, SMS, minutes and, for orders, MXN.
    """

    def __init__(
        self, table: Table, spec: Operation, checked: Checked, ready: Any, notes: Sequence[str], estimate: Estimate
    ) -> None:
        self.ready, self.notes, self.estimate = ready, list(notes), estimate
        self._table, self._spec, self._checked = table, spec, checked
        self._errors = [one for one in checked.problems if one.severity is Severity.ERROR]
        self.problems = _problems(checked.problems)

    @property
    def ok(self) -> bool:
        """Tell whether every row can go out."""
        return not self._errors

    def export_excel(self, path: str | Path, *, lang: str | None = None) -> Path:
        """Write a copy of the owner's own workbook, the cells to mend coloured and commented; give where it went.

        Everything else in it stays as it is, to the byte. Where the file is gone, has changed since it was read or is
        no `.xlsx`, a new workbook takes its place. A workbook with macros goes to `.xlsm`, any other to `.xlsx`.
        """
        frame, facts = self._table.frame, self._table.facts
        columns = {field: source.headers for field, source in self._table.fields.items()}
        problems = self._checked.problems
        return export_marked(facts, frame, problems, path, lang=lang, message=message, columns=columns)

    def lines(self) -> list[str]:
        """Say the whole in a few plain sentences."""
        return [*self.verdict(), *self._costs()]

    def verdict(self) -> list[str]:
        """Say how many rows are ready, and how many are not."""
        rows = len(self._checked.rows)
        told = [say("checks", "headline", operation=self._spec.name, ready=len(self.ready), rows=rows)]
        if self._errors:
            told.append(say("checks", "errors", rows=len({one.position for one in self._errors})))
        if len(self._errors) < len(self._checked.problems):
            told.append(say("checks", "warnings", problems=len(self._checked.problems) - len(self._errors)))
        if not self._checked.problems:
            told.append(say("checks", "all_good"))
        return told

    def _costs(self) -> list[str]:
        cost = self.estimate
        words = {"requests": cost.requests, "emails": cost.emails, "sms": cost.sms, "rate": cost.rate}
        told = [say("checks", "cost" if self._spec.creates else "reads", **words, minutes=cost.minutes)]
        if cost.amount:
            told.append(say("checks", "money", amount=cost.amount, fee=cost.fee, iva=cost.iva))
        if cost.known:
            told.append(say("checks", "known", known=cost.known))
        return told

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return check_html(self.lines(), self._errors, self._checked.problems, self.notes)

    @property
    def passed_by(self) -> dict[str, tuple[str, ...]]:
        """Give the columns that look like a field which takes effect only when asked for, by that field."""
        return {field: tuple(map(str, labels)) for field, labels in self._table.passed_by.items()}

    def problem_rows(self, most: int) -> list[list[str]]:
        """Give the first problems as a table's cells in HTML, those that keep a row back before the others."""
        return problem_rows(self._errors, self._checked.problems, most)


def build_check(table: Table, spec: Operation, checked: Checked, *, rate: float, known: int | None = None) -> Check:
    """Put a check together.

    Args:
        rate: requests a second.
        known: rows that the journal knows as created; None where it was not asked.
    """
    going = checked.rows.going()
    ready, estimate = _ready(table, spec, checked.rows, going), _estimate(spec, checked.rows, going, rate, known)
    return Check(table, spec, checked, ready, _notes(table), estimate)


def _estimate(spec: Operation, rows: Lines, positions: Sequence[int], rate: float, known: int | None) -> Estimate:
    going = len(positions) - (known or 0)
    prices = rows.column("price", positions)
    amount = (
        sum((one for one in prices if isinstance(one, Decimal)), Decimal(0)) if spec.name == "orders" else Decimal(0)
    )
    fees = [
        (FEE_FIXED + one * FEE_SHARE).quantize(_CENT) for one in prices if isinstance(one, Decimal)
    ] if spec.name == "orders" else []  # fmt: skip
    fee = sum(fees, Decimal(0))
    iva = sum(((one * IVA).quantize(_CENT) for one in fees), Decimal(0))
    sms = sum(one is not None for one in rows.column("phone", positions))
    if not spec.creates:
        return Estimate(going, 0, 0, rate, known, Decimal(0), Decimal(0), Decimal(0))
    return Estimate(going, going, min(sms, going), rate, known, amount, fee, iva)


def _ready(table: Table, spec: Operation, rows: Lines, positions: Sequence[int]) -> Any:
    columns: dict[str, Any] = {
        "source_sheet": pd.Series([rows.sheet(one) for one in positions], dtype="string"),
        "source_row": pd.Series([rows.number(one) for one in positions], dtype="Int64"),
    }
    for field in (*spec.needs, *spec.optional, *spec.only_if_named):
        values = rows.column(field, positions)
        if field in spec.needs or any(one is not None for one in values):
            columns[field] = _column(values, _NUMBERS.get(field, "string"))
    unit = _unit_values(table)
    if unit is not None:
        columns["unit"] = pd.Series([unit[one] for one in positions], dtype="string")
    return pd.DataFrame(columns)


def _column(values: list[Any], dtype: str) -> Any:
    if dtype == "Float64":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(values, dtype=dtype)


def _unit_values(table: Table) -> list[str] | None:
    labels = list(table.frame.columns)
    found = [label for label, one in zip(labels, recognise(labels), strict=True) if one.field == "unit"]
    return [shown(value).strip() for value in table.values(found[0])] if found else None


def _notes(table: Table) -> list[str]:
    notes = [note_text(note) for note in (table.facts.notes if table.facts else ())]
    for field, labels in table.passed_by.items():
        columns = ", ".join(f"«{label}»" for label in labels)
        notes.append(f"column_passed_by: {say('checks', 'column_passed_by', columns=columns, field=field)}")
    return notes


def _problems(problems: Sequence[Problem]) -> Any:
    texts = {
        "source_sheet": [one.sheet for one in problems],
        "cell": [one.cell for one in problems],
        "field": [one.field for one in problems],
        "value": [one.value for one in problems],
        "code": [one.code for one in problems],
        "message": [message(one) for one in problems],
        "severity": [str(one.severity) for one in problems],
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype="string") for name, values in texts.items()})
    frame.insert(1, "source_row", pd.Series([one.row for one in problems], dtype="Int64"))
    return frame
