"""A PostgreSQL server of the tests' own, on loopback, gone with them."""

from __future__ import annotations

import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OWNER = "postgres"
REQUIRED = os.environ.get("COMPROPAGO_TEST_EVERYTHING") == "1"
"""Whether a machine without the server's programs fails the tests instead of leaving some out."""


def programs() -> Path | None:
    """Give the folder of `initdb` and `postgres`, the newest where there are several."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return Path(found).parent if found else debian[-1].parent if debian else None


@contextmanager
def serve() -> Iterator[str]:
    """Start a server and give its URL."""
    bin_folder = programs()
    assert bin_folder is not None
    folder = Path(tempfile.mkdtemp(prefix="compropago-postgres-"))
    who = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam(OWNER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        who = {"user": OWNER, "group": owner.pw_gid}
    try:
        init = [bin_folder / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(init, check=True, capture_output=True, cwd=folder, **who)
        port = _free_port()
        more = ["-h", "127.0.0.1", "-p", str(port), "-k", folder, "-c", "max_connections=200"]
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", folder / "data", *more], cwd=folder, stderr=subprocess.DEVNULL, **who
        )
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            _wait_for(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restart(url: str, *, after: float = 0.0, mode: str = "immediate") -> None:
    """Stop the server of a URL, and start it again `after` seconds; `stop` ends the one that this started."""
    folder = _folder(url)
    _control(folder, "stop", "-m", mode)
    time.sleep(after)
    _control(folder, "start", "-o", shlex.join(_options(folder)))


def stop(url: str) -> None:
    """Stop the server of a URL."""
    _control(_folder(url), "stop", "-m", "immediate")


def _folder(url: str) -> Path:
    with psycopg.connect(url, autocommit=True) as connection:
        return Path(connection.execute("SHOW data_directory").fetchone()[0])


def _options(folder: Path) -> list[str]:
    words = shlex.split((folder / "postmaster.opts").read_text())
    return words[words.index("-h") :]


def _control(folder: Path, *words: str) -> None:
    who = {"user": OWNER, "group": pwd.getpwnam(OWNER).pw_gid} if os.geteuid() == 0 else {}
    command = [programs() / "pg_ctl", "-D", folder, "-w", "-l", folder / "log", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **who)


def new_database(url: str) -> str:
    """Make an empty database on the server and give its URL."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.rpartition("/")[0] + f"/{name}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server did not start"
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")
