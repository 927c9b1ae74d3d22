"""What looks wrong with orders: one case for each code, and what becomes one note."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.reports.facts import AGES, Fact, Said, Sent, Stands, age_of, owed
from compropago_bulk.reports.problems import CODES, AuditProblem, Tariff, find, gathered, iva_holds
from compropago_bulk.texts import sentences

from .conftest import QUIET

SAID = Said("Torre A!14", "Ana Ruiz", "ana@example.com", None, 150_00, "646180146400219781", "31", None, "00031", "P")
SENT = Sent(150_00, 10_25, "Ana Ruiz", "ana@example.com", "00031", "P", "Cuota")
NOW = Stands(
    "PENDING", 150_00, 10_25, 1_64, "646180146400219781", True, "ana ruiz", "ANA@example.com", "P", 1_700_000_000_000,
    1_700_300_000_000,
)  # fmt: skip
GOOD = Fact(0, "ch_1", "found", SAID, SENT, NOW)


def codes(*facts, mode="test"):
    troubles, _ = find(list(facts), mode=mode, tariff=Tariff())
    return [one.code for one in troubles]


CASES = {
    "price_differs": replace(GOOD, now=replace(NOW, price=149_99, fee=10_25)),
    "clabe_differs": replace(GOOD, said=replace(SAID, clabe="646180146400231992")),
    "precision_lost": replace(GOOD, said=replace(SAID, clabe=None, spoilt="6.46E+17")),
    "email_differs": replace(GOOD, said=replace(SAID, email="otra@example.com")),
    "name_differs": replace(GOOD, said=replace(SAID, name="Luis Ruiz")),
    "fee_mismatch": replace(GOOD, now=replace(NOW, fee=10_26)),
    "iva_mismatch": replace(GOOD, now=replace(NOW, iva=1_66)),
    "expired_unpaid": replace(GOOD, now=replace(NOW, status="EXPIRED")),
    "currency": replace(GOOD, now=replace(NOW, currency="USD", price=1, fee=99)),
    "not_found": replace(GOOD, outcome="not_found", now=None),
    "mode_mismatch": replace(GOOD, now=replace(NOW, test_mode=False)),
    "unknown_status": replace(GOOD, now=replace(NOW, status="CANCELLED")),
    "no_order": replace(GOOD, order_id=None, outcome="invalid", sent=None, now=None),
}


def test_an_order_on_which_all_agree_is_no_problem():
    assert codes(GOOD) == []


@pytest.mark.parametrize(("code", "fact"), CASES.items(), ids=list(CASES))
def test_each_disagreement_has_its_code(code, fact):
    assert codes(fact) == [code]


def test_every_code_of_the_contract_has_a_sentence_and_a_case():
    told = set(sentences("reports"))
    assert set(CODES) <= told
    assert set(CODES) == set(CASES) | {"no_resident", "two_open_orders", "repeated_row"}


@pytest.mark.parametrize("currency", [None, "MXN", "mxn", " MXN "])
def test_pesos_are_no_problem(currency):
    assert codes(replace(GOOD, now=replace(NOW, currency=currency))) == []


def test_a_row_that_repeats_another_exactly_has_an_order_there():
    again = replace(GOOD, position=1, order_id=None, now=None, said=replace(SAID, place="Torre A!15"))
    assert codes(GOOD, again) == ["repeated_row"]
    assert codes(GOOD, replace(again, said=replace(again.said, name="Otra"))) == ["no_order"]
    assert sorted(codes(replace(again, position=0), again)) == ["no_order", "repeated_row"]


def test_an_order_of_nobody_and_a_strangers_order_belong_to_no_resident():
    alone = replace(GOOD, position=1, order_id="ch_2", said=Said("Torre A!15"))
    stranger = Fact(-1, "ch_9", "beside", Said(), replace(SENT, customer_id="99"), None, beside=True)
    assert codes(GOOD, alone) == ["two_open_orders", "no_resident", "two_open_orders"]
    assert codes(GOOD, stranger) == ["no_resident"]


def test_a_fee_is_held_against_the_one_recorded_at_creation_else_against_the_tariff():
    other = replace(GOOD, sent=replace(SENT, fee=12_00), now=replace(NOW, fee=12_00, iva=1_92))
    assert codes(other) == []
    assert codes(replace(other, sent=None)) == ["fee_mismatch"]


def test_a_tariff_that_most_orders_share_is_one_note():
    facts = [replace(GOOD, position=one, order_id=f"ch_{one}", sent=None, said=replace(SAID, customer_id=str(one)),
                     now=replace(NOW, price=150_00 + one, fee=12_00, iva=1_92)) for one in range(6)]  # fmt: skip
    facts = [replace(one, said=replace(one.said, price=None)) for one in facts]
    troubles, notes = find([*facts, replace(GOOD, order_id="ch_x")], mode="test", tariff=Tariff())
    assert [one.code for one in troubles] == []
    assert len(notes) == 1 and notes[0].startswith("fee_mismatch: 6 ")


@pytest.mark.parametrize(
    ("fee", "iva", "holds"), [(1025, 164, True), (819, 131, True), (1025, 165, False), (100, 16, True)]
)
def test_the_iva_is_16_percent_of_the_fee_to_the_centavo(fee, iva, holds):
    assert iva_holds(fee, iva) is holds


def test_an_order_raised_again_is_owed_once_and_not_at_all_once_paid():
    old = replace(GOOD, now=replace(NOW, status="EXPIRED"))
    new = replace(GOOD, position=1, order_id="ch_2", now=replace(NOW, created_at=1_800_000_000_000))
    assert [one.order_id for one in owed([old, new])] == ["ch_2"]
    assert codes(old, new) == []
    paid = replace(new, now=replace(new.now, status="ACCEPTED"))
    assert owed([old, paid]) == [] and codes(old, paid) == []


def test_an_age_is_counted_in_calendar_months():
    def due(*day):
        return int(datetime(*day, 23, tzinfo=ZoneInfo("America/Mexico_City")).timestamp() * 1000)

    today = date(2027, 3, 31)
    told = [
        age_of(due(*day), today)
        for day in ((2027, 3, 31), (2027, 3, 30), (2027, 2, 28), (2026, 12, 31), (2026, 12, 30))
    ]
    assert told == [AGES[0], AGES[1], AGES[2], AGES[2], AGES[3]]
    assert age_of(None, today) == "current"


def test_sheet_and_journal_are_held_against_what_the_api_says(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(8), product_id="P", product_name="Cuota", **how)
    changed = orders.reset_index(drop=True)
    changed.loc[0, "Correo"] = "nueva@example.com"
    changed.loc[1, "Nombre"] = "Otra Persona"
    changed.loc[2, "clabe"] = "646180146400231992"
    changed.loc[3, "Cuota"] = 9.0
    changed.loc[4, "order_id"] = "ch_nobody-knows"
    changed.loc[5, "order_id"] = pd.NA
    changed = changed.drop(index=7)
    found = cp.audit_orders(changed, **how)
    told = zip(found.problems["code"], found.problems["order_id"].fillna("-"), strict=True)
    ids = orders["order_id"].tolist()
    assert set(told) == {
        ("email_differs", ids[0]), ("name_differs", ids[1]), ("clabe_differs", ids[2]), ("no_order", "-"),
        ("not_found", "ch_nobody-knows"), ("no_resident", ids[7]),
    }  # fmt: skip
    values = found.problems.set_index("code").loc["email_differs"]
    assert (values["sheet_value"], values["api_value"]) == ("nueva@example.com", "r1@example.com")
    assert {str(dtype) for dtype in found.problems.dtypes} == {"string"}
    elsewhere = sandbox.connect(journal="another.sqlite")
    prices = cp.audit_orders(orders.assign(Cuota=1500.0), connection=elsewhere, **QUIET)
    assert prices.problems["code"].tolist() == ["price_differs"] * 8, "without a journal the sheet's price counts"
    elsewhere.close()


def test_two_open_orders_for_one_resident_and_a_renewed_one(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    first = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how)
    dearer = residents(1).assign(Cuota=1777.0)
    again = cp.create_orders(dearer, product_id="P", product_name="Cuota", on_change="resend", **how)
    found = cp.audit_orders(first, **how)
    told = found.problems[found.problems["code"] == "two_open_orders"]
    assert set(told["order_id"]) == {first["order_id"].iloc[0], again["order_id"].iloc[0]}
    sandbox.pay(again["order_id"].iloc[0])
    sandbox.advance(timedelta(days=40))
    settled = cp.audit_orders(first, **how)
    assert settled.problems["order_id"].tolist() == [first["order_id"].iloc[1]], "the other one was paid in its place"
    assert len(settled.messages()) == 1


def test_a_sheet_of_residents_finds_its_orders_in_the_journal(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    for product in ("A", "B"):
        cp.create_orders(residents(3), product_id=product, product_name=f"Cuota {product}", id_prefix="ALA-", **how)
    both = cp.audit_orders(residents(4), id_prefix="ALA-", **how)
    assert both.summary["orders"].to_dict() == {"PENDING": 6} and both.problems["code"].tolist() == ["no_order"]
    assert int(cp.audit_orders(residents(3), id_prefix="ALA-", product_id="B", **how).summary["orders"].sum()) == 3
    everything = cp.audit_orders(**how)
    assert int(everything.summary["orders"].sum()) == 6 and everything.source.sha256 is None
    listed = cp.audit_orders(everything.orders["order_id"].tolist()[:2], **how)
    assert int(listed.summary["orders"].sum()) == 2 and listed.ok


def test_an_order_id_that_is_none_is_not_found_and_a_repeated_row_counts_once(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how).reset_index(drop=True)
    table = pd.concat([orders, orders.head(1), orders.tail(1).assign(order_id="#REF!")], ignore_index=True)
    found = cp.audit_orders(table, **how)
    assert int(found.summary["orders"].sum()) == 2 and found.summary["amount"].sum() == 3003.0
    assert found.problems["code"].tolist() == ["not_found"] and found.problems["sheet_value"].tolist() == ["#REF!"]
    assert found.by("Nota")["amount"].tolist() == [3003.0] and len(found.messages()) == 2


def test_an_audit_that_was_stopped_says_how_many_orders_it_did_not_read(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(6), product_id="P", product_name="Cuota", **how)
    sandbox.server.fail_next("401", n=50, match=orders["order_id"].iloc[3])
    found = cp.audit_orders(orders, connection=sandbox.connect(concurrency=1), **QUIET)
    assert found.stopped == "wrong_key" and found.unread == 3 and not found.ok
    assert int(found.summary["orders"].sum()) == 3 and "NOT read: 3" in str(found)


def test_letters_are_held_back_where_a_strangers_data_could_get_in(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(3), product_id="P", product_name="Cuota", **how).reset_index(drop=True)
    orders.loc[0, "Correo"] = "nueva@example.com"
    texts = cp.audit_orders(orders, **how).messages()
    assert texts["hold"].tolist()[0] == "email_differs" and texts["text"].isna().tolist() == [True, False, False]
    own = cp.audit_orders(orders, **how).messages("{name}: {amount}, CLABE {clabe}, {due}", lang="es")
    assert own["text"][1].startswith("Residente Número 2: $1,502.00, CLABE 646 180 ")
    assert own["amount"].tolist() == [1501.0, 1502.0, 1503.0]
    with pytest.raises(ValueError, match=r"phone.*\{name\}"):
        cp.audit_orders(orders, **how).messages("{phone}")
    with pytest.raises(ValueError, match="template"):
        cp.audit_orders(orders, **how).messages("{name.__class__}")


def test_views_say_nothing_of_people_and_escape_what_they_show(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how).reset_index(drop=True)
    orders.loc[0, "Nombre"] = "<script>alert(1)</script>"
    found = cp.audit_orders(orders, **how)
    assert "Residente" not in repr(found) and "@" not in repr(found)
    assert "<script>" not in found._repr_html_() and "&lt;script&gt;" in found._repr_html_()


def test_tariffs_round_half_a_centavo_up():
    assert Tariff().fee(150_00) == 10_25 and Tariff().fee(12_56) == 8_19
    assert Tariff(Decimal("8"), Decimal("0.015")).fee(33) == 8_00 + 0 + (1 if 33 * 0.015 >= 0.5 else 0)


def test_what_is_in_another_currency_is_neither_added_up_nor_asked_for(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(3), product_id="P", product_name="Cuota", price=100, **how)
    books = sandbox.server._desk._ledgers["test"].orders
    for order_id, currency in zip(orders["order_id"], ("USD", "MXN", "mxn"), strict=True):
        books[order_id] = replace(books[order_id], currency=currency)
    audit = cp.audit_orders(orders, **how)
    assert audit.problems["code"].tolist() == ["currency"] and "USD" in audit.problems["message"].iloc[0]
    assert audit.summary["amount"].sum() == sum(orders["order_price"].iloc[1:])
    assert orders["order_id"].iloc[0] not in str(audit.messages())
    assert set(audit.messages()["customer_id"]) == set(audit.orders["Referencia"].iloc[1:])


def test_a_sheet_with_an_exact_repeat_says_so_and_counts_its_order_once(sandbox, residents):
    how = {"connection": sandbox.connection, **QUIET}
    sheet = residents(3)
    cp.create_orders(sheet, product_id="P", product_name="Cuota", **how)
    audit = cp.audit_orders(pd.concat([sheet, sheet.iloc[[1]]], ignore_index=True), **how)
    assert audit.problems["code"].tolist() == ["repeated_row"]
    assert audit.summary["orders"].sum() == 3


@pytest.mark.parametrize("clabe", ["6.46E+17", 6.46180146400022e17, "6.46180146400022e+17"])
def test_a_clabe_that_lost_its_digits_is_named(sandbox, residents, clabe):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how)
    spoilt = orders.assign(clabe=[clabe, orders["clabe"].iloc[1]])
    [problem] = cp.audit_orders(spoilt, **how).problems.to_dict("records")
    assert (problem["code"], problem["api_value"]) == ("precision_lost", orders["clabe"].iloc[0])
    assert problem["sheet_value"].upper().startswith("6.46") and problem["api_value"] in problem["message"]


def test_many_orders_that_ran_out_are_one_line_and_three_are_three():
    def told(number: int) -> list[str]:
        troubles = [AuditProblem(f"ch_{n}", "expired_unpaid", api="$1.00", place=f"A{n}") for n in range(number)]
        return [sentence for sentence, _ in gathered([*troubles, AuditProblem("ch_x", "not_found")], "es")]

    assert len(told(3)) == 4
    assert told(29)[0].startswith("29 órdenes vencieron sin pagarse; están en la hoja «Adeudos»") and len(told(29)) == 2
