"""The rules, as pure functions: which of a key's sends counts, who may send it again, what a late answer changes."""

from __future__ import annotations

from collections.abc import Sequence

from ...rows.model import State
from .records import Version

_DEAD_ENDS = frozenset({State.REJECTED, State.FAILED})


def standing(versions: Sequence[Version], repeatable: bool) -> Version | None:
    """Choose the send that says how a key stands: the newest that may have created something, else the newest.

    Doubt about a repeatable send does not hide an older one that was confirmed: the API ties both to one customer.
    """
    newest_first = sorted(versions, key=lambda one: one.generation, reverse=True)
    confirmed = any(one.state is State.CREATED for one in versions)
    for one in newest_first:
        if one.state in _DEAD_ENDS or (repeatable and confirmed and _doubtful(one)):
            continue
        return one
    return newest_first[0] if newest_first else None


def _doubtful(one: Version) -> bool:
    return one.state is State.UNKNOWN or (one.state is State.CLAIMED and not one.alive)


def may_claim(stands: Version | None, repeatable: bool, resend: bool) -> bool:
    """Tell whether a key that stands so may be sent now."""
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
