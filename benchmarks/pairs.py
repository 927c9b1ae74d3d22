"""Our way and bare httpx, A B A B on the same cores: what a row costs beside what it must cost.

`python -m benchmarks.pairs SETTING ROWS ROUNDS [IN_FLIGHT]` measures one setting.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace

from benchmarks.peers.sending import BARE, OURS, SLOW_DISK
from benchmarks.processes import Measured, certified, measure, middle, served, spread


@dataclass(frozen=True, slots=True)
class Setting:
    """One comparison: the server's latency in seconds, and what differs from the usual."""

    latency: float = 0.02
    in_flight: int = 32
    ours: str = OURS
    tls: bool = False
    postgres: bool = False


SETTINGS = {
    "20 ms": Setting(),
    "0 ms": Setting(latency=0.0),
    "20 ms, TLS": Setting(tls=True),
    "20 ms, 128 in flight": Setting(in_flight=128),
    "20 ms, a commit costs 5 ms more": Setting(ours=SLOW_DISK),
    "20 ms, journal on PostgreSQL": Setting(postgres=True),
}


def pairs(rows: int, rounds: int, postgres: str | None = None) -> Measured:
    """Measure every setting; that of PostgreSQL where its address is given."""
    return {
        name: pair(setting, rows, rounds, postgres)
        for name, setting in SETTINGS.items()
        if postgres or not setting.postgres
    }


def pair(setting: Setting, rows: int, rounds: int, postgres: str | None = None) -> Measured:
    """Measure one setting: rows a second and processor time a row against the other's, pair by pair."""
    ours, bare = [], []
    with ExitStack() as stack:
        certificate = stack.enter_context(certified()) if setting.tls else None
        base_url = stack.enter_context(served(setting.latency, certificate))
        told = {"SSL_CERT_FILE": str(certificate)} if certificate else {}
        known = told | ({"COMPROPAGO_JOURNAL": postgres} if postgres and setting.postgres else {})
        for _ in range(rounds):
            ours.append(measure("sending", setting.ours, base_url, rows, setting.in_flight, environment=known))
            bare.append(measure("sending", BARE, base_url, rows, setting.in_flight, environment=told))
    both = list(zip(ours, bare, strict=True))
    return {
        "speed": spread(theirs["seconds"] / mine["seconds"] for mine, theirs in both),
        "processor": spread(mine["processor"] / theirs["processor"] for mine, theirs in both),
        "rows_a_second": rows / middle(ours)["seconds"],
        "bare_rows_a_second": rows / middle(bare)["seconds"],
        "microseconds_of_processor_a_row": middle(ours)["processor"] / rows * 1e6,
        "rounds": rounds,
    }


if __name__ == "__main__":
    which, *numbers = sys.argv[1:]
    rows, rounds, *more = map(int, numbers)
    chosen = replace(SETTINGS[which], in_flight=more[0]) if more else SETTINGS[which]
    print(json.dumps(pair(chosen, rows, rounds)))
