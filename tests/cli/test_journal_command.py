"""`compropago-bulk journal`: where it is, a copy while it is in use, a check, a workbook taken in."""

from __future__ import annotations

import sqlite3

import compropago_bulk as cp
import pytest
from compropago_bulk.cli import main

from support.ground import PRODUCT, outcomes, residents


@pytest.fixture
def journal(tmp_path):
    with cp.sandbox() as sandbox, sandbox.connect(journal=tmp_path / "j.sqlite") as connection:
        cp.create_orders(residents(4), **PRODUCT, connection=connection, progress=False)
    return tmp_path / "j.sqlite"


def test_where_it_is_and_that_it_is_not_made_yet(tmp_path, journal, capsys):
    assert main(["journal", "where", "--journal", str(journal)]) == 0
    assert main(["journal", "where", "--journal", str(tmp_path / "none.sqlite")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [str(journal), f"{tmp_path / 'none.sqlite'} (not made yet)"]
    assert not (tmp_path / "none.sqlite").exists()


def test_a_backup_is_whole_and_overwrites_nothing(tmp_path, journal, capsys):
    copy = tmp_path / "copy.sqlite"
    assert main(["journal", "backup", str(copy), "--journal", str(journal)]) == 0
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM compropago_sends").fetchone() == (4,)
    assert main(["journal", "backup", str(copy), "--journal", str(journal)]) == 2
    assert "there already" in capsys.readouterr().err
    assert main(["journal", "backup", str(tmp_path / "x"), "--journal", str(tmp_path / "none.sqlite")]) == 2
    assert not list(tmp_path.glob(".*part"))


def test_a_check_counts_what_it_holds_and_names_what_is_not_whole(tmp_path, journal, capsys):
    assert main(["journal", "check", "--journal", str(journal)]) == 0
    assert "4 rows sent in 1 runs of 1 accounts" in capsys.readouterr().out
    with sqlite3.connect(journal) as connection:
        connection.execute("DELETE FROM compropago_runs")
    assert main(["journal", "check", "--journal", str(journal)]) == 1
    assert "NOT whole: compropago_sends.run: 4" in capsys.readouterr().out
    assert main(["journal", "check", "--journal", str(tmp_path / "none.sqlite")]) == 2


def test_a_workbook_of_another_computer_is_taken_in(tmp_path, capsys, monkeypatch):
    with cp.sandbox() as sandbox:
        first = cp.create_orders(residents(4), **PRODUCT, connection=sandbox.connection, progress=False)
        cp.export_excel(first, tmp_path / "r.xlsx")
        monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_test_sandbox")
        monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_test_sandbox")
        monkeypatch.setenv("COMPROPAGO_BASE_URL", sandbox.base_url)
        other = tmp_path / "other.sqlite"
        assert main(["journal", "adopt", str(tmp_path / "r.xlsx"), "--journal", str(other), "--rate", "100"]) == 0
        assert "4 existing" in capsys.readouterr().out
        with sandbox.connect(journal=other) as connection:
            table = cp.create_orders(residents(4), **PRODUCT, connection=connection, progress=False)
    assert outcomes(table) == {"existing": 4}
