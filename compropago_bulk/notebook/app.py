"""The wizard for people who want no notebook: one page, served by Voilà on this computer only."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import ConfigurationError
from ..texts import language, say

MODULE = "voila"
FOLDER = "COMPROPAGO_APP_FOLDER"
"""The environment variable by which the page's kernel learns where the person's files are."""
PAGE = Path(__file__).parent / "app.ipynb"
SHARE = PAGE.parent / "share"
"""Voilà's settings (uploads come as one message, so that may be large) and the page's template."""
_LONGEST_START, _LONGEST_END, _LOOK = 60.0, 12.0, 1.0
"""Seconds after which a server that does not listen, or does not end, is given up; how often it looks for who started
it."""


@contextmanager
def serving(folder: Path, port: int, theme: str = "light") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the page on loopback, and give the server and the address, which only who has it can open.

    Args:
        port: taken where it is free; else another one is.

    Raises:
        ConfigurationError: the server ended before it listened.
    """
    port, token = _free_port(port), secrets.token_urlsafe(24)
    with subprocess.Popen(  # noqa: S603 - ourselves
        command(port, theme), env=environment(folder, token), start_new_session=True
    ) as server:
        try:
            _wait_for(server, port)
            yield server, f"http://127.0.0.1:{port}/?token={token}"
        finally:
            _end(server)


def command(port: int, theme: str = "light") -> list[str]:
    """Return the command that serves the page; `share/voila.json` keeps it on this computer, behind a token."""
    options = [f"--Voila.config_file_paths={SHARE}", f"--port={port}", f"--theme={theme}", "--no-browser"]
    options.append(f"--VoilaConfiguration.resources={{'language': '{language()}'}}")
    return [sys.executable, "-m", __name__, str(PAGE), *options]


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, which ends its kernels, whose runs let requests in flight finish."""
    server.terminate()
    try:
        server.wait(_LONGEST_END)
    except subprocess.TimeoutExpired:
        server.kill()


def until_told() -> None:
    """Make whatever ends a program (a closed terminal, `kill`, a logout) end this one as Ctrl-C does, tidily."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        known = getattr(signal, name, None)
        if known is None or threading.current_thread() is not threading.main_thread():
            continue
        if signal.getsignal(known) is not signal.SIG_IGN:  # `nohup` asks that a closed terminal ends nothing
            signal.signal(known, end)


def _end_with_the_parent() -> None:
    """End once the program that started this one is gone, however it went."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve the page until told to end; the program that `command` starts."""
    until_told()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    import_module(f"{MODULE}.app").main()


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


if __name__ == "__main__":
    main()
