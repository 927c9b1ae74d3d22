"""A real browser on a real JupyterLab or Voilà, with a sandbox in a process of its own: what the slow tests drive."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def process(*command: str, env: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen]:
    """Run a server while the test lasts, its words in a file."""
    with (cwd / f"{command[1] if command[0] == '-m' else 'program'}.log").open("w") as log:
        one = subprocess.Popen(
            [sys.executable, *command], env=env, cwd=cwd, stdout=log, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield one
        finally:
            one.send_signal(signal.SIGINT)
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()


def answered(url: str, seconds: float = 40) -> None:
    """Wait until something answers."""
    ends = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


class OtherSandbox:
    """The sandbox of another process, by its control routes."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def requests(self) -> list[dict]:
        """Give every request that it saw."""
        return json.load(urllib.request.urlopen(f"{self.url}/_sandbox/log", timeout=5))["requests"]

    def creating(self) -> int:
        """Count the requests that created something."""
        return sum(bool(one["created"]) for one in self.requests())

    def violations(self) -> list[dict]:
        """Give what it saw that the API's documentation or our promises do not allow."""
        return json.load(urllib.request.urlopen(f"{self.url}/_sandbox/violations", timeout=5))["violations"]


def environment(folder: Path, sandbox_port: int, **more: str) -> dict[str, str]:
    """Give an environment with the sandbox's keys, everything kept in the test's folder, and nobody's real settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMPROPAGO_", "JUPYTER"))}
    return (
        kept
        | {
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "COMPROPAGO_LANG": "es",
            "COMPROPAGO_SECRET_KEY": "sk_test_sandbox",
            "COMPROPAGO_PUBLIC_KEY": "pk_test_sandbox",
            "COMPROPAGO_BASE_URL": f"http://127.0.0.1:{sandbox_port}",
            "COMPROPAGO_JOURNAL": str(folder / "journal.sqlite"),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        | more
    )


@contextmanager
def sandbox_process(folder: Path, latency: float = 0.02) -> Iterator[tuple[OtherSandbox, dict[str, str]]]:
    """Run the sandbox beside the test."""
    port = free_port()
    env = environment(folder, port)
    with process("-m", "compropago_bulk.sandbox_api", f"--port={port}", f"--latency={latency}", env=env, cwd=folder):
        answered(f"http://127.0.0.1:{port}/_sandbox/log")
        yield OtherSandbox(port), env


@contextmanager
def voila(folder: Path, env: dict[str, str], theme: str = "light") -> Iterator[str]:
    """Run `compropago-bulk app`, and give the address that it tells."""
    program = "import sys; from compropago_bulk.cli import main; sys.exit(main(sys.argv[1:]))"
    port = str(free_port())
    options = ["app", "--no-browser", "--port", port, "--theme", theme, "--folder", str(folder)]
    with process("-c", program, *options, env=env | {"PYTHONUNBUFFERED": "1"}, cwd=folder):
        log = folder / "program.log"
        ends = time.monotonic() + 60
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", log.read_text())):
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.1)
        yield found[0]


@contextmanager
def lab(
    folder: Path, env: dict[str, str], *, dark: bool = False, app: str = "jupyterlab",
    cells: Sequence[str] = ("import compropago_bulk as cp\ncp.wizard()",),
) -> Iterator[str]:  # fmt: skip
    """Run JupyterLab, or Notebook 7, on a folder with a notebook of these cells; give the notebook's address."""
    blank = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    made = [blank | {"id": f"cell-{number}", "source": source} for number, source in enumerate(cells)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "asistente.ipynb").write_text(json.dumps(notebook))
    kept = folder / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension"
    kept.mkdir(parents=True)
    (kept / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    if dark:
        (kept / "themes.jupyterlab-settings").write_text('{"theme": "JupyterLab Dark"}')
    port = free_port()
    options = [
        "-m", app, "--no-browser", f"--port={port}", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=",
        "--ServerApp.password=", "--allow-root", f"--ServerApp.root_dir={folder}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None",
    ]  # fmt: skip
    with process(*options, env=env, cwd=folder):
        answered(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/{'lab/tree' if app == 'jupyterlab' else 'notebooks'}/asistente.ipynb"


_HARMLESS = re.compile(r"favicon|ResizeObserver")


class Console:
    """What the browser's console complained of."""

    def __init__(self, page) -> None:
        self.errors: list[str] = []
        page.on("console", lambda one: self._hear(one.type, one.text))
        page.on("pageerror", lambda one: self._hear("error", str(one)))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not _HARMLESS.search(text):
            self.errors.append(text)
