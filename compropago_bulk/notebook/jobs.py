"""A run in the background: it goes on while the notebook answers clicks, and ends tidily with the kernel."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..bulk.operate import operate
from ..bulk.options import Options
from ..errors import AuthenticationError
from ..rows.model import Progress
from ..sending.runner import Control
from .choices import Choices

logger = logging.getLogger("compropago_bulk")

LAST_WORDS = 4.0
"""Seconds that requests in flight get when the kernel ends; Jupyter kills it soon after."""
WINDOW = 10.0
"""Seconds over which the rate is measured."""

Watcher = Callable[["Job"], None]


class Job:
    """One run on a thread of its own.

    Attributes:
        choices: what was chosen for it.
        progress: how far it is; None until it first says so.
        table: what came back; None while it runs, or where nothing could begin.
        problem: what stopped it before or beside its table.
        ended: set once all of that stands.
    """

    def __init__(self, choices: Choices, source: Any, options: Options, *, mode: str) -> None:
        self.choices, self.mode, self.connection = choices, mode, options.connection
        self.control = Control()
        self.progress: Progress | None = None
        self.table: Any = None
        self.problem: BaseException | None = None
        self.ended = threading.Event()
        self.started = time.monotonic()
        self._samples: deque[tuple[float, int]] = deque([(self.started, 0)], maxlen=400)
        self._watchers: list[Watcher] = []
        self._source, self._options = source, replace(options, control=self.control, progress=self._told)
        self._thread = threading.Thread(target=self._work, name="wizard-run", daemon=True)

    def start(self) -> None:
        """Let it go."""
        _jobs.add(self)
        self._thread.start()

    def watch(self, watcher: Watcher) -> None:
        """Have `watcher` called at each step, from the run's threads, and at once."""
        self._watchers.append(watcher)
        watcher(self)

    def leave(self, watcher: Watcher) -> None:
        """Call it no more."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def pause(self) -> None:
        """Let nothing new out until `resume`."""
        self.control.pause()
        self._tell()

    def resume(self) -> None:
        """Go on."""
        self._samples.clear()
        self.control.resume()
        self._tell()

    def stop(self) -> None:
        """Take no new row; those in flight finish and the table comes back."""
        self.control.stop()
        self._tell()

    @property
    def output(self) -> Path | None:
        """Give the workbook that the run writes at its end."""
        return Path(self._options.output) if self._options.output is not None else None

    @property
    def rate(self) -> float:
        """Give the rows a second that ended lately."""
        if len(self._samples) < 2:
            return 0.0
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        return (now - before) / (last - first) if last > first else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Give the seconds until the end at the rate of late; None where that cannot be said."""
        told = self.progress
        if told is None or self.control.paused or not self.rate:
            return None
        return (told.total - told.done) / self.rate

    def _work(self) -> None:
        try:
            self.table = operate(self.choices.operation, self._source, self._options)
        except AuthenticationError as problem:
            self.problem, self.table = problem, problem.table
        except Exception as problem:  # noqa: BLE001 - shown in the wizard, whatever it is
            self.problem = problem
        finally:
            self.ended.set()
            _jobs.discard(self)
            self._tell()

    def _told(self, progress: Progress) -> None:
        self.progress = progress
        now = time.monotonic()
        self._samples.append((now, progress.done))
        while len(self._samples) > 2 and now - self._samples[0][0] > WINDOW:
            self._samples.popleft()
        self._tell()

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            try:
                watcher(self)
            except Exception:
                self.leave(watcher)
                logger.warning("a display of the run failed and is left alone", exc_info=True)


_jobs: weakref.WeakSet[Job] = weakref.WeakSet()


def running(key: str) -> Job | None:
    """Give the run with this journal that is going on in this kernel, if there is one."""
    return next((job for job in list(_jobs) if not job.ended.is_set() and journal_key(job) == key), None)


def journal_key(job: Job) -> str:
    """Name the journal that a run writes to."""
    return str(job.connection.journal) if job.connection is not None else "None"


@atexit.register
def _end_tidily() -> None:
    """Let requests in flight finish when the kernel ends, so that no row is left in doubt."""
    going = [job for job in list(_jobs) if not job.ended.is_set()]
    for job in going:
        job.control.stop()
    deadline = time.monotonic() + LAST_WORDS
    for job in going:
        job.ended.wait(max(0.0, deadline - time.monotonic()))
