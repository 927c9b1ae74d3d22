"""A check as a notebook shows it: what would go out, what to mend cell by cell, what to know about the file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..rows.checking import message
from ..rows.model import Problem, Severity
from ..texts import say, sentences

SHOWN = 15
"""Problems that a notebook shows; all of them are in `.problems`."""
_LONGEST = 60

_STYLE = """<style>
.cp-card{border:1px solid #c9d3dd;border-left:5px solid #1f6f8b;border-radius:6px;padding:.7em 1.1em;max-width:64em;
  line-height:1.45}
.cp-card.cp-bad{border-left-color:#b3261e}.cp-card.cp-good{border-left-color:#2e7d32}
.cp-card h4{margin:.1em 0 .4em;font-size:1.1em}.cp-card p{margin:.15em 0}
.cp-card ul{margin:.3em 0 0 1.2em;padding:0}.cp-card summary{margin-top:.7em;cursor:pointer}
.cp-check{margin-top:.7em;border-collapse:collapse;width:100%;font-size:inherit}
.cp-check th,.cp-check td{text-align:left!important;padding:.3em .8em .3em 0!important;vertical-align:top;
  border-bottom:1px solid rgba(128,128,128,.25)}
.cp-check code{white-space:nowrap;background:none}
.cp-kind{display:inline-block;border-radius:9px;padding:0 .6em;font-size:.85em;white-space:nowrap}
.cp-e{background:#f9d6d2;color:#7c1512}.cp-w{background:#fff1cc;color:#5c4300}
</style>"""


def check_html(
    lines: Sequence[str], errors: Sequence[Problem], problems: Sequence[Problem], notes: Sequence[str]
) -> str:
    """Write a check as a card; whatever came from the sheet is escaped."""
    first, *rest = lines
    look = "cp-bad" if errors else "cp-good"
    told = "".join(f"<p>{escape(line)}</p>" for line in rest)
    card = f"<h4>{escape(first)}</h4>{told}{_table(errors, problems)}{_notes(notes)}"
    return f"{_STYLE}<div class='cp-card {look}'>{card}</div>"


def _table(errors: Sequence[Problem], problems: Sequence[Problem]) -> str:
    worst = [*errors, *(one for one in problems if one.severity is Severity.WARNING)]
    if not worst:
        return ""
    heads = "".join(f"<th>{escape(say('checks', f'head_{one}'))}</th>" for one in ("kind", "where", "value", "message"))
    body = "".join(_row(one) for one in worst[:SHOWN])
    more = f"<p>{escape(say('checks', 'more', problems=len(worst) - SHOWN))}</p>" if len(worst) > SHOWN else ""
    return f'<table class="cp-check"><tr>{heads}</tr>{body}</table>{more}'


def _row(problem: Problem) -> str:
    style = "cp-e" if problem.severity is Severity.ERROR else "cp-w"
    kind = say("checks", f"kind_{problem.severity.value}")
    where, _, told = message(problem).partition(": ")
    value = problem.value if len(problem.value) <= _LONGEST else problem.value[: _LONGEST - 1] + "…"
    cells = (f"<span class='cp-kind {style}'>{escape(kind)}</span>", f"<code>{escape(where)}</code>", escape(value))
    return f"<tr>{''.join(f'<td>{one}</td>' for one in (*cells, escape(told[:1].upper() + told[1:])))}</tr>"


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{escape(_told(note))}</li>" for note in notes)
    return f"<details open><summary>{escape(say('checks', 'head_notes'))}</summary><ul>{items}</ul></details>"


def _told(note: str) -> str:
    """Say a note in the person's language; `.notes` keeps the codes."""
    code, _, where = note.partition(": ")
    known = f"note_{code}" in sentences("checks")
    return say("checks", f"note_{code}", where=where) if known else note
