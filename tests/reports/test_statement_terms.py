"""What a statement counts, and what it goes by: settled money only, what stood open before, fees that change or are
late."""

from __future__ import annotations

from datetime import timedelta

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.reports import build_statement
from compropago_bulk.reports.deposits import Line, join, standing_of
from hypothesis import given
from hypothesis import strategies as st

from .conftest import QUIET, exact, flats

ACCOUNT = "ALAMEDAS"
CLABE = "646180000000000004"


@pytest.fixture
def account():
    """Give a sandbox with an account of four residents, who owe 1500, 1500.37, 1500.74 and 1501.11."""
    with cp.sandbox(rate=1_000, contract="2019-08") as place:
        sheet = flats(4).drop(columns="Referencia")
        how = {"connection": place.connection, "account_name": "Alamedas", "reference": ACCOUNT, **QUIET}
        yield place, cp.create_accounts(sheet, on_change="resend", **how)


def stated(place, made, *given, **more):
    return cp.statement(made, ACCOUNT, *given, connection=place.connection, **QUIET, **more)


# what counts


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("pending", "pending_deposit"), ("PENDING", "pending_deposit"), ("processing", "pending_deposit"),
        ("rejected", "rejected_deposit"), ("failed", "rejected_deposit"), ("who knows", "unknown_status"),
    ],
)  # fmt: skip
def test_what_is_not_settled_is_told_and_counts_for_nothing(account, status, code):
    place, made = account
    place.deposit(made["clabe"].iloc[0], 1500)
    place.deposit(made["clabe"].iloc[1], 999, status=status)
    told = stated(place, made)
    assert told.residents["paid"].tolist() == [1500.0, 0.0, 0.0, 0.0]
    assert told.residents["status"].tolist() == ["paid", "nothing", "nothing", "nothing"]
    [problem] = told.problems.to_dict("records")
    assert (problem["code"], problem["amount"], problem["clabe"]) == (code, 999.0, made["clabe"].iloc[1])
    assert status in problem["message"] and told.ties and not told.ok


@pytest.mark.parametrize("status", ["paid", " Paid ", "SETTLED", "completed", "accepted"])
def test_a_word_for_settled_settles(status):
    assert standing_of(status) == "settled"


@pytest.mark.parametrize("status", [None, "", "?", "unpaid", "paid?"])
def test_no_word_or_an_unknown_one_settles_nothing(status):
    assert standing_of(status) == "unknown"


@pytest.mark.parametrize(("amount", "paid", "status"), [(None, 0.0, "nothing"), (400, 1100.0, "partial")])
def test_a_deposit_given_back_lowers_what_was_paid_and_is_no_fee(account, amount, paid, status):
    place, made = account
    key = place.deposit(made["clabe"].iloc[0], 1500)
    fees = stated(place, made).residents["fees"].iloc[0]
    place.advance(timedelta(days=1))
    place.give_back(key, amount)
    told = stated(place, made)
    line = told.residents.iloc[0]
    assert (line["paid"], line["status"], line["fees"]) == (paid, status, fees)
    assert exact(line["balance"]) == exact(1500 - paid)
    assert told.problems["code"].tolist() == ["returned_deposit"]
    assert told.deposits[["amount", "returned"]].values.tolist() == [[1500.0, amount or 1500.0]]
    assert told.totals["amount"]["returned"] == (amount or 1500.0) and told.ties


def line(amount, words, reference="R", **more):
    return Line(f"{amount}{words}", 1, amount, words, reference, CLABE, **more)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([(100_000, "Abono"), (-1_000, "Comisión"), (-800, "Comisión fija")], (100_000, 0, 1_800)),
        ([(100_000, "Abono"), (-100_000, "Movimiento")], (100_000, 100_000, 0)),
        ([(100_000, "Abono"), (-120_000, "Ajuste")], (100_000, 120_000, 0)),
        ([(100_000, "Abono"), (-99_999, "Ajuste")], (100_000, 0, 99_999)),
        ([(500, "Abono"), (-5, "Comisión"), (-800, "Comisión fija por operación")], (500, 0, 805)),
        ([(-5_000, "Devolución de SPEI")], (0, 5_000, 0)),
        ([(-5_000, "Retiro")], (0, 0, 5_000)),
    ],
)
def test_a_line_that_takes_money_is_a_fee_or_is_given_back(lines, wanted):
    [movement] = join([line(amount, words) for amount, words in lines])
    assert (movement.paid, movement.returned, movement.fees) == wanted


def test_lines_of_one_reference_that_are_not_settled_stand_apart():
    settled, waiting = join([line(100, "Abono"), line(200, "Abono", status="pending")])
    assert (settled.paid, settled.standing, waiting.paid, waiting.standing) == (100, "settled", 200, "pending")


def test_without_a_known_due_nobody_says_that_it_was_paid(account, tmp_path):
    place, made = account
    table = made.assign(Cuota=["1500", pd.NA, "sin cuota", 1501.11])
    place.deposit(made["clabe"].iloc[1], 10)
    told = stated(place, table)
    assert told.residents["status"].tolist() == ["nothing", "no_due", "no_due", "nothing"]
    assert told.residents["balance"].isna().tolist() == [False, True, True, False]
    assert told.summary["residents"].to_dict()["no_due"] == 2 and told.summary["residents"]["paid"] == 0
    assert [code for code in told.problems["code"] if code == "no_due"] == ["no_due"] * 2
    page = told.for_resident("103").export_excel(tmp_path / "uno.xlsx", lang="en")
    assert "All paid" not in str(pd.read_excel(page, header=None, engine="openpyxl").values)


# what stood open before


def test_balances_are_carried_over_to_the_centavo(account):
    place, made = account
    for position, amount in enumerate([1500, 1400, 2000, 0]):
        if amount:
            place.deposit(made["clabe"].iloc[position], amount)
    first = stated(place, made)
    place.advance(timedelta(days=31))
    for position, amount in enumerate([1500, 1600.74, 1001.48, 3002.22]):
        place.deposit(made["clabe"].iloc[position], amount)
    for opening in (first, first.id):
        second = stated(place, made, opening=opening)
        lines = second.residents
        assert lines["opening"].tolist() == first.residents["balance"].tolist() == [0.0, 100.37, -499.26, 1501.11]
        assert lines["balance"].tolist() == [0.0, 0.0, 0.0, 0.0]
        assert lines["status"].tolist() == ["paid"] * 4
        pd.testing.assert_series_equal(
            (lines["opening"] + lines["due"] - lines["paid"]).round(2), lines["balance"], check_names=False
        )
        assert second.period.since == first.period.until + 1 and second.ties
    whole = stated(place, made, periods=2)
    assert whole.residents["balance"].tolist() == second.residents["balance"].tolist()


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["100.50", "-20", "(35.00)", "0"], [100.5, -20.0, -35.0, 0.0]),
        ([100.5, -20, None, 0], [100.5, -20.0, 0.0, 0.0]),
        (["$ 1,500.00", "20-", "−35", "-"], [1500.0, -20.0, -35.0, 0.0]),
    ],
)
def test_a_column_of_the_sheet_is_what_stood_open(account, cells, wanted):
    place, made = account
    told = stated(place, made.assign(**{"Saldo anterior": cells}), opening="Saldo anterior").residents
    assert told["opening"].tolist() == wanted
    assert [exact(one) for one in told["balance"]] == [
        exact(round(due + before, 2)) for due, before in zip(told["due"], wanted, strict=True)
    ]


def test_without_opening_a_column_of_that_name_is_left_alone(account):
    place, made = account
    assert stated(place, made.assign(**{"Saldo anterior": 5})).residents["opening"].tolist() == [0.0] * 4


def test_an_opening_that_cannot_be_read_names_every_cell_before_anything_is_read(account):
    place, made = account
    table, before = made.assign(**{"Saldo anterior": ["mucho", 1, "n/a", "1.2.3"]}), len(place.server.log)
    with pytest.raises(cp.SheetError, match=r"(?s)«mucho».*«1\.2\.3»") as caught:
        stated(place, table, opening="Saldo anterior")
    assert "n/a" not in str(caught.value) and len(place.server.log) == before
    with pytest.raises(cp.SheetError):
        stated(place, made, opening="No hay tal columna")
    with pytest.raises(ValueError, match=r"cp\.audits"):
        stated(place, made, opening=987)


def test_a_gap_after_the_former_statement_is_refused(account):
    place, made = account
    first = stated(place, made, None, "2026-11-15") if place.server.now.day > 15 else stated(place, made)
    place.advance(timedelta(days=31))
    with pytest.raises(ValueError, match="since="):
        stated(place, made, "2020-01-01", opening=first)


def test_a_balance_whose_row_is_gone_is_not_lost(account):
    place, made = account
    first = stated(place, made)
    place.advance(timedelta(days=1))
    second = stated(place, made.iloc[1:], opening=first)
    [gone] = second.problems.to_dict("records")
    assert (gone["code"], gone["amount"]) == ("unclaimed_balance", 1500.0) and "Residente Número 0" in gone["message"]


# fees that change, and late ones


def test_a_fee_that_changed_in_the_year_is_one_call(account):
    place, made = account
    table = made.assign(**{"Cuota julio": [1600, 1600, "", 1700.5]})
    told = stated(place, table, periods={"Cuota": 6, "Cuota julio": 6})
    assert told.residents["due"].tolist()[:2] == [6 * 1500 + 6 * 1600, 6 * 1500.37 + 6 * 1600]
    assert told.residents["status"].tolist()[2] == "no_due", "one of its fees is not known"


@pytest.mark.parametrize("wrong", [0, True, 1.5, {}, {"Cuota": 0}, {"Cuota": "6"}])
def test_a_number_of_times_is_one(account, wrong):
    with pytest.raises(ValueError, match="periods"):
        stated(*account, periods=wrong)


@pytest.mark.parametrize(
    ("rule", "fees"),
    [
        ({"grace_days": 5, "fixed": 100}, [0.0, 100.0, 100.0, 0.0]),
        ({"grace_days": 5, "percent": 10}, [0.0, 150.04, 50.07, 0.0]),
        ({"grace_days": 60, "fixed": 100}, [0.0] * 4),
    ],
)
def test_a_rule_charges_who_had_not_paid_when_the_grace_days_were_over(account, rule, fees):
    place, made = account
    due = place.server.now
    place.deposit(made["clabe"].iloc[0], 1500)
    place.deposit(made["clabe"].iloc[2], 1000)
    place.advance(timedelta(days=3))
    place.deposit(made["clabe"].iloc[3], 1501.11)
    place.advance(timedelta(days=6))
    place.deposit(made["clabe"].iloc[1], 1500.37)
    told = stated(place, made, due=due, late_fee=rule).residents
    assert told["late_fee"].tolist() == fees
    assert [exact(one) for one in told["due"]] == [
        exact(round(base + fee, 2)) for base, fee in zip(made["Cuota"], fees, strict=True)
    ]
    assert stated(place, made, due=due).residents["late_fee"].tolist() == [0.0] * 4, "never by default"


def test_a_column_of_late_fees_is_added_to_the_due(account):
    place, made = account
    told = stated(place, made.assign(Recargos=[0, 50, "", 25.5]), late_fee="Recargos").residents
    assert told["late_fee"].tolist() == [0.0, 50.0, 0.0, 25.5] and told["due"].tolist()[1] == 1550.37


@pytest.mark.parametrize(
    "rule", [{}, {"fixed": 0}, {"fixed": 1, "percent": 1}, {"percent": "x"}, {"fixed": 5, "days": 1}, {"grace_days": 3}]
)
def test_what_is_no_rule_is_refused(account, rule):
    with pytest.raises(ValueError, match="grace_days"):
        stated(*account, late_fee=rule)


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.sampled_from(["Abono", "Comisión", "Devolución"]))))
def test_whatever_the_lines_are_nothing_of_them_is_lost(lines):
    movements = join([line(amount, words, str(place % 3)) for place, (amount, words) in enumerate(lines) if amount])
    assert sum(movement.net for movement in movements) == sum(amount for amount, _ in lines)


# what settles, or goes back, after the statement of its time


def followed(place, made, first):
    return stated(place, made, opening=first)


def test_a_deposit_that_was_pending_counts_when_it_has_settled(account, monkeypatch):
    place, made = account
    place.deposit(made["clabe"].iloc[0], 1500, status="pending")
    place.advance(timedelta(days=1))
    first = stated(place, made)
    lines = build_statement.read_transactions

    def settled(*asked):
        return [{**one, "status": "paid"} for one in lines(*asked)]

    monkeypatch.setattr(build_statement, "read_transactions", settled)
    second = followed(place, made, first)
    assert first.residents["paid"].iloc[0] == 0.0 and second.residents["paid"].iloc[0] == 1500.0


def test_a_deposit_of_the_very_second_of_a_statement_is_in_the_next(account):
    place, made = account
    place.deposit(made["clabe"].iloc[0], 1500)
    first = stated(place, made)
    place.deposit(made["clabe"].iloc[1], 700)
    second = followed(place, made, first)
    assert second.residents["paid"].tolist() == [0.0, 700.0, 0.0, 0.0] and second.ties
    third = followed(place, made, second)
    assert third.residents["paid"].tolist() == [0.0] * 4


def test_a_deposit_given_back_after_its_statement_is_owed_again(account):
    place, made = account
    key = place.deposit(made["clabe"].iloc[0], 1500)
    place.advance(timedelta(days=1))
    first = stated(place, made)
    place.give_back(key)
    place.advance(timedelta(days=1))
    second = followed(place, made, first)
    assert (first.residents["balance"].iloc[0], second.residents["paid"].iloc[0]) == (0.0, -1500.0)
    assert second.residents["balance"].iloc[0] == 3000.0 and "returned_deposit" in set(second.problems["code"])
    assert second.ties and second.totals["amount"]["opening"] == first.totals["amount"]["closing"]
    lines = cp.ledger([first, second]).for_resident("101").lines
    assert lines["balance"].iloc[-1] == 3000.0
