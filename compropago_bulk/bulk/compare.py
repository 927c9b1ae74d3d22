"""Month on month: who is new, who is gone, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from ..model import Operation
from ..rows.table import Table, load
from ..values import Parsed, is_blank, parse_email, parse_identifier, parse_money, parse_name, parse_phone, shown
from ..values.shown import fold

_WATCHED = ("name", "email", "phone", "price", "unit")
_SPEC = Operation(name="compare", method="", path="", needs=("reference",), optional=_WATCHED, key=("reference",))
_NAMES = ("change", "reference", *_WATCHED, "field", "before", "after", "source_sheet", "source_row")
_PARSE: Mapping[str, Callable[[Any], Parsed]] = {
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


_Flats: TypeAlias = Mapping[str, Sequence[_Person]]
"""Rows by their folded reference."""


def compare_sheets(old: Any, new: Any, *, sheet: Any = None, columns: Mapping[str, Any] | None = None) -> Any:
    """Return who is new, gone, moved, renumbered or changed between two sheets, by flat and by person.

    A flat is its reference (compared folded); a person is a name with an e-mail, or an e-mail that nobody shares.
    Values are compared as they would be sent, so another spelling of the same phone or amount is no change. The rows
    that are `new` can be given to `create_accounts` and `create_clabes` as they stand; those that are `renumbered` or
    `moved` are people who have an account and a CLABE already, under the reference in `before`: sent as they stand they
    would get a second one.

    Args:
        old, new: as in `read_sheet`, or DataFrames.
        sheet, columns: as in `create_clabes`, for both.

    Returns:
        DataFrame: `change`, `reference`, `name`, `email`, `phone`, `price`, `unit` (text) as the newer sheet shows them
        (the older one's for who is gone); `field`, `before`, `after` (text), a line for each field that differs;
        `source_sheet` (string), `source_row` (Int64) of the sheet that the line is from. In the order of the newer
        sheet, who is gone and what is unmatched last. `.attrs["compropago"]` has `counts`. A `change` is one of:

        - `new`, `gone`: a reference that only the newer, only the older sheet has;
        - `renumbered`: the same person under another reference, while nobody has the former one;
        - `moved`: the same person under another reference, while somebody else has the former one, or the unit differs;
        - `new_holder`: the same reference under another name and another e-mail; what the former holder owes is not
          the new one's;
        - `renamed`: the same reference and e-mail under another name; `changed`: another field differs;
        - `repeated`: the reference stands more than once in a sheet, so it is not compared;
        - `unmatched`: a row of either sheet without a reference that can be read.

    Raises:
        SheetError: a file cannot be read, or has no reference column.
    """
    (before, old_rest), (after, new_rest) = (
        _people(load(source, _SPEC, sheet=sheet, columns=columns)) for source in (old, new)
    )
    came_from = _former_flats(before, after)
    left = set(came_from.values())
    records = [
        change
        for key, people in after.items()
        for change in (
            _arrival(people[0], before[came_from[key]][0], taken=came_from[key] in after)
            if key in came_from
            else _changes(before.get(key, []), people)
        )
    ]
    records += [
        _record("gone", person)
        for key, people in before.items()
        if key not in after and key not in left
        for person in people
    ]
    records += [_record("unmatched", person, before=person.shown["reference"]) for person in old_rest]
    records += [_record("unmatched", person, after=person.shown["reference"]) for person in new_rest]
    table = pd.DataFrame(
        {name: pd.Series([record.get(name) for record in records], dtype="string") for name in _NAMES[:-1]}
    )
    table["source_row"] = pd.Series([record["source_row"] for record in records], dtype="Int64")
    table.attrs["compropago"] = {"counts": {k: int(v) for k, v in table["change"].value_counts().items()}}
    return table


def _former_flats(before: _Flats, after: _Flats) -> dict[str, str]:
    """Return the flats whose holder had another one, and which: newer reference to older one.

    Somebody who keeps the former flat has bought a second one, and somebody with several on either side cannot be
    paired; both stay as they are.
    """
    had, has = _flats_by_person(before, after), _flats_by_person(after, before)
    found = {}
    for person, flats in has.items():
        arrived = [flat for flat in flats if flat not in had.get(person, ())]
        left = [flat for flat in had.get(person, ()) if flat not in flats]
        if len(arrived) == 1 and len(left) == 1:
            found[arrived[0]] = left[0]
    return found


def _flats_by_person(flats: _Flats, other: _Flats) -> dict[tuple[str, str], list[str]]:
    """Return each person's flats, those alone that stand once; where names are spelt anew, an e-mail says enough."""
    names = _names_by_email(flats), _names_by_email(other)
    found: dict[tuple[str, str], list[str]] = {}
    for key, people in flats.items():
        email, name = people[0].meant.get("email", ""), people[0].meant.get("name", "")
        if len(people) == 1 and email:
            shared = any(len(known.get(email, ())) > 1 for known in names)
            found.setdefault((email, name if shared else ""), []).append(key)
    return found


def _names_by_email(flats: _Flats) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for people in flats.values():
        for person in people:
            found.setdefault(person.meant.get("email", ""), set()).add(person.meant.get("name", ""))
    return found


def _arrival(now: _Person, was: _Person, *, taken: bool) -> list[dict[str, Any]]:
    """Return the lines for a person who has another reference now, and for what else differs."""
    units = was.meant.get("unit", ""), now.meant.get("unit", "")
    moved = taken or (all(units) and units[0] != units[1])
    first = _record(
        "moved" if moved else "renumbered", now, "reference", was.shown["reference"], now.shown["reference"]
    )
    return [first, *_differences(was, now)]


def _people(table: Table) -> tuple[dict[str, list[_Person]], list[_Person]]:
    """Return the rows by folded reference, and those that have none that could be found again."""
    columns = {field: [table.values(header) for header in source.headers] for field, source in table.fields.items()}
    found: dict[str, list[_Person]] = {}
    rest: list[_Person] = []
    for place, (sheet, row) in enumerate(_places(table)):
        texts: dict[str, str] = {}
        meant: dict[str, str] = {}
        for field, parts in columns.items():
            values = [part[place] for part in parts if not is_blank(part[place])]
            texts[field] = table.fields[field].joiner.join(shown(value).strip() for value in values)
            meant[field] = _meaning(field, values[0] if len(values) == 1 else texts[field])
        person = _Person(texts, meant, sheet, row)
        if parse_identifier(texts["reference"]).value is not None:
            found.setdefault(fold(texts["reference"]), []).append(person)
        elif any(texts.values()):
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
    parsed = _PARSE[field](value).value if field in _PARSE else None
    return fold(str(parsed) if parsed is not None else shown(value))


def _changes(before: Sequence[_Person], after: Sequence[_Person]) -> list[dict[str, Any]]:
    if len(after) > 1 or len(before) > 1:
        return [_record("repeated", person) for person in after]
    return _differences(before[0], after[0]) if before else [_record("new", after[0])]


def _differences(was: _Person, now: _Person) -> list[dict[str, Any]]:
    differ = [
        field
        for field in _WATCHED
        if field in was.shown and field in now.shown and was.meant[field] != now.meant[field]
    ]
    holder = "new_holder" if {"name", "email"} <= set(differ) else "renamed"
    return [
        _record(holder if field == "name" else "changed", now, field, was.shown[field], now.shown[field])
        for field in differ
    ]


def _record(
    change: str, person: _Person, field: str | None = None, before: str | None = None, after: str | None = None
) -> dict[str, Any]:
    values = {name: text or None for name, text in person.shown.items()}
    line = {"change": change, "field": field, "before": before or None, "after": after or None}
    return {**values, **line, "source_sheet": person.sheet, "source_row": person.row}
