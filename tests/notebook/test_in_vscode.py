"""The wizard and the views in a real VS Code, in its own notebook editor, with the widget manager of its Jupyter
extension; the extension itself is stood in for by the few lines in `vscode/`."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import openpyxl
import pytest
from compropago_bulk.notebook.parts import css
from compropago_bulk.notebook.wizard import Wizard

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "vscode"))
import editor
from browser import CHROMIUM, FLAGS, ROOT, sandbox_process

sys.path.pop(0)
sys.path.pop(0)

needs = pytest.mark.skipif(
    not CHROMIUM.exists() or find_spec("playwright") is None or find_spec("jupyter_server") is None,
    reason="needs chromium, playwright and jupyter_server",
)
CONTRAST = (Path(__file__).parent / "vscode/contrast.js").read_text(encoding="utf-8")
READABLE = 4.5
"""The least contrast of text that WCAG 2 accepts at level AA."""
THEMES = ("Dark Modern", "Light Modern", "Default High Contrast", "Default High Contrast Light")
SHOTS = os.environ.get("COMPROPAGO_TEST_SHOTS")
"""A folder for screenshots, where somebody wants to look at them."""
WIZARD = "import compropago_bulk as cp\ncp.wizard()"


@pytest.fixture(scope="module")
def chromium():
    """Start the browser once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *editor.FLAGS])
        yield browser
        browser.close()


@contextmanager
def opened(chromium, tmp_path: Path, theme: str, *cells: str):
    """Open a notebook with some cells in VS Code; give its page, the webview of its outputs, and the sandbox."""
    if missing := editor.fetched():
        pytest.skip(missing)
    folder, own = tmp_path / "condominio", tmp_path / "editor"
    folder.mkdir()
    shutil.copy(ROOT / "samples/residentes.xlsx", folder)
    rows = [
        {"cell_type": "code", "execution_count": None, "id": f"c{at}", "metadata": {}, "outputs": [], "source": cell}
        for at, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    (folder / "cuaderno.ipynb").write_text(
        json.dumps({"cells": rows, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    with (
        sandbox_process(folder) as (sandbox, env),
        editor.vscode(folder, own, env | {"COMPROPAGO_RATE": "30"}, theme) as address,
    ):
        page = chromium.new_page(viewport={"width": 1280, "height": 2200})  # so high that nothing has to be scrolled
        page.set_default_timeout(40_000)
        try:
            page.goto(address)
            open_the_notebook(page)
            yield page, page.frame_locator("iframe.webview").frame_locator("#active-frame"), sandbox, folder
        finally:
            shot(page, f"vscode-{theme}-last".lower().replace(" ", "-"))
            page.close()


def open_the_notebook(page) -> None:
    """Open it from the list of files; anew, where VS Code was not ready for notebooks and shows its JSON."""
    file = page.get_by_role("treeitem", name="cuaderno.ipynb")
    file.wait_for(timeout=90_000)
    for _ in range(20):
        file.click()
        page.wait_for_timeout(3000)
        if page.get_by_text("Stand-in kernel").is_visible():
            return
        if (closing := page.locator(".tab .codicon-close").first).is_visible():
            closing.click()
    raise AssertionError("the notebook does not open")


def shot(page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def run_all(page) -> None:
    page.get_by_role("button", name="Run All").click()


def press(outputs, words: str) -> None:
    outputs.get_by_role("button", name=words).click()


def until(page, true, seconds: float = 30) -> None:
    """Wait for something, while the page lives on."""
    for _ in range(int(seconds * 10)):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def to_the_check(page, outputs) -> None:
    outputs.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
    press(outputs, "Continuar")
    outputs.get_by_text("¿Es esto lo que contiene su hoja?").wait_for()
    readable(outputs)
    press(outputs, "Continuar")
    outputs.get_by_label("Crear CLABEs").check()
    press(outputs, "Revisar la hoja")
    outputs.get_by_text("renglones listos", exact=True).wait_for()


def readable(outputs) -> None:
    """Hold that all of the wizard can be read."""
    hardest = outputs.locator(".cp-wizard").evaluate(CONTRAST)
    assert hardest[0][0] >= READABLE, hardest


@needs
@pytest.mark.slow
def test_the_whole_job_in_vs_code(chromium, tmp_path):
    with opened(chromium, tmp_path, "Dark Modern", WIZARD) as (page, outputs, sandbox, folder):
        run_all(page)
        with page.expect_file_chooser() as chooser:
            press(outputs, "Subir un archivo")
        chooser.value.set_files(str(shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path / "subido.xlsx")))
        outputs.get_by_text("Elegido: subido.xlsx").wait_for()
        to_the_check(page, outputs)
        shot(page, "vscode-check")

        press(outputs, "Hacer una copia con las celdas marcadas")
        outputs.get_by_text(f"Guardado: {folder / 'residentes-por-corregir.xlsx'}").wait_for()
        outputs.get_by_text("Descargar la copia marcada").click()
        save_as(page, folder / "bajado.xlsx")
        assert openpyxl.load_workbook(folder / "bajado.xlsx")["Torre A"]["D9"].comment
        page.get_by_role("tab", name="cuaderno.ipynb").click()

        press(outputs, "Continuar")
        press(outputs, "Enviar 122 en modo de prueba")
        until(page, lambda: len(sandbox.requests()) > 8)
        press(outputs, "Pausar")
        outputs.get_by_text("En pausa: no se envía nada.").wait_for()
        readable(outputs)
        page.wait_for_timeout(500)
        held = len(sandbox.requests())
        shot(page, "vscode-paused")
        page.wait_for_timeout(1500)
        assert len(sandbox.requests()) == held < 122
        press(outputs, "Reanudar")
        outputs.get_by_text("Qué resultó").wait_for()
        readable(outputs)
        assert sandbox.creating() == 122
        assert sandbox.violations() == []
        rows = list(openpyxl.load_workbook(folder / "residentes-clabes.xlsx")["Residentes"].values)
        assert sum(row[rows[0].index("Resultado")] == "creado" for row in rows[1:]) == 122


def save_as(page, path: Path) -> None:
    """Answer the dialog in which VS Code asks where to save what a link hands out."""
    page.get_by_role("button", name="OK", exact=True).wait_for()
    asked = page.locator(".quick-input-box input")
    for _ in range(5):
        asked.fill(str(path))
        page.wait_for_timeout(1000)  # the dialog lists folders meanwhile, and may write its own proposal over
        if asked.input_value() == str(path):
            break
    asked.press("Enter")
    until(page, path.exists)
    page.get_by_role("tab", name=path.name).wait_for()


@needs
@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_in_every_theme_of_vs_code_the_wizard_can_be_read_and_typed_into(chromium, tmp_path, theme):
    with opened(chromium, tmp_path, theme, WIZARD) as (page, outputs, *_):
        run_all(page)
        to_the_check(page, outputs)
        readable(outputs)
        backdrop = outputs.locator(".cell-output-ipywidget-background").first
        assert backdrop.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"
        field = outputs.get_by_label("Prefijo de las referencias")
        field.click()
        page.keyboard.type("add-")  # letters that are commands of the notebook
        page.keyboard.press("Tab")
        assert field.input_value() == "add-"
        assert page.locator(".code-cell-row").count() == 1
        check = outputs.get_by_role("button", name="Revisar la hoja")
        assert check.evaluate("one => one === document.activeElement")
        outputs.get_by_text("renglones listos", exact=True).wait_for(state="hidden")
        page.keyboard.press("Enter")
        outputs.get_by_text("renglones listos", exact=True).wait_for()


@needs
@pytest.mark.slow
def test_the_bar_the_views_and_the_interrupt_of_vs_code(chromium, tmp_path):
    sending = "import compropago_bulk as cp\nresult = cp.create_clabes(cp.read_sheet('residentes.xlsx'))"
    views = [
        "cp.show(result, rows=6)",
        "result[['outcome', 'clabe']].head(3).style.set_caption('styler')",
        "cp.wizard()",
    ]
    with opened(chromium, tmp_path, "Light Modern", sending, *views) as (page, outputs, sandbox, folder):
        run_all(page)
        until(page, lambda: sandbox.creating() > 20)
        page.get_by_role("button", name="Interrupt").click()
        outputs.get_by_text("La ejecución se detuvo antes").wait_for()
        stopped = sandbox.creating()
        assert 20 < stopped < 122
        outputs.locator(".widget-hbox", has_text=f"{stopped}/122").wait_for()
        assert outputs.locator(".cp-chip.good").first.inner_text() == f"✓ {stopped} creados"
        outputs.get_by_text("styler").wait_for()
        outputs.get_by_text("Elija la hoja de residentes").wait_for()
        shot(page, "vscode-interrupted")

        run_all(page)
        until(page, lambda: sandbox.creating() == 122)
        until(page, lambda: "ya existían" in outputs.locator("body").inner_text())
        words = ("100%", "ComproPago, el asistente: ejecute esta celda para abrirlo.")
        until(page, lambda: all(one in saved(folder) for one in words))  # VS Code saves by itself
        assert sandbox.violations() == []


def saved(folder: Path) -> str:
    """Give all plain text that the saved notebook shows without a kernel."""
    text = (folder / "cuaderno.ipynb").read_text(encoding="utf-8")
    cells = json.loads(text)["cells"] if text else []  # empty while it is being written
    return "\n".join("".join(one.get("data", {}).get("text/plain", "")) for cell in cells for one in cell["outputs"])


LIGHT_LEFTOVERS = (
    "<style>:root{--jp-layout-color1:white;--jp-ui-font-color1:#333;--jp-widgets-color:#333;"
    "--jp-widgets-label-color:#333}.jupyter-widgets{color:var(--jp-widgets-color)}"
    ".cell-output-ipywidget-background{background:white !important}</style>"
)
"""What the widgets of VS Code's Jupyter extension bring along, whatever the theme."""


@needs
@pytest.mark.parametrize(
    ("classes", "background", "text"),
    [
        ("vscode-dark", "#1f1f1f", "#cccccc"),
        ("vscode-light", "#ffffff", "#3b3b3b"),
        ("vscode-high-contrast", "#000000", "#ffffff"),
        ("vscode-high-contrast vscode-high-contrast-light", "#ffffff", "#292929"),
    ],
)
def test_the_wizard_takes_vs_codes_colours_over_the_light_ones_of_its_widgets(chromium, classes, background, text):
    page = chromium.new_page()
    page.set_content(
        f"{LIGHT_LEFTOVERS}<body class='{classes}'>"
        f"<style>:root{{--vscode-editor-background:{background};--vscode-editor-foreground:{text}}}</style>"
        f"<div class='cell-output-ipywidget-background'><div class='jupyter-widgets cp-wizard cp-view'>{css()}"
        "<div class='jupyter-widgets widget-html'><h3>Elija la hoja</h3><p class='cp-muted'>Excel o CSV</p>"
        "<span class='cp-chip bad'>por corregir</span></div><button class='jupyter-button'>Actualizar</button>"
        "<div class='cp-tile'><b>122</b><span>renglones</span></div></div></div>"
    )
    hardest = page.locator(".cp-wizard").evaluate(CONTRAST)
    assert hardest[0][0] >= READABLE, hardest
    page.close()


def test_a_saved_wizard_says_how_to_open_it_and_shows_no_code(opened_wizard):
    plain = opened_wizard._repr_mimebundle_()["text/plain"]
    assert plain == "ComproPago, the wizard: run this cell to open it."


@pytest.fixture
def opened_wizard(tmp_path) -> Wizard:
    from compropago_bulk.notebook.session import Session

    return Wizard(Session(None, tmp_path), background=lambda do: do())
