"""A walk through every Spanish screen of the wizard: no English word and no code on any of them."""

from __future__ import annotations

import re
import shutil
from html import unescape

import compropago_bulk as cp
import pytest
from compropago_bulk.notebook.session import Session
from compropago_bulk.notebook.wizard import Wizard
from compropago_bulk.texts import say

from ..support.spanish import faults

MARKUP = re.compile(r"<style>.*?</style>|<pre.*?</pre>|<script.*?</script>|<[^>]+>", re.DOTALL)


class Walk:
    """A hand that reads all that it sees, and remembers what is none of a Spanish screen."""

    def __init__(self, hand, wizard):
        self.hand, self.folder, self.found, self.screens = hand(wizard), wizard.session.folder, {}, 0

    def look(self, what: str) -> None:
        self.screens += 1
        texts = [self.hand.text()]
        for widget in self.hand.widgets():
            texts += [str(getattr(widget, name, "") or "") for name in ("description", "placeholder", "tooltip")]
            texts += [str(label) for label in getattr(widget, "_options_labels", ())]
            if type(widget).__name__ == "Textarea" and widget is not self.hand.wizard._code:
                texts.append(widget.value)
        for text in texts:
            words = faults(unescape(MARKUP.sub(" ", text)).replace(str(self.folder), ""))
            if words:
                self.found.setdefault(what, []).extend(words)

    def press(self, code: str, **values) -> None:
        self.hand.press(say("wizard", code, "es", **values))
        self.look(f"{self.hand.wizard.at} after {code}")

    def fill(self, code: str, value) -> None:
        self.hand.fill(say("wizard", code, "es"), value)
        self.look(f"{self.hand.wizard.at} with {code}={value}")

    def send(self, rows: int) -> None:
        self.press("start_test", requests=rows)
        self.hand.wait_for_the_result()
        self.look("the result")


@pytest.fixture
def walk(hand, sample, tmp_path, monkeypatch):
    """Give a function that opens the wizard in Spanish."""
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    return lambda connection=None: Walk(hand, Wizard(Session(connection, tmp_path), background=lambda do: do()))


def to_the_sending(one: Walk, operation: str, **values: str) -> None:
    one.look("the file")
    one.fill("file_in_folder", "residentes.xlsx")
    one.press("next")
    one.press("next")
    one.fill("what_for", operation)
    for code, value in values.items():
        one.fill(code, value)
    one.press("do_check")
    one.press("next")


COBRO = {"ask_product_id": "MTTO-11", "ask_product_name": "Noviembre", "ask_price": "1500"}


def test_from_the_file_over_a_pilot_to_the_list_of_clabes(walk, sandbox, tmp_path):
    shutil.copy(tmp_path / "residentes.xlsx", tmp_path / "residentes-clabes.xlsx")
    one = walk(sandbox.connection)
    to_the_sending(one, "createClabe")
    one.fill("ask_limit", "100")
    one.send(100)
    one.press("send_the_rest", rows=22)
    one.send(22)
    one.fill("show_personal", True)
    one.press("make_csv")
    one.press("back")
    assert one.found == {} and one.screens > 14


def test_what_is_missing_and_what_is_mended(walk, sandbox, tmp_path):
    one = walk(sandbox.connection)
    to_the_sending(one, "createAccount", ask_account_name="Alamedas")
    one.press("back")
    one.press("make_marked")
    one.fill("remember_name", "Las Alamedas")
    one.press("remember")
    assert (tmp_path / "las-alamedas.toml").exists() and one.found == {}


def test_where_keys_come_from_and_what_a_live_sending_asks(walk, sandbox):
    one = walk()
    to_the_sending(one, "createClabe")
    one.fill("which_keys", "typed")
    one.fill("which_keys", "sandbox")
    live = walk(sandbox.live_connection)
    to_the_sending(live, "createClabe")
    assert one.found == live.found == {}


def test_orders_that_look_as_if_they_had_gone_out_and_who_has_paid(walk, sandbox):
    one = walk(sandbox.connection)
    to_the_sending(one, "orders", **COBRO)
    one.send(122)
    again = walk(sandbox.connection)
    to_the_sending(again, "orders", **COBRO | {"ask_product_id": "MTTO 11"})
    again.press("asked_leave")
    assert one.found == again.found == {}


def test_who_has_paid_on_the_practice(walk):
    one = walk()
    to_the_sending(one, "orders", **COBRO)
    one.hand.wizard.session.use_sandbox()
    one.hand.wizard.session.connection.rate = 5_000
    one.hand.wizard.go("send")
    one.send(122)
    one.press("paid_open")
    one.press("paid_look")
    one.press("paid_pay")
    for _ in range(6):
        one.press("paid_week")
    one.fill("paid_whom", 0)
    one.press("paid_page")
    one.press("paid_csv")
    assert one.found == {}


def test_the_statement_where_the_edition_has_it(walk, tmp_path):
    with cp.sandbox(rate=5_000, contract="2019-08") as place:
        how = {"account_name": "Alamedas", "reference": "ALA", "on_change": "resend", "progress": False}
        sheet = [{"Depto": "101", "Nombre": "Ana Ríos", "Correo": "a@example.com", "Cuota": 1500.0}]
        made = cp.create_accounts(sheet, connection=place.connection, **how)
        place.deposit(made["clabe"].iloc[0], 1500)
        cp.export_excel(made, tmp_path / "cuentas.xlsx")
        one = walk(place.connection)
        one.fill("file_in_folder", "cuentas.xlsx")
        one.press("next")
        one.press("next")
        one.press("paid_open")
        one.press("paid_state")
        assert one.found == {}
