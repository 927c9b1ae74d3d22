"""One field at a time: a column of cells in, a column of cleaned values out, what is wrong with any of them noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import ConfigurationError
from ..model import FieldSource, Operation, Problem, Severity, Value
from ..sheets.grid import column_letter
from ..sheets.provenance import Place
from ..texts import say
from ..values import (
    Finding,
    Parsed,
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
from .table import Table, places

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
    columns = gathering.table.parts(field)
    taken: list[Value | None] = [None] * gathering.size
    if len(columns) == 1:
        taken = plain_values(field, columns[0])
    one = _OneField(gathering, field, source, constant, cleaner_of(field, gathering.table, now))
    for position, value in enumerate(taken):
        if value is None or position in gathering.marked:
            taken[position] = one.take(position, [column[position] for column in columns])
    gathering.columns[field] = taken
    if constant is not None:
        gathering.constants_used[field] = one.constants_used


class _OneField:
    """Looks carefully at the values of one field."""

    def __init__(
        self, gathering: Gathering, field: str, source: FieldSource, constant: Value | None, take: Take
    ) -> None:
        self._gathering, self._field, self._constant = gathering, field, constant
        self._all_headers: Sequence[Any] = source.headers
        self._headers: Sequence[Any] = source.headers
        self._apart = source.joiner == ""
        self._take = take
        self.constants_used = 0
        """Rows that had no value of their own and took the one that was given for all."""

    def take(self, position: int, parts: Sequence[Any]) -> Value | None:
        """Return the cleaned value of a row's cells, if there is one, and note what is wrong with them."""
        if self._apart:
            self._headers = (self._gathering.table.header_at(self._all_headers, position),)
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
        self.sheets, self.numbers = places(table)
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
        raw = self.table.values(header)[position] if facts and header is not None else None
        cell = facts.cell(sheet, row, header, raw) if facts and header is not None else None
        self.problems.append(
            Problem(position, field, short(value), finding.code, severity, sheet, row, cell, finding.details)
        )

    def note_header(self, header: str, field: str, finding: Finding, place: Place | None) -> None:
        """Add a problem of a header, to be found where it stands; its first row stands for the column."""
        sheet, row = (place.sheet, place.first) if place else (self.sheet(0), None)
        text_file = self.table.facts is None or self.table.facts.kind in {"csv", "tsv"}
        cell = f"{column_letter(place.columns[header])}{row}" if place and not text_file else None
        self.problems.append(
            Problem(0, field, short(header), finding.code, Severity.WARNING, sheet, row, cell, finding.details)
        )

    def _marked(self) -> set[int]:
        """Return the positions of rows of which a cell was damaged where it was read."""
        marks = self.table.facts.marks if self.table.facts else {}
        rows = {(sheet, row) for sheet, row, _ in marks}
        return {item for item in range(self.size) if (self.sheet(item), self.numbers[item]) in rows} if rows else set()
