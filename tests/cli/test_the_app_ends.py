"""The app leaves nothing running behind it, however it is ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

psutil = pytest.importorskip("psutil")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("voila") is None, reason="needs Voilà"),
    pytest.mark.skipif(os.name == "nt", reason="signals of its own"),
]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_server_and_kernels_end_with_the_app(tmp_path, how):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COMPROPAGO_LANG": "en", "PYTHONUNBUFFERED": "1"}
    start = "import sys; from compropago_bulk.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "app", "--no-browser", "--folder", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as app:
        address = re.search(r"http://\S+token=\S+", read_until(app, "token="))[0]
        assert httpx.get(address, timeout=60, follow_redirects=True).status_code == 200
        family = psutil.Process(app.pid).children(recursive=True)
        assert len(family) >= 2, "the server and a kernel"
        app.send_signal(getattr(signal, how))
        status = app.wait(30)
    assert how == "SIGKILL" or status == 0
    gone, alive = psutil.wait_procs(family, timeout=20)
    for process in alive:
        process.kill()
    assert not alive and gone


def read_until(app, word: str) -> str:
    ends = time.monotonic() + 60
    text = ""
    while word not in text and time.monotonic() < ends:
        text += app.stdout.readline()
    return text
