"""Accounts whose CLABE the answer left out are looked up like everything else: same rate, tries, waits, stop button."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.bulk.partitions import through
from compropago_bulk.bulk.plan import Options
from compropago_bulk.errors import ApiError
from compropago_bulk.model import Fault, FaultKind
from compropago_bulk.sending.runner import Control


def flats(number):
    """Give invented residents, each in an account of their own."""
    return pd.DataFrame(
        {
            "Referencia": [f"{place:04d}" for place in range(number)],
            "Nombre": [f"Residente {place}" for place in range(number)],
            "Correo": [f"r{place}@example.com" for place in range(number)],
        }
    )


@contextmanager
def the_list_is_there(rate):
    """Give a sandbox that lists accounts, and a connection whose answers to `createAccount` hold no CLABE."""
    with cp.sandbox(contract="2019-08", rate=rate) as sandbox, sandbox.connect(contract="2019-06") as connection:
        yield sandbox, connection


def look_ups(sandbox):
    return [entry for entry in sandbox.server.log if entry.method == "GET"]


@pytest.mark.parametrize("contract", ["2019-06", "2019-08"])
def test_every_account_gets_its_clabe_however_the_look_ups_fail_and_no_attempt_is_counted(contract, monkeypatch):
    monkeypatch.setattr("compropago_bulk.sending.retry.FIRST_WAIT", 0.01)
    with (
        cp.sandbox(contract="2019-08", seed=4, rate=2_000) as sandbox,
        sandbox.connect(contract=contract) as connection,
    ):
        chance = random.Random(5)
        created = cp.create_accounts(flats(1), account_name="A", connection=connection, progress=False)
        assert created["clabe"].notna().all()
        sandbox.server.fail_next("no_clabe", 99, match=lambda request: request.method == "POST")
        for kind in ("500_before", "drop_before", "429", "500_before"):
            sandbox.server.fail_next(kind, 25, match=lambda request: request.method == "GET" and chance.random() < 0.08)
        table = cp.create_accounts(flats(60), account_name="A", connection=connection, progress=False)
    assert table["clabe"].notna().all() and table["error_code"].isna().all(), table["error_code"].value_counts()
    assert set(table["attempts"]) == {0, 1}


def test_one_account_that_cannot_be_read_ends_no_other(monkeypatch):
    monkeypatch.setattr("compropago_bulk.sending.retry.FIRST_WAIT", 0.0)
    with the_list_is_there(rate=2_000) as (_, connection):
        real = connection.send
        asked = []

        def send(batch):
            if batch[0].path.endswith("/0003"):
                asked.append(batch[0].path)
                return Fault(FaultKind.DOUBTFUL, "http_500", 500)
            return real(batch)

        connection.send = send
        table = cp.create_accounts(flats(12), account_name="A", connection=connection, progress=False)
    assert len(asked) == 8, "as many tries as any read"
    assert table["clabe"].isna().tolist() == [place == 3 for place in range(12)]
    assert table["error_code"].tolist()[3] == "lookup_failed"
    assert set(table["outcome"]) == {"created"}


def test_where_the_api_has_no_list_nothing_more_is_asked_in_that_run():
    with cp.sandbox(rate=2_000) as sandbox:
        table = cp.create_accounts(flats(30), account_name="A", connection=sandbox.connection, progress=False)
        assert set(table["error_code"]) == {"clabe_not_listed"}
        assert len(look_ups(sandbox)) == 1


def test_only_what_lacks_a_clabe_is_looked_up():
    with the_list_is_there(rate=2_000) as (sandbox, connection):
        cp.create_accounts(flats(20), account_name="A", connection=connection, progress=False)
        before = len(look_ups(sandbox))
        again = cp.create_accounts(flats(20), account_name="A", connection=connection, progress=False)
        assert set(again["outcome"]) == {"existing"} and again["clabe"].notna().all()
        assert len(look_ups(sandbox)) == before


def test_look_ups_keep_the_rate():
    with the_list_is_there(rate=20) as (sandbox, connection):
        cp.create_accounts(flats(20), account_name="A", connection=connection, progress=False)
        moments = sorted(entry.arrived for entry in sandbox.server.log)
        assert len(moments) == 41
        assert all(later - first >= 0.9 for first, later in zip(moments, moments[24:], strict=False))


def test_the_stop_button_ends_the_look_ups_and_the_table_comes():
    with the_list_is_there(rate=20) as (sandbox, connection):
        control = Control()

        def press():
            while len(look_ups(sandbox)) < 5:
                time.sleep(0.01)
            control.stop()

        threading.Thread(target=press, daemon=True).start()
        options = Options(connection=connection, progress=False, control=control, values={"account_name": "A"})
        table = through("createAccount", flats(20), options)
        assert set(table["outcome"]) == {"created"}
        assert 1 <= table["clabe"].notna().sum() < 20
        assert set(table["error_code"].dropna()) == {"lookup_failed"}
        with sandbox.connect(contract="2019-06", rate=2_000) as connection:
            again = cp.create_accounts(flats(20), account_name="A", connection=connection, progress=False)
        assert again["clabe"].notna().all()


def test_an_account_in_doubt_that_the_list_shows_is_created_after_all():
    with the_list_is_there(rate=2_000) as (sandbox, connection):
        cp.create_accounts(flats(2), account_name="A", connection=connection, progress=False)
        sandbox.server.fail_next("drop_after")
        table = cp.create_accounts(flats(4), account_name="A", connection=connection, progress=False)
        assert table["outcome"].tolist() == ["existing", "existing", "created", "created"]
        assert table["clabe"].notna().all() and cp.unsettled(connection=connection).empty


def test_lists_are_tried_as_often_as_any_read_and_say_what_went_wrong(monkeypatch):
    monkeypatch.setattr("compropago_bulk.sending.retry.FIRST_WAIT", 0.0)
    with the_list_is_there(rate=2_000) as (sandbox, connection):
        cp.create_accounts(flats(3), account_name="A", connection=connection, progress=False)
        for _ in range(7):
            sandbox.server.fail_next("500_before")
        assert len(cp.list_accounts(connection)) == 3
        sandbox.server.fail_next("400")
        with pytest.raises(ApiError):
            cp.list_accounts(connection)
