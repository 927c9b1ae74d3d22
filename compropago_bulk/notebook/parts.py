"""The wizard's small parts: labelled fields, buttons, and the pieces of HTML, every text from outside escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from ..exports.html import PALETTE, TABLES, kind_of_outcome
from ..texts import say

LARGEST_LINK = 1_500_000
"""Bytes of a file that is handed out through the page; a notebook server drops larger messages."""
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".csv": "text/csv",
}
_DESCRIBED = {"description_width": "initial"}


def told(code: str, **values: object) -> str:
    """Say something of the wizard, ready for HTML."""
    return escape(say("wizard", code, **values))


def html(text: str = "", *classes: str) -> Any:
    """Make a piece of HTML; `text` is HTML already."""
    made = w.HTML(text)
    for classe in classes:
        made.add_class(classe)
    return made


def field(kind: Any, label: str, *classes: str, **more: Any) -> Any:
    """Make a field under its label, which those who listen hear with it."""
    made = kind(description=label, style=_DESCRIBED, **more)
    for item in ("cp-field", *classes):
        made.add_class(item)
    return made


def checkbox(label: str, value: bool = False) -> Any:
    """Make a box to tick."""
    made = w.Checkbox(description=label, value=value, indent=False)
    made.add_class("cp-check")
    return made


def button(label: str, *classes: str, tooltip: str = "", icon: str = "") -> Any:
    """Make a button; its words are its label."""
    made = w.Button(description=label, tooltip=tooltip or label, icon=icon)
    for classe in classes:
        made.add_class(classe)
    return made


def group(kind: Any, children: Iterable[Any], *classes: str) -> Any:
    """Put widgets together."""
    made = kind(children=list(children))
    for classe in classes:
        made.add_class(classe)
    return made


def column(children: Iterable[Any], *classes: str) -> Any:
    """Put widgets below each other."""
    return group(w.VBox, children, *classes)


def row(children: Iterable[Any], *classes: str) -> Any:
    """Put widgets side by side, as far as there is room."""
    return group(w.HBox, children, "cp-row", *classes)


def hide(widget: Any, hidden: bool = True) -> None:
    """Take a widget out of sight and out of the keyboard's way, or bring it back."""
    widget.layout.display = "none" if hidden else None


def heading(code: str, about: str | None = None) -> Any:
    """Write a step's heading and a line of what it is for."""
    return html(heading_html(code, about))


def heading_html(code: str, about: str | None = None) -> str:
    """Write that heading as HTML."""
    more = f"<p class='cp-muted'>{told(about)}</p>" if about else ""
    return f"<h3>{told(code)}</h3>{more}"


def tiles(pairs: Sequence[tuple[str, str]]) -> str:
    """Write numbers with their meaning below."""
    made = "".join(
        f"<div class='cp-tile'><b>{escape(value)}</b><span>{escape(name)}</span></div>" for value, name in pairs
    )
    return f"<div class='cp-tiles'>{made}</div>"


def messages(emails: int, sms: int) -> list[tuple[str, str]]:
    """Write how many messages go out as tiles; none where nobody is written to."""
    if not emails and not sms:
        return []
    return [(f"{emails:,}", say("wizard", "emails")), (f"{sms:,}", say("wizard", "sms"))]


def minutes(number: float) -> tuple[str, str]:
    """Write minutes as a tile's number and its meaning."""
    if number < 1:
        return "< 1", say("wizard", "minute")
    return f"{number:,.0f}", say("wizard", "minute" if round(number) == 1 else "minutes")


def notice(text: str) -> str:
    """Write something to mind; escaped here."""
    return f"<div class='cp-notice' role='note'>{escape(text)}</div>"


def alert(text: str) -> str:
    """Write what went wrong; escaped here."""
    return f"<div class='cp-alert' role='alert'>{escape(text).replace(chr(10), '<br>')}</div>"


def python(code: str) -> str:
    """Write code that one click marks whole, ready to copy."""
    return (
        f"<details class='cp-python'><summary>{told('same_in_python')}</summary>"
        f"<pre tabindex='0' title='{told('click_to_mark')}'>{escape(code)}</pre></details>"
    )


def bar(counts: dict[str, int], done: int, total: int) -> str:
    """Write how far a run is: a stripe for each outcome, and the numbers for those who listen."""
    share = 100 / total if total else 0
    stripes = "".join(
        f"<i class='{kind_of_outcome(name)}' style='width:{number * share:.3f}%'></i>"
        for name, number in counts.items()
    )
    said = told("rows_done", done=done, total=total)
    return (
        f"<div class='cp-bar' role='progressbar' aria-valuemin='0' aria-valuemax='{total}' aria-valuenow='{done}'"
        f" aria-valuetext='{said}' aria-label='{told('step_run')}'>{stripes}</div>"
    )


def download(path: Path, label: str) -> str:
    """Write a link that hands a file out through the page, and where it lies."""
    where = f"<span class='cp-where'>{told('saved_at', path=path)}</span>"
    if path.stat().st_size > LARGEST_LINK:
        return f"<p>{where}</p>"
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    name = escape(path.name, quote=True)
    return (
        f"<p><a class='cp-download' download='{name}' href='data:{kind};base64,{data}'>{escape(label)}</a>{where}</p>"
    )


@cache
def css() -> str:
    """Return the wizard's styles as HTML."""
    own = (Path(__file__).parent / "wizard.css").read_text(encoding="utf-8")
    return f"<style>{PALETTE}{TABLES}{own}</style>"
