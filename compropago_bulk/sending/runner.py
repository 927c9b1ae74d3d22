"""The one loop: first one row, then many; the calling thread only watches, workers send."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from ..model import Answer, Batch, Call, Entry, Operation, Progress, Result, Send
from .rate import RateLimiter
from .run_spec import Control, Memory, RunSummary, Settings
from .signals import ends_politely
from .worker import TICK, Run

__all__ = ["Control", "Memory", "RunSummary", "Settings", "run"]

T = TypeVar("T")

logger = logging.getLogger("compropago_bulk")


def run(
    batches: Collection[T],
    *,
    make: Callable[[T], Batch] = lambda batch: batch,  # type: ignore[assignment, return-value]
    total: int | None = None,
    operation: Operation,
    send: Send,
    memory: Memory,
    limiter: RateLimiter,
    report: Callable[[Result], None],
    settings: Settings | None = None,
    observe: Callable[[Progress], None] = lambda _: None,
    inspect: Callable[[Call, Answer], str | None] = lambda call, answer: None,
    blocked: Callable[[Call, Entry], Result],
    control: Control | None = None,
    resend: Collection[str] = frozenset(),
    chance: Callable[[], float] = random.random,
) -> RunSummary:
    """Take every batch through one operation; each call's row is reported exactly once.

    The calling thread only watches; workers send. An interrupt of it takes no new row and no further try, and lets
    those in flight finish; a second one is raised.

    Args:
        parcels: taken one after another.
        make: makes a batch of what stands for it in `parcels`, just before it is sent: a million need not be kept.
        total: how many rows there are, where `parcels` only stand for them.
        send: one exchange: an answer for each call of the batch, or a fault.
        memory: the journal's part for this run.
        report: told of each row's end, from the workers' threads.
        observe: told how far it is, now and then and at the end; what it raises is not the run's problem.
        inspect: names what is odd about a good answer; `mode_mismatch` stops the run.
        blocked: says what a row is whose claim another run holds.
        resend: the keys that go out although they were created before.

    Raises:
        KeyboardInterrupt: at the second interrupt.
    """
    rows = sum(map(len, batches)) if total is None else total  # type: ignore[arg-type]
    state = Run(
        batches, make, rows, operation, send, memory, limiter, settings or Settings(), report, inspect, blocked,
        control or Control(), resend, chance,
    )  # fmt: skip
    with ends_politely(lambda: state.stop("interrupted")):
        _watch(state, _careful(observe))
    return RunSummary(state.stopped, state.fault, state.good.is_set(), limiter.rate_now)


def _watch(state: Run[Any], observe: Callable[[Progress], None]) -> None:
    workers: list[threading.Thread] = []
    interrupted = False
    while True:
        try:
            _staff(state, workers)
            if not any(worker.is_alive() for worker in workers):
                break
            observe(state.progress())
            state.changed.wait(TICK)
            state.changed.clear()
            _check_outage(state)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            state.stop("interrupted")
    state.close()
    observe(state.progress(finished=True))


def _staff(state: Run[Any], workers: list[threading.Thread]) -> None:
    """Have one worker until a row was answered well, then all of them."""
    wanted = min(state.settings.concurrency, state.total) if state.good.is_set() else min(1, state.total)
    while len(workers) < wanted:
        worker = threading.Thread(target=state.work, name=f"sender-{len(workers)}", daemon=True)
        workers.append(worker)
        worker.start()


def _check_outage(state: Run[Any]) -> None:
    """Count the quiet seconds while this process was awake; a laptop's sleep is no outage, nor is a pause."""
    if state.control.paused or state.stopping():
        return
    state.quiet += TICK
    if state.quiet > state.settings.outage:
        state.stop("outage")


def _careful(observe: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Keep a broken bar from breaking the run."""
    broken = False

    def told(progress: Progress) -> None:
        nonlocal broken
        if broken:
            return
        try:
            observe(progress)
        except Exception:
            broken = True
            logger.warning("the progress display failed and is left alone", exc_info=True)

    return told
