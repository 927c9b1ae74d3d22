"""The page of the docs and its picture, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.peers.sending import BARE, WAYS

OURS = [way for way in WAYS if way.startswith("compropago_bulk")]


def page(kept: Mapping[str, Any]) -> str:
    """Write the page."""
    machine = kept["machine"]
    lines = [
        "# What it costs",
        "",
        f"Made by `python -m benchmarks` on {machine['when']}: {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}. Each peer runs in a process of its own, warmed up, on one core; the server it talks to "
        "has the other. Another machine gives other seconds and much the same ratios.",
        "",
    ]
    lines += _pairs_table(kept["pairs"])
    lines += _sending_table(kept["sending"])
    lines += _pace_table(kept["pace"])
    lines += _local_table(kept["local"], kept["start"])
    lines += _growth_table(kept["growth"])
    return "\n".join(lines) + "\n"


def _pairs_table(pairs: Mapping[str, Any]) -> list[str]:
    rounds = next(iter(pairs.values()))["rounds"]
    lines = [
        "## Beside bare httpx",
        "",
        "`create_orders`, with checks, a durable journal and a bar, beside threads with an `httpx.Client` each that "
        f"do nothing but post and parse: A B A B, {rounds} pairs of 4,000 rows, no rate limit, 32 in flight. The "
        "median of the pairs, and in brackets their range.",
        "",
        "| | speed | processor time a row | rows a second, ours | bare |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, one in pairs.items():
        mine, theirs = one["rows_a_second"], one["bare_rows_a_second"]
        lines.append(
            f"| {name} | {_spread(one['speed'])} | {_spread(one['processor'])} | {mine:,.0f} | {theirs:,.0f} |"
        )
    return [*lines, ""]


def _spread(one: Mapping[str, float]) -> str:
    return f"{one['median']:.2f} ({one['least']:.2f}–{one['most']:.2f})"


def _sending_table(sending: Mapping[str, Any]) -> list[str]:
    lines = ["## Ways to send orders, rows a second, 32 in flight, no rate limit", ""]
    lines += [f"| | {' | '.join(f'{latency} latency' for latency in sending)} |", "|---|" + "---:|" * len(sending)]
    for way in next(iter(sending.values())):
        cells = [
            f"{ways[way]['rows_a_second']:,.0f} ({ways[way]['rows_a_second'] / ways[BARE]['rows_a_second']:.2f})"
            for ways in sending.values()
        ]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return [*lines, "", "In brackets: beside threads with an `httpx.Client` each.", ""]


def _pace_table(pace: Mapping[str, Any]) -> list[str]:
    lines = ["## Under a rate limit", "", "| | share of the rate | requests in the busiest second |", "|---|---:|---:|"]
    lines += [f"| {name} | {one['share_of_rate']:.3f} | {one['busiest_second']:.0f} |" for name, one in pace.items()]
    return [*lines, ""]


def _local_table(local: Mapping[str, Any], start: Mapping[str, Any]) -> list[str]:
    lines = ["## On this machine alone, 100,000 rows of ten columns", "", "| | seconds | |", "|---|---:|---|"]
    for name, one in local.items():
        more = ", ".join(f"{key.replace('_', ' ')} {value:,.1f}" for key, value in one.items() if key != "seconds")
        lines.append(f"| {name} | {one['seconds']:.2f} | {more} |")
    seconds = {name: one["seconds"] for name, one in local.items()}
    importing = start["import compropago_bulk"]["seconds"] / start["import pandas"]["seconds"]
    return [
        *lines, "",
        f"`read_sheet` takes {seconds['read_sheet'] / seconds['calamine, values']:.2f} times the time in which "
        f"calamine reads the values alone, and "
        f"{seconds['read_sheet'] / seconds['openpyxl, cells and formats']:.2f} times openpyxl's for the same cells; "
        f"`export_excel` {seconds['export_excel'] / seconds['openpyxl, write-only']:.2f} times openpyxl's write-only "
        "mode.", "",
        "## Starting", "", "| | seconds |", "|---|---:|",
        *(f"| `{name}` | {one['seconds']:.2f} |" for name, one in start.items()), "",
        f"`import compropago_bulk` takes {importing:.2f} times `import pandas`.", "",
    ]  # fmt: skip


def _growth_table(growth: Mapping[str, Any]) -> list[str]:
    lines = [
        "## As sheets grow",
        "",
        "`create_orders` from the workbook to the workbook, no rate limit, no latency: microseconds a row of each "
        "stage, and the KiB a row in use at most during it, all that the process holds counted in (sheet and table "
        "included).",
        "",
        f"| rows | {' | '.join(next(iter(growth.values())))} |",
        "|---:|" + "---:|" * len(next(iter(growth.values()))),
    ]
    for rows, stages in growth.items():
        number = int(rows)
        cells = [
            f"{one['seconds'] / number * 1e6:,.0f} µs, {one['bytes'] / number / 1024:.1f}" for one in stages.values()
        ]
        lines.append(f"| {number:,} | {' | '.join(cells)} |")
    return [*lines, "", "![Time and memory a row of each stage as sheets grow](pictures/growth.png)"]


def draw(growth: Mapping[str, Any], path: Path) -> None:
    """Draw time and memory a row of each stage: a line that rises grows faster than its rows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    sizes = [int(rows) for rows in growth]
    words = (("seconds", 1e6, "microseconds a row"), ("bytes", 1 / 1024, "KiB a row, in use at most"))
    for axes, (what, unit, title) in zip(figure.subplots(1, 2), words, strict=True):
        for stage in next(iter(growth.values())):
            axes.plot(
                sizes,
                [growth[str(rows)][stage][what] / rows * unit for rows in sizes],
                marker="o",
                label=stage,
            )
        axes.set(title=title, xlabel="rows", xscale="log", ylim=(0, None))
        axes.set_xticks(sizes, [f"{rows:,}" for rows in sizes])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.axes[0].legend()
    figure.savefig(path, dpi=110)
