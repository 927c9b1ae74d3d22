"""One run while it lasts: what its workers do with each parcel, and how each row ends exactly once."""

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
from ..rows.model import (
    Answer,
    Call,
    Entry,
    Fault,
    FaultKind,
    Observation,
    Operation,
    Outcome,
    Parcel,
    Progress,
    Result,
    Send,
    Settlement,
    StepKind,
)
from ..texts import say
from .ending import answered, faulted, given_back, not_sent, sentence_of, settlement
from .pacing import Pacer
from .terms import Control, Memory, Settings
from .tries import Tried, try_to_send

logger = logging.getLogger("compropago_bulk")

T = TypeVar("T")

TICK = 0.1
"""Seconds between two looks at the run: for the bar, the outage and the stop button."""
STOPPING_FLAGS = frozenset({"mode_mismatch"})
_WRITES = 3
_MOST_LOOKS = 50
"""Looks at orders that a worker keeps back at most: a crash costs no more than reading these again."""


@dataclass(slots=True)
class Hand:
    """What a worker holds: an outcome that is not durable yet, and a slot that a row known by others did not use."""

    settlements: tuple[Settlement, ...] = ()
    looks: tuple[Observation, ...] = ()
    results: tuple[Result, ...] = ()
    slot: bool = False

    def may_wait(self) -> bool:
        """Tell whether there is something that the next commit can take along."""
        return bool(self.settlements) or 0 < len(self.looks) < _MOST_LOOKS


class Run(Generic[T]):
    """One run while it lasts."""

    def __init__(
        self, parcels: Iterable[T], make: Callable[[T], Parcel], total: int, spec: Operation, send: Send,
        memory: Memory, pacer: Pacer, settings: Settings, report: Callable[[Result], None],
        inspect: Callable[[Call, Answer], str | None], blocked: Callable[[Call, Entry], Result], control: Control,
        resend: Collection[str], chance: Callable[[], float],
    ) -> None:  # fmt: skip
        self.spec, self.send, self.memory, self.pacer, self.settings = spec, send, memory, pacer, settings
        self.inspect, self.blocked, self.control, self.resend, self.chance = inspect, blocked, control, resend, chance
        self._report = report
        self._waiting, self._make, self.total, self.done = iter(parcels), make, total, 0
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
        """Tell whether no new row and no further try may begin."""
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
        hand = Hand()
        while True:
            parcel = None
            try:
                if (parcel := self._next(hand)) is None:
                    break
                self._one(parcel, hand)
            except JournalError as problem:
                logger.warning("the journal failed, so the run stops: %s", problem)
                self.stop("journal")
            except Exception as problem:
                logger.exception("the run stops")
                self._doubt(parcel or (), type(problem).__name__)
                self.stop("internal")
        self._hand_in(hand)

    def _next(self, hand: Hand) -> Parcel | None:
        if self.control.paused:
            self._hand_in(hand)
        self._hold()
        if self.stopping():
            return None
        return self._take()

    def _take(self) -> Parcel | None:
        """Take the next parcel; from here on its rows are open until their ends are reported."""
        with self._lock:
            one = next(self._waiting, None)
        if one is None:
            return None
        parcel = self._make(one)
        for call in parcel:
            self._open[call.position] = call
        return parcel

    def _hold(self) -> None:
        """Hold still while the run is paused."""
        while self.control.paused and not self.stopping():
            self._halt.wait(TICK)

    def _slot(self) -> bool:
        """Wait for a slot in which to send; one that comes while the run is paused is let pass."""
        while self.pacer.wait(self.stopping):
            if not self.control.paused:
                return True
            self._hold()
        return False

    # one parcel

    def _one(self, parcel: Parcel, hand: Hand) -> None:
        """Take one parcel; what the parcel before it came to shares the commit of this one's claim.

        Only where no waiting for a slot lies between them: an outcome never waits to become durable.
        """
        if not hand.slot and not (hand.may_wait() and self.pacer.wait_no_longer()):
            self._hand_in(hand)
            if not self._slot():
                return
        hand.slot = True
        if not self.spec.creates:
            hand.slot = False
            self._read(parcel, hand)
            return
        mine = self._claim(parcel, hand)
        if not mine:
            return
        if self.stopping():
            self._settle([given_back(call) for call in mine])
            return
        kept = tuple(call for call in mine if self._still_mine(call))
        if kept:
            hand.slot = False
            self._write(kept, hand)

    def _claim(self, parcel: Parcel, hand: Hand) -> Parcel:
        """Claim what may be claimed, and settle what is done in the same commit."""
        claims = [call for call in parcel if call.key not in self.resend]
        again = [call for call in parcel if call.key in self.resend]
        try:
            entries = self.memory.exchange(hand.settlements, claims or again, resend=not claims)
        except JournalError:
            self._hand_in(hand)
            raise
        self._tell(hand, recorded=True)
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

    def _try(self, parcel: Parcel) -> Tried:
        return try_to_send(
            parcel, self.spec, self.send, self.pacer, stopping=self.stopping, sleep=self._sleep, chance=self.chance,
            outage=self.settings.outage, noticed=self._notice,
        )  # fmt: skip

    def _write(self, parcel: Parcel, hand: Hand) -> None:
        """Send what was claimed; nobody is told before it is settled."""
        tried = self._try(parcel)
        flags = [self.inspect(call, answer) for call, answer in zip(parcel, tried.answers or (), strict=False)]
        if any(flag in STOPPING_FLAGS for flag in flags):
            self.stop("mode_mismatch")
        hand.settlements = tuple(
            settlement(call, tried, flags[place] if flags else None, place) for place, call in enumerate(parcel)
        )
        hand.results = tuple(
            faulted(call, tried)
            if tried.answers is None
            else answered(call, tried.answers[place], self.spec, flags[place], tried.requests)
            for place, call in enumerate(parcel)
        )
        self._judge(tried)

    def _hand_in(self, hand: Hand) -> None:
        """Settle what is done, and tell."""
        if hand.settlements:
            self._tell(hand, recorded=self._settle(hand.settlements))
        if hand.looks or hand.results:
            self._observe(hand.looks)
            self._tell(hand, recorded=True)

    def _tell(self, hand: Hand, *, recorded: bool) -> None:
        results, hand.settlements, hand.looks, hand.results = hand.results, (), (), ()
        if results:
            self.end(*(results if recorded else map(_unrecorded, results)))

    def _read(self, parcel: Parcel, hand: Hand) -> None:
        tried = self._try(parcel)
        results = []
        for place, call in enumerate(parcel):
            if tried.answers is None:
                results.append(faulted(call, tried))
            else:
                flag = self.inspect(call, tried.answers[place])
                if flag in STOPPING_FLAGS:
                    self.stop("mode_mismatch")
                results.append(answered(call, tried.answers[place], self.spec, flag, tried.requests))
        hand.results += tuple(results)
        missing = tried.fault is not None and tried.fault.kind is FaultKind.NOT_FOUND
        if tried.answers is not None or missing:
            hand.looks += tuple(
                Observation(_order_of(call), tried.answers[place] if tried.answers else None)
                for place, call in enumerate(parcel)
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
        step = tried.step
        if step is not None and step.kind is StepKind.STOP:
            self.stop(step.reason or "outage", tried.fault)
        elif step is not None and step.outcome in (Outcome.REJECTED, Outcome.UNKNOWN) and not self.good.is_set():
            self.bad_start += 1
            if self.bad_start >= self.settings.first_rows:
                self.stop("first_rows", tried.fault)

    def _notice(self, fault: Fault) -> None:
        if fault.kind is FaultKind.SLOW_DOWN:
            self.message = say("runs", "slowed_down", rate=f"{self.pacer.rate_now:.1f}")
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
            told = [one for one in results if self._open.pop(one.position, None) is not None]
            self.counts.update(one.outcome for one in told)
            self.done += len(told)
        for result in told:
            self._report(result)

    def _doubt(self, parcel: Parcel, code: str) -> None:
        for call in parcel:
            outcome = Outcome.UNKNOWN if self.spec.creates else Outcome.FAILED
            self.end(Result(call.position, outcome, code, say("runs", "row_unknown", code=code)))

    def close(self) -> None:
        """Report every row that the run did not come to."""
        reason = self.stopped or "interrupted"
        self.end(*[not_sent(call, reason) for call in self._open.values()])
        for one in self._waiting:
            try:
                parcel = self._make(one)
            except Exception:
                logger.exception("a row that no call can carry was not sent either")
                continue
            self._open |= {call.position: call for call in parcel}
            self.end(*[not_sent(call, reason) for call in parcel])

    def progress(self, *, finished: bool = False) -> Progress:
        """Give the run's state as observers see it."""
        with self._lock:
            counts, done = dict(self.counts), self.done
        rate = self.pacer.rate_now
        left = None if finished else (self.total - done) / rate
        message = say("runs", "stopping") if self.stopped and not finished else self.message
        return Progress(self.total, done, counts, rate, left, message, finished)


def _order_of(call: Call) -> str:
    """Give the order's id as it was sent, not as it is compared."""
    return unquote(call.path.rpartition("/")[2])


def _unrecorded(result: Result) -> Result:
    """Say of a row whose end the journal could not take what the next run will find: nobody can vouch for it."""
    outcome = Outcome.UNKNOWN if result.outcome is Outcome.CREATED else result.outcome
    return Result(result.position, outcome, "journal", sentence_of("unrecorded"), result.answer, result.attempts)
