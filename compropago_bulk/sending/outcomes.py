"""From what happened to what a row becomes: results and settlements, with the sentences that say so. Pure."""

from __future__ import annotations

from ..model import Answer, Call, Operation, Outcome, Result, Settlement, State
from ..texts import say, sentences
from .retry import Tried

_STATES = {
    Outcome.REJECTED: State.REJECTED,
    Outcome.UNKNOWN: State.UNKNOWN,
}


def not_sent(call: Call, reason: str, attempts: int = 0) -> Result:
    """Return the result of a row that the run did not come to."""
    return Result(call.position, Outcome.NOT_SENT, reason, sentence_of(reason), attempts=attempts)


def answered(call: Call, answer: Answer, spec: Operation, flag: str | None, attempts: int) -> Result:
    """Return the result of a good answer; `flag` says what is odd about it."""
    outcome = Outcome.CREATED if spec.creates else Outcome.FOUND
    return Result(call.position, outcome, flag, sentence_of(flag) if flag else None, answer, attempts)


def faulted(call: Call, tried: Tried) -> Result:
    """Return the result of a row whose tries ended in a fault."""
    assert tried.fault is not None and tried.decision is not None  # noqa: S101 - it has no answers
    outcome = tried.decision.outcome or Outcome.FAILED
    code = tried.decision.reason if outcome is Outcome.NOT_SENT and tried.decision.reason else tried.fault.code
    code = "interrupted" if code == "stopping" else code
    return Result(call.position, outcome, code, _sentence(outcome, tried, code), attempts=tried.requests)


def _sentence(outcome: Outcome, tried: Tried, code: str) -> str:
    if outcome is Outcome.NOT_SENT or tried.fault is None:
        return sentence_of(code)
    words = {"code": code, "message": tried.fault.message or code, "tries": tried.requests}
    return say("runs", f"row_{outcome.value}", **words)


def settlement(call: Call, tried: Tried, flag: str | None, place: int = 0) -> Settlement:
    """Return what the journal is told."""
    if tried.answers is not None:
        return Settlement(call, State.CREATED, tried.answers[place], flag, None, tried.requests)
    assert tried.fault is not None and tried.decision is not None  # noqa: S101 - it has no answers
    state = _STATES.get(tried.decision.outcome or Outcome.FAILED, State.FAILED)
    return Settlement(call, state, None, tried.fault.code, tried.fault.message or None, tried.requests)


def in_doubt(call: Call, spec: Operation, problem: Exception) -> Result:
    """Return the result of a row that was handed to the network before an error of our own lost its trace."""
    code = type(problem).__name__
    if not spec.creates:
        return Result(call.position, Outcome.FAILED, code, say("runs", "row_failed", tries=1, code=code), attempts=1)
    return Result(call.position, Outcome.UNKNOWN, code, say("runs", "row_unknown", code=code), attempts=1)


def given_back(call: Call) -> Settlement:
    """Return a settlement that gives back a claim that was never put on the wire."""
    return Settlement(call, State.FAILED, error_code="not_sent")


def sentence_of(code: str) -> str:
    """Return the sentence of a code that the run knows, else the code."""
    return say("runs", code) if code in sentences("runs") else code
