"""What a resident owes and paid: one word for each, and the due moment itself is still in time."""

from __future__ import annotations

import pytest
from compropago_bulk.reports.deposits import Account, Movement

DUE_AT = 1_000_000


def deposit(amount, at=DUE_AT - 1, fees=0):
    return Movement("ref", at, "646180000000000004", amount, fees, "SPEI", 1)


def account(*deposits, due=150_000, due_at=DUE_AT, fee=150_000):
    return Account(position=0, due=due, deposits=deposits, due_at=due_at, fee=fee)


@pytest.mark.parametrize(("at", "late"), [(DUE_AT - 1, False), (DUE_AT, False), (DUE_AT + 1, True)])
def test_a_payment_at_the_very_due_moment_is_in_time(at, late):
    there = account(deposit(150_000, at))
    assert there.late is late and there.status == ("late" if late else "paid")


@pytest.mark.parametrize(
    ("amounts", "status"),
    [
        ((), "nothing"), ((149_999,), "partial"), ((150_000,), "paid"), ((75_000, 75_000), "paid"),
        ((150_001,), "over"), ((150_000, 150_000), "double"), ((150_000, 1), "over"), ((300_000,), "over"),
    ],
)  # fmt: skip
def test_one_word_says_how_an_account_stands(amounts, status):
    assert account(*map(deposit, amounts)).status == status


def test_money_in_time_that_does_not_reach_the_due_is_late_once_the_rest_comes():
    assert account(deposit(149_999), deposit(1, DUE_AT + 1)).late
    assert not account(deposit(150_000), deposit(1, DUE_AT + 1)).late


def test_where_nothing_is_due_or_no_day_is_known_nothing_is_late():
    assert not account(deposit(5, DUE_AT + 1), due=None).late
    assert not account(deposit(150_000, DUE_AT + 1), due_at=None).late
    assert not account().late


def test_sums_are_of_all_deposits():
    there = account(deposit(100, 5, 10), deposit(50, 9, 3))
    assert (there.paid, there.fees, there.balance, there.last) == (150, 13, 150_000 - 150, 9)
    assert account(due=None).balance is None and account().last is None
    assert (deposit(100, fees=7).net, deposit(100).is_deposit, deposit(0, fees=5).is_deposit) == (93, True, False)
