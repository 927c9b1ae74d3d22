"""`.xls` and `.ods`, parsed in a child process: a hostile file's crash or hunger must not be the kernel's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .grid import Book
from .opening import Opened, refuse
from .parcel import book_of

SECONDS = 120
_PACKAGE_PARENT = str(Path(__file__).parents[3])
_MODULE = __package__ + ".child" if __package__ else ""


def read_others(opened: Opened) -> Book:
    """Read a workbook that is no zip of spreadsheet XML.

    Raises:
        SheetError: it is encrypted, broken, or too large for the child's memory or patience.
    """
    path = os.pathsep.join(part for part in (_PACKAGE_PARENT, os.environ.get("PYTHONPATH", "")) if part)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by this very interpreter
            [sys.executable, "-m", _MODULE, opened.kind], input=opened.data, capture_output=True, timeout=SECONDS,
            check=False, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise refuse("too_large", "too_slow", file=opened.label, seconds=SECONDS) from None
    if done.returncode == 0:
        return book_of(opened.kind, json.loads(done.stdout))
    if done.returncode == 3:
        raise refuse("encrypted", file=opened.label)
    if done.returncode == 4:
        raise refuse("corrupt_file", file=opened.label)
    raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")
