"""Three processes at once on one sheet and one journal: every row created exactly once, and never above the rate."""

from __future__ import annotations

from collections import Counter

import compropago_bulk as cp
import pytest

from support.ground import counts_of, create, judge, residents, start


@pytest.mark.parametrize("rows", [150, pytest.param(3_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("operation", ["orders", "createClabe", "createAccount"])
def test_three_processes_create_each_row_once(journal_place, operation, rows):
    with cp.sandbox(latency=0.002) as sandbox:
        processes = [start(sandbox.base_url, journal_place, rows, operation) for _ in range(3)]
        counts = Counter()
        for process in processes:
            counts.update(counts_of(process))
        assert counts["created"] == rows, counts
        assert set(counts) <= {"created", "existing", "busy"}
        with sandbox.connect(journal=journal_place) as connection:
            table = create(operation, residents(rows), connection)
        assert set(table["outcome"]) == {"existing"}
        judge(operation, table, sandbox.server.ledger)
        made = [one for one in sandbox.server.log if one.method == "POST"]
        assert len(made) == rows


def test_processes_that_share_a_server_share_the_rate(postgres_url):
    rate = 40
    with cp.sandbox() as sandbox:
        processes = [start(sandbox.base_url, postgres_url, 240, rate=rate, concurrency=8) for _ in range(3)]
        for process in processes:
            counts_of(process)
        times = sorted(one.at.timestamp() for one in sandbox.server.log)
    assert len(times) == 240
    busiest = max(sum(start <= one < start + 1 for one in times[place:]) for place, start in enumerate(times))
    assert busiest <= rate * 1.2
    assert (len(times) - 1) / (times[-1] - times[0]) >= 0.9 * rate
