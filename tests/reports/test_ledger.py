"""A ledger's views: whose lines they are, where each comes from, and what an owner's page shows of others."""

from __future__ import annotations

import time
from datetime import timedelta

import compropago_bulk as cp
import openpyxl
import pandas as pd
import pytest
from compropago_bulk.reports.build_ledger import _in_order, _of_orders
from compropago_bulk.reports.facts import Fact, Said, Sent, Stands
from compropago_bulk.reports.ledger import Ledger
from compropago_bulk.reports.sheet_rows import Source

from .conftest import QUIET, flats


@pytest.fixture
def place():
    with cp.sandbox(rate=5_000, contract="2019-06") as opened:
        sheet = flats(4)
        for month in (5, 6):
            made = cp.create_orders(
                sheet, product_id=f"M{month}", product_name=f"Mes {month}", connection=opened.connection, **QUIET
            )
            opened.pay(made["order_id"].iloc[0])
            opened.advance(timedelta(days=2))
            cp.verify_orders(made, connection=opened.connection, **QUIET)
            opened.advance(timedelta(days=29))
        yield opened


def test_each_line_says_where_it_comes_from(place):
    made = cp.ledger(connection=place.connection, residents=flats(4))
    own = made.for_resident("000001").lines
    assert own["kind"].tolist() == ["charge", "payment", "charge", "payment"]
    assert own["balance"].tolist() == [1500.0, 0.0, 1500.0, 0.0] and own["fee"].tolist()[1] > 0
    assert own["origin"].str.startswith("ch_").all() and own["concept"].tolist() == ["Mes 5", "Mes 5", "Mes 6", "Mes 6"]
    assert made.payments["payment_form"].tolist() == ["03", "03"] and made.payments["tracking_key"].isna().all()
    assert set(made.residents["tower"]) == {"Torre A", "Torre B", "Torre C"}
    assert len(list(made.for_tower("torre a").by_resident())) == 2
    assert repr(made).count("\n") == 1 and "Residente" not in repr(made)


def test_a_time_before_which_all_is_one_opening(place):
    made = cp.ledger(connection=place.connection)
    later = cp.ledger(connection=place.connection, since=made.lines["date"].max() - timedelta(days=5))
    assert set(later.lines["kind"]) == {"opening", "charge", "payment"}
    assert later.totals["amount"]["balance"] == made.totals["amount"]["balance"]
    early = cp.ledger(connection=place.connection, until=made.lines["date"].min())
    assert early.totals["amount"]["paid"] == 0.0 and early.made_at == made.lines["date"].min()


def test_an_owners_page_has_how_to_pay_and_nobody_elses_data(place, tmp_path):
    made = cp.ledger(connection=place.connection, residents=flats(4))
    book = openpyxl.load_workbook(made.for_resident("102").export_excel(tmp_path / "uno.xlsx", lang="es"))
    [page] = book.worksheets
    text = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None)
    assert "Cómo pagar" in text and "Residente Número 1" in text and "Torre B 102" in text
    assert not any(other in text for other in ("Residente Número 0", "Residente Número 2", "ch_"))
    whole = openpyxl.load_workbook(made.export_excel(tmp_path / "todos.xlsx", lang="es"))
    assert whole.sheetnames == ["Meses", "Residentes", "Por mes", "Movimientos", "Pagos"]


@pytest.mark.parametrize(
    ("deed", "error", "words"),
    [
        (lambda made: made.for_resident("nadie"), KeyError, "nadie"),
        (lambda made: made.for_tower("Z"), KeyError, "Torre A"),
        (lambda _: cp.ledger(5), TypeError, "account id"),
        (lambda _: cp.ledger("ALA"), ValueError, "ALA"),
    ],
)
def test_what_there_is_not_is_said(place, deed, error, words, monkeypatch):
    made = cp.ledger(connection=place.connection, residents=flats(4))
    monkeypatch.setenv("COMPROPAGO_JOURNAL", str(place.connection.journal))
    with pytest.raises(error, match=words):
        deed(made)


def test_statements_that_overlap_are_refused_and_a_restated_month_counts_once():
    with cp.sandbox(rate=1_000, contract="2019-08") as place:
        how = {"connection": place.connection, **QUIET}
        sheet = flats(2).drop(columns="Referencia")
        made = cp.create_accounts(sheet, account_name="A", reference="ALA", on_change="resend", **how)
        place.deposit(made["clabe"].iloc[0], 1500)
        first = cp.statement(made, "ALA", **how)
        second = cp.statement(made, "ALA", **how)
        with pytest.raises(ValueError, match="overlap"):
            cp.ledger([first, second])
        told = cp.ledger("ALA", connection=place.connection)
        assert told.id == second.id and told.totals["amount"]["paid"] == 1500.0
        assert cp.ledger(first).lines["kind"].tolist() == ["charge", "payment", "fee", "charge"]
        assert told.payments["tracking_key"].notna().all()


def test_two_people_of_one_name_are_told_apart():
    orders = [
        Fact(n, f"ch_{n}", "found", Said(), Sent(100, customer_id=str(n), name="Ana"), Stands("PENDING", 100))
        for n in range(2)
    ]
    made = Ledger(list(_of_orders(orders)), 0, Source(None, None))
    with pytest.raises(KeyError, match="Ana"):
        made.for_resident("Ana")


def test_twenty_thousand_orders_in_two_seconds():
    day = 86_400_000
    facts = [
        Fact(
            n,
            f"ch_{n}",
            "found",
            Said(),
            Sent(150_000, customer_id=f"{n % 833:06d}", name=f"R {n % 833}", product_id=f"M{n // 833}"),
            Stands(
                "ACCEPTED" if n % 3 else "PENDING",
                150_000,
                3_000,
                480,
                created_at=n // 833 * 30 * day,
                first_paid=(n // 833 * 30 + 5) * day,
            ),
        )
        for n in range(20_000)
    ]
    begun = time.process_time()
    made = Ledger(_in_order(_of_orders(facts)), 0, Source(None, None))
    tables = made.lines, made.residents, made.months, made.pivot, made.payments
    took = time.process_time() - begun
    assert [len(table) for table in tables[:2]] == [33_333, 833] and took < 4
    assert pd.notna(made.totals["amount"]["balance"])
