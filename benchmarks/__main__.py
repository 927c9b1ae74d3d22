"""Measure everything side by side, keep it as JSON, and write the page of the docs: `python -m benchmarks`.

`--small` is for a quick look and for CI: the same suite with few rows; nothing is written. No timing fails anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.page import draw, page
from benchmarks.pairs import pairs
from benchmarks.peers.local import WHAT
from benchmarks.peers.sending import BARE, WAYS
from benchmarks.processes import TOP, Measured, measure, middle, served

RESULTS = TOP / "benchmarks" / "results.json"
PAGE = TOP / "docs" / "benchmarks.md"
PICTURE = TOP / "docs" / "pictures" / "growth.png"
IN_PAIRS = {"pairs", "growth"}


def main() -> None:
    """Run the suite."""
    parts = {"pairs": _pairs, "sending": _sending, "pace": _pace, "local": _local, "growth": _growth, "start": _start}
    told = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    told.add_argument("--small", action="store_true", help="few rows, one round, nothing is written")
    told.add_argument("--rounds", type=int, default=5)
    told.add_argument("--largest", type=int, default=1_000_000, help="rows of the largest sheet that grows")
    told.add_argument("--postgres", help="the address of a journal for the pair on a server (postgresql://…)")
    told.add_argument("--only", choices=parts, action="append")
    options = told.parse_args()
    kept: Measured = json.loads(RESULTS.read_text()) if RESULTS.exists() and not options.small else {}
    kept |= {"machine": _machine()}
    for name in options.only or parts:
        kept[name] = parts[name](options)
        if not options.small:  # kept at once: the next part may take an hour
            RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    if options.small:
        print(json.dumps(kept, indent=1))
        return
    PAGE.write_text(page(kept))
    draw(kept["growth"], PICTURE)
    print(page(kept))


def _machine() -> Measured:
    cores = os.cpu_count()
    return {"cores": cores, "system": platform.platform(terse=True), "python": platform.python_version(),
            "when": time.strftime("%Y-%m-%d")}  # fmt: skip


def _pairs(options: Any) -> Measured:
    rows, rounds = (100, 1) if options.small else (4_000, options.rounds)
    return pairs(rows, rounds, options.postgres)


def _sending(options: Any) -> Measured:
    """Send N orders in every way, at every latency; the slow loop sends a tenth of them."""
    found: Measured = {}
    for latency in (0.02,) if options.small else (0.0, 0.02, 0.1):
        rows = 60 if options.small else 3_000 if latency < 0.1 else 1_500
        ways: dict[str, list[Measured]] = {way: [] for way in WAYS}
        with served(latency) as base_url:
            for _ in range(1 if options.small else 2):
                for way, told in ways.items():
                    many = way == BARE or "gather" in way or "compropago_bulk" in way
                    few = rows if many else max(40, rows // 10)
                    told.append({"rows_a_second": few / measure("sending", way, base_url, few)["seconds"]})
        found[f"{latency * 1000:.0f} ms"] = {way: middle(told) for way, told in ways.items()}
    return found


def _pace(options: Any) -> Measured:
    found: Measured = {}
    small = options.small
    cases = [(5, 12 if small else 60), (50, 60 if small else 600), (300, 300 if small else 3_000)]
    with served(0.02) as base_url:
        for rate, rows in cases:
            found[f"{rate} a second"] = measure("pace", base_url, rows, rate)
    return found


def _local(options: Any) -> Measured:
    small, rounds = options.small, 1 if options.small else 3
    rows = 500 if small else 100_000
    found = {what: middle([measure("local", what, rows) for _ in range(rounds)]) for what in WHAT}
    with served(0.0) as base_url:
        for number in (200, 400) if small else (10_000, 100_000):
            found[f"verify_orders, {number:,}"] = measure("local", "verify_orders", number, base_url)
    return found


def _growth(options: Any) -> Measured:
    sizes = (100, 200) if options.small else (10_000, 100_000, 1_000_000)
    with served(0.0) as base_url:
        return {str(rows): measure("growth", rows, base_url) for rows in sizes if rows <= options.largest}


def _start(options: Any) -> Measured:
    commands = {
        "import pandas": [sys.executable, "-c", "import pandas"],
        "import compropago_bulk": [sys.executable, "-c", "import compropago_bulk"],
        "compropago-bulk --help": [str(Path(sys.executable).with_name("compropago-bulk")), "--help"],
    }
    told: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(2 if options.small else 9):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            told[name].append({"seconds": time.perf_counter() - begun})
    return {name: middle(rounds) for name, rounds in told.items()}


if __name__ == "__main__":
    main()
