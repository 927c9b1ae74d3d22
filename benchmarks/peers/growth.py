"""What each stage of `create_orders` takes at a number of rows: `python -m benchmarks.peers.growth ROWS BASE_URL`.

Seconds, and the memory in use at most during the stage above what the process had before it read a row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.work import IN_FLIGHT, KEYS, PRODUCT, residents

Stages = dict[str, dict[str, float]]


def used() -> int:
    """Return the bytes in use just now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def watched(name: str, stages: Stages, before: int) -> Iterator[None]:
    """Note what a stage takes; of a stage that comes twice the sum and the most."""
    most, over = [used()], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            most.append(max(most.pop(), used()))

    looking = threading.Thread(target=look)
    looking.start()
    begun = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - begun
        over.set()
        looking.join()
        stage = stages.setdefault(name, {"seconds": 0.0, "bytes": 0.0})
        stage["seconds"] += took
        stage["bytes"] = max(stage["bytes"], most[0] - before, used() - before)


def _timed(work: Callable[..., Any], name: str, stages: Stages, before: int) -> Callable[..., Any]:
    def timed(*told: Any, **more: Any) -> Any:
        with watched(name, stages, before):
            return work(*told, **more)

    return timed


PARTS = {"prepare": "check", "judge_all": "judge", "notice": "judge", "_send": "send", "_table": "table"}
"""The steps of the pipeline, and the stage that each belongs to."""


def grow(rows: int, base_url: str, folder: Path) -> Stages:
    """Take a workbook through all stages."""
    import compropago_bulk as cp
    from compropago_bulk.bulk import pipeline

    settings = {"base_url": base_url, "rate": 100_000.0, "concurrency": IN_FLIGHT}
    with cp.Connection(*KEYS, **settings, journal=folder / "first.sqlite") as connection:
        cp.create_orders(residents(50), **PRODUCT, connection=connection, progress=False)
    source = folder / "residentes.xlsx"
    subprocess.run([sys.executable, "-m", "benchmarks.work", str(rows), str(source)], check=True)
    stages: Stages = {}
    before = used()
    for part, stage in PARTS.items():
        setattr(pipeline, part, _timed(getattr(pipeline, part), stage, stages, before))
    with watched("read", stages, before):
        sheet = cp.read_sheet(source)
    with cp.Connection(*KEYS, **settings, journal=folder / "journal.sqlite") as connection:
        table = cp.create_orders(sheet, **PRODUCT, connection=connection, progress=False)
    assert (table["outcome"] == "created").all()
    with watched("export", stages, before):
        cp.export_excel(table, folder / "out.xlsx")
    return {name: stages[name] for name in ("read", "check", "judge", "send", "table", "export")}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        print(json.dumps(grow(int(sys.argv[1]), sys.argv[2], Path(kept))))
