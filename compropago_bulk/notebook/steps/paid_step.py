"""Who has paid: the audit of the sheet that was billed, its picture, its workbook, the texts, one flat's page."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from ...bulk.lists import list_accounts
from ...bulk.sandbox import Sandbox
from ...errors import ConfigurationError
from ...reports.audit import Audit
from ...reports.build_audit import audit_orders
from ...reports.build_ledger import ledger
from ...reports.build_statement import statement
from ...texts import say
from .. import parts as p
from .. import snippets
from . import Desk, Step

WEEK = timedelta(days=7)
_STYLE = re.compile("<style>.*?</style>", re.DOTALL)
"""The page has it already."""


class PaidStep(Step):
    """The second half of the job."""

    name = "paid"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._audit: Audit | None = None
        self._texts: Any = None
        self._book: Path | None = None
        """The workbook of this look, which a later look at the same sheet replaces."""
        self._look = p.button(say("wizard", "paid_look"), "cp-primary")
        self._pay = p.button(say("wizard", "paid_pay"))
        self._week = p.button(say("wizard", "paid_week"))
        self._practice = p.row([self._pay, self._week])
        self._account = p.field(w.Dropdown, say("wizard", "paid_account"), options=[])
        self._state = p.button(say("wizard", "paid_state"))
        self._stated = p.html()
        self._statement = p.column([self._account, p.row([self._state]), self._stated], "cp-panel")
        self._found, self._picture, self._files = p.html(), p.html(), p.html()
        self._whom = p.field(w.Dropdown, say("wizard", "paid_whom"), options=[])
        self._text = p.field(w.Textarea, say("wizard", "paid_text"), rows=9)
        self._page = p.button(say("wizard", "paid_page"))
        self._csv = p.button(say("wizard", "paid_csv"))
        self._own = p.html()
        self._letters = p.column([self._whom, self._text, p.row([self._page, self._csv]), self._own], "cp-panel")
        self._listen()
        self.box = p.column(
            [
                p.heading("paid_heading", "paid_about"),
                p.row([self._look]),
                self._practice,
                self._found,
                self._picture,
                self._files,
                self._letters,
                self._statement,
            ]
        )

    def _listen(self) -> None:
        """Say what each button does."""
        self._look.on_click(self.desk.guard(lambda _: self._ask()))
        self._pay.on_click(self.desk.guard(lambda _: self._some_pay()))
        self._week.on_click(self.desk.guard(lambda _: self._time_passes()))
        self._state.on_click(self.desk.guard(lambda _: self._make_statement()))
        self._page.on_click(self.desk.guard(lambda _: self._write_page()))
        self._csv.on_click(self.desk.guard(lambda _: self._write_texts()))
        self._whom.observe(self.desk.guard(lambda _: self._show_text()), "value")

    def enter(self) -> None:
        """Show what was found for this sheet, if anything."""
        if self._audit is None or self._audit.source.sha256 not in (None, self.session.hash):
            self._audit = self._book = None
        p.hide(self._practice, self.session.practice is None)
        self._offer_accounts()
        self._show()

    @property
    def ready(self) -> bool:
        """There is no step after this one."""
        return False

    def python(self) -> str:
        """Audit the sheet."""
        return snippets.auditing(self.session.choices, self.session.keys)

    def _ask(self) -> None:
        if self.session.connection is None:
            raise ConfigurationError(say("wizard", "paid_keys"))
        self.desk.work("busy_reading_orders", self._read, self._take)

    def _read(self) -> Audit:
        chosen = self.session.choices
        return audit_orders(
            self.session.frame,
            connection=self.session.connection,
            profile=chosen.profile,
            columns=dict(chosen.columns) or None,
            id_prefix=chosen.id_prefix,
            progress=False,
        )

    def _take(self, audit: Any) -> None:
        self._audit = audit
        self._show()

    # the statement, where the API's edition has the lists

    def _offer_accounts(self) -> None:
        connection = self.session.connection
        has_lists = connection is not None and connection.contract == "2019-08"
        p.hide(self._statement, not has_lists)
        if has_lists:
            self.desk.work("busy_reading_accounts", lambda: list_accounts(connection), self._take_accounts)

    def _take_accounts(self, accounts: Any) -> None:
        pairs = [(f"{line['name']} · {line['account_id']}", line["account_id"]) for line in accounts.to_dict("records")]
        self._account.options = pairs
        self._account.value = pairs[0][1] if pairs else None
        self._stated.value = ""

    def _make_statement(self) -> None:
        chosen = self.session.choices

        def write() -> tuple[Any, Path]:
            made = statement(
                self.session.frame,
                self._account.value,
                connection=self.session.connection,
                profile=chosen.profile,
                columns=dict(chosen.columns) or None,
                id_prefix=chosen.id_prefix,
                progress=False,
            )
            return made, made.export_excel(self.session.free_output(self._named("estado-de-cuenta")))

        def done(found: Any) -> None:
            made, path = found
            shown = _STYLE.sub("", made._repr_html_())
            self._stated.value = shown + p.download(path, say("wizard", "paid_statement"))

        self.desk.work("busy_reading_orders", write, done)

    # practising

    def _box(self) -> Sandbox:
        box = self.session.practice
        assert box is not None  # noqa: S101 - the buttons are hidden without one
        return box

    def _some_pay(self) -> None:
        """Let every second resident who owes pay."""
        open_ = [order.order_id for order in self._box().server.ledger.orders if order.status == "PENDING"]
        for order_id in open_[::2]:
            self._box().pay(order_id)
        self._ask()

    def _time_passes(self) -> None:
        self._box().advance(WEEK)
        self._ask()

    # showing

    def _show(self) -> None:
        audit = self._audit
        for item in (self._found, self._picture, self._files, self._own):
            item.value = ""
        p.hide(self._letters, audit is None)
        if audit is not None:
            self._found.value = _STYLE.sub("", audit._repr_html_())
            self._picture.value = picture_of(audit)
            self._texts = audit.messages()
            self._offer_texts()
            self._book = audit.export_excel(self._book or self.session.free_output(self._named("cobranza")))
            self._files.value = p.download(self._book, say("wizard", "paid_workbook"))
        self.desk.refresh()

    def _named(self, word: str, suffix: str = ".xlsx") -> str:
        path = self.session.choices.path or Path("residentes.xlsx")
        return f"{path.stem}-{word}{suffix}"

    def _offer_texts(self) -> None:
        pairs = [(_label(line), place) for place, line in enumerate(self._texts.to_dict("records"))]
        self._whom.options = [(say("wizard", "paid_nobody"), None), *pairs]
        self._whom.value = None
        self._show_text()

    def _show_text(self) -> None:
        chosen = self._whom.value
        line = None if chosen is None else self._texts.iloc[chosen]
        for item in (self._text, self._page):
            p.hide(item, line is None)
        self._own.value = ""
        if line is not None:
            held = say("wizard", "paid_held", why=why_held(line["hold"])) if pd.notna(line["hold"]) else ""
            self._text.value = held or str(line["text"])
            note = p.notice(str(line["note"])) if pd.notna(line["note"]) else ""
            self._own.value = note

    def _write_page(self) -> None:
        line, audit = self._texts.iloc[self._whom.value], self._audit
        key = next(str(line[name]) for name in ("customer_id", "unit", "name") if pd.notna(line[name]))

        def write() -> Path:
            return ledger(audit).for_resident(key).export_excel(self.session.free_output(self._named(f"cuenta-{key}")))

        def done(path: Any) -> None:
            self._own.value += p.download(path, say("wizard", "paid_own"))

        self.desk.work("busy_writing", write, done)

    def _write_texts(self) -> None:
        def done(path: Any) -> None:
            self._files.value += p.download(path, say("wizard", "paid_csv"))

        name = self._named("textos", ".csv")
        self.desk.work("busy_writing", lambda: self.session.write_table(self._texts, name), done)


def _label(line: dict[str, Any]) -> str:
    parts = [str(line[name]) for name in ("unit", "name") if pd.notna(line[name])]
    sign = "" if pd.isna(line["hold"]) else " ⏸"
    return f"{' · '.join(parts) or line['customer_id']} · ${line['amount']:,.2f}{sign}"


def why_held(code: str) -> str:
    """Say in words why nobody writes to a resident."""
    words = {"unread": "held_unread", "resident_changed": "held_changed", "do_not_contact": "held_quiet"}
    return say("wizard", words.get(code, "held_problem"))


def picture_of(audit: Audit) -> str:
    """Draw an audit as a picture in the page; nothing where there is no matplotlib."""
    try:
        figure = audit.plot()
    except ConfigurationError:
        return ""
    kept = BytesIO()
    figure.savefig(kept, format="png", dpi=80)
    data = base64.b64encode(kept.getvalue()).decode("ascii")
    words = p.told("paid_picture")
    return (
        f"<img class='cp-picture' style='max-width:100%;height:auto' alt='{words}' src='data:image/png;base64,{data}'>"
    )
