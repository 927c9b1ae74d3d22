"""One run while it lasts: what its workers do with each batch, and how each row ends exactly once."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

from ..errors import JournalError
from ..model import (
    Answer,
    Batch,
    Call,
    DecisionKind,
    Fault,
    FaultKind,
    Observation,
    Outcome,
    Progress,
    Result,
    Settlement,
)
from ..texts import say
from .retry import (
    Tried,
    answered,
    faulted,
    given_back,
    in_doubt,
    not_sent,
    sentence_of,
    settlement,
    try_to_send,
)
from .run_spec import Control, Event, Observer, RowDone, RunSpec, Slowed, Stopped

logger = logging.getLogger("compropago_bulk")

T = TypeVar("T")

TICK = 0.1
"""Seconds between two looks at the run: for the bar, the outage and the stop button."""
STOPPING_FLAGS = frozenset({"mode_mismatch"})
_WRITES = 3
_MOST_LOOKS = 50
"""Looks at orders that a worker keeps back at most: a crash costs no more than reading these again."""


@dataclass(slots=True)
class Pending:
    """What a worker holds: an outcome that is not durable yet, and a slot that a row known by others did not use."""

    settlements: tuple[Settlement, ...] = ()
    looks: tuple[Observation, ...] = ()
    results: tuple[Result, ...] = ()
    slot: bool = False
    flying: Batch = ()
    """What was handed to the network, and has not come to an end yet."""

    def may_wait(self) -> bool:
        """Whether there is something that the next commit can take along."""
        return bool(self.settlements) or 0 < len(self.looks) < _MOST_LOOKS


class Run(Generic[T]):
    """One run while it lasts."""

    def __init__(
        self,
        spec: RunSpec,
        batches: Iterable[T],
        make: Callable[[T], Batch],
        total: int,
        observers: Sequence[Observer],
        control: Control,
    ) -> None:
        self.spec, self.control, self._observers = spec, control, observers
        self._waiting, self._make, self.total, self.done = iter(batches), make, total, 0
        self._open: dict[int, Call] = {}
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.stopped: str | None = None
        self.fault: Fault | None = None
        self._halt = threading.Event()
        self.good = threading.Event()
        self.changed = threading.Event()
        """Wakes the watching thread: at the first good row, at a stop, and where a worker ends."""
        self.left = 0
        """Workers that have ended."""
        self.bad_start = 0
        self.quiet = 0.0
        self.message: str | None = None

    def tell(self, event: Event) -> None:
        """Let every observer know."""
        for observer in self._observers:
            observer.notice(event)

    # what workers and the watching thread ask

    def stopping(self) -> bool:
        """Whether no new row and no further try may begin."""
        if self.control.stopping:
            self.stop("interrupted")
        return self._halt.is_set()

    def stop(self, reason: str, fault: Fault | None = None, problem: Exception | None = None) -> None:
        """End the run; the first reason stands, and is told once."""
        with self._lock:
            first = self.stopped is None
            if first:
                self.stopped, self.fault = reason, fault
        self._halt.set()
        self.changed.set()
        if first:
            self.tell(Stopped(reason, problem))

    def stop_for(self, problem: Exception) -> None:
        """End the run for an error of the journal or of our own."""
        self.stop("journal" if isinstance(problem, JournalError) else "internal", problem=problem)

    def work(self) -> None:
        """Take batches until there are none, or the run stops."""
        pending = Pending()
        try:
            while self._goes_on(pending):
                pass
            self._flush(pending)
        finally:
            with self._lock:
                self.left += 1
            self.changed.set()

    def _goes_on(self, pending: Pending) -> bool:
        """Take one batch through; False where there is none to take."""
        try:
            if (batch := self._next(pending)) is None:
                return False
            self._one(batch, pending)
        except Exception as problem:  # noqa: BLE001 - `stop_for` says it; the rows end here or in `close`
            self.stop_for(problem)
            self.end(*[in_doubt(call, self.spec.operation, problem) for call in pending.flying])
            pending.flying = ()
        return True

    def _next(self, pending: Pending) -> Batch | None:
        if self.control.paused:
            self._flush(pending)
        self._hold()
        if self.stopping():
            return None
        return self._take()

    def _take(self) -> Batch | None:
        """Take the next batch; from here on its rows are open until their ends are reported."""
        with self._lock:
            item = next(self._waiting, None)
        if item is None:
            return None
        batch = self._make(item)
        for call in batch:
            self._open[call.position] = call
        return batch

    def _hold(self) -> None:
        """Hold still while the run is paused."""
        while self.control.paused and not self.stopping():
            self._halt.wait(TICK)

    def _slot(self) -> bool:
        """Wait for a slot in which to send; one that comes while the run is paused is let pass."""
        while self.spec.limiter.wait(self.stopping):
            if not self.control.paused:
                return True
            self._hold()
        return False

    # one batch

    def _one(self, batch: Batch, pending: Pending) -> None:
        """Take one batch; what the batch before it came to shares the commit of this one's claim.

        Only where no waiting for a slot lies between them: an outcome never waits to become durable.
        """
        if not pending.slot and not (pending.may_wait() and self.spec.limiter.wait_no_longer()):
            self._flush(pending)
            if not self._slot():
                return
        pending.slot = True
        if not self.spec.operation.creates:
            pending.slot = False
            self._read(batch, pending)
            return
        mine = self._claim(batch, pending)
        if not mine:
            return
        if self.stopping():
            self._settle([given_back(call) for call in mine])
            return
        kept = tuple(call for call in mine if self._still_mine(call))
        if kept:
            pending.slot = False
            self._write(kept, pending)

    def _claim(self, batch: Batch, pending: Pending) -> Batch:
        """Claim what may be claimed, and settle what is done in the same commit."""
        claims = [call for call in batch if call.key not in self.spec.resend]
        again = [call for call in batch if call.key in self.spec.resend]
        try:
            entries = self.spec.memory.exchange(pending.settlements, claims or again, resend=not claims)
        except Exception:
            self._flush(pending)
            raise
        self._tell(pending, recorded=True)
        if claims and again:
            entries += self.spec.memory.exchange((), again, resend=True)
        won = []
        for call, entry in zip([*claims, *again], entries, strict=True):
            if entry is None:
                won.append(call)
            else:
                self.end(self.spec.blocked(call, entry))
        return tuple(won)

    def _still_mine(self, call: Call) -> bool:
        """Ask once more before the wire: a laptop that slept may have lost its claim to a colleague."""
        if self.spec.memory.still_mine(call):
            return True
        self.end(Result(call.position, Outcome.BUSY, "claim_lost", sentence_of("claim_lost")))
        return False

    def _write(self, batch: Batch, pending: Pending) -> None:
        """Send what was claimed; nobody is told before it is settled."""
        tried, results = self._send(batch, pending)
        flags = [result.error_code if tried.answers else None for result in results]
        pending.settlements = tuple(
            settlement(call, tried, flag, place) for place, (call, flag) in enumerate(zip(batch, flags, strict=True))
        )
        pending.results, pending.flying = results, ()
        self._judge(tried)

    def _send(self, batch: Batch, pending: Pending) -> tuple[Tried, tuple[Result, ...]]:
        pending.flying = batch
        tried = try_to_send(batch, self)
        if tried.answers is None:
            return tried, tuple(faulted(call, tried) for call in batch)
        pairs = list(zip(batch, tried.answers, strict=True))
        flags = [self._inspect(call, answer) for call, answer in pairs]
        return tried, tuple(
            answered(call, answer, self.spec.operation, flag, tried.requests)
            for (call, answer), flag in zip(pairs, flags, strict=True)
        )

    def _inspect(self, call: Call, answer: Answer) -> str | None:
        flag = self.spec.inspect(call, answer)
        if flag in STOPPING_FLAGS:
            self.stop("mode_mismatch")
        return flag

    def _flush(self, pending: Pending) -> None:
        """Settle what is done, and tell."""
        if pending.settlements:
            self._tell(pending, recorded=self._settle(pending.settlements))
        if pending.looks or pending.results:
            self._observe(pending.looks)
            self._tell(pending, recorded=True)

    def _tell(self, pending: Pending, *, recorded: bool) -> None:
        results, pending.settlements, pending.looks, pending.results = pending.results, (), (), ()
        if results:
            self.end(*(results if recorded else map(_unrecorded, results)))

    def _read(self, batch: Batch, pending: Pending) -> None:
        tried, results = self._send(batch, pending)
        pending.results += results
        pending.flying = ()
        missing = tried.fault is not None and tried.fault.kind is FaultKind.NOT_FOUND
        if self.spec.operation.observed and (tried.answers is not None or missing):
            answers = tried.answers or (None,) * len(batch)
            pending.looks += tuple(map(Observation, map(_order_of, batch), answers))
        self._judge(tried)

    def _observe(self, looks: Sequence[Observation]) -> None:
        if not looks:
            return
        try:
            self.spec.memory.observe(looks)
        except JournalError as problem:
            self.stop_for(problem)

    def _settle(self, settlements: Sequence[Settlement]) -> bool:
        """Write what came of the rows, patiently: once something was sent, this is all that is left of it."""
        for attempt in range(_WRITES):
            try:
                self.spec.memory.exchange(settlements, ())
            except (JournalError, ValueError, TypeError, LookupError, ArithmeticError) as problem:
                self.stop_for(problem)
                if attempt < _WRITES - 1:
                    time.sleep(TICK)
            else:
                return True
        return False

    def _judge(self, tried: Tried) -> None:
        """Draw the consequences for the run."""
        missing = tried.fault is not None and tried.fault.kind is FaultKind.NOT_FOUND
        if tried.answers is not None or missing:
            self.quiet, self.message = 0.0, None
            if not self.good.is_set():  # to wake the watching thread for each row costs more than the row's commit
                self.good.set()
                self.changed.set()
            return
        decision = tried.decision
        if decision is not None and decision.kind is DecisionKind.STOP:
            self.stop(decision.reason or "outage", tried.fault)
        elif (
            decision is not None and decision.outcome in (Outcome.REJECTED, Outcome.UNKNOWN) and not self.good.is_set()
        ):
            self.bad_start += 1
            if self.bad_start >= self.spec.first_rows:
                self.stop("first_rows", tried.fault)

    def notice(self, fault: Fault) -> None:
        """Take what went wrong with a try, for the person who waits."""
        if fault.kind is FaultKind.SLOW_DOWN:
            self.message = say("runs", "slowed_down", rate=f"{self.spec.limiter.rate_now:.1f}")
            self.tell(Slowed(self.spec.limiter.rate_now))
        elif fault.kind is not FaultKind.REFUSED:
            self.message = say("runs", "waiting", code=fault.code)

    def sleep(self, seconds: float) -> None:
        """Sleep before another try, but for the run's end; a pause lasts longer."""
        ends = time.monotonic() + seconds
        while not self.stopping() and (left := ends - time.monotonic()) > 0:
            self._halt.wait(min(left, TICK))
        self._hold()

    # the ends of rows

    def end(self, *results: Result) -> None:
        """Report the ends of rows, each once."""
        with self._lock:
            ended = [item for item in results if self._open.pop(item.position, None) is not None]
            self.counts.update(result.outcome for result in ended)
            self.done += len(ended)
        for result in ended:
            self.tell(RowDone(result))

    def close(self) -> None:
        """Report every row that the run did not come to."""
        reason = self.stopped or "interrupted"
        self.end(*[not_sent(call, reason) for call in self._open.values()])
        for item in self._waiting:
            try:
                batch = self._make(item)
            except Exception:
                logger.exception("a row that no call can carry was not sent either")
                continue
            self._open |= {call.position: call for call in batch}
            self.end(*[not_sent(call, reason) for call in batch])

    def progress(self, *, finished: bool = False) -> Progress:
        """Return the run's state as observers see it."""
        with self._lock:
            counts, done = dict(self.counts), self.done
        rate = self.spec.limiter.rate_now
        left = None if finished else (self.total - done) / rate
        message = say("runs", "stopping") if self.stopped and not finished else self.message
        return Progress(self.total, done, counts, rate, left, message, finished)


def _order_of(call: Call) -> str:
    """Return the order's id as it was sent, not as it is compared."""
    return unquote(call.path.rpartition("/")[2])


def _unrecorded(result: Result) -> Result:
    """Return what the next run will find of a row whose end the journal could not take: nobody can vouch for it."""
    outcome = Outcome.UNKNOWN if result.outcome is Outcome.CREATED else result.outcome
    return Result(result.position, outcome, "journal", sentence_of("unrecorded"), result.answer, result.attempts)
