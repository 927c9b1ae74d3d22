"""Run the sandbox in the foreground: `python -m compropago_bulk.sandbox_api --port 8899`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from .endpoints import EDITIONS
from .server import SandboxServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Listen until interrupted; exit status 0, or 2 where it could not start."""
    asked = _parser().parse_args(arguments)
    try:
        server = SandboxServer(
            asked.port,
            editions=asked.editions.split(","),
            faults=asked.faults,
            answers=asked.answers,
            latency=asked.latency,
            rate=asked.rate,
            seed=asked.seed,
        ).start()
    except (ValueError, OSError) as problem:
        print(f"the sandbox could not start: {problem}", file=sys.stderr)
        return 2
    print(f"COMPROPAGO_BASE_URL={server.base_url}")
    print(f"COMPROPAGO_SECRET_KEY={server.secret_key}")
    print(f"COMPROPAGO_PUBLIC_KEY={server.public_key}", flush=True)
    _wait()
    server.stop()
    return 0


def _wait() -> None:
    over = threading.Event()
    for item in (signal.SIGINT, signal.SIGTERM):
        signal.signal(item, lambda *_: over.set())
    while not over.wait(1):  # in steps, since on Windows no signal is seen during an endless wait
        pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compropago_bulk.sandbox_api", description=__doc__)
    parser.add_argument("--port", type=int, default=8899, help="on 127.0.0.1; 0 takes any free port")
    parser.add_argument("--editions", default=EDITIONS[0], help=f"of {', '.join(EDITIONS)}, with commas between")
    parser.add_argument("--faults", default="", help="such as 429:0.05,drop_after:0.03")
    parser.add_argument("--answers", default="", help="such as bare,times_ms")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds between the deed and its answer")
    parser.add_argument("--rate", type=float, help="requests a second, above which it answers 429")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
