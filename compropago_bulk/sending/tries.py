"""One parcel's tries: tenacity drives them, `decide` says whether there is another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_result
from tenacity.stop import stop_never

from ..rows.model import Answer, Fault, FaultKind, Operation, Outcome, Parcel, Send, Step, StepKind
from .deciding import decide, given_up
from .pacing import Pacer

__all__ = ["Tried", "try_to_send"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a parcel: its answers, or its last fault and what was decided."""

    requests: int
    answers: tuple[Answer, ...] | None = None
    fault: Fault | None = None
    step: Step | None = None


class _Attempts:
    """Counts the requests of one parcel and remembers the last one."""

    def __init__(
        self, parcel: Parcel, spec: Operation, send: Send, pacer: Pacer, stopping: Callable[[], bool],
        chance: Callable[[], float], outage: float, noticed: Callable[[Fault], None],
    ) -> None:  # fmt: skip
        self._parcel, self._spec, self._send, self._pacer = parcel, spec, send, pacer
        self._stopping, self._chance, self._outage, self._noticed = stopping, chance, outage, noticed
        self.last = Tried(0)

    def once(self) -> Tried:
        """Send once more, unless the run is stopping: then the last fault is the end."""
        if self.last.fault is not None and (self._stopping() or not self._pacer.wait(self._stopping)):
            self.last = self._ended(self.last.fault)
            return self.last
        self._pacer.launch()
        reply = self._send(self._parcel)
        requests = self.last.requests + 1
        if isinstance(reply, Fault):
            self._slow(reply)
            step = decide(reply, self._spec, requests, chance=self._chance(), outage=self._outage)
            self.last = Tried(requests, fault=reply, step=step)
        else:
            self._pacer.went_well()
            self.last = Tried(requests, answers=reply)
        return self.last

    def _slow(self, fault: Fault) -> None:
        self._noticed(fault)
        if fault.kind is FaultKind.SLOW_DOWN:
            # A wait beyond the outage limit stops the run: nobody needs to hold still for it
            self._pacer.slow_down(None if (fault.retry_after or 0) > self._outage else fault.retry_after)

    def _ended(self, fault: Fault) -> Tried:
        outcome = given_up(fault, self._spec)
        outcome = Outcome.NOT_SENT if outcome is Outcome.FAILED else outcome
        return Tried(self.last.requests, fault=fault, step=Step(StepKind.SETTLE, outcome, reason="stopping"))


def try_to_send(
    parcel: Parcel,
    spec: Operation,
    send: Send,
    pacer: Pacer,
    *,
    stopping: Callable[[], bool],
    sleep: Callable[[float], None],
    chance: Callable[[], float],
    outage: float,
    noticed: Callable[[Fault], None] = lambda _: None,
) -> Tried:
    """Send a parcel until it has an answer, or a fault after which there is no further try.

    Args:
        stopping: asked before each further try.
        sleep: waits; returns early where the run stops.
        noticed: told of every fault.
    """
    attempts = _Attempts(parcel, spec, send, pacer, stopping, chance, outage, noticed)
    tried = attempts.once()
    if not _wants_another(tried):
        return tried
    sleep(_wait_of(tried))
    retrying = Retrying(retry=retry_if_result(_wants_another), wait=_wait, stop=stop_never, sleep=sleep)
    return retrying(attempts.once)


def _wants_another(tried: Tried) -> bool:
    return tried.step is not None and tried.step.kind is StepKind.RETRY


def _wait_of(tried: Tried) -> float:
    return tried.step.wait if tried.step else 0.0


def _wait(state: RetryCallState) -> float:
    return _wait_of(state.outcome.result()) if state.outcome else 0.0
