"""One field at a time: a column of cells in, a column of cleaned values out, what is wrong with any of them noted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import ConfigurationError, SheetError
from ..model import FieldSource, Operation, Problem, Severity, Value
from ..sheets.headers import choose, passed_by
from ..sheets.provenance import SheetFacts
from ..sheets.reading import facts, read_sheet
from ..sheets.vocabulary import FIELDS
from ..texts import say
from ..values import (
    Finding,
    Parsed,
    is_blank,
    is_placeholder,
    parse_date,
    parse_email,
    parse_identifier,
    parse_money,
    parse_name,
    parse_order_id,
    parse_phone,
    parse_text,
    parse_url,
    plain_values,
    shown,
)
from ..values.shown import damage_of, short
from ..values.texts import odd_reference
from .clean_rows import Column

REFERENCES = frozenset({"reference", "customer_id"})
"""The fields that tell residents apart."""
Take = Callable[[Sequence[Any]], Parsed]


def constant_of(field: str, value: Any, now: float) -> Value | None:
    """Clean a value that is to stand in every row.

    Raises:
        ConfigurationError: it is none.
    """
    if value is None:
        return None
    taken = cleaner_of(field, None, now)([value])
    if taken.value is None:
        raise ConfigurationError(_why_not(field, short(shown(value)), taken))
    return taken.value


def _why_not(field: str, value: str, taken: Parsed) -> str:
    if not taken.findings:
        return say("checks", "bad_constant", field=field, value=value, reason=say("checks", "blank_constant"))
    [finding, *_] = taken.findings
    details = {"what": say("checks", f"field_{field}"), "value": value, "digits": 0, **finding.details}
    return say("checks", "bad_constant", field=field, value=value, reason=say("checks", finding.code, **details))


def take_field(gathering: Gathering, field: str, constant: Value | None, now: float) -> None:
    """Clean a field's column; `constant` stands where a row has no value of its own."""
    source = gathering.table.fields.get(field)
    if source is None:
        if constant is not None:
            gathering.columns[field] = [constant] * gathering.size
            gathering.constants_used[field] = gathering.size
        return
    columns = [gathering.table.values(header) for header in source.headers]
    taken: list[Value | None] = [None] * gathering.size
    if len(columns) == 1:
        taken = plain_values(field, columns[0])
    one = _OneField(gathering, field, source.headers, constant, cleaner_of(field, gathering.table, now))
    for position, value in enumerate(taken):
        if value is None or position in gathering.marked:
            taken[position] = one.take(position, [column[position] for column in columns])
    gathering.columns[field] = taken
    if constant is not None:
        gathering.constants_used[field] = one.constants_used


class _OneField:
    """Looks carefully at the values of one field."""

    def __init__(
        self, gathering: Gathering, field: str, headers: Sequence[Any], constant: Value | None, take: Take
    ) -> None:
        self._gathering, self._field, self._headers, self._constant = gathering, field, headers, constant
        self._take = take
        self.constants_used = 0
        """Rows that had no value of their own and took the one that was given for all."""

    def take(self, position: int, parts: Sequence[Any]) -> Value | None:
        """Return the cleaned value of a row's cells, if there is one, and note what is wrong with them."""
        damage = self._damage(position, parts)
        if damage is not None:
            self._note_damage(position, *damage)
            return None
        if len(parts) == 1 and isinstance(parts[0], str) and is_placeholder(parts[0]) and self._may_be_nothing(parts):
            needed = self._field in self._gathering.spec.needs and self._constant is None
            finding = Finding(f"missing_{self._field}" if needed else "placeholder")
            self._note(position, parts[0], finding, self._headers[0])
            return self._from_constant()
        return self._cleaned(position, parts)

    def _note(self, position: int, value: str, finding: Finding, header: Any) -> None:
        self._gathering.note(position, self._field, value, finding, header)

    def _cleaned(self, position: int, parts: Sequence[Any]) -> Value | None:
        taken = self._take(parts)
        value = taken.value
        if value is None and not taken.findings:
            value = self._from_constant()
            if value is None and self._field in self._gathering.spec.needs:
                self._note(position, "", Finding(f"missing_{self._field}"), self._headers[0])
        for finding in taken.findings:
            self._note(position, " ".join(shown(part) for part in parts).strip(), finding, self._headers[0])
        return value

    def _from_constant(self) -> Value | None:
        self.constants_used += self._constant is not None
        return self._constant

    def _may_be_nothing(self, parts: Sequence[Any]) -> bool:
        """Whether a placeholder is one here: a person or an amount called so is taken at its word."""
        return self._field not in {"price", "amount"} and not (
            self._field == "reference" and len(str(parts[0]).strip()) == 1
        )

    def _damage(self, position: int, parts: Sequence[Any]) -> tuple[str, str, Any] | None:
        if position in self._gathering.marked:
            facts, sheet = self._gathering.table.facts, self._gathering.sheet(position)
            for header, part in zip(self._headers, parts, strict=True):
                mark = facts.mark(sheet, self._gathering.numbers[position], header) if facts else None
                if mark is not None and shown(part) == mark.shown:  # else the analyst has mended it
                    return mark.code, mark.shown, header
        for header, part in zip(self._headers, parts, strict=True):
            code = damage_of(part.strip()) if isinstance(part, str) and part.lstrip()[:1] == "#" else None
            if code is not None:
                return code, str(part), header
        return None

    def _note_damage(self, position: int, code: str, value: str, header: Any) -> None:
        phone = Finding("bad_phone", {"digits": sum(char.isdigit() for char in value)})
        self._note(position, value, phone if self._field == "phone" else Finding(code), header)


def cleaner_of(field: str, table: Table | None, now: float) -> Take:
    """Return what cleans a field's cells of one row; dates before `now` (epoch seconds) have passed."""
    facts = table.facts if table else None
    comma, epoch_1904 = (facts.decimal_comma, facts.epoch_1904) if facts else (False, False)
    takers: dict[str, Take] = {
        "name": parse_name,
        "email": lambda parts: parse_email(parts[0]),
        "phone": lambda parts: parse_phone(parts[0]),
        "price": lambda parts: parse_money(parts[0], "bad_price", decimal_comma=comma),
        "amount": lambda parts: parse_money(parts[0], "bad_amount", decimal_comma=comma),
        "exp_date": lambda parts: parse_date(parts[0], now, epoch_1904=epoch_1904),
        "expires_at": lambda parts: parse_date(parts[0], now, epoch_1904=epoch_1904),
        "product_url": lambda parts: parse_url(parts[0]),
        "order_id": lambda parts: parse_order_id(parts[0]),
        "account_name": lambda parts: parse_text(parts[0]),
        "product_name": lambda parts: parse_text(parts[0]),
    }
    return takers.get(field) or (lambda parts: _joined(parts, table, field))


def _reference(value: Any) -> Parsed:
    taken = parse_identifier(value)
    odd = odd_reference(taken.value) if isinstance(taken.value, str) else ()
    return Parsed(taken.value, (*taken.findings, *odd)) if odd else taken


def _joined(parts: Sequence[Any], table: Table | None, field: str) -> Parsed:
    """Join an identifier's columns; where one of several is blank, so is the whole."""
    if len(parts) == 1:
        return _reference(parts[0]) if field in REFERENCES else parse_identifier(parts[0])
    several = [parse_identifier(part) for part in parts]
    broken = [value for value in several if value.value is None]
    if broken:
        return next((item for item in broken if item.findings), broken[0])
    joiner = table.fields[field].joiner if table else "-"
    return Parsed(joiner.join(str(value.value) for value in several), several[0].findings)


_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A frame, and where each field of an operation comes from."""

    frame: Any
    facts: SheetFacts | None
    fields: Mapping[str, FieldSource]
    passed_by: Mapping[str, tuple[Hashable, ...]]
    """Columns that look like `amount`, `exp_date` or `expires_at` and take no effect, since nobody asked."""

    def values(self, label: Hashable) -> list[Any]:
        """Return a column's values as plain objects; of two columns with one label, the first."""
        position = list(self.frame.columns).index(label)
        return list(self.frame.iloc[:, position].astype(object))


def load(
    source: Any,
    spec: Operation,
    *,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    constants: Mapping[str, Any] | None = None,
) -> Table:
    """Read the source, and choose the column of each field that the operation needs or may have.

    Raises:
        SheetError: the file cannot be read, or a needed field has no column and no value.
        TypeError: an unknown field.
    """
    values = dict(constants or {})
    known = (*spec.needs, *spec.optional, *spec.only_if_named)
    _refuse_unknown(values, known)
    _refuse_unknown_columns(columns or {}, known)
    frame = frame_of(source, sheet, columns)
    labels = [label if not isinstance(label, tuple) else " ".join(map(str, label)) for label in frame.columns]
    if labels != list(frame.columns):
        frame = frame.copy(deep=False)
        frame.columns = pd.Index(labels)
    samples = [list(frame.iloc[:_SAMPLE, place].astype(object)) for place in range(frame.shape[1])]
    wanted = [field for field in known if field not in spec.only_if_named or field in (columns or {})]
    required = [field for field in spec.needs if field not in values]
    if frame.shape[0] == 0 and frame.shape[1] == 0:
        raise SheetError(say("checks", "empty_frame"), code="no_rows")
    known_facts = facts(frame)
    sheets = [place.columns.keys() for place in known_facts.places] if known_facts else []
    fields = choose(labels, wanted, columns, required=required, samples=samples, together=sheets)
    aside = {field: passed_by(labels, field, columns, samples) for field in spec.only_if_named if field not in values}
    return Table(frame, known_facts, fields, {field: found for field, found in aside.items() if found})


def frame_of(source: Any, sheet: Any, columns: Mapping[str, Any] | None) -> Any:
    """Return the frame that a source is, or holds, or that pandas makes of it."""
    if isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, Mapping) or is_records(source):
        return pd.DataFrame(source)
    if callable(convert := getattr(source, "to_pandas", None)):  # an Arrow table, a polars frame
        return convert()
    return read_sheet(source, sheet=sheet, columns=columns)


def is_records(source: Any) -> bool:
    """Whether a source is a list of dicts, one a row."""
    return isinstance(source, list | tuple) and bool(source) and all(isinstance(row, Mapping) for row in source)


def _refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    for field in given:
        if field not in known and field not in FIELDS:
            raise TypeError(say("checks", "unknown_field", field=field, known=", ".join(known)))


def _refuse_unknown_columns(columns: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse `columns=` that names no field; turned round (`{"correo": "email"}`), the sentence says which way."""
    for field, header in columns.items():
        if field not in known and field not in FIELDS and isinstance(header, str) and header in {*known, *FIELDS}:
            raise TypeError(say("checks", "columns_turned_round", field=header, header=field))
    _refuse_unknown(columns, known)


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
        "lost_zero",
        "fraction",
        "date_like",
        "likely_typo",
        "link_differs",
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
        self.constants_used: dict[str, int] = {}
        """A field that was given a value for every row, to the number of rows that had none of their own."""
        self.marked = self._marked()

    def sheet(self, position: int) -> str | None:
        """Name the sheet that a row stands in."""
        return self.sheets[position] if self.sheets else None

    def note(
        self, position: int, field: str, value: str, finding: Finding, header: Any = None, *, harmless: bool = False
    ) -> None:
        """Add one problem; a `harmless` one keeps no row back."""
        severity = Severity.WARNING if harmless or finding.code in WARNINGS else Severity.ERROR
        if severity is Severity.ERROR:
            self.invalid.add(position)
        facts, sheet, row = self.table.facts, self.sheet(position), self.numbers[position]
        cell = facts.cell(sheet, row, header) if facts and header is not None else None
        self.problems.append(
            Problem(position, field, short(value), finding.code, severity, sheet, row, cell, finding.details)
        )

    def _marked(self) -> set[int]:
        """Return the positions of rows of which a cell was damaged where it was read."""
        marks = self.table.facts.marks if self.table.facts else {}
        rows = {(sheet, row) for sheet, row, _ in marks}
        return {item for item in range(self.size) if (self.sheet(item), self.numbers[item]) in rows} if rows else set()


def _places(table: Table) -> tuple[list[str | None] | None, Sequence[int]]:
    """Say where the rows stand in their owner's eyes: their sheets, and the numbers beside them."""
    frame, size = table.frame, len(table.frame)
    if table.facts is None or "source_row" not in frame.columns or "source_sheet" not in frame.columns:
        return None, range(1, size + 1)
    sheets = [None if is_blank(value) else str(value) for value in table.values("source_sheet")]
    return sheets, [_row_number(value, place) for place, value in enumerate(table.values("source_row"))]


def _row_number(value: Any, position: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):  # the analyst added a row of his own
        return position + 1
