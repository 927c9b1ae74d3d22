"""Send one order a row, in the way that is named: `python -m benchmarks.peers.sending WAY BASE_URL ROWS [N]`.

N requests are in flight, 32 unless it is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.work import IN_FLIGHT, KEYS, PRODUCT, bodies, residents

Way = Callable[[pd.DataFrame, str, int], int]


def requests_loop(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send one after the other with `requests`."""
    import requests

    with requests.Session() as session:
        session.auth = KEYS
        answers = [session.post(f"{base_url}/v2/orders", json=one, timeout=30).json() for one in bodies(table)]
    return len(answers)


def apply_httpx(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send inside `DataFrame.apply`, with one `httpx.Client`."""
    import httpx

    with httpx.Client(auth=KEYS, timeout=30) as client:
        told = table.assign(body=bodies(table)).apply(
            lambda row: client.post(f"{base_url}/v2/orders", json=row["body"]).json()["payment"]["clabe"], axis=1
        )
    return len(told)


def threads_httpx(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send from many threads, an `httpx.Client` each."""
    import httpx

    work, told = deque(bodies(table)), []

    def worker() -> None:
        with httpx.Client(auth=KEYS, timeout=30) as client:
            while True:
                try:
                    one = work.popleft()
                except IndexError:
                    return
                told.append(client.post(f"{base_url}/v2/orders", json=one).json())

    threads = [threading.Thread(target=worker) for _ in range(in_flight)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return len(told)


def gather_httpx(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send with `httpx.AsyncClient`, `gather` and a semaphore."""
    import httpx

    async def main() -> int:
        limit = asyncio.Semaphore(in_flight)
        async with httpx.AsyncClient(auth=KEYS, timeout=30) as client:

            async def send(one: dict[str, Any]) -> Any:
                async with limit:
                    return (await client.post(f"{base_url}/v2/orders", json=one)).json()

            return len(await asyncio.gather(*map(send, bodies(table))))

    return asyncio.run(main())


def gather_aiohttp(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send with `aiohttp`, `gather` and a semaphore."""
    import aiohttp

    async def main() -> int:
        limit = asyncio.Semaphore(in_flight)
        async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(*KEYS)) as client:

            async def send(one: dict[str, Any]) -> Any:
                async with limit, client.post(f"{base_url}/v2/orders", json=one) as got:
                    return await got.json()

            return len(await asyncio.gather(*map(send, bodies(table))))

    return asyncio.run(main())


def ours(table: pd.DataFrame, base_url: str, in_flight: int, journal: str | None = None) -> int:
    """Send with `create_orders`: checks, journal, retries and the progress bar on."""
    import compropago_bulk as cp

    where = journal or os.environ.get("COMPROPAGO_JOURNAL") or f"{tempfile.mkdtemp()}/journal.sqlite"
    how = {"rate": 100_000.0, "concurrency": in_flight, "journal": where}
    with cp.Connection(*KEYS, base_url=base_url, **how) as connection:
        result = cp.create_orders(table, **PRODUCT, connection=connection)
    assert (result["outcome"] == "created").all(), result["outcome"].value_counts()
    return len(result)


def ours_slow_disk(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send with `create_orders` where each commit costs 5 ms more, as on a laptop's disk."""
    from compropago_bulk.journal.database import Database

    write_once = Database._write_once

    def slowly(self: Any, work: Any, lasting: bool) -> Any:
        return write_once(self, lambda connection: (work(connection), time.sleep(0.005))[0], lasting)

    Database._write_once = slowly  # type: ignore[method-assign]
    return ours(table, base_url, in_flight)


def ours_commit_a_row(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send with `create_orders`, every claim and every outcome in a commit of its own."""
    from compropago_bulk.journal import commits

    gate = threading.Lock()

    def submit(self: Any, work: Any) -> Any:
        with gate:
            return self._perform([work])[0]

    commits.SharedCommits.submit = submit  # type: ignore[method-assign]
    return ours(table, base_url, in_flight)


def ours_without_journal(table: pd.DataFrame, base_url: str, in_flight: int) -> int:
    """Send with `create_orders` on a journal in memory's own file system, so that durability costs nothing."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        return ours(table, base_url, in_flight, journal=f"{folder}/journal.sqlite")


BARE, OURS, SLOW_DISK = "threads, an httpx.Client each", "compropago_bulk", "compropago_bulk, a commit costs 5 ms more"
WAYS: dict[str, Way] = {
    "requests loop": requests_loop,
    "DataFrame.apply, httpx.Client": apply_httpx,
    BARE: threads_httpx,
    "httpx.AsyncClient, gather": gather_httpx,
    "aiohttp, gather": gather_aiohttp,
    OURS: ours,
    SLOW_DISK: ours_slow_disk,
    "compropago_bulk, a commit a row": ours_commit_a_row,
    "compropago_bulk, journal in memory": ours_without_journal,
}


def main() -> None:
    """Warm up, then measure once."""
    way, base_url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    in_flight = int(sys.argv[4]) if len(sys.argv) > 4 else IN_FLIGHT
    with Path(os.devnull).open("w") as quiet, contextlib.redirect_stderr(quiet):  # the bar is drawn, and not looked at
        first = 10**6 + time.time_ns() // 10**6 % 90_000 * 1000  # a journal on a server is the same for all rounds
        WAYS[way](residents(min(rows, 40), first), base_url, in_flight)
        table = residents(rows, first + 100)
        begun, worked = time.perf_counter(), time.process_time()
        done = WAYS[way](table, base_url, in_flight)
        took, worked = time.perf_counter() - begun, time.process_time() - worked
    assert done == rows
    print(json.dumps({"seconds": took, "processor": worked}))


if __name__ == "__main__":
    main()
