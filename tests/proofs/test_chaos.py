"""Everything that a bad network does, at once, run until nothing changes: nothing doubled, nothing lost."""

from __future__ import annotations

import compropago_bulk as cp
import pytest

from support.ground import FAULTS, create, judge, outcomes, residents

FULL = {"orders": 2_000, "createClabe": 2_000, "createAccount": 1_000}
SLOW = [pytest.mark.slow, pytest.mark.timeout(3_000)]


@pytest.mark.parametrize("operation", list(FULL))
@pytest.mark.parametrize(("seed", "share"), [(1, 25), *(pytest.param(seed, 1, marks=SLOW) for seed in (1, 2, 3))])
def test_chaos(operation, seed, share):
    rows = FULL[operation] // share
    faults = FAULTS if share == 1 else FAULTS.replace("stall:0.01,", "")
    with cp.sandbox(faults=faults, seed=seed, rate=2_000, timeout=1.0, concurrency=16) as sandbox:
        before: dict[str, int] = {}
        for _ in range(12):
            table = create(operation, residents(rows), sandbox.connection)
            judge(operation, table, sandbox.server.ledger)
            now = outcomes(table)
            if now == before:
                break
            before = now
        assert set(now) <= {"existing", "unknown"}
        if operation == "createClabe":
            assert now == {"existing": rows}
        unknown = set(table.loc[table["outcome"] == "unknown", "Referencia"])
        listed = cp.unsettled(sandbox.connection)
        assert len(listed) == len(unknown)
        assert not sandbox.server.violations
