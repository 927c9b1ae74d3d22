"""Who has paid, who owes, since when, and how one knows: an audit, with its views."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ..exports.heading import Heading
from ..exports.html import card, figures
from ..exports.html import table as table_of
from ..texts import say
from ..values import is_blank, shown
from .amounts import add_up, day_of, moment_of, shown_moment, written
from .facts import EXPIRED, OPEN, PAID, Fact, _label, ageing_of, by_value, label_of, owed, summary_of
from .problems import AuditProblem, gathered
from .sheet_rows import Source

SHOWN = 12
"""Problems that a notebook shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """Who has paid, who owes, since when, and how one knows. Amounts in MXN, times of Mexico City.

    Attributes:
        orders: the rows of the source with today's answers, as `verify_orders` gives them.
        changes: since the last audit: `order_id`, `previous_status`, `status` (string).
        problems: `order_id`, `code`, `message`, `sheet_value`, `api_value` (string).
        notes: about all of it, each beginning with its code and a colon.
        id: under which it is kept; None where it could not be kept.
        seal: the SHA-256 that it was sealed with; `audits` says whether all is as it was.
        mode: `test` or `live`.
        source: from which file it was made, and its SHA-256.
    """

    orders: Any
    changes: Any
    problems: Any
    notes: list[str]
    facts: Sequence[Fact] = field(repr=False)
    troubles: Sequence[AuditProblem] = field(repr=False)
    made: int = field(repr=False)
    """Epoch milliseconds."""
    source: Source
    mode: str | None
    id: int | None = None
    seal: str | None = None
    elsewhere: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By customer, folded: orders that the journal knows, this audit does not have and nobody has paid; how many, and
    their sum in centavos."""
    heading: Heading = field(default=Heading(), repr=False)
    stopped: str | None = None
    """Why not every order was read: `interrupted`, `outage`; None where all were."""

    @property
    def made_at(self) -> datetime:
        """Return when it was made."""
        return moment_of(self.made)

    @property
    def summary(self) -> Any:
        """Return a line for each status: `orders`, `amount` (MXN), `share` of the amount (0 to 1)."""
        return summary_of(self.facts)

    @property
    def ageing(self) -> Any:
        """Return what is owed by the months since it was due: `orders`, `amount` (MXN), `share` (0 to 1).

        Due is what the sheet says, else the order's `expires_at`. The lines: `current`, `1`, `2-3`, `more than 3`. An
        order that was raised again counts once, and not at all once either is paid.
        """
        return ageing_of(self.facts, day_of(self.made))

    @property
    def ok(self) -> bool:
        """Whether nothing needs a person: no problems, and every order was read."""
        return not len(self.problems) and self.stopped is None and not self.unread

    @property
    def unread(self) -> int:
        """Count the orders, renewed and second ones too, that could not be read: nobody knows how they stand."""
        return sum(fact.unread for fact in self.facts)

    def by(self, column: Hashable) -> Any:
        """Add up by a column of the source: a tower, a unit, a product.

        Args:
            column: its label, or a field that it was recognised as (`tower`, `unit`).

        Returns:
            DataFrame: a line a value: `orders`, `amount`, `paid`, `owed` (MXN), `paid_share` (0 to 1).

        Raises:
            KeyError: there is no such column.
        """
        label = _label(self.orders, column)
        values = [None if is_blank(item) else item for item in self.orders.iloc[:, label].astype(object)]
        return by_value(
            self.facts, [say("reports", "blank") if value is None else shown(value) for value in values], column
        )

    def messages(self, template: str | None = None, lang: str | None = None, skip: Any = ()) -> Any:
        """Write a text for each resident who owes, for mail merge or WhatsApp; nothing is ever sent from here.

        Args:
            template: with `{name}`, `{unit}`, `{amount}`, `{clabe}`, `{due}`, `{concept}` where they shall stand; else
                a polite one of ours.
            lang: `es` or `en`; else the person's language.
            skip: whom nobody writes to: references, units, e-mails, phones, CLABEs or names. A row of the sheet with
                `No contactar` or `En jurídico`, or a ticked column of that name, is skipped too.

        Returns:
            DataFrame: a line a resident: `customer_id`, `name`, `unit`, `email`, `phone`, `orders` (Int64), `amount`
            (Float64, MXN), `clabe`, `due` (Mexico City), `hold`, `text` and `note` (string). Where `hold` says why,
            there is no text: a problem that somebody must settle first, `unread`, `resident_changed`, or
            `do_not_contact`. `note` tells what the resident owes besides, and is not in the text.

        Raises:
            ValueError: the template names something else.
        """
        from .reminders import letters

        return letters(self, template, lang, [skip] if isinstance(skip, str) else skip)

    def plot(self) -> Any:
        """Draw how orders stand month by month, and the money over time; readable in greyscale.

        Returns:
            matplotlib Figure: shows itself in a notebook; `.savefig(path)` keeps it.

        Raises:
            ConfigurationError: matplotlib is not installed (`pip install "compropago-bulk[plots]"`).
        """
        from .plot import draw

        return draw(self.facts, self.made)

    def export_excel(
        self, path: str | Path, *, lang: str | None = None, title: str | None = None, logo: str | Path | None = None
    ) -> Path:
        """Write a workbook to hand over and print: one sheet a view, a chart, and when and from what it was made.

        Args:
            lang: `es` or `en`; else the person's language.
            title, logo: the condominium's name and a PNG or JPEG picture for the head of each page; else the profile's.

        Returns:
            Path: where it went (`name (2).xlsx` while another program holds the file).

        Raises:
            ConfigurationError: the folder does not exist or may not be written to.
        """
        from .audit_book import write_audit

        return write_audit(self, path, lang, self.heading.with_own(title, logo))

    def totals(self) -> dict[str, int]:
        """Return what is paid, open, expired and owed, in centavos."""
        by_status = {
            name: add_up(fact.amount for fact in self.facts if fact.counts and fact.status == status)
            for name, status in (("paid", PAID), ("open", OPEN), ("expired", EXPIRED))
        }
        due = add_up(fact.amount for fact in owed(self.facts))
        return {"amount": add_up(fact.amount for fact in self.facts if fact.counts), **by_status, "owed": due}

    def lines(self, lang: str | None = None) -> list[str]:
        """Say the whole in a few plain sentences, without personal data."""
        money = self.totals()
        orders = sum(fact.counts for fact in self.facts)
        told = [say("reports", "audit_headline", lang, orders=orders, moment=shown_moment(self.made, lang))]
        told.append(
            say(
                "reports",
                "audit_money",
                lang,
                amount=written(money["amount"]),
                paid=written(money["paid"]),
                share=f"{money['paid'] / money['amount']:.1%}" if money["amount"] else "–",
                owed=written(money["owed"]),
            )
        )
        if self.unread:
            told.append(say("reports", "audit_unread", lang, orders=self.unread, reason=self.stopped or "–"))
        if len(self.problems):
            told.append(say("reports", "audit_problems", lang, problems=len(self.problems)))
        if len(self.changes):
            told.append(say("reports", "audit_changes", lang, changes=len(self.changes)))
        return told

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for a machine, without personal data: money in MXN, moments in ISO 8601."""
        return {
            "kind": "audit",
            "id": self.id,
            "sha256": self.seal,
            "made_at": self.made_at.isoformat(),
            "mode": self.mode,
            "source": self.source.name,
            "source_sha256": self.source.sha256,
            "ok": self.ok,
            "stopped": self.stopped,
            "unread": self.unread,
            "totals": {name: float(total) / 100 for name, total in self.totals().items()},
            "summary": _records(self.summary),
            "ageing": _records(self.ageing),
            "changes": len(self.changes),
            "problems": {str(code): int(number) for code, number in self.problems["code"].value_counts().items()},
            "notes": self.notes,
        }

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        first, *rest = self.lines()
        body = _html_table(self.summary, "head_status") + _html_table(self.ageing, "head_age")
        body += problems_html(pd.DataFrame({"message": [told for told, _ in gathered(self.troubles)]}), SHOWN)
        body += f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in self.notes)}</ul>" if self.notes else ""
        return card(first, rest, body)


def _html_table(table: Any, head: str) -> str:
    heads = [say("reports", item) for item in (head, "head_orders", "head_amount", "head_share")]
    rows = [
        [label_of(str(name)), f"{line['orders']:,}", f"${line['amount']:,.2f}", f"{line['share']:.1%}"]
        for name, line in table.iterrows()
    ]
    return figures(heads, rows)


def problems_html(problems: Any, most: int) -> str:
    """Write the first problems, of which `problems` has the code and the message, as a table."""
    if not len(problems):
        return ""
    heads = [say("reports", f"head_{name}") for name in problems.columns]
    rows = [[escape(str(item)) for item in line] for line in problems.head(most).itertuples(index=False)]
    more = len(problems) - len(rows)
    classes = ["cp-short" if name == "code" else "cp-words" for name in problems.columns]
    return table_of(heads, rows, label=heads[-1], classes=classes) + (
        f"<p>{escape(say('reports', 'more', problems=more))}</p>" if more else ""
    )


def _records(table: Any) -> list[dict[str, Any]]:
    return [
        {
            str(table.index.name): str(name),
            "orders": int(line["orders"]),
            "amount": float(line["amount"]),
            "share": round(float(line["share"]), 6),
        }
        for name, line in table.iterrows()
    ]
