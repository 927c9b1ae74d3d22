"""One batch's tries: `decide` says, purely, what follows a fault; tenacity goes by it; and what its rows become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tenacity import RetryCallState, Retrying, retry_if_result
from tenacity.stop import stop_never

from ..model import (
    Answer,
    Batch,
    Call,
    Decision,
    DecisionKind,
    Fault,
    FaultKind,
    Operation,
    Outcome,
    Result,
    Settlement,
    State,
)
from ..texts import say, sentences
from .run_spec import OUTAGE, RunSpec


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a batch: its answers, or its last fault and what was decided."""

    requests: int
    answers: tuple[Answer, ...] | None = None
    fault: Fault | None = None
    decision: Decision | None = None


class Going(Protocol):
    """What a batch's tries need of the run around them."""

    spec: RunSpec

    def stopping(self) -> bool:
        """Whether no further try may begin."""

    def sleep(self, seconds: float) -> None:
        """Wait, but for the run's end."""

    def notice(self, fault: Fault) -> None:
        """Take a fault that is about to be decided on."""


def try_to_send(batch: Batch, run: Going) -> Tried:
    """Send a batch until it has an answer, or a fault after which there is no further try."""
    tried = Tried(0)
    for attempt in Retrying(retry=retry_if_result(_wants_another), wait=_wait, stop=stop_never, sleep=run.sleep):
        tried = _ended(tried, run.spec.operation) if tried.requests and _called_off(run) else _once(tried, batch, run)
        attempt.retry_state.set_result(tried)
    return tried


def _called_off(run: Going) -> bool:
    """Whether a further try got no slot, because the run stops."""
    return run.stopping() or not run.spec.limiter.wait(run.stopping)


def _once(before: Tried, batch: Batch, run: Going) -> Tried:
    """Send once, and decide what follows."""
    spec, requests = run.spec, before.requests + 1
    spec.limiter.launch()
    reply = spec.send(batch)
    if not isinstance(reply, Fault):
        spec.limiter.went_well()
        return Tried(requests, answers=reply)
    if reply.kind is FaultKind.SLOW_DOWN:
        # A wait beyond the outage limit stops the run: nobody needs to hold still for it
        spec.limiter.slow_down(None if (reply.retry_after or 0) > spec.outage else reply.retry_after)
    run.notice(reply)
    decision = decide(reply, spec.operation, requests, chance=spec.chance(), outage=spec.outage)
    return Tried(requests, fault=reply, decision=decision)


def _ended(tried: Tried, operation: Operation) -> Tried:
    """Return what a batch is whose run stopped between two of its tries."""
    assert tried.fault is not None  # noqa: S101 - there is no further try without one
    outcome = given_up(tried.fault, operation)
    outcome = Outcome.NOT_SENT if outcome is Outcome.FAILED else outcome
    return Tried(tried.requests, fault=tried.fault, decision=Decision(DecisionKind.SETTLE, outcome, reason="stopping"))


def _wants_another(tried: Tried) -> bool:
    return tried.decision is not None and tried.decision.kind is DecisionKind.RETRY


def _wait(state: RetryCallState) -> float:
    tried: Tried = state.outcome.result()  # type: ignore[union-attr]
    return tried.decision.wait if tried.decision else 0.0


MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0

_CERTAIN = frozenset({FaultKind.NOT_SENT, FaultKind.SLOW_DOWN, FaultKind.UNAVAILABLE})
_FINAL = {
    FaultKind.REFUSED: Outcome.REJECTED,
    FaultKind.NOT_FOUND: Outcome.NOT_FOUND,
}
_STOPS = {
    FaultKind.WRONG_KEY: "wrong_key",
    FaultKind.REDIRECTED: "redirected",
}


def decide(fault: Fault, spec: Operation, tries: int, *, chance: float = 0.5, outage: float = OUTAGE) -> Decision:
    """Decide what follows the fault of the `tries`-th try.

    Args:
        chance: between 0 and 1; it spreads the waits of many workers.
        outage: seconds; an API that asks for a longer wait than this stops the run.
    """
    if fault.kind in _STOPS:
        return Decision(DecisionKind.STOP, Outcome.NOT_SENT, reason=_STOPS[fault.kind])
    if fault.kind in _FINAL:
        return Decision(DecisionKind.SETTLE, _FINAL[fault.kind])
    certain = fault.kind in _CERTAIN
    if not certain and not spec.repeatable:
        return Decision(DecisionKind.SETTLE, Outcome.UNKNOWN)
    if fault.retry_after is not None and fault.retry_after > outage:
        return Decision(DecisionKind.STOP, given_up(fault, spec), reason="outage")
    if tries >= MOST_TRIES:
        return Decision(DecisionKind.SETTLE, given_up(fault, spec))
    return Decision(DecisionKind.RETRY, wait=wait_after(tries, fault.retry_after, chance))


def given_up(fault: Fault, spec: Operation) -> Outcome:
    """Return what a row is that is not tried again: nothing can exist after a read or a certain fault, else it may."""
    certain = fault.kind in _CERTAIN or not spec.creates
    return Outcome.FAILED if certain else Outcome.UNKNOWN


def wait_after(tries: int, retry_after: float | None, chance: float) -> float:
    """Return the seconds before the next try: 0.5 doubling to 30, spread by a quarter; the server's own wish wins."""
    if retry_after is not None:
        return retry_after * (1 + 0.1 * chance)
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1) * (0.75 + 0.5 * chance)))


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
