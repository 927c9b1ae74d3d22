"""Month on month: who is new, who is gone, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..model import Operation
from ..rows.clean import Table, load
from ..values import Parsed, is_blank, parse_email, parse_identifier, parse_money, parse_name, parse_phone, shown
from ..values.folding import fold

_WATCHED = ("name", "email", "phone", "price", "unit")
_SPEC = Operation(name="compare", method="", path="", needs=("reference",), optional=_WATCHED, key=("reference",))
_NAMES = ("change", "reference", *_WATCHED, "field", "before", "after", "source_sheet", "source_row")
_TAKE: Mapping[str, Callable[[Any], Parsed]] = {
    "name": lambda value: parse_name([value]),
    "email": parse_email,
    "phone": parse_phone,
    "price": parse_money,
}


@dataclass(frozen=True, slots=True)
class _Person:
    """A row of one of the sheets: what it shows, and what that comes to."""

    shown: Mapping[str, str]
    meant: Mapping[str, str]
    """Each field in the form in which it is compared: `55 0000 1234` and 5500001234 are one phone."""
    sheet: str | None
    row: int


def compare_sheets(old: Any, new: Any, *, sheet: Any = None, columns: Mapping[str, Any] | None = None) -> Any:
    """Say who is new, gone, or changed between two sheets, matched by reference (compared folded).

    Values are compared as they would be sent, so another spelling of the same phone or amount is no change. The rows
    that are `new` can be given to `create_accounts` and `create_clabes` as they stand.

    Args:
        old, new: as in `read_sheet`, or DataFrames.
        sheet, columns: as in `create_clabes`, for both.

    Returns:
        DataFrame: `change` (`new`, `gone`, `renamed`: the same reference under another name; `changed`; `repeated`: the
        reference stands more than once in a sheet, so it is not compared; `unmatched`: a row of either sheet without a
        reference that can be read); `reference`, `name`, `email`, `phone`, `price`, `unit` as the newer sheet shows
        them (the older one's for who is gone); `field`, `before`, `after` (text) for what is `renamed` or `changed`, a
        line for each field; `source_sheet`, `source_row` of the sheet that the line is from. In the order of the newer
        sheet, who is gone and what is unmatched last. `.attrs["compropago"]` has `counts`.

    Raises:
        SheetError: a file cannot be read, or has no reference column.
    """
    (before, old_rest), (after, new_rest) = (
        _people(load(one, _SPEC, sheet=sheet, columns=columns)) for one in (old, new)
    )
    records = [change for key, people in after.items() for change in _changes(before.get(key, []), people)]
    records += [_record("gone", person) for key, people in before.items() if key not in after for person in people]
    records += [_record("unmatched", one, before=one.shown["reference"]) for one in old_rest]
    records += [_record("unmatched", one, after=one.shown["reference"]) for one in new_rest]
    table = pd.DataFrame(
        {name: pd.Series([record.get(name) for record in records], dtype="string") for name in _NAMES[:-1]}
    )
    table["source_row"] = pd.Series([record["source_row"] for record in records], dtype="Int64")
    table.attrs["compropago"] = {"counts": {k: int(v) for k, v in table["change"].value_counts().items()}}
    return table


def _people(table: Table) -> tuple[dict[str, list[_Person]], list[_Person]]:
    """Return the rows by folded reference, and those that have none that could be found again."""
    columns = {field: [table.values(header) for header in source.headers] for field, source in table.fields.items()}
    found: dict[str, list[_Person]] = {}
    rest: list[_Person] = []
    for place, (sheet, row) in enumerate(_places(table)):
        told: dict[str, str] = {}
        meant: dict[str, str] = {}
        for field, parts in columns.items():
            values = [part[place] for part in parts if not is_blank(part[place])]
            told[field] = table.fields[field].joiner.join(shown(value).strip() for value in values)
            meant[field] = _meaning(field, values[0] if len(values) == 1 else told[field])
        person = _Person(told, meant, sheet, row)
        if parse_identifier(told["reference"]).value is not None:
            found.setdefault(fold(told["reference"]), []).append(person)
        elif any(told.values()):
            rest.append(person)
    return found, rest


def _places(table: Table) -> list[tuple[str | None, int]]:
    size = len(table.frame)
    if table.facts is None or not {"source_sheet", "source_row"} <= set(table.frame.columns):
        return [(None, place + 1) for place in range(size)]
    rows = table.values("source_row")
    return [
        (None if is_blank(sheet) else str(sheet), place + 1 if is_blank(row) else int(row))
        for place, (sheet, row) in enumerate(zip(table.values("source_sheet"), rows, strict=True))
    ]


def _meaning(field: str, value: Any) -> str:
    taken = _TAKE[field](value).value if field in _TAKE else None
    return fold(str(taken) if taken is not None else shown(value))


def _changes(before: Sequence[_Person], after: Sequence[_Person]) -> list[dict[str, Any]]:
    if len(after) > 1 or len(before) > 1:
        return [_record("repeated", one) for one in after]
    if not before:
        return [_record("new", after[0])]
    was, now = before[0], after[0]
    return [
        _record("renamed" if field == "name" else "changed", now, field, was.shown[field], now.shown[field])
        for field in _WATCHED
        if field in was.shown and field in now.shown and was.meant[field] != now.meant[field]
    ]


def _record(
    change: str, person: _Person, field: str | None = None, before: str | None = None, after: str | None = None
) -> dict[str, Any]:
    values = {name: text or None for name, text in person.shown.items()}
    told = {"change": change, "field": field, "before": before or None, "after": after or None}
    return {**values, **told, "source_sheet": person.sheet, "source_row": person.row}
