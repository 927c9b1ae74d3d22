"""The pace in real time, by the clock of the server that gets the requests."""

from __future__ import annotations

import compropago_bulk as cp
import pytest

from support.ground import create, outcomes, residents

SLOW = pytest.mark.slow


def busiest_second(times):
    return max(sum(start <= one < start + 1 for one in times[place:]) for place, start in enumerate(times))


@pytest.mark.parametrize(
    ("rate", "rows", "most"),
    [(40, 120, 48), pytest.param(40, 1_200, 48, marks=SLOW), pytest.param(5, 60, 6, marks=SLOW)],
)
def test_the_rate_is_kept_and_used(rate, rows, most):
    with cp.sandbox(latency=0.02) as sandbox:
        with sandbox.connect(rate=rate, concurrency=16) as connection:
            create("orders", residents(rows), connection)
        times = [one.at.timestamp() for one in sandbox.server.log]
    assert len(times) == rows
    assert busiest_second(times) <= most
    assert (rows - 1) / (times[-1] - times[0]) >= 0.95 * rate


@pytest.mark.parametrize(("allowed", "asked", "rows"), [(20, 200, 100), pytest.param(4, 40, 200, marks=SLOW)])
def test_a_server_that_allows_a_tenth_is_found_out_and_respected(allowed, asked, rows):
    with cp.sandbox(server_rate=allowed) as sandbox:
        with sandbox.connect(rate=asked, concurrency=8) as connection:
            table = create("orders", residents(rows), connection)
        refused = sum(one.status == 429 for one in sandbox.server.log)
    assert outcomes(table) == {"created": rows}
    assert refused < rows / 2
