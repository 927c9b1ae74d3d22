"""What a run tells, and to whom: one frozen noun for each thing that happens, one method to be told it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ..errors import JournalError
from ..model import Progress, Result

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
