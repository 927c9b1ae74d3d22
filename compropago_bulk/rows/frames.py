"""From a frame to the columns of a call, and from results back to columns; by position, never by label."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import SheetError
from ..texts import say
from .columns import added_columns, column_of
from .headers import choose, passed_by
from .model import GOOD, FieldSource, Operation, Outcome, Result
from .sheets import facts, read_sheet
from .sheets.memory import SheetFacts
from .vocabulary import FIELDS

OURS = ("outcome", "error_code", "clabe", "status", "request_id")
"""Where all of these stand, the table came from here, and its group is refreshed."""
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


class Columns:
    """Gathers the rows' results by position; threads may put at once."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._results: list[Result | None] = [None] * rows
        self._more: dict[str, list[Any]] = {}
        self._lock = threading.Lock()

    def put(self, result: Result) -> None:
        """Take a row's end; a later one replaces it."""
        with self._lock:
            self._results[result.position] = result

    def get(self, position: int) -> Result | None:
        """Give a row's end, if it has come."""
        return self._results[position]

    def add(self, name: str, position: int, value: Any) -> None:
        """Put a value into a column beside the results."""
        with self._lock:
            self._more.setdefault(name, [None] * self.rows)[position] = value

    def more(self, name: str) -> list[Any]:
        """Give a column beside the results."""
        return self._more.get(name, [None] * self.rows)

    def results(self) -> list[Result]:
        """Give every row's end; one that has none was not sent."""
        return [
            one if one is not None else Result(place, Outcome.NOT_SENT, "interrupted")
            for place, one in enumerate(self._results)
        ]

    def counts(self) -> dict[str, int]:
        """Count the rows by outcome: the good ones first."""
        found = Counter(one.outcome for one in self.results())
        ordered = sorted(found, key=lambda one: (one not in GOOD, list(Outcome).index(one)))
        return {str(one): found[one] for one in ordered}


def check_columns(frame: Any, spec: Operation, prefix: str = "") -> None:
    """Make sure that the columns to come clash with none of the user's, before anything is sent.

    Raises:
        ValueError: naming the clash and the `prefix=` that avoids it.
    """
    if _is_ours(frame, prefix):
        return
    taken = set(map(str, frame.columns))
    clash = [
        prefix + name for name in added_columns(spec) if prefix + name in taken and not _is_input(spec, name, prefix)
    ]
    if clash:
        raise ValueError(say("checks", "clash", columns=", ".join(clash), prefix=f"{prefix}cp_"))


def _is_ours(frame: Any, prefix: str) -> bool:
    return {prefix + name for name in OURS} <= set(map(str, frame.columns))


def _is_input(spec: Operation, name: str, prefix: str) -> bool:
    """Tell the column that a look at orders starts from: it stays as it is."""
    return name == "order_id" and not spec.creates and not prefix


def attach(frame: Any, columns: Columns, spec: Operation, *, prefix: str = "") -> Any:
    """Give a new frame: the same rows, order, index and columns, and the results' columns after them."""
    ours = _is_ours(frame, prefix)
    results = columns.results()
    names = added_columns(spec)
    kept = names if ours else [one for one in names if not (_is_input(spec, one, prefix) and one in frame.columns)]
    made = {name: column_of(name, results, columns.more(name)) for name in kept}
    if ours:
        _carry_over(frame, made, prefix)
    added = pd.DataFrame({prefix + name: made[name] for name in kept})
    added.index = frame.index
    if frame.columns.nlevels > 1:
        added.columns = pd.MultiIndex.from_tuples([(n, *[""] * (frame.columns.nlevels - 1)) for n in added.columns])
    rest = frame.drop(columns=[one for one in frame.columns if one in set(added.columns)]) if ours else frame
    table = pd.concat([rest, added], axis=1)
    table.attrs = dict(frame.attrs)
    return table


def _carry_over(frame: Any, made: dict[str, Any], prefix: str) -> None:
    """Keep the CLABE and the order of a row that this time has none, and say where a CLABE changed."""
    before = frame[prefix + "clabe"].astype("string").reset_index(drop=True)
    now = made["clabe"]
    changed = (before.notna() & now.notna() & (before != now)).fillna(False).astype(bool)
    made["error_code"] = made["error_code"].mask(changed, "clabe_changed")
    sentences = [say("checks", "clabe_changed", before=was) for was in before]
    made["error"] = made["error"].mask(changed, pd.Series(sentences, dtype="string"))
    made["clabe"] = now.fillna(before)
    made["bank"] = column_of("bank", [], list(made["clabe"]))
    made["clabe_valid"] = column_of("clabe_valid", [], list(made["clabe"]))
    if "order_id" in made and prefix + "order_id" in frame.columns:
        made["order_id"] = made["order_id"].fillna(frame[prefix + "order_id"].astype("string").reset_index(drop=True))
