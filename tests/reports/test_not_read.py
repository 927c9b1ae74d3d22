"""What was not read is not owed, and whose debt it is."""

from __future__ import annotations

from datetime import timedelta

import compropago_bulk as cp
import pandas as pd
import pytest

MAY = {"product_id": "MAY", "product_name": "Mayo", "progress": False}


def flats(count):
    numbers = range(count)
    return pd.DataFrame(
        {
            "Referencia": [f"{number:04d}" for number in numbers],
            "Nombre": [f"Vecina {number}" for number in numbers],
            "Correo": [f"n{number}@example.com" for number in numbers],
            "Cuota": [1000.0 + number for number in numbers],
        }
    )


@pytest.fixture
def box():
    with cp.sandbox(rate=5000, timeout=30) as opened:
        yield opened


def renewed_and_paid(box, paid=2):
    """Let all orders of a sheet expire, renew the first ones, and have these paid."""
    sheet = flats(6)
    table = cp.create_orders(sheet, connection=box.connection, **MAY)
    box.advance(timedelta(days=10))
    cp.verify_orders(table, connection=box.connection, progress=False)
    renewed = cp.create_orders(sheet.iloc[:paid], renew_expired=True, connection=box.connection, **MAY)
    for order in renewed["order_id"]:
        box.pay(order)
    return table, renewed


def test_a_renewed_order_that_could_not_be_read_is_not_owed_and_its_resident_not_written_to(box):
    table, renewed = renewed_and_paid(box)
    box.server.fail_next("400", 1, match=renewed["order_id"].iloc[0])
    audit = cp.audit_orders(table, connection=box.connection, progress=False)
    texts = audit.messages().set_index("customer_id")
    assert audit.unread == 1 and not audit.ok
    assert any(note.startswith("unread: ") and renewed["order_id"].iloc[0] in note for note in audit.notes)
    assert texts.loc["0000", "hold"] == "unread" and pd.isna(texts.loc["0000", "text"])
    assert "0001" not in texts.index
    assert sorted(texts.index[texts["text"].notna()]) == ["0002", "0003", "0004", "0005"]
    unpaid = set(audit.problems.loc[audit.problems["code"] == "expired_unpaid", "order_id"])
    assert unpaid == set(table["order_id"].iloc[2:])


def test_an_audit_that_stopped_asks_nobody_who_may_have_paid_through_another_order(box, monkeypatch):
    from compropago_bulk.reports import build_audit

    table, _ = renewed_and_paid(box)
    read = build_audit.operate

    def stops_after_four(name, frame, options):
        found = read(name, frame, options)
        found.iloc[4:, found.columns.get_loc("outcome")] = "not_sent"
        found.attrs["compropago"]["stopped"] = "interrupted"
        return found

    monkeypatch.setattr(build_audit, "operate", stops_after_four)
    audit = cp.audit_orders(table, connection=box.connection, progress=False)
    texts = audit.messages().set_index("customer_id")
    assert audit.stopped == "interrupted" and audit.unread == 4  # two at the end, two renewed ones
    assert sorted(texts.index[texts["text"].notna()]) == ["0002", "0003"]
    assert set(texts.loc[["0000", "0001", "0004", "0005"], "hold"]) == {"unread"}
    kept = cp.audits(box.connection).iloc[-1]
    assert (kept["stopped"], kept["unread"]) == ("interrupted", 4)


def test_only_an_audit_that_read_every_order_is_the_base_of_a_day(box):
    table, renewed = renewed_and_paid(box)
    whole = cp.audit_orders(table, connection=box.connection, progress=False)
    box.server.fail_next("400", 1, match=renewed["order_id"].iloc[0])
    partial = cp.audit_orders(table, connection=box.connection, progress=False)
    kept = cp.audits(box.connection)
    assert kept["unread"].tolist() == [0, 1] and kept["stopped"].isna().all()
    assert partial.unread == 1
    assert cp.audit_as_of(partial.made_at.date(), connection=box.connection).id == whole.id


def test_a_successor_is_not_asked_for_the_former_residents_debt(box):
    sheet = flats(1)
    cp.create_orders(sheet, connection=box.connection, **MAY)
    box.advance(timedelta(days=31))
    successor = sheet.assign(Nombre="Sucesora", Correo="s@example.com")
    june = {"product_id": "JUN", "product_name": "Junio", "progress": False}
    cp.create_orders(successor, connection=box.connection, **june)
    texts = cp.audit_orders(connection=box.connection, progress=False).messages().set_index("name")
    assert texts.loc["Vecina 0", "hold"] == "resident_changed" and pd.isna(texts.loc["Vecina 0", "text"])
    assert pd.isna(texts.loc["Sucesora", "hold"]) and texts.loc["Sucesora", "amount"] == 1000.0
    assert "Mayo" not in texts.loc["Sucesora", "text"]


def test_one_resident_with_two_debts_still_has_one_text(box):
    sheet = flats(2)
    for product, name in (("MAY", "Mayo"), ("JUN", "Junio")):
        given = {"product_id": product, "product_name": name, "progress": False}
        cp.create_orders(sheet, connection=box.connection, **given)
    texts = cp.audit_orders(connection=box.connection, progress=False).messages()
    assert texts["orders"].tolist() == [2, 2] and texts["hold"].isna().all() and texts["text"].notna().all()
