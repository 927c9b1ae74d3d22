"""From a frame to the columns of a call; by position, never by label."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import SheetError
from ..texts import say
from .headers import choose, passed_by
from .model import FieldSource, Operation
from .sheets import facts, read_sheet
from .sheets.memory import SheetFacts
from .vocabulary import FIELDS

_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Table:
    """A frame, and where each field of an operation comes from."""

    frame: Any
    facts: SheetFacts | None
    fields: Mapping[str, FieldSource]
    passed_by: Mapping[str, tuple[Hashable, ...]]
    """Columns that look like `amount`, `exp_date` or `expires_at` and take no effect, since nobody asked."""

    def values(self, label: Hashable) -> list[Any]:
        """Give a column's values as plain objects; of two columns with one label, the first."""
        position = list(self.frame.columns).index(label)
        return list(self.frame.iloc[:, position].astype(object))


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
    _refuse_unknown([*values, *(columns or {})], known)
    frame = source if isinstance(source, pd.DataFrame) else read_sheet(source, sheet=sheet, columns=columns)
    labels = [label if not isinstance(label, tuple) else " ".join(map(str, label)) for label in frame.columns]
    if labels != list(frame.columns):
        frame = frame.copy(deep=False)
        frame.columns = pd.Index(labels)
    samples = [list(frame.iloc[:_SAMPLE, place].astype(object)) for place in range(frame.shape[1])]
    wanted = [field for field in known if field not in spec.only_if_named or field in (columns or {})]
    required = [field for field in spec.needs if field not in values]
    if frame.shape[0] == 0 and frame.shape[1] == 0:
        raise SheetError(say("checks", "empty_frame"), code="no_rows")
    known_facts = facts(frame)
    sheets = [place.columns.keys() for place in known_facts.places] if known_facts else []
    fields = choose(labels, wanted, columns, required=required, samples=samples, together=sheets)
    aside = {field: passed_by(labels, field, columns, samples) for field in spec.only_if_named if field not in values}
    return Table(frame, known_facts, fields, {field: found for field, found in aside.items() if found})


def _refuse_unknown(given: Sequence[str], known: Sequence[str]) -> None:
    for field in given:
        if field not in known and field not in FIELDS:
            raise TypeError(say("checks", "unknown_field", field=field, known=", ".join(known)))
