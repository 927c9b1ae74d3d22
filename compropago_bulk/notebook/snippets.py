"""Each step of the wizard as the Python that does the same, ready to copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .choices import FUNCTIONS, Choices

_IMPORT = "import compropago_bulk as cp"
_WIDE = 88


def reading(choices: Choices) -> str:
    """Read the file and show what was understood."""
    return "\n".join([_IMPORT, "", _residents(choices), "cp.fields(residents)"])


def checking(choices: Choices, connection: str | None = None) -> str:
    """Check it and write the copy with the cells to mend."""
    told = _connected(choices.check_arguments(), connection)
    call = _call("report", "cp.check", ["residents", repr(choices.operation)], told)
    marked = f"{choices.path.stem if choices.path else 'residentes'}-por-corregir.xlsx"
    return _whole(choices, connection, [call, f"report.export_excel({marked!r})"])


def previewing(choices: Choices, connection: str | None = None) -> str:
    """Count what would go out; nothing is sent."""
    told = _connected(choices.arguments(), connection) | {"dry_run": True}
    call = _call("preview", f"cp.{FUNCTIONS[choices.operation]}", ["residents"], told)
    return _whole(choices, connection, [call, 'preview["outcome"].value_counts()'])


def sending(choices: Choices, connection: str | None = None, *, live: bool = False) -> str:
    """Send it, and write the workbook."""
    told = _connected(choices.arguments(), connection) | ({"live": True} if live else {})
    told["output"] = choices.result_name()
    return _whole(choices, connection, [_call("result", f"cp.{FUNCTIONS[choices.operation]}", ["residents"], told)])


def handing_over(choices: Choices) -> str:
    """Show the result and write it down."""
    lines = [
        "cp.show(result)",
        f"cp.export_excel(result, {choices.result_name()!r})",
        f"cp.export_csv(result, {choices.result_name('.csv')!r})",
    ]
    return "\n".join(lines)


def _residents(choices: Choices) -> str:
    name = _file_name(choices)
    told = {"sheet": list(choices.sheets)} if choices.sheets else {}
    read = _call("residents", "cp.read_sheet", [repr(name)], told)
    return f"{read}\nresidents = residents.drop(columns={list(choices.dropped)!r})" if choices.dropped else read


def _file_name(choices: Choices) -> str:
    """Give the file as it is written beside the notebook; of an upload, whose copy is ours, the name alone."""
    path = choices.path
    if path is None:
        return "residentes.xlsx"
    near = path.is_relative_to(Path.cwd())
    return path.name if choices.uploaded else str(path.relative_to(Path.cwd()) if near else path)


def _connected(arguments: Mapping[str, Any], connection: str | None) -> dict[str, Any]:
    return dict(arguments) | ({"connection": _Name(connection)} if connection else {})


def _whole(choices: Choices, connection: str | None, body: list[str]) -> str:
    head = [_IMPORT, "", _residents(choices)]
    if connection == "sandbox.connection":
        inside = "\n".join(body).replace("\n", "\n    ")
        return "\n".join([*head, "with cp.sandbox() as sandbox:", f"    {inside}"])
    return "\n".join([*head, *body])


class _Name:
    """A name that is written without quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _call(target: str, function: str, positional: list[str], named: Mapping[str, Any]) -> str:
    """Write a call on one line where it fits, else an argument a line."""
    arguments = [*positional, *(f"{name}={value!r}" for name, value in named.items())]
    line = f"{target} = {function}({', '.join(arguments)})"
    if len(line) <= _WIDE:
        return line
    return "\n".join([f"{target} = {function}(", *(f"    {one}," for one in arguments), ")"])
