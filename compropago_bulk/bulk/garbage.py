"""Python's search for cyclic garbage, kept away from a hundred thousand small records of which none is garbage."""

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


@contextmanager
def set_aside() -> Iterator[None]:
    """Leave what exists already out of the search inside the block, so that a long run's cost a row does not grow."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
