"""Centavos and days: what is half is rounded up, and a day lasts until its last millisecond."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest
from compropago_bulk.reports.amounts import (
    add_up,
    beginning,
    day_of,
    end,
    exact,
    milliseconds_of,
    months_after,
    pesos,
    read_when,
    share_column,
    shown_day,
    shown_moment,
    to_centavos,
    written,
)
from compropago_bulk.reports.problems import Tariff


@pytest.mark.parametrize(
    ("amount", "centavos"),
    [
        (0.125, 13), (0.145, 15), (1500.005, 150001), (2.345, 235), (Decimal("0.005"), 1), (Decimal("0.0049"), 0),
        (0.135, 14), (1.005, 101), (1500, 150000), (0, 0), (-1500.5, -150050), (0.1 + 0.2, 30), (1e9, 100_000_000_000),
    ],
)  # fmt: skip
def test_half_a_centavo_is_rounded_up_and_never_to_the_even_one(amount, centavos):
    assert to_centavos(amount) == centavos


@pytest.mark.parametrize("nothing", [None, pd.NA, float("nan")])
def test_what_is_not_known_is_no_amount_and_adds_nothing(nothing):
    assert to_centavos(nothing) is None
    assert add_up([to_centavos(nothing), 5, 7]) == 12 and add_up([]) == 0


@pytest.mark.parametrize(
    ("price", "fee"), [(150000, 3050), (0, 800), (100, 802), (33, 800), (34, 801), (300, 805), (100_000_000, 1_500_800)]
)
def test_a_fee_is_eight_pesos_and_a_share_half_a_centavo_rounded_up(price, fee):
    assert Tariff().fee(price) == fee


def test_another_tariff_is_its_own():
    assert Tariff(fixed=Decimal("2.50"), share=Decimal("0.01")).fee(150) == 252


def test_pesos_are_exact_until_they_are_shown():
    assert pesos(150001) == 1500.01 and pesos(None) is None
    assert exact(150001) == Decimal("1500.01")
    assert (written(150001), written(5), written(None), written(-5)) == ("$1,500.01", "$0.05", "", "$-0.05")


def test_shares_of_nothing_are_nothing():
    assert share_column([1, 3], 4).tolist() == [0.25, 0.75]
    assert share_column([0, 0], 0).tolist() == [0.0, 0.0]


def test_a_day_of_mexico_city_lasts_until_its_last_millisecond():
    day = date(2026, 3, 10)
    assert beginning(day) == 1_773_122_400_000
    assert end(day) - beginning(day) == 86_400_000 - 1
    assert day_of(beginning(day)) == day_of(end(day)) == day
    assert day_of(end(day) + 1) == date(2026, 3, 11) and day_of(beginning(day) - 1) == date(2026, 3, 9)


def test_a_moment_keeps_its_zone_and_one_without_is_of_mexico_city():
    assert milliseconds_of(datetime.fromisoformat("2026-03-10T06:00:00+00:00")) == beginning(date(2026, 3, 10))
    assert milliseconds_of(datetime(2026, 3, 10)) == beginning(date(2026, 3, 10))


@pytest.mark.parametrize(
    ("start", "months", "there"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)), ((2024, 1, 31), 1, (2024, 2, 29)), ((2026, 11, 30), 1, (2026, 12, 30)),
        ((2026, 12, 31), 1, (2027, 1, 31)), ((2026, 3, 15), 12, (2027, 3, 15)), ((2026, 3, 15), 0, (2026, 3, 15)),
        ((2026, 10, 31), 1, (2026, 11, 30)), ((2026, 11, 15), 2, (2027, 1, 15)),
    ],
)  # fmt: skip
def test_some_months_on_is_the_same_day_or_the_last_of_a_shorter_month(start, months, there):
    assert months_after(date(*start), months) == date(*there)


def test_days_and_moments_are_read_and_written_as_people_do():
    day = date(2026, 3, 15)
    assert read_when("2026-03-15") == read_when(day) == (end(day), day)
    assert read_when("2026-03-15T10:30:00")[0] == beginning(day) + 37_800_000
    assert read_when(pd.Timestamp("2026-03-15T10:30:00")) == read_when(datetime(2026, 3, 15, 10, 30))
    assert shown_day(day, "es") == "15 de marzo de 2026" and shown_day(day, "en") == "15 March 2026"
    assert shown_day(None) == "" and shown_moment(beginning(day), "en") == "15 March 2026, 00:00"
    with pytest.raises(ValueError, match="someday"):
        read_when("someday")
    with pytest.raises(ValueError, match="5"):
        read_when(5)
