"""What a check found: what is ready, what to mend, and what it would cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ..exports.html import card, chip, table
from ..exports.marked.marked import export_marked
from ..model import Operation, Problem, Severity
from ..rows.checks import Checked, message
from ..rows.clean_rows import CleanRows
from ..rows.table import Table
from ..sheets.headers import recognise
from ..sheets.reading import note_text
from ..texts import say, sentences
from ..values import shown

FEE_FIXED, FEE_SHARE, IVA = Decimal("8.00"), Decimal("0.015"), Decimal("0.16")
"""What the examples of the API reference imply for an order's fee (MXN, share of the price) and its IVA."""
_CENT, _NOTHING = Decimal("0.01"), Decimal(0)
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
        """Return the minutes at the rate, rounded up."""
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
        self._errors = [problem for problem in checked.problems if problem.severity is Severity.ERROR]
        self.problems = _problems(checked.problems)

    @property
    def ok(self) -> bool:
        """Whether every row can go out."""
        return not self._errors

    def export_excel(self, path: str | Path, *, lang: str | None = None) -> Path:
        """Write a copy of the owner's own workbook, the cells to mend coloured and commented; give where it went.

        A sheet in front lists what to mend, for paper and phones; it is known as ours and left out when the copy is
        read. Everything else in the workbook stays as it is, to the byte, and it opens where its owner left it. Where
        the file is gone, has changed since it was read or is no `.xlsx`, a new workbook takes its place. A workbook
        with macros goes to `.xlsm`, any other to `.xlsx`.
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
        word = say("checks", f"operation_{self._spec.name}")
        told = [say("checks", "headline", operation=word, ready=len(self.ready), rows=rows)]
        if self._errors:
            told.append(say("checks", "errors", rows=len({error.position for error in self._errors})))
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
        """Return the columns that look like a field which takes effect only when asked for, by that field."""
        return {field: tuple(map(str, labels)) for field, labels in self._table.passed_by.items()}

    def problem_rows(self, most: int) -> list[list[str]]:
        """Return the first problems as a table's cells in HTML, those that keep a row back before the others."""
        return problem_rows(self._errors, self._checked.problems, most)


def build_check(
    table: Table,
    spec: Operation,
    checked: Checked,
    *,
    rate: float,
    known: int | None = None,
    notes: Sequence[str] = (),
) -> Check:
    """Put a check together.

    Args:
        rate: requests a second.
        known: rows that the journal knows as created; None where it was not asked.
        notes: what is to be known besides of the whole, each beginning with its code and a colon.
    """
    going = checked.rows.going()
    ready, estimate = _ready(table, spec, checked.rows, going), _estimate(spec, checked.rows, going, rate, known)
    return Check(table, spec, checked, ready, [*_notes(table), *notes], estimate)


def _estimate(spec: Operation, rows: CleanRows, positions: Sequence[int], rate: float, known: int | None) -> Estimate:
    requests = len(positions) - (known or 0)
    if not spec.creates:
        return Estimate(requests, 0, 0, rate, known, _NOTHING, _NOTHING, _NOTHING)
    charged = rows.column("price", positions) if spec.name == "orders" else []
    prices = [price for price in charged if isinstance(price, Decimal)]
    fees = [(FEE_FIXED + price * FEE_SHARE).quantize(_CENT) for price in prices]
    iva = sum(((fee * IVA).quantize(_CENT) for fee in fees), _NOTHING)
    phones = sum(phone is not None for phone in rows.column("phone", positions))
    return Estimate(
        requests, requests, min(phones, requests), rate, known, sum(prices, _NOTHING), sum(fees, _NOTHING), iva
    )


def _ready(table: Table, spec: Operation, rows: CleanRows, positions: Sequence[int]) -> Any:
    columns: dict[str, Any] = {
        "source_sheet": pd.Series([rows.sheet(position) for position in positions], dtype="string"),
        "source_row": pd.Series([rows.number(position) for position in positions], dtype="Int64"),
    }
    for field in (*spec.needs, *spec.optional, *spec.only_if_named):
        values = rows.column(field, positions)
        if field in spec.needs or any(value is not None for value in values):
            columns[field] = _column(values, _NUMBERS.get(field, "string"))
    unit = _unit_values(table)
    if unit is not None:
        columns["unit"] = pd.Series([unit[position] for position in positions], dtype="string")
    return pd.DataFrame(columns)


def _column(values: list[Any], dtype: str) -> Any:
    if dtype == "Float64":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(values, dtype=dtype)


def _unit_values(table: Table) -> list[str] | None:
    labels = list(table.frame.columns)
    found = [label for label, match in zip(labels, recognise(labels), strict=True) if match.field == "unit"]
    return [shown(value).strip() for value in table.values(found[0])] if found else None


def _notes(table: Table) -> list[str]:
    notes = [note_text(note) for note in (table.facts.notes if table.facts else ())]
    for field, labels in table.passed_by.items():
        columns = ", ".join(f"«{label}»" for label in labels)
        notes.append(f"column_passed_by: {say('checks', 'column_passed_by', columns=columns, field=field)}")
    return notes


def _problems(problems: Sequence[Problem]) -> Any:
    texts = {
        "source_sheet": [problem.sheet for problem in problems],
        "cell": [problem.cell for problem in problems],
        "field": [problem.field for problem in problems],
        "value": [problem.value for problem in problems],
        "code": [problem.code for problem in problems],
        "message": [message(problem) for problem in problems],
        "severity": [str(problem.severity) for problem in problems],
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype="string") for name, values in texts.items()})
    frame.insert(1, "source_row", pd.Series([problem.row for problem in problems], dtype="Int64"))
    return frame


SHOWN = 15
"""Problems that a notebook shows; all of them are in `.problems`."""
_LONGEST = 60
CLASSES = ("cp-short", "cp-short", "", "cp-words")


def check_html(
    lines: Sequence[str], errors: Sequence[Problem], problems: Sequence[Problem], notes: Sequence[str]
) -> str:
    """Write a check as a card; whatever came from the sheet is escaped."""
    first, *rest = lines
    rows = problem_rows(errors, problems, SHOWN)
    body = table(heads(), rows, label=first, classes=CLASSES) if rows else ""
    if len(problems) > SHOWN:
        body += f"<p>{escape(say('checks', 'more', problems=len(problems) - SHOWN))}</p>"
    return card(first, rest, body + _notes_list(notes))


def heads() -> list[str]:
    """Name the columns of the list of problems."""
    return [say("checks", f"head_{name}") for name in ("kind", "where", "value", "message")]


def problem_rows(errors: Sequence[Problem], problems: Sequence[Problem], most: int) -> list[list[str]]:
    """Write the first problems as cells, those that keep a row back before the others."""
    worst = [*errors, *(problem for problem in problems if problem.severity is Severity.WARNING)]
    return [_row(problem) for problem in worst[:most]]


def _row(problem: Problem) -> list[str]:
    kind = chip(
        "bad" if problem.severity is Severity.ERROR else "wait", say("checks", f"kind_{problem.severity.value}")
    )
    where, _, told = message(problem).partition(": ")
    value = problem.value if len(problem.value) <= _LONGEST else problem.value[: _LONGEST - 1] + "…"
    return [kind, escape(where), escape(value), escape(told[:1].upper() + told[1:])]


def _notes_list(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{escape(_told(note))}</li>" for note in notes)
    return f"<details open><summary>{escape(say('checks', 'head_notes'))}</summary><ul>{items}</ul></details>"


def _told(note: str) -> str:
    """Say a note in the person's language; `.notes` keeps the codes."""
    code, _, where = note.partition(": ")
    known = f"note_{code}" in sentences("checks")
    return say("checks", f"note_{code}", where=where) if known else note
