"""When a request may go out: evenly, never above the rate, and all together slower when the API asks for it."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from math import ceil
from typing import Protocol

NAP = 0.05
"""Seconds between two looks at whether the wait was called off."""
LEAST_RATE = 0.1
SECOND = 1.005
"""A second, and what a clock and a wire may blur of it."""
SLOWER = 0.7
"""What a 429 leaves of the rate. It comes back within ten good answers: an API that refuses one request in twenty for
reasons of its own, and not for the rate, must not bring a run to a standstill."""
LEAST_LEFT = 0.35
"""What several refusals of one moment leave of it at least."""
PAUSE_AFTER_429 = 1.0
"""Seconds that everybody holds still after a 429 that names no wait."""
RESERVED, MOST_RESERVED = 0.05, 48
"""Seconds for which slots are reserved together of those that processes share, and how many at most; one at least."""
STALE = 0.1
"""Seconds after which a slot that was reserved is let pass: used later it would be one too many of another second."""


class SharedPace(Protocol):
    """The pace of all processes that share one journal on a server."""

    def slots(self, number: int, interval: float, tolerance: float) -> float:
        """Reserve the next slots, so many seconds apart, and give those until the first."""

    def pause(self, seconds: float) -> None:
        """Hold all processes still."""


class RateLimiter:
    """Let requests out one by one, `rate` a second.

    Between two requests lies 1 / rate of a second; who was held up may catch up by a tenth of a second's worth, so no
    window of one second sees more than the rate and a tenth of it. A 429 takes a third of the rate from
    everybody, and each good answer brings a little back: quickly far below where it was refused, slowly near it.

    Args:
        rate: requests a second, a hard ceiling.
        clock, sleep: of seconds; the clock never goes back.
        shared: the slots of all processes together, where a journal on a server gives them.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        shared: SharedPace | None = None,
    ) -> None:
        self.ceiling = rate
        self._rate, self._refused_at = rate, float("inf")
        self._clock, self._sleep, self._shared = clock, sleep, shared
        self._turn, self._state, self._launching = threading.Lock(), threading.Lock(), threading.Lock()
        self._launched: deque[float] = deque(maxlen=_most_a_second(rate))
        self._next = clock()
        self._reserved: deque[float] = deque()
        self._not_before = self._slowed_until = float("-inf")
        self._went_well_at = clock()

    def lower(self, rate: float) -> None:
        """Bring the ceiling down to `rate`, if it is higher."""
        with self._launching:
            if rate < self.ceiling:
                self.ceiling = rate
                self._launched = deque(self._launched, maxlen=_most_a_second(rate))

    @property
    def rate_now(self) -> float:
        """Return the requests a second that are allowed just now."""
        return min(self._rate, self.ceiling)

    def wait(self, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Wait for the next slot and take it; False, and no slot taken, where the wait was called off."""
        while not self._turn.acquire(timeout=NAP):
            if cancelled():
                return False
        try:
            return self._wait(self._take if self._shared is None else self._take_shared, cancelled)
        finally:
            self._turn.release()

    def wait_no_longer(self) -> bool:
        """Take the next slot if it is there already; False, and no slot taken, where there would be a wait."""
        if not self._turn.acquire(blocking=False):
            return False
        try:
            return (self._take() if self._shared is None else self._take_reserved()) <= 0
        finally:
            self._turn.release()

    def launch(self) -> None:
        """Hold a request back, at the very last moment, that would be one too many within a second.

        Slots are evenly spaced; but between its slot and the wire a request waits for a durable claim, and a slow disk
        lets several come out at once.
        """
        while True:
            with self._launching:
                now = self._clock()
                first = self._launched[0] if len(self._launched) == self._launched.maxlen else float("-inf")
                left = first + SECOND - now
                if left <= 0:
                    self._launched.append(now)
                    return
            self._sleep(min(left, NAP))

    def _take(self) -> float:
        """Take the next slot, or give the seconds until it can be taken."""
        with self._state:
            now = self._clock()
            left = max(self._next, self._not_before) - now
            if left <= 0:
                self._next = max(self._next, now - self._tolerance()) + 1 / self.rate_now
            return left

    def _wait(self, take: Callable[[], float], cancelled: Callable[[], bool]) -> bool:
        while not cancelled():
            left = take()
            if left <= 0:
                return True
            self._sleep(min(left, NAP))
        return False

    def _take_shared(self) -> float:
        """Take the next slot of those that processes share, some of them reserved together."""
        left = self._take_reserved()
        if left == float("inf") and self._shared is not None:
            number = min(MOST_RESERVED, max(1, int(self.rate_now * RESERVED)))
            interval = 1 / self.rate_now
            first = self._clock() + self._shared.slots(number, interval, self._tolerance())
            self._reserved.extend(first + place * interval for place in range(number))
            left = self._take_reserved()
        return left

    def _take_reserved(self) -> float:
        """Take the next reserved slot, or give the seconds until it; for ever where there is none."""
        now = self._clock()
        while self._reserved and self._reserved[0] < now - STALE:
            self._reserved.popleft()
        if not self._reserved:
            return float("inf")
        left = max(self._reserved[0], self._not_before) - now
        if left <= 0:
            self._reserved.popleft()
        return left

    def _tolerance(self) -> float:
        """Return the seconds that may be made up for; none where that would be a second request at once."""
        return max(0.0, 0.1 - 1 / self.rate_now)

    def slow_down(self, retry_after: float | None = None) -> None:
        """Hold everybody still for a while and lower the rate: by a third, and a little more for each other refusal
        of the same moment."""
        pause = PAUSE_AFTER_429 if retry_after is None else retry_after
        with self._state:
            now = self._clock()
            self._not_before = max(self._not_before, now + pause)
            if now >= self._slowed_until:
                self._refused_at = self.rate_now
                self._rate = max(self.rate_now * SLOWER, min(LEAST_RATE, self.ceiling))
                self._slowed_until = now + pause + 1 / self._rate
            else:  # several at once: not chance, but a limit far below
                least = max(min(self._refused_at * LEAST_LEFT, self._rate), min(LEAST_RATE, self.ceiling))
                self._rate = max(self._rate * 0.9, least)
        if self._shared is not None:
            self._shared.pause(pause)

    def went_well(self) -> None:
        """Bring a little of the rate back."""
        if self._rate >= self.ceiling:
            return
        with self._state:
            near = self._rate > 0.9 * self._refused_at
            now = self._clock()
            quiet = min(now - max(self._went_well_at, self._slowed_until), 10.0)
            self._went_well_at = now
            self._rate = min(self.ceiling, self._rate * ((1.02 if near else 1.05) + 0.02 * max(0.0, quiet)))


def _most_a_second(rate: float) -> int:
    """Return the requests that a window of one second may see: a tenth above the rate, and none where that is less."""
    return max(int(rate * 1.1 + 1e-9), ceil(rate))


_shared_limiters: weakref.WeakValueDictionary[str, RateLimiter] = weakref.WeakValueDictionary()
_registry = threading.Lock()


def shared_limiter(identity: str, rate: float, *, shared: SharedPace | None = None) -> RateLimiter:
    """Return the rate limiter that all with this identity share in this process; of two rates the lower holds."""
    with _registry:
        limiter = _shared_limiters.get(identity)
        if limiter is None:
            limiter = _shared_limiters[identity] = RateLimiter(rate, shared=shared)
        limiter.lower(rate)
        return limiter
