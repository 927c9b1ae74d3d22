"""What a run is given, what it tells and to whom, and what it gives back."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from ..errors import JournalError
from ..model import Answer, Call, Entry, Fault, Observation, Operation, Outcome, Progress, Result, Send, Settlement
from .rate import RateLimiter

OUTAGE = 120.0
"""Seconds without one good answer after which a run stops."""


class Memory(Protocol):
    """What a run needs of the journal."""

    def exchange(
        self, settled: Sequence[Settlement], claims: Sequence[Call], *, resend: bool = False
    ) -> list[Entry | None]: ...

    def observe(self, observations: Sequence[Observation]) -> None: ...

    def still_mine(self, call: Call) -> bool: ...


class Forgetful:
    """The memory of a run that only reads what nobody needs to remember: lists, look-ups."""

    def exchange(
        self, settled: Sequence[Settlement], claims: Sequence[Call], *, resend: bool = False
    ) -> list[Entry | None]:
        """Refuse: what creates needs a journal."""
        raise TypeError("a run that creates needs a journal")

    def observe(self, observations: Sequence[Observation]) -> None:
        """Keep nothing."""

    def still_mine(self, call: Call) -> bool:
        """Refuse: what creates needs a journal."""
        raise TypeError("a run that creates needs a journal")


def _nothing_odd(call: Call, answer: Answer) -> str | None:
    return None


def _busy(call: Call, entry: Entry) -> Result:
    return Result(call.position, Outcome.BUSY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """Everything that does not change while a run lasts."""

    operation: Operation
    send: Send
    """One exchange: an answer for each call of the batch, or a fault."""
    limiter: RateLimiter
    memory: Memory = field(default_factory=Forgetful)
    """The journal's part for this run."""
    inspect: Callable[[Call, Answer], str | None] = _nothing_odd
    """Names what is odd about a good answer; `mode_mismatch` stops the run."""
    blocked: Callable[[Call, Entry], Result] = _busy
    """Says what a row is whose claim another run holds."""
    resend: Collection[str] = frozenset()
    """The keys that go out although they were created before."""
    concurrency: int = 8
    """Requests in flight."""
    outage: float = OUTAGE
    """Seconds without one good answer."""
    first_rows: int = 3
    """Rows in a row, at the start, that are rejected or unknown."""
    chance: Callable[[], float] = random.random
    """Between 0 and 1; it spreads the waits."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How a run ended."""

    stopped: str | None
    """None where it came to its end; else `interrupted`, `outage`, `wrong_key`, `redirected`, `first_rows`,
    `mode_mismatch`, `journal` or `internal`."""
    fault: Fault | None
    """What stopped it."""
    any_good: bool
    rate: float
    """Requests a second that were allowed at the end."""


class Control:
    """Pause, resume and stop a run from another thread."""

    def __init__(self) -> None:
        self._going, self._stop = threading.Event(), threading.Event()
        self._going.set()

    def pause(self) -> None:
        """Let no new row out until `resume`."""
        self._going.clear()

    def resume(self) -> None:
        """Go on."""
        self._going.set()

    def stop(self) -> None:
        """Take no new row; those in flight finish."""
        self._stop.set()
        self._going.set()

    @property
    def paused(self) -> bool:
        """Whether the run holds still."""
        return not self._going.is_set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()


logger = logging.getLogger("compropago_bulk")


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins."""

    operation: str
    total: int
    """Rows."""


@dataclass(frozen=True, slots=True)
class RowDone:
    """A row has come to its end; told once for each row, from the workers' threads."""

    result: Result


@dataclass(frozen=True, slots=True)
class Slowed:
    """The API asked to go slower."""

    rate: float
    """Requests a second that are allowed now."""


@dataclass(frozen=True, slots=True)
class Paused:
    """The run holds still, or goes on."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run ends before its last row; told once, with the first reason."""

    reason: str
    problem: Exception | None = None
    """Our own or the journal's error, where one is the reason."""


Event: TypeAlias = RunStarted | RowDone | Slowed | Paused | Stopped | Progress
"""`Progress` is told by the calling thread, every few tenths of a second and at the end."""


class Observer(Protocol):
    """Whoever wants to know how a run goes: the table's columns, a bar, a log, a wizard."""

    def notice(self, event: Event) -> None:
        """Take one event; called from several threads, so it must be quick."""


class Careful:
    """Keeps a broken display from breaking the run: it is left alone after its first error."""

    def __init__(self, inner: Observer) -> None:
        self._inner, self._broken = inner, False

    def notice(self, event: Event) -> None:
        """Pass the event on, while that works."""
        if self._broken:
            return
        try:
            self._inner.notice(event)
        except Exception:
            self._broken = True
            logger.warning("the progress display failed and is left alone", exc_info=True)


class ProgressOnly:
    """Tells a function of one argument how far a run is, and nothing else."""

    def __init__(self, show: Callable[[Progress], None]) -> None:
        self._show = show

    def notice(self, event: Event) -> None:
        """Pass progress on."""
        if isinstance(event, Progress):
            self._show(event)


class ResultsOnly:
    """Hands each row's end to whoever keeps them."""

    def __init__(self, keep: Callable[[Result], None]) -> None:
        self._keep = keep

    def notice(self, event: Event) -> None:
        """Pass a result on."""
        if isinstance(event, RowDone):
            self._keep(event.result)


class Log:
    """Writes down, once a run, why it stopped for an error; keys and counts at most, never persons."""

    def notice(self, event: Event) -> None:
        """Write a line for an error."""
        if not isinstance(event, Stopped) or event.problem is None:
            return
        if isinstance(event.problem, JournalError):
            logger.warning("the journal failed, so the run stops: %s", event.problem)
        else:
            logger.error("the run stops", exc_info=event.problem)
