"""A journal that cannot be written any more: the run stops, the table comes back, and the next run finishes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time

import compropago_bulk as cp
import pytest

from support.ground import CHILD, counts_of, create, judge, outcomes, residents, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of files are POSIX")


@pytest.mark.parametrize("operation", ["orders", "createClabe"])
@pytest.mark.parametrize("room", [150_000, pytest.param(400_000, marks=pytest.mark.slow)])
def test_a_full_disk(tmp_path, operation, room):
    """The system refuses to let any file grow beyond `room` bytes."""
    journal = tmp_path / "j.sqlite"
    rows = 800
    with cp.sandbox() as sandbox:
        with sandbox.connect(journal=journal) as connection:
            create(operation, residents(3), connection)
        what = {"base_url": sandbox.base_url, "journal": str(journal), "rows": rows, "operation": operation}
        program = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2);"
        program += "sys.path.insert(0, sys.argv[2].rpartition('/')[0]); path = sys.argv[2]; del sys.argv[:2];"
        program += "runpy.run_path(path)"
        command = [sys.executable, "-c", program, str(room), str(CHILD), json.dumps(what)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        counts = json.loads(done.stdout.splitlines()[-1])
        assert counts.get("not_sent", 0) > 0 and counts.get("unknown", 0) <= 8
        with sandbox.connect(journal=journal) as connection:
            table = create(operation, residents(rows), connection)
            judge(operation, table, sandbox.server.ledger)
            assert outcomes(table).get("unknown", 0) <= 8
            assert len(cp.unsettled(connection)) == outcomes(table).get("unknown", 0)


@pytest.mark.parametrize("seconds", [2, pytest.param(27, marks=pytest.mark.slow)])
def test_a_journal_that_another_program_holds(tmp_path, seconds):
    """For a while it is waited for; after that the run stops and says so."""
    journal = tmp_path / "j.sqlite"
    rows = 400
    with cp.sandbox(latency=0.01) as sandbox:
        process = start(sandbox.base_url, journal, rows, rate=400)
        assert process.stdout.readline() == "ready\n"
        while len(sandbox.server.log) < 50:
            time.sleep(0.01)
        other = sqlite3.connect(journal, isolation_level=None, timeout=30)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()
        counts = counts_of(process)
        if seconds < 20:
            assert counts == {"created": rows}
        else:
            assert counts.get("not_sent", 0) > 0 and counts.get("unknown", 0) <= 8
        with sandbox.connect(journal=journal) as connection:
            table = create("orders", residents(rows), connection)
        judge("orders", table, sandbox.server.ledger)
