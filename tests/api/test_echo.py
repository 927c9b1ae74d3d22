"""Whether an answer is about the row that was sent: `echo_mismatch`, `mode_mismatch`, and where neither is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from compropago_bulk.api.answers import inspect
from compropago_bulk.api.operations import call, operation
from compropago_bulk.model import Answer, Row

PERSON = {"name": "Ana Nuñez", "email": "ana@example.com", "customer_id": "000101", "reference": "000101"}
VALUES = {
    "createAccount": {**PERSON, "account_name": "Alamedas"},
    "createClabe": PERSON,
    "orders": {**PERSON, "product_id": "P-1", "product_name": "Noviembre", "price": Decimal("1500.50")},
    "verify": {"order_id": "ch_1/ñ"},
}
ECHO = {"email": "ana@example.com", "name": "Ana Nuñez", "customer_id": "000101", "order_price": Decimal("1500.50")}
CREATING = ("createAccount", "createClabe", "orders")


def told(endpoint, /, *, edition="2019-06", mode="test", **answer):
    sent = call(operation(endpoint, edition), Row(0, VALUES[endpoint], "key"))
    return inspect(sent, Answer(**answer), mode=mode)


@pytest.mark.parametrize("name", CREATING)
def test_an_answer_that_repeats_the_row_is_no_mismatch(name):
    assert told(name, **ECHO, test_mode=True, order_id="ch_9") is None


@pytest.mark.parametrize("name", CREATING)
def test_an_answer_that_leaves_everything_out_is_no_mismatch(name):
    assert told(name) is None


@pytest.mark.parametrize("name", CREATING)
@pytest.mark.parametrize("email", ["otra@example.com", "ana@example.org", ""])
def test_another_e_mail_is_an_echo_mismatch(name, email):
    assert told(name, **{**ECHO, "email": email}) == "echo_mismatch"
    assert told(name, email=email) == "echo_mismatch"


@pytest.mark.parametrize("name", CREATING)
@pytest.mark.parametrize("email", ["ANA@Example.com", " ana@example.com\u200b"])
def test_an_e_mail_that_only_looks_different_is_no_mismatch(name, email):
    assert told(name, email=email) is None


def test_another_e_mail_is_seen_in_the_later_edition_too():
    assert told("createAccount", edition="2019-08", email="ana@example.com") is None
    assert told("createAccount", edition="2019-08", email="otra@example.com") == "echo_mismatch"


def test_a_clabe_must_be_of_the_customer_that_it_was_asked_for():
    assert told("createClabe", customer_id="000102") == "echo_mismatch"
    assert told("createClabe", customer_id="101") == "echo_mismatch", "010 and 10 are two"
    assert told("createClabe", name="Somebody Else") is None, "a CLABE's call sends no name"


def test_an_account_must_be_of_the_person_that_it_was_asked_for():
    assert told("createAccount", name="Ana Núñez Otra") == "echo_mismatch"
    assert told("createAccount", name="ANA NUÑEZ") is None
    assert told("createAccount", customer_id="something of its own") is None


@pytest.mark.parametrize(
    ("price", "told_"),
    [
        ("1500.50", None),
        ("1500.51", "echo_mismatch"),
        ("1500.49", "echo_mismatch"),
        ("1500", "echo_mismatch"),
        ("15005.0", "echo_mismatch"),
    ],
)
def test_an_order_must_be_over_the_price_that_was_sent(price, told_):
    assert told("orders", order_price=Decimal(price)) == told_


def test_an_orders_answer_has_no_customer_id_to_compare():
    assert told("orders", customer_id="whatever", name="Whoever") is None


def test_a_look_must_be_at_the_order_that_was_asked_for():
    assert told("verify", order_id="ch_1/ñ") is told("verify") is None
    assert told("verify", order_id="ch_2") == "echo_mismatch"
    assert told("verify", order_id="ch_1/ñ", email="changed@example.com") is None, "nothing was sent to compare with"


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize(("mode", "test_mode", "code"), [
    ("test", True, None), ("live", False, None), ("test", None, None), ("live", None, None),
    ("test", False, "mode_mismatch"), ("live", True, "mode_mismatch"),
])  # fmt: skip
def test_the_mode_must_be_that_of_the_keys(name, mode, test_mode, code):
    assert told(name, mode=mode, test_mode=test_mode) == code


def test_a_wrong_mode_is_said_before_a_wrong_echo():
    assert told("orders", email="otra@example.com", test_mode=False) == "mode_mismatch"
