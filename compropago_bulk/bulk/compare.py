"""Month on month: who is new, who is gone, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..errors import SheetError
from ..rows.frames import Table, load
from ..rows.keys import fold
from ..rows.model import Operation
from ..rows.values import shown

_WATCHED = ("name", "email", "phone", "price")
_SPEC = Operation(name="compare", method="", path="", needs=("reference",), optional=_WATCHED, key=("reference",))
_NAMES = ("change", "reference", "name", "field", "before", "after", "source_sheet", "source_row")


def compare_sheets(old: Any, new: Any, *, sheet: Any = None, columns: Mapping[str, Any] | None = None) -> Any:
    """Say who is new, gone, or changed between two sheets, matched by reference (compared folded).

    Args:
        old, new: as in `read_sheet`, or DataFrames.
        sheet, columns: as in `create_clabes`, for both.

    Returns:
        DataFrame: `change` (`new`, `gone`, `renamed`: the same reference under another name; `changed`; `repeated`: the
        reference stands more than once, so it is not compared), `reference`, `name`, `field`, `before`, `after` (text),
        `source_sheet`, `source_row` (of the new sheet; of the old one for who is gone). `.attrs["compropago"]` counts.

    Raises:
        SheetError: a file cannot be read, or has no reference column.
    """
    before, after = (_people(load(one, _SPEC, sheet=sheet, columns=columns)) for one in (old, new))
    records = [one for key in after for one in _changes(before.get(key), after[key])]
    records += [_record("gone", people[0]) for key, people in before.items() if key not in after]
    table = pd.DataFrame({name: pd.Series([one[name] for one in records], dtype="string") for name in _NAMES[:-1]})
    table["source_row"] = pd.Series([one["source_row"] for one in records], dtype="Int64")
    table.attrs["compropago"] = {"counts": {k: int(v) for k, v in table["change"].value_counts().items()}}
    return table


def _people(table: Table) -> dict[str, list[dict[str, Any]]]:
    """Give the rows by folded reference."""
    values = {
        field: [[shown(value).strip() for value in table.values(header)] for header in source.headers]
        for field, source in table.fields.items()
    }
    if "reference" not in values:
        raise SheetError("reference", code="missing_required_column")
    has_place = {"source_sheet", "source_row"} <= set(table.frame.columns)
    sheets = table.values("source_sheet") if has_place else [None] * len(table.frame)
    rows = table.values("source_row") if has_place else range(1, len(table.frame) + 1)
    found: dict[str, list[dict[str, Any]]] = {}
    for place, (sheet, row) in enumerate(zip(sheets, rows, strict=True)):
        person: dict[str, Any] = {
            field: table.fields[field].joiner.join(part[place] for part in parts if part[place])
            for field, parts in values.items()
        }
        person |= {"source_sheet": None if sheet is None else str(sheet), "source_row": row}
        if person["reference"]:
            found.setdefault(fold(person["reference"]), []).append(person)
    return found


def _changes(before: list[dict[str, Any]] | None, after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    person = after[0]
    if len(after) > 1 or (before and len(before) > 1):
        return [_record("repeated", one) for one in after]
    if before is None:
        return [_record("new", person)]
    differing = [one for one in _WATCHED if fold(before[0].get(one, "")) != fold(person.get(one, ""))]
    return [
        _record("renamed" if field == "name" else "changed", person, field, before[0].get(field), person.get(field))
        for field in differing
    ]


def _record(
    change: str,
    person: Mapping[str, Any],
    field: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    told = {"change": change, "reference": person["reference"], "name": person.get("name")}
    place = {"source_sheet": person["source_sheet"], "source_row": person["source_row"]}
    return {**told, "field": field, "before": before, "after": after, **place}
