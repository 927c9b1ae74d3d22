"""The processes of a measurement: each peer in one of its own, held to one core, its server held to the other."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
Measured = dict[str, Any]


def _held(core: int) -> Any:
    """Return what holds a child to a core, where there are two and the system can."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return (lambda: os.sched_setaffinity(0, {cores[core]})) if len(cores) > 1 else None


def measure(module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Measured:
    """Run one peer on the second core and return what it says on its last line."""
    command = [sys.executable, "-m", f"benchmarks.peers.{module}", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=TOP, capture_output=True, text=True, check=False, preexec_fn=_held(1),
        env=os.environ | (environment or {}),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    print(module, *arguments, found, file=sys.stderr, flush=True)
    return found


@contextmanager
def served(latency: float, certificate: Path | None = None) -> Iterator[str]:
    """Serve on the first core; with a certificate (and the key beside it) over TLS."""
    command = [sys.executable, "-m", "benchmarks.server", str(latency), *([str(certificate)] if certificate else [])]
    process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True, preexec_fn=_held(0))
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def certified() -> Iterator[Path]:
    """Make a certificate for this machine that nobody else trusts, and its key beside it (`.key`)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        words = ["openssl", "req", "-x509", *curve, "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        more = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", str(path.with_suffix(".key")), "-out", str(path)]
        subprocess.run([*words, *more, *files], check=True, capture_output=True)
        yield path


def middle(rounds: Sequence[Measured]) -> Measured:
    """Return the median of each figure."""
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def spread(values: Iterable[float]) -> Measured:
    """Return the median and the range."""
    told = sorted(values)
    return {"median": statistics.median(told), "least": told[0], "most": told[-1]}
