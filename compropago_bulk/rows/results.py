"""What came of each row, gathered in flat columns, and put beside the user's own; by position, never by label."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from ..model import GOOD, Answer, Operation, Outcome, Result
from ..texts import say
from ..values import banks_of, is_valid_clabe, parse_order_id, valid_clabes

OURS = ("outcome", "error_code", "clabe", "status", "request_id")
"""Where all of these stand, the table came from here, and its group is refreshed."""
_LOOKS_LIKE_OURS: Mapping[str, Callable[[str], bool]] = {
    "clabe": is_valid_clabe,
    "bank": lambda text: not text.isdigit(),
    "outcome": frozenset(Outcome).__contains__,
    "order_id": lambda text: parse_order_id(text).value is not None,
    "status": lambda text: text.isupper(),
}
"""What a merge with one of our results leaves in a master list, and how to know it."""
_SHARED = ("status", "order_price", "fee", "iva")
"""Few values at many rows, which share one object each. No truth among them: True equals an amount of 1."""
_OWN = ("clabe", "order_id", "short_id", "request_id", "test_mode")
_MOMENTS = ("created_at", "updated_at", "expires_at")
_MOST_SHARED = 4_096
_read_shared, _read_own, _read_moments = attrgetter(*_SHARED), attrgetter(*_OWN), attrgetter(*_MOMENTS)
_NOTHING = Answer()


class Columns:
    """Gathers the rows' results by position, field by field; threads may put at once.

    An answer's echo (its customer's name and e-mail) is not kept: it was compared when the answer came.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._outcomes: list[Outcome | None] = [None] * rows
        self._said: dict[int, tuple[str | None, str | None]] = {}
        self._attempts = array("q", bytes(8 * rows))
        self._answered = bytearray(rows)
        self._fields: dict[str, list[Any]] = {}
        self._moments: dict[str, array[int]] = {}
        self._shared: dict[Any, Any] = {}
        self._common: list[list[Any]] = []
        self._own: list[list[Any]] = []
        self._more: dict[str, Sequence[Any]] = {}
        self._lock = threading.Lock()

    def put(self, result: Result) -> None:
        """Take a row's end; a later one replaces it."""
        position = result.position
        with self._lock:
            self._outcomes[position] = result.outcome
            self._attempts[position] = result.attempts
            if result.error_code is not None or result.error is not None:
                self._said[position] = (result.error_code, result.error)
            elif position in self._said:
                del self._said[position]
            if result.answer is not None or self._answered[position]:
                self._put_answer(position, result.answer)

    def put_existing(self, positions: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
        """Take the ends of rows that an earlier run created: codes, words and answers by field, at these positions."""
        if not self._fields:
            self._begin()
        for position, code, error in zip(positions, columns["error_code"], columns["error"], strict=True):
            self._outcomes[position], self._answered[position] = Outcome.EXISTING, True
            if code is not None or error is not None:
                self._said[position] = (code, error)
        for name, column in self._fields.items():
            values = _shared(columns[name]) if name in _SHARED else columns[name]
            for position, value in zip(positions, values, strict=True):
                column[position] = value
        for name, moments in self._moments.items():
            for position, moment in zip(positions, columns[name], strict=True):
                moments[position] = NEVER if moment is None else moment

    def _put_answer(self, position: int, answer: Answer | None) -> None:
        if not self._fields:
            self._begin()
        told = answer or _NOTHING
        self._answered[position] = answer is not None
        share = self._shared.setdefault if len(self._shared) < _MOST_SHARED else self._shared.get
        for column, value in zip(self._common, _read_shared(told), strict=True):
            column[position] = share(value, value)
        for column, value in zip(self._own, _read_own(told), strict=True):
            column[position] = value
        for moments, moment in zip(self._moments.values(), _read_moments(told), strict=True):
            moments[position] = NEVER if moment is None else moment

    def _begin(self) -> None:
        """Make room for answers when the first one comes: a sheet that was only checked has none."""
        self._common = [[None] * self.rows for _ in _SHARED]
        self._own = [[None] * self.rows for _ in _OWN]
        self._fields = dict(zip((*_SHARED, *_OWN), (*self._common, *self._own), strict=True))
        self._moments = {name: array("q", [NEVER]) * self.rows for name in _MOMENTS}

    def get(self, position: int) -> Result | None:
        """Return a row's end, if it has come."""
        outcome = self._outcomes[position]
        if outcome is None:
            return None
        code, error = self._said.get(position, (None, None))
        answer = self._answer(position) if self._answered[position] else None
        return Result(position, outcome, code, error, answer, self._attempts[position])

    def _answer(self, position: int) -> Answer:
        values = {name: column[position] for name, column in self._fields.items()}
        for name, moments in self._moments.items():
            values[name] = moments[position] if moments[position] != NEVER else None
        return Answer(**values)

    def outcome(self, position: int) -> Outcome | None:
        """Return a row's outcome, if it has come."""
        return self._outcomes[position]

    def field(self, name: str) -> Sequence[Any]:
        """Return an answer's field of every row: `clabe`, `status`, `order_id`; None where there is none."""
        if name in self._moments:
            return [None if moment == NEVER else moment for moment in self._moments[name]]
        return self._fields.get(name) or [None] * self.rows

    def change(self, name: str, position: int, value: Any) -> None:
        """Put another value into one field of an answer that has come."""
        with self._lock:
            self._fields[name][position] = value

    def add(self, name: str, values: Sequence[Any]) -> None:
        """Put a column beside the results."""
        self._more[name] = values

    def counts(self) -> dict[str, int]:
        """Count the rows by outcome: the good ones first. A row whose end has not come was not sent."""
        found = Counter(outcome or Outcome.NOT_SENT for outcome in self._outcomes)
        ordered = sorted(found, key=lambda match: (match not in GOOD, list(Outcome).index(match)))
        return {str(item): found[item] for item in ordered}

    def so_far(self) -> Counter[Outcome]:
        """Count the ends that have come, by outcome."""
        return Counter(outcome for outcome in self._outcomes if outcome is not None)

    def hand_over(self, names: Sequence[str]) -> dict[str, Any]:
        """Make columns of the table that comes back, and let go of each field that is in it: no row is held twice.

        After this only the outcomes are left.
        """
        self._common, self._own, made = [], [], {}
        for name in names:
            made[name] = self.series(name)
            self._more.pop(name, None)
            self._moments.pop(name, None)
            if name != "clabe" and name in self._fields:
                self._fields[name] = []
        return made

    def series(self, name: str) -> Any:
        """Make one column of the table that comes back."""
        if name in self._more:
            return typed(name, self._more[name])
        if name in self._moments:
            return typed(name, self._moments[name])
        if name in ("bank", "clabe_valid"):
            self._more |= {"bank": banks_of(self.field("clabe")), "clabe_valid": valid_clabes(self.field("clabe"))}
            return typed(name, self._more[name])
        return typed(name, self._of_results(name))

    def _of_results(self, name: str) -> Sequence[Any]:
        if name == "outcome":
            return [str(outcome or Outcome.NOT_SENT) for outcome in self._outcomes]
        if name == "attempts":
            return self._attempts
        if name in ("error_code", "error"):
            return self._sentences(name == "error")
        return self.field(name)

    def _sentences(self, error: bool) -> list[str | None]:
        column: list[str | None] = [None] * self.rows
        if not error:
            column = ["interrupted" if outcome is None else None for outcome in self._outcomes]
        for position, said in self._said.items():
            column[position] = said[error]
        return column


def _shared(values: Iterable[Any]) -> list[Any]:
    """Return the values, equal ones as one object."""
    known: dict[Any, Any] = {}
    return [known.setdefault(value, value) for value in values]


def check_columns(frame: Any, spec: Operation, prefix: str = "") -> None:
    """Make sure that the columns to come clash with none of the user's, before anything is sent.

    Raises:
        ValueError: naming the clash and the `prefix=` that avoids it.
    """
    if is_ours(frame, spec, prefix):
        return
    taken = set(map(str, frame.columns))
    clash = [
        prefix + name for name in added_columns(spec) if prefix + name in taken and not _is_input(spec, name, prefix)
    ]
    if clash:
        raise ValueError(say("checks", "clash", columns=", ".join(clash), prefix=f"{prefix}cp_"))


def is_ours(frame: Any, spec: Operation, prefix: str = "") -> bool:
    """Whether a table's results are ours: it came from here, or one of our results was merged into it."""
    taken = set(map(str, frame.columns))
    if {prefix + name for name in OURS} <= taken:
        return True
    there = [name for name in added_columns(spec) if prefix + name in taken and not _is_input(spec, name, prefix)]
    return (
        set(there) <= _LOOKS_LIKE_OURS.keys()
        and not {"clabe", "order_id", "outcome"}.isdisjoint(there)
        and all(_all_like(frame[prefix + name], _LOOKS_LIKE_OURS[name]) for name in there)
    )


def _all_like(column: Any, fits: Callable[[str], bool]) -> bool:
    if isinstance(column, pd.DataFrame):  # two columns of one name
        return False
    return all(fits(str(value)) for value in column.dropna().unique() if str(value).strip())


def _is_input(spec: Operation, name: str, prefix: str) -> bool:
    """Tell the column that a look at orders starts from: it stays as it is."""
    return name == "order_id" and not spec.creates and not prefix


def attach(frame: Any, columns: Columns, spec: Operation, *, prefix: str = "") -> Any:
    """Return a new frame: the same rows, order, index and columns, and the results' columns after them."""
    ours = is_ours(frame, spec, prefix)
    names = added_columns(spec)
    kept = names if ours else [item for item in names if not (_is_input(spec, item, prefix) and item in frame.columns)]
    made = columns.hand_over(kept)
    if ours:
        _carry_over(frame, made, prefix)
    added = pd.DataFrame({prefix + name: made[name] for name in kept}, copy=False)
    added.index = frame.index
    if frame.columns.nlevels > 1:
        added.columns = pd.MultiIndex.from_tuples([(n, *[""] * (frame.columns.nlevels - 1)) for n in added.columns])
    rest = frame.drop(columns=[column for column in frame.columns if column in set(added.columns)]) if ours else frame
    table = pd.concat([rest, added], axis=1)
    table.attrs = dict(frame.attrs)
    return table


def _carry_over(frame: Any, made: dict[str, Any], prefix: str) -> None:
    """Keep the CLABE and the order of a row that this time has none, and say where a CLABE changed."""
    if prefix + "clabe" in frame.columns:
        _carry_clabes(frame[prefix + "clabe"].astype("string").reset_index(drop=True), made)
    if "order_id" in made and prefix + "order_id" in frame.columns:
        made["order_id"] = made["order_id"].fillna(frame[prefix + "order_id"].astype("string").reset_index(drop=True))


def _carry_clabes(before: Any, made: dict[str, Any]) -> None:
    now = made["clabe"]
    changed = (before.notna() & now.notna() & (before != now)).fillna(False).astype(bool)
    made["error_code"] = made["error_code"].mask(changed, "clabe_changed")
    sentences = [say("checks", "clabe_changed", before=was) for was in before]
    made["error"] = made["error"].mask(changed, pd.Series(sentences, dtype="string"))
    made["clabe"] = now.fillna(before)
    clabes = [None if item is pd.NA else item for item in made["clabe"]]
    made |= {"bank": typed("bank", banks_of(clabes)), "clabe_valid": typed("clabe_valid", valid_clabes(clabes))}


MOMENT = "datetime64[us, America/Mexico_City]"

_FIRST = ("outcome", "error_code", "error", "clabe", "bank", "clabe_valid", "status", "test_mode")
_ORDERS = ("order_id", "short_id", "order_price", "fee", "iva")
_LAST = ("created_at", "updated_at", "expires_at", "request_id", "attempts")
_VERIFY = ("previous_status", "status_changed", "first_seen_paid")

_MONEY = frozenset({"order_price", "fee", "iva"})
_TRUTH = frozenset({"test_mode", "clabe_valid", "status_changed"})
_MOMENT_COLUMNS = frozenset({"created_at", "updated_at", "expires_at", "first_seen_paid"})
NEVER = -(2**63)
"""Stands for no moment in a row of numbers; pandas reads it as NaT."""


def added_columns(spec: Operation) -> list[str]:
    """Name the columns that an operation adds, in their order."""
    orders = spec.name in {"orders", "verify"}
    return [*_FIRST, *(_ORDERS if orders else ()), *_LAST, *(() if spec.creates else _VERIFY)]


def typed(name: str, values: Sequence[Any]) -> Any:
    """Make a series of a column's type: text is pandas' nullable string, money Float64, times of Mexico City."""
    if name in _MOMENT_COLUMNS:
        return moments(values)
    if name in _MONEY:
        return pd.Series([None if value is None else float(value) for value in values], dtype="Float64")
    if name in _TRUTH:
        return pd.Series(list(values), dtype="boolean")
    if name == "attempts":
        return pd.Series(np.array(values, dtype="int64"), dtype="Int64")
    return pd.Series([None if value is None else str(value) for value in values], dtype="string")


def moments(values: Sequence[int | None]) -> Any:
    """Turn epoch milliseconds into times of Mexico City, microseconds; None, or `NEVER` in an array, into NaT."""
    millis = values if isinstance(values, array) else [NEVER if value is None else value for value in values]
    numbers = np.array(millis, dtype="int64")
    micros = np.where(numbers == NEVER, NEVER, numbers * 1000)
    naive = pd.Series(micros.view("datetime64[us]"))
    return naive.dt.tz_localize("UTC").dt.tz_convert("America/Mexico_City")
