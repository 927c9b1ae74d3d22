"""The pace: smooth, never above the rate, slower together, back gradually. The clock is the test's own."""

from __future__ import annotations

import random

import pytest
from compropago_bulk.sending.rate import RateLimiter, shared_limiter


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += max(seconds, 1e-6)


def launches(limiter, clock, number, work=0.0):
    times = []
    for _ in range(number):
        assert limiter.wait()
        times.append(clock.now)
        clock.now += work
    return times


@pytest.mark.parametrize("rate", [1, 5, 40, 300])
def test_no_second_sees_more_than_the_rate_and_a_tenth_and_the_rate_is_used(rate):
    clock = Clock()
    limiter = RateLimiter(rate, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(rate * 10):
        assert limiter.wait()
        limiter.launch()
        times.append(clock.now)
    for place, start in enumerate(times):
        assert sum(start <= one < start + 1 for one in times[place:]) <= rate * 1.1
    assert (len(times) - 1) / (times[-1] - times[0]) >= 0.99 * rate


def test_who_was_held_up_catches_up_only_a_little():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    launches(limiter, clock, 5)
    clock.now += 60  # the laptop slept
    times = launches(limiter, clock, 100)
    assert sum(one < times[0] + 1 for one in times) <= 48


def test_a_429_holds_everybody_still_and_lowers_the_rate_once():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    launches(limiter, clock, 3)
    for _ in range(8):
        limiter.slow_down(2.0)
    assert limiter.rate_now == 14, "a third for the first, a tenth for each other one, a third left at least"
    before = clock.now
    assert launches(limiter, clock, 1)[0] >= before + 2.0
    for _ in range(1000):
        limiter.went_well()
    assert limiter.rate_now == 40


def test_a_server_that_allows_a_tenth_refuses_less_than_half_as_often_as_there_are_rows():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    allowed, refused, done = [], 0, 0
    while done < 300:
        assert limiter.wait()
        allowed = [one for one in allowed if one > clock.now - 1]
        if len(allowed) < 4:
            allowed.append(clock.now)
            limiter.went_well()
            done += 1
        else:
            refused += 1
            limiter.slow_down(None)
    assert refused < 150


@pytest.mark.parametrize("share", [0.02, 0.05, 0.08])
def test_refusals_that_have_nothing_to_do_with_the_rate_bring_nobody_to_a_standstill(share):
    clock, chance = Clock(), random.Random(7)
    limiter = RateLimiter(200, clock=clock, sleep=clock.sleep)
    done = refused = 0
    while done < 3_000:
        assert limiter.wait()
        if chance.random() < share:
            refused += 1
            limiter.slow_down(1.0)
        else:
            limiter.went_well()
            done += 1
    assert clock.now - 100 < 2 * refused + 60, "a second for each refusal, and not much more"


def test_a_wait_that_is_called_off_takes_no_slot():
    clock = Clock()
    limiter = RateLimiter(1, clock=clock, sleep=clock.sleep)
    launches(limiter, clock, 1)
    assert not limiter.wait(lambda: True)
    assert launches(limiter, clock, 1)[0] <= 101.01


def test_connections_with_the_same_keys_share_one_pace_and_the_lower_rate():
    first = shared_limiter("somebody", 10)
    assert shared_limiter("somebody", 5) is first and first.rate_now == 5


@pytest.mark.parametrize(("rate", "at_once"), [(0.5, 1), (1, 1), (5, 5), (40, 44), (300, 330)])
def test_launches_that_a_slow_disk_let_bunch_up_are_held_back_at_the_wire(rate, at_once):
    clock = Clock()
    limiter = RateLimiter(rate, clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(3 * at_once):
        limiter.launch()
        times.append(clock.now)
    assert sum(moment < times[0] + 1 for moment in times) == at_once
    for start in times:
        assert sum(start <= moment < start + 1 for moment in times) <= at_once


def test_a_launch_alone_waits_for_nobody():
    clock = Clock()
    RateLimiter(1, clock=clock, sleep=clock.sleep).launch()
    assert clock.now == 100.0


@pytest.mark.parametrize(("waits", "held"), [((10.0, 1.0), 10.0), ((1.0, 10.0), 10.0), ((5.0, None), 5.0), ((0.0,), 0)])
def test_a_shorter_pause_never_overwrites_a_longer_one(waits, held):
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    for wait in waits:
        limiter.slow_down(wait)
    [first] = launches(limiter, clock, 1)
    assert held <= first - 100 < held + 0.1


def test_a_429_without_a_wish_holds_everybody_still_for_a_second():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    limiter.slow_down()
    [first] = launches(limiter, clock, 1)
    assert 1.0 <= first - 100 < 1.1


def test_a_slot_that_is_there_is_taken_without_a_wait_and_one_that_is_not_costs_nothing():
    clock = Clock()
    limiter = RateLimiter(1, clock=clock, sleep=clock.sleep)
    assert limiter.wait_no_longer() and not limiter.wait_no_longer()
    assert launches(limiter, clock, 1)[0] == pytest.approx(101, abs=0.01)


def test_the_rate_comes_back_quickly_far_below_where_it_was_refused_and_slowly_near_it():
    clock = Clock()
    limiter = RateLimiter(100, clock=clock, sleep=clock.sleep)
    limiter.slow_down(0.0)
    assert limiter.rate_now == pytest.approx(70)
    limiter.went_well()
    far = limiter.rate_now / 70
    while limiter.rate_now < 91:
        limiter.went_well()
    before = limiter.rate_now
    limiter.went_well()
    assert far == pytest.approx(1.05) and limiter.rate_now / before == pytest.approx(1.02)
    for _ in range(50):
        limiter.went_well()
    assert limiter.rate_now == 100, "never above the ceiling"


def test_quiet_seconds_bring_more_of_the_rate_back_ten_of_them_at_most():
    rates = []
    for seconds in (0, 5, 10, 3_600):
        clock = Clock()
        limiter = RateLimiter(100, clock=clock, sleep=clock.sleep)
        for _ in range(10):
            limiter.slow_down(0.0)
        clock.now += seconds
        limiter.went_well()
        rates.append(limiter.rate_now)
    assert rates == sorted(rates) and rates[0] < rates[1] < rates[2] == pytest.approx(rates[3], rel=0.01)


def test_the_rate_never_falls_below_a_tenth_nor_rises_above_its_own_ceiling():
    clock = Clock()
    limiter = RateLimiter(0.05, clock=clock, sleep=clock.sleep)
    limiter.slow_down(0.0)
    assert limiter.rate_now == 0.05
    limiter = RateLimiter(1, clock=clock, sleep=clock.sleep)
    for _ in range(100):
        limiter.slow_down(0.0)
        clock.now += 1_000
    assert limiter.rate_now == 0.1


class OtherProcesses:
    """The slots of a journal on a server."""

    def __init__(self, seconds=0.0):
        self.seconds, self.paused, self.asked = seconds, [], []

    def slots(self, number, interval, tolerance):
        self.asked.append((number, interval, tolerance))
        return self.seconds

    def pause(self, seconds):
        self.paused.append(seconds)
        self.seconds = seconds  # a server gives no slot before its end


def test_where_processes_share_a_journal_the_slot_is_theirs_and_so_is_a_pause():
    clock, others = Clock(), OtherProcesses(3.0)
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep, shared=others)
    assert not limiter.wait_no_longer(), "nobody knows whether it is there without asking"
    assert limiter.wait() and clock.now == pytest.approx(103, abs=0.06)
    assert others.asked == [(2, pytest.approx(1 / 40), pytest.approx(0.075))]
    limiter.slow_down(7.0)
    assert others.paused == [7.0]
    assert limiter.wait() and clock.now >= 110
    assert not limiter.wait(lambda: True)


@pytest.mark.parametrize(("rate", "number"), [(0.5, 1), (5, 1), (40, 2), (300, 15), (5_000, 48)])
def test_slots_that_are_shared_are_reserved_for_a_twentieth_of_a_second_and_used_one_by_one(rate, number):
    clock, others = Clock(), OtherProcesses()
    limiter = RateLimiter(rate, clock=clock, sleep=clock.sleep, shared=others)
    times = []
    for _ in range(number):
        assert limiter.wait()
        times.append(clock.now)
    assert len(others.asked) == 1 and others.asked[0][0] == number
    assert times == [pytest.approx(100 + place / rate, abs=1e-6) for place in range(number)]
    assert not limiter.wait_no_longer() and len(others.asked) == 1
    assert limiter.wait() and len(others.asked) == 2


def test_a_reserved_slot_that_is_there_is_taken_without_a_wait_and_one_to_come_is_kept():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep, shared=OtherProcesses())
    assert limiter.wait()
    assert not limiter.wait_no_longer()
    clock.now += 0.03
    assert limiter.wait_no_longer() and not limiter.wait_no_longer()


def test_a_reserved_slot_is_let_pass_when_its_time_is_long_over():
    clock, others = Clock(), OtherProcesses()
    limiter = RateLimiter(300, clock=clock, sleep=clock.sleep, shared=others)
    assert limiter.wait()
    clock.now += 60  # the laptop slept: its fourteen slots belong to a minute ago
    assert not limiter.wait_no_longer()
    assert limiter.wait() and len(others.asked) == 2


def test_a_reserved_slot_waits_for_the_end_of_a_pause_and_is_then_not_used_with_others_at_once():
    clock, others = Clock(), OtherProcesses()
    limiter = RateLimiter(300, clock=clock, sleep=clock.sleep, shared=others)
    assert limiter.wait()
    limiter.slow_down(2.0)
    assert not limiter.wait_no_longer()
    assert limiter.wait() and clock.now >= 102 and len(others.asked) == 2


def test_a_ceiling_is_lowered_and_never_raised():
    clock = Clock()
    limiter = RateLimiter(40, clock=clock, sleep=clock.sleep)
    limiter.lower(50)
    assert limiter.ceiling == 40
    limiter.lower(2)
    for _ in range(2):
        limiter.launch()
    assert clock.now == 100.0
    limiter.launch()
    assert clock.now == pytest.approx(101, abs=0.01)
