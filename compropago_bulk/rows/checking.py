"""Every row of a table cleaned and checked, every problem at once, each with its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import ConfigurationError
from ..texts import say
from .frames import Table
from .headers import recognise
from .keys import fingerprint, fold_key
from .likeness import conflicts_and_repeats, near_duplicates, shared_emails
from .model import Operation, Problem, Row, Severity, Value
from .values import (
    Finding,
    Taken,
    clabe_holds,
    is_blank,
    is_placeholder,
    shown,
    take_date,
    take_email,
    take_identifier,
    take_money,
    take_name,
    take_order_id,
    take_phone,
    take_text,
    take_url,
)
from .values.shown import damage_of, short

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
PREFIXED = frozenset({"reference", "customer_id"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A line for each row of the frame, and everything that was found."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row stands in its owner's eyes."""

    position: int
    sheet: str | None
    row: int


class _Gathering:
    """The rows of one check while they are being put together."""

    def __init__(self, table: Table, spec: Operation, now: float) -> None:
        self.table, self.spec, self.now = table, spec, now
        self.places = _places(table)
        self.values: list[dict[str, Value]] = [{} for _ in self.places]
        self.problems: list[Problem] = []
        self.invalid: set[int] = set()

    def note(self, place: _Place, field: str, value: str, finding: Finding, header: Any = None) -> None:
        """Add one problem."""
        severity = Severity.WARNING if finding.code in WARNINGS else Severity.ERROR
        if severity is Severity.ERROR:
            self.invalid.add(place.position)
        facts = self.table.facts
        cell = facts.cell(place.sheet, place.row, header) if facts and header is not None else None
        self.problems.append(
            Problem(
                place.position, field, short(value), finding.code, severity, place.sheet, place.row, cell,
                finding.details,
            )
        )  # fmt: skip


def check_rows(
    table: Table,
    spec: Operation,
    *,
    constants: Mapping[str, Any] | None = None,
    id_prefix: str = "",
    redirect_to: str | None = None,
    now: float,
) -> Checked:
    """Clean every value, and find what is wrong with values, rows, and rows together.

    Args:
        constants: a field's value for every row that has none of its own.
        id_prefix: goes in front of every reference and customer id.
        redirect_to: takes the place of every e-mail; phones are left out.
        now: epoch seconds; a due date before it has passed.

    Raises:
        ConfigurationError: a constant that is no value of its field.
    """
    gathering = _Gathering(table, spec, now)
    for field in (*spec.needs, *spec.optional, *spec.only_if_named):
        _take_field(gathering, field, _constant(field, (constants or {}).get(field), now))
    for values in gathering.values:
        _dress(values, id_prefix, redirect_to)
    _look_at_clabes(gathering)
    _look_at_hidden(gathering)
    rows = [_row(gathering, place) for place in gathering.places]
    rows = _together(gathering, rows, redirected=redirect_to is not None)
    order = {field: rank for rank, field in enumerate((*spec.needs, *spec.optional, *spec.only_if_named))}
    problems = sorted(gathering.problems, key=lambda one: (one.position, order.get(one.field, 99)))
    return Checked(tuple(rows), tuple(problems))


def _places(table: Table) -> list[_Place]:
    frame = table.frame
    size = len(frame)
    if table.facts is None or "source_row" not in frame.columns or "source_sheet" not in frame.columns:
        return [_Place(position, None, position + 1) for position in range(size)]
    sheets, rows = table.values("source_sheet"), table.values("source_row")
    return [
        _Place(position, None if is_blank(sheets[position]) else str(sheets[position]), _row_number(rows, position))
        for position in range(size)
    ]


def _row_number(rows: Sequence[Any], position: int) -> int:
    try:
        return int(rows[position])
    except (TypeError, ValueError):  # the analyst added a row of his own
        return position + 1


def _taker(field: str, table: Table | None, now: float) -> Callable[[Sequence[Any]], Taken]:
    facts = table.facts if table else None
    comma, epoch_1904 = (facts.decimal_comma, facts.epoch_1904) if facts else (False, False)
    takers: dict[str, Callable[[Sequence[Any]], Taken]] = {
        "name": take_name,
        "email": lambda parts: take_email(parts[0]),
        "phone": lambda parts: take_phone(parts[0]),
        "price": lambda parts: take_money(parts[0], "bad_price", decimal_comma=comma),
        "amount": lambda parts: take_money(parts[0], "bad_amount", decimal_comma=comma),
        "exp_date": lambda parts: take_date(parts[0], now, epoch_1904=epoch_1904),
        "expires_at": lambda parts: take_date(parts[0], now, epoch_1904=epoch_1904),
        "product_url": lambda parts: take_url(parts[0]),
        "order_id": lambda parts: take_order_id(parts[0]),
        "account_name": lambda parts: take_text(parts[0]),
        "product_name": lambda parts: take_text(parts[0]),
    }
    return takers.get(field) or (lambda parts: _joined(parts, table, field))


def _joined(parts: Sequence[Any], table: Table | None, field: str) -> Taken:
    """Join an identifier's columns; where one of several is blank, so is the whole."""
    if len(parts) == 1:
        return take_identifier(parts[0])
    taken = [take_identifier(part) for part in parts]
    broken = [one for one in taken if one.value is None]
    if broken:
        return next((one for one in broken if one.findings), broken[0])
    joiner = table.fields[field].joiner if table else "-"
    return Taken(joiner.join(str(one.value) for one in taken), taken[0].findings)


def _constant(field: str, value: Any, now: float) -> Value | None:
    """Clean a value that is to stand in every row.

    Raises:
        ConfigurationError: it is none.
    """
    if value is None:
        return None
    taken = _taker(field, None, now)([value])
    if taken.value is None:
        raise ConfigurationError(say("checks", "bad_constant", field=field, value=short(shown(value))))
    return taken.value


def _take_field(gathering: _Gathering, field: str, constant: Value | None) -> None:
    source = gathering.table.fields.get(field)
    if source is None:
        if constant is not None:
            for values in gathering.values:
                values[field] = constant
        return
    take = _taker(field, gathering.table, gathering.now)
    columns = [gathering.table.values(header) for header in source.headers]
    marked = bool(gathering.table.facts and gathering.table.facts.marks)
    for place in gathering.places:
        parts = [column[place.position] for column in columns]
        damage = _damage(gathering, place, source.headers, parts) if marked else None
        damage = damage or _damaged_text(source.headers, parts)
        if damage is not None:
            _note_damage(gathering, place, field, *damage)
            continue
        if len(parts) == 1 and isinstance(parts[0], str) and is_placeholder(parts[0]) and _may_be_nothing(field, parts):
            _take_nothing(gathering, place, field, constant, source.headers[0], parts[0])
            continue
        _keep(gathering, place, field, take(parts), constant, source.headers, parts)


def _may_be_nothing(field: str, parts: Sequence[Any]) -> bool:
    """Tell whether a placeholder is one here: a person or an amount called so is taken at its word."""
    return field not in {"price", "amount"} and not (field == "reference" and len(str(parts[0]).strip()) == 1)


def _damage(
    gathering: _Gathering, place: _Place, headers: Sequence[Any], parts: Sequence[Any]
) -> tuple[str, str, Any] | None:
    facts = gathering.table.facts
    for header, part in zip(headers, parts, strict=True):
        mark = facts.mark(place.sheet, place.row, header) if facts else None
        if mark is not None and shown(part) == mark.shown:  # else the analyst has mended it
            return mark.code, mark.shown, header
    return None


def _damaged_text(headers: Sequence[Any], parts: Sequence[Any]) -> tuple[str, str, Any] | None:
    for header, part in zip(headers, parts, strict=True):
        code = damage_of(part.strip()) if isinstance(part, str) and part.lstrip()[:1] == "#" else None
        if code is not None:
            return code, str(part), header
    return None


def _note_damage(gathering: _Gathering, place: _Place, field: str, code: str, value: str, header: Any) -> None:
    finding = Finding("bad_phone", {"digits": sum(c.isdigit() for c in value)}) if field == "phone" else Finding(code)
    gathering.note(place, field, value, finding, header)


def _take_nothing(
    gathering: _Gathering, place: _Place, field: str, constant: Value | None, header: Any, value: str
) -> None:
    if constant is not None:
        gathering.values[place.position][field] = constant
    code = f"missing_{field}" if field in gathering.spec.needs and constant is None else "placeholder"
    gathering.note(place, field, value, Finding(code), header)


def _keep(
    gathering: _Gathering, place: _Place, field: str, taken: Taken, constant: Value | None, headers: Sequence[Any],
    parts: Sequence[Any],
) -> None:  # fmt: skip
    value = taken.value
    if value is None and not taken.findings:
        value = constant
        if value is None and field in gathering.spec.needs:
            gathering.note(place, field, "", Finding(f"missing_{field}"), headers[0])
    if value is not None:
        gathering.values[place.position][field] = value
    for finding in taken.findings:
        gathering.note(place, field, " ".join(shown(part) for part in parts).strip(), finding, headers[0])


def _dress(values: dict[str, Value], id_prefix: str, redirect_to: str | None) -> None:
    """Put the prefix before identifiers, and send rehearsals to nobody else."""
    if id_prefix:
        for field in PREFIXED & values.keys():
            values[field] = f"{id_prefix}{values[field]}"
    if redirect_to is not None:
        values.pop("phone", None)
        if "email" in values:
            values["email"] = redirect_to


def _look_at_clabes(gathering: _Gathering) -> None:
    """Name the CLABEs of the owner's own sheet that cannot be right."""
    labels = list(gathering.table.frame.columns)
    if "clabe_valid" in labels:
        return
    found = [place for place, one in enumerate(recognise(labels)) if one.field == "clabe"]
    for header in (labels[place] for place in found[:1]):
        for place, value in zip(gathering.places, gathering.table.values(header), strict=True):
            text = "".join(shown(value).split())
            if text and not is_placeholder(text) and not clabe_holds(text):
                gathering.note(place, "clabe", shown(value), Finding("bad_clabe"), header)


def _look_at_hidden(gathering: _Gathering) -> None:
    facts = gathering.table.facts
    if facts is None or not facts.hidden_rows:
        return
    for place in gathering.places:
        if (place.sheet, place.row) in facts.hidden_rows:
            gathering.note(place, "", "", Finding("hidden_row"))


def _row(gathering: _Gathering, place: _Place) -> Row:
    values = gathering.values[place.position]
    valid = place.position not in gathering.invalid
    key = fold_key(values, gathering.spec.key) if valid else ""
    return Row(place.position, values, key, place.sheet, place.row, valid)


def _together(gathering: _Gathering, rows: list[Row], *, redirected: bool) -> list[Row]:
    """Find what only shows when rows are seen side by side."""
    conflicts, repeats = conflicts_and_repeats(rows, lambda row: fingerprint(gathering.spec, row.values))
    field = gathering.spec.key[-1] if gathering.spec.key[-1] != "name" else gathering.spec.key[0]
    header = _header_of(gathering.table, field)
    for position, others in conflicts.items():
        details = {"others": _numbers(rows, others), "key": gathering.spec.key}
        _note_row(gathering, rows[position], field, Finding("duplicate_key", details), header)
    for position, first in repeats.items():
        _note_row(gathering, rows[position], field, Finding("repeated_row", {"row": _numbers(rows, [first])}), header)
    if gathering.spec.creates:
        distinct = [row for row in rows if row.valid and row.position not in repeats]
        for position, others in near_duplicates(distinct, field).items():
            finding = Finding("near_duplicate", {"others": _numbers(rows, others)})
            _note_row(gathering, rows[position], field, finding, header)
        for position, others in ({} if redirected else shared_emails(distinct)).items():
            finding = Finding("shared_email", {"others": _numbers(rows, others)})
            _note_row(gathering, rows[position], "email", finding, _header_of(gathering.table, "email"))
    return [
        replace(row, conflict=row.position in conflicts, repeats=repeats.get(row.position))
        if row.position in conflicts or row.position in repeats
        else row
        for row in rows
    ]


def _note_row(gathering: _Gathering, row: Row, field: str, finding: Finding, header: Any) -> None:
    gathering.note(gathering.places[row.position], field, str(row.values.get(field, "")), finding, header)


def _header_of(table: Table, field: str) -> Any:
    source = table.fields.get(field)
    return source.headers[0] if source else None


def _numbers(rows: Sequence[Row], positions: Sequence[int]) -> str:
    """Name other rows: five of them at most."""
    told = [f"{rows[one].sheet}!{rows[one].number}" if rows[one].sheet else str(rows[one].number) for one in positions]
    return ", ".join(told[:5]) + (" …" if len(told) > 5 else "")


def message(problem: Problem, lang: str | None = None) -> str:
    """Say a problem so that an administrator can act on it: the cell, what is wrong, what happens to the row."""
    code = "missing" if problem.code.startswith("missing_") else problem.code
    what = say("checks", f"field_{problem.field}", lang) if problem.field else ""
    details = {"what": what, "value": problem.value, "digits": 0, **problem.details}
    key = details.get("key")
    if isinstance(key, tuple):
        details["key"] = " + ".join(say("checks", f"field_{field}", lang) for field in key)
    return f"{_where(problem, lang)}: {say('checks', code, lang, **details)}"


def _where(problem: Problem, lang: str | None) -> str:
    if problem.cell is not None:
        return f"{problem.sheet}!{problem.cell}" if problem.sheet else problem.cell
    row = say("checks", "row", lang, row=problem.row)
    return f"{problem.sheet}, {row}" if problem.sheet else row[:1].upper() + row[1:]
