"""Money, value by value: what is read, what is refused, and how little may be off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from compropago_bulk.values import parse_money


def told(value, **how):
    parsed = parse_money(value, **how)
    return parsed.value, [finding.code for finding in parsed.findings]


@pytest.mark.parametrize("value", [1500.005, 1500.009, 1500.001, 0.001, 1499.995, Decimal("1500.001"), 1500.000_01])
def test_an_amount_with_a_third_decimal_is_bad_and_never_rounded(value):
    assert told(value) == (None, ["bad_price"])


@pytest.mark.parametrize(
    ("value", "amount"),
    [(0.1 + 0.2, "0.30"), (1.1 * 3, "3.30"), (1500.1 + 0.2, "1500.30"), (4.35 * 100, "435.00"), (0.07 * 100, "7.00")],
)
def test_the_dust_of_binary_fractions_is_no_third_decimal(value, amount):
    assert told(value) == (Decimal(amount), [])


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("1500", "1500"), ("1,500", "1500"), ("1,500.50", "1500.5"), ("$1,500.5", "1500.5"), ("1500 MXN", "1500"),
        ("MXN 1500.00", "1500"), ("1500 M.N.", "1500"), ("1500 pesos", "1500"), ("1.500,50", "1500.5"),
        ("0.01", "0.01"),
        (1, "1"), (0.01, "0.01"), (999_999_999_999, "999999999999"), (Decimal("1500.10"), "1500.1"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(value, amount):
    assert told(value) == (Decimal(amount), [])


@pytest.mark.parametrize(
    "value",
    ["1.500", "1,50", "1,5000", "15,00,000", "-5", "0", "0.00", "0.005", "USD 5", "5 usd", "mil", "1e3",
     "1500.001", 0, 0.0, -1, -0.01, 0.004, float("inf"), 10**12, 1e300, True, "1.500,555"],
)  # fmt: skip
def test_what_is_ambiguous_foreign_or_nothing_is_bad(value):
    assert told(value) == (None, ["bad_price"])


@pytest.mark.parametrize(
    ("text", "amount"), [("1.500", "1500"), ("1500,5", "1500.5"), ("1.500,50", "1500.5"), ("12,34", "12.34")]
)
def test_a_file_with_decimal_commas_is_read_by_its_own_rule(text, amount):
    assert told(text, decimal_comma=True) == (Decimal(amount), [])


def test_blanks_and_error_cells_are_what_they_are():
    assert told(None) == told("") == told(" \u200b") == told(float("nan")) == (None, [])
    assert told("#REF!") == (None, ["error_cell"])
    assert told("x", code="bad_amount") == told(float("inf"), code="bad_amount") == (None, ["bad_amount"])
