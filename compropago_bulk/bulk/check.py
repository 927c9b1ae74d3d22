"""What a check found: what is ready, what to mend, and what it would cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import OPERATIONS
from ..errors import ConfigurationError
from ..exports.html import card, chip, table
from ..exports.marked.marked import export_marked
from ..journal import open_journal
from ..model import Operation, Outcome, Problem, Severity, State
from ..rows.checks import Checked, message
from ..rows.clean import Table
from ..rows.clean_rows import CleanRows
from ..sheets.headers import recognise
from ..sheets.reading import note_text
from ..texts import say, sentences
from ..values import shown
from .pipeline import account_of, connected
from .plan import Cost, Options, Plan, apply_limit, check_options, judge_all, prepare
from .profile import Profile, with_profile
from .progress import working
from .status_history import look_back

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


def build_check(table: Table, spec: Operation, checked: Checked, *, rate: float, known: int | None = None) -> Check:
    """Put a check together.

    Args:
        rate: requests a second.
        known: rows that the journal knows as created; None where it was not asked.
    """
    going = checked.rows.going()
    ready, estimate = _ready(table, spec, checked.rows, going), _estimate(spec, checked.rows, going, rate, known)
    return Check(table, spec, checked, ready, _notes(table), estimate)


def _estimate(spec: Operation, rows: CleanRows, positions: Sequence[int], rate: float, known: int | None) -> Estimate:
    going = len(positions) - (known or 0)
    prices = rows.column("price", positions)
    amount = (
        sum((price for price in prices if isinstance(price, Decimal)), Decimal(0))
        if spec.name == "orders"
        else Decimal(0)
    )
    fees = [
        (FEE_FIXED + price * FEE_SHARE).quantize(_CENT) for price in prices if isinstance(price, Decimal)
    ] if spec.name == "orders" else []  # fmt: skip
    fee = sum(fees, Decimal(0))
    iva = sum(((item * IVA).quantize(_CENT) for item in fees), Decimal(0))
    sms = sum(item is not None for item in rows.column("phone", positions))
    if not spec.creates:
        return Estimate(going, 0, 0, rate, known, Decimal(0), Decimal(0), Decimal(0))
    return Estimate(going, going, min(sms, going), rate, known, amount, fee, iva)


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
    found = [label for label, item in zip(labels, recognise(labels), strict=True) if item.field == "unit"]
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


DEFAULT_RATE = 5.0


def check(
    source: Any,
    operation: str,
    *,
    connection: Connection | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    id_prefix: str = "",
    redirect_to: str | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    progress: bool = True,
    **values: Any,
) -> Check:
    """Say what would be sent, and what to mend first, cell by cell. Never sends.

    Args:
        source: a DataFrame, a path (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file.
        operation: the endpoint's name: `createAccount`, `createClabe`, `orders` or `verify`.
        connection: with one, given or from the environment, the check also says how many rows the journal knows.
        sheet, columns, id_prefix, redirect_to, profile, **values: as they will be given to the function that sends.
        progress: say so where it takes longer than a second.

    Returns:
        Check: `.ready` (a line for each row that would go out, cleaned), `.problems` (`source_sheet`, `source_row`,
        `cell`, `field`, `value`, `code`, `message`, `severity`), `.notes` (about the whole file), `.ok`, and
        `.export_excel(path)`, a copy of the owner's workbook with the cells to mend coloured and commented.

    Raises:
        ConfigurationError: no such operation, or keys that contradict each other (no keys at all are no error).
        SheetError: a file that cannot be read, or a needed field with no column and no value.
        TypeError: an unknown keyword; the message lists the fields.
        JournalError: the connection's journal cannot be read.
    """
    if operation not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise ConfigurationError(say("setup", "unknown_choice", name="operation", value=operation, known=known))
    options = Options(
        connection=connection,
        sheet=sheet,
        columns=columns,
        id_prefix=id_prefix,
        redirect_to=redirect_to,
        profile=profile,
        values=values,
    )
    options = with_profile(options, operation)
    with connected(connection, options.settings, needed=False) as found:
        check_options(options, found.mode if found else None)
        with working(progress, "preparing"):
            plan = prepare(operation, source, options, found)
        known_rows = _known(plan, found, rehearsal=redirect_to is not None) if found else None
        rate = found.rate if found else DEFAULT_RATE
        return build_check(plan.table, plan.spec, plan.checked, rate=rate, known=known_rows)


def _known(plan: Plan, connection: Connection, *, rehearsal: bool) -> int:
    """Count the rows that a run would find in the journal as created."""
    if not plan.spec.creates:
        return 0
    with open_journal(connection.journal, connection.clock) as journal:
        account = account_of(connection, journal, rehearsal=rehearsal)
        keys = [plan.checked.rows.keys[position] for position in plan.going]
        entries = journal.look(account.scope, plan.spec.name, keys, rehearsal=rehearsal)
    return sum(entry.state is State.CREATED for entry in entries.values())


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
    return [_row(item) for item in worst[:most]]


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


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out now, and what every other row is without going out."""

    cost: Cost
    amount: Decimal
    """MXN of the orders that would be raised; 0 for other calls."""
    counts: Mapping[str, int]
    """Outcome to rows; what would go out is `ready`."""
    minutes: float
    mode: str


def preview(name: str, source: Any, options: Options) -> Preview:
    """Count what `operate` would send with the same arguments; nothing is sent.

    Raises:
        ConfigurationError, SheetError, JournalError, ValueError, TypeError: as `operate` would.
    """
    options = with_profile(options, name)
    with connected(options.connection, options.settings) as connection:
        assert connection is not None  # noqa: S101 - `needed` is the default
        check_options(options, connection.mode)
        plan = prepare(name, source, replace(options, dry_run=True), connection)
        with open_journal(connection.journal) as journal:
            account = account_of(connection, journal, rehearsal=options.redirect_to is not None)
            judge_all(plan, account, options)
            if not plan.spec.creates and options.only_open:
                look_back(plan, account, only_open=True)
            apply_limit(plan, options.limit)
        return Preview(
            plan.cost(), _amount(plan), _counts(plan),
            len(plan.to_send) / connection.rate / 60, connection.mode,
        )  # fmt: skip


def _amount(plan: Plan) -> Decimal:
    if plan.spec.name != "orders":
        return Decimal(0)
    prices = plan.checked.rows.column("price", plan.to_send)
    return sum((price for price in prices if isinstance(price, Decimal)), Decimal(0))


def _counts(plan: Plan) -> dict[str, int]:
    found = {str(outcome): number for outcome, number in plan.columns.so_far().items()}
    rows = plan.checked.rows
    repeats = len(rows.repeats.keys() - rows.invalid - rows.conflicts)
    told = {str(Outcome.READY): len(plan.to_send), str(Outcome.EXISTING): found.pop("existing", 0) + repeats}
    return {name: number for name, number in (told | found).items() if number}
