"""Runs that did not come to their end: what was chosen for them, kept beside the journal until they do."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..api.connection import Connection
from ..api.settings import journal_setting
from ..bulk.past import opened
from ..errors import JournalError
from ..sending.journal import journal_folder
from ..sending.journal.records import RunRecord
from .choices import Choices

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
        """Tell whether its file can still be read."""
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
        return sorted(found, key=lambda one: -one.started_at)

    def _judged(self, folder: Path, record: Mapping[str, Any]) -> Unfinished | None:
        """Ask the journal what became of a job; None where nothing of it is left to do."""
        one = Unfinished(
            folder, Choices.from_record(record["choices"]), record["account"], record["mode"], record["base_url"],
            record["started_at"],
        )  # fmt: skip
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
            run for run in runs
            if run.source_sha256 == record["sha256"] and run.operation == record["operation"]
            and run.started_at >= (record["started_at"] - 1) * 1000
        )  # fmt: skip
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
