"""A year of a condominium: every figure of an audit equals the sandbox's own books, to the centavo."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import compropago_bulk as cp
import pandas as pd
import pytest

from .conftest import QUIET, exact, live_through

MEXICO_CITY = ZoneInfo("America/Mexico_City")


def by_status(ledger):
    """Count and add up the books' orders, one by one."""
    found = defaultdict(lambda: [0, Decimal(0)])
    for order in ledger.orders:
        found[order.status][0] += 1
        found[order.status][1] += order.price
    return {status: tuple(pair) for status, pair in found.items()}


def by_age(ledger):
    """Sort the unpaid orders of the books by how many months ago they ended."""
    today = pd.Timestamp(ledger.now.astimezone(MEXICO_CITY).date())
    found = {"current": Decimal(0), "1": Decimal(0), "2-3": Decimal(0), "more than 3": Decimal(0)}
    for order in ledger.orders:
        if order.status == "ACCEPTED":
            continue
        due = pd.Timestamp(order.expires_at.astimezone(MEXICO_CITY).date())
        age = (
            "current" if due >= today
            else "1" if due + pd.DateOffset(months=1) >= today
            else "2-3" if due + pd.DateOffset(months=3) >= today
            else "more than 3"
        )  # fmt: skip
        found[age] += order.price
    return found


def same_as_the_books(audit, ledger, sheet):
    """Compare every figure of an audit with the books."""
    wanted = by_status(ledger)
    total = sum((amount for _, amount in wanted.values()), Decimal(0))
    summary = audit.summary
    assert summary.index.name == "status" and list(summary.columns) == ["orders", "amount", "share"]
    told = {str(name): (int(line["orders"]), exact(line["amount"])) for name, line in summary.iterrows()}
    assert told == wanted
    for name, line in summary.iterrows():
        assert line["share"] == pytest.approx(float(wanted[str(name)][1] / total))
    ages = {str(name): exact(amount) for name, amount in audit.ageing["amount"].items()}
    assert ages == by_age(ledger)
    towers = dict(zip(sheet["Referencia"], sheet["Torre"], strict=True))
    for tower, line in audit.by("Torre").iterrows():
        own = [one for one in ledger.orders if towers[one.customer_id] == tower]
        paid = sum((one.price for one in own if one.status == "ACCEPTED"), Decimal(0))
        whole = sum((one.price for one in own), Decimal(0))
        assert (int(line["orders"]), exact(line["amount"])) == (len(own), whole)
        assert (exact(line["paid"]), exact(line["owed"])) == (paid, whole - paid)
    status = {one.order_id: one.status for one in ledger.orders}
    assert dict(zip(audit.orders["order_id"], audit.orders["status"], strict=True)) == status
    expired = {name for name, one in status.items() if one == "EXPIRED"}
    told = audit.problems.loc[audit.problems["code"] == "expired_unpaid", "order_id"]
    assert set(told) == expired and len(told) == len(expired)
    assert set(audit.problems["code"]) <= {"expired_unpaid"}


def all_of_it(year):
    """Hold every audit of a year against the books, and call each up again as of its day."""
    before = {}
    for audit, ledger in zip(year.audits, year.ledgers, strict=True):
        same_as_the_books(audit, ledger, year.sheet)
        now = {one.order_id: one.status for one in ledger.orders}
        changed = {name: (was, now[name]) for name, was in before.items() if now[name] != was}
        told = audit.changes.set_index("order_id")
        assert {str(name): (line["previous_status"], line["status"]) for name, line in told.iterrows()} == changed
        before = now
    for audit in year.audits:
        for when in (audit.made_at, audit.made_at.date(), f"{audit.made_at:%Y-%m-%d}"):
            then = cp.audit_as_of(when, connection=year.place.connection)
            the_same(then, audit)


def the_same(one, other):
    """Compare two audits in all that they show."""
    for name in ("orders", "summary", "changes", "problems", "ageing"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    pd.testing.assert_frame_equal(one.by("Torre"), other.by("Torre"))
    pd.testing.assert_frame_equal(one.messages(lang="es"), other.messages(lang="es"))
    assert (one.made_at, one.source, one.notes, one.id) == (other.made_at, other.source, other.notes, other.id)


def test_every_audit_of_a_year_equals_the_books_and_comes_back_as_it_was(year):
    all_of_it(year)


def test_residents_who_pay_short_late_or_elsewhere_still_owe_and_each_gets_one_text(year):
    texts = year.audits[-1].messages(lang="es").set_index("name")
    owing = year.sheet[~year.sheet["Hábito"].isin(["on_time", "twice"])]
    assert sorted(texts.index) == sorted(owing["Nombre"])
    for line in owing.itertuples():
        unpaid = [one for one in year.ledgers[-1].orders if one.customer_id == line.Referencia]
        text = texts.loc[line.Nombre]
        assert exact(text["amount"]) == sum((one.price for one in unpaid), Decimal(0))
        assert f"{sum(one.price for one in unpaid):,.2f}" in text["text"] and line.Depto in text["text"]
        others = set(year.sheet["Nombre"]) - {line.Nombre}
        assert not any(f"{other}:" in text["text"] for other in others)


def test_a_day_between_two_audits_is_told_from_the_looks_that_were_kept(year):
    first, second = year.audits[0], year.audits[1]
    between = cp.audit_as_of(second.made_at - timedelta(days=2), connection=year.place.connection)
    pd.testing.assert_frame_equal(between.summary, first.summary)
    before = cp.audit_as_of(first.made_at - timedelta(days=2), connection=year.place.connection)
    assert set(before.summary.index) == {"PENDING"} and int(before.summary["orders"].sum()) == 18
    assert cp.audit_as_of(date(2020, 1, 1), connection=year.place.connection).summary.empty


def test_a_look_after_an_audit_shows_from_its_moment_on(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(3), product_id="P", product_name="Cuota", **how)
    audit = cp.audit_orders(orders, **how)
    sandbox.advance(timedelta(days=1))
    sandbox.pay(orders["order_id"].iloc[1])
    cp.verify_orders(orders, **how)
    sandbox.advance(timedelta(hours=1))
    now = cp.audit_as_of(sandbox.server.now, connection=sandbox.connection)
    assert now.summary["orders"].to_dict() == {"ACCEPTED": 1, "PENDING": 2}
    assert now.orders["status"].tolist() == ["PENDING", "ACCEPTED", "PENDING"]
    assert now.orders["first_seen_paid"].notna().tolist() == [False, True, False]
    assert now.changes["previous_status"].tolist() == ["PENDING"]
    the_day = cp.audit_as_of(audit.made_at, connection=sandbox.connection)
    assert the_day.summary["orders"].to_dict() == {"PENDING": 3}


@pytest.mark.slow
def test_a_year_of_300_flats_equals_the_books():
    with cp.sandbox(rate=5_000) as place:
        all_of_it(live_through(place, 300, 12))
