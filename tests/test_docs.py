"""The words tell the truth about the code as it is."""

from __future__ import annotations

import re
from pathlib import Path

import compropago_bulk as cp
import nbformat
import pytest
from compropago_bulk.cli.main import application
from compropago_bulk.rows.model import Outcome
from compropago_bulk.texts import AREAS, sentences
from nbclient import NotebookClient

TOP = Path(__file__).parents[1]
DOCS = [TOP / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/promises.md")]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_name_and_link_in_the_docs_exists(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"\bcp\.([a-zA-Z_]+)", text):
        assert hasattr(cp, name), name
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link


def test_the_readme_names_the_commands_that_there_are():
    listed = re.search(r"`compropago-bulk ([a-z|]+)`", (TOP / "README.md").read_text(encoding="utf-8"))
    assert set(listed[1].split("|")) == {command.name for command in application().registered_commands}


def test_the_promises_list_every_outcome():
    text = (TOP / "docs/promises.md").read_text(encoding="utf-8")
    assert all(f"`{outcome}`" in text for outcome in Outcome)


def test_the_changelog_names_this_release():
    assert f"## {cp.__version__} " in (TOP / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_fill_the_same_gaps(area):
    for code, sentence in sentences(area).items():
        gaps = [set(re.findall(r"(?<!\{)\{(\w+)[^}]*\}(?!\})", words)) for words in sentence]
        assert gaps[0] == gaps[1], code


@pytest.mark.parametrize("path", sorted((TOP / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore")
def test_the_notebooks_run_and_hold_no_output(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    for cell in notebook.cells:
        cell.source = cell.source.replace("../samples", str(TOP / "samples"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert (tmp_path / "clabes.xlsx").exists()
