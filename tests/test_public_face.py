"""The package as its users see it: its names, its help, the table's own methods, and how little an import costs."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import compropago_bulk as cp
import pandas as pd
import pytest

PUBLIC = {name: getattr(cp, name) for name in cp.__all__}
MADE_BY_PEOPLE = {"Connection", "Profile", *(name for name in PUBLIC if name.islower())}
"""The others are what a function gives back, or raises."""
CALLABLES = {name: thing for name, thing in PUBLIC.items() if callable(thing)}


def test_tab_shows_public_names_and_nothing_else():
    assert dir(cp) == sorted(cp.__all__)
    assert not [name for name in dir(cp) if name.startswith("_")]


def test_importing_the_package_loads_no_room_that_is_not_used_and_nothing_heavy():
    heavy = ["ipywidgets", "matplotlib", "uvicorn", "starlette", "sqlalchemy", "httpx", "openpyxl", "typer", "tqdm"]
    rooms = [f"compropago_bulk.{room}" for room in ("api", "bulk", "notebook", "reports", "journal", "sheets", "cli")]
    program = f"import json, sys, compropago_bulk; print(json.dumps([n for n in {heavy + rooms} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_name_that_is_none_is_an_attribute_error():
    with pytest.raises(AttributeError, match="create_clabs"):
        cp.create_clabs  # noqa: B018


@pytest.mark.parametrize("name", CALLABLES)
def test_the_help_of_a_name_describes_each_argument(name):
    text = inspect.getdoc(CALLABLES[name]) or ""
    assert text.splitlines()[0].endswith("."), "one sentence first"
    for argument in inspect.signature(CALLABLES[name]).parameters if name in MADE_BY_PEOPLE else ():
        assert f"{argument}:" in text or f"{argument}," in text or f"`{argument}`" in text, argument


@pytest.mark.parametrize("name", [name for name in CALLABLES if name.islower()])
def test_the_help_of_a_function_says_what_comes_back_and_what_it_raises(name):
    text = inspect.getdoc(CALLABLES[name])
    assert "Returns:" in text
    assert "Raises:" in text


def test_the_stub_is_what_type_checkers_read_and_the_marker_is_there():
    from importlib.resources import files

    assert files("compropago_bulk").joinpath("__init__.pyi").is_file()
    assert files("compropago_bulk").joinpath("py.typed").is_file()


# the table's own methods


@pytest.fixture
def result(residents, sandbox):
    table = residents(6)
    table.loc[table.index[4], "Correo"] = "sin correo"
    table.loc[table.index[5], "Correo"] = "r6.example.com"
    return cp.create_clabes(table, connection=sandbox.connection, progress=False, phone="5500000009")


def test_a_result_counts_and_sums_itself_up(result):
    assert result.compropago.counts == {"created": 4, "invalid": 2}
    summary = result.compropago.summary
    assert list(summary.columns) == ["outcome", "error_code", "rows", "error"]
    assert summary["rows"].tolist() == [4, 1, 1] and summary["outcome"].tolist() == ["created", "invalid", "invalid"]
    assert set(summary["error_code"].dropna()) == {"missing_email", "bad_email"}
    assert summary["error"].isna().tolist() == [True, False, False]
    assert {str(dtype) for dtype in summary[["outcome", "error_code"]].dtypes} == {"string"}


def test_a_result_says_what_is_to_be_known_of_the_whole(result):
    assert result.compropago.notes == [
        "keyword_used: phone=5500000009 was used in 0 of 6 rows: "
        "the others have a value of their own in the column «Teléfono»."
    ]


def test_what_is_no_result_says_so(residents):
    for name in ("counts", "summary", "notes"):
        with pytest.raises(ValueError, match="outcome"):
            getattr(residents(1).compropago, name)


def test_a_plain_table_of_outcomes_counts_too():
    table = pd.DataFrame({"outcome": ["created"], "error_code": [None], "error": [None]})
    assert table.compropago.counts == {"created": 1} and table.compropago.notes == []
    assert len(table.compropago.summary) == 1
