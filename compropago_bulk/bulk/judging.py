"""What to do with a row before it is sent, from what the journal knows of its key. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ..rows.model import Call, Entry, Operation, Outcome, Result, State
from ..texts import say

MEXICO_CITY = ZoneInfo("America/Mexico_City")


@dataclass(frozen=True, slots=True)
class SendIt:
    """The row goes out; `resend` where the journal knows the key as created already."""

    resend: bool = False


def judge(
    spec: Operation,
    call: Call,
    entry: Entry | None,
    *,
    on_change: str = "report",
    renew: bool = False,
    aliases: Sequence[Entry] = (),
) -> Result | SendIt:
    """Say whether a row goes out, or what it is without going out."""
    if entry is None:
        return _judge_alias(call, [one for one in aliases if one.key != call.key], on_change)
    if entry.state is State.CREATED:
        return _judge_created(call, entry, on_change, renew)
    if entry.state is State.CLAIMED and entry.alive:
        return Result(call.position, Outcome.BUSY, "busy", say("outcomes", "busy"))
    if entry.state in (State.CLAIMED, State.UNKNOWN) and not spec.repeatable:
        return unknown(call, entry)
    return SendIt()


def blocked(call: Call, entry: Entry) -> Result:
    """Say what a row is that another run took between our look and our claim."""
    if entry.state is State.CREATED:
        return (
            existing(call, entry) if entry.fingerprint == call.fingerprint else _conflict(call, entry, "different_data")
        )
    if entry.state is State.CLAIMED and entry.alive:
        return Result(call.position, Outcome.BUSY, "busy", say("outcomes", "busy"))
    return unknown(call, entry)


def unknown(call: Call, entry: Entry) -> Result:
    """Give the result of a row that an earlier run sent and that nobody can vouch for."""
    sentence = say("outcomes", "sent_before_unknown", date=shown_date(entry.claimed_at))
    return Result(call.position, Outcome.UNKNOWN, entry.error_code or "sent_before_unknown", sentence)


def existing(call: Call, entry: Entry) -> Result:
    """Give the result of a row that an earlier run created."""
    return Result(call.position, Outcome.EXISTING, entry.error_code, entry.error, entry.answer)


def _judge_created(call: Call, entry: Entry, on_change: str, renew: bool) -> Result | SendIt:
    if renew:
        return SendIt(resend=True)
    if entry.fingerprint == call.fingerprint or on_change == "keep":
        return existing(call, entry)
    if on_change == "resend":
        return SendIt(resend=True)
    return _conflict(call, entry, "different_data")


def _judge_alias(call: Call, rivals: Sequence[Entry], on_change: str) -> Result | SendIt:
    if not rivals or on_change == "resend":
        return SendIt()
    if on_change == "keep" and rivals[0].state is State.CREATED:
        return existing(call, rivals[0])
    return _conflict(call, rivals[0], "known_under_other_name")


def _conflict(call: Call, entry: Entry, code: str) -> Result:
    sentence = say("outcomes", code, date=shown_date(entry.claimed_at))
    return Result(call.position, Outcome.CONFLICT, code, sentence)


def shown_date(moment: int | None) -> str:
    """Write epoch milliseconds as a day and a time in Mexico City; a question mark for none."""
    if moment is None:
        return "?"
    return f"{datetime.fromtimestamp(moment / 1000, MEXICO_CITY):%Y-%m-%d %H:%M}"
