"""The picture of an audit: how the orders of each month stand, and the money over time. Matplotlib lives only here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import ConfigurationError
from ..texts import say
from .amounts import add_up, day_of, written
from .facts import EXPIRED, OPEN, PAID, STATUSES, Fact, ageing_of, label_of, month_of

if TYPE_CHECKING:
    from .ledger import Ledger

_LOOKS = {PAID: ("#1f4e5f", ""), OPEN: ("#f2f2f2", ""), EXPIRED: ("#9aa5ab", "////")}
"""Fill and hatching: told apart in greyscale, too."""
_OTHER = ("#ffffff", "....")
_BELOW = {"frameon": False, "fontsize": 9, "loc": "upper center", "bbox_to_anchor": (0.5, -0.16), "ncols": 4}


def draw(facts: Sequence[Fact], made: int) -> Any:
    """Draw the figure; see `Audit.plot`."""
    figure = _figure(14)
    left, middle, right = figure.subplots(1, 3)
    own = [fact for fact in facts if fact.counts and fact.now is not None and fact.now.created_at is not None]
    _months(left, own)
    _money(middle, own, day_of(made))
    _ages(right, ageing_of(facts, day_of(made)))
    paid = add_up(item.amount for item in own if item.status == PAID)
    words = say("reports", "plot_title", paid=written(paid), amount=written(add_up(item.amount for item in own)))
    _title(figure, words)
    return figure


def draw_ledger(made: Ledger) -> Any:
    """Draw the figure; see `Ledger.plot`."""
    figure = _figure()
    left, right = figure.subplots(1, 2)
    table = made.months
    names = [_short_month(str(month)) for month in table.index]
    _billed(left, table)
    right.plot(list(table["balance"]), color="#111111", linewidth=2.2, marker="o", markersize=4)
    right.axhline(0, color="#888888", linewidth=0.8)
    for axes, code in ((left, "plot_billed"), (right, "plot_balance")):
        axes.set_title(say("statements", code), fontsize=11)
        axes.yaxis.set_major_formatter(lambda value, _: f"${value:,.0f}")
        _month_axis(axes, names)
    _title(figure, made.summary()[1])
    return figure


def _billed(axes: Any, table: Any) -> None:
    """Put what was billed and what was paid side by side, with the rate above."""
    places, half = range(len(table)), _BAR / 2
    billed, paid = list(table["charged"]), list(table["paid"])
    axes.bar([place - half for place in places], billed, _BAR, label=say("statements", "head_billed"), **_PALE)
    axes.bar([place + half for place in places], paid, _BAR, label=say("reports", "head_paid"), **_DARK)
    for place, rate in zip(places, table["rate"], strict=True):
        if rate is not pd.NA:
            axes.annotate(f"{rate:.0%}", (place + half, paid[place]), ha="center", va="bottom", fontsize=8)
    if len(table) >= _TREND:
        trend = pd.Series(paid, dtype="float64").rolling(_TREND).mean()
        axes.plot(
            list(places), list(trend), "--", color="#111111", linewidth=1.4, label=say("statements", "plot_trend")
        )
    if len(table):
        axes.legend(**_BELOW)


def _month_axis(axes: Any, names: Sequence[str]) -> None:
    """Write the months below bars that stay slender, however few they are."""
    axes.set_xticks(list(range(len(names))), names, rotation=45 if len(names) > 6 else 0)
    axes.set_xlim(-1, max(len(names), 3))
    axes.spines[["top", "right"]].set_visible(False)


_BAR, _TREND = 0.38, 3
"""How wide a bar is; the months that a trend takes together."""
_PALE = {"color": "#d7dde0", "edgecolor": "#222222", "linewidth": 0.7, "hatch": "////"}
_DARK = {"color": "#1f4e5f", "edgecolor": "#222222", "linewidth": 0.7}


def _short_month(month: str) -> str:
    """Write a month (`2026-05`) in a few letters: `may 26`."""
    year, dash, number = month.partition("-")
    if not dash:
        return month
    return f"{say('reports', f'month_{int(number)}')[:3].lower()} {year[2:]}"


def _title(figure: Any, words: str) -> None:
    title = figure.suptitle(words)
    title.set_parse_math(False)  # `$` is money


def _figure(width: float = 11) -> Any:
    """Make a figure that shows itself in a notebook."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ConfigurationError(say("reports", "no_matplotlib")) from None

    class Drawing(Figure):  # type: ignore[misc, unused-ignore]
        """A figure that shows itself in a notebook without pyplot."""

        def _repr_png_(self) -> bytes:
            kept = BytesIO()
            self.savefig(kept, format="png", dpi=110)
            return kept.getvalue()

    return Drawing(figsize=(width, 4.6), layout="constrained")


def _months(axes: Any, facts: Sequence[Fact]) -> None:
    """Stack the orders of each month by how they stand."""
    counts = Counter((month_of(fact), fact.status or "–") for fact in facts)
    months = sorted({month for month, _ in counts})
    base = [0] * len(months)
    for status in _in_rank({status for _, status in counts}):
        heights = [counts[month, status] for month in months]
        fill, hatch = _LOOKS.get(status, _OTHER)
        axes.bar(
            months,
            heights,
            bottom=base,
            color=fill,
            hatch=hatch,
            edgecolor="#222222",
            linewidth=0.7,
            width=0.7,
            label=label_of(status),
        )
        base = [low + high for low, high in zip(base, heights, strict=True)]
    axes.set_title(say("reports", "plot_orders"), fontsize=11)
    _month_axis(axes, [_short_month(month) for month in months])
    axes.yaxis.get_major_locator().set_params(integer=True)
    if months:
        axes.legend(**_BELOW)


def _ages(axes: Any, table: Any) -> None:
    """Draw what is owed by its age, the oldest darkest."""
    names = [label_of(str(age)) for age in table.index]
    shades = ("#f2f2f2", "#c9d3d8", "#7f8c93", "#1f4e5f")
    bars = axes.barh(names, list(table["amount"]), 0.55, color=shades, edgecolor="#222222", linewidth=0.7)
    axes.bar_label(bars, [f"${amount:,.0f}" if amount else "" for amount in table["amount"]], padding=3, fontsize=8)
    axes.invert_yaxis()
    axes.set_title(say("reports", "title_ageing"), fontsize=11)
    axes.set_xlim(0, max([*table["amount"], 1.0]) * 1.25)
    axes.xaxis.set_major_formatter(lambda value, _: f"${value:,.0f}")
    axes.tick_params(axis="x", rotation=30)
    axes.spines[["top", "right"]].set_visible(False)


def _in_rank(found: Collection[str]) -> list[str]:
    """Put the known statuses first, then whatever else the API said."""
    return [*(status for status in STATUSES if status in found), *sorted(set(found) - set(STATUSES))]


def _money(axes: Any, facts: Sequence[Fact], today: date) -> None:
    """Let what was charged and what was seen paid add up over the days."""
    charged, paid = _charged(facts), _paid(facts)
    first, last = _span([day for day, _ in (*charged, *paid)] or [today], today)
    dashed, solid = {"linestyle": "--", "color": "#555555"}, {"linestyle": "-", "color": "#111111", "linewidth": 2.2}
    for events, code, style in ((charged, "plot_charged", dashed), (paid, "plot_paid", solid)):
        ordered = sorted(events)
        days = [first, *(day for day, _ in ordered), last]
        sums = [total / 100 for total in accumulate((amount for _, amount in ordered), initial=0)]
        axes.step(days, [*sums, sums[-1]], where="post", label=say("reports", code), **style)
    axes.set_xlim(first, last)
    axes.set_title(say("reports", "plot_money"), fontsize=11)
    axes.yaxis.set_major_formatter(lambda value, _: f"${value:,.0f}")
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="x", rotation=30)
    if facts:
        axes.legend(**_BELOW)


def _charged(facts: Sequence[Fact]) -> list[tuple[date, int]]:
    return [(day_of(fact.now.created_at), fact.amount or 0) for fact in facts if fact.now and fact.now.created_at]


def _paid(facts: Sequence[Fact]) -> list[tuple[date, int]]:
    paid = [fact for fact in facts if fact.status == PAID]
    return [(day_of(fact.now.first_paid), fact.amount or 0) for fact in paid if fact.now and fact.now.first_paid]


def _span(days: Sequence[date], today: date) -> tuple[date, date]:
    """Return from when to when is drawn: what happened on one day is a step there, not a stroke."""
    first, last = min(days), max(today, *days)
    pad = max(timedelta(days=4), (last - first) / 30)
    return first - pad, last + pad
