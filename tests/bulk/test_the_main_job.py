"""The main job against the sandbox: every row once, in its place, and a table always back."""

from __future__ import annotations

import threading
from datetime import timedelta

import compropago_bulk as cp
import pandas as pd
import pytest

PRODUCT = {"product_id": "MTTO-2026-11", "product_name": "Mantenimiento noviembre"}
QUIET = {"progress": False}


def outcomes(table):
    return table["outcome"].value_counts().to_dict()


def test_312_residents_go_through_every_function_once(residents, sandbox):
    table = residents(312)
    before = table.copy(deep=True)
    how = {"connection": sandbox.connection, **QUIET}
    accounts = cp.create_accounts(table, account_name="Alamedas", **how)
    clabes = cp.create_clabes(table, **how)
    orders = cp.create_orders(table, **PRODUCT, **how)
    seen = cp.verify_orders(orders, **how)
    for result in (accounts, clabes, orders, seen):
        assert list(result.index) == list(before.index)
        pd.testing.assert_frame_equal(result[list(before.columns)], before)
    pd.testing.assert_frame_equal(table, before)
    assert outcomes(accounts) == outcomes(clabes) == outcomes(orders) == {"created": 312}
    assert outcomes(seen) == {"found": 312}
    ledger = sandbox.server.ledger
    owners = {one.owner: one.clabe for one in ledger.clabes}
    assert clabes["clabe"].tolist() == [owners[one] for one in table["Referencia"]]
    assert clabes["clabe_valid"].all() and clabes["clabe"].is_unique
    assert not sandbox.server.violations
    sent = len(sandbox.server.log)
    assert outcomes(cp.create_clabes(table, **how)) == {"existing": 312}
    assert outcomes(cp.create_orders(table, **PRODUCT, **how)) == {"existing": 312}
    assert len(sandbox.server.log) == sent
    assert outcomes(cp.create_accounts(table, account_name="Alamedas", **how)) == {"existing": 312}
    assert [one.method for one in sandbox.server.log[sent:]] == ["GET"], "one look for the CLABEs, nothing created"
    assert not ledger.doubled("order") and not ledger.doubled("subaccount")


def test_the_added_columns_have_the_promised_order_and_types(residents, sandbox):
    table = cp.create_orders(residents(2), **PRODUCT, connection=sandbox.connection, **QUIET)
    added = {name: str(dtype) for name, dtype in table.dtypes.items() if name not in residents(1).columns}
    moment = "datetime64[us, America/Mexico_City]"
    assert added == {
        "outcome": "string", "error_code": "string", "error": "string", "clabe": "string", "bank": "string",
        "clabe_valid": "boolean", "status": "string", "test_mode": "boolean", "order_id": "string",
        "short_id": "string", "order_price": "Float64", "fee": "Float64", "iva": "Float64", "created_at": moment,
        "updated_at": moment, "expires_at": moment, "request_id": "string", "attempts": "Int64",
    }  # fmt: skip
    assert list(added)[:4] == ["outcome", "error_code", "error", "clabe"]
    assert table.attrs["compropago"]["counts"] == {"created": 2}


def test_an_account_without_a_clabe_says_so_where_the_api_has_no_list(residents, sandbox):
    table = cp.create_accounts(residents(3), account_name="Alamedas", connection=sandbox.connection, **QUIET)
    assert outcomes(table) == {"created": 3}
    assert table["clabe"].isna().all() and set(table["error_code"]) == {"clabe_not_listed"}


def test_under_the_later_edition_accounts_have_their_clabes(residents):
    with cp.sandbox(contract="2019-08", rate=500) as place:
        table = cp.create_accounts(residents(6), account_name="Alamedas", connection=place.connection, **QUIET)
        assert outcomes(table) == {"created": 6} and table["clabe"].notna().all()


def test_a_dry_run_opens_no_connection_and_needs_no_keys(residents, monkeypatch):
    monkeypatch.setattr("httpx.HTTPTransport.handle_request", lambda *_, **__: pytest.fail("a request went out"))
    table = cp.create_clabes(residents(4), dry_run=True)
    assert outcomes(table) == {"ready": 4}


def test_without_keys_the_error_says_how_to_set_them_and_how_to_do_without(residents):
    with pytest.raises(cp.ConfigurationError, match=r"(?s)COMPROPAGO_SECRET_KEY.*sandbox"):
        cp.create_clabes(residents(1))


def test_keys_of_two_modes_are_refused():
    with pytest.raises(cp.ConfigurationError, match="two modes"):
        cp.Connection("sk_test_abc", "pk_live_abc")


def test_live_keys_send_nothing_until_somebody_says_so(residents, sandbox):
    live = {"connection": sandbox.live_connection, **QUIET}
    with pytest.raises(cp.LiveModeError) as caught:
        cp.create_clabes(residents(3), **live)
    assert (caught.value.requests, caught.value.emails, caught.value.sms) == (3, 3, 3)
    assert not sandbox.server.log
    assert outcomes(cp.create_clabes(residents(3), live=True, **live)) == {"created": 3}


def test_a_clash_of_columns_is_named_before_anything_is_sent(residents, sandbox):
    table = residents(2).assign(status="x")
    with pytest.raises(ValueError, match=r"status.*prefix="):
        cp.create_clabes(table, connection=sandbox.connection, **QUIET)
    assert not sandbox.server.log
    fine = cp.create_clabes(table, prefix="cp_", connection=sandbox.connection, **QUIET)
    assert set(fine["cp_outcome"]) == {"created"} and set(fine["status"]) == {"x"}


def test_a_missing_column_names_the_headers_seen(residents, sandbox):
    with pytest.raises(cp.SheetError, match=r"(?s)email.*Nombre.*columns=") as caught:
        cp.create_clabes(residents(2).drop(columns="Correo"), connection=sandbox.connection, **QUIET)
    assert caught.value.code == "missing_required_column"


def test_a_wrong_key_costs_one_request_and_carries_the_table(residents, sandbox):
    sandbox.server.fail_next("401")
    with pytest.raises(cp.AuthenticationError) as caught:
        cp.create_orders(residents(20), **PRODUCT, connection=sandbox.connection, **QUIET)
    assert len(sandbox.server.log) == 1
    assert outcomes(caught.value.table) == {"not_sent": 20}


CASES = [
    ("429", "created", "created"),
    ("503_json", "created", "created"),
    ("400", "rejected", "rejected"),
    ("code_in_200", "rejected", "rejected"),
    ("500_before", "created", "unknown"),
    ("500_after", "created", "unknown"),
    ("html_502", "created", "unknown"),
    ("drop_after", "created", "unknown"),
    ("truncate", "created", "unknown"),
    ("408", "created", "unknown"),
]


@pytest.mark.parametrize(("fault", "clabe", "order"), CASES, ids=[case[0] for case in CASES])
def test_only_what_is_safe_is_sent_again(residents, sandbox, fault, clabe, order):
    how = {"connection": sandbox.connection, **QUIET}
    sandbox.server.fail_next(fault)
    assert outcomes(cp.create_clabes(residents(1), **how)) == {clabe: 1}
    sandbox.server.fail_next(fault)
    table = cp.create_orders(residents(1), **PRODUCT, **how)
    assert outcomes(table) == {order: 1}
    again = cp.create_orders(residents(1), **PRODUCT, **how)
    assert outcomes(again) == {{"created": "existing", "unknown": "unknown", "rejected": "created"}[order]: 1}
    assert not sandbox.server.ledger.doubled("order")


def test_an_unknown_order_is_listed_and_settled_by_a_persons_word(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    sandbox.server.fail_next("drop_after")
    cp.create_orders(residents(1), **PRODUCT, **how)
    open_now = cp.unsettled(sandbox.connection)
    assert open_now["email"].tolist() == ["r1@example.com"] and open_now["price"].tolist() == [1501.0]
    real = sandbox.server.ledger.orders[0]
    left = cp.resolve(open_now["key"][0], created=True, order_id=real.order_id, connection=sandbox.connection)
    assert len(left) == 0
    settled = cp.create_orders(residents(1), **PRODUCT, **how)
    assert outcomes(settled) == {"existing": 1} and settled["order_id"].tolist() == [real.order_id]
    assert not sandbox.server.ledger.doubled("order")


def test_other_data_under_a_known_key_is_a_conflict_until_somebody_decides(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    first = cp.create_orders(residents(1), **PRODUCT, **how)
    dearer = residents(1).assign(Cuota=9.0)
    assert outcomes(cp.create_orders(dearer, **PRODUCT, **how)) == {"conflict": 1}
    kept = cp.create_orders(dearer, **PRODUCT, on_change="keep", **how)
    assert outcomes(kept) == {"existing": 1} and kept["order_id"].tolist() == first["order_id"].tolist()
    resent = cp.create_orders(dearer, **PRODUCT, on_change="resend", **how)
    assert outcomes(resent) == {"created": 1} and resent["order_id"].tolist() != first["order_id"].tolist()


def test_repeats_are_sent_once_and_contradictions_not_at_all(residents, sandbox):
    table = pd.concat([residents(3), residents(1), residents(2).iloc[1:].assign(Correo="otro@example.com")])
    result = cp.create_clabes(table, connection=sandbox.connection, **QUIET)
    assert result["outcome"].tolist() == ["created", "conflict", "created", "existing", "conflict"]
    assert result["error_code"].tolist()[3] == "repeated_row"
    assert result["clabe"].iloc[3] == result["clabe"].iloc[0]
    assert len(sandbox.server.log) == 2


def test_limit_sends_the_first_rows_and_the_next_run_the_rest(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    assert outcomes(cp.create_clabes(residents(9), limit=2, **how)) == {"created": 2, "not_sent": 7}
    assert outcomes(cp.create_clabes(residents(9), **how)) == {"existing": 2, "created": 7}


def test_a_rehearsal_reaches_nobody_else_and_does_not_count(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    cp.create_clabes(residents(3), redirect_to="yo@example.com", **how)
    assert {one.email for one in sandbox.server.ledger.clabes} == {"yo@example.com"}
    assert outcomes(cp.create_clabes(residents(3), **how)) == {"created": 3}
    with pytest.raises(cp.ConfigurationError, match="rehearsals"):
        cp.create_clabes(residents(1), redirect_to="yo@example.com", connection=sandbox.live_connection, live=True)


def test_three_rows_refused_at_the_start_stop_the_run(residents, sandbox):
    sandbox.server.fail_next("400", n=50)
    table = cp.create_clabes(residents(40), connection=sandbox.connection, **QUIET)
    assert outcomes(table) == {"not_sent": 37, "rejected": 3}
    assert table.attrs["compropago"]["stopped"] == "first_rows"


def test_an_order_that_expired_is_renewed_only_when_asked(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    first = cp.create_orders(residents(2), **PRODUCT, **how)
    sandbox.advance(timedelta(days=60))
    assert set(cp.verify_orders(first, **how)["status"]) == {"EXPIRED"}
    assert outcomes(cp.create_orders(residents(2), **PRODUCT, **how)) == {"existing": 2}
    renewed = cp.create_orders(residents(2), **PRODUCT, renew_expired=True, **how)
    assert outcomes(renewed) == {"created": 2} and set(renewed["status"]) == {"PENDING"}


def test_verify_tells_who_paid_and_when_it_was_first_seen(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(3), **PRODUCT, **how)
    sandbox.pay(orders["order_id"].iloc[0])
    dry = cp.verify_orders(orders, dry_run=True, **how)
    assert outcomes(dry) == {"ready": 3} and dry["previous_status"].isna().all()
    first = cp.verify_orders(orders, **how)
    assert first["status"].tolist() == ["ACCEPTED", "PENDING", "PENDING"]
    assert first["status_changed"].tolist() == [True, False, False]
    assert first["first_seen_paid"].notna().tolist() == [True, False, False]
    again = cp.verify_orders(connection=sandbox.connection, only_open=True, **QUIET)
    assert outcomes(again) == {"found": 2, "existing": 1}
    assert outcomes(cp.verify_orders(["ch_nobody-knows"], **how)) == {"not_found": 1}


def test_an_interrupt_lets_what_flies_land_and_gives_the_table(residents):
    from compropago_bulk.bulk.pipeline import operate
    from compropago_bulk.bulk.plan import Options
    from compropago_bulk.sending.runner import Control

    control = Control()
    with cp.sandbox(rate=500) as place:

        def stop_soon(progress):
            if progress.done >= 5:
                control.stop()

        options = Options(connection=place.connection, progress=stop_soon, control=control)
        table = operate("createClabe", residents(2_000), options)
        assert table.attrs["compropago"]["stopped"] == "interrupted"
        assert set(outcomes(table)) == {"created", "not_sent"}
        assert outcomes(table)["created"] == len(place.server.ledger.clabes)


def test_a_broken_progress_callback_costs_nothing(residents, sandbox):
    def broken(_):
        raise RuntimeError("a widget is gone")

    table = cp.create_clabes(residents(5), connection=sandbox.connection, progress=broken)
    assert outcomes(table) == {"created": 5}


def test_chaos_doubles_nothing_and_loses_nothing(residents):
    faults = "429:0.05,500_before:0.02,500_after:0.02,drop_before:0.02,drop_after:0.03,truncate:0.01,html_502:0.01"
    with cp.sandbox(faults=faults, rate=500, seed=7) as place:
        how = {"connection": place.connection, **QUIET}
        for _ in range(4):
            orders = cp.create_orders(residents(150), **PRODUCT, **how)
            clabes = cp.create_clabes(residents(150), **how)
        ledger = place.server.ledger
        assert not ledger.doubled("order")
        assert set(outcomes(clabes)) == {"existing"}
        assert set(outcomes(orders)) <= {"existing", "unknown"}
        known = set(orders["order_id"].dropna())
        unknown = set(orders.loc[orders["outcome"] == "unknown", "Referencia"])
        assert {one.order_id for one in ledger.orders} - known <= {
            one.order_id for one in ledger.orders if str(one.customer_id) in unknown
        }
        assert len(cp.unsettled(place.connection)) == len(unknown)


def test_two_runs_at_once_on_one_journal_create_each_row_once(residents, sandbox):
    table = residents(60)
    tables = []

    def work():
        tables.append(cp.create_orders(table, **PRODUCT, connection=sandbox.connection, **QUIET))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(tables) == 3
    assert len(sandbox.server.ledger.orders) == 60 and not sandbox.server.ledger.doubled("order")
    assert sum(outcomes(one).get("created", 0) for one in tables) == 60


def test_runs_and_history_tell_what_was_sent(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    cp.create_clabes(residents(3), **how)
    runs = cp.runs(sandbox.connection)
    assert runs[["operation", "mode", "rows", "created"]].values.tolist() == [["createClabe", "test", 3, 3]]
    told = cp.history("000002", connection=sandbox.connection)
    assert told["event"].tolist() == ["claimed", "settled"] and told["clabe"].notna().tolist() == [False, True]


def test_no_key_is_shown_in_a_repr_or_an_error(residents):
    connection = cp.Connection("sk_test_verysecret", "pk_test_verysecret", base_url="http://127.0.0.1:9")
    assert "verysecret" not in repr(connection) + str(vars(connection))
    with pytest.raises(cp.ConfigurationError) as caught:
        cp.Connection("sk_test_verysecret", "nonsense_verysecret")
    assert "verysecret" not in str(caught.value)
