"""What a run is given and what it gives back: its calls' operation, its memory, its limits, its end."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..model import Answer, Call, Entry, Fault, Observation, Operation, Outcome, Result, Send, Settlement
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
