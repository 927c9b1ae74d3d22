"""`.xls` and `.ods`, through calamine in a child process: its crash or its hunger must not be the kernel's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .grid import Book, Cell, Grid, Line, Number
from .opening import Opened, refuse

SECONDS = 120
_PACKAGE_PARENT = str(Path(__file__).parents[3])
_MODULE = __package__ + ".child" if __package__ else ""


def read_others(opened: Opened) -> Book:
    """Read a workbook whose number formats calamine does not tell: what a number shows is its plain digits."""
    path = os.pathsep.join(part for part in (_PACKAGE_PARENT, os.environ.get("PYTHONPATH", "")) if part)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by this very interpreter
            [sys.executable, "-m", _MODULE], input=opened.data, capture_output=True, timeout=SECONDS, check=False,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise refuse("too_large", "too_slow", file=opened.label, seconds=SECONDS) from None
    if done.returncode == 0:
        return _book(opened, json.loads(done.stdout))
    if done.returncode == 3:
        raise refuse("encrypted", file=opened.label)
    if done.returncode == 4:
        raise refuse("corrupt_file", file=opened.label)
    raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")


def _book(opened: Opened, told: list[dict[str, Any]]) -> Book:
    grids = []
    for sheet in told:
        grid = Grid(name=sheet["name"], visible=sheet["visible"], merges=[tuple(one) for one in sheet["merges"]])
        for number, cells in sheet["lines"]:
            grid.lines.append(Line(number, {int(column): _cell(value) for column, value in cells}))
        grid.used = tuple(sheet["used"])
        grids.append(grid)
    return Book(kind=opened.kind, grids=grids)


_KINDS = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        kind, text = value
        return _KINDS[kind](text) if kind in _KINDS else text
    if isinstance(value, float) and value.is_integer():
        return Number(value, "")
    return value
