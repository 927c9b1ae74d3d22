"""`kill -9` at random moments of whole runs, each time run again to the end: nothing doubled, nothing lost."""

from __future__ import annotations

import os
import random
import signal
import time

import compropago_bulk as cp
import pytest

from support.ground import counts_of, create, judge, residents, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
ROWS, CONCURRENCY = 2_000, 8


@pytest.mark.parametrize(
    ("place", "kills"),
    [
        ("sqlite", 5),
        pytest.param("sqlite", 200, marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
        pytest.param("postgres", 60, marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
)
@pytest.mark.parametrize("operation", ["orders", "createClabe"])
def test_kills_at_random_moments(request, tmp_path, place, kills, operation):
    """Each round sends new rows until it is killed; the rows of the last rounds go out in one undisturbed run."""
    chance = random.Random(f"{place} {kills} {operation}")
    journal = request.getfixturevalue("postgres_url") if place == "postgres" else tmp_path / "j.sqlite"
    rows = ROWS if kills > 10 else 400
    with cp.sandbox(latency=0.004) as sandbox:
        connection = sandbox.connect(journal=journal, rate=5_000, concurrency=CONCURRENCY)
        doubtful: set[str] = set()
        died = 0
        for step in range(kills):
            sent = (step + 1) * rows // kills
            process = start(sandbox.base_url, journal, sent, operation, concurrency=CONCURRENCY)
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.15 if place == "sqlite" else 0.3))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            died += process.returncode == -signal.SIGKILL
            now = set(cp.unsettled(connection)["key"])
            if operation == "orders":
                assert doubtful <= now
            assert len(now - doubtful) <= CONCURRENCY, "a crash leaves at most `concurrency` rows in doubt"
            doubtful = now
        assert died >= kills * 0.9
        end = counts_of(start(sandbox.base_url, journal, rows, operation))
        table = create(operation, residents(rows), connection)
        ledger = sandbox.server.ledger
        judge(operation, table, ledger)
        assert set(cp.unsettled(connection)["key"]) == (doubtful if operation == "orders" else set())
        assert end.get("unknown", 0) == (len(doubtful) if operation == "orders" else 0)
        assert not sandbox.server.violations
        connection.close()
