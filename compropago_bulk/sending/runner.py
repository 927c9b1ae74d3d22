"""The one loop: first one row, then many; the calling thread only watches, workers send."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from ..model import Batch
from .run_spec import Control, Memory, Observer, Paused, RunSpec, RunStarted, RunSummary
from .worker import TICK, Run

__all__ = ["Control", "Memory", "RunSpec", "RunSummary", "ends_politely", "run"]

T = TypeVar("T")


def run(
    spec: RunSpec,
    batches: Collection[T],
    *,
    make: Callable[[T], Batch] = lambda batch: batch,  # type: ignore[assignment, return-value]
    total: int | None = None,
    observers: Sequence[Observer] = (),
    control: Control | None = None,
) -> RunSummary:
    """Take every batch through one operation; each call's row comes to exactly one end.

    The calling thread only watches; workers send. An interrupt of it takes no new row and no further try, and lets
    those in flight finish; a second one is raised.

    Args:
        batches: taken one after another.
        make: makes a batch of what stands for it in `batches`, just before it is sent: a million need not be kept.
        total: how many rows there are, where `batches` only stand for them.
        observers: told what happens; `RowDone` from the workers' threads.

    Raises:
        KeyboardInterrupt: at the second interrupt.
    """
    rows = sum(map(len, batches)) if total is None else total  # type: ignore[arg-type]
    state = Run(spec, batches, make, rows, observers, control or Control())
    state.tell(RunStarted(spec.operation.name, rows))
    with ends_politely(lambda: state.stop("interrupted")):
        _watch(state)
    return RunSummary(state.stopped, state.fault, state.good.is_set(), spec.limiter.rate_now)


def _watch(state: Run[Any]) -> None:
    workers: list[threading.Thread] = []
    interrupted = paused = False
    while True:
        try:
            _staff(state, workers)
            if state.left == len(workers):
                break
            if state.control.paused != paused:
                paused = not paused
                state.tell(Paused(paused))
            state.tell(state.progress())
            state.changed.wait(TICK)
            state.changed.clear()
            _check_outage(state)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            state.stop("interrupted")
    state.close()
    state.tell(state.progress(finished=True))


def _staff(state: Run[Any], workers: list[threading.Thread]) -> None:
    """Have one worker until a row was answered well, then all of them."""
    wanted = min(state.spec.concurrency, state.total) if state.good.is_set() else min(1, state.total)
    while len(workers) < wanted:
        worker = threading.Thread(target=state.work, name=f"sender-{len(workers)}", daemon=True)
        workers.append(worker)
        worker.start()


def _check_outage(state: Run[Any]) -> None:
    """Count the quiet seconds while this process was awake; a laptop's sleep is no outage, nor is a pause."""
    if state.control.paused or state.stopping():
        return
    state.quiet += TICK
    if state.quiet > state.spec.outage:
        state.stop("outage")


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
