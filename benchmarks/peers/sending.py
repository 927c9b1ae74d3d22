"""Send one order a row, in the way that is named: `python -m benchmarks.peers.sending WAY BASE_URL ROWS`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
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

Way = Callable[[pd.DataFrame, str], int]


def requests_loop(table: pd.DataFrame, base_url: str) -> int:
    """Send one after the other with `requests`."""
    import requests

    with requests.Session() as session:
        session.auth = KEYS
        answers = [session.post(f"{base_url}/v2/orders", json=one, timeout=30).json() for one in bodies(table)]
    return len(answers)


def apply_httpx(table: pd.DataFrame, base_url: str) -> int:
    """Send inside `DataFrame.apply`, with one `httpx.Client`."""
    import httpx

    with httpx.Client(auth=KEYS, timeout=30) as client:
        told = table.assign(body=bodies(table)).apply(
            lambda row: client.post(f"{base_url}/v2/orders", json=row["body"]).json()["payment"]["clabe"], axis=1
        )
    return len(told)


def threads_httpx(table: pd.DataFrame, base_url: str) -> int:
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

    threads = [threading.Thread(target=worker) for _ in range(IN_FLIGHT)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return len(told)


def gather_httpx(table: pd.DataFrame, base_url: str) -> int:
    """Send with `httpx.AsyncClient`, `gather` and a semaphore."""
    import httpx

    async def main() -> int:
        limit = asyncio.Semaphore(IN_FLIGHT)
        async with httpx.AsyncClient(auth=KEYS, timeout=30) as client:

            async def send(one: dict[str, Any]) -> Any:
                async with limit:
                    return (await client.post(f"{base_url}/v2/orders", json=one)).json()

            return len(await asyncio.gather(*map(send, bodies(table))))

    return asyncio.run(main())


def gather_aiohttp(table: pd.DataFrame, base_url: str) -> int:
    """Send with `aiohttp`, `gather` and a semaphore."""
    import aiohttp

    async def main() -> int:
        limit = asyncio.Semaphore(IN_FLIGHT)
        async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(*KEYS)) as client:

            async def send(one: dict[str, Any]) -> Any:
                async with limit, client.post(f"{base_url}/v2/orders", json=one) as got:
                    return await got.json()

            return len(await asyncio.gather(*map(send, bodies(table))))

    return asyncio.run(main())


def ours(table: pd.DataFrame, base_url: str, journal: str | None = None, **settings: Any) -> int:
    """Send with `create_orders`: checks, journal, retries and the progress bar on."""
    import compropago_bulk as cp

    folder = tempfile.mkdtemp()
    how = {"rate": 10_000.0, "concurrency": IN_FLIGHT, "journal": journal or f"{folder}/journal.sqlite", **settings}
    with cp.Connection(*KEYS, base_url=base_url, **how) as connection:
        result = cp.create_orders(table, **PRODUCT, connection=connection)
    assert (result["outcome"] == "created").all(), result["outcome"].value_counts()
    return len(result)


def ours_slow_disk(table: pd.DataFrame, base_url: str) -> int:
    """Send with `create_orders` where each commit costs 5 ms more, as on a laptop's disk."""
    from compropago_bulk.journal.database import Database

    write_once = Database._write_once

    def slowly(self: Any, work: Any, lasting: bool) -> Any:
        return write_once(self, lambda connection: (work(connection), time.sleep(0.005))[0], lasting)

    Database._write_once = slowly  # type: ignore[method-assign]
    return ours(table, base_url)


def ours_commit_a_row(table: pd.DataFrame, base_url: str) -> int:
    """Send with `create_orders`, every claim and every outcome in a commit of its own."""
    from compropago_bulk.journal import commits

    gate = threading.Lock()

    def submit(self: Any, work: Any) -> Any:
        with gate:
            return self._perform([work])[0]

    commits.SharedCommits.submit = submit  # type: ignore[method-assign]
    return ours(table, base_url)


def ours_without_journal(table: pd.DataFrame, base_url: str) -> int:
    """Send with `create_orders` on a journal in memory's own file system, so that durability costs nothing."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        return ours(table, base_url, journal=f"{folder}/journal.sqlite")


WAYS: dict[str, Way] = {
    "requests loop": requests_loop,
    "DataFrame.apply, httpx.Client": apply_httpx,
    "threads, an httpx.Client each": threads_httpx,
    "httpx.AsyncClient, gather": gather_httpx,
    "aiohttp, gather": gather_aiohttp,
    "compropago_bulk": ours,
    "compropago_bulk, a commit costs 5 ms more": ours_slow_disk,
    "compropago_bulk, a commit a row": ours_commit_a_row,
    "compropago_bulk, journal in memory": ours_without_journal,
}


def main() -> None:
    """Warm up, then measure once."""
    way, base_url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Path(os.devnull).open("w") as quiet, contextlib.redirect_stderr(quiet):  # the bar is drawn, and not looked at
        WAYS[way](residents(min(rows, 40)), base_url)
        table = residents(rows)
        begun = time.perf_counter()
        done = WAYS[way](table, base_url)
        took = time.perf_counter() - begun
    assert done == rows
    print(json.dumps({"seconds": took, "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
