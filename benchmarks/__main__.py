"""Measure everything side by side, keep it as JSON, and write the table of the docs: `python -m benchmarks`.

`--small` is for a quick look and for CI: the same suite with few rows; nothing is written. No timing fails anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.local import WHAT
from benchmarks.peers.sending import WAYS

TOP = Path(__file__).parents[1]
RESULTS = TOP / "benchmarks" / "results.json"
PAGE = TOP / "docs" / "benchmarks.md"
BARE = ("threads, an httpx.Client each", "httpx.AsyncClient, gather")
LOOP = "requests loop"
OURS = [way for way in WAYS if way.startswith("compropago_bulk")]
Measured = dict[str, Any]


def main() -> None:
    """Run the suite."""
    told = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    told.add_argument("--small", action="store_true", help="few rows, one round, nothing is written")
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--only", choices=["sending", "pace", "local", "start"], action="append")
    options = told.parse_args()
    wanted = options.only or ["sending", "pace", "local", "start"]
    kept: Measured = json.loads(RESULTS.read_text()) if RESULTS.exists() and not options.small else {}
    kept |= {"machine": _machine()}
    rounds = 1 if options.small else options.rounds
    for name in wanted:
        kept[name] = {"sending": _sending, "pace": _pace, "local": _local, "start": _start}[name](options.small, rounds)
    if options.small:
        print(json.dumps(kept, indent=1))
        return
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    PAGE.write_text(page(kept))
    print(page(kept))


def _machine() -> Measured:
    cores = os.cpu_count()
    return {"cores": cores, "system": platform.platform(terse=True), "python": platform.python_version(),
            "when": time.strftime("%Y-%m-%d")}  # fmt: skip


def _run(module: str, *arguments: object) -> Measured:
    """Run one peer in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.peers.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    print(module, *arguments, found, file=sys.stderr, flush=True)
    return found


@contextmanager
def _server(latency: float) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(latency)], cwd=TOP, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _middle(rounds: list[Measured]) -> Measured:
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def _sending(small: bool, rounds: int) -> Measured:
    """Send N orders in every way, at every latency; the slow loop sends a tenth of them."""
    found: Measured = {}
    for latency in (0.02,) if small else (0.0, 0.02, 0.1):
        rows = 60 if small else 3_000 if latency < 0.1 else 1_500
        ways: dict[str, list[Measured]] = {way: [] for way in WAYS}
        with _server(latency) as base_url:
            for _ in range(rounds):
                for way, told in ways.items():
                    few = rows if way in OURS or "gather" in way or way in BARE else max(40, rows // 10)
                    one = _run("sending", way, base_url, few)
                    told.append({"rows_a_second": few / one["seconds"]})
        found[f"{latency * 1000:.0f} ms"] = {way: _middle(told) for way, told in ways.items()}
    return found


def _pace(small: bool, rounds: int) -> Measured:
    found: Measured = {}
    cases = [(5, 12 if small else 60), (50, 60 if small else 600), (300, 300 if small else 3_000)]
    with _server(0.02) as base_url:
        for rate, rows in cases:
            found[f"{rate} a second"] = _run("pace", base_url, rows, rate)
    rows = 60 if small else 300
    least = (rows - 1) / 50 + 0.1
    with _server(0.1) as base_url:
        told = _middle([_run("pace", base_url, rows, 50) for _ in range(1 if small else rounds)])
    found[f"{rows} rows, 50 a second, 100 ms"] = told | {"least": least, "ratio": told["seconds"] / least}
    return found


def _local(small: bool, rounds: int) -> Measured:
    rows = 500 if small else 100_000
    found = {
        what: _middle([_run("local", what, rows) for _ in range(1 if small else rounds)])
        for what in WHAT
        if what != "verify_orders"
    }
    with _server(0.0) as base_url:
        for number in (200, 400) if small else (10_000, 100_000):
            found[f"verify_orders, {number:,}"] = _run("local", "verify_orders", number, base_url)
    return found


def _start(small: bool, rounds: int) -> Measured:
    commands = {
        "import pandas": [sys.executable, "-c", "import pandas"],
        "import compropago_bulk": [sys.executable, "-c", "import compropago_bulk"],
        "compropago-bulk --help": [str(Path(sys.executable).with_name("compropago-bulk")), "--help"],
    }
    told: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(2 if small else 3 * rounds):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            told[name].append({"seconds": time.perf_counter() - begun})
    return {name: _middle(rounds) for name, rounds in told.items()}


# the page


def page(kept: Mapping[str, Any]) -> str:
    """Write the table of the docs from what was measured."""
    machine = kept["machine"]
    lines = [
        "# What it costs",
        "",
        f"Made by `python -m benchmarks` on {machine['when']}: {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}. Medians; each peer in a process of its own, warmed up, side by side in one run. "
        "Another machine gives other seconds and much the same ratios.",
        "",
    ]
    lines += _sending_table(kept["sending"])
    lines += _pace_table(kept["pace"])
    lines += _local_table(kept["local"], kept["start"])
    return "\n".join(lines) + "\n"


def _sending_table(sending: Mapping[str, Any]) -> list[str]:
    lines = ["## Orders a second, 32 in flight, no rate limit", ""]
    lines += [f"| | {' | '.join(f'{latency} latency' for latency in sending)} |", "|---|" + "---:|" * len(sending)]
    for way in next(iter(sending.values())):
        cells = []
        for ways in sending.values():
            best = max(ways[bare]["rows_a_second"] for bare in BARE)
            mine = ways[way]["rows_a_second"]
            times = f", {mine / ways[LOOP]['rows_a_second']:.0f}× the loop" if way in OURS else ""
            cells.append(f"{mine:,.0f} ({mine / best:.2f}{times})")
        lines.append(f"| {way} | {' | '.join(cells)} |")
    return [*lines, "", "In brackets: the share of bare httpx's best pattern.", ""]


def _pace_table(pace: Mapping[str, Any]) -> list[str]:
    lines = ["## Under a rate limit", "", "| | share of the rate | requests in the busiest second |", "|---|---:|---:|"]
    lines += [f"| {name} | {one['share_of_rate']:.3f} | {one['busiest_second']:.0f} |" for name, one in pace.items()]
    one = next(value for value in pace.values() if "ratio" in value)
    return [*lines, "", f"300 rows at 50 a second and 100 ms take {one['ratio']:.2f} of the least time possible.", ""]


def _local_table(local: Mapping[str, Any], start: Mapping[str, Any]) -> list[str]:
    lines = ["## On this machine alone, 100,000 rows of ten columns", "", "| | seconds | |", "|---|---:|---|"]
    for name, one in local.items():
        more = ", ".join(f"{key.replace('_', ' ')} {value:,.1f}" for key, value in one.items() if key != "seconds")
        lines.append(f"| {name} | {one['seconds']:.2f} | {more} |")
    reading = local["read_sheet"]["seconds"] / local["openpyxl, cells and formats"]["seconds"]
    writing = local["export_excel"]["seconds"] / local["openpyxl, write-only"]["seconds"]
    importing = start["import compropago_bulk"]["seconds"] / start["import pandas"]["seconds"]
    return [
        *lines, "",
        f"`read_sheet` takes {reading:.2f} times openpyxl's time for the same cells, "
        f"`export_excel` {writing:.2f} times openpyxl's write-only mode.", "",
        "## Starting", "", "| | seconds |", "|---|---:|",
        *(f"| `{name}` | {one['seconds']:.2f} |" for name, one in start.items()), "",
        f"`import compropago_bulk` takes {importing:.2f} times `import pandas`.",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
