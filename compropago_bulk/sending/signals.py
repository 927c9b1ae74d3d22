"""Stop is stop, however it comes: a polite kill, a closed terminal, a closed console window."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

POLITE = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""What asks a program to end: `kill`, a terminal that went away, a console window that was closed (Windows)."""


@contextmanager
def ends_politely(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` where the process is asked to end inside the block, which then comes to its own end.

    Only the main thread may say so to Python. What is ignored stays ignored: `nohup` means that a run goes on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_: int, __: FrameType | None) -> None:
        stop()

    before: dict[signal.Signals, Any] = {}
    for name in POLITE:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
