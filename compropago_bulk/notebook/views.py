"""A result as people look at it: outcomes coloured, what needs somebody first said, personal data masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from html import escape
from typing import Any

from ..api.connection import Connection
from ..exports.html import NO_MATH, STYLE, card, counts_line, kind_of_outcome, outcome_chip, outcome_word, table
from ..exports.workbook import STATUSES, in_words, wanting
from ..model import GOOD, Outcome
from ..sheets.headers import recognise
from ..sheets.vocabulary import RESULTS
from ..texts import say, sentences
from ..values import is_blank, shown

_SAMPLE = 30
_PLACE = ("outcome", "source_sheet", "source_row")
_CAME = ("clabe", "status", "order_id", "order_price")
_FRONT = (_PLACE[0], "error", *_PLACE[1:], *_CAME)
OWN = frozenset({"clabe", "order_id", "expires_at"})
"""Columns of ours that have the name of a field, too."""
_DROPPED = frozenset(
    {"error_code", "clabe_valid", "test_mode", "short_id", "request_id", "updated_at", "created_at"}
    | {"bank", "fee", "iva", "attempts"}
)
"""Columns of ours that a person seldom looks at; exports have them."""
_MOMENTS = frozenset({"expires_at", "first_seen_paid"})
_GOOD_FIRST = tuple(sorted(Outcome, key=lambda item: item not in GOOD))
_DIGITS = frozenset({"clabe", "phone", "reference", "customer_id", "order_price", "fee", "iva", "price"})


def connection_card(connection: Connection) -> str:
    """Return a connection as a card: mode, address, pace; never a key."""
    return card("ComproPago", connection.describe(), kind="live" if connection.mode == "live" else "")


def show(result: Any, *, personal: bool = False, rows: int = 50, attention: bool = False) -> Shown:
    """Show a result table with its outcomes coloured.

    Args:
        result: a DataFrame, best one that a function of this package gave.
        personal: show names, e-mails, phones and CLABEs in full, and the columns of which nobody knows what they
            hold; else they are masked, and those columns left out.
        rows: how many rows at most.
        attention: only the rows that somebody should look at.

    Returns:
        Shown: what a notebook draws as HTML and a terminal prints as text. The table itself stays as it is.

    Raises:
        TypeError: it is no table.
    """
    return Shown(result, personal=personal, rows=rows, attention=attention)


class Shown:
    """A view of a result; see `show`."""

    def __init__(self, result: Any, *, personal: bool, rows: int, attention: bool) -> None:
        ours = "outcome" in map(str, result.columns)
        places = _worst_first(result) if attention and ours else range(len(result))
        self._total, self._rows, self._attention = len(places), rows, attention
        self._facts = result.attrs.get("compropago") or {}
        counts = result["outcome"].value_counts().to_dict() if ours else {}
        self._counts = {str(item): counts[item] for item in (*_GOOD_FIRST, *counts) if item in counts}
        self._table = result.iloc[list(places)[:rows]]
        self._personal = personal
        self._columns = self._choose(result)

    def _choose(self, result: Any) -> list[tuple[int, str, str | None]]:
        """Return place, header and field of the columns to show: ours that matter first, then the owner's.

        What to do stands first among rows to look at; among all rows, where it is mostly blank, it stands last.
        """
        labels = list(result.columns)
        samples = [list(result.iloc[:_SAMPLE, place].astype(object)) for place in range(len(labels))]
        found = [
            (place, str(label), field)
            for place, (label, field) in enumerate(zip(labels, fields_of(labels, samples), strict=True))
            if str(label) not in _DROPPED and (self._personal or is_known(field)) and self._says_something(place, field)
        ]
        order = {label: number for number, label in enumerate(_FRONT)}
        return sorted(found, key=lambda match: (order.get(match[1], len(order)), match[0]))

    def _says_something(self, place: int, field: str | None) -> bool:
        """Whether a column of ours holds anything; the owner's are shown, blank or not."""
        return field not in RESULTS | OWN or bool(self._table.iloc[:, place].notna().any())

    def _text(self, value: Any, field: str | None) -> str:
        if self._personal or isinstance(value, datetime | bool):
            return said(value)
        return masked(value, field)

    def _heads(self) -> list[str]:
        return [head_of(label) for _, label, _ in self._columns]

    def _lines(self) -> Sequence[Sequence[str]]:
        columns = [list(self._table.iloc[:, place].astype(object)) for place, _, _ in self._columns]
        ours = [(label, field) for _, label, field in self._columns]
        return [
            [
                self._text(in_words(label, value, None) if label in STATUSES else value, field)
                for value, (label, field) in zip(row, ours, strict=True)
            ]
            for row in zip(*columns, strict=True)
        ]

    def __len__(self) -> int:
        return self._total

    def __repr__(self) -> str:
        title = f"{self._title()}: " + ", ".join(
            f"{number:,} {outcome_word(name, number)}" for name, number in self._counts.items()
        )
        ours = [label == "outcome" for _, label, _ in self._columns]
        lines = [
            [outcome_word(item) if word and item else item[:40] for item, word in zip(line, ours, strict=True)]
            for line in self._lines()
        ]
        heads = self._heads()
        widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)] if heads else []
        told = [
            "  ".join(item.ljust(width) for item, width in zip(row, widths, strict=True)) for row in (heads, *lines)
        ]
        return "\n".join([title, *(line.rstrip() for line in told), *self._more()])

    def _repr_html_(self) -> str:
        masked_note = "" if self._personal else f"<p><small>{escape(say('wizard', 'is_masked'))}</small></p>"
        return f"{STYLE}<div class='cp-view {NO_MATH}'>{self.summary()}{self.table_html()}{masked_note}</div>"

    def summary(self) -> str:
        """Write the counts, and why the run stopped, as HTML."""
        stopped = self._facts.get("stopped")
        why = f"<p>{escape(say('wizard', 'stopped', reason=stopped_word(stopped)))}</p>" if stopped else ""
        return f"<p><b>{escape(self._title())}</b> {counts_line(self._counts)}</p>{why}"

    def table_html(self) -> str:
        """Write the table alone, as HTML, with how many rows are left out."""
        where = [place for place, (_, label, _) in enumerate(self._columns) if label == "outcome"]
        cells = [
            [outcome_chip(item) if place in where and item else escape(item) for place, item in enumerate(line)]
            for line in self._lines()
        ]
        classes = [_class(label, field) for _, label, field in self._columns]
        more = "".join(f"<p>{escape(line)}</p>" for line in self._more()[: self._total > self._rows])
        return table(self._heads(), cells, label=self._title(), classes=classes) + more

    def _title(self) -> str:
        operation = self._facts.get("operation")
        return say("wizard", f"operation_{operation}") if operation else say("wizard", "table")

    def _more(self) -> list[str]:
        told = []
        if self._total > self._rows:
            told.append(say("wizard", "more_rows", rows=self._total - self._rows))
        if not self._personal:
            told.append(say("wizard", "is_masked"))
        return told


def _class(label: str, field: str | None) -> str:
    if label == "error":
        return "cp-words"
    return "cp-digits" if field in _DIGITS or label in _MOMENTS else "cp-short" if label in _FRONT else ""


def stopped_word(reason: str | None) -> str:
    """Say why a run stopped, in words."""
    code = f"stopped_{reason}"
    return say("wizard", code) if code in sentences("wizard") else str(reason)


def _worst_first(result: Any) -> list[int]:
    """Return the places of rows to look at: those that need a person before those that only wait."""
    outcomes = list(result["outcome"])
    return sorted(wanting(result), key=lambda place: kind_of_outcome(str(outcomes[place])) == "wait")


def head_of(label: str) -> str:
    """Name a column of ours, in a word where there is one; the owner's have their own."""
    for area, code in (("wizard", f"head_{label}"), ("exports", f"column_{label}")):
        if code in sentences(area):
            return say(area, code)
    return label


def said(value: Any, label: str = "") -> str:
    """Return a value as a person reads it: a day, a moment without seconds, a truth and a status in words."""
    if is_blank(value):
        return ""
    if isinstance(value, datetime):
        day = value.tzinfo is None and value.time() == time()
        return f"{value:%Y-%m-%d}" if day else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return say("wizard", "yes" if value else "no")
    return shown(in_words(label, value, None))


NAMES = frozenset({"name", "first_name", "last_name", "second_last_name"})
PLAIN = frozenset(
    {"reference", "customer_id", "unit", "tower", "price", "amount", "exp_date", "expires_at", "account_name"}
    | {"product_id", "product_name", "product_url", "order_id"}
)
"""Fields that are about the flat, not about who lives there."""
_QUOTED = re.compile(r"«[^»]*»")
_ADDRESS = re.compile(r"\S+@\S+")
_MASKED_DIGITS = re.compile(r"\d{10,}")


def fields_of(labels: Sequence[Any], samples: Sequence[Sequence[Any]] | None = None) -> list[str | None]:
    """Return each column's field: of our own columns their name, of the owner's what they were taken for."""
    told = recognise(labels, samples)
    return [
        str(label) if str(label) in RESULTS | {"clabe", "order_id", "expires_at"} else text.field or text.suggestion
        for label, text in zip(labels, told, strict=True)
    ]


def is_known(field: str | None) -> bool:
    """Whether it is known what stands in a column, so that it can be shown, masked or not."""
    return field is not None and (field in RESULTS or field in PLAIN or field in NAMES | {"email", "phone", "clabe"})


def masked(value: Any, field: str | None) -> str:
    """Write a value so that the row can be told apart and nobody be found by it."""
    if is_blank(value):
        return ""
    text = shown(value)
    if field in NAMES:
        return " ".join(f"{word[0]}…" for word in text.split())
    if field == "email":
        return f"{text[0]}•••@•••"
    if field == "phone":
        return f"•••• {text[-2:]}"
    if field == "clabe":
        return f"{text[:3]}…{text[-4:]}"
    if field == "error":
        return _MASKED_DIGITS.sub("•••", _ADDRESS.sub("•••", _QUOTED.sub("«•••»", text)))
    return text
