"""Shared commits: whoever comes first commits for all that wait, so 32 threads cost one flush of the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ...errors import JournalError
from ...texts import say

T = TypeVar("T")
R = TypeVar("R")


class _Waiting(Generic[T, R]):
    """One thread's piece of work, and what came of it."""

    __slots__ = ("error", "leads", "result", "woken", "work")

    def __init__(self, work: T) -> None:
        self.work = work
        self.result: R | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.woken = threading.Lock()
        self.woken.acquire()


class SharedCommits(Generic[T, R]):
    """Gather the work of many threads into few transactions.

    The first thread leads: it takes everything that waits, performs it in one transaction, wakes its owners, and hands
    the lead to one of those that came meanwhile. There is no thread of its own that could die or be forgotten.

    Args:
        perform: does a list of works durably and gives a result for each; an error of it goes to every owner.
    """

    def __init__(self, perform: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._perform = perform
        self._gate = threading.Lock()
        self._queue: list[_Waiting[T, R]] = []
        self._led = False

    def submit(self, work: T) -> R:
        """Have `work` committed, together with what others brought; give its result or raise its error."""
        mine: _Waiting[T, R] = _Waiting(work)
        try:
            self._join(mine)
            if not mine.leads:
                mine.woken.acquire()
            if mine.leads:
                self._lead(mine)
        except BaseException:  # an interrupt: the lead may be this thread's, and others wait for it
            self._leave(mine)
            raise
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _join(self, mine: _Waiting[T, R]) -> None:
        with self._gate:
            self._queue.append(mine)
            mine.leads, self._led = not self._led, True

    def _leave(self, mine: _Waiting[T, R]) -> None:
        with self._gate:
            if mine in self._queue:
                self._queue.remove(mine)
        self._hand_over(mine)

    def _lead(self, mine: _Waiting[T, R]) -> None:
        batch: list[_Waiting[T, R]] = []
        try:
            with self._gate:
                batch, self._queue = self._queue, []
            results = self._perform([one.work for one in batch])
            for one, result in zip(batch, results, strict=True):
                one.result = result
        except BaseException as error:
            for one in batch:
                one.error = error if one is mine else _for_others(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._hand_over(mine)
            for one in batch:
                if one is not mine:
                    one.woken.release()

    def _hand_over(self, mine: _Waiting[T, R]) -> None:
        """Give the lead, if it is this thread's, to the first that waits."""
        with self._gate:
            if not mine.leads:
                return
            mine.leads, self._led = False, bool(self._queue)
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].woken.release()


def _for_others(error: BaseException) -> BaseException:
    """Give each thread an error of its own, since raising one object in several threads mixes up its tracebacks."""
    if isinstance(error, JournalError):
        return JournalError(*error.args)
    return error if isinstance(error, Exception) else JournalError(say("runs", "journal_interrupted"))
