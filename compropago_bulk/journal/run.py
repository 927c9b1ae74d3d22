"""One run's view of the journal: claim, settle, observe, finish; alive for as long as it holds its lock."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from filelock import BaseFileLock

from ..errors import JournalError
from ..model import Call, Entry, Observation, Settlement
from ..texts import say
from .commits import Done, RunHandle, SharedCommits, Work
from .leases import LEASE, RENEW, RunLocks

_log = logging.getLogger("compropago_bulk")

Finish = Callable[[RunHandle, Mapping[str, int], "str | None", Sequence[str]], None]
Confirm = Callable[[RunHandle, str], bool]


class NotClaimedError(LookupError):
    """Say that a run settles what it never claimed: a mistake in the caller."""


class RunJournal:
    """One run's part of the journal.

    Made by `Journal.start_run`; a context manager. Leaving it without `finish` records that the run ended without a
    word: what it had claimed and not settled is in doubt.

    Attributes:
        run_id: names the run, for people too.
    """

    def __init__(
        self,
        seat: RunHandle,
        lock: BaseFileLock,
        locks: RunLocks,
        commits: SharedCommits[Work, Done],
        now: Callable[[], int],
        finish: Finish,
        confirm: Confirm,
    ) -> None:
        self.run_id = seat.name
        self._seat, self._lock, self._locks, self._commits, self._now = seat, lock, locks, commits, now
        self._finish, self._confirm = finish, confirm
        self._process = os.getpid()
        self._open: dict[str, int] = {}
        self._doubtful: set[str] = set()
        self._ended = False
        self._stop = threading.Event()
        threading.Thread(target=self._renew, name=f"journal-{self.run_id}", daemon=True).start()

    def exchange(
        self, settled: Sequence[Settlement], claims: Sequence[Call], *, resend: bool = False
    ) -> list[Entry | None]:
        """Settle, then claim, in one durable commit that waiting threads share.

        Args:
            resend: claim what stands as created, too; never what another run is sending, nor what is in doubt.

        Returns:
            For each claim None where it was won, else the entry that stands in the way.

        Raises:
            JournalError: nothing of it may be taken as durable. Settle the same again; what was to be claimed must not
                be sent.
            NotClaimedError: one of `settled` was never claimed by this run.
        """
        if not settled and not claims:
            return []
        done = self._submit(Work(self._seat, settled, claims, resend))
        for settlement in settled:
            self._open.pop(settlement.call.key, None)
        for call, entry in zip(claims, done.entries, strict=True):
            if entry is None:
                self._open[call.key] = done.at
        return done.entries

    def claim(self, calls: Sequence[Call], *, resend: bool = False) -> list[Entry | None]:
        """Claim only; see `exchange`."""
        return self.exchange((), calls, resend=resend)

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Settle only; see `exchange`."""
        self.exchange(settlements, ())

    def observe(self, observations: Sequence[Observation]) -> None:
        """Keep looks at orders, durably."""
        if observations:
            self._submit(Work(self._seat, observed=observations))

    def still_mine(self, call: Call) -> bool:
        """Whether a claim that was won may still be sent: always, unless this machine slept over the lease.

        Costs nothing while the claim is fresh; after that it asks the journal.
        """
        claimed_at = self._open.get(call.key)
        if claimed_at is None:
            return False
        if self._now() - claimed_at <= LEASE:
            return True
        self._own()
        return self._confirm(self._seat, call.key)

    def finish(self, counts: Mapping[str, int], stopped: str | None) -> None:
        """Record the end of the run and give back what was claimed in a commit that failed: it was never sent."""
        self._own()
        if self._ended:
            return
        self._finish(self._seat, counts, stopped, sorted(self._doubtful))
        self._end()

    def abandon(self) -> None:
        """End without a word: others see at once that this run is gone."""
        if self._ended or self._process != os.getpid():
            return
        try:
            self._finish(self._seat, {}, "gone", sorted(self._doubtful))
        except JournalError:
            self._end(told=False)
        else:
            self._end()

    def __enter__(self) -> RunJournal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()

    def _submit(self, work: Work) -> Done:
        self._own()
        if self._ended:
            raise JournalError(say("runs", "journal_run_over", run=self.run_id))
        keys = {call.key for call in work.claims}
        try:
            done = self._commits.submit(work)
        except BaseException:
            self._doubtful |= keys - self._open.keys()
            raise
        self._doubtful -= keys
        if done.never_claimed:
            raise NotClaimedError(", ".join(sorted(done.never_claimed)))
        return done

    def _own(self) -> None:
        if self._process != os.getpid():
            raise JournalError(say("runs", "journal_run_of_another_process", run=self.run_id))

    def _renew(self) -> None:
        failed = False
        while not self._stop.wait(RENEW / 1000):
            try:
                self._commits.submit(Work(self._seat, renew=True))
            except JournalError as error:  # the next claim will say so; a pause here may be over by then
                if not failed:
                    _log.warning("run %s could not renew its lease: %s", self.run_id, type(error).__name__)
                failed = True
            else:
                failed = False

    def _end(self, *, told: bool = True) -> None:
        """Let go of the lock; its file stays where the journal could not be told, so that others see the run gone."""
        self._ended = True
        self._stop.set()
        self._locks.release(self._lock, self.run_id, forget=told)
