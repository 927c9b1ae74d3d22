"""Cards and tables for notebooks: every text escaped, readable on light and dark themes, colours never alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from ..model import GOOD, WAITING
from ..texts import say

_DARK = (
    "body[data-jp-theme-light='false']",
    "body.vscode-dark",
    "body.vscode-high-contrast:not(.vscode-high-contrast-light)",  # the light one bears both classes
    "html[data-theme='dark']",
)
_LIGHT_COLOURS = (
    "--cp-good:#116329;--cp-good-bg:#dcf5e3;--cp-wait:#7a4b00;--cp-wait-bg:#fdf0cd;--cp-bad:#a11616;--cp-bad-bg:#fbe3e0;"
    "--cp-line:#cfd7df;--cp-soft:#f4f7f9;--cp-muted:#57606a;--cp-accent:#0b6e7f"
)
_DARK_COLOURS = (
    "--cp-good:#7ee2a0;--cp-good-bg:#123a22;--cp-wait:#f2cc7a;--cp-wait-bg:#42320c;--cp-bad:#ffa8a0;--cp-bad-bg:#4c1a18;"
    "--cp-line:#45505b;--cp-soft:#20262c;--cp-muted:#a5b0bb;--cp-accent:#58c4d6;color-scheme:dark"
)
PALETTE = f".cp-view{{{_LIGHT_COLOURS}}}" + ",".join(f"{item} .cp-view" for item in _DARK) + f"{{{_DARK_COLOURS}}}"
"""The colours as CSS variables, for light and dark themes."""

TABLES = (
    ".cp-scroll{overflow:auto;max-height:32em;border:1px solid var(--cp-line);border-radius:6px}"
    ".cp-scroll:focus-visible{outline:2px solid var(--cp-accent)}"
    ".cp-view .cp-scroll table.cp-table{border-collapse:collapse;margin:0;width:100%;table-layout:auto;"
    "font-size:13px;color:inherit;border:none}"
    ".cp-view .cp-table th,.cp-view .cp-table td{text-align:left!important;padding:.3em .7em;vertical-align:top;"
    "border:none;border-bottom:1px solid var(--cp-line);max-width:32em;white-space:pre-wrap;overflow-wrap:break-word;"
    "line-height:1.45}"
    ".cp-view .cp-table td.cp-words{min-width:20em}"
    ".cp-view .cp-table th{position:sticky;top:0;background:var(--cp-soft);white-space:nowrap;font-weight:600}"
    ".cp-view .cp-table tbody tr:nth-child(n){background:transparent}"
    ".cp-view .cp-table td.cp-short{white-space:nowrap}"
    ".cp-view .cp-table td.cp-digits{white-space:nowrap;font-variant-numeric:tabular-nums}"
    "@media (max-width:520px){.cp-view .cp-table thead{position:absolute;clip-path:inset(50%);height:1px;"
    "overflow:hidden}"
    ".cp-view .cp-table,.cp-view .cp-table tbody,.cp-view .cp-table tr{display:block;width:100%!important}"
    ".cp-view .cp-table tbody tr{padding:.5em .2em;border-bottom:2px solid var(--cp-line)}"
    ".cp-view .cp-table tbody td[data-head]{display:grid;grid-template-columns:7em 1fr;min-width:0;max-width:none;"
    "border:none;padding:.12em .5em;white-space:pre-wrap}.cp-view .cp-table tbody td[data-head]:empty{display:none}"
    ".cp-view .cp-table td[data-head]::before{content:attr(data-head);color:var(--cp-muted)}}"
    ".cp-chip{display:inline-block;border-radius:10px;padding:.05em .65em;white-space:nowrap;font-weight:600}"
    ".cp-chip.good{color:var(--cp-good);background:var(--cp-good-bg)}"
    ".cp-chip.wait{color:var(--cp-wait);background:var(--cp-wait-bg)}"
    ".cp-chip.bad{color:var(--cp-bad);background:var(--cp-bad-bg)}"
)
_CARD = (
    ".cp-card{border:1px solid var(--cp-line);border-left:5px solid var(--cp-accent);border-radius:6px;"
    "padding:.6em 1em;max-width:64em}.cp-card.live{border-left-color:#c62828}.cp-card h4{margin:.1em 0 .4em}"
    ".cp-card p{margin:.25em 0}.cp-card ul{margin:.5em 0;padding-left:1.2em;color:var(--cp-muted)}"
    ".cp-card .cp-scroll{margin-top:.6em}"
)
_FIGURES = (
    ".cp-view table.cp-figures{display:inline-table;margin:.6em 2em .4em 0;border-collapse:collapse;vertical-align:top;"
    "width:auto;border:none;font-size:13px;color:inherit}"
    ".cp-view .cp-figures td,.cp-view .cp-figures th{padding:.25em .8em;text-align:right!important;border:none;"
    "border-bottom:1px solid var(--cp-line);background:transparent;font-variant-numeric:tabular-nums}"
    ".cp-view .cp-figures th{font-weight:600}"
    ".cp-view .cp-figures td:first-child,.cp-view .cp-figures th:first-child{text-align:left!important}"
    ".cp-view .cp-figures tr:nth-child(n){background:transparent}"
)
NO_MATH = "mathjax_ignore tex2jax_ignore"
"""The classes that keep a notebook from reading what stands between two amounts in `$` as a formula."""
STYLE = f"<style>{PALETTE}{TABLES}{_CARD}{_FIGURES}</style>"
_SIGNS = {"good": "✓", "wait": "…", "bad": "!"}


def kind_of_outcome(outcome: str) -> str:
    """Return `good`, `wait` or `bad`."""
    return "good" if outcome in {str(item) for item in GOOD} else "wait" if outcome in WAITING else "bad"


def chip(kind: str, text: str) -> str:
    """Write a coloured word with a sign of its own, for eyes that tell no colours."""
    return f"<span class='cp-chip {kind}'>{_SIGNS[kind]} {escape(text)}</span>"


def outcome_chip(outcome: str, number: int | None = None) -> str:
    """Write an outcome in the person's language and its colour."""
    word = outcome_word(outcome, number or 1)
    return chip(kind_of_outcome(outcome), word if number is None else f"{number:,} {word}")


def outcome_word(outcome: str, number: int = 1) -> str:
    """Name an outcome of one row, or of several."""
    return say("exports", f"outcome_{outcome}") if number == 1 else say("exports", f"many_{outcome}")


def counts_line(counts: Mapping[str, int]) -> str:
    """Write counts by outcome as a line of chips."""
    return " ".join(outcome_chip(name, number) for name, number in counts.items() if number)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, label: str, classes: Sequence[str] = ()) -> str:
    """Write a table that scrolls by keyboard, too; headers are escaped, cells are HTML already.

    Args:
        label: what the table is, for those who hear it.
        classes: the cells' classes, a column each.
    """
    known = [f" class='{classe}'" if classe else "" for classe in classes] or [""] * len(headers)
    marks = [f"{mark} data-head='{escape(head)}'" for mark, head in zip(known, headers, strict=True)]
    head = "".join(f"<th scope='col'>{escape(header)}</th>" for header in headers)
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{cell}</td>" for mark, cell in zip(marks, row, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        f"<div class='cp-scroll' tabindex='0' role='region' aria-label='{escape(label)}'><table class='cp-table'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def card(title: str, lines: Iterable[str], body: str = "", kind: str = "") -> str:
    """Write a card: a title, plain lines (both escaped here), and what is HTML already."""
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f"{STYLE}<div class='cp-view cp-card {kind} {NO_MATH}'><h4>{escape(title)}</h4>{told}{body}</div>"


def figures(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a small table of numbers, which stands beside another where there is room; escaped here."""
    head = "".join(f"<th scope='col'>{escape(header)}</th>" for header in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table class='cp-figures'><tr>{head}</tr>{body}</table>"
