"""The picture of an audit: how the orders of each month stand, and the money over time. Matplotlib lives only here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import accumulate
from typing import Any

from ..errors import ConfigurationError
from ..texts import say
from .amounts import add_up, day_of, written
from .audit_views import label_of
from .facts import EXPIRED, OPEN, PAID, STATUSES, Fact

_LOOKS = {PAID: ("#1f4e5f", ""), OPEN: ("#f2f2f2", ""), EXPIRED: ("#9aa5ab", "////")}
"""Fill and hatching: told apart in greyscale, too."""
_OTHER = ("#ffffff", "....")
_BELOW = {"frameon": False, "fontsize": 9, "loc": "upper center", "bbox_to_anchor": (0.5, -0.16), "ncols": 4}


def draw(facts: Sequence[Fact], made: int) -> Any:
    """Draw the figure; see `Audit.plot`."""
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

    figure = Drawing(figsize=(11, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    own = [fact for fact in facts if fact.counts and fact.now is not None and fact.now.created_at is not None]
    _months(left, own)
    _money(right, own, day_of(made))
    paid = add_up(item.amount for item in own if item.status == PAID)
    words = say("reports", "plot_title", paid=written(paid), amount=written(add_up(item.amount for item in own)))
    title = figure.suptitle(words)
    title.set_parse_math(False)  # `$` is money
    return figure


def _months(axes: Any, facts: Sequence[Fact]) -> None:
    """Stack the orders of each month by how they stand."""
    counts = Counter((_month(fact), fact.status or "–") for fact in facts)
    months = sorted({month for month, _ in counts})
    found = {status for _, status in counts}
    base = [0] * len(months)
    for status in [*(item for item in STATUSES if item in found), *sorted(found - set(STATUSES))]:
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
    axes.tick_params(axis="x", rotation=45 if len(months) > 4 else 0)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    if months:
        axes.legend(**_BELOW)


def _month(fact: Fact) -> str:
    return f"{day_of(fact.now.created_at):%Y-%m}" if fact.now and fact.now.created_at is not None else "–"


def _money(axes: Any, facts: Sequence[Fact], today: date) -> None:
    """Let what was charged and what was seen paid add up over the days."""
    charged = [(day_of(fact.now.created_at), fact.amount or 0) for fact in facts if fact.now and fact.now.created_at]
    paid = [
        (day_of(fact.now.first_paid), fact.amount or 0)
        for fact in facts
        if fact.now and fact.now.first_paid and fact.status == PAID
    ]
    dashed, solid = {"linestyle": "--", "color": "#555555"}, {"linestyle": "-", "color": "#111111", "linewidth": 2.2}
    for events, code, style in ((charged, "plot_charged", dashed), (paid, "plot_paid", solid)):
        ordered = sorted(events)
        days = [day for day, _ in ordered]
        sums = [total / 100 for total in accumulate(amount for _, amount in ordered)]
        if days:
            axes.step(
                [*days, max(today, days[-1])], [*sums, sums[-1]], where="post", label=say("reports", code), **style
            )
    axes.set_title(say("reports", "plot_money"), fontsize=11)
    axes.yaxis.set_major_formatter(lambda value, _: f"${value:,.0f}")
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="x", rotation=30)
    if facts:
        axes.legend(**_BELOW)
