"""The wizard in a real browser, on Voilà and on JupyterLab, against a sandbox in a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from browser import CHROMIUM, FLAGS, ROOT, Console, lab, sandbox_process, voila
from looks import barriers, faults

sys.path.pop(0)

needs = pytest.mark.skipif(
    not CHROMIUM.exists() or find_spec("playwright") is None or find_spec("voila") is None,
    reason="needs chromium, playwright and voila",
)
ORDER = {"Id_del_producto": "MTTO-2026-11", "Concepto_que_lee": "Noviembre", "Cuota_en_MXN": "1500"}
SHOTS = os.environ.get("COMPROPAGO_TEST_SHOTS")
"""A folder for screenshots, where somebody wants to look at them."""


@pytest.fixture(scope="module")
def chromium():
    """Start the browser once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def opened(chromium, width: int = 1280):
    page = chromium.new_page(viewport={"width": width, "height": 1100}, accept_downloads=True)
    page.set_default_timeout(20_000)
    return page, Console(page)


def look(page, name: str) -> None:
    """Look at the page as somebody with poor eyes would, and keep a picture where somebody asked for it."""
    time.sleep(0.4)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))
    assert faults(page) == [] and barriers(page, ".cp-wizard") == []


def press(page, words: str) -> None:
    page.get_by_role("button", name=words).click()


def until(true, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)


def upload(page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        press(page, "Subir un archivo")
    chooser.value.set_files(str(path))
    page.get_by_text(f"Elegido: {path.name}").wait_for()


def to_the_sending(page, operation: str, **values: str) -> None:
    press(page, "Continuar")
    page.get_by_text("¿Es esto lo que contiene su hoja?").wait_for()
    look(page, "columns")
    press(page, "Continuar")
    page.get_by_label(operation).check()
    for label, value in values.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
        page.keyboard.press("Tab")
    press(page, "Revisar la hoja")
    page.get_by_text("renglones listos", exact=True).wait_for()
    look(page, "check")


@needs
def test_the_app_opens_reads_and_checks(chromium, tmp_path):
    """The short one, for every change."""
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (sandbox, env), voila(tmp_path, env) as address:
        page, console = opened(chromium)
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Crear CLABEs")
        page.get_by_text("Torre A!D9").wait_for()
        assert sandbox.requests() == []
        assert console.errors == []
        page.close()


@needs
def test_the_app_is_for_this_computer_and_who_has_its_address(tmp_path):
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env) as address:
        port = address.partition("?")[0].rstrip("/").rpartition(":")[2]
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10)
        assert "/login" in page.url
        with pytest.raises(OSError), socket.create_connection((own_address(), int(port)), 2):
            pass


def own_address() -> str:
    """Give an address of this computer that others see; loopback's second one where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
            return one.getsockname()[0]
        except OSError:
            return "127.0.0.2"


@pytest.mark.slow
@needs
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 640])
def test_the_whole_job_in_the_app(chromium, tmp_path, width, theme):
    (tmp_path / "from").mkdir()
    sample = Path(shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path / "from"))
    with (
        sandbox_process(tmp_path) as (sandbox, env),
        voila(tmp_path, env | {"COMPROPAGO_RATE": "30"}, theme) as address,
    ):
        page, console = opened(chromium, width)
        page.goto(address)
        page.get_by_text("Hasta 7 MB").wait_for()
        look(page, f"file-{width}-{theme}")
        upload(page, sample)
        to_the_sending(page, "Crear CLABEs")
        press(page, "Hacer una copia con las celdas marcadas")
        with page.expect_download() as download:
            page.get_by_text("Descargar la copia marcada").click()
        download.value.save_as(tmp_path / "marcada.xlsx")
        assert openpyxl.load_workbook(tmp_path / "marcada.xlsx")["Torre A"]["D9"].comment
        press(page, "Continuar")
        page.get_by_role("button", name="Enviar 122").wait_for()
        look(page, f"send-{width}-{theme}")
        press(page, "Enviar 122 en modo de prueba")

        until(lambda: len(sandbox.requests()) > 8)
        press(page, "Pausar")
        page.get_by_text("En pausa: no se envía nada.").wait_for()
        time.sleep(0.5)
        held = len(sandbox.requests())
        look(page, f"paused-{width}-{theme}")
        time.sleep(1.5)
        assert len(sandbox.requests()) == held < 122
        press(page, "Reanudar")

        page.get_by_text("Qué resultó").wait_for()
        with page.expect_download() as download:
            page.get_by_text("Descargar en Excel").click()
        download.value.save_as(tmp_path / "clabes.xlsx")
        rows = list(openpyxl.load_workbook(tmp_path / "clabes.xlsx")["Residentes"].values)
        assert sum(row[rows[0].index("Resultado")] == "creado" for row in rows[1:]) == 122
        clabes = [row[rows[0].index("CLABE ComproPago")] for row in rows[1:]]
        assert len({one for one in clabes if one}) == 122 and all(len(one) == 18 for one in clabes if one)
        assert sandbox.creating() == 122
        assert sandbox.violations() == []
        assert console.errors == []
        look(page, f"result-{width}-{theme}")
        page.close()


@pytest.mark.slow
@needs
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs jupyterlab")
def test_a_stop_and_a_kernel_restart_in_jupyterlab_lose_nothing(chromium, tmp_path):
    sample = Path(shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path))
    with sandbox_process(tmp_path) as (sandbox, env), lab(tmp_path, env | {"COMPROPAGO_RATE": "15"}) as address:
        page, console = opened(chromium)
        page.goto(address)
        run_the_cell(page)
        upload(page, sample)
        sample.unlink()
        to_the_sending(page, "Generar órdenes de pago", **ORDER)
        press(page, "Continuar")
        press(page, "Enviar 122 en modo de prueba")
        until(lambda: sandbox.creating() > 10)
        press(page, "Detener")
        page.get_by_text("Qué resultó").wait_for()
        stopped = sandbox.creating()
        assert 10 < stopped < 122
        look(page, "lab-stopped")
        press(page, "Continuar: enviar lo que falta")
        press(page, f"Enviar {122 - stopped} en modo de prueba")
        until(lambda: sandbox.creating() > stopped + 10)

        assert console.errors == []
        page.keyboard.press("Escape")
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.get_by_text("Restart Kernel…", exact=True).click()
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        time.sleep(5)
        restarted = sandbox.creating()
        assert restarted < 122
        console.errors.clear()  # a restart may cut a message short, which the page says
        run_the_cell(page)
        page.get_by_text("Esta ejecución no llegó a su fin").wait_for()
        look(page, "lab-unfinished")
        press(page, "Continuar con ella")
        press(page, f"Enviar {122 - restarted} en modo de prueba")
        page.get_by_text("Qué resultó").wait_for()
        assert sandbox.creating() == 122
        assert sandbox.violations() == []
        assert console.errors == []
        look(page, "lab-result")
        page.close()


@pytest.mark.slow
@needs
def test_a_page_closed_during_a_run_loses_nothing_and_leaves_no_kernel(chromium, tmp_path):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (sandbox, env), voila(tmp_path, env | {"COMPROPAGO_RATE": "10"}) as address:
        page, console = opened(chromium)
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Generar órdenes de pago", **ORDER)
        press(page, "Continuar")
        press(page, "Enviar 122 en modo de prueba")
        until(lambda: sandbox.creating() > 10)
        page.reload()
        page.get_by_text("Esta ejecución no llegó a su fin").wait_for()  # by itself, once the old kernel has ended
        look(page, "app-reloaded")
        until(lambda: kernels(tmp_path) == 1)
        stopped = sandbox.creating()
        assert 10 < stopped < 122
        press(page, "Continuar con ella")
        press(page, f"Enviar {122 - stopped} en modo de prueba")
        page.get_by_text("Qué resultó").wait_for()
        assert sandbox.creating() == 122
        assert sandbox.violations() == []
        assert console.errors == []
        page.close()


def kernels(folder: Path) -> int:
    """Count the kernels that run on behalf of a test."""
    found = 0
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (one / "cmdline").read_bytes()
            found += b"ipykernel" in words and str(folder).encode() in (one / "environ").read_bytes()
    return found


@pytest.mark.slow
@needs
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs jupyterlab")
def test_a_page_of_jupyterlab_loaded_again_still_shows_and_steers_the_run(chromium, tmp_path):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (sandbox, env), lab(tmp_path, env | {"COMPROPAGO_RATE": "5"}) as address:
        page, console = opened(chromium)
        page.goto(address)
        run_the_cell(page)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Crear CLABEs")
        press(page, "Continuar")
        press(page, "Enviar 122 en modo de prueba")
        until(lambda: len(sandbox.requests()) > 5)
        page.reload()
        run_the_cell(page)
        press(page, "Pausar")
        page.get_by_text("En pausa: no se envía nada.").wait_for()
        look(page, "lab-reloaded")
        time.sleep(0.5)
        held = len(sandbox.requests())
        time.sleep(1)
        assert len(sandbox.requests()) == held < 122
        press(page, "Detener")
        page.get_by_text("Qué resultó").wait_for()
        assert console.errors == []
        page.close()


@pytest.mark.slow
@needs
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs jupyterlab")
def test_an_upload_too_large_for_jupyterlab_leaves_the_wizard_well_and_its_advice_in_sight(chromium, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    large = tmp_path / "elsewhere" / "grande.csv"
    large.write_bytes(b"Referencia,Nombre,Correo\n" + b"101,Ana,ana@example.com\n" * 1_300_000)
    with sandbox_process(tmp_path) as (_, env), lab(tmp_path, env) as address:
        page, _ = opened(chromium)
        page.goto(address)
        run_the_cell(page)
        with page.expect_file_chooser() as chooser:
            press(page, "Subir un archivo")
        chooser.value.set_files(str(large))
        time.sleep(4)
        assert page.get_by_text("Elegido:").count() == 0
        page.get_by_text("guarde el archivo en esta carpeta").wait_for()
        shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
        press(page, "Actualizar lista")
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        press(page, "Continuar")
        page.get_by_text("¿Es esto lo que contiene su hoja?").wait_for()
        page.close()


EVIL = "<img src=x onerror='window.harmed=1'><script>window.harmed=1</script>"


@pytest.mark.slow
@needs
def test_text_from_a_sheet_its_tabs_and_its_file_is_never_markup_in_the_page(chromium, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "<img src=x onerror=a>"
    for line in (["Referencia", "Nombre", "Correo", EVIL], ["101", EVIL, "no correo " + EVIL, EVIL],
                 ["102", EVIL, "b@example.com", EVIL], ["103", "$1 y $2 \\(x\\)", "c@example.com", "$a$"]):  # fmt: skip
        book.active.append(line)
    book.create_sheet("<b>otra").append(["nada"])
    name = "<img src=x onerror=window.harmed=1>.xlsx"
    book.save(tmp_path / name)
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env | {"COMPROPAGO_RATE": "50"}) as address:
        page, console = opened(chromium)
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option(name)
        press(page, "Continuar")
        page.get_by_text("¿Es esto lo que contiene su hoja?").wait_for()
        unharmed(page)
        press(page, "Continuar")
        page.get_by_label("Crear CLABEs").check()
        press(page, "Revisar la hoja")
        page.get_by_text("renglones listos", exact=True).wait_for()
        unharmed(page)
        press(page, "Continuar")
        press(page, "Enviar 2 en modo de prueba")
        page.get_by_text("Qué resultó").wait_for()
        page.get_by_label("Mostrar datos personales").check()
        page.get_by_text("$1 y $2").first.wait_for()
        unharmed(page)
        page.reload()
        page.get_by_label("Un archivo de esta carpeta").wait_for()
        unharmed(page)
        assert console.errors == []
        page.close()


def unharmed(page) -> None:
    time.sleep(0.3)
    assert page.evaluate("window.harmed") is None
    assert page.locator(".cp-wizard img, .cp-wizard script").count() == 0


@pytest.mark.slow
@needs
def test_the_wizard_speaks_english_and_shows_an_error(chromium, tmp_path):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env | {"COMPROPAGO_LANG": "en"}, "dark") as address:
        page, console = opened(chromium, 640)
        page.goto(address)
        page.get_by_label("or its path").fill("nowhere.xlsx")
        page.keyboard.press("Tab")
        press(page, "Continue")
        page.get_by_role("alert").get_by_text("nowhere.xlsx").wait_for()
        look(page, "english-error")
        page.get_by_label("A file of this folder").select_option("residentes.xlsx")
        press(page, "Continue")
        page.get_by_text("Is this what stands in your sheet?").wait_for()
        look(page, "english-columns")
        assert console.errors == []
        page.close()


@pytest.mark.slow
@needs
@pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs jupyterlab")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_views_can_be_read_in_jupyterlab(chromium, tmp_path, dark):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    cells = [
        "import compropago_bulk as cp\nsandbox = cp.sandbox(rate=200).start()",
        "connection = sandbox.connection\nconnection",
        "report = cp.check('residentes.xlsx', 'createClabe', connection=connection)\nreport",
        "result = cp.create_clabes('residentes.xlsx', connection=connection)\ncp.show(result)",
        "orders = cp.create_orders('residentes.xlsx', product_id='M', product_name='N', connection=connection)\n"
        "audit = cp.audit_orders(orders, connection=connection)\naudit",
        "from IPython.display import Latex\nLatex('$a+b$')",
    ]
    with sandbox_process(tmp_path) as (_, env), lab(tmp_path, env, dark=dark, cells=cells) as address:
        page, console = opened(chromium)
        page.goto(address)
        ready(page)
        console.errors.clear()
        page.keyboard.press("Shift+Enter")
        for number in range(1, len(cells) - 1):
            page.keyboard.press("Shift+Enter")
            page.locator(".jp-Cell").nth(number).locator(".cp-view").wait_for()
        page.keyboard.press("Shift+Enter")
        page.locator("mjx-container").wait_for()  # the one formula that there is
        page.get_by_text("$221,020.00").first.wait_for()
        assert faults(page, ".cp-view") == []
        assert console.errors == []
        page.close()


def ready(page) -> None:
    """Wait until the notebook and its kernel are there."""
    page.locator(".jp-Notebook .jp-InputArea-editor").first.click(timeout=40_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(state="attached", timeout=40_000)


def run_the_cell(page) -> None:
    """Run the notebook's one cell, by keyboard."""
    ready(page)
    page.keyboard.press("Shift+Enter")
    page.locator(".cp-wizard").first.wait_for(timeout=40_000)


@pytest.mark.slow
@needs
@pytest.mark.parametrize("app", ["jupyterlab", "notebook"])
def test_a_notebook_program_shows_the_wizard_and_the_views(chromium, tmp_path, app):
    pytest.importorskip(app)
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (_, env), lab(tmp_path, env, dark=app == "jupyterlab", app=app) as address:
        page, console = opened(chromium)
        page.goto(address)
        ready(page)
        console.errors.clear()  # what the program itself complains of at its start
        run_the_cell(page)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Crear CLABEs")
        look(page, f"{app}-dark")
        assert console.errors == []
        page.close()


@pytest.mark.slow
@needs
def test_live_mode_cannot_be_mistaken_and_asks_for_the_number(chromium, tmp_path):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    keys = {"COMPROPAGO_SECRET_KEY": "sk_live_sandbox", "COMPROPAGO_PUBLIC_KEY": "pk_live_sandbox"}
    with (
        sandbox_process(tmp_path) as (sandbox, env),
        voila(tmp_path, env | keys | {"COMPROPAGO_RATE": "100"}) as address,
    ):
        page, console = opened(chromium)
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Crear CLABEs")
        press(page, "Continuar")
        page.get_by_text("MODO ACTIVO: personas y dinero reales").wait_for()
        start = page.get_by_role("button", name="DE VERDAD")
        start.wait_for()
        look(page, "live")
        assert start.is_disabled()
        page.get_by_label("Para enviar de verdad").press_sequentially("122")
        start.click()
        page.get_by_text("Qué resultó").wait_for()
        assert sandbox.creating() == 122
        assert console.errors == []
        page.close()


@pytest.mark.slow
@needs
def test_the_wizard_is_driven_by_keyboard_alone(chromium, tmp_path):
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env) as address:
        page, console = opened(chromium)
        page.goto(address)
        page.locator(".cp-wizard").wait_for()
        reach(page, "SELECT")
        page.keyboard.press("ArrowDown")
        page.get_by_text("Elegido: residentes.xlsx").wait_for()
        reach(page, "BUTTON", "Continuar")
        page.keyboard.press("Enter")
        page.get_by_text("¿Es esto lo que contiene su hoja?").wait_for()
        reach(page, "BUTTON", "Continuar")
        page.keyboard.press("Enter")
        page.get_by_text("¿Qué desea hacer?").wait_for()
        reach(page, "INPUT")
        page.keyboard.press("ArrowDown")
        page.get_by_label("Nombre de la cuenta").wait_for(state="hidden")
        reach(page, "BUTTON", "Revisar")
        page.keyboard.press("Enter")
        page.get_by_text("renglones listos", exact=True).wait_for()
        assert console.errors == []
        page.close()


def reach(page, tag: str, words: str = "") -> None:
    """Press Tab until something of that kind has the focus."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate("[document.activeElement.tagName, document.activeElement.textContent]")
        if found[0] == tag and words in found[1]:
            return
    raise AssertionError(f"no {tag} {words} can be reached")


@needs
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_who_has_paid_by_clicking(chromium, tmp_path, width):
    """From the bill to one resident's page, on the wizard's own sandbox."""
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env) as address:
        page, console = opened(chromium, width)
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Generar órdenes de pago", **ORDER)
        press(page, "Continuar")
        page.get_by_label("ninguna: practicar en el sandbox").check()
        page.get_by_label("sólo los primeros").fill("20")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Enviar 20").click()
        page.get_by_text("Qué resultó").wait_for()
        press(page, "¿Quién pagó?")
        press(page, "Ver quién pagó")
        page.get_by_text("Descargar el libro de cobranza").wait_for()
        press(page, "Práctica: la mitad paga")
        page.get_by_text("Pagada").first.wait_for()
        look(page, f"paid-{width}")
        page.get_by_label("Texto para").select_option(index=1)
        press(page, "Hacer la hoja de este residente")
        page.get_by_text("Descargar la hoja").wait_for()
        look(page, f"paid-text-{width}")
        assert console.errors == []
        page.close()


@needs
@pytest.mark.slow
def test_a_newcomer_has_the_printed_list_in_under_ten_minutes_and_twenty_clicks(chromium, tmp_path):
    """From a folder with a sheet and no keys to the pages on paper; a person is slower than this, by half a minute."""
    shutil.copy(ROOT / "samples/residentes.xlsx", tmp_path)
    begun = time.monotonic()
    with sandbox_process(tmp_path) as (_, env), voila(tmp_path, env) as address:
        page, console = opened(chromium)
        page.add_init_script("window.clicks = 0; addEventListener('click', e => clicks += e.isTrusted, true)")
        page.goto(address)
        page.get_by_label("Un archivo de esta carpeta").select_option("residentes.xlsx")
        to_the_sending(page, "Crear CLABEs")
        press(page, "Continuar")
        page.get_by_label("ninguna: practicar en el sandbox").check()
        press(page, "Enviar 122")
        page.get_by_text("Qué resultó").wait_for()
        with page.expect_download() as download:
            page.get_by_text("Descargar en Excel").click()
        download.value.save_as(tmp_path / "clabes.xlsx")
        clicks = page.evaluate("clicks") + 2  # a list is opened and chosen from without a click that a page sees
        page.close()
    if shutil.which("soffice"):
        program = ["soffice", f"-env:UserInstallation=file://{tmp_path}/lo", "--headless", "--convert-to", "pdf"]
        subprocess.run([*program, "--outdir", str(tmp_path), str(tmp_path / "clabes.xlsx")], check=True, timeout=120)
        assert (tmp_path / "clabes.pdf").stat().st_size > 10_000
    assert clicks <= 20 and time.monotonic() - begun < 600 and console.errors == []


@needs
@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="needs axe")
def test_the_look_for_barriers_would_see_one(chromium):
    page = chromium.new_page()
    page.set_content("<div class='cp-wizard'><img src='data:,'><select><option>1</option></select></div>")
    assert {found.split(":")[0] for found in barriers(page, ".cp-wizard")} >= {"image-alt", "select-name"}
    page.close()
