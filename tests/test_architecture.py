"""The house holds: imports go down, each outside thing has one room, files and functions stay short."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "compropago_bulk"
FILES = sorted(PACKAGE.rglob("*.py"))

ROOMS = [
    "errors",
    "model",
    "texts",
    "values",
    "sheets",
    "rows",
    "sending",
    "journal",
    "api",
    "exports",
    "bulk",
    "reports",
    "notebook",
    "cli",
]
"""From the ground up: a room imports from itself and from those before it."""

ALONE = "sandbox_api"
"""Stands beside the house: shares no code with it, and only its own face starts it."""
MAY_START_THE_SANDBOX = {"bulk/sandbox.py", "cli"}

ONE_ROOM = {
    "httpx": ("api/wire.py",),
    "httpcore": ("api/wire.py",),
    "truststore": ("api/wire.py",),
    "sqlalchemy": ("journal/",),
    "psycopg": ("journal/",),
    "openpyxl": ("sheets/", "exports/"),
    "xlrd": ("sheets/xls.py",),
    "ipywidgets": ("notebook/",),
    "tqdm": ("bulk/progress.py",),
    "matplotlib": ("reports/",),
    "starlette": ("sandbox_api/",),
    "uvicorn": ("sandbox_api/",),
    "typer": ("cli",),
    "tenacity": ("sending/",),
    "dotenv": ("api/settings.py",),
    "keyring": ("api/settings.py",),
    "clabe": ("values/",),
    "rapidfuzz": ("sheets/",),
}
"""An outside library to the places that may import it."""

NOT_IN = {"pandas": ("api/", "sending/", "journal/", "values/", "sandbox_api/", "errors.py", "model.py", "texts/")}


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> list[str]:
    """Give every module that a file imports: absolute names, and those of the package as `.room.module`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    depth = len(path.relative_to(PACKAGE).parts)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            base = path.relative_to(PACKAGE).parts[: depth - node.level]
            inside = ".".join([*base, *((node.module or "").split(".") if node.module else [])])
            found += [f".{inside}"] if inside else [f".{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", [one for one in FILES if one.parent != PACKAGE or room(one) in ROOMS], ids=place)
def test_an_import_goes_down_or_stays_within_its_room(path):
    here = room(path)
    for name in imports(path):
        if not name.startswith("."):
            assert not name.startswith("compropago_bulk"), f"{place(path)} imports the package by its full name"
            continue
        there = name[1:].split(".")[0]
        if here == ALONE:
            assert there == ALONE, f"{place(path)} shares code with the client: {name}"
        elif there == ALONE:
            assert any(place(path).startswith(one) for one in MAY_START_THE_SANDBOX), f"{place(path)} imports {name}"
        elif there in ROOMS:
            assert ROOMS.index(there) <= ROOMS.index(here), f"{place(path)} imports up: {name}"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_each_outside_thing_has_one_room(path):
    for name in imports(path):
        library = name.split(".")[0]
        if library in ONE_ROOM:
            assert place(path).startswith(ONE_ROOM[library]), f"{place(path)} imports {library}"
        if library in NOT_IN:
            assert not place(path).startswith(NOT_IN[library]), f"{place(path)} imports {library}"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_files_stay_under_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def functions():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its signature and its docstring, which are for readers."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_stay_under_60_lines_and_their_median_under_10():
    lengths = {f"{place(path)}:{node.name}": body_lines(node) for path, node in functions()}
    assert not {name: size for name, size in lengths.items() if size > 60}
    assert statistics.median(lengths.values()) < 10


def test_public_modules_and_functions_say_what_they_are_for():
    silent = [place(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent
