"""The retry policy: every kind of fault, for calls that may be repeated and for those that may not."""

from __future__ import annotations

import pytest
from compropago_bulk.api.operations import CREATE_CLABE, CREATE_ORDER, VERIFY_ORDER
from compropago_bulk.model import DecisionKind, Fault, FaultKind, Outcome
from compropago_bulk.sending.retry import MOST_TRIES, decide, wait_after

CERTAIN = (FaultKind.NOT_SENT, FaultKind.SLOW_DOWN, FaultKind.UNAVAILABLE)
STOPPING = {FaultKind.WRONG_KEY: "wrong_key", FaultKind.REDIRECTED: "redirected"}
SPECS = (CREATE_CLABE, CREATE_ORDER, VERIFY_ORDER)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_fault_has_one_decision(kind, spec):
    decision = decide(Fault(kind, "x"), spec, 1)
    if kind in STOPPING:
        assert (decision.kind, decision.reason) == (DecisionKind.STOP, STOPPING[kind])
    elif kind is FaultKind.REFUSED:
        assert decision.outcome is Outcome.REJECTED
    elif kind is FaultKind.NOT_FOUND:
        assert decision.outcome is Outcome.NOT_FOUND
    elif kind in CERTAIN or spec.repeatable:
        assert decision.kind is DecisionKind.RETRY
    else:
        assert (decision.kind, decision.outcome) == (DecisionKind.SETTLE, Outcome.UNKNOWN)


@pytest.mark.parametrize("kind", [*CERTAIN, FaultKind.DOUBTFUL])
def test_tries_run_out_and_say_what_is_certain(kind):
    assert decide(Fault(kind, "x"), CREATE_CLABE, MOST_TRIES - 1).kind is DecisionKind.RETRY
    end = decide(Fault(kind, "x"), CREATE_CLABE, MOST_TRIES)
    assert end.outcome is (Outcome.UNKNOWN if kind is FaultKind.DOUBTFUL else Outcome.FAILED)
    assert decide(Fault(kind, "x"), VERIFY_ORDER, MOST_TRIES).outcome is Outcome.FAILED


def test_waits_double_from_half_a_second_to_thirty():
    assert [wait_after(tries, None, 0.5) for tries in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert wait_after(1, None, 0.0) == 0.375 and wait_after(1, None, 1.0) == 0.625


def test_the_servers_own_wait_wins_and_one_beyond_the_outage_limit_stops_the_run():
    assert 7 <= decide(Fault(FaultKind.SLOW_DOWN, "x", retry_after=7), CREATE_ORDER, 1).wait <= 7.7
    decision = decide(Fault(FaultKind.SLOW_DOWN, "x", retry_after=121), CREATE_ORDER, 1)
    assert (decision.kind, decision.reason) == (DecisionKind.STOP, "outage")
