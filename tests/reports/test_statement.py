"""Deposits against dues: every figure equals the sandbox's own books, to the centavo, resident by resident."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import compropago_bulk as cp
import pandas as pd
import pytest

from .conftest import HABITS, QUIET, exact, flats

MEXICO_CITY = ZoneInfo("America/Mexico_City")
ACCOUNT = "ALAMEDAS"
MOMENT = "datetime64[us, America/Mexico_City]"


def move_in(place, number):
    """Make the account: everybody a sub-account, some of them a second one in the place of an old CLABE."""
    how = {"connection": place.connection, "account_name": "Residencial Alamedas", "reference": ACCOUNT, **QUIET}
    sheet = flats(number).drop(columns="Referencia")
    movers = sheet[sheet["Hábito"] == "old_clabe"]
    old = cp.create_accounts(movers.assign(customer_id="viejo-" + movers["Depto"]), **how)
    made = cp.create_accounts(sheet, batch=25, on_change="resend", **how)
    assert made["clabe"].is_unique and made["clabe"].notna().all()
    return made, dict(zip(movers["Depto"], old["clabe"], strict=True))


def live_through(place, made, old, months):
    """Let everybody pay, or not, month by month; give the days on which the months began."""
    starts = []
    for _ in range(months):
        starts.append(place.server.now.astimezone(MEXICO_CITY).date())
        place.advance(timedelta(days=3))
        for position, habit in enumerate(made["Hábito"]):
            price, clabe = Decimal(str(round(made["Cuota"].iloc[position], 2))), made["clabe"].iloc[position]
            if habit in ("on_time", "twice"):
                place.deposit(clabe, price)
            if habit == "twice":
                place.deposit(clabe, price)
            if habit == "short":
                place.deposit(clabe, price - Decimal("200.55"))
            if habit == "old_clabe":
                place.deposit(old[made["Depto"].iloc[position]], price)
        place.advance(timedelta(days=15))
        for position in (p for p, habit in enumerate(made["Hábito"]) if habit == "late"):
            place.deposit(made["clabe"].iloc[position], Decimal(str(round(made["Cuota"].iloc[position], 2))))
        place.advance(timedelta(days=12))
    return starts


def books(ledger, first, last):
    """Add up the books by CLABE: what came in, and what ComproPago kept, in a time."""
    paid, kept, latest = defaultdict(Decimal), defaultdict(Decimal), {}
    for line in ledger.transactions:
        day = line.at.astimezone(MEXICO_CITY).date()
        if not first <= day <= last:
            continue
        if line.amount > 0:
            paid[line.clabe] += line.amount
            latest[line.clabe] = max(latest.get(line.clabe, line.at), line.at)
        else:
            kept[line.clabe] -= line.amount
    return paid, kept, latest


def same_as_the_books(statement, ledger, first, last, periods=1):
    paid, kept, latest = books(ledger, first, last)
    wanted = {
        "on_time": "paid",
        "late": "late",
        "short": "partial",
        "twice": "double",
        "never": "nothing",
        "old_clabe": "nothing",
    }
    residents = statement.residents
    own = set()
    for position, line in enumerate(residents.itertuples()):
        own.add(line.clabe)
        due = Decimal(str(round(1500 + 0.37 * (position % 11), 2))) * periods
        assert exact(line.due) == due
        assert exact(line.paid) == paid[line.clabe] and exact(line.fees) == kept[line.clabe]
        assert exact(line.net) == paid[line.clabe] - kept[line.clabe]
        assert exact(line.balance) == due - paid[line.clabe]
        if line.clabe in latest:
            assert line.last_payment == pd.Timestamp(latest[line.clabe]).floor("s")
        assert line.status == wanted.get(HABITS[position % len(HABITS)], "nothing"), position
    strangers = {clabe: amount for clabe, amount in paid.items() if clabe not in own}
    told = statement.unmatched.groupby("clabe")["amount"].sum()
    assert {clabe: exact(round(amount, 2)) for clabe, amount in told.items()} == strangers
    totals = {str(item): exact(amount) for item, amount in statement.totals["amount"].items()}
    assert totals["balance"] == ledger.balance(ACCOUNT)
    assert totals["deposits"] == sum(paid.values(), Decimal(0)) and totals["fees"] == sum(kept.values(), Decimal(0))
    assert totals["unmatched"] == sum(strangers.values(), Decimal(0))
    before = sum(
        (one.amount for one in ledger.transactions if one.at.astimezone(MEXICO_CITY).date() < first), Decimal(0)
    )
    after = sum((one.amount for one in ledger.transactions if one.at.astimezone(MEXICO_CITY).date() > last), Decimal(0))
    assert (totals["opening"], totals["after"], totals["difference"]) == (before, after, Decimal(0))
    assert totals["closing"] == before + totals["deposits"] - totals["fees"] + totals["other"]
    assert statement.ties
    summary = statement.summary
    assert int(summary["residents"].sum()) == len(residents)
    assert exact(summary["paid"].sum().round(2)) == sum((paid[clabe] for clabe in own), Decimal(0))


def all_of_it(place, number, months):
    made, old = move_in(place, number)
    starts = live_through(place, made, old, months)
    how = {"connection": place.connection, **QUIET}
    for month, first in enumerate(starts):
        last = starts[month + 1] - timedelta(days=1) if month + 1 < len(starts) else first + timedelta(days=29)
        one = cp.statement(made, ACCOUNT, first, last, due=first + timedelta(days=9), **how)
        same_as_the_books(one, place.server.ledger, first, last)
    whole = cp.statement(made, ACCOUNT, periods=months, due=starts[-1] + timedelta(days=9), **how)
    same_as_the_books(whole, place.server.ledger, date.min, date.max, months)
    assert not place.server.violations
    return old, whole


def test_months_of_an_account_equal_the_books():
    with cp.sandbox(rate=2_000, contract="2019-08") as place:
        old, whole = all_of_it(place, 12, 3)
        table = whole.deposits
        assert {name: str(table[name].dtype) for name in ("clabe", "amount", "date")} == {
            "clabe": "string", "amount": "Float64", "date": MOMENT,
        }  # fmt: skip
        assert (table["lines"] == 4).all() and len(table) == len(place.server.ledger.deposits)
        likely = whole.unmatched.drop_duplicates("clabe")
        assert set(likely["clabe"]) == set(old.values()) and sorted(likely["likely"]) == ["12", "6"]
        kinds = set(whole.problems["code"])
        assert kinds == {"unmatched_deposit", "double_payment"}
        kept = cp.audits(place.connection)
        assert set(kept["kind"]) == {"statement"} and kept["source_sha256"].nunique() == 1
        assert exact(kept["paid"].iloc[-1]) == exact(whole.residents["paid"].sum().round(2))


@pytest.mark.slow
def test_a_year_of_an_account_of_300_flats_equals_the_books():
    with cp.sandbox(rate=5_000, contract="2019-08") as place:
        all_of_it(place, 300, 12)


@pytest.fixture
def account():
    """Give a sandbox with an account of four residents."""
    with cp.sandbox(rate=1_000, contract="2019-08") as place:
        made, _ = move_in(place, 4)
        yield place, made


def test_one_resident_gets_their_own_page_and_nobody_elses_data(account, tmp_path):
    place, made = account
    place.deposit(made["clabe"].iloc[0], 1500)
    whole = cp.statement(made, ACCOUNT, connection=place.connection, **QUIET)
    own = whole.for_resident("101")
    assert own.residents["paid"].tolist() == [1500.0] and own.residents.index.tolist() == [0]
    path = own.export_excel(tmp_path / "uno.xlsx", lang="es")
    text = " ".join(str(value) for value in cells(path))
    assert "Residente Número 0" in text and "Residente Número 1" not in text
    for key in ("Residente Número 0", made["clabe"].iloc[0]):
        pd.testing.assert_frame_equal(whole.for_resident(key).residents, own.residents)
    with pytest.raises(KeyError, match="Nobody"):
        whole.for_resident("999")


def cells(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_over_is_not_double_and_partial_is_not_nothing(account):
    place, made = account
    for position, amounts in enumerate([(2000,), (750, 750.37), (1500.74, 1500.74), (100,)]):
        for amount in amounts:
            place.deposit(made["clabe"].iloc[position], amount)
    told = cp.statement(made, ACCOUNT, connection=place.connection, **QUIET)
    assert told.residents["status"].tolist() == ["over", "paid", "double", "partial"]
    assert not told.residents["late"].any() and repr(told).count("@") == 0


def test_rows_without_a_clabe_or_with_a_strangers_are_named(account):
    place, made = account
    table = made.copy()
    table["clabe"] = [pd.NA, "646180146400231992", made["clabe"].iloc[2], made["clabe"].iloc[2]]
    place.deposit(made["clabe"].iloc[2], 10)
    told = cp.statement(table, ACCOUNT, connection=place.connection, **QUIET)
    assert set(told.problems["code"]) == {"no_clabe", "foreign_clabe", "shared_clabe"}
    assert told.residents["paid"].tolist() == [0.0, 0.0, 10.0, 0.0], "counted once"
    assert told.without_clabe["unit"].tolist() == ["101"]


def test_a_sheet_without_any_clabe_takes_the_accounts_own(account):
    place, made = account
    told = cp.statement(flats(4), ACCOUNT, connection=place.connection, **QUIET)
    assert told.residents["clabe"].tolist() == made["clabe"].tolist()


def test_a_balance_that_does_not_tie_is_shown(account, monkeypatch):
    from compropago_bulk.reports import build_statement as stating

    place, made = account
    place.deposit(made["clabe"].iloc[0], 1500)
    real = stating.read_accounts
    monkeypatch.setattr(
        stating, "read_accounts", lambda *given: [{**one, "balance": one["balance"] + 5} for one in real(*given)]
    )
    told = cp.statement(made, ACCOUNT, connection=place.connection, **QUIET)
    assert not told.ties and told.totals["amount"]["difference"] == 5.0
    assert told.problems["code"].tolist() == ["difference"] and "NOT tied" in str(told)


def test_what_cannot_be_stated_says_why(account):
    place, made = account
    with pytest.raises(cp.ApiError):
        cp.statement(made, "nobody", connection=place.connection, **QUIET)
    with pytest.raises(cp.SheetError, match="price"):
        cp.statement(made.drop(columns="Cuota"), ACCOUNT, connection=place.connection, **QUIET)
    with pytest.raises(ValueError, match="ends"):
        cp.statement(made, ACCOUNT, "2026-02-01", "2026-01-01", connection=place.connection, **QUIET)
    with pytest.raises(ValueError, match="neither a day"):
        cp.statement(made, ACCOUNT, "mañana", connection=place.connection, **QUIET)


def test_the_lists_of_the_later_edition_have_their_types(account):
    place, made = account
    place.deposit(made["clabe"].iloc[1], Decimal("10.00"))
    accounts, own = cp.list_accounts(place.connection), cp.list_subaccounts(ACCOUNT, place.connection)
    lines = cp.list_transactions(ACCOUNT, made["clabe"].iloc[1], place.connection)
    assert {name: str(dtype) for name, dtype in accounts.dtypes.items()} == {
        "account_id": "string", "name": "string", "balance": "Float64",
    }  # fmt: skip
    assert str(own["clabe"].dtype) == "string" and own["clabe"].str.fullmatch(r"\d{18}").all()
    assert str(lines["date"].dtype) == MOMENT and lines["amount"].tolist() == [10.0, -0.1, -8.0, -0.15]
    assert exact(accounts["balance"].iloc[0]) == Decimal("1.75")
    assert len(cp.list_transactions(ACCOUNT, made["clabe"].iloc[0], place.connection)) == 0


def test_one_accounts_residents_share_requests_only_when_asked(account):
    place, _ = account
    posts = [one for one in place.server.log if one.method == "POST"]
    assert len(posts) == 1 and posts[0].body.count('"email"') == 4, "batch=25 puts all four into one request"
    alone = cp.create_accounts(
        flats(6).drop(columns="Referencia"),
        account_name="Otro",
        reference="OTRO",
        again=True,  # four of the six have an account already
        connection=place.connection,
        **QUIET,
    )
    assert len([one for one in place.server.log if one.method == "POST"]) == 7
    assert alone["clabe"].notna().all()


def test_faults_on_the_way_change_no_figure():
    with cp.sandbox(rate=2_000, contract="2019-08") as place:
        made, old = move_in(place, 6)
        live_through(place, made, old, 1)
        how = {"connection": place.connection, **QUIET}
        calm = cp.statement(made, ACCOUNT, **how)
        place.server.fail_next("500_before", match="transactions")
        for fault, clabe in zip(("drop_before", "truncate", "html_502"), made["clabe"], strict=False):
            place.server.fail_next(fault, match=clabe)
        rough = cp.statement(made, ACCOUNT, **how)
        pd.testing.assert_frame_equal(rough.residents, calm.residents)
        pd.testing.assert_frame_equal(rough.totals, calm.totals)
