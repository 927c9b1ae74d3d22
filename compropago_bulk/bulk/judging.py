"""What to do with a row before it is sent, from what the journal knows of its key. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ..rows.model import Call, Entry, Identity, Operation, Outcome, Result, State
from ..texts import say

MEXICO_CITY = ZoneInfo("America/Mexico_City")


@dataclass(frozen=True, slots=True)
class SendIt:
    """The row goes out; `resend` where the journal knows the key as created already."""

    resend: bool = False


def judge(
    spec: Operation,
    row: Identity,
    entry: Entry | None,
    *,
    on_change: str = "report",
    renew: bool = False,
    aliases: Sequence[Entry] = (),
) -> Result | SendIt:
    """Say whether a row goes out, or what it is without going out."""
    if entry is None:
        return _judge_alias(row, [one for one in aliases if one.key != row.key], on_change)
    if entry.state is State.CREATED:
        return _judge_created(row, entry, on_change, renew)
    if entry.state is State.CLAIMED and entry.alive:
        return Result(row.position, Outcome.BUSY, "busy", say("outcomes", "busy"))
    if entry.state in (State.CLAIMED, State.UNKNOWN) and not spec.repeatable:
        return unknown(row, entry)
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


def unknown(row: Identity | Call, entry: Entry) -> Result:
    """Give the result of a row that an earlier run sent and that nobody can vouch for."""
    sentence = say("outcomes", "sent_before_unknown", date=shown_date(entry.claimed_at))
    return Result(row.position, Outcome.UNKNOWN, entry.error_code or "sent_before_unknown", sentence)


def existing(row: Identity | Call, entry: Entry) -> Result:
    """Give the result of a row that an earlier run created."""
    return Result(row.position, Outcome.EXISTING, entry.error_code, entry.error, entry.answer)


def _judge_created(row: Identity, entry: Entry, on_change: str, renew: bool) -> Result | SendIt:
    if renew:
        return SendIt(resend=True)
    if entry.fingerprint == row.fingerprint or on_change == "keep":
        return existing(row, entry)
    if on_change == "resend":
        return SendIt(resend=True)
    return _conflict(row, entry, "different_data")


def _judge_alias(row: Identity, rivals: Sequence[Entry], on_change: str) -> Result | SendIt:
    if not rivals or on_change == "resend":
        return SendIt()
    if on_change == "keep" and rivals[0].state is State.CREATED:
        return existing(row, rivals[0])
    return _conflict(row, rivals[0], "known_under_other_name")


def _conflict(row: Identity | Call, entry: Entry, code: str) -> Result:
    sentence = say("outcomes", code, date=shown_date(entry.claimed_at))
    return Result(row.position, Outcome.CONFLICT, code, sentence)


def shown_date(moment: int | None) -> str:
    """Write epoch milliseconds as a day and a time in Mexico City; a question mark for none."""
    if moment is None:
        return "?"
    return f"{datetime.fromtimestamp(moment / 1000, MEXICO_CITY):%Y-%m-%d %H:%M}"
