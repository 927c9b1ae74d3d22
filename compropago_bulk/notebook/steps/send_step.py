"""Choose keys and manner, see what it would set in motion, say yes, in live mode by typing the number; and watch it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd

from ...api.settings import keys_are_set
from ...bulk.plan import Cost
from ...errors import LooksSentError
from ...exports.html import counts_line, figures
from ...texts import say
from .. import parts as p
from .. import snippets
from ..jobs import Job
from ..session import Session
from . import Desk, Step

MOST_KNOWN = 5
"""Rows that a question about a sheet that looks sent shows."""


class SendStep(Step):
    """The fourth step."""

    name = "send"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        guard = desk.guard
        self._filling = False
        self._keys = p.field(w.RadioButtons, say("wizard", "which_keys"), options=self._sources())
        self._secret = p.field(w.Password, say("wizard", "secret_key"), placeholder="sk_…")
        self._public = p.field(w.Password, say("wizard", "public_key"), placeholder="pk_…")
        self._take = p.button(say("wizard", "use_keys"))
        self._typed = p.row([self._secret, self._public, self._take])
        self._limit = p.field(w.Text, say("wizard", "ask_limit"), continuous_update=False)
        self._redirect = p.field(w.Text, say("wizard", "ask_redirect"), continuous_update=False)
        changes = [(say("wizard", f"on_change_{name}"), name) for name in ("report", "keep", "resend")]
        self._change = p.field(w.Dropdown, say("wizard", "ask_on_change"), options=changes)
        self._renew = p.checkbox(say("wizard", "ask_renew"))
        self._open = p.checkbox(say("wizard", "ask_only_open"))
        self._found = p.html()
        self._number = p.field(w.Text, "")
        self._start = p.button(say("wizard", "start_nothing"), "cp-primary")
        self._gate = p.column([], "cp-panel")
        self._keys.observe(guard(self._switch), "value")
        self._take.on_click(guard(lambda _: self._use_typed()))
        for item in (self._limit, self._redirect, self._change, self._renew, self._open):
            item.observe(guard(self._changed), "value")
        self._number.observe(guard(lambda _: self._judge()), "value")
        self._start.on_click(guard(lambda _: self._begin()))
        self.box = p.column(
            [
                p.heading("send_heading", "send_about"),
                self._keys,
                self._typed,
                p.row([self._limit, self._redirect, self._change]),
                p.row([self._renew, self._open]),
                self._found,
                self._gate,
            ]
        )

    def _sources(self) -> list[tuple[str, str]]:
        given = [("given", self.session.has_given), ("environment", keys_are_set())]
        found = [name for name, there in given if there] + ["typed", "sandbox"]
        return [(say("wizard", f"keys_{name}"), name) for name in found]

    def enter(self) -> None:
        """Show the choices, and count what would go out."""
        chosen = self.session.choices
        self._filling = True
        self._keys.value = self.session.keys
        self._limit.value = "" if chosen.limit is None else str(chosen.limit)
        self._redirect.value, self._change.value = chosen.redirect_to or "", chosen.on_change
        self._renew.value, self._open.value = chosen.renew_expired, chosen.only_open
        self._filling = False
        self._arrange()
        self._count()

    def python(self) -> str:
        """Count, then send."""
        return sending_code(self.session)

    @property
    def ready(self) -> bool:
        """Never go on by the common button: only the start button starts."""
        return False

    # keys

    def _switch(self, change: Any) -> None:
        if self._filling:
            return
        known: dict[str, Callable[[], None]] = {
            "given": self.session.use_given,
            "environment": self.session.use_environment,
            "sandbox": self.session.use_sandbox,
        }
        self.desk.work("busy_connecting", known.get(change["new"], self.session.use_none), lambda _: self._count())

    def _use_typed(self) -> None:
        """Take the typed keys and empty the fields at once, so that no saved notebook holds them."""
        try:
            self.session.use_typed(self._secret.value, self._public.value)
        finally:
            self._secret.value = self._public.value = ""
        self._count()

    # manner

    def _changed(self, _: Any) -> None:
        if self._filling:
            return
        limit = self._limit.value.strip()
        if limit and not limit.isdigit():
            raise ValueError(say("wizard", "not_a_number", text=limit))
        self.session.choose(
            limit=int(limit) if limit else None,
            redirect_to=self._redirect.value.strip() or None,
            on_change=self._change.value,
            renew_expired=self._renew.value,
            only_open=self._open.value,
        )
        self._count()

    def _arrange(self) -> None:
        """Show the fields that mean something here."""
        operation, mode = self.session.choices.operation, self.session.mode
        p.hide(self._typed, self._keys.value != "typed")
        p.hide(self._redirect, mode == "live" or operation == "verify")
        p.hide(self._change, operation == "verify")
        p.hide(self._renew, operation != "orders")
        p.hide(self._open, operation != "verify")

    # the count and the gate

    def _count(self) -> None:
        self._found.value, self._gate.children = "", []
        self._arrange()
        self.desk.refresh()
        if self.session.mode == "live":
            self.session.choose(redirect_to=None)  # a rehearsal is for test mode only
        if self.session.connection is None:
            wanted = "keys_type" if self._keys.value == "typed" else "keys_first"
            self._found.value = p.notice(say("wizard", wanted))
        else:
            self.desk.work("busy_counting", self.session.look_ahead, lambda _: self._show())

    def _show(self) -> None:
        found = self.session.preview
        assert found is not None  # noqa: S101 - just counted
        cost = found.cost
        pairs = [(f"{cost.requests:,}", say("wizard", "requests")), *p.messages(cost.emails, cost.sms)]
        pairs += [(f"${found.amount:,.2f}", say("wizard", "amount"))] if found.amount else []
        pairs += [p.minutes(found.minutes)]
        chips = counts_line(found.counts)
        told = p.notice(say("wizard", "some_unknown")) if found.counts.get("unknown") else ""
        told += p.notice(say("wizard", "some_conflict")) if found.counts.get("conflict") else ""
        self._found.value = f"<div class='cp-view'>{p.tiles(pairs)}<p>{chips}</p>{told}</div>"
        self._show_gate(cost, kind="read" if reads(self.session) else found.mode)
        self.desk.refresh()

    def _show_gate(self, cost: Cost, *, kind: str) -> None:
        if self.session.preview is not None and self.session.preview.held is not None:
            self._ask(self.session.preview.held)
            return
        requests = cost.requests
        live = kind == "live"
        self._start.description = say("wizard", f"start_{kind}", requests=f"{requests:,}")
        for name, wanted in (("cp-danger", live), ("cp-primary", not live)):
            (self._start.add_class if wanted else self._start.remove_class)(name)
        (self._gate.add_class if live else self._gate.remove_class)("live")
        self._number.value = ""
        if not requests:
            self._gate.children = [p.html(f"<p>{p.told('nothing_to_send')}</p>"), self._start]
            self._start.description = say("wizard", "start_nothing")
        elif live:
            words = p.told(
                "live_words", requests=f"{requests:,}", emails=f"{cost.emails:,}", sms=f"{cost.sms:,}", host=cost.host
            )
            self._number.description = say("wizard", "type_number", requests=requests)
            self._gate.children = [p.html(f"<p><b>{words}</b></p>"), p.row([self._number, self._start])]
        else:
            self._gate.children = [p.html(f"<p>{p.told(f'{kind}_words')}</p>"), self._start]
        self._start.tooltip = self._start.description
        self._judge()

    def _ask(self, held: LooksSentError) -> None:
        """Ask whether it is another job, or the same that went out already: who, when, and three ways on."""
        first = held.known.iloc[0]
        words = {"rows": held.rows, "date": f"{first['sent_at']:%d/%m/%Y}", "then": first["known_key"]}
        question = p.told(f"asked_{held.reason}", now=first["key"], **words)
        ways = [("asked_send", self._send_all_the_same), ("asked_mend", "check"), ("asked_leave", "file")]
        buttons = []
        for code, way in ways:
            made = p.button(say("wizard", code))
            act = way if callable(way) else lambda where=way: self.desk.go(where)
            made.on_click(self.desk.guard(lambda _, act=act: act()))
            buttons.append(made)
        self._gate.remove_class("live")
        shown = held.known[["source_sheet", "source_row", "key", "known_key", "sent_at"]].head(MOST_KNOWN)
        rows = [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
        heads = [say("wizard", f"asked_head_{name}") for name in ("sheet", "row", "now", "then", "when")]
        more = p.told("asked_more", rows=held.rows - MOST_KNOWN) if held.rows > MOST_KNOWN else ""
        table = figures(heads, rows)
        self._gate.children = [p.html(f"<p><b>{question}</b></p>{table}<p>{more}</p>"), p.row(buttons)]

    def _send_all_the_same(self) -> None:
        self.session.choose(again=True)
        self._count()

    def _judge(self) -> None:
        """Let the start button be pressed only when everything has been said."""
        found = self.session.preview
        gated = self._number in _all_children(self._gate)
        typed = self._number.value.strip().replace(",", "")
        self._start.disabled = found is None or (gated and typed != str(found.cost.requests))

    def _begin(self) -> None:
        typed = self._number.value.strip().replace(",", "")
        self._start.disabled = True
        self.session.start(confirmed=int(typed) if typed.isdigit() else None)
        self.desk.go("run")


def reads(session: Session) -> bool:
    """Whether what was chosen only looks, so that nobody is written to."""
    return session.choices.operation == "verify"


def sending_code(session: Session) -> str:
    """Return the Python that sends as it was chosen."""
    choices = session.choices
    live = session.mode == "live" and not reads(session)
    return snippets.sending(choices, session.keys, live=live, output=session.folder / choices.result_name())


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:%d/%m/%Y %H:%M}" if isinstance(value, datetime) else str(value)


def _all_children(box: Any) -> list[Any]:
    return [inner for child in box.children for inner in (child, *getattr(child, "children", ()))]


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
