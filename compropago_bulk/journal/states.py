"""The rules, as pure functions: which of a key's sends counts, who may send it again, what a late answer changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..model import Answer, Json, State

_DEAD_ENDS = frozenset({State.REJECTED, State.FAILED})


def standing(versions: Sequence[Version], repeatable: bool) -> Version | None:
    """Choose the send that says how a key stands: the newest that may have created something, else the newest.

    Doubt about a repeatable send does not hide an older one that was confirmed: the API ties both to one customer.
    """
    newest_first = sorted(versions, key=lambda item: item.generation, reverse=True)
    confirmed = any(version.state is State.CREATED for version in versions)
    for item in newest_first:
        if item.state in _DEAD_ENDS or (repeatable and confirmed and _doubtful(item)):
            continue
        return item
    return newest_first[0] if newest_first else None


def _doubtful(version: Version) -> bool:
    return version.state is State.UNKNOWN or (version.state is State.CLAIMED and not version.alive)


def may_claim(stands: Version | None, repeatable: bool, resend: bool) -> bool:
    """Whether a key that stands so may be sent now."""
    if stands is None or stands.state in _DEAD_ENDS:
        return True
    if stands.state is State.CREATED:
        return resend
    return repeatable and _doubtful(stands)


def after_late(before: State, resolved: bool, said: State) -> State:
    """Decide what a send becomes when its run settles it after somebody else had decided, or a second time.

    A confirmed creation overrides everything; nothing overrides a confirmed creation; and a person's word stands
    against a run that knows no better.
    """
    if State.CREATED in (before, said):
        return State.CREATED
    if before is State.CLAIMED or (before is State.UNKNOWN and not resolved):
        return said
    return before


@dataclass(frozen=True, slots=True)
class Scope:
    """One account at one address in one mode: what is known in one scope is not known in another."""

    id: int
    base_url: str
    mode: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A key of which nobody knows whether it was created, with all that a person needs to look for it."""

    scope: Scope
    operation: str
    rehearsal: bool
    key: str
    error_code: str | None
    error: str | None
    run_id: str
    claimed_at: int
    attempts: int
    body: str | None
    """The JSON that went out."""
    repeatable: bool
    """The next run sends it again by itself."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, as `runs` lists it."""

    run_id: str
    scope: Scope
    operation: str
    rehearsal: bool
    started_at: int
    ended_at: int | None
    stopped: str | None
    """Why it stopped early; `gone` where it ended without a word."""
    alive: bool
    total: int
    counts: Mapping[str, int]
    """Outcome to rows; for a run that did not say, the states of what it sent."""
    source_name: str | None
    source_sha256: str | None
    settings: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a key."""

    at: int
    kind: str
    """`claimed`, `settled`, `resolved`, `amended`, `late` (an answer that came after somebody else had decided)
    or `seen`."""
    operation: str
    rehearsal: bool
    key: str
    run_id: str | None
    state: str | None
    error_code: str | None = None
    error: str | None = None
    order_id: str | None = None
    clabe: str | None = None
    status: str | None = None
    attempts: int | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """One order that the journal knows as created."""

    order_id: str
    key: str
    generation: int
    body: str | None
    answer: Answer
    claimed_at: int
    resolved: bool
    """A person said so; the API's own answer never came."""


class Seen(NamedTuple):
    """What the last good look at an order said."""

    status: str | None
    seen_at: int
    first_seen_paid: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one order."""

    order_id: str
    seen_at: int
    run_id: str
    answer: Answer | None
    """None where the API knew no such order."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A report that was kept."""

    id: int
    kind: str
    made_at: int
    source_sha256: str | None
    head: str = ""
    """Its first line."""
    payload: str | None = None
    """All of it, where it was asked for by its id."""
    seal: str | None = None
    """None where an earlier release kept it."""
    scope: int = 0


@dataclass(frozen=True, slots=True)
class Seal:
    """Whether a report that was kept is as it was sealed, and all before it."""

    id: int
    scope: int
    made_at: int | None
    """None for one that is not there any more."""
    seal: str | None
    intact: bool | None
    """None where an earlier release kept it, without a seal."""
    trouble: str | None = None
    """`edited`, `not_the_next` (one before it is gone), `put_in`, `unsealed`, `end_missing`."""


@dataclass(frozen=True, slots=True)
class Version:
    """One send of a key, as the rules see it."""

    generation: int
    state: State
    alive: bool
    """Only for CLAIMED: its run is at work."""
