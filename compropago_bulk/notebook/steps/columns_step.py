"""What was understood: sheets, what stands in each column, what was left out; corrected by clicking."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as w

from ...sheets.headers import Recognition
from ...texts import say, sentences
from .. import parts as p
from .. import snippets
from ..views import head_of, said
from . import Desk, Step

FIELDS = (
    "reference",
    "customer_id",
    "name",
    "first_name",
    "last_name",
    "second_last_name",
    "email",
    "phone",
    "price",
    "amount",
    "exp_date",
    "expires_at",
    "product_id",
    "product_name",
    "product_url",
    "order_id",
    "account_name",
    "unit",
    "tower",
    "clabe",
)
NEEDED = {
    "createAccount": ("reference", "name", "email"),
    "createClabe": ("reference", "email"),
    "orders": ("reference", "name", "email", "price"),
    "verify": ("order_id",),
}
_LONGEST = 34


class ColumnsStep(Step):
    """The second step."""

    name = "columns"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._told, self._gone, self._notes = p.html(), p.html(), p.html()
        self._sheets = p.row([], "cp-middle")
        self._map = p.column([], "cp-map", "cp-grid")
        self._fields: dict[str, Any] = {}
        self._cells: list[tuple[Recognition, Any]] = []
        self.box = p.column(
            [
                p.heading("columns_heading", "columns_about"),
                self._told,
                self._gone,
                self._sheets,
                self._map,
                self._notes,
            ]
        )

    def enter(self) -> None:
        """Show what was understood."""
        counts = self.session.sheets()
        pairs = [(f"{len(self.session.frame):,}", say("wizard", "residents"))]
        pairs += [(f"{number:,}", say("wizard", "in_sheet", sheet=name)) for name, number in counts.items()]
        self._told.value = p.tiles(pairs)
        self._show_gone()
        self._show_sheets(counts)
        mapping = self.session.mapping()
        options = [(say("wizard", "not_used"), ""), *((label_of(item), item) for item in FIELDS)]
        self._fields = {}
        told = self.session.understood()
        self._cells = []
        self._map.children = [self._cell(text, mapping.get(text.header), options) for text in told]
        self._hint()
        self._notes.value = self._notes_html()
        self.desk.refresh()

    def python(self) -> str:
        """Read it, and see what was taken for what."""
        return snippets.reading(self.session.choices)

    def go_on(self) -> None:
        """Take the mapping, then check."""
        self._take()
        self.desk.go("check")

    def _show_gone(self) -> None:
        """Name the headers that are remembered of this condominium and no longer in the sheet."""
        words = [
            say("wizard", "header_gone", field=label_of(field), header=header)
            for field, header in self.session.gone.items()
            if self.session.choices.columns.get(field) == []
        ]
        self._gone.value = p.alert("\n".join(words)) if words else ""

    def _take(self) -> None:
        self.session.map({header: item.value or None for header, item in self._fields.items()})

    def _show_sheets(self, counts: dict[str, int]) -> None:
        skipped = [where for code, where in self.session.notes() if code == "sheets_skipped"]
        names = [*counts, *(part for where in skipped for part in where.split(", "))]
        boxes = {name: p.checkbox(name, name in counts) for name in names}
        again = p.button(say("wizard", "read_these"))

        def read(_: Any) -> None:
            self.session.choose(sheets=tuple(name for name, box in boxes.items() if box.value))
            self.desk.work("busy_reading", self.session.read, lambda _: self.enter())

        again.on_click(self.desk.guard(read))
        label = p.html(f"<b>{p.told('sheets')}</b>")
        self._sheets.children = [label, *boxes.values(), again] if len(names) > 1 else []

    def _cell(self, recognition: Recognition, field: str | None, options: list[Any]) -> Any:
        """Show one column: its header as a field's label, a few values, what it is taken for."""
        known = field if field in FIELDS else None
        header = recognition.header
        ours = {"outcome", "error_code"} <= set(self.session.headers)  # a person's own words stay as they are
        named = head_of(header) if ours else header
        chosen = p.field(w.Dropdown, named[:120], options=options, value=known or "")
        self._fields[header] = chosen
        values = " · ".join(
            escape(said(value, header if ours else "")[:_LONGEST]) for value in self.session.sample(header)
        )
        chosen.observe(self.desk.guard(self._changed), "value")
        hint = p.html()
        self._cells.append(
            (recognition, p.column([chosen, p.html(f"<span class='cp-muted'>{values}</span>"), hint], "cp-cell"))
        )
        return self._cells[-1][1]

    def _hint(self) -> None:
        """Say of each column what is still in doubt; a field that has been given to one is in doubt no more."""
        given = {value.value for value in self._fields.values()}
        for item, cell in self._cells:
            chosen, _, hint = cell.children
            doubt = item.how if not chosen.value and item.suggestion not in given else ""
            words = ""
            if doubt == "ambiguous":
                words = say("wizard", "ambiguous", field=label_of(str(item.suggestion)), others=", ".join(item.rivals))
            elif doubt == "suggested":
                words = say("wizard", "suggested", field=label_of(str(item.suggestion)))
            hint.value = p.notice(words) if words else ""
            for name, wanted in (("cp-doubt", doubt == "ambiguous"), ("cp-open", not chosen.value)):
                (cell.add_class if wanted else cell.remove_class)(name)

    def _changed(self, _: Any) -> None:
        self._take()
        self._show_gone()
        self._hint()
        self.desk.refresh()

    def _notes_html(self) -> str:
        lines = []
        for code, where in self.session.notes():
            words = say("wizard", f"note_{code}") if f"note_{code}" in sentences("wizard") else code
            lines.append(f"<li><b>{escape(words)}</b> {escape(where)}</li>")
        return f"<h3>{p.told('notes')}</h3><ul>{''.join(lines)}</ul>" if lines else ""


def label_of(field: str) -> str:
    """Name a field in the person's language."""
    return say("wizard", f"field_{field}") if f"field_{field}" in sentences("wizard") else field
