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
def test_no_second_sees_more_than_the_rate_and_a_fifth_and_the_rate_is_used(rate):
    clock = Clock()
    times = launches(RateLimiter(rate, clock=clock, sleep=clock.sleep), clock, rate * 10)
    for place, start in enumerate(times):
        assert sum(start <= one < start + 1 for one in times[place:]) <= rate + max(1, rate // 5)
    assert (len(times) - 1) / (times[-1] - times[0]) >= 0.95 * rate


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
