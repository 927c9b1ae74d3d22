"""From a source to a table: a frame, where each field of an operation comes from, and where its rows stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from ..errors import SheetError
from ..model import FieldSource, Operation
from ..sheets.headers import choose, passed_by, recognise
from ..sheets.provenance import Place, SheetFacts
from ..sheets.reading import facts, read_sheet
from ..sheets.vocabulary import FIELDS
from ..texts import say
from ..values import is_blank, parse_money, shown

_SAMPLE = 50
ADDED = frozenset({"source_sheet", "source_row"})
"""Columns that say where a row stands."""


@dataclass(frozen=True, slots=True)
class Table:
    """A frame, and where each field of an operation comes from."""

    frame: Any
    facts: SheetFacts | None
    fields: Mapping[str, FieldSource]
    passed_by: Mapping[str, tuple[Hashable, ...]]
    """Columns that look like `amount`, `exp_date` or `expires_at` and take no effect, since nobody asked."""
    _read: dict[Hashable, list[Any]] = member(default_factory=dict, repr=False, compare=False)

    def values(self, label: Hashable) -> list[Any]:
        """Return a column's values as plain objects; of two columns with one label, the first."""
        if label not in self._read:
            position = list(self.frame.columns).index(label)
            self._read[label] = objects(self.frame.iloc[:, position])
        return self._read[label]

    def let_go(self) -> None:
        """Forget the values that were read: the frame has them, and of a large sheet they are half of the memory."""
        self._read.clear()

    def parts(self, field: str) -> list[list[Any]]:
        """Return the columns that a field is joined from; one, where each row has the one column or the other."""
        source = self.fields[field]
        columns = [self.values(header) for header in source.headers]
        if source.joiner or len(columns) == 1:
            return columns
        return [[next((cell for cell in row if not is_blank(cell)), None) for row in zip(*columns, strict=True)]]

    def header_at(self, headers: Sequence[Hashable], position: int) -> Hashable:
        """Return which of several columns a row has."""
        filled = (header for header in headers if not is_blank(self.values(header)[position]))
        return next(filled, None) or self._in_sheet(headers, position)

    def _in_sheet(self, headers: Sequence[Hashable], position: int) -> Hashable:
        sheets, _ = places(self)
        sheet = sheets[position] if sheets else None
        here = (
            {header for place in self.facts.places if place.sheet == sheet for header in place.columns}
            if self.facts
            else ()
        )
        return next((header for header in headers if header in here), headers[0])


def load(
    source: Any,
    spec: Operation,
    *,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    constants: Mapping[str, Any] | None = None,
) -> Table:
    """Read the source, and choose the column of each field that the operation needs or may have.

    Raises:
        SheetError: the file cannot be read, or a needed field has no column and no value.
        TypeError: an unknown field.
    """
    values = dict(constants or {})
    known = (*spec.needs, *spec.optional, *spec.only_if_named)
    _refuse_unknown(values, known)
    _refuse_unknown_columns(columns or {}, known)
    frame = _flat(frame_of(source, sheet, columns))
    if frame.shape[0] == 0 and frame.shape[1] == 0:
        raise SheetError(say("checks", "empty_frame"), code="no_rows")
    headers = _headers_of(frame)
    required = [field for field in spec.needs if field not in values]
    fields = _chosen(frame, headers, _wanted(spec, columns or {}), required, columns)
    optional = [field for field in spec.only_if_named if field not in values]
    aside = ((field, passed_by(headers.labels, field, columns, headers.samples)) for field in optional)
    return Table(frame, facts(frame), fields, dict(filter(itemgetter(1), aside)))


def _wanted(spec: Operation, columns: Mapping[str, Any]) -> list[str]:
    return [*spec.needs, *spec.optional, *(field for field in spec.only_if_named if field in columns)]


@dataclass(frozen=True, slots=True)
class _Headers:
    """The headers of a frame, with some of the values below each."""

    labels: Sequence[Hashable]
    samples: Sequence[Sequence[Any]]


def _headers_of(frame: Any) -> _Headers:
    samples = [objects(frame.iloc[:_SAMPLE, place]) for place in range(frame.shape[1])]
    return _Headers(list(frame.columns), samples)


def _flat(frame: Any) -> Any:
    labels = flat_labels(frame)
    if labels == list(frame.columns):
        return frame
    frame = frame.copy(deep=False)
    frame.columns = pd.Index(labels)
    return frame


def _chosen(
    frame: Any,
    headers: _Headers,
    wanted: Sequence[str],
    required: Sequence[str],
    columns: Mapping[str, Any] | None,
) -> dict[str, FieldSource]:
    """Choose the columns of a whole frame, and hold each sheet of it to them."""
    known = facts(frame)
    sheets = [place.columns.keys() for place in known.places] if known else []
    try:
        fields = choose(
            headers.labels,
            wanted,
            columns,
            required=required,
            samples=headers.samples,
            together=sheets,
            describe=describer(frame),
        )
    except SheetError as missing:
        raise _in_the_index(frame, missing) or missing from None
    refuse_sheets_without(frame, known, {field: fields[field] for field in required})
    return fields


def objects(series: Any) -> list[Any]:
    """Return a column's values as plain objects; floats of less than double precision as they are written."""
    if series.dtype in (np.dtype("float32"), np.dtype("float16")):
        return [float(str(value)) for value in series.to_numpy()]
    return list(series.astype(object))


def flat_labels(frame: Any) -> list[Any]:
    """Return the headers of a frame; of headers in several rows the last word, where that tells the columns apart."""
    if not any(isinstance(label, tuple) for label in frame.columns):
        return list(frame.columns)
    words = [_own_words(label) for label in frame.columns]
    last = [label[-1] if label else "" for label in words]
    return last if len(set(last)) == len(last) else [" ".join(label) for label in words]


def _own_words(label: Any) -> list[str]:
    parts = label if isinstance(label, tuple) else (label,)
    return [text for part in parts if not is_blank(part) and not (text := str(part).strip()).startswith("Unnamed: ")]


def describer(frame: Any) -> Callable[[Hashable], str]:
    """Make what says of a column how many values it has, and how many of them repeat another."""

    def describe(header: Hashable) -> str:
        labels = flat_labels(frame)
        values = [value for value in objects(frame.iloc[:, labels.index(header)]) if not is_blank(value)]
        repeated = len(values) - len(set(map(shown, values)))
        sentence = "values_repeated" if repeated else "one_value" if len(values) == 1 else "values"
        told = say("sheets", sentence, count=len(values), repeated=repeated)
        return say("sheets", "described_column", header=header, values=told)

    return describe


def _in_the_index(frame: Any, missing: SheetError) -> SheetError | None:
    """Say it where the column that is missing is the frame's index."""
    names = [name for name in frame.index.names if isinstance(name, str)]
    wanted = {missing.details.get("field"), *_as_tuple(missing.details.get("fields"))}
    wanted |= {"reference"} if "customer_id" in wanted else set()
    for item in recognise(names):
        if item.field in wanted:
            return SheetError(
                say("sheets", "in_the_index", header=item.header), code="missing_required_column", **missing.details
            )
    return None


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def refuse_sheets_without(frame: Any, known: SheetFacts | None, needed: Mapping[str, FieldSource]) -> None:
    """Refuse a sheet that words a needed field otherwise than the others, where one of its columns may be the one.

    Raises:
        SheetError: `missing_required_column`, naming each such sheet, the column, and the mapping to paste.
    """
    places = known.places if known is not None and len(known.places) > 1 else ()
    theirs = {header for place in places for header in place.columns}
    needed = {name: source for name, source in needed.items() if set(source.headers) <= theirs}  # not the analyst's own
    troubles = [trouble for place in places for trouble in _troubles_of(frame, place, needed)]
    if troubles:
        raise SheetError("\n".join(map(str, troubles)), code="missing_required_column", **troubles[0].details)


def _troubles_of(frame: Any, place: Place, needed: Mapping[str, FieldSource]) -> Iterator[SheetError]:
    rows = frame[frame["source_sheet"] == place.sheet] if "source_sheet" in frame.columns else frame
    here = [header for header in place.columns if header in rows.columns]
    for name, source in needed.items():
        likely = None if set(source.headers) & set(here) else _likely(name, rows, here)
        if likely is not None:
            yield _not_in_sheet(name, source, place.sheet, likely, rows)


def _likely(name: str, rows: Any, headers: Iterable[str]) -> str | None:
    """Return the column of a sheet that holds what such a field holds, and that means nothing else."""
    told = {item.header: item.field for item in recognise(list(headers))}
    free = [header for header in headers if told[header] in (None, "unit") and header not in ADDED and rows.shape[0]]
    holds: Callable[[Sequence[str]], bool] = _HOLDS.get(name, _never)
    for header in free:
        values = [shown(value) for value in objects(rows[header]) if not is_blank(value)]
        if values and len(values) * 2 >= len(rows) and holds(values):
            return header
    return None


def _never(_: Sequence[str]) -> bool:
    return False


def _distinct(values: Sequence[str]) -> bool:
    return not any("@" in value for value in values) and len(set(values)) * 10 >= len(values) * 9


_HOLDS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "reference": _distinct,
    "customer_id": _distinct,
    "email": lambda values: sum("@" in value for value in values) * 2 >= len(values),
    "name": lambda values: all(any(map(str.isalpha, value)) and " " in value for value in values),
    "price": lambda values: all(parse_money(value).value is not None for value in values),
}
"""What the values of a needed field's column look like."""


def _not_in_sheet(name: str, source: FieldSource, sheet: str | None, likely: str, rows: Any) -> SheetError:
    headers = [*source.headers, likely] if name != "name" or len(source.headers) == 1 else [likely]
    pair = json.dumps(headers, ensure_ascii=False)
    words = {"sheet": sheet, "field": name, "header": " + ".join(map(str, source.headers))}
    message = say("sheets", "missing_in_sheet", **words, told=describer(rows)(likely), pair=pair)
    return SheetError(message, code="missing_required_column", **words, suggestions=(likely,))


def frame_of(source: Any, sheet: Any, columns: Mapping[str, Any] | None) -> Any:
    """Return the frame that a source is, or holds, or that pandas makes of it."""
    if isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, Mapping) or is_records(source):
        return pd.DataFrame(source)
    convert: Callable[[], Any] | None = getattr(source, "to_pandas", None)
    if callable(convert):  # an Arrow table, a polars frame
        return convert()
    if isinstance(source, pd.Series):
        raise SheetError(say("sheets", "series"), code="unsupported_format")
    return read_sheet(source, sheet=sheet, columns=columns)


def is_records(source: Any) -> bool:
    """Whether a source is a list of dicts, one a row."""
    return isinstance(source, list | tuple) and bool(source) and all(isinstance(row, Mapping) for row in source)


def _refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    for field in given:
        if field not in known and field not in FIELDS:
            raise TypeError(say("checks", "unknown_field", field=field, known=", ".join(known)))


def _refuse_unknown_columns(columns: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse `columns=` that names no field; turned round (`{"correo": "email"}`), the sentence says which way."""
    for field, header in columns.items():
        if field not in known and field not in FIELDS and isinstance(header, str) and header in {*known, *FIELDS}:
            raise TypeError(say("checks", "columns_turned_round", field=header, header=field))
    _refuse_unknown(columns, known)


def places(table: Table) -> tuple[list[str | None] | None, Sequence[int]]:
    """Say where the rows stand in their owner's eyes: their sheets, and the numbers beside them."""
    if list(table.frame.columns).count("source_row") != 1 or list(table.frame.columns).count("source_sheet") != 1:
        return None, range(1, len(table.frame) + 1)
    sheets = [None if is_blank(value) else str(value) for value in table.values("source_sheet")]
    return sheets, [_row_number(value, place) for place, value in enumerate(table.values("source_row"))]


def _row_number(value: Any, position: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):  # the analyst added a row of his own
        return position + 1
