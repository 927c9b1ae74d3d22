"""A year in which flats change hands, orders are renewed, audits are cut short, and deposits wait or go back.

Beside the product runs a book of its own: whole centavos, flat by flat, written by what the residents did and read by
nobody but these tests.
"""

from __future__ import annotations

import signal
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.values.dates import MEXICO_CITY

from .conftest import QUIET, exact, flats

HABITS = ("on_time", "renews", "never", "late", "on_time", "renews_unpaid", "moves")
MOVED = 4
"""The month from which on the flats of `moves` have somebody else in them."""


def cents(amount) -> int:
    return int(Decimal(str(amount)) * 100)


def sheet_of(number: int, month: int) -> pd.DataFrame:
    """Return the residents of a month, with what each does about his bills."""
    sheet = flats(number)
    sheet["Hábito"] = [HABITS[place % len(HABITS)] for place in range(number)]
    moved = (sheet["Hábito"] == "moves") & (month >= MOVED)
    sheet.loc[moved, "Nombre"] = "Sucesor de " + sheet["Depto"]
    sheet.loc[moved, "Correo"] = "s" + sheet["Correo"]
    return sheet


@dataclass
class Book:
    """What each person of each flat was charged and has paid, month by month, in centavos."""

    place: object
    charged: dict = field(default_factory=dict)
    paid: dict = field(default_factory=lambda: defaultdict(int))
    renewed: int = 0

    def charge(self, made, month: int) -> None:
        for line in made.itertuples():
            self.charged[line.Nombre, line.Referencia, month] = cents(line.order_price)

    def pay(self, made, month: int, habits) -> None:
        for line in made[made["Hábito"].isin(habits)].itertuples():
            self.place.pay(line.order_id)
            self.paid[line.Nombre, line.Referencia, month] += cents(line.order_price)

    def owed(self) -> dict:
        """Return what each person owes, where it is anything."""
        owed = defaultdict(int)
        for key, amount in self.charged.items():
            owed[key[0]] += amount - self.paid[key]
        return {name: amount for name, amount in owed.items() if amount}

    def owed_months(self, name: str) -> set:
        return {key[2] for key, amount in self.charged.items() if key[0] == name and amount != self.paid[key]}


def cut_short(connection) -> cp.Audit:
    """Audit slowly, and press the stop button in the middle."""
    pressed = []

    def tell(told) -> None:
        if told.done >= 5 and not pressed:
            pressed.append(told.done)
            signal.raise_signal(signal.SIGINT)

    connection.rate, quick = 50, connection.rate
    stopped = cp.audit_orders(connection=connection, progress=tell)
    connection.rate = quick
    assert stopped.stopped == "interrupted"
    return stopped


def agrees(audit, book) -> None:
    """Hold the texts of a whole audit against the book: each debtor's own debt, and nobody else written to."""
    owed, texts = book.owed(), audit.messages(lang="es").set_index("name")
    assert audit.unread == 0 and audit.stopped is None
    assert {name: cents(exact(line["amount"])) for name, line in texts.iterrows()} == owed
    moved_out = {name for name in owed if name.startswith("Residente") and book_says_moved(book, name)}
    assert set(texts.index[texts["hold"] == "resident_changed"]) == moved_out
    assert texts.loc[texts["hold"].isna(), "text"].notna().all() and texts.loc[sorted(moved_out), "text"].isna().all()
    for name, line in texts[texts["text"].notna()].iterrows():
        assert f"{owed[name] / 100:,.2f}" in line["text"]
        told = {
            month
            for month in range(1, 13)
            if f"Mantenimiento {month}." in line["text"].replace(",", ".").replace(")", ".")
        }
        assert not told or told == book.owed_months(name)


def book_says_moved(book, name) -> bool:
    [flat] = {key[1] for key in book.charged if key[0] == name}
    return any(key[1] == flat and key[0] != name for key in book.charged)


def claims_nothing_unread(audit, book) -> None:
    """Hold an audit that did not read everything against the book: who is asked to pay owes that, or more."""
    owed, texts = book.owed(), audit.messages(lang="es")
    assert audit.unread > 0 and not audit.ok
    asked = texts[texts["text"].notna()]
    for line in asked.to_dict("records"):
        assert cents(exact(line["amount"])) == owed[line["name"]]
    assert len(asked) < len(owed) and "unread" in set(texts["hold"].dropna())


def live(place, number: int, months: int) -> Book:
    """Bill, pay, renew and audit for so many months; each whole audit must agree with the book."""
    book, how = Book(place), {"connection": place.connection, **QUIET}
    before = None
    for month in range(1, months + 1):
        sheet = sheet_of(number, month)
        bill = {"product_id": f"MTTO-{month:02d}", "product_name": f"Mantenimiento {month}", **how}
        made = cp.create_orders(sheet, **bill)
        book.charge(made, month)
        place.advance(timedelta(days=1))
        book.pay(made, month, {"on_time"})
        if before is not None:
            late, theirs = before
            again = cp.create_orders(late[late["Hábito"].str.startswith("renews")], renew_expired=True, **theirs)
            assert set(again["outcome"]) == {"created"}
            book.renewed += len(again)
            book.pay(again, month - 1, {"renews"})
        place.advance(timedelta(days=2))
        book.pay(made, month, {"late"})
        place.advance(timedelta(days=20))
        if month == 3:
            place.server.fail_next("400", 3)
            claims_nothing_unread(cp.audit_orders(**how), book)
        if month in (2, 5):
            claims_nothing_unread(cut_short(place.connection), book)
        audit = cp.audit_orders(**how)
        agrees(audit, book)
        assert int(audit.summary["orders"].sum()) == len(book.charged) + book.renewed
        the_day = cp.audit_as_of(audit.made_at.date(), connection=place.connection)
        assert the_day.id == audit.id, "the day's whole audit, not the one that was cut short"
        place.advance(timedelta(days=7))
        before = sheet, bill
    in_line(cp.ledger(connection=place.connection), cp.ledger(audit), book)
    return book


def in_line(kept, audited, book) -> None:
    """Hold the ledgers against the book: each person's charges, payments and balance, line by line and in sum."""
    owed = book.owed()
    for made in (kept, audited):
        for line in made.residents.to_dict("records"):
            own = [key for key in book.charged if key[:2] == (line["name"], line["customer_id"])]
            assert cents(exact(line["charged"])) == sum(book.charged[key] for key in own)
            assert cents(exact(line["paid"])) == sum(book.paid[key] for key in own)
            assert cents(exact(line["balance"])) == owed.get(line["name"], 0)
        assert cents(exact(made.totals["amount"]["balance"])) == sum(owed.values())
        last = made.lines.groupby(["customer_id", "name"], sort=False)["balance"].last()
        assert {name: cents(exact(amount)) for (_, name), amount in last.items() if amount} == owed
        closing = made.pivot.set_index("name")["closing"]
        assert {name: cents(exact(amount)) for name, amount in closing.items() if amount} == owed
        assert cents(exact(made.months["balance"].iloc[-1])) == sum(owed.values())
        assert cents(exact(made.payments["amount"].sum().round(2))) == sum(book.paid.values())


def test_half_a_year_of_moves_renewals_and_audits_cut_short_agrees_with_the_book():
    with cp.sandbox(rate=5_000) as place:
        book = live(place, 21, 6)
        assert book.renewed == 30 and len(book.charged) == 126


@pytest.mark.slow
def test_a_hard_year_of_300_flats_agrees_with_the_book():
    with cp.sandbox(rate=5_000) as place:
        live(place, 300, 12)


# statements


WAYS = ("paid", "pending", "returned", "rejected", "short", "over", "part_returned")


def one_month(place, made, month: int) -> dict[str, int]:
    """Let every resident do something with his money; give what truly came in, in centavos."""
    came = {}
    for position, line in enumerate(made.itertuples()):
        way, due = WAYS[(position + month) % len(WAYS)], Decimal(str(line.Cuota))
        amount = {"short": due - Decimal("0.01"), "over": due + 100}.get(way, due)
        status = way if way in {"pending", "rejected"} else "paid"
        key = place.deposit(line.clabe, amount, status=status)
        back = {"returned": amount, "part_returned": Decimal("100.10")}.get(way, Decimal(0))
        if back:
            place.advance(timedelta(minutes=1))
            place.give_back(key, back)
        came[line.clabe] = cents(amount - back) if status == "paid" else 0
    return came


def live_on_statements(place, number: int, months: int) -> None:
    """State every month upon the month before; each line must be the book's."""
    sheet = flats(number).drop(columns="Referencia")
    how = {"connection": place.connection, **QUIET}
    made = cp.create_accounts(sheet, account_name="Alamedas", reference="ALA", on_change="resend", **how)
    balance, last = dict.fromkeys(made["clabe"], 0), None
    for month in range(1, months + 1):
        since = place.server.now
        came = one_month(place, made, month)
        place.advance(timedelta(days=1))
        told = cp.statement(made, "ALA", since if last is None else None, place.server.now, opening=last, **how)
        due = dict(zip(made["clabe"], map(cents, made["Cuota"]), strict=True))
        for line in told.residents.itertuples():
            flat = line.clabe
            assert cents(exact(line.opening)) == balance[flat]
            balance[flat] += due[flat] - came[flat]
            assert (cents(exact(line.paid)), cents(exact(line.balance))) == (came[flat], balance[flat])
        codes = told.problems["code"].value_counts()
        assert set(codes.index) >= {"pending_deposit", "rejected_deposit", "returned_deposit"}
        assert cents(exact(told.residents["balance"].sum().round(2))) == sum(balance.values()) and told.ties
        last = told
        place.advance(timedelta(days=29))
    made = cp.ledger("ALA", connection=place.connection)
    assert {line.clabe: cents(exact(line.balance)) for line in made.residents.itertuples()} == balance
    assert cents(exact(made.totals["amount"]["balance"])) == sum(balance.values())
    some = cp.ledger(
        "ALA", since=(place.server.now - timedelta(days=61)).astimezone(MEXICO_CITY).date(), connection=place.connection
    )
    assert {line.clabe: cents(exact(line.balance)) for line in some.residents.itertuples()} == balance
    assert (some.lines["kind"] == "opening").any() and len(some.lines) < len(made.lines)


def test_balances_carried_over_half_a_year_of_odd_deposits_agree_with_the_book():
    with cp.sandbox(rate=5_000, contract="2019-08") as place:
        live_on_statements(place, 14, 6)


@pytest.mark.slow
def test_a_year_of_odd_deposits_of_300_flats_agrees_with_the_book():
    with cp.sandbox(rate=5_000, contract="2019-08") as place:
        live_on_statements(place, 300, 12)
