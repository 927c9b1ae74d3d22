"""One batch's tries: tenacity drives them, `decide` says whether there is another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_result
from tenacity.stop import stop_never

from ..model import Answer, Batch, Decision, DecisionKind, Fault, FaultKind, Operation, Outcome, Send
from .rate import RateLimiter

__all__ = ["Tried", "try_to_send"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a batch: its answers, or its last fault and what was decided."""

    requests: int
    answers: tuple[Answer, ...] | None = None
    fault: Fault | None = None
    decision: Decision | None = None


class _Attempts:
    """Counts the requests of one batch and remembers the last one."""

    def __init__(
        self, batch: Batch, spec: Operation, send: Send, limiter: RateLimiter, stopping: Callable[[], bool],
        chance: Callable[[], float], outage: float, noticed: Callable[[Fault], None],
    ) -> None:  # fmt: skip
        self._batch, self._spec, self._send, self._limiter = batch, spec, send, limiter
        self._stopping, self._chance, self._outage, self._noticed = stopping, chance, outage, noticed
        self.last = Tried(0)

    def once(self) -> Tried:
        """Send once more, unless the run is stopping: then the last fault is the end."""
        if self.last.fault is not None and (self._stopping() or not self._limiter.wait(self._stopping)):
            self.last = self._ended(self.last.fault)
            return self.last
        self._limiter.launch()
        reply = self._send(self._batch)
        requests = self.last.requests + 1
        if isinstance(reply, Fault):
            self._slow(reply)
            decision = decide(reply, self._spec, requests, chance=self._chance(), outage=self._outage)
            self.last = Tried(requests, fault=reply, decision=decision)
        else:
            self._limiter.went_well()
            self.last = Tried(requests, answers=reply)
        return self.last

    def _slow(self, fault: Fault) -> None:
        self._noticed(fault)
        if fault.kind is FaultKind.SLOW_DOWN:
            # A wait beyond the outage limit stops the run: nobody needs to hold still for it
            self._limiter.slow_down(None if (fault.retry_after or 0) > self._outage else fault.retry_after)

    def _ended(self, fault: Fault) -> Tried:
        outcome = given_up(fault, self._spec)
        outcome = Outcome.NOT_SENT if outcome is Outcome.FAILED else outcome
        return Tried(
            self.last.requests, fault=fault, decision=Decision(DecisionKind.SETTLE, outcome, reason="stopping")
        )


def try_to_send(
    batch: Batch,
    spec: Operation,
    send: Send,
    limiter: RateLimiter,
    *,
    stopping: Callable[[], bool],
    sleep: Callable[[float], None],
    chance: Callable[[], float],
    outage: float,
    noticed: Callable[[Fault], None] = lambda _: None,
) -> Tried:
    """Send a batch until it has an answer, or a fault after which there is no further try.

    Args:
        stopping: asked before each further try.
        sleep: waits; returns early where the run stops.
        noticed: told of every fault.
    """
    attempts = _Attempts(batch, spec, send, limiter, stopping, chance, outage, noticed)
    tried = attempts.once()
    if not _wants_another(tried):
        return tried
    sleep(_wait_of(tried))
    retrying = Retrying(retry=retry_if_result(_wants_another), wait=_wait, stop=stop_never, sleep=sleep)
    return retrying(attempts.once)


def _wants_another(tried: Tried) -> bool:
    return tried.decision is not None and tried.decision.kind is DecisionKind.RETRY


def _wait_of(tried: Tried) -> float:
    return tried.decision.wait if tried.decision else 0.0


def _wait(state: RetryCallState) -> float:
    return _wait_of(state.outcome.result()) if state.outcome else 0.0


MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
OUTAGE = 120.0

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
    """Say what a row is that is not tried again: nothing can exist after a read or a certain fault, else it may."""
    certain = fault.kind in _CERTAIN or not spec.creates
    return Outcome.FAILED if certain else Outcome.UNKNOWN


def wait_after(tries: int, retry_after: float | None, chance: float) -> float:
    """Return the seconds before the next try: 0.5 doubling to 30, spread by a quarter; the server's own wish wins."""
    if retry_after is not None:
        return retry_after * (1 + 0.1 * chance)
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1) * (0.75 + 0.5 * chance)))
