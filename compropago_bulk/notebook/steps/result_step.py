"""What came of it: counts, the rows to look at, the table, and the files to hand over."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from ...exports.html import outcome_word
from ...model import PILOT
from ...texts import say
from .. import parts as p
from .. import snippets
from ..jobs import Job
from ..views import Shown, show, stopped_word
from . import Desk, Step

MOST_ROWS = 200


class ResultStep(Step):
    """The last step."""

    name = "result"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        guard = desk.guard
        self._written: Path | None = None
        self._summary, self._files, self._wanting, self._table = p.html(), p.html(), p.html(), p.html()
        self._on = p.button(say("wizard", "run_again"), "cp-primary")
        self._csv = p.button(say("wizard", "make_csv"))
        self._personal = p.checkbox(say("wizard", "show_personal"))
        self._paid = p.button(say("wizard", "paid_open"))
        self._paid.on_click(guard(lambda _: self.desk.go("paid")))
        self._other = p.button(say("wizard", "other_operation"))
        self._new = p.button(say("wizard", "other_file"))
        self._on.on_click(guard(lambda _: self._go_on()))
        self._csv.on_click(guard(lambda _: self._write_csv()))
        self._personal.observe(guard(lambda _: self._show_tables()), "value")
        self._other.on_click(guard(lambda _: self.desk.go("check")))
        self._new.on_click(guard(lambda _: self.desk.go("file")))
        self.box = p.column(
            [
                p.heading("result_heading"),
                self._summary,
                p.row([self._on]),
                self._files,
                p.row([self._csv]),
                p.row([self._personal]),
                self._wanting,
                self._table,
                p.row([self._paid, self._other, self._new]),
            ]
        )

    def enter(self) -> None:
        """Show what came back."""
        job = self.session.job
        table = job.table if job is not None else None
        for item in (self._files, self._wanting, self._table):
            item.value = ""
        for item in (self._csv, self._personal, self._files):
            p.hide(item, table is None)
        self._written = None
        stopped = table.attrs["compropago"]["stopped"] if table is not None else None
        self._offer_the_rest(began=table is not None, stopped=stopped is not None)
        problem = p.alert(str(job.problem)) if job is not None and job.problem is not None else ""
        told = self._told(table, stopped) if table is not None else f"<p>{p.told('nothing_began')}</p>"
        self._summary.value = f"<div class='cp-view'>{problem}{told}</div>"
        if job is not None and table is not None:
            self._hand_over(job)
        self.desk.refresh()

    def _offer_the_rest(self, *, began: bool, stopped: bool) -> None:
        left = self._left()
        self._on.description = say("wizard", "send_the_rest", rows=f"{left:,}") if left else say("wizard", "run_again")
        self._on.tooltip = self._on.description
        p.hide(self._on, began and not stopped and not left)

    def _hand_over(self, job: Job) -> None:
        self._personal.value = False
        path = job.output
        self._written = path if path is not None and path.exists() else self.session.write_excel()
        self._files.value = p.download(self._written, say("wizard", "download_excel"))
        self._show_tables()

    def python(self) -> str:
        """Hand it over and show it."""
        return snippets.handing_over(self._written) if self._written is not None else ""

    @property
    def ready(self) -> bool:
        """There is no step after this one."""
        return False

    def _left(self) -> int:
        """Return the rows that a pilot kept back."""
        job = self.session.job
        if job is None or job.table is None:
            return 0
        return int((job.table["error_code"] == PILOT).sum())

    def _go_on(self) -> None:
        """Go and send what is missing; a pilot is over once somebody has looked at what came of it."""
        if self._left():
            self.session.choose(limit=None)
        self.desk.go("send")

    def _told(self, table: Any, stopped: str | None) -> str:
        counts = table.attrs["compropago"]["counts"]
        pairs = [(f"{number:,}", outcome_word(name, number)) for name, number in counts.items()]
        told = p.tiles(pairs)
        if stopped is not None:
            told += p.notice(
                say("wizard", "stopped", reason=stopped_word(stopped)) + " " + say("wizard", "nothing_twice")
            )
        if counts.get("unknown"):
            told += p.notice(say("wizard", "some_unknown"))
        return told

    def _show_tables(self) -> None:
        table = self.session.job.table if self.session.job is not None else None
        if table is None:
            return
        personal = self._personal.value
        wanting = show(table, personal=personal, rows=MOST_ROWS, attention=True)
        self._wanting.value = _titled("to_look_at", wanting) if len(wanting) else f"<p>{p.told('all_well')}</p>"
        self._table.value = _titled("all_rows", show(table, personal=personal, rows=MOST_ROWS))

    def _write_csv(self) -> None:
        def done(path: Any) -> None:
            self._files.value += p.download(path, say("wizard", "download_csv"))

        self.desk.work("busy_writing", self.session.write_csv, done)


def _titled(code: str, shown: Shown) -> str:
    return f"<div class='cp-view'><h3>{escape(say('wizard', code))} ({len(shown):,})</h3>{shown.table_html()}</div>"
