"""One value at a time: what stands in a cell, and what is taken from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest
from compropago_bulk import values as v
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_700_000_000


def told(taken):
    return taken.value, [one.code for one in taken.findings]


IDENTIFIERS = [
    ("000124", "000124", []),
    (" DEP-0012\u200b ", "DEP-0012", []),
    (153.0, "153", []),
    (153, "153", []),
    (None, None, []),
    (float("nan"), None, []),
    (pd.NA, None, []),
    (6.46180146400219e17, None, ["precision_lost"]),
    (1234567890123456, None, ["precision_lost"]),
    ("6.4618E+17", None, ["precision_lost"]),
    ("12E5", "12E5", []),
    (datetime(2026, 1, 3), None, ["precision_lost"]),
    ("#REF!", None, ["error_cell"]),
    ("#N/D", None, ["error_cell"]),
    ("NA", "NA", []),
    ("=1+1", "=1+1", ["formula_like_text"]),
]


@pytest.mark.parametrize(("given_", "value", "codes"), IDENTIFIERS, ids=lambda one: repr(one)[:20])
def test_an_identifier_is_text_as_displayed_or_refused(given_, value, codes):
    assert told(v.parse_identifier(given_)) == (value, codes)


EMAILS = [
    ("ana@example.com", "ana@example.com", []),
    (" Ana@Example.com\xa0", "Ana@Example.com", []),
    ("mailto:ana@example.com", "ana@example.com", []),
    ("Ana Ruiz <ana@example.com>", "ana@example.com", []),
    ("ana@example.com; luis@example.com", "ana@example.com", ["extra_emails"]),
    ("ana@example.com y luis@example.com", "ana@example.com", ["extra_emails"]),
    ("ana@example,com", None, ["bad_email"]),
    ("ana @example.com", None, ["bad_email"]),
    ("ana.example.com", None, ["bad_email"]),
    ("ana@", None, ["bad_email"]),
]


@pytest.mark.parametrize(("text", "value", "codes"), EMAILS, ids=lambda one: repr(one)[:25])
def test_an_email_is_the_first_one_and_never_repaired(text, value, codes):
    assert told(v.parse_email(text)) == (value, codes)


PHONES = [
    "5500001234", "55 0000 1234", "(55) 0000-1234", "+52 55 0000 1234", "+52 1 55 0000 1234", "044 55 0000 1234",
    "045 5500001234", "01 55 0000 1234", "0052 5500001234", "521 5500001234", "55.0000.1234", 5500001234, 5500001234.0,
    "Cel. 55 0000 1234", "5500001234.0",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES, ids=str)
def test_a_mexican_phone_is_ten_national_digits(phone):
    assert told(v.parse_phone(phone)) == ("5500001234", [])


@pytest.mark.parametrize("phone", ["55 1234 567", "+1 415 555 0100", "0123456789", "no sé", "5.51235E+09"])
def test_another_phone_is_named_and_left_out(phone):
    assert told(v.parse_phone(phone)) == (None, ["bad_phone"])


def test_several_phones_and_extensions_are_named():
    assert told(v.parse_phone("5500001234 / 5500005678")) == ("5500001234", ["extra_phones"])
    assert told(v.parse_phone("5500001234 ext. 12")) == ("5500001234", ["phone_extension"])


MONEY = [
    ("1,500.00", "1500.00"), ("$1,234.50 M.N.", "1234.50"), ("MXN 900", "900.00"), (1850.5, "1850.50"),
    (1500, "1500.00"), ("1.500,00", "1500.00"), ("1.500", None), ("0", None), ("-5", None), ("12.345", None),
    ("USD 5", None), (True, None), ("1025,50", None), (float("inf"), None), ("mil", None),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "value"), MONEY, ids=lambda one: repr(one)[:20])
def test_money_is_read_the_mexican_way_or_refused(given_, value):
    taken = v.parse_money(given_)
    assert taken.value == (None if value is None else Decimal(value))


def test_in_a_file_of_semicolons_a_comma_is_decimal():
    assert v.parse_money("1025,50", decimal_comma=True).value == Decimal("1025.50")


@pytest.mark.parametrize(
    "day",
    ["31/12/2026", "2026-12-31", date(2026, 12, 31), pd.Timestamp("2026-12-31"), "31 de diciembre de 2026", 46387],
)
def test_a_day_means_its_last_second_in_mexico_city(day):
    assert v.parse_date(day, NOW).value == 1798783199


def test_a_date_that_has_passed_or_is_none_is_refused():
    assert told(v.parse_date("31/12/2020", NOW)) == (None, ["past_date"])
    assert told(v.parse_date("31/31/2030", NOW)) == (None, ["bad_date"])


def test_a_clabe_holds_by_its_digit_and_its_bank():
    assert v.is_valid_clabe("646180146400219781") and v.bank_of("646180146400219781") == "STP"
    assert not v.is_valid_clabe("646180146400219782") and not v.is_valid_clabe("000000000000000000")
    assert v.bank_of("000000000000000000") is None


ANYTHING = st.one_of(
    st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.binary(), st.decimals(), st.datetimes(),
    st.lists(st.integers(), max_size=2), st.just(pd.NaT), st.just(pd.NA),
)  # fmt: skip


@given(ANYTHING)
def test_nothing_that_stands_in_a_cell_makes_a_reader_stumble(value):
    for take in (
        v.parse_identifier,
        v.parse_email,
        v.parse_phone,
        v.parse_money,
        v.parse_text,
        v.parse_url,
        v.parse_order_id,
    ):
        taken = take(value)
        assert taken.value is None or isinstance(taken.value, str | Decimal)
    v.parse_name([value, value])
    v.parse_date(value, NOW)
    v.shown(value)
