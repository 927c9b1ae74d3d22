"""Write docs/reference.md from the docstrings: `python docs/make_reference.py`. A test holds the page to them."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compropago_bulk as cp

PAGE = Path(__file__).with_name("reference.md")
SECTIONS = {
    "Read and check": ("read_sheet", "fields", "check", "Check", "compare_sheets"),
    "Send": ("create_accounts", "create_clabes", "create_orders", "verify_orders", "Connection", "Profile"),
    "Hand over": ("export_excel", "export_csv", "show", "wizard"),
    "What was sent": ("runs", "history", "unsettled", "resolve", "adopt", "same_account"),
    "Who has paid": ("audit_orders", "Audit", "audits", "audit_as_of", "statement", "Statement"),
    "The API's lists": ("list_accounts", "list_subaccounts", "list_transactions"),
    "Practise": ("sandbox", "Sandbox"),
}
"""Where a name stands; one that is nowhere here stands under "More", an error under "Errors"."""
_HEAD = """# Reference

Every public name, made from the docstrings: `help(cp.create_clabes)` says the same. Amounts are in MXN, waits in
seconds, times are those of Mexico City. `df.compropago` has the functions that take a table as methods, and `.summary`,
`.counts` and `.notes` of a result.
"""
_PART = re.compile(r"^(Args|Returns|Raises|Attributes|Example):$")


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(block for title, names in sections().items() for block in _section(title, names))])


def sections() -> dict[str, tuple[str, ...]]:
    """Return every public name under the section that it stands in."""
    placed = {name for names in SECTIONS.values() for name in names}
    errors = tuple(name for name in cp.__all__ if name.endswith("Error"))
    more = tuple(name for name in cp.__all__ if name not in placed and name not in errors)
    found = {title: tuple(name for name in names if name in cp.__all__) for title, names in SECTIONS.items()}
    return {title: names for title, names in {**found, "More": more, "Errors": errors}.items() if names}


def _section(title: str, names: tuple[str, ...]) -> Iterator[str]:
    yield f"## {title}\n"
    for name in names:
        thing = getattr(cp, name)
        yield f"### {name}\n"
        if name not in sections().get("Errors", ()) and _is_called(name, thing):
            yield f"```python\n{name}{_signature(thing)}\n```\n"
        yield _words(inspect.getdoc(thing) or "")
        if inspect.isclass(thing):
            yield from _members(thing)


def _is_called(name: str, thing: Any) -> bool:
    return not inspect.isclass(thing) or name in {"Connection", "Profile"}


def _members(thing: type) -> Iterator[str]:
    for name, member in vars(thing).items():
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        text = inspect.getdoc(plain)
        if name.startswith("_") or not text or not (inspect.isfunction(plain) or isinstance(plain, property)):
            continue
        called = "" if isinstance(plain, property) else _signature(plain)
        yield f"#### {name}\n\n`.{name}{called}`\n"
        yield _words(text)


def _signature(thing: Any) -> str:
    """Return a signature as people call it, without types."""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(thing).parameters.values()
        if parameter.name not in {"self", "cls"}
    ]
    text = str(inspect.Signature(parameters))
    return "\n".join(textwrap.wrap(text, 110, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False))


def _words(text: str) -> str:
    """Return a docstring as Markdown: its parts as lists, a line to copy as code."""
    lines, part = [], ""
    for line in text.splitlines():
        if found := _PART.match(line):
            part = found[1]
            lines.append(f"**{part}**\n")
        elif part and line.startswith("    "):
            lines.append(_item(line[4:], part))
        else:
            part = part if not line.strip() else ""
            lines.append(line.replace("::", ":") if line.strip() == "::" else line)
    return "\n".join(lines) + "\n"


def _item(line: str, part: str) -> str:
    if part == "Example":
        return f"```python\n{line.strip()}\n```"
    if line.startswith(" ") or part == "Returns":
        return f"  {line.strip()}" if line.startswith(" ") and part != "Returns" else line
    name, colon, words = line.partition(": ")
    return f"- `{name}`: {words}" if colon else line


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
