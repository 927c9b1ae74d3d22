"""Impatient people and sleeping laptops: whatever stops a run, the table or the next run accounts for every effect."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time

import compropago_bulk as cp
import pytest
from jupyter_client import KernelManager

from support.ground import PRODUCT, counts_of, create, judge, outcomes, residents, start
from support.line import Line

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and terminals are POSIX")
ROWS = 1_500
SLOW = pytest.mark.slow


def test_sigterm_ends_in_a_table(tmp_path):
    with cp.sandbox(latency=0.01) as sandbox:
        process = start(sandbox.base_url, tmp_path / "j.sqlite", ROWS, rate=500)
        while len(sandbox.server.log) < 60:
            time.sleep(0.01)
        process.terminate()
        counts = counts_of(process)
        assert set(counts) == {"created", "not_sent"}
        assert counts["created"] == len(sandbox.server.ledger.orders)


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_a_closed_terminal_ends_in_a_table_and_its_workbook(how, tmp_path):
    with cp.sandbox(latency=0.01) as sandbox:
        out = tmp_path / "out.xlsx"
        process = start(sandbox.base_url, tmp_path / "j.sqlite", ROWS, rate=500, output=str(out))
        while len(sandbox.server.log) < 60:
            time.sleep(0.01)
        process.send_signal(how)
        counts = counts_of(process)
        assert set(counts) == {"created", "not_sent"}
        assert counts["created"] == len(sandbox.server.ledger.orders)
        assert outcomes(cp.read_sheet(out)) == counts


def test_what_a_person_started_with_nohup_goes_on(tmp_path):
    with cp.sandbox(latency=0.01) as sandbox:
        ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            process = start(sandbox.base_url, tmp_path / "j.sqlite", 150, rate=500)
        finally:
            signal.signal(signal.SIGHUP, ignored)
        while len(sandbox.server.log) < 20:
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        assert counts_of(process) == {"created": 150}


def test_a_terminal_that_goes_away_leaves_the_commands_workbook(tmp_path):
    residents(ROWS).to_excel(tmp_path / "r.xlsx", index=False)
    with cp.sandbox(latency=0.01) as sandbox:
        own = {
            "COMPROPAGO_BASE_URL": sandbox.base_url, "COMPROPAGO_JOURNAL": str(tmp_path / "j.sqlite"),
            "COMPROPAGO_SECRET_KEY": "sk_test_sandbox", "COMPROPAGO_PUBLIC_KEY": "pk_test_sandbox",
            "COMPROPAGO_RATE": "300", "COMPROPAGO_LANG": "en",
        }  # fmt: skip
        master, slave = pty.openpty()
        program = "import os, sys; os.open(os.ttyname(0), os.O_RDWR)\n"
        program += "from compropago_bulk.cli import main; sys.exit(main())\n"
        arguments = ["orders", "r.xlsx", "--product-id", "P", "--product-name", "Cuota", "-o", "out.xlsx"]
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments], env={**os.environ, **own}, cwd=tmp_path,
            start_new_session=True, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        deadline = time.monotonic() + 60
        while len(sandbox.server.log) < 60 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.close(master)  # the window is closed: a hang-up comes, and nobody reads any more
        assert process.wait(60) == 130
        judge("orders", cp.read_sheet(tmp_path / "out.xlsx"), sandbox.server.ledger)


@pytest.mark.parametrize("streams", ["sys.stderr = None", "sys.stdout = sys.stderr = None", "sys.stderr.close()"])
def test_a_program_without_a_standard_error_gets_its_table(streams, tmp_path):
    code = f"""
import os, sys
import compropago_bulk as cp
import pandas as pd
{streams}
table = pd.DataFrame({{"Referencia": ["1", "2"], "Correo": ["a@example.com", "b@example.com"]}})
with cp.sandbox() as sandbox:
    result = cp.create_clabes(table, connection=sandbox.connection, output="out.xlsx")
    cp.verify_orders(cp.create_orders(table.assign(Nombre=["Ana", "Eva"]), product_id="P", product_name="M", price=5,
                     connection=sandbox.connection), connection=sandbox.connection)
os._exit(len(result))
"""
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, timeout=60
    )
    assert process.returncode == 2, process.stderr
    assert set(cp.read_sheet(tmp_path / "out.xlsx")["outcome"]) == {"created"}


def test_ctrl_c_in_a_terminal_writes_the_workbook_and_the_next_run_goes_on(tmp_path):
    residents(ROWS).to_excel(tmp_path / "r.xlsx", index=False)
    with cp.sandbox(latency=0.01) as sandbox:
        own = {
            "COMPROPAGO_BASE_URL": sandbox.base_url, "COMPROPAGO_JOURNAL": str(tmp_path / "j.sqlite"),
            "COMPROPAGO_SECRET_KEY": "sk_test_sandbox", "COMPROPAGO_PUBLIC_KEY": "pk_test_sandbox",
            "COMPROPAGO_RATE": "300", "COMPROPAGO_LANG": "en",
        }  # fmt: skip
        arguments = ["orders", "r.xlsx", "--product-id", "P", "--product-name", "Cuota", "-o", "out.xlsx"]
        screen = _in_a_terminal(arguments, {**os.environ, **own}, tmp_path, lambda: len(sandbox.server.log) > 100)
        assert screen.returncode == 130, screen.text
        table = cp.read_sheet(tmp_path / "out.xlsx")
        assert outcomes(table).keys() == {"created", "not_sent"}
        judge("orders", table, sandbox.server.ledger)
        with sandbox.connect(journal=tmp_path / "j.sqlite", rate=5_000) as connection:
            table = cp.create_orders(residents(ROWS), product_id="P", product_name="Cuota", connection=connection)
        assert outcomes(table) == {
            "created": ROWS - outcomes(table)["existing"],
            "existing": outcomes(table)["existing"],
        }
        judge("orders", table, sandbox.server.ledger)


class Screen:
    """What stood on a terminal, and how the program ended."""

    text = ""
    returncode: int | None = None


def _in_a_terminal(arguments, environment, folder, when) -> Screen:
    """Run the command on a terminal of its own and press Ctrl-C once `when` says so."""
    master, slave = pty.openpty()
    program = (
        "import os, sys\n"
        "os.open(os.ttyname(0), os.O_RDWR)  # the first terminal that a session opens becomes its own\n"
        "from compropago_bulk.cli import main\n"
        "sys.exit(main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=environment, cwd=folder, start_new_session=True,
        stdin=slave, stdout=slave, stderr=slave,
    )  # fmt: skip
    screen = Screen()

    def read():
        while True:
            try:
                screen.text += os.read(master, 4096).decode(errors="replace")
            except OSError:
                return

    threading.Thread(target=read, daemon=True).start()
    limit = time.monotonic() + 30
    while not when() and time.monotonic() < limit:
        time.sleep(0.01)
    os.write(master, b"\x03")
    screen.returncode = process.wait(30)
    os.close(slave)
    return screen


CELL = """
import compropago_bulk as cp, ground
connection = cp.Connection("sk_test_sandbox", "pk_test_sandbox", base_url={base_url!r}, journal={journal!r}, rate=500)
result = ground.create("orders", ground.residents({rows}), connection)
"""


def test_the_stop_button_of_a_notebook_gives_the_table(tmp_path):
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        with cp.sandbox(latency=0.01) as sandbox:

            def run(code):
                return client.execute_interactive(code, timeout=60, store_history=False, output_hook=told.append)

            told: list[dict] = []
            support = os.path.dirname(sys.modules["support.ground"].__file__)  # noqa: PTH120
            run(f"import sys; sys.path.insert(0, {support!r})")

            cell = CELL.format(base_url=sandbox.base_url, journal=str(tmp_path / "j.sqlite"), rows=ROWS)
            sent = client.execute(cell, store_history=False)
            while len(sandbox.server.log) < 100:
                time.sleep(0.01)
            manager.interrupt_kernel()
            while (reply := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != sent:
                pass
            assert reply["content"]["status"] == "ok", reply
            told.clear()
            run('import json; print(json.dumps([ground.outcomes(result), result.attrs["compropago"]["stopped"]]))')
            counts, stopped = json.loads("".join(one["content"].get("text", "") for one in told))
            assert stopped == "interrupted" and counts.keys() == {"created", "not_sent"}
            assert counts["created"] == len(sandbox.server.ledger.orders)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("operation", "seconds"),
    [("orders", 2), pytest.param("orders", 65, marks=SLOW), pytest.param("createClabe", 65, marks=SLOW)],
)
def test_a_closed_laptop_accounts_for_every_effect(journal_place, operation, seconds):
    """The process stands still and its connections die; where a team shares a journal a colleague goes on meanwhile."""
    with cp.sandbox(latency=0.02) as sandbox, Line(sandbox.base_url) as line:
        own = cp.Connection(
            "sk_test_sandbox", "pk_test_sandbox", base_url=line.base_url, journal=journal_place, rate=2_000
        )
        process = start(line.base_url, journal_place, 600, operation, rate=400)
        while len(sandbox.server.log) < 60:
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)
        line.cut()
        try:
            meanwhile = create(operation, residents(600), own) if isinstance(journal_place, str) else None
            time.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)
        counts_of(process)
        table = create(operation, residents(600), own)
        assert meanwhile is None or set(outcomes(meanwhile)) <= {"created", "existing", "busy", "unknown"}
        judge(operation, table, sandbox.server.ledger)
        doubtful = len(cp.unsettled(own))
        own.close()
    assert set(outcomes(table)) <= {"existing", "created", "unknown"}
    assert outcomes(table).get("unknown", 0) == doubtful <= 8


def test_a_key_that_is_revoked_halfway_keeps_what_was_created():
    with cp.sandbox() as sandbox:
        sandbox.server.fail_next("401", n=1_000, match=lambda request: len(sandbox.server.ledger.orders) >= 40)
        table = cp.create_orders(residents(200), **PRODUCT, connection=sandbox.connection, progress=False)
        assert table.attrs["compropago"]["stopped"] == "wrong_key"
        assert outcomes(table).keys() == {"created", "not_sent"}
        judge("orders", table, sandbox.server.ledger)
