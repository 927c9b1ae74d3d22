"""The words tell the truth about the code as it is."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import compropago_bulk as cp
import nbformat
import pytest
from compropago_bulk.cli import application
from compropago_bulk.model import Outcome
from compropago_bulk.texts import AREAS, sentences

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "notebooks"))
from execute import execute  # noqa: E402

sys.path.pop(0)
DOCS = [
    TOP / name
    for name in (
        "README.md",
        "README.es.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/promises.md",
        "docs/guide.md",
        "docs/guia.md",
    )
]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_name_and_link_in_the_docs_exists(path):
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"\bcp\.([a-zA-Z_]+)", text):
        assert hasattr(cp, name), name
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / link).exists(), link


def test_the_readme_names_the_commands_that_there_are():
    listed = re.search(r"`compropago-bulk ([a-z]+(?:\|[a-z]+)+)`", (TOP / "README.md").read_text(encoding="utf-8"))
    app = application()
    assert set(listed[1].split("|")) == {one.name for one in (*app.registered_commands, *app.registered_groups)}


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


NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))


def test_there_are_four_stories():
    stories = ["01-alta-de-residentes", "02-cobranza-del-mes", "03-cuando-algo-falla", "04-estado-de-cuenta"]
    assert [path.stem for path in NOTEBOOKS] == stories


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_notebook_runs_from_top_to_bottom_as_it_was_saved(path, tmp_path, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    saved, fresh = nbformat.read(path, as_version=4), execute(path, tmp_path)
    code = [(old, new) for old, new in zip(saved.cells, fresh.cells, strict=True) if old.cell_type == "code"]
    assert [kinds(old) for old, _ in code] == [kinds(new) for _, new in code]
    assert not [one for cell in fresh.cells for one in cell.get("outputs", ()) if one.output_type == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_link_in_a_notebook_leads_somewhere(path):
    told = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    for link in re.findall(r"\]\(([^)#:]+)\)", told):
        assert (path.parent / link).exists(), link


def kinds(cell):
    """Give what kinds of output a cell has; what it says differs by the hour."""
    return [(one.output_type, sorted(one.get("data", {}))) for one in cell.outputs]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_saved_outputs_hold_no_key_and_no_real_person(path):
    notebook = nbformat.read(path, as_version=4)
    outputs = str([cell.get("outputs") for cell in notebook.cells])
    assert not re.search(r"[sp]k_(test|live)_\w", outputs)
    assert set(re.findall(r"[\w.+-]+@([\w-]+\.[\w.-]*\w)", outputs)) <= {"example.com"}
    phones = re.findall(r"(?<![\w-])(?:\d ?){10}(?![\w-])", outputs)
    assert all(re.sub(r"\D", "", one).startswith("550000") for one in phones), phones
    assert not any(place in outputs for place in ("/home/", "/Users/", "/tmp/", "/root/"))
    assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("name", ["demo", "install", "tests"])
def test_both_readmes_have_the_same_commands(name):
    texts = [(TOP / file).read_text(encoding="utf-8") for file in ("README.md", "README.es.md")]
    blocks = [re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", text, re.S)[1] for text in texts]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_the_first_cell_of_the_readme_gives_a_list_of_clabes(name, tmp_path):
    text = (TOP / name).read_text(encoding="utf-8")
    code = re.search(r"<!-- first -->\n```python\n(.*?)```", text, re.S)[1]
    section = text[text.rindex("\n## ", 0, text.index(code)) :]
    assert section[: section.index("\n## ", 1)].count("\n") < 45, "on one screen"
    (tmp_path / "samples").mkdir()
    shutil.copy(TOP / "samples/residentes.xlsx", tmp_path / "samples")
    room: dict = {}
    exec(code, room)  # in tmp_path, as every test
    assert room["result"]["outcome"].value_counts()["created"] == 122
    assert (tmp_path / "clabes.xlsx").exists()


@pytest.mark.parametrize("name", ["README.md", "README.es.md", "docs/guide.md", "docs/guia.md"])
def test_every_example_runs_as_it_is_written(name, tmp_path, monkeypatch):
    shutil.copytree(TOP / "samples", tmp_path / "samples")
    shutil.copy(TOP / "samples/residentes.xlsx", tmp_path)
    room: dict = {}
    with cp.sandbox(contract="2019-08") as sandbox:
        told = {"SECRET_KEY": "sk_test_sandbox", "PUBLIC_KEY": "pk_test_sandbox", "BASE_URL": sandbox.base_url}
        for variable, value in {**told, "JOURNAL": str(tmp_path / "journal.sqlite"), "RATE": "500"}.items():
            monkeypatch.setenv(f"COMPROPAGO_{variable}", value)
        blocks = re.findall(r"```python\n(.*?)```", (TOP / name).read_text(encoding="utf-8"), re.S)
        assert blocks
        for code in blocks:
            exec(code, room)  # in tmp_path, as every test


def headings(text):
    """Give the ids that a page's headings can be linked by."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_into_a_page_finds_its_heading(path):
    for target, part in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8")):
        page = path.parent / target if target else path
        assert part in headings(page.read_text(encoding="utf-8")), (target, part)


PAIRS = (("README.md", "README.es.md"), ("docs/guide.md", "docs/guia.md"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_a_page_names_the_same_functions_and_settings_in_both_languages(pair):
    english, spanish = ((TOP / file).read_text(encoding="utf-8") for file in pair)
    for pattern in (r"\bcp\.[a-z_]+", r"COMPROPAGO_[A-Z_]+", r"`compropago-bulk [a-z|]+`", r"<!-- \w+ -->"):
        assert set(re.findall(pattern, english)) == set(re.findall(pattern, spanish)), pattern
    assert english.count("\n## ") == spanish.count("\n## ")


CODE = "".join(
    path.read_text(encoding="utf-8") for path in (TOP / "compropago_bulk").rglob("*.py") if path.parent.name != "texts"
)


@pytest.mark.parametrize("area", AREAS)
def test_every_sentence_is_there_in_both_languages_and_spoken_somewhere(area):
    beginnings = tuple(set(re.findall(r"""f["'](\w+_)\{""", CODE)))
    endings = tuple(set(re.findall(r"""f["']\{\w+\}(_\w+)["']""", CODE)))
    for name, sentence in sentences(area).items():
        assert sentence.en.strip() and sentence.es.strip(), name
        assert re.search(rf"""["']{name}["']""", CODE) or name.startswith(beginnings) or name.endswith(endings), name


def test_every_sentence_that_the_wizard_says_exists():
    spoken = set()
    for path in (TOP / "compropago_bulk" / "notebook").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        spoken |= set(re.findall(r'(?:say\(\s*"wizard", |told\(|heading\(|work\()"(\w+)"', text))
    assert spoken and spoken <= set(sentences("wizard"))


def reference():
    spec = importlib.util.spec_from_file_location("make_reference", TOP / "docs" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_has_every_public_name_and_is_what_the_docstrings_say():
    text = (TOP / "docs/reference.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### (\w+)$", text, re.M)) == sorted(cp.__all__)
    assert text == reference().page(), "write it anew: python docs/make_reference.py"
