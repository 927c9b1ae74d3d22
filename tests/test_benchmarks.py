"""The benchmarks run, in a small form, so that they cannot rot; one ratio is held, with a margin, and no time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=TOP, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("part", ["pairs", "sending", "pace", "local", "growth", "start"])
def test_the_suite_runs_in_a_small_form(part):
    pytest.importorskip("requests")
    pytest.importorskip("aiohttp")
    found = json.loads(run("benchmarks", "--small", "--only", part))
    assert found[part]


def test_a_row_costs_little_more_of_the_processor_than_bare_httpx_and_not_a_third_more():
    found = json.loads(run("benchmarks.pairs", "0 ms", "1500", "3", "8"))
    assert found["processor"]["median"] < 1.6, found


def test_the_page_is_made_of_what_was_kept():
    import importlib.util

    told = importlib.util.spec_from_file_location("benchmarks_page", TOP / "benchmarks" / "page.py")
    sys.path.insert(0, str(TOP))
    try:
        suite = importlib.util.module_from_spec(told)
        told.loader.exec_module(suite)
    finally:
        sys.path.remove(str(TOP))
    kept = json.loads((TOP / "benchmarks" / "results.json").read_text())
    assert (TOP / "docs" / "benchmarks.md").read_text() == suite.page(kept)


def test_the_simulated_table_of_the_docs_is_what_the_simulation_says():
    told = (TOP / "docs" / "scale.md").read_text().partition("<!-- simulated -->\n")[2].partition("<!-- end -->")[0]
    assert told.strip() == run("benchmarks.simulate").strip()
