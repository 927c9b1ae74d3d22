"""The sandbox's own rate limit."""

from __future__ import annotations

from typing import Final

_BURST: Final = 0.25
"""Seconds' worth of requests that may come at once."""
_TELLS_EVERY: Final = 3
"""Every so many refusals one says when to come back; the API promises none."""


class Limit:
    """Let `rate` requests a second in, evenly, with a small burst."""

    def __init__(self, rate: float) -> None:
        """Start with nothing owed.

        Raises:
            ValueError: a rate that is not more than nothing.
        """
        if not 0 < rate < float("inf"):
            raise ValueError("the rate must be a number of requests a second, above 0")
        self._interval = 1 / rate
        self._free_at = 0.0
        self._refused = 0

    def admits(self, at: float) -> bool:
        """Say whether a request that arrives at this moment is let in."""
        due = max(self._free_at, at)
        if due - at > max(_BURST, self._interval / 2):
            self._refused += 1
            return False
        self._free_at = due + self._interval
        return True

    def retry_after(self) -> str | None:
        """Give what the latest refusal says of when to come back, if anything."""
        return "1" if self._refused % _TELLS_EVERY == 0 else None
