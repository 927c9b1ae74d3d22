"""A run in the background: it goes on while the notebook answers clicks, and ends tidily with the kernel."""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..api.connection import Connection
from ..api.settings import journal_setting
from ..bulk.history import opened
from ..bulk.pipeline import operate
from ..bulk.plan import Options
from ..errors import AuthenticationError, JournalError
from ..journal import journal_folder
from ..journal.states import RunRecord
from ..model import Progress
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
        """Return the workbook that the run writes at its end."""
        return Path(self._options.output) if self._options.output is not None else None

    @property
    def rate(self) -> float:
        """Return the rows a second that ended lately."""
        if len(self._samples) < 2:
            return 0.0
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        return (now - before) / (last - first) if last > first else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Return the seconds until the end at the rate of late; None where that cannot be said."""
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
    """Return the run with this journal that is going on in this kernel, if there is one."""
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


_MONTH = 31 * 24 * 3600
_JOB = "job.json"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that somebody may want to go on with."""

    folder: Path
    choices: Choices
    account: str
    mode: str
    base_url: str
    started_at: float
    """Epoch seconds."""
    state: str = "interrupted"
    """`running` (by another program), else why it ended: `gone` where it ended without a word."""
    rows: int = 0
    done: int = 0
    """Rows of which the journal knows what came of them."""

    @property
    def file_is_there(self) -> bool:
        """Whether its file can still be read."""
        return self.choices.path is not None and self.choices.path.is_file()


class Drawer:
    """The folder beside the journal where jobs are written down before they run, readable by their owner only."""

    def __init__(self, connection: Connection | None = None) -> None:
        where = connection.journal if connection is not None else journal_setting()
        self._journal = where
        self.folder = journal_folder(where) / "wizard"

    def put(self, choices: Choices, connection: Connection, sha256: str) -> Path:
        """Write a job down, with a copy of an uploaded file; the same job again takes the place of the former.

        Raises:
            OSError: it cannot be written.
        """
        facts = {"operation": choices.operation, "sha256": sha256, "account": connection.account}
        folder = self.folder / f"{sha256[:16]}-{choices.operation}-{connection.account[:8]}-{connection.mode}"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if choices.uploaded and choices.path is not None:
            kept = folder / choices.path.name
            if kept != choices.path:
                shutil.copyfile(choices.path, kept)
                kept.chmod(0o600)
            choices = replace(choices, source=str(kept))
        elif choices.path is not None:
            choices = replace(choices, source=str(choices.path.resolve()))
        facts |= {"mode": connection.mode, "base_url": connection.base_url}
        record = {"choices": choices.to_record(), "started_at": time.time(), **facts}
        made = folder / f"{_JOB}.new"
        made.write_text(json.dumps(record), encoding="utf-8")
        made.chmod(0o600)
        os.replace(made, folder / _JOB)  # noqa: PTH105 - atomic on every system
        return folder

    def throw_away(self, folder: Path) -> None:
        """Forget a job and its copy of the file."""
        if folder.parent == self.folder:
            shutil.rmtree(folder, ignore_errors=True)

    def unfinished(self) -> list[Unfinished]:
        """List the jobs whose runs did not come to their end, the newest first; finished and old ones are forgotten."""
        found = []
        for folder in sorted(self.folder.glob("*/")) if self.folder.is_dir() else []:
            record = _read(folder)
            one = self._judged(folder, record) if record and time.time() - record["started_at"] < _MONTH else None
            if one is None:
                self.throw_away(folder)
            else:
                found.append(one)
        return sorted(found, key=lambda match: -match.started_at)

    def _judged(self, folder: Path, record: Mapping[str, Any]) -> Unfinished | None:
        """Ask the journal what became of a job; None where nothing of it is left to do."""
        one = Unfinished(
            folder,
            Choices.from_record(record["choices"]),
            record["account"],
            record["mode"],
            record["base_url"],
            record["started_at"],
        )
        try:
            last = self._last_run(record)
        except JournalError:
            return one
        if last is None:
            return replace(one, state="not_started")
        if not last.alive and last.stopped is None:
            return None
        state = "running" if last.alive else str(last.stopped)
        return replace(one, state=state, rows=last.total, done=_done(last))

    def _last_run(self, record: Mapping[str, Any]) -> RunRecord | None:
        with opened(None, self._journal) as (book, _):
            scope = book.scope(record["base_url"], record["mode"], record["account"])
            runs = book.runs(scope)
        fitting = (
            run
            for run in runs
            if run.source_sha256 == record["sha256"]
            and run.operation == record["operation"]
            and run.started_at >= (record["started_at"] - 1) * 1000
        )
        return next(fitting, None)


def _done(run: RunRecord) -> int:
    """Count the rows that a run came to; of one that ended without a word, those of which the journal knows."""
    if "not_sent" in run.counts:
        return max(0, run.total - run.counts["not_sent"])
    return min(run.total, sum(number for state, number in run.counts.items() if state != "claimed"))


def _read(folder: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        record = json.loads((folder / _JOB).read_text(encoding="utf-8"))
        if isinstance(record, dict) and isinstance(record.get("choices"), dict) and "sha256" in record:
            return record
    return None
