"""The run while it goes on: how far, how fast, how long still; pause, go on, stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from html import escape

from ...exports.html import counts_line
from ...texts import say
from .. import parts as p
from ..jobs import Job
from . import Desk, Step
from .send_step import reads, sending_code

OFTEN = 0.25
"""Seconds between two drawings: a notebook's channel takes no more."""


class RunStep(Step):
    """The fifth step."""

    name = "run"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        guard = desk.guard
        self._shown = p.html()
        self._pause = p.button(say("wizard", "pause"), icon="pause")
        self._resume = p.button(say("wizard", "resume"), "cp-primary", icon="play")
        self._stop = p.button(say("wizard", "stop"), icon="stop")
        self._pause.on_click(guard(lambda _: self._told(Job.pause)))
        self._resume.on_click(guard(lambda _: self._told(Job.resume)))
        self._stop.on_click(guard(lambda _: self._told(Job.stop)))
        self._drawn = 0.0
        self._lock = threading.Lock()
        buttons = p.row([self._pause, self._resume, self._stop])
        self._heading = p.html()
        self.box = p.column([self._heading, self._shown, buttons])

    def enter(self) -> None:
        """Watch the run."""
        self._drawn = 0.0
        self._heading.value = p.heading_html("run_heading_read" if reads(self.session) else "run_heading", "run_about")
        if self.session.job is not None:
            self.session.job.watch(self._watch)

    def python(self) -> str:
        """Send."""
        return sending_code(self.session)

    @property
    def ready(self) -> bool:
        """Wait for the end, which leads on by itself."""
        return False

    def _told(self, do: Callable[[Job], None]) -> None:
        if self.session.job is not None:
            do(self.session.job)
            self._draw(self.session.job)

    def _watch(self, job: Job) -> None:
        """Draw now and then; from the run's threads."""
        if job is not self.session.job:
            job.leave(self._watch)
            return
        if job.ended.is_set():
            with self._lock:
                self._draw(job)
            job.leave(self._watch)
            self.session.settle()
            self.desk.go("result")
        elif time.monotonic() - self._drawn >= OFTEN:
            with self._lock:
                self._draw(job)

    def _draw(self, job: Job) -> None:
        self._drawn = time.monotonic()
        paused, stopping = job.control.paused, job.control.stopping
        self._pause.disabled, self._resume.disabled = paused or stopping, not paused or stopping
        self._stop.disabled = stopping
        told = job.progress
        if told is None:
            self._shown.value = f"<p>{p.told('starting')}</p>"
            return
        pairs = [
            (f"{told.done:,} / {told.total:,}", say("wizard", "rows")),
            (f"{job.rate:.1f}", say("wizard", "a_second")),
            (clock(job.seconds_left), say("wizard", "time_left")),
        ]
        state = "stopping" if stopping else "paused" if paused else None
        message = say("wizard", state) if state else told.message
        self._shown.value = (
            f"<div class='cp-view'>{p.bar(dict(told.counts), told.done, told.total)}"
            f"<p>{counts_line(told.counts)}</p>{p.tiles(pairs)}"
            f"<p role='status' aria-live='polite'><b>{escape(message or '')}</b>&nbsp;</p></div>"
        )


def clock(seconds: float | None) -> str:
    """Write seconds as minutes and seconds."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
