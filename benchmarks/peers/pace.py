"""Send under a rate limit and say how the server saw it: `python -m benchmarks.peers.pace BASE_URL ROWS RATE`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.work import IN_FLIGHT, KEYS, PRODUCT, residents


def main() -> None:
    """Warm up, send, ask the server when it saw what."""
    import compropago_bulk as cp

    base_url, rows, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    cp.create_orders(residents(20), **PRODUCT, dry_run=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        cp.Connection(
            *KEYS, base_url=base_url, rate=rate, concurrency=IN_FLIGHT, journal=Path(folder) / "journal.sqlite"
        ) as connection,
    ):
        begun = time.perf_counter()
        cp.create_orders(residents(rows), **PRODUCT, connection=connection, progress=False)
        took = time.perf_counter() - begun
    with urllib.request.urlopen(f"{base_url}/seen") as answer:
        times = json.load(answer)
    busiest = max(
        sum(start <= one < start + 1 for one in times[at : at + 2 * int(rate) + 5]) for at, start in enumerate(times)
    )
    used = (len(times) - 1) / (times[-1] - times[0]) / rate
    print(json.dumps({"seconds": took, "share_of_rate": used, "busiest_second": busiest}))


if __name__ == "__main__":
    main()
