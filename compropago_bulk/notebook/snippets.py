"""Each step of the wizard as the Python that does the same; whole, so that it runs in a kernel just started."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..texts import say
from .choices import FUNCTIONS, Choices

_IMPORT = "import compropago_bulk as cp"
_WIDE = 88
_NAMES = {"given": "connection", "typed": "connection", "sandbox": "sandbox.connection"}
"""Where the keys come from, and what stands for the connection then; from the environment nothing has to."""


def reading(choices: Choices) -> str:
    """Read the file and show what was understood."""
    named = {"columns": dict(choices.columns)} if choices.columns else {}
    return "\n".join([_IMPORT, "", _residents(choices), _call("", "cp.fields", ["residents"], named)])


def checking(choices: Choices, keys: str | None = None, *, marked: str | Path | None = None) -> str:
    """Check it, and show it; `marked` is where the copy with the cells to mend goes."""
    keys = None if keys == "sandbox" else keys
    told = _connected(choices.check_arguments(), keys)
    call = _call("report", "cp.check", ["residents", repr(choices.operation)], told)
    copy = [f"report.export_excel({_near(marked)!r})"] if marked else []
    return _whole(choices, keys, [call, *copy], "report")


def sending(choices: Choices, keys: str | None = None, *, live: bool = False, output: str | Path | None = None) -> str:
    """Send it, write the workbook, and show what came of it."""
    told = _connected(choices.arguments(), keys) | ({"live": True} if live else {})
    told["output"] = _near(output or choices.result_name())
    call = _call("result", f"cp.{FUNCTIONS[choices.operation]}", ["residents"], told)
    return _whole(choices, keys, [call], "cp.show(result)")


def auditing(choices: Choices, keys: str | None = None) -> str:
    """Say who has paid, write the workbook, and show it."""
    keys = None if keys == "sandbox" else keys
    given: dict[str, Any] = {
        "columns": dict(choices.columns),
        "id_prefix": choices.id_prefix,
        "profile": choices.profile,
    }
    told = {name: value for name, value in given.items() if value}
    call = _call("audit", "cp.audit_orders", ["residents"], _connected(told, keys))
    stem = choices.path.stem if choices.path else "residentes"
    return _whole(choices, keys, [call, f"audit.export_excel({f'{stem}-cobranza.xlsx'!r})"], "audit")


def handing_over(workbook: str | Path) -> str:
    """Read the workbook that the run wrote, write it as CSV, too, and show it; nothing is sent."""
    name = _near(workbook)
    lines = [
        _IMPORT,
        "",
        f"result = cp.read_sheet({name!r})",
        f"cp.export_csv(result, {str(Path(name).with_suffix('.csv'))!r})",
        "cp.show(result)",
    ]
    return "\n".join(lines)


def _residents(choices: Choices) -> str:
    path = choices.path
    name = "residentes.xlsx" if path is None else path.name if choices.uploaded else _near(path)
    told = {"sheet": list(choices.sheets)} if choices.sheets else {}
    read = _call("residents", "cp.read_sheet", [repr(name)], told)
    lines = [f"# {say('wizard', 'code_uploaded')}"] if choices.uploaded else []
    lines.append(read)
    return "\n".join(lines)


def _near(path: str | Path) -> str:
    """Write a path as it is written beside the notebook."""
    given = Path(path)
    return str(given.relative_to(Path.cwd())) if given.is_relative_to(Path.cwd()) else str(given)


def _connected(arguments: Mapping[str, Any], keys: str | None) -> dict[str, Any]:
    name = _NAMES.get(keys or "")
    return dict(arguments) | ({"connection": _Name(name)} if name else {})


def _whole(choices: Choices, keys: str | None, body: list[str], last: str) -> str:
    """Put the code together; its last line is what a cell shows."""
    head = [_IMPORT, "", _residents(choices)]
    if keys == "sandbox":
        inside = "\n".join(body).replace("\n", "\n    ")
        return "\n".join([*head, "with cp.sandbox() as sandbox:", f"    {inside}", last])
    if keys == "typed":
        asked = ", ".join(f"getpass({say('wizard', name) + ': '!r})" for name in ("secret_key", "public_key"))
        head = ["from getpass import getpass", "", *head, f"connection = cp.Connection({asked})"]
    if keys == "given":
        head.append(f"# {say('wizard', 'code_given')}")
    return "\n".join([*head, *body, last])


class _Name:
    """A name that is written without quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _call(target: str, function: str, positional: list[str], named: Mapping[str, Any]) -> str:
    """Write a call on one line where it fits, else an argument a line."""
    arguments = [*positional, *(f"{name}={value!r}" for name, value in named.items())]
    to = f"{target} = " if target else ""
    line = f"{to}{function}({', '.join(arguments)})"
    if len(line) <= _WIDE:
        return line
    return "\n".join([f"{to}{function}(", *(f"    {argument}," for argument in arguments), ")"])
