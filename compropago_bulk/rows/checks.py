"""Every row of a table cleaned and checked, every problem at once, each with its cell."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import FieldSource, Operation, Problem, Value
from ..sheets.headers import recognise
from ..texts import say
from ..values import Finding, is_placeholder, is_valid_clabe, shown
from ..values.shown import damage_of, fold
from ..values.texts import oddities, unmarked
from .clean import REFERENCES, Gathering, constant_of, take_field
from .clean_rows import CleanRows, fold_keys
from .table import Table

_LOST_FROM = 3
"""So many references with a leading zero at least make one without it stand out."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A line for each row of the frame, and everything that was found."""

    rows: CleanRows
    problems: tuple[Problem, ...]
    constants_used: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """A field that was given a value for every row, to the number of rows that had none of their own."""


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
    _look_for_lost_zeros(gathering)
    _dress(gathering, id_prefix, redirect_to)
    _look_at_clabes(gathering)
    _look_at_damage_aside(gathering)
    _look_at_links(gathering)
    _look_at_headers(gathering)
    _look_at_hidden(gathering)
    rows = _together(gathering, redirected=redirect_to is not None)
    table.let_go()
    order = {field: rank for rank, field in enumerate(fields)}
    problems = sorted(gathering.problems, key=lambda problem: (problem.position, order.get(problem.field, 99)))
    return Checked(rows, tuple(problems), gathering.constants_used)


def _dress(gathering: Gathering, id_prefix: str, redirect_to: str | None) -> None:
    """Put the prefix before identifiers, and send rehearsals to nobody else."""
    columns = gathering.columns
    if id_prefix:
        for field in REFERENCES & columns.keys():
            columns[field] = [None if column is None else f"{id_prefix}{column}" for column in columns[field]]
    if redirect_to is not None:
        columns.pop("phone", None)
        if "email" in columns:
            columns["email"] = [None if column is None else redirect_to for column in columns["email"]]


def _look_for_lost_zeros(gathering: Gathering) -> None:
    """Name references that lack the zero which nearly all others of their column, of one length, begin with."""
    for field in REFERENCES & gathering.columns.keys() & gathering.table.fields.keys():
        header = gathering.table.fields[field].headers[0]
        for position, likely in lost_zeros(gathering.columns[field]).items():
            finding = Finding("lost_zero", {"likely": likely})
            gathering.note(position, field, str(gathering.columns[field][position]), finding, header)


def lost_zeros(values: Sequence[Value | None]) -> dict[int, str]:
    """Return the positions of digits that are shorter than nearly all others, which begin with a zero; and what each
    may have been."""
    digits = {place: value for place, value in enumerate(values) if isinstance(value, str) and value.isdigit()}
    length, zeros = _usual_with_zero(digits.values())
    short = {place: value.zfill(length) for place, value in digits.items() if len(value) < length and value[0] != "0"}
    others = len(digits) - len(short)
    if zeros < max(_LOST_FROM, 0.8 * others, 3 * len(short) * 0.8):
        return {}
    whole = set(digits.values())
    return {place: likely for place, likely in short.items() if likely not in whole}


def _usual_with_zero(digits: Iterable[str]) -> tuple[int, int]:
    """Return the usual length of what begins with a zero, and how many have it."""
    lengths = Counter(len(value) for value in digits if value[0] == "0" and len(value) > 1)
    return lengths.most_common(1)[0] if lengths else (0, 0)


def _look_at_clabes(gathering: Gathering) -> None:
    """Name the CLABEs of the owner's own sheet that cannot be right."""
    labels = list(gathering.table.frame.columns)
    if "clabe_valid" in labels:
        return
    found = [place for place, item in enumerate(recognise(labels)) if item.field == "clabe"]
    for header in (labels[place] for place in found[:1]):
        for position, value in enumerate(gathering.table.values(header)):
            text = "".join(shown(value).split())
            if text and not is_placeholder(text) and not is_valid_clabe(text):
                gathering.note(position, "clabe", shown(value), Finding("bad_clabe"), header)


def _look_at_damage_aside(gathering: Gathering) -> None:
    """Name damaged cells of recognised columns that this call does not send: somebody else may use them."""
    for header, field in _aside(gathering.table).items():
        for position, value in enumerate(gathering.table.values(header)):
            code = _damage_in(value) or _mark_at(gathering, position, header, value)
            if code is not None:
                gathering.note(position, field, shown(value), Finding(code), header, harmless=True)


def _damage_in(value: Any) -> str | None:
    """Return what is wrong with a text as it stands."""
    if not isinstance(value, str) or (value.isascii() and value[:1] != "#"):
        return None
    return damage_of(value.strip()) or next((item.code for item in oddities(value)), None)


def _mark_at(gathering: Gathering, position: int, header: str, value: Any) -> str | None:
    """Return what was wrong with a cell when it was read, if nobody has mended it since."""
    facts = gathering.table.facts
    if facts is None or position not in gathering.marked:
        return None
    mark = facts.mark(gathering.sheet(position), gathering.numbers[position], header)
    return mark.code if mark is not None and mark.shown == shown(value) else None


def _aside(table: Table) -> dict[str, str]:
    """Return the headers that mean a field and are not sent by this call."""
    labels = [label for label in table.frame.columns if isinstance(label, str)]
    sent = {header for source in table.fields.values() for header in source.headers}
    return {item.header: item.field for item in recognise(labels) if item.field and item.header not in sent}


def _look_at_headers(gathering: Gathering) -> None:
    """Name the headers whose letters were spoilt before they came here."""
    table = gathering.table
    sent = {header: field for field, source in table.fields.items() for header in source.headers}
    places = table.facts.places if table.facts else ()
    for header, field in (sent | _aside(table)).items() if gathering.size else ():
        if any(item.code == "mojibake" for item in oddities(str(header))):
            place = next((place for place in places if header in place.columns), None)
            gathering.note_header(header, field, Finding("mojibake"), place)


def _look_at_links(gathering: Gathering) -> None:
    """Name the e-mails whose cell shows one address and writes to another when it is clicked."""
    source, facts = gathering.table.fields.get("email"), gathering.table.facts
    if source is None or facts is None:
        return
    for header in source.headers if facts.links else ():
        for position, value in enumerate(gathering.table.values(header)):
            link = facts.links.get((gathering.sheet(position), gathering.numbers[position], str(header)))
            text = shown(value)
            if link and "@" in text and link.casefold() not in text.casefold():
                gathering.note(position, "email", text, Finding("link_differs", {"link": link}), header)


def _look_at_hidden(gathering: Gathering) -> None:
    facts = gathering.table.facts
    if facts is None or not facts.hidden_rows:
        return
    for position in range(gathering.size):
        if (gathering.sheet(position), gathering.numbers[position]) in facts.hidden_rows:
            gathering.note(position, "", "", Finding("hidden_row"))


def _together(gathering: Gathering, *, redirected: bool) -> CleanRows:
    """Find what only shows when rows are seen side by side."""
    spec, columns = gathering.spec, gathering.columns
    keys = fold_keys(columns, spec.key, gathering.size)
    for position in gathering.invalid:
        keys[position] = ""
    rows = CleanRows(
        spec,
        columns,
        keys,
        sheets=gathering.sheets,
        numbers=gathering.numbers,
        invalid=frozenset(gathering.invalid),
        conflicts=frozenset(),
        repeats={},
    )
    conflicts, repeats = conflicts_and_repeats(rows.keys, rows.fingerprints)
    field = spec.key[-1] if spec.key[-1] != "name" else spec.key[0]
    _tell(gathering, rows, field, "duplicate_key", conflicts, key=spec.key)
    _tell(gathering, rows, field, "repeated_row", {position: [first] for position, first in repeats.items()})
    rows.conflicts, rows.repeats = frozenset(conflicts), repeats
    if spec.creates:
        distinct = [item for item in range(len(rows)) if item not in rows.invalid and item not in repeats]
        _tell(gathering, rows, field, "near_duplicate", near_duplicates(rows.column(field, distinct), distinct))
        if not redirected:
            _tell(gathering, rows, "email", "shared_email", shared_emails(rows.column("email", distinct), distinct))
    return rows


def _tell(
    gathering: Gathering, rows: CleanRows, field: str, code: str, found: Mapping[int, Sequence[int]], **details: object
) -> None:
    """Note of each row which others it goes with."""
    source = gathering.table.fields.get(field)
    header = source.headers[0] if source else None
    name = "row" if code == "repeated_row" else "others"
    for position, others in found.items():
        finding = Finding(code, {name: _numbers(rows, others), **details})
        gathering.note(position, field, str(rows.value(field, position) or ""), finding, header)


def _numbers(rows: CleanRows, positions: Sequence[int]) -> str:
    """Name other rows: five of them at most."""
    told = [
        f"{sheet}!{rows.number(position)}" if (sheet := rows.sheet(position)) else str(rows.number(position))
        for position in positions[:5]
    ]
    return ", ".join(told) + (" …" if len(positions) > 5 else "")


def apostrophe_notes(table: Table) -> list[str]:
    """Return in how many cells of the recognised columns an apostrophe stood before digits."""
    headers = {header for source in table.fields.values() for header in source.headers}
    cells = [value for header in headers for value in table.values(header) if type(value) is str and value[:1] == "'"]
    marked = sum(unmarked(value) != value for value in cells)
    return [f"apostrophes: {say('checks', 'apostrophes', cells=marked)}"] if marked else []


def keyword_notes(table: Table, checked: Checked, constants: Mapping[str, Any]) -> list[str]:
    """Return for each value that was given for every row in how many it was used, and which column has its own."""
    return [
        _keyword_note(name, constants[name], used, len(checked.rows), table.fields.get(name))
        for name, used in checked.constants_used.items()
    ]


def _keyword_note(name: str, value: object, used: int, rows: int, source: FieldSource | None) -> str:
    words: dict[str, object] = {"field": name, "value": value, "used": used, "rows": rows}
    if source is None or used == rows:
        return f"keyword_used: {say('checks', 'keyword_used', **words)}"
    columns = " + ".join(f"«{header}»" for header in source.headers)
    return f"keyword_used: {say('checks', 'keyword_overruled', **words, columns=columns)}"


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


_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LOOK_ALIKE = str.maketrans({"o": "0", "l": "1", "i": "1"})
_BETWEEN = re.compile(r"(?:[^\w\n]|_)+")


def conflicts_and_repeats(
    keys: Sequence[str], prints_of: Callable[[Sequence[int]], Sequence[str]]
) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the rows whose key stands elsewhere with other data, and those that repeat an earlier one exactly.

    Args:
        keys: the rows' keys; an empty one takes no part.
        prints_of: hashes the data of the rows at some positions.
    """
    conflicts: dict[int, list[int]] = {}
    repeats: dict[int, int] = {}
    positions = [position for position, key in enumerate(keys) if key]
    for same in _alike((keys[position] for position in positions), positions):
        if len(set(prints_of(same))) > 1:
            conflicts |= _the_others(same)
        else:
            repeats |= dict.fromkeys(same[1:], same[0])
    return conflicts, repeats


def near_duplicates(values: Sequence[Value | None], positions: Sequence[int]) -> dict[int, list[int]]:
    """Return the rows whose identifier looks like another one's without being the same."""
    texts = dict(zip(positions, map(_text, values), strict=True))
    found: dict[int, list[int]] = {}
    for alike in _alike(_loose(list(texts.values())), positions):
        spelled: dict[str, list[int]] = {}
        for position in alike:
            spelled.setdefault(fold(texts[position]), []).append(position)
        for same in spelled.values() if len(spelled) > 1 else ():
            others = [position for other in spelled.values() if other is not same for position in other]
            found |= dict.fromkeys(same, others)
    return found


def shared_emails(values: Sequence[Value | None], positions: Sequence[int]) -> dict[int, list[int]]:
    """Return the rows whose e-mail stands at another row as well."""
    found: dict[int, list[int]] = {}
    written = [(_text(value).casefold(), place) for value, place in zip(values, positions, strict=True) if value]
    for same in _alike((text for text, _ in written), [place for _, place in written]):
        found |= _the_others(same)
    return found


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _the_others(same: Sequence[int]) -> dict[int, list[int]]:
    return {item: [other for other in same if other != item] for item in same}


def _alike(names: Iterable[str], positions: Iterable[int]) -> Iterable[list[int]]:
    """Return the positions that share a name with others, group by group."""
    first: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    for name, position in zip(names, positions, strict=True):
        before = first.setdefault(name, position)
        if before != position:
            several.setdefault(name, [before]).append(position)
    return several.values()


def _loose(texts: Sequence[str]) -> list[str]:
    """Fold away what eyes pass over: leading zeros, dashes and blanks, O for 0, l for 1.

    All texts as one, a line each: two searches instead of two hundred thousand.
    """
    if not texts:
        return []
    folded = [fold(text).replace("\n", " ") for text in texts]
    return _BETWEEN.sub("", _ZEROS.sub("", "\n".join(folded))).translate(_LOOK_ALIKE).split("\n")
