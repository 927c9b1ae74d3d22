"""What is said before keys are asked for, before a live row goes out, and of a sandbox that is over."""

from __future__ import annotations

import time

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
