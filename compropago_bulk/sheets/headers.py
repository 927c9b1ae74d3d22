"""Which header means which field: the vocabulary decides, likeness only suggests, and of two that fit none is taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz import fuzz, process

from ..errors import SheetError
from ..model import FieldSource
from ..texts import say
from .vocabulary import (
    FIELDS,
    IDENTIFIERS,
    LEFT_ALONE,
    NOT_IN_DOUBT,
    RESULTS,
    SUGGESTED_ONLY,
    VOCABULARY,
    by_content,
    fold_header,
    read_header,
)

__all__ = [
    "FIELDS",
    "IDENTIFIERS",
    "RESULTS",
    "Recognition",
    "choose",
    "fields_of",
    "fold_header",
    "passed_by",
    "recognise",
]

Columns = Mapping[str, "str | Sequence[str]"]
Samples = Sequence[Sequence[object]]
Describe = Callable[[Hashable], str]

ONLY_IF_NAMED = frozenset({"amount", "exp_date", "expires_at"})
"""Fields that no header takes by itself: they would close a CLABE to other sums, or let it expire."""

_FAMILY = {"price": ("price", "amount"), "amount": ("price", "amount"), "expires_at": ("expires_at", "exp_date")}
_NAME_PARTS = ("first_name", "last_name", "second_last_name")
_PLACES = frozenset({"source_sheet", "source_row"})
"""Columns that reading adds, which no person has seen."""
_LIKE = 85
_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Recognition:
    """What one header was taken for."""

    header: str
    field: str | None
    how: str
    """`vocabulary`, `given`, `ambiguous`, `suggested` or `left_alone`."""
    suggestion: str | None = None
    rivals: tuple[str, ...] = ()
    """The other headers that fit the same field."""


def recognise(
    headers: Sequence[Hashable], samples: Samples | None = None, columns: Columns | None = None
) -> list[Recognition]:
    """Tell for each header which field it means; a field that several headers fit is taken by none of them."""
    words = [str(header) for header in headers]
    found = fields_of(words, samples)
    given = _given_positions(headers, columns or {})
    decided = set(given.values()) | _in_no_column(columns or {})
    result = []
    for position, word in enumerate(words):
        if position in given:
            result.append(Recognition(word, given[position], "given"))
            continue
        field = found[position]
        if field is not None and field in decided:
            field = None
        rivals = tuple(words[other] for other in _rivals(position, words, found) if other not in given)
        result.append(_judge(word, field, rivals))
    return result


def _judge(word: str, field: str | None, rivals: tuple[str, ...]) -> Recognition:
    if field is None:
        hint = _suggest(word)
        return Recognition(word, None, "suggested" if hint else "left_alone", hint)
    if rivals:
        return Recognition(word, None, "ambiguous", field, rivals)
    return Recognition(word, field, "vocabulary")


def _given_positions(headers: Sequence[Hashable], columns: Columns) -> dict[int, str]:
    taken: dict[int, str] = {}
    for field, named in columns.items():
        for name in _as_list(named):
            position = _find(headers, name)
            if position is not None:
                taken[position] = field
    return taken


def _as_list(named: object) -> list[object]:
    return list(named) if isinstance(named, Sequence) and not isinstance(named, str) else [named]


def _in_no_column(columns: Columns) -> set[str]:
    """Return the fields of which a person said that no column has them: `{"phone": []}`."""
    return {field for field, named in columns.items() if not _as_list(named)}


def _find(headers: Sequence[Hashable], name: object) -> int | None:
    """Find the column that a person named: as written, else the one header that reads the same."""
    exact = [position for position, header in enumerate(headers) if header == name]
    if exact:
        return exact[0]
    alike = [position for position, header in enumerate(headers) if fold_header(str(header)) == fold_header(str(name))]
    return alike[0] if len(alike) == 1 else None


def fields_of(words: Sequence[str], samples: Samples | None = None) -> list[str | None]:
    """Return the field of each header of one table; several may have the same."""
    folded = [fold_header(word) for word in words]
    fields: list[str | None] = []
    for position, text in enumerate(folded):
        field, stale = read_header(text)
        if field is not None and samples is not None:
            field = by_content(field, text, samples[position])
        fields.append(f"?{field}" if field and stale else field)
    _settle_stale(fields)
    _settle_names(fields, folded)
    return fields


def _settle_stale(fields: list[str | None]) -> None:
    """Let `Correo anterior` stand against `Correo`, and be nothing where it is alone."""
    fresh = {field for field in fields if field and not field.startswith("?")}
    for position, field in enumerate(fields):
        if field and field.startswith("?"):
            fields[position] = field[1:] if field[1:] in fresh else None


def _settle_names(fields: list[str | None], folded: Sequence[str]) -> None:
    """Read a bare `Nombre` beside `Apellidos` as the first name, and a full name beside parts as the name."""
    if "last_name" not in fields and "second_last_name" not in fields:
        for position, field in enumerate(fields):
            if field == "first_name":
                fields[position] = "name"
        return
    bare = [p for p, field in enumerate(fields) if field == "name" and folded[p] in {"nombre", "name"}]
    if bare and "first_name" not in fields:
        fields[bare[0]] = "first_name"


def _rivals(position: int, words: Sequence[str], found: Sequence[str | None]) -> list[int]:
    field = found[position]
    if field is None:
        return []
    alike = [other for other, what in enumerate(found) if other != position and what == field]
    if field == "name" and "last_name" in found and fold_header(words[position]) not in NOT_IN_DOUBT:
        alike += [other for other, what in enumerate(found) if what in _NAME_PARTS]
    return alike


def _suggest(word: str) -> str | None:
    """Offer a field for a header that the vocabulary does not know; never more than an offer."""
    folded = fold_header(word)
    if folded in RESULTS:
        return None
    field, stale = read_header(folded)
    if field and stale:
        return field
    if folded in SUGGESTED_ONLY:
        return SUGGESTED_ONLY[folded]
    if folded in LEFT_ALONE or len(folded) < 4:
        return None
    best: dict[str, float] = {}
    for alias, score, _ in process.extract(folded, list(_ALIASES), scorer=fuzz.ratio, limit=8, score_cutoff=60):
        best[_ALIASES[alias]] = max(best.get(_ALIASES[alias], 0), score)
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _LIKE:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= _AHEAD else None


_ALIASES = {alias: field for field, aliases in VOCABULARY.items() for alias in aliases if len(alias) > 3}


def choose(
    headers: Sequence[Hashable],
    wanted: Sequence[str],
    columns: Columns | None = None,
    *,
    required: Sequence[str] = (),
    samples: Samples | None = None,
    together: Sequence[Collection[Hashable]] = (),
    describe: Describe = str,
) -> dict[str, FieldSource]:
    """Choose for each wanted field the columns that its values come from; a field without a column is absent.

    Args:
        headers: the frame's labels, of any type; repeated ones too.
        wanted: canonical fields. `amount`, `exp_date` and `expires_at` are taken only through `columns`.
        columns: a field's header, or several to join, as the person named them; an empty list for none of them.
        required: the fields of `wanted` that need a column.
        samples: for each header some of its values, which settle words of several meanings ("Contacto").
        together: the headers of each sheet. Columns that never stand in one sheet are no rivals: one tower has the name
            whole, another in parts, and each row has the one or the other.
        describe: a header with what a person needs to tell it from others, such as how many values it has.

    Raises:
        SheetError: `missing_required_column` or `ambiguous_header`, with all that is missing or ambiguous, the headers
            seen, the candidates, and how to go on.
    """
    columns = columns or {}
    choice = _Choice(headers, _found(headers, samples, columns), together, describe)
    troubles: list[SheetError] = []
    given = dict(choice.given(columns, troubles))
    chosen = {}
    for field in wanted:
        try:
            source = given.get(field) or choice.take(field) or choice.fall_back(field, given)
        except SheetError as trouble:
            troubles.append(trouble)
            continue
        if source is not None:
            chosen[field] = source
        elif field in required and not columns.get(field):
            troubles.append(choice.missing(field))
    if troubles:
        raise _all_of(troubles)
    return chosen


def _found(headers: Sequence[Hashable], samples: Samples | None, columns: Columns) -> list[str | None]:
    """Return the field of each header, but for those that a person said to be in no column."""
    none = _in_no_column(columns)
    return [None if field in none else field for field in fields_of([str(header) for header in headers], samples)]


def _all_of(troubles: Sequence[SheetError]) -> SheetError:
    """Make one error of several, with a mapping to paste."""
    distinct = list({str(trouble): trouble for trouble in troubles}.values())
    first = distinct[0]
    if len(distinct) == 1:
        return first
    likely = {str(trouble.details["field"]): _first(trouble.details.get("suggestions")) for trouble in distinct}
    pairs = ", ".join(f'"{field}": "{header}"' for field, header in likely.items())
    words = [*map(str, distinct), say("sheets", "paste_columns", columns=f"{{{pairs}}}")]
    return SheetError("\n".join(words), code=first.code, **{**first.details, "fields": tuple(likely)})


def _first(suggestions: object) -> str:
    return suggestions[0] if isinstance(suggestions, tuple) and suggestions else "…"


@dataclass(frozen=True, slots=True)
class _Choice:
    """The headers at hand, and what each may mean."""

    headers: Sequence[Hashable]
    found: Sequence[str | None]
    together: Sequence[Collection[Hashable]]
    describe: Describe

    def given(self, columns: Columns, troubles: list[SheetError]) -> Iterator[tuple[str, FieldSource]]:
        """Take the columns that the person named."""
        for field, named in columns.items():
            positions = [(name, _find(self.headers, name)) for name in _as_list(named)]
            if not positions:
                continue
            absent = [name for name, position in positions if position is None]
            troubles += [_absent(field, name, self.headers) for name in absent]
            if not absent:
                yield field, self._of(field, [position for _, position in positions if position is not None], "given")

    def _of(self, field: str, positions: Sequence[int], how: str) -> FieldSource:
        labels = [self.headers[position] for position in positions]
        same = [label for label in labels if list(self.headers).count(label) > 1]
        if same:
            raise _equal(field, same[0], self.headers)
        joiner = " " if field == "name" else "-"
        if len(labels) > 1 and field != "name" and self._never_together(labels):
            joiner = ""
        return FieldSource(field, tuple(labels), how, joiner)  # type: ignore[arg-type]

    def _never_together(self, labels: Sequence[Hashable]) -> bool:
        """Whether each sheet has one of these columns; one that the analyst added stands beside all of them."""
        theirs = [{label for label in labels if label in sheet} for sheet in self.together]
        return set().union(*theirs) == set(labels) and all(len(own) < 2 for own in theirs)

    def take(self, field: str) -> FieldSource | None:
        """Take the one column that the vocabulary knows for a field."""
        if field in ONLY_IF_NAMED:
            return None
        if field == "name":
            return self._name()
        fits = self._fitting(field)
        if len(fits) > 1 and not self._never_together([self.headers[position] for position in fits]):
            raise self._ambiguous(field, fits)
        return self._of(field, fits, "vocabulary") if fits else None

    def _fitting(self, field: str) -> list[int]:
        fits = [position for position, what in enumerate(self.found) if what in _FAMILY.get(field, (field,))]
        exact = [position for position in fits if self.headers[position] == field and "_" in field]
        return exact[:1] or fits

    def _name(self) -> FieldSource | None:
        full = self._all("name")
        parts = [self._all(part) for part in _NAME_PARTS]
        split = list(chain.from_iterable(parts))
        if max(map(len, [full, *parts])) > 1:
            raise self._ambiguous("name", [*full, *split])
        if full and self._apart(full, split):
            return self._of("name", [*full, *split], "vocabulary")
        if full and split and fold_header(str(self.headers[full[0]])) not in NOT_IN_DOUBT:
            raise self._ambiguous("name", [*full, *split])
        chosen = full or (split if parts[0] else [])
        return self._of("name", chosen, "vocabulary") if chosen else None

    def _apart(self, full: Sequence[int], split: Sequence[int]) -> bool:
        """Whether names in full and names in parts stand in different sheets."""
        whole, pieces = ({self.headers[position] for position in group} for group in (full, split))
        return bool(pieces and self.together) and not any(
            whole & set(sheet) and pieces & set(sheet) for sheet in self.together
        )

    def _all(self, field: str) -> list[int]:
        return [position for position, what in enumerate(self.found) if what == field]

    def fall_back(self, field: str, given: Mapping[str, FieldSource]) -> FieldSource | None:
        """Take the reference for the customer's id where that has no column of its own."""
        if field != "customer_id":
            return None
        source = given.get("reference") or self.take("reference")
        return FieldSource(field, source.headers, "fallback", source.joiner) if source else None

    def _ambiguous(self, field: str, positions: Sequence[int]) -> SheetError:
        rivals = [self.headers[position] for position in positions]
        if len(set(rivals)) < len(rivals):
            return _equal(field, next(label for label in rivals if rivals.count(label) > 1), self.headers)
        told = ", ".join(self.describe(rival) for rival in rivals)
        message = say("sheets", "ambiguous_header", field=field, rivals=told, first=rivals[0])
        names = tuple(map(str, rivals))
        return SheetError(message, code="ambiguous_header", field=field, headers=tuple(rivals), suggestions=names)

    def missing(self, field: str) -> SheetError:
        """Make the error for a needed field without a column."""
        words = [str(header) for header in self.headers]
        meant = {field, "reference"} if field == "customer_id" else {field}
        hints = [word for word in words if _suggest(word) in meant]
        parts = [words[position] for position in sorted([*self._all("tower"), *self._all("unit")])]
        given: dict[str, object] = {"field": field, "seen": _seen(self.headers)}
        code = sentence = "missing_required_column"
        if hints:
            sentence, given = "missing_column_hint", given | {"hint": hints[0], "told": self.describe(hints[0])}
        elif parts and field in {"reference", "customer_id"}:
            told, listed = ", ".join(map(self.describe, parts)), ", ".join(f'"{part}"' for part in parts)
            sentence, given = "missing_reference_parts", given | {"parts": listed, "told": told}
        likely = tuple(hints or parts)
        message = say("sheets", sentence, **given)
        return SheetError(message, code=code, field=field, headers=tuple(self.headers), suggestions=likely)


def passed_by(
    headers: Sequence[Hashable], field: str, columns: Columns | None = None, samples: Samples | None = None
) -> tuple[Hashable, ...]:
    """Name the columns that look like `amount`, `exp_date` or `expires_at` and take no effect unless asked for."""
    if field not in ONLY_IF_NAMED or field in (columns or {}):
        return ()
    found = fields_of([str(header) for header in headers], samples)
    family = {"exp_date": ("exp_date",), **_FAMILY}[field]
    return tuple(header for header, what in zip(headers, found, strict=True) if what in family)


def _seen(headers: Sequence[Hashable]) -> str:
    return ", ".join(f"«{header}»" for header in headers if header not in _PLACES) or "–"


def _absent(field: str, name: object, headers: Sequence[Hashable]) -> SheetError:
    message = say("sheets", "absent_header", field=field, name=name, seen=_seen(headers))
    return SheetError(message, code="missing_required_column", field=field, header=name, headers=tuple(headers))


def _equal(field: str, label: Hashable, headers: Sequence[Hashable]) -> SheetError:
    """Make the error for two columns of one name: neither can be named apart from the other."""
    seen: dict[Hashable, int] = {}
    names = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        names.append(str(header) if seen[header] == 1 else f"{header} {seen[header]}")
    message = say("sheets", "equal_headers", field=field, header=label, names=names)
    return SheetError(message, code="ambiguous_header", field=field, headers=tuple(headers))
