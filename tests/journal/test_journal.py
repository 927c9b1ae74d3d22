"""The memory: durable before and after the wire, one winner a key, and what a dead run leaves behind."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from decimal import Decimal

import pytest
from compropago_bulk.errors import JournalError
from compropago_bulk.journal import database, open_journal
from compropago_bulk.journal.schema import sends
from compropago_bulk.journal.writes import execute_rows
from compropago_bulk.model import Answer, Call, Settlement, State
from sqlalchemy import delete, select

from support.faultpoints import NAMES, VARIABLE


def call(key, fingerprint="f"):
    return Call(0, "orders", key, "/v2/orders", '{"a":1}', fingerprint)


@pytest.fixture
def journal(journal_place):
    with open_journal(journal_place) as opened:
        yield opened


def start(journal, repeatable=False, operation="orders"):
    scope = journal.scope("https://api.example.com", "test", "hash")
    return scope, journal.start_run(scope, operation, total=1, repeatable=repeatable)


def test_one_of_many_threads_wins_a_key(journal):
    _, run = start(journal)
    won = []
    threads = [
        threading.Thread(target=lambda: won.extend(one is None for one in run.claim([call("k")]))) for _ in range(12)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(won) == 1
    run.abandon()


def test_what_was_created_is_known_with_its_answer(journal):
    scope, run = start(journal)
    run.claim([call("k")])
    run.settle([Settlement(call("k"), State.CREATED, Answer(clabe="0" * 18, order_id="ch_1"), attempts=2)])
    run.finish({"created": 1}, None)
    entry = journal.look(scope, "orders", ["k", "other"])["k"]
    assert entry.state is State.CREATED and entry.answer.clabe == "0" * 18
    assert journal.runs(scope)[0].counts == {"created": 1}


def test_a_claim_is_busy_while_its_run_lives_and_in_doubt_when_it_is_gone(journal):
    scope, run = start(journal)
    run.claim([call("k")])
    assert journal.look(scope, "orders", ["k"])["k"].alive
    run.abandon()
    assert journal.look(scope, "orders", ["k"])["k"].state is State.UNKNOWN
    _, second = start(journal)
    assert second.claim([call("k")])[0].state is State.UNKNOWN
    second.abandon()


def test_what_may_be_repeated_is_claimed_anew_after_a_dead_run(journal):
    _, run = start(journal, repeatable=True, operation="createClabe")
    run.claim([call("k")])
    run.abandon()
    _, second = start(journal, repeatable=True, operation="createClabe")
    assert second.claim([call("k")]) == [None]
    second.abandon()


def test_accounts_and_rehearsals_are_kept_apart(journal):
    scope, run = start(journal)
    run.claim([call("k")])
    run.settle([Settlement(call("k"), State.CREATED, Answer())])
    run.finish({}, None)
    assert not journal.look(scope, "orders", ["k"], rehearsal=True)
    assert not journal.look(journal.scope("https://api.example.com", "live", "hash"), "orders", ["k"])
    assert not journal.look(journal.scope("https://api.example.com", "test", "other"), "orders", ["k"])


def test_a_resend_keeps_both(journal):
    scope, run = start(journal)
    for order in ("ch_1", "ch_2"):
        assert run.claim([call("k")], resend=True) == [None]
        run.settle([Settlement(call("k"), State.CREATED, Answer(order_id=order))])
    run.finish({}, None)
    assert [one.order_id for one in journal.known_orders(scope)] == ["ch_1", "ch_2"]
    assert journal.look(scope, "orders", ["k"])["k"].answer.order_id == "ch_2"


def test_new_and_known_keys_in_one_claim_are_told_apart(journal):
    _, run = start(journal)
    assert run.claim([call("b"), call("d")]) == [None, None]
    run.settle([Settlement(call("b"), State.CREATED, Answer(order_id="ch_1")), Settlement(call("d"), State.REJECTED)])
    told = run.claim([call(key) for key in ("e", "d", "c", "b", "a", "c")])
    assert [entry and entry.state for entry in told] == [None, None, None, State.CREATED, None, State.CLAIMED]
    assert [entry.state for entry in run.claim([call("a"), call("e")])] == [State.CLAIMED, State.CLAIMED]
    run.abandon()


def test_a_key_whose_first_send_is_gone_from_the_file_is_not_taken_for_a_new_one(journal):
    _, run = start(journal)
    for order in ("ch_1", "ch_2"):
        assert run.claim([call("k")], resend=True) == [None]
        run.settle([Settlement(call("k"), State.CREATED, Answer(order_id=order))])
    journal._database.write(lambda connection: connection.execute(delete(sends).where(sends.c.generation == 1)))
    [entry] = run.claim([call("k")])
    assert entry is not None and entry.answer.order_id == "ch_2"
    run.abandon()


def test_a_connection_that_a_write_broke_is_not_used_again(journal):
    write, seen = journal._database.write, []
    write(seen.append)
    write(seen.append)
    assert seen[0] is seen[1]
    with pytest.raises(ZeroDivisionError):
        write(lambda connection: 1 / 0)
    assert seen[1].closed
    write(seen.append)
    assert seen[2] is not seen[1] and not seen[2].in_transaction()


def test_a_connection_that_lay_for_long_is_not_used_again(journal, monkeypatch):
    monkeypatch.setattr(database, "_FRESH", 0.0)
    seen = []
    journal._database.write(seen.append)
    journal._database.write(seen.append)
    assert seen[0] is not seen[1] and seen[0].closed


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_its_files_are_their_owners_only(tmp_path):
    with open_journal(tmp_path / "new" / "j.sqlite") as journal:
        start(journal)[1].abandon()
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").glob("j.sqlite*") if path.is_file()]
    assert modes and set(modes) == {0o600}


def test_what_is_no_journal_is_an_error_that_says_so(tmp_path):
    (tmp_path / "j.sqlite").write_text("this is a letter to my aunt, long enough to be read as a page" * 20)
    with pytest.raises(JournalError, match="not a journal"):
        open_journal(tmp_path / "j.sqlite")


def test_a_journal_that_another_program_holds_is_an_error_and_nothing_is_claimed(tmp_path):
    with open_journal(tmp_path / "j.sqlite", patience=0.1) as journal:
        scope, run = start(journal)
        other = sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="holds the journal"):
            run.claim([call("k")])
        other.execute("ROLLBACK")
        other.close()
        assert not journal.look(scope, "orders", ["k"])
        run.abandon()


def test_a_new_journal_that_somebody_else_is_opening_is_waited_for(tmp_path):
    """SQLite itself does not wait where two ask for its log at once, and a new file is opened by both."""
    other = sqlite3.connect(tmp_path / "j.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE of_somebody_else (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, other.close).start()
    with open_journal(tmp_path / "j.sqlite") as journal:
        assert journal.runs() == []


PROGRAM = """
import sys
from support.faultpoints import arm_from_environment
from compropago_bulk.model import *
from compropago_bulk.journal import open_journal
arm_from_environment()
with open_journal(sys.argv[1]) as journal:
    scope = journal.scope("https://api.example.com", "test", "hash")
    with journal.start_run(scope, "orders", total=9, repeatable=False) as run:
        for place in range(9):
            call = Call(place, "orders", f"k{place}", "/v2/orders", "{}", "f")
            if run.claim([call]) == [None]:
                print("sent", place, flush=True)
                run.settle([Settlement(call, State.CREATED, Answer(order_id=f"ch_{place}"))])
                print("told", place, flush=True)
        run.finish({}, None)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
@pytest.mark.parametrize("point", [one for one in NAMES if not one.startswith("observe")])
@pytest.mark.parametrize("passage", [1, 6])
def test_a_kill_at_any_statement_doubles_nothing_and_loses_nothing(journal_place, point, passage):
    sent: list[str] = []
    told: list[str] = []
    for death in (f"{point}:{passage}", ""):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(journal_place)], capture_output=True, text=True, check=False,
            env={**os.environ, VARIABLE: death, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert (done.returncode == -9) is bool(death), done.stderr
        sent += [line.split()[1] for line in done.stdout.splitlines() if line.startswith("sent")]
        told += [line.split()[1] for line in done.stdout.splitlines() if line.startswith("told")]
    assert done.returncode == 0, done.stderr
    assert len(sent) == len(set(sent)), "a row went out twice"
    with open_journal(journal_place) as journal:
        scope = journal.scope("https://api.example.com", "test", "hash")
        found = journal.look(scope, "orders", [f"k{place}" for place in range(9)])
        doubtful = {one.key for one in journal.unsettled(scope)}
    for place in range(9):
        state = found[f"k{place}"].state
        assert (state is State.CREATED) if str(place) in told else state in {State.CREATED, State.UNKNOWN}
    assert len(doubtful) <= 1


@pytest.mark.parametrize("claimed", [["a", "b", "c"], ["b"], ["a", "c"], []], ids=["all", "one", "two", "none"])
def test_of_many_keys_in_one_statement_just_those_are_new_of_which_there_is_nothing(journal, claimed):
    _, run = start(journal)
    known = sorted({"a", "b", "c"} - set(claimed))
    run.claim([call(key) for key in known])
    told = run.claim([call(key) for key in ("a", "b", "c")])
    assert [key for key, entry in zip("abc", told, strict=True) if entry is None] == claimed
    run.abandon()


def test_an_error_of_the_driver_in_a_write_is_the_journals_and_nothing_of_it_is_kept(journal):
    _, run = start(journal)

    def work(connection):
        connection.execute(delete(sends))
        execute_rows(connection, lambda _, mark: f"INSERT INTO compropago_sends (key) VALUES ({mark})", [("a person",)])

    run.claim([call("k")])
    with pytest.raises(JournalError) as caught:
        journal._database.write(work)
    assert "person" not in str(caught.value) and caught.value.__cause__ is None
    assert [entry.state for entry in run.claim([call("k")])] == [State.CLAIMED]
    run.abandon()


def test_what_is_asked_through_the_layer_above_takes_part_in_the_drivers_transaction(journal):
    _, run = start(journal)
    run.claim([call("k")])

    def work(connection):
        database.driver_of(connection).execute("DELETE FROM compropago_sends")
        assert not connection.execute(select(sends.c.key)).all()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal._database.write(work)
    assert [entry.state for entry in run.claim([call("k")])] == [State.CLAIMED]
    run.abandon()


def test_what_was_created_once_and_stands_unchanged_comes_as_columns(journal):
    scope, run = start(journal)
    answers = {
        "a": Answer(
            clabe="646180146400219781", order_id="ch_a", order_price=Decimal("30.50"), test_mode=True, expires_at=7
        ),
        "b": Answer(order_id="ch_b", test_mode=False),
    }
    for key, answer in answers.items():
        run.claim([call(key)])
        run.settle([Settlement(call(key), State.CREATED, answer)])
    for key in ("twice", "other", "doubt"):
        run.claim([call(key)])
    run.settle(
        [Settlement(call("twice"), State.CREATED, Answer(order_id="ch_1")), Settlement(call("doubt"), State.UNKNOWN)]
    )
    run.settle([Settlement(call("other"), State.CREATED, Answer(order_id="ch_2"))])
    run.claim([call("twice")], resend=True)
    run.settle([Settlement(call("twice"), State.CREATED, Answer(order_id="ch_3"))])
    print_of = call("a").fingerprint
    asked = dict.fromkeys(["b", "gone", "twice", "doubt", "a"], print_of) | {"other": "changed"}
    found = journal.unchanged(scope, "orders", asked)
    assert sorted(found["key"]) == ["a", "b"]
    places = [found["key"].index(key) for key in answers]
    for name in Answer.__dataclass_fields__.keys() - {"product_name", "records", "odd"}:
        assert [found[name][place] for place in places] == [getattr(answer, name) for answer in answers.values()], name
    assert not journal.unchanged(scope, "orders", asked, rehearsal=True)
    assert not journal.unchanged(scope, "orders", {})
    run.finish({}, None)
