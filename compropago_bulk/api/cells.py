"""Whether a key stands written out in a notebook's cell, where it would be saved and sent along with it."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from ..texts import say
from .secret import Secret


class LiveKeyWarning(UserWarning):
    """Say that a live key was typed into a notebook's cell."""


def warn_of_written_keys(*keys: Any) -> None:
    """Warn where a live key stands in the cell that is running; the warning holds nothing of it."""
    cell = _running_cell()
    if any(isinstance(key, Secret) and key.mode == "live" and key.stands_in(cell) for key in keys):
        # at no line of any file: a warning is shown with its line of code, and here that line holds the key
        warnings.warn_explicit(say("setup", "key_in_cell"), LiveKeyWarning, filename="<cell>", lineno=1)


def _running_cell() -> str:
    """Give the text of the cell that is running; nothing outside of IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    cells = shell.user_ns.get("In") if shell is not None else None
    return str(cells[-1]) if isinstance(cells, list) and cells else ""
