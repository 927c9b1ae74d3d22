"""A check as a notebook shows it: what would go out, what to mend cell by cell, what to know about the file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..exports.html import card, chip, table
from ..rows.checking import message
from ..rows.model import Problem, Severity
from ..texts import say, sentences

SHOWN = 15
"""Problems that a notebook shows; all of them are in `.problems`."""
_LONGEST = 60
CLASSES = ("cp-short", "cp-short", "", "cp-words")


def check_html(
    lines: Sequence[str], errors: Sequence[Problem], problems: Sequence[Problem], notes: Sequence[str]
) -> str:
    """Write a check as a card; whatever came from the sheet is escaped."""
    first, *rest = lines
    rows = problem_rows(errors, problems, SHOWN)
    body = table(heads(), rows, label=first, classes=CLASSES) if rows else ""
    if len(problems) > SHOWN:
        body += f"<p>{escape(say('checks', 'more', problems=len(problems) - SHOWN))}</p>"
    return card(first, rest, body + _notes(notes))


def heads() -> list[str]:
    """Name the columns of the list of problems."""
    return [say("checks", f"head_{one}") for one in ("kind", "where", "value", "message")]


def problem_rows(errors: Sequence[Problem], problems: Sequence[Problem], most: int) -> list[list[str]]:
    """Write the first problems as cells, those that keep a row back before the others."""
    worst = [*errors, *(one for one in problems if one.severity is Severity.WARNING)]
    return [_row(one) for one in worst[:most]]


def _row(problem: Problem) -> list[str]:
    kind = chip(
        "bad" if problem.severity is Severity.ERROR else "wait", say("checks", f"kind_{problem.severity.value}")
    )
    where, _, told = message(problem).partition(": ")
    value = problem.value if len(problem.value) <= _LONGEST else problem.value[: _LONGEST - 1] + "…"
    return [kind, escape(where), escape(value), escape(told[:1].upper() + told[1:])]


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
