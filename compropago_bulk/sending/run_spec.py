"""What a run is given and what it gives back: its memory, its settings, its control, its ending."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model import Call, Entry, Fault, Observation, Settlement
from .retry import OUTAGE


class Memory(Protocol):
    """What a run needs of the journal."""

    def exchange(
        self, settled: Sequence[Settlement], claims: Sequence[Call], *, resend: bool = False
    ) -> list[Entry | None]: ...

    def observe(self, observations: Sequence[Observation]) -> None: ...

    def still_mine(self, call: Call) -> bool: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run goes: requests in flight, and when it gives up."""

    concurrency: int = 8
    outage: float = OUTAGE
    """Seconds without one good answer."""
    first_rows: int = 3
    """Rows in a row, at the start, that are rejected or unknown."""


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
