"""What is shown while something takes long, where, and that silence is silent."""

from __future__ import annotations

import io
import sys
import time

import compropago_bulk as cp
import pytest
from compropago_bulk.bulk import progress as room
from compropago_bulk.bulk.progress import make_observer, working
from compropago_bulk.model import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch):
    """Let a second be over at once."""
    monkeypatch.setattr(room, "PATIENCE", 0.02)


def test_silence_is_silent(sandbox, residents, capfd, tmp_path, impatient):
    source = tmp_path / "r.csv"
    cp.export_csv(residents(4), source, progress=False)
    table = cp.read_sheet(source, progress=False)
    cp.check(table, "createClabe", connection=sandbox.connection, progress=False)
    silent = {"connection": sandbox.connection, "progress": False, "output": tmp_path / "o.xlsx"}
    orders = cp.create_orders(source, product_id="M", product_name="N", **silent)
    cp.verify_orders(orders, connection=sandbox.connection, progress=False)
    cp.export_excel(orders, tmp_path / "o2.xlsx", progress=False)
    assert capfd.readouterr() == ("", "")


def test_what_ends_within_a_second_says_nothing(residents, tmp_path, capfd):
    cp.export_excel(residents(3), tmp_path / "a.xlsx")
    cp.read_sheet(tmp_path / "a.xlsx")
    assert capfd.readouterr() == ("", "")


def test_in_a_file_or_a_log_there_is_one_plain_line(impatient, capfd):
    with working(True, "reading", name="residentes.xlsx"):
        time.sleep(0.2)
    assert capfd.readouterr().err == "Reading residentes.xlsx…\n"


def test_in_a_terminal_a_line_counts_the_seconds_and_goes_away(impatient, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with working(True, "exporting", name="clabes.xlsx"):
        time.sleep(0.2)
    shown = sys.stderr.getvalue()
    assert "Writing clabes.xlsx… 00:00" in shown
    assert shown.endswith("\r")


@pytest.mark.parametrize("progress", [False, print])
def test_silence_and_own_functions_are_left_alone(impatient, capfd, progress):
    with working(progress, "reading", name="x"):
        time.sleep(0.1)
    assert capfd.readouterr() == ("", "")


def test_the_watcher_ends_where_the_work_fails(impatient, capfd):
    with pytest.raises(KeyError), working(True, "reading", name="x"):
        raise KeyError
    time.sleep(0.1)
    assert capfd.readouterr().err == ""


def seen(done: int, *, finished: bool = False) -> Progress:
    return Progress(100, done, {"created": done - 1, "unknown": 1}, 5.0, None, finished=finished)


def test_a_run_in_a_log_is_told_in_lines_now_and_then(capfd):
    observe = make_observer(True, label="createClabe", total=100)
    for done in (1, 2, 3):
        observe(seen(done))
    assert capfd.readouterr().err == ""
    observe._told -= room.BETWEEN_LINES
    observe(seen(40))
    observe(seen(41))
    observe(seen(100, finished=True))
    assert capfd.readouterr().err.splitlines() == [
        "createClabe: 40 of 100 rows (1 unknown)",
        "createClabe: 100 of 100 rows (1 unknown)",
    ]


def test_a_run_in_a_terminal_is_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    observe = make_observer(True, label="createClabe", total=100)
    observe(seen(50))
    observe(seen(100, finished=True))
    assert "100%" in sys.stderr.getvalue() and "1 unknown" in sys.stderr.getvalue()


def test_a_run_that_was_stopped_is_not_a_full_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    observe = make_observer(True, label="createClabe", total=100)
    observe(Progress(100, 100, {"created": 59, "not_sent": 41}, 5.0, None, finished=True))
    assert "59/100" in sys.stderr.getvalue() and "100%" not in sys.stderr.getvalue()


def test_a_saved_notebook_keeps_the_bar_as_it_ended(tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    code = (
        "from compropago_bulk.bulk.progress import make_observer\n"
        "from compropago_bulk.model import Progress\n"
        "observe = make_observer(True, label='createClabe', total=100)\n"
        "for done in (1, 50, 100):\n"
        "    observe(Progress(100, done, {'created': done}, 5.0, None, finished=done == 100))\n"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (shown,) = notebook.cells[0].outputs
    assert "100/100" in shown["data"]["text/plain"]


def test_a_large_sheet_is_read_aloud(residents, tmp_path, impatient, capfd):
    cp.export_excel(residents(4000), tmp_path / "grande.xlsx", progress=False)
    cp.read_sheet(tmp_path / "grande.xlsx")
    assert capfd.readouterr().err == "Reading grande.xlsx…\n"
