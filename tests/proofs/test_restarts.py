"""The journal's server is restarted in the middle: the run waits for it, and nothing is lost or doubled."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

import compropago_bulk as cp
import psycopg
import pytest
from compropago_bulk.errors import JournalError
from compropago_bulk.journal import database, open_journal

from support import postgres_server as postgres
from support.ground import create, judge, outcomes, residents

pytestmark = pytest.mark.skipif(postgres.programs() is None, reason="needs the programs of PostgreSQL")


@pytest.fixture
def server():
    """Give the URL of a server that may be restarted."""
    with postgres.serve() as url:
        yield url
        with suppress(psycopg.OperationalError):  # a test may have stopped it
            postgres.stop(url)


def _wait_for(sandbox, requests):
    while len(sandbox.server.log) < requests:
        time.sleep(0.01)


def _ours(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "compropago_bulk"]


@pytest.mark.parametrize("operation", ["orders", "createClabe"])
def test_a_server_restarted_in_the_middle_is_waited_for(server, operation, caplog):
    rows = residents(600)
    with cp.sandbox(latency=0.005) as sandbox, sandbox.connect(journal=server, rate=300) as connection:
        done = threading.Event()

        def trouble():
            _wait_for(sandbox, 20)
            for mode in ("immediate", "fast", "immediate"):
                if done.wait(0.6):
                    return
                postgres.restart(server, after=0.3, mode=mode)

        person = threading.Thread(target=trouble)
        person.start()
        with caplog.at_level(logging.WARNING, logger="compropago_bulk"):
            table = create(operation, rows, connection)
        done.set()
        person.join()
        assert outcomes(table) == {"created": 600}, table["error"].dropna().unique()
        assert set(table["attempts"]) == {1}
        judge(operation, table, sandbox.server.ledger)
        again = create(operation, rows, connection)
        assert outcomes(again) == {"existing": 600}
        assert len(_ours(caplog)) <= 1, "one line, however often it comes and goes"


def test_looks_are_kept_once_however_often_the_server_goes(server):
    with cp.sandbox(latency=0.004) as sandbox, sandbox.connect(journal=server, rate=300) as connection:
        table = create("orders", residents(300), connection)
        person = threading.Thread(target=lambda: (_wait_for(sandbox, 330), postgres.restart(server, after=0.2)))
        person.start()
        seen = cp.verify_orders(table, connection=connection, progress=False)
        person.join()
        assert set(seen["outcome"]) == {"found"}
        events = cp.history(connection=connection)
        assert (events["event"] == "seen").sum() == 300


def test_a_server_that_was_never_there_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(database, "AWAY", 20.0)
    began = time.monotonic()
    with pytest.raises(JournalError):
        open_journal("postgresql://postgres@127.0.0.1:9/none")
    assert time.monotonic() - began < 10


def test_a_server_that_stays_away_stops_the_run_with_a_table_and_one_line(server, monkeypatch, caplog):
    monkeypatch.setattr(database, "AWAY", 1.0)
    with cp.sandbox(latency=0.01) as sandbox, sandbox.connect(journal=server, rate=300) as connection:
        person = threading.Thread(target=lambda: (_wait_for(sandbox, 20), postgres.stop(server)))
        person.start()
        with caplog.at_level(logging.WARNING, logger="compropago_bulk"):
            table = create("orders", residents(600), connection)
        person.join()
        folder = outcomes(table)
        assert table.attrs["compropago"]["stopped"] == "journal" and folder["not_sent"] > 0
        unknown = table[table["outcome"] == "unknown"]
        assert (unknown["attempts"] >= 1).all()
        assert len(_ours(caplog)) == len(set(_ours(caplog)))
