"""Texts that respect people: who is not written to, why, and what else they owe."""

from __future__ import annotations

import signal
from datetime import timedelta

import compropago_bulk as cp
import pandas as pd
import pytest

from .conftest import QUIET, flats

MAY = {"product_id": "MAY", "product_name": "Mayo", **QUIET}
JUNE = {"product_id": "JUN", "product_name": "Junio", **QUIET}


@pytest.fixture
def box():
    with cp.sandbox(rate=5_000) as opened:
        yield opened


def texts_of(box, sheet, **more):
    cp.create_orders(sheet, connection=box.connection, **MAY)
    return cp.audit_orders(sheet, connection=box.connection, **QUIET).messages(**more).set_index("customer_id")


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Observaciones", "No contactar"), ("Notas", "NO MOLESTAR por favor"), ("Estatus", "En jurídico"),
        ("Comentarios", "jurídico"), ("No contactar", "x"), ("No contactar", True), ("Notes", "Do not contact"),
    ],
)  # fmt: skip
def test_a_mark_of_the_sheet_keeps_the_text_back(box, header, word):
    texts = texts_of(box, flats(3).assign(**{header: [word, None, None]}))
    assert texts["hold"].fillna("").tolist() == ["do_not_contact", "", ""]
    assert texts["text"].notna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Observaciones", "No debe nada de agua"),
        ("No contactar", "no"),
        ("Notas", "Contactar al hijo"),
        ("Notas", "Jura que pagó"),
    ],
)
def test_other_words_keep_nothing_back(box, header, word):
    texts = texts_of(box, flats(2).assign(**{header: [word, None]}))
    assert texts["hold"].isna().all() and texts["text"].notna().all()


@pytest.mark.parametrize(
    "skip", [["000002"], "000002", ["R1@example.com"], ["102"], pd.Series(["000002"]), ["Residente Número 1"]]
)
def test_whom_a_person_skips_is_not_written_to(box, skip):
    texts = texts_of(box, flats(3), skip=skip)
    assert texts["hold"].notna().tolist() == [False, True, False] and texts.loc["000002", "hold"] == "do_not_contact"


def test_debts_of_other_months_stand_in_a_note_beside_the_text(box):
    sheet = flats(3)
    may = cp.create_orders(sheet, connection=box.connection, **MAY)
    box.pay(may["order_id"].iloc[0])
    cp.verify_orders(may, connection=box.connection, **QUIET)
    june = cp.create_orders(sheet, connection=box.connection, **JUNE)
    audit = cp.audit_orders(june, connection=box.connection, **QUIET)
    texts = audit.messages(lang="en").set_index("customer_id")
    assert texts["note"].isna().tolist() == [True, False, False]
    assert "1 unpaid" in texts.loc["000002", "note"] and "$1,500.37" in texts.loc["000002", "note"]
    pd.testing.assert_frame_equal(
        cp.audit(audit.id, connection=box.connection).messages(lang="en"), audit.messages(lang="en")
    )


def test_the_former_residents_debts_are_not_in_the_successors_note(box):
    sheet = flats(1)
    cp.create_orders(sheet, connection=box.connection, **MAY)
    june = cp.create_orders(sheet.assign(Nombre="Sucesora", Correo="s@example.com"), connection=box.connection, **JUNE)
    texts = cp.audit_orders(june, connection=box.connection, **QUIET).messages()
    assert texts["note"].isna().all()


# renewals


def test_an_order_that_was_paid_unseen_is_not_renewed(box):
    sheet = flats(3)
    orders = cp.create_orders(sheet, connection=box.connection, **MAY)
    box.pay(orders["order_id"].iloc[0])
    box.advance(timedelta(days=40))
    again = cp.create_orders(sheet, renew_expired=True, connection=box.connection, **MAY)
    assert again["outcome"].tolist() == ["existing", "created", "created"]
    assert len(box.server.ledger.orders) == 5


def test_a_dry_run_of_a_renewal_asks_nothing(box):
    sheet = flats(2)
    cp.create_orders(sheet, connection=box.connection, **MAY)
    box.advance(timedelta(days=40))
    before = len(box.server.log)
    cp.create_orders(sheet, renew_expired=True, dry_run=True, connection=box.connection, **MAY)
    assert len(box.server.log) == before


def test_an_order_whose_time_has_passed_is_not_shown_as_pending_without_a_word(box):
    sheet = flats(2)
    cp.create_orders(sheet, connection=box.connection, **MAY)
    assert cp.create_orders(sheet, connection=box.connection, **MAY)["error_code"].isna().all()
    box.advance(timedelta(days=40))
    again = cp.create_orders(sheet, connection=box.connection, **MAY)
    assert set(again["outcome"]) == {"existing"} and set(again["error_code"]) == {"time_passed"}
    assert again["error"].str.contains("who has paid").all()
    seen = cp.verify_orders(again, connection=box.connection, **QUIET)
    assert set(seen["status"]) == {"EXPIRED"} and seen["error_code"].isna().all()


def test_who_stops_the_look_before_a_renewal_stops_all_of_it(box):
    sheet = flats(30)
    cp.create_orders(sheet, connection=box.connection, **MAY)
    box.advance(timedelta(days=40))
    pressed = []

    def tell(told):
        if told.done >= 3 and not pressed:
            pressed.append(told.done)
            signal.raise_signal(signal.SIGINT)

    box.connection.rate = 50
    new = pd.concat([sheet, flats(40).iloc[30:]], ignore_index=True)
    again = cp.create_orders(new, renew_expired=True, connection=box.connection, **{**MAY, "progress": tell})
    assert pressed and again.attrs["compropago"]["stopped"] == "interrupted"
    assert len(again) == 40 and "created" not in set(again["outcome"]) and len(box.server.ledger.orders) == 30
