"""Say what for, and see what would be sent and what to mend, cell by cell."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from ...bulk.check_report import CLASSES, Check, heads
from ...errors import SheetError
from ...exports.html import table
from ...texts import say
from .. import parts as p
from .. import snippets
from ..choices import CONSTANTS, OPERATIONS
from . import Desk, Step
from .columns_step import label_of

MOST_PROBLEMS = 300


class CheckStep(Step):
    """The third step."""

    name = "check"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        guard = desk.guard
        options = [(say("wizard", f"operation_{item}"), item) for item in OPERATIONS]
        self._operation = p.field(w.RadioButtons, say("wizard", "what_for"), options=options)
        asked = dict.fromkeys(name for names in CONSTANTS.values() for name in names)
        self._values = {name: p.field(w.Text, say("wizard", f"ask_{name}"), continuous_update=False) for name in asked}
        for name in asked:
            self._values[name].placeholder = say("wizard", f"example_{name}")
        self._prefix = p.field(w.Text, say("wizard", "ask_id_prefix"), continuous_update=False, placeholder="ALA-")
        self._do = p.button(say("wizard", "do_check"), "cp-primary")
        self._found, self._link = p.html(), p.html()
        self._marked = p.button(say("wizard", "make_marked"))
        self._paid = p.button(say("wizard", "paid_open"))
        self._paid.on_click(guard(lambda _: self.desk.go("paid")))
        self._filling = False
        for item in (self._operation, self._prefix, *self._values.values()):
            item.observe(guard(self._changed), "value")
        self._do.on_click(guard(lambda _: self._check()))
        self._marked.on_click(guard(lambda _: self._mark()))
        self.box = p.column(
            [
                p.heading("check_heading", "check_about"),
                self._operation,
                p.row([*self._values.values(), self._prefix]),
                p.row([self._do, self._paid]),
                self._found,
                p.row([self._marked]),
                self._link,
                self._memory_box(),
            ]
        )

    def _memory_box(self) -> Any:
        self._name = p.field(w.Text, say("wizard", "remember_name"), continuous_update=False)
        self._logo = p.field(w.Dropdown, say("wizard", "remember_logo"), options=[""])
        self._remember, self._kept = p.button(say("wizard", "remember")), p.html()
        self._remember.on_click(self.desk.guard(lambda _: self._keep()))
        return p.column([p.row([self._name, self._logo, self._remember]), self._kept], "cp-panel")

    def enter(self) -> None:
        """Show the choices and what is known of them."""
        self._filling = True
        self._operation.value = self.session.choices.operation
        self._prefix.value = self.session.choices.id_prefix
        for name, value in self._values.items():
            value.value = str(self.session.choices.values.get(name, ""))
        self._filling = False
        self._offer_to_remember()
        self._show()

    def _offer_to_remember(self) -> None:
        """Offer to keep what was chosen for this condominium, under the name that it has already."""
        session = self.session
        names = {path: name for name, path in session.profiles().items()}
        self._name.value = names.get(session.choices.profile or "", self._name.value)
        pictures = {str(session.folder / name): name for name in session.pictures()}
        now = session.logo or ""
        if now:
            pictures.setdefault(now, Path(now).name)
        self._logo.options = [(say("wizard", "no_logo"), ""), *((name, path) for path, name in pictures.items())]
        self._logo.value = now
        p.hide(self._logo, not pictures)
        self._kept.value = ""

    def _keep(self) -> None:
        name = self._name.value.strip()
        if not name:
            raise ValueError(say("wizard", "fill_in", what=say("wizard", "remember_name")))
        path = self.session.remember(name, self._logo.value or None)
        self._kept.value = p.notice(say("wizard", "remembered", file=path.name, folder=path.parent))
        self.desk.refresh()

    @property
    def ready(self) -> bool:
        """Whether a check found something to send."""
        return self.session.check is not None and len(self.session.check.ready) > 0

    def python(self) -> str:
        """Check it."""
        found = self.session.check
        marked = self.session.folder / self.session.marked_name
        mend = found is not None and len(found.problems) > 0
        return snippets.checking(self.session.choices, self.session.keys, marked=marked if mend else None)

    def go_on(self) -> None:
        """Go to the sending."""
        self.desk.go("send")

    def _changed(self, _: Any) -> None:
        if self._filling:
            return
        self.session.choose(
            operation=self._operation.value,
            id_prefix=self._prefix.value.strip(),
            values={name: value.value for name, value in self._values.items() if value.value.strip()},
        )
        self._show()

    def _check(self) -> None:
        chosen = self.session.choices
        mapped = {field for field in self.session.mapping().values() if field}
        for name in CONSTANTS[chosen.operation]:
            if not chosen.values.get(name, "").strip() and name not in mapped:
                raise ValueError(say("wizard", "fill_in", what=label_of(name)))
        self.desk.work("busy_checking", self._ask, lambda _: self._show())

    def _ask(self) -> Check:
        """Check; a field without its column is said as the step Columns mends it, not as code does."""
        try:
            return self.session.ask()
        except SheetError as problem:
            sentence = {"missing_required_column": "column_missing", "ambiguous_header": "column_ambiguous"}
            field = str(problem.details.get("field", ""))
            if problem.code not in sentence or not field:
                raise
            name = label_of("reference" if field == "customer_id" else field)
            raise SheetError(say("wizard", sentence[problem.code], field=name), code=problem.code) from None

    def _show(self) -> None:
        operation = self.session.choices.operation
        for name, value in self._values.items():
            p.hide(value, name not in CONSTANTS[operation])
        p.hide(self._prefix, operation == "verify")
        found = self.session.check
        self._found.value = check_html(found) if found is not None else ""
        self._link.value = ""
        p.hide(self._marked, found is None or not len(found.problems))
        self.desk.refresh()

    def _mark(self) -> None:
        def show(path: Any) -> None:
            self._link.value = p.download(path, say("wizard", "download_marked"))

        self.desk.work("busy_writing", self.session.write_marked, show)


def check_html(found: Check) -> str:
    """Show a check: what it would cost, what to mend."""
    cost = found.estimate
    pairs = [(f"{len(found.ready):,}", say("wizard", "rows_ready")), (f"{cost.requests:,}", say("wizard", "requests"))]
    pairs += p.messages(cost.emails, cost.sms)
    pairs += [(f"${cost.amount:,.2f}", say("wizard", "amount"))] if cost.amount else []
    pairs += [p.minutes(cost.requests / cost.rate / 60)]
    rows_html = found.problem_rows(MOST_PROBLEMS)
    listed = table(heads(), rows_html, label=say("wizard", "problems"), classes=CLASSES)
    if len(found.problems) > MOST_PROBLEMS:
        listed += f"<p>{p.told('more_rows', rows=len(found.problems) - MOST_PROBLEMS)}</p>"
    passed = [
        say("wizard", "passed_by", columns=", ".join(f"«{label}»" for label in labels), field=label_of(name))
        for name, labels in found.passed_by.items()
    ]
    notes = "".join(f"<li>{escape(item)}</li>" for item in passed)
    lines = "".join(f"<p>{escape(line)}</p>" for line in found.verdict()[1:])
    return (
        f"<div class='cp-view'>{p.tiles(pairs)}{lines}{listed if rows_html else ''}"
        + (f"<ul class='cp-muted'>{notes}</ul>" if notes else "")
        + "</div>"
    )
