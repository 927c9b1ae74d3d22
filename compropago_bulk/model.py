"""The nouns: frozen, typed, without opinions. Every other room speaks in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = str | Decimal | int
"""A cleaned value: text, money in MXN (Decimal), or a moment (int, epoch seconds)."""

Json: TypeAlias = Any
"""What `json` reads or writes; the one place where types end."""


class Outcome(StrEnum):
    """What became of a row. A closed set: every row ends in exactly one."""

    CREATED = "created"
    EXISTING = "existing"
    FOUND = "found"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    BUSY = "busy"
    NOT_SENT = "not_sent"
    READY = "ready"


GOOD = frozenset({Outcome.CREATED, Outcome.EXISTING, Outcome.FOUND, Outcome.READY})
"""The outcomes that need nobody's attention."""

PILOT = "limit"
"""The code of a row that a pilot kept back: it is counted, and needs nobody's attention."""

WAITING = frozenset({Outcome.NOT_SENT, Outcome.BUSY})
"""The outcomes that need no more than another run."""


class Severity(StrEnum):
    """Whether a problem keeps its row from being sent."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value of one row; `details` fill the sentence of `code`."""

    position: int
    """The row's place in the source, from 0."""
    field: str
    value: str
    code: str
    severity: Severity
    sheet: str | None = None
    row: int | None = None
    """The row number that a spreadsheet program shows; for a frame of the analyst's own, the position from 1."""
    cell: str | None = None
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about a whole file: `hidden_rows`, `sheets_skipped` and their kin."""

    code: str
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, cleaned for one operation."""

    position: int
    values: Mapping[str, Value]
    """Canonical field to cleaned value; a field without a value is absent."""
    key: str
    """The row's identity, folded; empty where a part of it is missing."""
    sheet: str | None = None
    number: int | None = None
    valid: bool = True
    conflict: bool = False
    """Another row of this sheet has the same key with other data."""
    repeats: int | None = None
    """The position of the first row that this one repeats exactly."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where one field's values come from in a frame."""

    field: str
    headers: tuple[str, ...]
    """The frame's column labels; several are joined."""
    how: str
    """`vocabulary`, `given` (through `columns=`) or `fallback`."""
    joiner: str = "-"
    """A blank for names that stand in several columns; nothing where each row has the one column or the other."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API as data: what a row needs, what makes it the same row, what goes on the wire."""

    name: str
    """The endpoint's name: `createClabe`. The journal and `check` use it."""
    method: str
    path: str
    needs: tuple[str, ...]
    optional: tuple[str, ...] = ()
    only_if_named: tuple[str, ...] = ()
    """Fields that take effect only through `columns=` or a keyword."""
    key: tuple[str, ...] = ()
    alias: tuple[str, ...] = ()
    """A second identity: a key that is new, whose alias is known under another key, is a conflict."""
    fallback: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """A field that takes another one's column where it has none of its own."""
    not_compared: frozenset[str] = frozenset()
    """Fields that may differ without the row counting as other data."""
    creates: bool = True
    repeatable: bool = False
    """A second request does no harm, so doubt may be answered by sending again."""
    observed: bool = False
    """The journal keeps each look."""
    body: Callable[[Mapping[str, Value]], Json] | None = None
    batch_body: Callable[[Sequence[Json]], Json] | None = None
    """Joins the bodies of several rows into one request; None where one row is one request."""


class Identity(NamedTuple):
    """What the journal is asked about a row before its call is made."""

    position: int
    key: str
    fingerprint: str
    """A hash of what makes the row's data: two rows of one key with two fingerprints are a conflict."""
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One row on its way out. Made once, before any loop: same row, same call, for ever."""

    position: int
    operation: str
    key: str
    path: str
    body: str | None
    """The JSON that goes out, as text, for the journal and the wire; None for a GET. Nobody reads it back."""
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    """What it was made from: canonical field to cleaned value."""
    fingerprint: str = ""
    """A hash of what makes the row's data: two calls of one key with two fingerprints are a conflict."""
    alias: str | None = None
    group: str = ""
    """Calls of one group may share a request where the operation has a `batch_body`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API confirmed about one row. Money in MXN; times in epoch milliseconds; None where it said nothing."""

    clabe: str | None = None
    status: str | None = None
    test_mode: bool | None = None
    order_id: str | None = None
    short_id: str | None = None
    order_price: Decimal | None = None
    fee: Decimal | None = None
    iva: Decimal | None = None
    created_at: int | None = None
    updated_at: int | None = None
    expires_at: int | None = None
    request_id: str | None = None
    customer_id: str | None = None
    name: str | None = None
    email: str | None = None
    product_id: str | None = None
    currency: str | None = None
    """Of an order's price; MXN where the API says nothing."""
    product_name: str | None = None
    """Only where an order was read just now; the journal has it in what was sent."""
    records: tuple[Mapping[str, Json], ...] = ()
    """What a list holds, as the API wrote it."""
    odd: bool = False
    """Something of it could not be taken as it was written: the table shows what could be kept of it."""


class FaultKind(StrEnum):
    """What is certain after an exchange that gave no answer."""

    NOT_SENT = "not_sent"
    """Nothing was put on the wire: DNS, refused, TLS, connect timeout."""
    SLOW_DOWN = "slow_down"
    """429: refused for now, nothing was created."""
    UNAVAILABLE = "unavailable"
    """503 with a JSON error of the API's own: nothing was created."""
    REFUSED = "refused"
    """Another 4xx, or a body `code` of 4xx inside HTTP 200: nothing was created, and never will be."""
    NOT_FOUND = "not_found"
    """404 to a GET."""
    WRONG_KEY = "wrong_key"
    """401, 403."""
    REDIRECTED = "redirected"
    """3xx: never followed."""
    DOUBTFUL = "doubtful"
    """It was sent, and no answer can be trusted: it may have been done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An exchange that gave no answer, and what is certain about it."""

    kind: FaultKind
    code: str
    """For machines: `http_503`, `read_timeout`, `connect_failed`, `unreadable_answer`, …"""
    status: int | None = None
    message: str = ""
    """The API's own words, if any; never a key, never a whole page."""
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds that the server asked to wait."""


Reply: TypeAlias = "tuple[Answer, ...] | Fault"
"""One exchange: an answer for each call of the batch, in order, or one fault for all of them."""

Batch: TypeAlias = tuple[Call, ...]
"""The calls that share one request; nearly always one."""

Send: TypeAlias = Callable[[Batch], Reply]


class DecisionKind(StrEnum):
    """What to do after a fault."""

    RETRY = "retry"
    SETTLE = "settle"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision after a fault: try again after `wait` seconds, or settle the row, and perhaps stop the run."""

    kind: DecisionKind
    outcome: Outcome | None = None
    """What the row becomes; None for a retry."""
    wait: float = 0.0
    reason: str | None = None
    """Why the run stops: `wrong_key`, `redirected`, `outage`."""


class State(StrEnum):
    """What the journal knows of a key."""

    CLAIMED = "claimed"
    """A run said that it would send it, and has not said what came of it."""
    CREATED = "created"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal knows of one key."""

    key: str
    state: State
    fingerprint: str
    run_id: str
    alive: bool = False
    """Only for CLAIMED: the run that holds it is still at work."""
    answer: Answer | None = None
    error_code: str | None = None
    error: str | None = None
    claimed_at: int | None = None
    """Epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one call, on its way to the journal."""

    call: Call
    state: State
    """FAILED with `error_code="not_sent"` gives a claim back that was never put on the wire."""
    answer: Answer | None = None
    error_code: str | None = None
    error: str | None = None
    """The API's own words, not ours: sentences are made when they are shown."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at an order: what the API said of it, or that it knows no such order."""

    order_id: str
    answer: Answer | None
    """None where the API answered 404."""


@dataclass(frozen=True, slots=True)
class Result:
    """The end of one row: exactly one for each, on its way to a line of the table."""

    position: int
    outcome: Outcome
    error_code: str | None = None
    error: str | None = None
    answer: Answer | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """What an observer sees, every few tenths of a second and at the end."""

    total: int
    done: int
    counts: Mapping[str, int]
    """Outcome to rows, so far."""
    rate: float
    """Requests a second that are allowed just now."""
    seconds_left: float | None
    message: str | None = None
    """Something to tell the person: waiting for the network, slowed down, stopping."""
    finished: bool = False
