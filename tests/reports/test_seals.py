"""Kept reports are sealed: what is changed, taken away or put in afterwards shows from there on."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from datetime import date, datetime, timedelta

import compropago_bulk as cp
import openpyxl
import pandas as pd
import pytest
from compropago_bulk.cli import main
from compropago_bulk.reports.amounts import beginning, end, read_when

from .conftest import QUIET, flats

MOVED_DAY = "UPDATE compropago_audits SET made_at=made_at+1000 WHERE id=?"
LAST_LOOK = "DELETE FROM compropago_observations WHERE id=(SELECT max(id) FROM compropago_observations)"
HOW = {"product_id": "P", "product_name": "Cuota", **QUIET}


@pytest.fixture
def kept():
    """Give a sandbox with four audits, and a way to its journal's rows."""
    with cp.sandbox(rate=5_000) as place:
        orders = cp.create_orders(flats(4), connection=place.connection, **HOW)
        audits = []
        for day in range(4):
            place.pay(orders["order_id"].iloc[day])
            place.advance(timedelta(days=1))
            audits.append(cp.audit_orders(orders, connection=place.connection, **QUIET))
        yield place, audits


def tamper(place, *statements):
    with closing(sqlite3.connect(place.connection.journal)) as rows:
        for statement, values in statements:
            rows.execute(statement, values)
        rows.commit()


def payload_of(place, number):
    with closing(sqlite3.connect(place.connection.journal)) as rows:
        return zlib.decompress(
            rows.execute("SELECT payload FROM compropago_audits WHERE id=?", (number,)).fetchone()[0]
        )


def intact(place):
    return cp.audits(place.connection)["intact"].tolist()


def test_what_nobody_touched_is_intact_and_its_seal_is_in_the_report(kept, capsys, tmp_path):
    place, audits = kept
    listed = cp.audits(place.connection)
    assert listed["intact"].tolist() == [True] * 4 and listed["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert listed["sha256"].tolist() == [audit.seal for audit in audits] and listed["sha256"].is_unique
    assert audits[0].to_dict()["sha256"] == audits[0].seal
    book = audits[0].export_excel(tmp_path / "a.xlsx", lang="en")
    footers = [page.oddFooter.left.text or "" for page in openpyxl.load_workbook(book)]
    assert any(audits[0].seal[:16] in text for text in footers)
    assert main(["journal", "check", "--journal", str(place.connection.journal)]) == 0


def edited(place, number, before, after):
    changed = payload_of(place, number).replace(before, after)
    assert changed != payload_of(place, number)
    return "UPDATE compropago_audits SET payload=? WHERE id=?", (zlib.compress(changed), number)


@pytest.mark.parametrize(
    ("deed", "wanted"),
    [
        (lambda place, ids: edited(place, ids[1], b"PENDING", b"ACCEPTED"), [True, False, False, False]),
        (lambda place, ids: edited(place, ids[1], b"1500.37", b"1500.38"), [True, False, False, False]),
        (lambda place, ids: edited(place, ids[3], b'"version"', b'"versio"'), [True, True, True, False]),
        (lambda _, ids: (MOVED_DAY, ids[2:3]), [True, True, False, False]),
        (lambda _, ids: ("UPDATE compropago_audits SET source_sha256='x' WHERE id=?", (ids[0],)), [False] * 4),
        (lambda _, ids: ("UPDATE compropago_audits SET payload='?' WHERE id=?", (ids[2],)), [True, True, False, False]),
        (lambda _, ids: ("UPDATE compropago_audits SET seal=NULL WHERE id=?", (ids[1],)), [True, False, False, False]),
        (lambda _, ids: ("DELETE FROM compropago_audits WHERE id=?", (ids[1],)), [True, False, False]),
        (lambda _, ids: ("DELETE FROM compropago_audits WHERE id=?", (ids[0],)), [False, False, False]),
        (
            lambda *_: (LAST_LOOK, ()),
            [True, True, True, False],
        ),
        (
            lambda *_: ("UPDATE compropago_observations SET order_price=1 WHERE id=1", ()),
            [False] * 4,
        ),
    ],
)  # fmt: skip
def test_what_was_changed_or_taken_away_shows_from_there_on(kept, deed, wanted, capsys):
    place, audits = kept
    tamper(place, deed(place, [audit.id for audit in audits]))
    assert intact(place) == wanted
    assert main(["journal", "check", "--journal", str(place.connection.journal)]) == 1
    assert "report" in capsys.readouterr().out.lower()


@pytest.mark.parametrize("seal", [None, "copied"])
def test_what_was_put_in_shows(kept, seal, capsys):
    place, audits = kept
    copy = "INSERT INTO compropago_audits (scope, kind, made_at, source_sha256, payload, seal, previous, looks) "
    copy += "SELECT scope, kind, made_at+1, source_sha256, payload, ?, seal, looks FROM compropago_audits WHERE id=?"
    tamper(place, (copy, (audits[3].seal if seal else None, audits[3].id)))
    assert sorted(intact(place)) == [False, True, True, True, True]


def test_the_last_one_taken_away_is_named_by_the_check_and_shows_at_the_next(kept, capsys):
    place, audits = kept
    tamper(place, ("DELETE FROM compropago_audits WHERE id=?", (audits[3].id,)))
    assert main(["journal", "check", "--journal", str(place.connection.journal)]) == 1
    assert audits[3].seal[:16] in capsys.readouterr().out
    cp.audit_orders(connection=place.connection, **QUIET)
    assert intact(place)[-1] is False


def test_a_report_of_an_earlier_release_has_no_seal_and_is_not_suspected(kept):
    place, _ = kept
    tamper(
        place,
        ("UPDATE compropago_audits SET seal=NULL, previous=NULL, looks=NULL", ()),
        ("DELETE FROM compropago_seals", ()),
    )
    assert cp.audits(place.connection)["intact"].isna().all()
    cp.audit_orders(connection=place.connection, **QUIET)
    assert cp.audits(place.connection)["intact"].iloc[-1]


# opening what was kept


def test_any_kept_report_opens_as_it_was_without_keys(kept, monkeypatch):
    place, audits = kept
    for name in ("COMPROPAGO_SECRET_KEY", "COMPROPAGO_PUBLIC_KEY"):
        monkeypatch.delenv(name, raising=False)
    for made in audits:
        opened = cp.audit(made.id, journal=place.connection.journal)
        assert (opened.seal, opened.made_at, opened.notes) == (made.seal, made.made_at, made.notes)
        pd.testing.assert_frame_equal(opened.orders, made.orders)
        pd.testing.assert_frame_equal(opened.messages(lang="es"), made.messages(lang="es"))
    then = cp.audit_as_of(audits[1].made_at.date(), journal=place.connection.journal)
    assert then.id == audits[1].id


def test_a_kept_statement_opens_as_it_was():
    with cp.sandbox(rate=1_000, contract="2019-08") as place:
        how = {"connection": place.connection, **QUIET}
        made = cp.create_accounts(
            flats(2).drop(columns="Referencia"), account_name="A", reference="ALA", on_change="resend", **how
        )
        place.deposit(made["clabe"].iloc[0], 1500)
        told = cp.statement(made, "ALA", **how)
        opened = cp.audit(told.id, connection=place.connection)
        assert isinstance(opened, cp.Statement) and opened.seal == told.seal
        pd.testing.assert_frame_equal(opened.residents, told.residents)


@pytest.mark.parametrize("number", [0, 99, "7", None, True])
def test_a_number_under_which_nothing_is_kept_says_so(kept, number):
    with pytest.raises(ValueError, match=r"cp\.audits\(\)"):
        cp.audit(number, connection=kept[0].connection)


def test_a_report_that_is_not_intact_says_so_when_it_is_opened(kept):
    place, audits = kept
    tamper(place, edited(place, audits[1].id, b"1500.37", b"1500.38"))
    assert any(note.startswith("not_intact: ") for note in cp.audit(audits[2].id, connection=place.connection).notes)
    assert not any(
        note.startswith("not_intact: ") for note in cp.audit(audits[0].id, connection=place.connection).notes
    )


def test_what_lies_under_other_keys_is_counted_and_can_be_named(kept):
    place, audits = kept
    other = cp.Connection(
        "sk_test_another", "pk_test_another", base_url=place.connection.base_url, journal=place.connection.journal
    )
    listed = cp.audits(other)
    [note] = listed.attrs["compropago_notes"]
    assert listed.empty and note.startswith("other_accounts: ") and "4 (account=" in note
    name = cp.audits(journal=place.connection.journal, connection=place.connection)["account"].iloc[0]
    assert len(cp.audits(other, account=name)) == 4
    assert cp.audit_as_of(audits[2].made_at.date(), connection=other, account=name).id == audits[2].id
    with pytest.raises(cp.ConfigurationError, match=name):
        cp.audits(other, account="nobody")


# days as people write them


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)), ("02/2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("febrero 2026", date(2026, 2, 1), date(2026, 2, 28)), ("Febrero de 2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("Feb. 2028", date(2028, 2, 1), date(2028, 2, 29)), ("December 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)), ("01/02/2026", date(2026, 2, 1), date(2026, 2, 1)),
        ("1-2-2026", date(2026, 2, 1), date(2026, 2, 1)), ("1 de febrero de 2026", date(2026, 2, 1), date(2026, 2, 1)),
        ("2026-02-01", date(2026, 2, 1), date(2026, 2, 1)), (date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1)),
        (pd.Timestamp("2026-02-01"), date(2026, 2, 1), date(2026, 2, 1)),
        (datetime(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1)),
        (pd.Period("2026-02"), date(2026, 2, 1), date(2026, 2, 28)),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text, first, last):
    assert read_when(text) == (end(last), first)


@pytest.mark.parametrize("text", ["13/14/2026", "2026-13", "31/02/2026", "frebrero 2026", "ayer", "", "02/26"])
def test_what_is_no_day_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="marzo 2026"):
        read_when(text)


def test_a_moment_stays_a_moment():
    assert read_when(pd.Timestamp("2026-02-01T00:00:01"))[1] is None
    midnight = pd.Timestamp("2026-02-01", tz="America/Mexico_City")
    assert read_when(midnight) == (beginning(date(2026, 2, 1)), None)
