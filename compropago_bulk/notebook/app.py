"""The wizard for people who want no notebook: one page, served by Voilà on this computer only."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from ..texts import say

MODULE = "voila"
FOLDER = "COMPROPAGO_APP_FOLDER"
"""The environment variable by which the page's kernel learns where the person's files are."""
PAGE = Path(__file__).parent / "app.ipynb"
SHARE = PAGE.parent / "share"
"""Voilà's settings (uploads come as one message, so that may be large) and the page's template."""
_LONGEST_START = 60.0
"""Seconds after which a server that does not listen is given up."""


@contextmanager
def serving(folder: Path, port: int, theme: str = "light") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the page on loopback, and give the server and the address, which only who has it can open.

    Args:
        port: taken where it is free; else another one is.

    Raises:
        ConfigurationError: the server ended before it listened.
    """
    port, token = _free_port(port), secrets.token_urlsafe(24)
    with subprocess.Popen(command(port, theme), env=environment(folder, token)) as server:  # noqa: S603 - ourselves
        try:
            _wait_for(server, port)
            yield server, f"http://127.0.0.1:{port}/?token={token}"
        finally:
            server.terminate()


def command(port: int, theme: str = "light") -> list[str]:
    """Return the command that serves the page; `share/voila.json` keeps it on this computer, behind a token."""
    options = [f"--Voila.config_file_paths={SHARE}", f"--port={port}", f"--theme={theme}", "--no-browser"]
    return [sys.executable, "-m", MODULE, str(PAGE), *options]


def environment(folder: Path, token: str) -> dict[str, str]:
    """Return that command's environment: the token, where the files are, and where the page's template is."""
    paths = [str(SHARE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    own = {FOLDER: str(folder.resolve()), "JUPYTER_PATH": os.pathsep.join(paths), "JUPYTER_TOKEN": token}
    return os.environ | own


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return int(one.getsockname()[1])
    return wanted


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _LONGEST_START
    while time.monotonic() < ends and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise ConfigurationError(say("cli", "app_ended"))


def open_wizard() -> Any:
    """Open the wizard in the person's folder, where a `.env` file is found, too; what the page runs."""
    from .wizard import wizard

    folder = os.environ.get(FOLDER)
    if folder:
        os.chdir(folder)
    return wizard()
