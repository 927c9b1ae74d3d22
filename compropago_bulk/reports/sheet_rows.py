"""What a sheet says of its residents, row by row, cleaned as the functions that send would clean it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..errors import SheetError
from ..model import FieldSource
from ..rows.clean import Take, cleaner_of
from ..rows.table import Table, flat_labels, frame_of, objects
from ..sheets.headers import choose, passed_by
from ..sheets.reading import facts
from ..sheets.vocabulary import FIELDS, fold_header
from ..texts import say
from ..values import is_blank, is_placeholder, shown
from ..values.shown import fold, strip_invisible
from .amounts import to_centavos
from .evidence import encode_frame, to_text
from .facts import Said

_SAMPLE = 50
_WANTED = (
    "order_id",
    "name",
    "email",
    "phone",
    "price",
    "clabe",
    "unit",
    "tower",
    "customer_id",
    "reference",
    "product_id",
)
_SAID = tuple(part.name for part in fields(Said) if part.name != "place")
_LONG_AGO = float("-inf")
_BLANK_WHERE_NOTHING = frozenset({"email", "customer_id", "reference", "clabe"})


@dataclass(frozen=True, slots=True)
class Source:
    """From what a report is made."""

    name: str | None
    """The file's name; None for a table of the analyst's own, or the journal."""
    sha256: str | None
    """The hash of the file, or of the table; None for the journal."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with what it says: a value (or None) of each field for each row."""

    frame: Any
    source: Source
    values: Mapping[str, Sequence[Any]]
    headers: Mapping[str, str]
    """Field to the header that it was read from."""
    notes: tuple[str, ...]

    def said(self) -> list[Said]:
        """Return what each row says."""
        columns = [self.values.get(field) or [None] * len(self.frame) for field in _SAID]
        places = self.places()
        return [Said(place, *row) for place, row in zip(places, zip(*columns, strict=True), strict=True)]

    def places(self) -> list[str]:
        """Name each row as its owner sees it."""
        if not {"source_sheet", "source_row"} <= set(map(str, self.frame.columns)):
            return [str(number) for number in range(1, len(self.frame) + 1)]
        pairs = zip(self.frame["source_sheet"], self.frame["source_row"], strict=True)
        return [f"{name}!{row}" if isinstance(name, str) and name else str(row) for name, row in pairs]


def read(
    source: Any,
    *,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    id_prefix: str = "",
    needs: Sequence[str] = (),
) -> Sheet:
    """Read a source and what it says of each row; a header that could mean two things is left alone, and noted.

    Args:
        values: a field's value for every row that has none of its own.
        id_prefix: goes in front of every reference and customer id.
        needs: fields without which it makes no sense.

    Raises:
        SheetError: the file cannot be read, a header of `columns` is absent, or a needed field has no column.
        TypeError: an unknown field.
    """
    constants = dict(values or {})
    for field in (*constants, *(columns or {})):
        if field not in FIELDS:
            raise TypeError(say("checks", "unknown_field", field=field, known=", ".join(_WANTED)))
    frame = frame_of(source, sheet, columns)
    labels = flat_labels(frame)
    samples = [objects(frame.iloc[:_SAMPLE, place]) for place in range(frame.shape[1])]
    found, notes = _choose(labels, samples, columns, [need for need in needs if need not in constants])
    table = Table(frame.set_axis(labels, axis=1), facts(frame), found, {})
    taken = {field: _take(field, table) for field in found}
    for field, value in constants.items():
        constant = _constant(field, value)
        taken[field] = [constant if item is None else item for item in taken.get(field, [None] * len(frame))]
    taken["customer_id"] = _customers(taken, id_prefix)
    taken["quiet"] = quiet_words(table)
    taken["spoilt"] = _spoilt(table)
    headers = {field: " + ".join(map(str, match.headers)) for field, match in found.items()}
    return Sheet(frame, _source_of(frame), taken, headers, tuple(notes))


def amounts_of(told: Sheet, header: Hashable) -> list[int | None]:
    """Return the sums of a column that may be below nothing, in centavos: `-150.00`, `150-` and `(150.00)` are one.

    Raises:
        SheetError: there is no such column, or a cell of it cannot be read; it names every one.
    """
    labels = [str(label) for label in told.frame.columns]
    found = choose(labels, ["price"], {"price": str(header)})
    table = Table(told.frame.set_axis(labels, axis=1), facts(told.frame), found, {})
    clean = cleaner_of("price", table, _LONG_AGO)
    cells = table.values(found["price"].headers[0])
    amounts = [_signed(cell, clean) for cell in cells]
    bad = [
        f"{place}: «{shown(cell)}»"
        for place, cell, amount in zip(told.places(), cells, amounts, strict=True)
        if amount is None and not is_blank(cell) and not is_placeholder(shown(cell))
    ]
    if bad:
        raise SheetError(say("statements", "bad_sums", header=header, cells=", ".join(bad)), code="bad_amount")
    return amounts


_LONGEST_MARK = 80
_MINUS = re.compile(r"\s*(?:\((?P<inner>.*)\)|[-−](?P<after>.*)|(?P<before>.*\d)\s*[-−])\s*")
_ZERO = re.compile(r"[$\s]*0+(?:[.,]0*)?\s*")


def _signed(cell: Any, clean: Take) -> int | None:
    words = shown(cell)
    if _ZERO.fullmatch(words):
        return 0
    minus = _MINUS.fullmatch(words)
    bare = next(part for part in minus.groups() if part is not None) if minus else cell
    amount = to_centavos(clean((bare,)).value)  # type: ignore[arg-type]
    return amount if amount is None or not minus else -amount


def _choose(
    labels: Sequence[Hashable],
    samples: Sequence[Sequence[Any]],
    columns: Mapping[str, Any] | None,
    needs: Sequence[str],
) -> tuple[dict[str, FieldSource], list[str]]:
    found: dict[str, FieldSource] = {}
    notes = []
    for field in _WANTED:
        if field in labels and field not in (columns or {}):
            found[field] = FieldSource(field, (field,), "vocabulary")
            continue
        given = {field: columns[field]} if columns and field in columns else None
        try:
            found |= choose(labels, [field], given, required=[field] if field in needs else [], samples=samples)
        except SheetError as problem:
            if given or field in needs:
                raise
            notes.append(f"{problem.code}: {problem}")
    due = _due_header(labels, samples, columns)
    return (found | {"due": FieldSource("due", due, "vocabulary")} if due else found), notes


def _due_header(labels: Sequence[Hashable], samples: Any, columns: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """Find the due date: the column that was named for it, else the one that reads so."""
    for field in ("exp_date", "expires_at"):
        if columns and field in columns:
            chosen = choose(labels, [field], {field: columns[field]}).get(field)
            return chosen.headers if chosen else ()
    named = passed_by(labels, "exp_date", None, samples)
    return named if len(named) == 1 else ()


def _take(field: str, table: Table) -> list[Any]:
    """Return what a field's column says of each row, as the functions that send clean it."""
    clean = cleaner_of("exp_date" if field == "due" else field, table, _LONG_AGO)
    columns = table.parts(field)
    if field == "name":
        columns = [[None if is_placeholder(shown(cell)) else cell for cell in column] for column in columns]
    return [_value(field, parts, clean) for parts in zip(*columns, strict=True)]


def _value(field: str, parts: Sequence[Any], clean: Take) -> Any:
    words = shown(parts[0]).strip()
    nothing = is_placeholder(words)
    if field in _BLANK_WHERE_NOTHING and len(parts) == 1 and nothing and words != "0":
        return None
    value = clean(parts).value
    if field == "order_id" and value is None and words and not nothing:
        return strip_invisible(words) or None  # no id that can be asked for, but not a resident without an order
    return _FORMS[field](value) if value is not None and field in _FORMS else value


def _spoilt(table: Table) -> list[str | None]:
    """Return the CLABEs that have lost their digits: as numbers, or as scientific text."""
    if "clabe" not in table.fields:
        return [None] * len(table.frame)
    clean = cleaner_of("clabe", table, _LONG_AGO)
    cells = table.values(table.fields["clabe"].headers[0])
    return [
        shown(cell) if any(item.code == "precision_lost" for item in clean((cell,)).findings) else None
        for cell in cells
    ]


def _bare_clabe(value: Any) -> str:
    digits = str(value).replace(" ", "").replace("-", "")
    return digits if digits.isdigit() else str(value)


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "price": to_centavos,
    "due": lambda seconds: int(seconds) * 1000,
    "clabe": _bare_clabe,
}


def _constant(field: str, value: Any) -> Any:
    kind = "due" if field in {"exp_date", "expires_at"} else field
    return _value(kind, (value,), cleaner_of("exp_date" if kind == "due" else field, None, _LONG_AGO))


def _customers(taken: Mapping[str, Sequence[Any]], prefix: str) -> list[Any]:
    own = taken.get("customer_id") or taken.get("reference")
    return [prefix + str(item) if item is not None else None for item in own] if own is not None else []


_MAY_BE_QUIET = re.compile(r"\W*(?:no|do|en|jur)", re.IGNORECASE)
_QUIET = re.compile(
    r"no (?:contactar|molestar|llamar|escribir|enviar|mandar|cobrar)|(?:en )?juridico|do not (?:contact|call|write)"
)
_NO = frozenset({"", "no", "n", "0", "false", "falso", "-"})


def quiet_words(table: Table) -> list[str | None]:
    """Return for each row the words by which its sheet asks that nobody writes: a cell that begins so, or a column that
    is called so and is ticked."""
    found: list[str | None] = [None] * len(table.frame)
    for place, header in enumerate(table.frame.columns):
        ticked = _QUIET.match(fold_header(str(header))) is not None
        for position, value in enumerate(objects(table.frame.iloc[:, place])):
            if found[position] is None and (ticked or (isinstance(value, str) and _MAY_BE_QUIET.match(value))):
                found[position] = _quiet_word(str(header) if ticked else None, shown(value))
    return found


def _quiet_word(header: str | None, words: str) -> str | None:
    folded = fold_header(words) if len(words) <= _LONGEST_MARK else ""
    if _QUIET.match(folded):
        return words.strip()
    return header if header is not None and folded not in _NO else None


def _source_of(frame: Any) -> Source:
    known = facts(frame)
    if known is not None:
        return Source(known.name, known.sha256)
    return Source(None, hashlib.sha256(to_text(encode_frame(frame)).encode("utf-8", "replace")).hexdigest())


def one_value_only(values: Sequence[Any]) -> bool:
    """Whether a column says the same of everybody: the condominium's own CLABE, not the residents'."""
    told = {fold(str(value)) for value in values if value is not None}
    return len(told) == 1 and sum(value is not None for value in values) > 2
