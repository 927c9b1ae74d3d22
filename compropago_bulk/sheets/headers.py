"""Which header means which field: the vocabulary decides, likeness only suggests, and of two that fit none is taken."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

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
    ROLES,
    SUGGESTED_ONLY,
    VOCABULARY,
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

ONLY_IF_NAMED = frozenset({"amount", "exp_date", "expires_at"})
"""Fields that no header takes by itself: they would close a CLABE to other sums, or let it expire."""

_FAMILY = {"price": ("price", "amount"), "amount": ("price", "amount"), "expires_at": ("expires_at", "exp_date")}
_NAME_PARTS = ("first_name", "last_name", "second_last_name")
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
    decided = set(given.values())
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
            field = _by_content(field, text, samples[position])
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


def _by_content(field: str, folded: str, sample: Sequence[object]) -> str | None:
    """Correct a word's usual meaning by what stands below it."""
    texts = [str(value).strip() for value in sample if value is not None and str(value).strip()]
    if not texts:
        return field
    if folded == "contacto":
        if sum("@" in text for text in texts) * 2 >= len(texts):
            return "email"
        return "phone" if sum(_digits(text) >= 8 for text in texts) * 2 >= len(texts) else None
    if field == "name":
        return None if all(fold_header(text) in ROLES for text in texts) else field
    if field in {"price", "amount"}:
        return field if any(_digits(text) for text in texts) else None
    return field


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


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
) -> dict[str, FieldSource]:
    """Choose for each wanted field the columns that its values come from; a field without a column is absent.

    Args:
        headers: the frame's labels, of any type; repeated ones too.
        wanted: canonical fields. `amount`, `exp_date` and `expires_at` are taken only through `columns`.
        columns: a field's header, or several to join, as the person named them.
        required: the fields of `wanted` that need a column.
        samples: for each header some of its values, which settle words of several meanings ("Contacto").
        together: the headers of each sheet. Columns that never stand in one sheet are no rivals: one tower has the name
            whole, another in parts, and each row has the one or the other.

    Raises:
        SheetError: `missing_required_column` or `ambiguous_header`, with the headers seen and how to go on.
    """
    given = {field: _given(headers, field, named) for field, named in (columns or {}).items()}
    found = fields_of([str(header) for header in headers], samples)
    chosen = {}
    for field in wanted:
        source = given.get(field) or _take(field, headers, found, together)
        source = source or _fall_back(field, given, headers, found)
        if source is not None:
            chosen[field] = source
        elif field in required:
            raise _missing(field, headers)
    return chosen


def _given(headers: Sequence[Hashable], field: str, named: str | Sequence[str]) -> FieldSource:
    labels = []
    for name in _as_list(named):
        position = _find(headers, name)
        if position is None:
            raise _absent(field, name, headers)
        labels.append(headers[position])
    joiner = " " if field == "name" else "-"
    return FieldSource(field, tuple(labels), "given", joiner)  # type: ignore[arg-type]


def _take(
    field: str, headers: Sequence[Hashable], found: Sequence[str | None], together: Sequence[Collection[Hashable]] = ()
) -> FieldSource | None:
    if field in ONLY_IF_NAMED:
        return None
    if field == "name":
        return _parse_name(headers, found, together)
    fits = [position for position, what in enumerate(found) if what in _FAMILY.get(field, (field,))]
    exact = [position for position in fits if headers[position] == field and "_" in field]
    fits = exact[:1] or fits
    if len(fits) > 1:
        raise _ambiguous(field, [headers[position] for position in fits])
    return FieldSource(field, (headers[fits[0]],), "vocabulary") if fits else None  # type: ignore[arg-type]


def _parse_name(
    headers: Sequence[Hashable], found: Sequence[str | None], together: Sequence[Collection[Hashable]]
) -> FieldSource | None:
    full = [p for p, what in enumerate(found) if what == "name"]
    parts = [[p for p, what in enumerate(found) if what == part] for part in _NAME_PARTS]
    split = [positions[0] for positions in parts if positions]
    certain = [p for p in full if fold_header(str(headers[p])) in NOT_IN_DOUBT]
    if len(full) == 1 and len(split) == sum(map(len, parts)) and _apart(headers, full, split, together):
        labels = tuple(headers[p] for p in (*full, *split))
        return FieldSource("name", labels, "vocabulary", " ")  # type: ignore[arg-type]
    if len(full) > 1 or any(len(positions) > 1 for positions in parts) or (full and split and not certain):
        raise _ambiguous("name", [headers[p] for p in [*full, *(p for positions in parts for p in positions)]])
    labels = tuple(headers[p] for p in (full or split))
    if not labels or (not full and not parts[0]):
        return None
    return FieldSource("name", labels, "vocabulary", " ")  # type: ignore[arg-type]


def _apart(
    headers: Sequence[Hashable], full: Sequence[int], split: Sequence[int], together: Sequence[Collection[Hashable]]
) -> bool:
    """Whether names in full and names in parts stand in different sheets."""
    return bool(split and together) and not any(
        any(headers[p] in sheet for p in full) and any(headers[p] in sheet for p in split) for sheet in together
    )


def _fall_back(
    field: str, given: Mapping[str, FieldSource], headers: Sequence[Hashable], found: Sequence[str | None]
) -> FieldSource | None:
    if field != "customer_id":
        return None
    source = given.get("reference") or _take("reference", headers, found)
    return FieldSource(field, source.headers, "fallback", source.joiner) if source else None


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
    return ", ".join(f"«{header}»" for header in headers) or "–"


def _missing(field: str, headers: Sequence[Hashable]) -> SheetError:
    hints = [str(header) for header in headers if _suggest(str(header)) == field]
    parts = [str(header) for header in headers if read_header(fold_header(str(header)))[0] in {"tower", "unit"}]
    code = "missing_required_column"
    if field in {"reference", "customer_id"} and parts and not hints:
        listed = ", ".join(f'"{part}"' for part in parts)
        message = say("sheets", "missing_reference_parts", field=field, seen=_seen(headers), parts=listed)
    elif hints:
        message = say("sheets", "missing_column_hint", field=field, seen=_seen(headers), hint=hints[0])
    else:
        message = say("sheets", code, field=field, seen=_seen(headers))
    return SheetError(message, code=code, field=field, headers=tuple(headers), suggestions=tuple(hints))


def _absent(field: str, name: object, headers: Sequence[Hashable]) -> SheetError:
    message = say("sheets", "absent_header", field=field, name=name, seen=_seen(headers))
    return SheetError(message, code="missing_required_column", field=field, header=name, headers=tuple(headers))


def _ambiguous(field: str, rivals: Sequence[Hashable]) -> SheetError:
    message = say("sheets", "ambiguous_header", field=field, rivals=_seen(rivals), first=rivals[0])
    return SheetError(message, code="ambiguous_header", field=field, headers=tuple(rivals))
