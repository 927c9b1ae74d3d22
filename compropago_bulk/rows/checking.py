"""Every row of a table cleaned and checked, every problem at once, each with its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..texts import say
from .frames import Table
from .gathering import Gathering
from .headers import recognise
from .keys import fold_keys
from .likeness import conflicts_and_repeats, near_duplicates, shared_emails
from .lines import Lines
from .model import Operation, Problem
from .taking import constant_of, take_field
from .values import Finding, clabe_holds, is_placeholder, shown

PREFIXED = frozenset({"reference", "customer_id"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A line for each row of the frame, and everything that was found."""

    rows: Lines
    problems: tuple[Problem, ...]


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
    gathering = Gathering(table, spec)
    fields = (*spec.needs, *spec.optional, *spec.only_if_named)
    for field in fields:
        take_field(gathering, field, constant_of(field, (constants or {}).get(field), now), now)
    _dress(gathering, id_prefix, redirect_to)
    _look_at_clabes(gathering)
    _look_at_hidden(gathering)
    rows = _together(gathering, redirected=redirect_to is not None)
    order = {field: rank for rank, field in enumerate(fields)}
    problems = sorted(gathering.problems, key=lambda one: (one.position, order.get(one.field, 99)))
    return Checked(rows, tuple(problems))


def _dress(gathering: Gathering, id_prefix: str, redirect_to: str | None) -> None:
    """Put the prefix before identifiers, and send rehearsals to nobody else."""
    columns = gathering.columns
    if id_prefix:
        for field in PREFIXED & columns.keys():
            columns[field] = [None if one is None else f"{id_prefix}{one}" for one in columns[field]]
    if redirect_to is not None:
        columns.pop("phone", None)
        if "email" in columns:
            columns["email"] = [None if one is None else redirect_to for one in columns["email"]]


def _look_at_clabes(gathering: Gathering) -> None:
    """Name the CLABEs of the owner's own sheet that cannot be right."""
    labels = list(gathering.table.frame.columns)
    if "clabe_valid" in labels:
        return
    found = [place for place, one in enumerate(recognise(labels)) if one.field == "clabe"]
    for header in (labels[place] for place in found[:1]):
        for position, value in enumerate(gathering.table.values(header)):
            text = "".join(shown(value).split())
            if text and not is_placeholder(text) and not clabe_holds(text):
                gathering.note(position, "clabe", shown(value), Finding("bad_clabe"), header)


def _look_at_hidden(gathering: Gathering) -> None:
    facts = gathering.table.facts
    if facts is None or not facts.hidden_rows:
        return
    for position in range(gathering.size):
        if (gathering.sheet(position), gathering.numbers[position]) in facts.hidden_rows:
            gathering.note(position, "", "", Finding("hidden_row"))


def _together(gathering: Gathering, *, redirected: bool) -> Lines:
    """Find what only shows when rows are seen side by side."""
    spec, columns = gathering.spec, gathering.columns
    keys = fold_keys(columns, spec.key, gathering.size)
    for position in gathering.invalid:
        keys[position] = ""
    rows = Lines(
        spec, columns, keys, sheets=gathering.sheets, numbers=gathering.numbers, invalid=frozenset(gathering.invalid),
        conflicts=frozenset(), repeats={},
    )  # fmt: skip
    conflicts, repeats = conflicts_and_repeats(rows.keys, rows.fingerprints)
    field = spec.key[-1] if spec.key[-1] != "name" else spec.key[0]
    _tell(gathering, rows, field, "duplicate_key", conflicts, key=spec.key)
    _tell(gathering, rows, field, "repeated_row", {position: [first] for position, first in repeats.items()})
    rows.conflicts, rows.repeats = frozenset(conflicts), repeats
    if spec.creates:
        distinct = [one for one in range(len(rows)) if one not in rows.invalid and one not in repeats]
        _tell(gathering, rows, field, "near_duplicate", near_duplicates(rows.column(field, distinct), distinct))
        if not redirected:
            _tell(gathering, rows, "email", "shared_email", shared_emails(rows.column("email", distinct), distinct))
    return rows


def _tell(
    gathering: Gathering, rows: Lines, field: str, code: str, found: Mapping[int, Sequence[int]], **details: object
) -> None:
    """Note of each row which others it goes with."""
    source = gathering.table.fields.get(field)
    header = source.headers[0] if source else None
    name = "row" if code == "repeated_row" else "others"
    for position, others in found.items():
        finding = Finding(code, {name: _numbers(rows, others), **details})
        gathering.note(position, field, str(rows.value(field, position) or ""), finding, header)


def _numbers(rows: Lines, positions: Sequence[int]) -> str:
    """Name other rows: five of them at most."""
    told = [f"{sheet}!{rows.number(one)}" if (sheet := rows.sheet(one)) else str(rows.number(one))
            for one in positions[:5]]  # fmt: skip
    return ", ".join(told) + (" …" if len(positions) > 5 else "")


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
