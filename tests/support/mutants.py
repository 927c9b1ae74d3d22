"""Small mistakes on purpose: change one thing of a file that decides, and see whether its own room's tests notice.

    python tests/support/mutants.py                    every file, and the table in docs/mutants.md
    python tests/support/mutants.py sending/retry.py   one file, and each mistake that nobody noticed

The libraries are imported once; each mistake is a fork of that process, in which the changed file is compiled from
memory and the tests of its room run until the first one fails. No file is written, nothing waits for a server.
"""

from __future__ import annotations

import ast
import copy
import importlib
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).parents[2]
PACKAGE = "compropago_bulk"
LONGEST = 30
"""Seconds after which a mistake that never ends counts as noticed."""
LIBRARIES = ("pandas", "httpx", "sqlalchemy", "openpyxl", "tenacity", "hypothesis", "pytest", "email_validator", "xlrd")

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"max": "min", "min": "max", "any": "all", "all": "any", "ROUND_HALF_UP": "ROUND_HALF_EVEN"}
_HOW = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_SAID = {"say", "sentences", "debug", "info", "warning", "error", "exception"}
"""Calls whose words are for people: they have tests of their own."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: where, what, and the file's syntax tree with it."""

    line: int
    what: str
    tree: ast.Module = field(repr=False)

    def __str__(self) -> str:
        return f"{self.line}: {self.what}"


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mistake that can be made in a file, one at a time."""
    tree = ast.parse(source)
    for index, (node, _) in enumerate(_places(tree)):
        for number, (what, _) in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            twin, replace = list(_places(changed))[index]
            replace(list(_changes(twin))[number][1])
            ast.fix_missing_locations(changed)
            yield Mutant(node.lineno, what, changed)


def _places(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, Callable[[ast.AST], None]]]:
    """Yield the expressions and statements that run, each with a way to put another in its place."""
    stack: list[ast.AST] = [tree]
    while stack:
        parent = stack.pop()
        for name, value in ast.iter_fields(parent):
            if name in {"annotation", "returns", "decorator_list", "type_params"} or _is_typing(parent, name):
                continue
            children = value if isinstance(value, list) else [value]
            for index, child in enumerate(children):
                if not isinstance(child, ast.AST) or _is_left_alone(parent, child):
                    continue
                stack.append(child)
                if isinstance(child, ast.expr | ast.stmt):
                    yield child, _setter(parent, name, index if isinstance(value, list) else None)


def _setter(parent: ast.AST, name: str, index: int | None) -> Callable[[ast.AST], None]:
    def put(new: ast.AST) -> None:
        if index is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[index] = new

    return put


def _is_typing(parent: ast.AST, name: str) -> bool:
    """Whether a part of a statement is for the type checker: the value of an alias, the bases of a class."""
    alias = isinstance(parent, ast.AnnAssign) and "TypeAlias" in ast.unparse(parent.annotation)
    return (alias and name == "value") or (isinstance(parent, ast.ClassDef) and name in {"bases", "keywords"})


def _is_left_alone(parent: ast.AST, child: ast.AST) -> bool:
    docstring = (
        isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and isinstance(child.value.value, str)
    )
    for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
    words = isinstance(parent, ast.Call) and _name(parent.func) in _SAID
    module = isinstance(child, ast.Import | ast.ImportFrom | ast.Assert)
    names = isinstance(child, ast.Assign) and ast.unparse(child.targets[0]) == "__all__"
    return docstring or for_types or words or module or names or isinstance(child, ast.JoinedStr)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Yield what may go wrong at one place: a few words, and what then stands there."""
    for changed in _swapped(node):
        yield f"{ast.unparse(node)}  ->  {ast.unparse(changed)}", changed
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value.func) not in _SAID:
        yield f"without  {ast.unparse(node)}", ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield f"{ast.unparse(node)}  ->  return None", ast.Return(ast.Constant(None))
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        turned = copy.deepcopy(node)
        turned.test = ast.UnaryOp(ast.Not(), turned.test)
        yield f"if {ast.unparse(node.test)}  ->  if not", turned


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _swapped(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in _SWAPS:
                changed = copy.deepcopy(node)
                changed.ops[place] = _SWAPS[type(operator)]()  # type: ignore[call-overload]
                yield changed
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in _SWAPS:
        changed = copy.deepcopy(node)
        changed.op = _SWAPS[type(node.op)]()  # type: ignore[assignment]
        yield changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Name) and node.id in _NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(_NAMES[node.id], ast.Load())
    elif isinstance(node, ast.Constant) and (other := _other(node.value)) is not None:
        yield ast.Constant(other)


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}?" if isinstance(value, str) else None


class _Mistaken(importlib.machinery.SourceFileLoader):
    """Loads the one file from a changed tree."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> object:
        return compile(self._tree, self.path, "exec", dont_inherit=True)


class _Finder:
    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = name, path, tree

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self._name:
            return None
        loader = _Mistaken(name, str(self._path), self._tree)
        package = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self._path, loader=loader, submodule_search_locations=package
        )


def survivors(path: str, tests: Sequence[str], *, jobs: int = 2) -> tuple[int, list[Mutant]]:
    """Return how many mistakes were made in a file of the package, and those that its tests did not notice.

    Raises:
        AssertionError: the tests fail without any mistake.
    """
    for library in LIBRARIES:
        importlib.import_module(library)
    place = TOP / PACKAGE / path
    source = place.read_text(encoding="utf-8")
    name = ".".join([PACKAGE, *Path(path).with_suffix("").parts]).removesuffix(".__init__")
    assert not _noticed([(name, place, Mutant(0, "nothing", ast.parse(source)))], tests, 1), f"{tests} fail as it is"
    made = list(mutants(source))
    noticed = _noticed([(name, place, mutant) for mutant in made], tests, jobs)
    return len(made), [mutant for index, mutant in enumerate(made) if index not in noticed]


def _noticed(work: Sequence[tuple[str, Path, Mutant]], tests: Sequence[str], jobs: int) -> set[int]:
    """Return which mistakes the tests noticed; `jobs` at a time."""
    running: dict[int, int] = {}
    found: set[int] = set()
    for index, mistake in enumerate(work):
        if len(running) == jobs:
            _wait(running, found)
        running[_start(*mistake, tests)] = index
    while running:
        _wait(running, found)
    return found


def _wait(running: dict[int, int], found: set[int]) -> None:
    process, status = os.wait()
    index = running.pop(process)
    if os.waitstatus_to_exitcode(status) != 0:
        found.add(index)


def _start(name: str, place: Path, mutant: Mutant, tests: Sequence[str]) -> int:
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        signal.alarm(LONGEST)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.chdir(TOP)
        sys.meta_path.insert(0, _Finder(name, place, mutant.tree))  # type: ignore[arg-type]
        code = int(importlib.import_module("pytest").main([*_HOW, *tests]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.path[:0] = [str(TOP), str(TOP / "tests")]
    from support.deciding import main

    main(sys.argv[1:])
