"""What is said before keys are asked for, before a live row goes out, and of a sandbox that is over."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import compropago_bulk as cp
import pytest
from compropago_bulk.errors import ConfigurationError, LiveModeError

MONTH = {"product_id": "MTTO-11", "product_name": "Noviembre", "price": 1500}


@pytest.mark.parametrize(
    "call",
    [
        lambda rows: cp.create_orders(rows, **MONTH, conection=None),
        lambda rows: cp.create_clabes(rows, dryrun=True),
        lambda rows: cp.create_accounts(rows, acount_name="Alamedas"),
        lambda rows: cp.verify_orders(rows, onlyopen=True),
    ],
)
def test_a_misspelt_keyword_is_said_before_keys_are_asked_for(residents, call):
    with pytest.raises(TypeError, match="connection"):
        call(residents(2))


def test_without_keys_and_without_a_slip_the_keys_are_asked_for(residents):
    with pytest.raises(ConfigurationError, match="COMPROPAGO_SECRET_KEY"):
        cp.create_orders(residents(2), **MONTH)


def test_the_live_gate_names_the_host(sandbox, residents):
    with pytest.raises(LiveModeError, match=sandbox.base_url.removeprefix("http://")):
        cp.create_orders(residents(2), **MONTH, connection=sandbox.live_connection, progress=False)


def test_a_sandbox_that_was_closed_says_so_at_once_whatever_is_asked(residents):
    place = cp.sandbox().start()
    table = cp.create_orders(residents(2), **MONTH, connection=place.connection, progress=False)
    other = place.connect()
    place.close()
    began = time.monotonic()
    for connection in (place.connection, place.live_connection, other):
        for ask in (
            lambda there: cp.create_orders(residents(2), **MONTH, connection=there, progress=False),
            lambda there: cp.create_clabes(residents(2), connection=there, dry_run=True, progress=False),
            lambda there: cp.verify_orders(table, connection=there, progress=False),
            lambda there: cp.list_accounts(connection=there),
            lambda there: cp.audit_orders(table, connection=there),
            lambda there: cp.history(connection=there),
        ):
            with pytest.raises(ConfigurationError, match="closed"):
                ask(connection)
    with pytest.raises(ConfigurationError, match="closed"):
        place.connect()
    assert time.monotonic() - began < 5


def test_a_sandbox_is_ready_at_once_and_starting_it_again_changes_nothing(residents):
    place = cp.sandbox()
    before = place.connection
    with place as same:
        assert same.connection is before
        assert set(cp.create_clabes(residents(2), connection=before, progress=False)["outcome"]) == {"created"}


def test_a_sandbox_that_nobody_closes_ends_with_python_without_a_word():
    program = "import compropago_bulk as cp, sys; box = cp.sandbox(); print(box.connection.journal)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).parent.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda place: "sk_test_abcdefgh", "got a str.*cp.Connection"),
        (lambda place: {"secret_key": "sk_test_abcdefgh"}, "got a dict.*cp.Connection"),
        (lambda place: place, "connection=sandbox.connection"),
    ],
)
def test_what_is_no_connection_is_said_with_what_to_write_and_without_the_key(sandbox, residents, given, told):
    for ask in (
        lambda there: cp.create_clabes(residents(2), connection=there, progress=False),
        lambda there: cp.check(residents(2), "createClabe", connection=there),
        lambda there: cp.verify_orders(connection=there),
        lambda there: cp.runs(connection=there),
        lambda there: cp.list_accounts(connection=there),
    ):
        with pytest.raises(TypeError, match=told) as caught:
            ask(given(sandbox))
        assert "abcdefgh" not in str(caught.value)


@pytest.mark.parametrize(
    ("keyword", "told"),
    [
        ({"price": "mil"}, "(?s)price='mil'.*not a price.*1,500.00"),
        ({"price": "1.500"}, "price='1.500'.*not a price"),
        ({"price": 0}, "price='0'.*not a price"),
        ({"email": "sin arroba"}, "email='sin arroba'"),
        ({"expires_at": "2001-01-01"}, "expires_at='2001-01-01'.*has passed"),
    ],
)
def test_a_keyword_that_cannot_stand_in_every_row_says_what_is_wrong_with_it(sandbox, residents, keyword, told):
    with pytest.raises(ConfigurationError, match=told):
        cp.create_orders(residents(2), **{**MONTH, **keyword}, connection=sandbox.connection, progress=False)
