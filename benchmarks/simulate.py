"""How long N rows take and what they leave behind: the real pacer on a clock of its own.

`python -m benchmarks.simulate` prints the table of docs/scale.md. It sends nothing and sleeps for nobody.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from compropago_bulk.sending.rate import RateLimiter

RESULTS = Path(__file__).with_name("results.json")
SIMULATED = 200_000
"""Rows that are really paced; beyond them the pace no longer changes."""
SIZES = (10_000, 1_000_000, 100_000_000)
RATES = (5.0, 50.0, 300.0)
REFUSED = 0.001
"""The share of requests that the API answers with 429, one second's wait each."""


class Clock:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Give the seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        self.now += max(seconds, 1e-6)


def seconds_a_row(rate: float, rows: int, seed: int = 1) -> float:
    """Give what a row takes under a rate limit where some requests are refused."""
    clock, chance = Clock(), random.Random(seed)
    limiter = RateLimiter(rate, clock=clock, sleep=clock.sleep)
    done = 0
    while done < rows:
        limiter.wait()
        limiter.launch()
        if chance.random() < REFUSED:
            limiter.slow_down(1.0)
        else:
            limiter.went_well()
            done += 1
    return clock.now / rows


@dataclass(frozen=True)
class Costs:
    """What was measured: bytes of journal and memory a row, and our own microseconds a row."""

    journal: float
    memory: float
    microseconds: float


def measured() -> Costs:
    """Read what the benchmarks kept."""
    kept = json.loads(RESULTS.read_text())
    known = kept["local"]["second run, all known"]
    own = kept["sending"]["0 ms"]["compropago_bulk"]["rows_a_second"]
    return Costs(known["bytes_a_row"], known["kib_a_100000_rows"] * 1024 / 100_000, 1e6 / own)


def _size(number: float) -> str:
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            return f"{number:,.0f} {unit}" if number >= 10 or unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    raise AssertionError("unreachable")


def _time(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.0f} seconds"


def table() -> str:
    """Write the table."""
    costs = measured()
    paced = {rate: seconds_a_row(rate, min(SIMULATED, SIZES[0] * 20)) for rate in RATES}
    heads = [f"at {rate:g} a second" for rate in RATES]
    lines = [f"| rows | {' | '.join(heads)} | our own work | journal | memory of one run |", "|---:" * 7 + "|"]
    for rows in SIZES:
        times = [_time(paced[rate] * rows) for rate in RATES]
        rest = [_time(costs.microseconds * rows / 1e6), _size(costs.journal * rows), _size(costs.memory * rows)]
        lines.append(f"| {rows:,} | {' | '.join([*times, *rest])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
