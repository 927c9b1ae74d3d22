"""The house holds: imports go down and never round, each library has one room, files and functions are short."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import compropago_bulk as cp
import pytest
from radon.complexity import cc_visit
from radon.visitors import Class

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
MAY_START_THE_SANDBOX = ("bulk/sandbox.py", "cli")

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


MOST_FILES = 160
"""Of the package. What is to be one file is joined before another one is added."""

MANY_PARAMETERS = {"sending/retry.py try_to_send", "sending/runner.py run"}
"""Functions that still have more than 8."""

STILL_COMPLEX = {
    "bulk/compare.py compare_sheets": 15,
    "bulk/status_history.py look_back": 19,
    "exports/pages.py _write_block": 16,
    "exports/styles.py cell_of": 13,
    "exports/workbook.py headers": 13,
    "exports/workbook.py write_sheet": 20,
    "reports/archive.py _brought_up": 15,
    "reports/archive.py _with_looks": 15,
    "reports/audit_book.py _orders": 15,
    "reports/facts.py by_value": 18,
    "reports/build_audit.py _beside": 17,
    "reports/build_audit.py _with_orders": 23,
    "reports/problems.py _gather": 13,
    "reports/problems.py find": 16,
    "reports/reminders.py _line": 16,
    "reports/sheet_rows.py read": 13,
    "sandbox_api/answers.py _spoilt_field": 13,
    "sandbox_api/service.py _answer": 13,
    "sheets/frame.py _notes": 16,
    "sheets/layout.py _is_resident": 15,
    "sheets/layout.py _is_sub_row": 17,
    "sheets/number_formats.py _only_digits": 18,
    "sheets/number_formats.py _section": 13,
    "sheets/ods.py _as_identifier": 14,
    "sheets/ods.py _cell_of": 14,
    "sheets/provenance.py as_value": 14,
    "sheets/reading.py _tables": 16,
    "sheets/reading.py fields": 19,
    "sheets/xls.py read": 14,
    "values/phones.py _national": 13,
}
"""Functions that have more than 12 ways through them: each goes from this list when it is split, and none is added."""


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def module(path: Path) -> str:
    """Return a file's name within the package, as imports spell it."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module(path) for path in FILES}


def imports(path: Path) -> set[str]:
    """Return every module that a file imports: absolute names, and those of the package as `.room.module`."""
    return imported(path, ast.parse(path.read_text(encoding="utf-8")))


def imported(path: Path, tree: ast.AST) -> set[str]:
    """Return every module that a part of a file imports when it runs."""
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= set(_from(path, node))
    return found


def _from(path: Path, node: ast.ImportFrom) -> list[str]:
    """Return what a `from … import` loads: the module, and each name that is a module of its own."""
    if node.level == 0:
        return [node.module or ""]
    parts = path.relative_to(PACKAGE).parts
    base = [*parts[: len(parts) - node.level], *((node.module or "").split(".") if node.module else [])]
    inside = [".".join([*base, alias.name]) for alias in node.names]
    submodules = [f".{name}" for name in inside if name in MODULES]
    return submodules if len(submodules) == len(inside) or not base else [f".{'.'.join(base)}", *submodules]


@pytest.mark.parametrize("path", [path for path in FILES if path.parent != PACKAGE or room(path) in ROOMS], ids=place)
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
            assert any(place(path).startswith(start) for start in MAY_START_THE_SANDBOX), (
                f"{place(path)} imports {name}"
            )
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


MAY_IMPORT_WHERE_IT_IS_USED = {
    "cli/": "a command loads what it needs when it is called",
    "api/settings.py keyring": "an extra",
    "reports/plot.py matplotlib": "an extra",
    "notebook/app.py": "the cell of the app's page",
    "bulk/progress.py tqdm": "most calls of a script draw no bar",
    "sheets/xls.py xlrd": "in the child process only",
    "sheets/child.py resource": "not on Windows",
    "reports/audit.py .reports": "a summary in a script draws no workbook",
    "reports/statement.py .reports": "a summary in a script draws no workbook",
    "reports/ledger.py .reports": "a summary in a script draws no workbook",
}
"""Imports inside a function: the file (and library) and why. Everything else stands at the top of its file."""


def hidden_imports():
    for path in FILES:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for name in imported(path, function):
                    yield f"{place(path)} {'.'.join(name.split('.')[:2]) if name[0] == '.' else name.split('.')[0]}"


def test_an_import_stands_at_the_top_of_its_file():
    hidden = set(hidden_imports())
    assert not [name for name in hidden if not name.startswith(tuple(MAY_IMPORT_WHERE_IT_IS_USED))]
    assert not [reason for reason in MAY_IMPORT_WHERE_IT_IS_USED if not any(name.startswith(reason) for name in hidden)]


def test_no_files_import_each_other_in_a_circle():
    """Counting those inside functions; what is for the type checker alone is not loaded."""
    after = {module(path): {name[1:] for name in imports(path) if name.startswith(".")} & MODULES for path in FILES}
    open_: list[str] = []
    done: set[str] = set()

    def visit(name: str) -> None:
        assert name not in open_, f"a circle: {' -> '.join([*open_[open_.index(name) :], name])}"
        if name not in done:
            open_.append(name)
            for other in after[name] - {name}:
                visit(other)
            done.add(open_.pop())

    for name in after:
        visit(name)


@pytest.mark.parametrize("path", FILES, ids=place)
def test_files_stay_under_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_what_changes_together_stands_in_one_file():
    short = [place(path) for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) < 40]
    assert len([name for name in short if not name.endswith("__init__.py")]) <= 8, short
    assert len(FILES) <= MOST_FILES


def functions():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its signature and its docstring, which are for readers."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_stay_within_35_lines_and_their_median_under_10():
    lengths = {f"{place(path)}:{node.name}": body_lines(node) for path, node in functions()}
    assert not {name: size for name, size in lengths.items() if size > 35}
    assert statistics.median(lengths.values()) < 10


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_inner_functions_have_at_most_8_parameters():
    """The public functions have as many keywords as a person may say; a command as many options."""
    outer = {*cp.__all__, "__init__"}
    many = {
        f"{place(path)} {node.name}": parameters(node)
        for path, node in functions()
        if parameters(node) > 8 and node.name not in outer and room(path) != "cli"
    }
    assert many.keys() <= MANY_PARAMETERS, many


def complexity():
    """Return each function's cyclomatic complexity, as radon counts it: every `and`, `or`, `if` and loop is a way."""
    for path in FILES:
        for block in cc_visit(path.read_text(encoding="utf-8")):
            for function in (block, *getattr(block, "methods", ()), *getattr(block, "closures", ())):
                if not isinstance(function, Class):
                    yield f"{place(path)} {function.name}", function.complexity


def test_no_function_has_more_than_12_ways_through_it():
    over = {name: ways for name, ways in complexity() if ways > 12}
    worse = {name: ways for name, ways in over.items() if ways > STILL_COMPLEX.get(name, 12)}
    assert not worse, "split it"
    assert not {name for name in STILL_COMPLEX if name not in over}, "it is plain now: take it off the list"


def test_the_formatter_and_the_linter_are_obeyed():
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    assert text.count("fmt: skip") + text.count("fmt: off") <= 20
    assert text.count("noqa: BLE001") <= 8


def test_public_modules_and_functions_say_what_they_are_for():
    silent = [place(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent
