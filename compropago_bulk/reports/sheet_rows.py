"""What a sheet says of its residents, row by row, cleaned as the functions that send would clean it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import SheetError
from ..model import FieldSource
from ..sheets.headers import choose, passed_by
from ..sheets.reading import facts, read_sheet
from ..sheets.vocabulary import FIELDS
from ..texts import say
from ..values import (
    Parsed,
    is_blank,
    is_placeholder,
    parse_date,
    parse_email,
    parse_identifier,
    parse_money,
    parse_name,
    parse_order_id,
    parse_phone,
    shown,
)
from ..values.folding import fold, strip_invisible
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
_LONG_AGO = float("-inf")
_TAKERS: Mapping[str, Callable[[Any], Parsed]] = {
    "order_id": parse_order_id,
    "email": parse_email,
    "phone": parse_phone,
    "price": parse_money,
    "clabe": parse_identifier,
    "unit": parse_identifier,
    "tower": parse_identifier,
    "customer_id": parse_identifier,
    "reference": parse_identifier,
    "product_id": parse_identifier,
    "due": lambda value: parse_date(value, _LONG_AGO),
}


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
        fields = ("name", "email", "phone", "price", "clabe", "unit", "tower", "customer_id", "product_id", "due")
        columns = [self.values.get(field) or [None] * len(self.frame) for field in fields]
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
    frame = source if isinstance(source, pd.DataFrame) else read_sheet(source, sheet=sheet, columns=columns)
    labels = [label if not isinstance(label, tuple) else " ".join(map(str, label)) for label in frame.columns]
    samples = [list(frame.iloc[:_SAMPLE, place].astype(object)) for place in range(frame.shape[1])]
    found, notes = _choose(labels, samples, columns, [need for need in needs if need not in constants])
    taken = {field: _take(field, frame, labels, match) for field, match in found.items()}
    for field, value in constants.items():
        constant = _constant(field, value)
        taken[field] = [constant if item is None else item for item in taken.get(field, [None] * len(frame))]
    taken["customer_id"] = _customers(taken, id_prefix)
    headers = {field: " + ".join(map(str, match.headers)) for field, match in found.items()}
    return Sheet(frame, _source_of(frame), taken, headers, tuple(notes))


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
            return choose(labels, [field], {field: columns[field]})[field].headers
    named = passed_by(labels, "exp_date", None, samples)
    return named if len(named) == 1 else ()


def _take(field: str, frame: Any, labels: Sequence[Hashable], source: FieldSource) -> list[Any]:
    parts = [list(frame.iloc[:, list(labels).index(header)].astype(object)) for header in source.headers]
    if field == "name":
        return [_name(cells) for cells in zip(*parts, strict=True)]
    taken = [[_value(field, cell) for cell in part] for part in parts]
    if len(taken) == 1:
        return taken[0]
    return [source.joiner.join(str(item) for item in cells if item) or None for cells in zip(*taken, strict=True)]


def _name(cells: Sequence[Any]) -> str | None:
    name = parse_name([cell for cell in cells if not is_placeholder(shown(cell))]).value
    return None if name is None else str(name)


def _value(field: str, cell: Any) -> Any:
    if field in {"email", "customer_id", "reference", "clabe"} and is_placeholder(shown(cell)) and shown(cell) != "0":
        return None
    value = _TAKERS[field](cell).value
    if field == "order_id" and value is None and not is_blank(cell) and not is_placeholder(shown(cell)):
        return strip_invisible(shown(cell)) or None  # no id that can be asked for, but not a resident without an order
    if field == "price":
        return to_centavos(value)  # type: ignore[arg-type]
    if field == "due":
        return None if value is None else int(value) * 1000
    if field == "clabe" and isinstance(value, str):
        digits = value.replace(" ", "").replace("-", "")
        return digits if digits.isdigit() else value
    return value


def _constant(field: str, value: Any) -> Any:
    if field == "name":
        return _name([value])
    if field in {"exp_date", "expires_at"}:
        return _value("due", value)
    return _value(field, value) if field in _TAKERS else value


def _customers(taken: Mapping[str, Sequence[Any]], prefix: str) -> list[Any]:
    own = taken.get("customer_id") or taken.get("reference")
    return [prefix + str(item) if item is not None else None for item in own] if own is not None else []


def _source_of(frame: Any) -> Source:
    known = facts(frame)
    if known is not None:
        return Source(known.name, known.sha256)
    return Source(None, hashlib.sha256(to_text(encode_frame(frame)).encode("utf-8", "replace")).hexdigest())


def one_value_only(values: Sequence[Any]) -> bool:
    """Whether a column says the same of everybody: the condominium's own CLABE, not the residents'."""
    told = {fold(str(value)) for value in values if value is not None}
    return len(told) == 1 and sum(value is not None for value in values) > 2
