"""A source in partitions on a real cluster: every row once, below the rate together, whichever worker dies."""

from __future__ import annotations

import os
import signal
import threading
import time

import compropago_bulk as cp
import pytest

from support.ground import PRODUCT, judge, outcomes, residents

dask = pytest.importorskip("dask")
dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def place(postgres_url):
    """Give a sandbox, two worker processes whose environment has its keys, and a connection to it."""
    with cp.sandbox() as sandbox:
        own = {
            "COMPROPAGO_SECRET_KEY": "sk_test_sandbox", "COMPROPAGO_PUBLIC_KEY": "pk_test_sandbox",
            "COMPROPAGO_JOURNAL": postgres_url,
        }  # fmt: skip
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 10}),
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", env=own, host="127.0.0.1"
            ) as cluster,
            distributed.Client(cluster),
            sandbox.connect(journal=postgres_url, rate=60, concurrency=4) as connection,
        ):
            yield sandbox, cluster, connection


def test_partitions_go_out_once_below_the_rate_and_the_second_time_not_at_all(place):
    sandbox, _, connection = place
    table = residents(240)
    lazy = cp.create_orders(dd.from_pandas(table, npartitions=6), **PRODUCT, connection=connection)
    assert not sandbox.server.log, "something was sent before anybody computed"
    result = lazy.compute()
    assert result["Referencia"].tolist() == table["Referencia"].tolist()
    assert list(result.columns) == list(lazy.columns) and outcomes(result) == {"created": 240}
    judge("orders", result, sandbox.server.ledger)
    times = sorted(one.at.timestamp() for one in sandbox.server.log)
    busiest = max(sum(start <= one < start + 1 for one in times[at:]) for at, start in enumerate(times))
    assert busiest <= 60 * 1.2
    assert len({one.process for one in cp_runs(connection)}) == 2, "both workers had their part"
    assert outcomes(lazy.compute()) == {"existing": 240} and len(sandbox.server.log) == 240
    seen = cp.verify_orders(dd.from_pandas(result[["order_id"]], npartitions=3), connection=connection).compute()
    assert outcomes(seen) == {"found": 240}


def cp_runs(connection):
    from compropago_bulk.journal import open_journal
    from compropago_bulk.journal import schema as tables
    from sqlalchemy import select

    with open_journal(connection.journal) as journal, journal._database.reading() as reading:
        return list(reading.execute(select(tables.runs.c.process)))


def test_a_worker_that_is_killed_halfway_doubles_and_loses_nothing(place):
    sandbox, cluster, connection = place
    table = residents(240)

    def kill():
        while len(sandbox.server.ledger.orders) < 60:
            time.sleep(0.01)
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    result = cp.create_orders(dd.from_pandas(table, npartitions=6), **PRODUCT, connection=connection).compute()
    judge("orders", result, sandbox.server.ledger)
    counts = outcomes(result)
    assert set(counts) <= {"created", "existing", "unknown"} and counts.get("unknown", 0) <= 4
    assert len(cp.unsettled(connection)) == counts.get("unknown", 0)


def test_what_a_partition_cannot_keep_is_refused_before_anything_is_sent(place, sandbox):
    _, _, connection = place
    source = dd.from_pandas(residents(4), npartitions=2)
    with pytest.raises(cp.ConfigurationError, match="limit"):
        cp.create_orders(source, **PRODUCT, limit=1, connection=connection)
    with pytest.raises(cp.ConfigurationError, match="progress"):
        cp.create_orders(source, **PRODUCT, progress=print, connection=connection)
    with pytest.raises(cp.ConfigurationError, match="postgresql"):
        cp.create_orders(source, **PRODUCT, connection=sandbox.connection)
    with pytest.raises(cp.LiveModeError):
        cp.create_clabes(source, connection=sandbox.live_connection)
    assert outcomes(cp.create_clabes(source, dry_run=True).compute()) == {"ready": 4}
    assert not sandbox.server.log
