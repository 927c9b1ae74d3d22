"""One run while it lasts: what its workers do with each batch, and how each row ends exactly once."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

from ..errors import JournalError
from ..model import (
    Answer,
    Batch,
    Call,
    DecisionKind,
    Entry,
    Fault,
    FaultKind,
    Observation,
    Operation,
    Outcome,
    Progress,
    Result,
    Send,
    Settlement,
)
from ..texts import say
from .outcomes import answered, faulted, given_back, not_sent, sentence_of, settlement
from .rate import RateLimiter
from .retry import Tried, try_to_send
from .run_spec import Control, Memory, Settings

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

    def may_wait(self) -> bool:
        """Whether there is something that the next commit can take along."""
        return bool(self.settlements) or 0 < len(self.looks) < _MOST_LOOKS


class Run(Generic[T]):
    """One run while it lasts."""

    def __init__(
        self, batches: Iterable[T], make: Callable[[T], Batch], total: int, spec: Operation, send: Send,
        memory: Memory, limiter: RateLimiter, settings: Settings, report: Callable[[Result], None],
        inspect: Callable[[Call, Answer], str | None], blocked: Callable[[Call, Entry], Result], control: Control,
        resend: Collection[str], chance: Callable[[], float],
    ) -> None:  # fmt: skip
        self.spec, self.send, self.memory, self.limiter, self.settings = spec, send, memory, limiter, settings
        self.inspect, self.blocked, self.control, self.resend, self.chance = inspect, blocked, control, resend, chance
        self._report = report
        self._waiting, self._make, self.total, self.done = iter(batches), make, total, 0
        self._open: dict[int, Call] = {}
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.stopped: str | None = None
        self.fault: Fault | None = None
        self._halt = threading.Event()
        self.good = threading.Event()
        self.changed = threading.Event()
        self.bad_start = 0
        self.quiet = 0.0
        self.message: str | None = None

    # what workers and the watching thread ask

    def stopping(self) -> bool:
        """Whether no new row and no further try may begin."""
        if self.control.stopping:
            self.stop("interrupted")
        return self._halt.is_set()

    def stop(self, reason: str, fault: Fault | None = None) -> None:
        """End the run; the first reason stands."""
        with self._lock:
            if self.stopped is None:
                self.stopped, self.fault = reason, fault
        self._halt.set()
        self.changed.set()

    def work(self) -> None:
        """Take parcels until there are none, or the run stops."""
        pending = Pending()
        while True:
            batch = None
            try:
                if (batch := self._next(pending)) is None:
                    break
                self._one(batch, pending)
            except JournalError as problem:
                logger.warning("the journal failed, so the run stops: %s", problem)
                self.stop("journal")
            except Exception as problem:
                logger.exception("the run stops")
                self._doubt(batch or (), type(problem).__name__)
                self.stop("internal")
        self._flush(pending)

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
            one = next(self._waiting, None)
        if one is None:
            return None
        batch = self._make(one)
        for call in batch:
            self._open[call.position] = call
        return batch

    def _hold(self) -> None:
        """Hold still while the run is paused."""
        while self.control.paused and not self.stopping():
            self._halt.wait(TICK)

    def _slot(self) -> bool:
        """Wait for a slot in which to send; one that comes while the run is paused is let pass."""
        while self.limiter.wait(self.stopping):
            if not self.control.paused:
                return True
            self._hold()
        return False

    # one batch

    def _one(self, batch: Batch, pending: Pending) -> None:
        """Take one batch; what the batch before it came to shares the commit of this one's claim.

        Only where no waiting for a slot lies between them: an outcome never waits to become durable.
        """
        if not pending.slot and not (pending.may_wait() and self.limiter.wait_no_longer()):
            self._flush(pending)
            if not self._slot():
                return
        pending.slot = True
        if not self.spec.creates:
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
        claims = [call for call in batch if call.key not in self.resend]
        again = [call for call in batch if call.key in self.resend]
        try:
            entries = self.memory.exchange(pending.settlements, claims or again, resend=not claims)
        except JournalError:
            self._flush(pending)
            raise
        self._tell(pending, recorded=True)
        if claims and again:
            entries += self.memory.exchange((), again, resend=True)
        won = []
        for call, entry in zip([*claims, *again], entries, strict=True):
            if entry is None:
                won.append(call)
            else:
                self.end(self.blocked(call, entry))
        return tuple(won)

    def _still_mine(self, call: Call) -> bool:
        """Ask once more before the wire: a laptop that slept may have lost its claim to a colleague."""
        if self.memory.still_mine(call):
            return True
        self.end(Result(call.position, Outcome.BUSY, "claim_lost", sentence_of("claim_lost")))
        return False

    def _try(self, batch: Batch) -> Tried:
        return try_to_send(
            batch, self.spec, self.send, self.limiter, stopping=self.stopping, sleep=self._sleep, chance=self.chance,
            outage=self.settings.outage, noticed=self._notice,
        )  # fmt: skip

    def _write(self, batch: Batch, pending: Pending) -> None:
        """Send what was claimed; nobody is told before it is settled."""
        tried = self._try(batch)
        flags = [self.inspect(call, answer) for call, answer in zip(batch, tried.answers or (), strict=False)]
        if any(flag in STOPPING_FLAGS for flag in flags):
            self.stop("mode_mismatch")
        pending.settlements = tuple(
            settlement(call, tried, flags[place] if flags else None, place) for place, call in enumerate(batch)
        )
        pending.results = tuple(
            faulted(call, tried)
            if tried.answers is None
            else answered(call, tried.answers[place], self.spec, flags[place], tried.requests)
            for place, call in enumerate(batch)
        )
        self._judge(tried)

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
        tried = self._try(batch)
        results = []
        for place, call in enumerate(batch):
            if tried.answers is None:
                results.append(faulted(call, tried))
            else:
                flag = self.inspect(call, tried.answers[place])
                if flag in STOPPING_FLAGS:
                    self.stop("mode_mismatch")
                results.append(answered(call, tried.answers[place], self.spec, flag, tried.requests))
        pending.results += tuple(results)
        missing = tried.fault is not None and tried.fault.kind is FaultKind.NOT_FOUND
        if tried.answers is not None or missing:
            pending.looks += tuple(
                Observation(_order_of(call), tried.answers[place] if tried.answers else None)
                for place, call in enumerate(batch)
            )
        self._judge(tried)

    def _observe(self, looks: Sequence[Observation]) -> None:
        if not looks:
            return
        try:
            self.memory.observe(looks)
        except JournalError as problem:
            logger.warning("the journal failed, so the run stops: %s", problem)
            self.stop("journal")

    def _settle(self, settlements: Sequence[Settlement]) -> bool:
        """Write what came of the rows, patiently: once something was sent, this is all that is left of it."""
        for attempt in range(_WRITES):
            try:
                self.memory.exchange(settlements, ())
            except JournalError as problem:
                logger.warning("the journal failed, so the run stops: %s", problem)
                self.stop("journal")
                if attempt < _WRITES - 1:
                    time.sleep(TICK)
            except Exception:
                logger.exception("the run stops")
                self.stop("internal")
                return False
            else:
                return True
        return False

    def _judge(self, tried: Tried) -> None:
        """Draw the consequences for the run."""
        missing = tried.fault is not None and tried.fault.kind is FaultKind.NOT_FOUND
        if tried.answers is not None or missing:
            self.quiet, self.message = 0.0, None
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
            if self.bad_start >= self.settings.first_rows:
                self.stop("first_rows", tried.fault)

    def _notice(self, fault: Fault) -> None:
        if fault.kind is FaultKind.SLOW_DOWN:
            self.message = say("runs", "slowed_down", rate=f"{self.limiter.rate_now:.1f}")
        elif fault.kind is not FaultKind.REFUSED:
            self.message = say("runs", "waiting", code=fault.code)

    def _sleep(self, seconds: float) -> None:
        """Sleep before another try, but for the run's end; a pause lasts longer."""
        ends = time.monotonic() + seconds
        while not self.stopping() and (left := ends - time.monotonic()) > 0:
            self._halt.wait(min(left, TICK))
        self._hold()

    # the ends of rows

    def end(self, *results: Result) -> None:
        """Report the ends of rows, each once."""
        with self._lock:
            told = [item for item in results if self._open.pop(item.position, None) is not None]
            self.counts.update(text.outcome for text in told)
            self.done += len(told)
        for result in told:
            self._report(result)

    def _doubt(self, batch: Batch, code: str) -> None:
        for call in batch:
            outcome = Outcome.UNKNOWN if self.spec.creates else Outcome.FAILED
            self.end(Result(call.position, outcome, code, say("runs", "row_unknown", code=code)))

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
        rate = self.limiter.rate_now
        left = None if finished else (self.total - done) / rate
        message = say("runs", "stopping") if self.stopped and not finished else self.message
        return Progress(self.total, done, counts, rate, left, message, finished)


def _order_of(call: Call) -> str:
    """Return the order's id as it was sent, not as it is compared."""
    return unquote(call.path.rpartition("/")[2])


def _unrecorded(result: Result) -> Result:
    """Say of a row whose end the journal could not take what the next run will find: nobody can vouch for it."""
    outcome = Outcome.UNKNOWN if result.outcome is Outcome.CREATED else result.outcome
    return Result(result.position, outcome, "journal", sentence_of("unrecorded"), result.answer, result.attempts)
