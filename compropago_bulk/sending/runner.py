"""The one loop: first one row, then many; the calling thread only watches, workers send."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from ..model import Batch
from .events import Observer, Paused, RunStarted
from .run_spec import Control, Memory, RunSpec, RunSummary
from .signals import ends_politely
from .worker import TICK, Run

__all__ = ["Control", "Memory", "RunSpec", "RunSummary", "run"]

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
            if not any(worker.is_alive() for worker in workers):
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
