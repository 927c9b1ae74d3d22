"""Python's search for cyclic garbage, left out where a hundred thousand small records are built and none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def none_expected() -> Iterator[None]:
    """Leave the search out inside the block: it walks all records again and again, a third of the time, for nothing."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
