"""When a run gives up by itself, and when it must not: bad first rows, an outage, a pause."""

from __future__ import annotations

import threading

import pytest
from compropago_bulk.api.operations import CREATE_CLABE, CREATE_ORDER
from compropago_bulk.model import Answer, Call, Fault, FaultKind, Outcome
from compropago_bulk.sending.runner import Control

from sending.test_runner import calls, go

BAD = {
    Outcome.REJECTED: Fault(FaultKind.REFUSED, "http_400", 400),
    Outcome.UNKNOWN: Fault(FaultKind.DOUBTFUL, "read_timeout"),
}


def script(*replies):
    """Return a `send` that answers in turn, and goes on with good answers."""
    left, sent, lock = list(replies), [], threading.Lock()

    def send(batch: tuple[Call, ...]):
        with lock:
            sent.append(batch[0].key)
            return left.pop(0) if left else (Answer(order_id=batch[0].key),)

    return send, sent


@pytest.mark.parametrize("outcome", BAD)
@pytest.mark.parametrize("first_rows", [1, 2, 3, 5])
def test_so_many_bad_rows_at_the_start_stop_the_run_and_not_one_more_is_sent(outcome, first_rows):
    send, sent = script(*[BAD[outcome]] * 20)
    summary, ends, _ = go(calls(20), send, settings={"first_rows": first_rows})
    assert summary.stopped == "first_rows" and summary.fault == BAD[outcome]
    assert len(sent) == first_rows
    assert [ends[place].outcome for place in range(20)] == [outcome] * first_rows + [Outcome.NOT_SENT] * (
        20 - first_rows
    )


def test_three_is_the_number_where_nobody_said_another():
    send, sent = script(*[BAD[Outcome.REJECTED]] * 20)
    go(calls(20), send)
    assert len(sent) == 3


def test_bad_rows_after_a_good_one_stop_nothing():
    refused = BAD[Outcome.REJECTED]
    send, sent = script(refused, refused, (Answer(order_id="ch_1"),), *[refused] * 5)
    summary, _, _ = go(calls(20), send, settings={"concurrency": 1})
    assert summary.stopped is None and len(sent) == 20


@pytest.mark.parametrize("kind", [FaultKind.NOT_SENT, FaultKind.UNAVAILABLE])
def test_rows_that_failed_for_certain_are_an_outage_and_not_a_bad_sheet(kind):
    send, sent = script(*[Fault(kind, "x", retry_after=0.0)] * 24)
    summary, ends, _ = go(calls(6), send, settings={"concurrency": 1, "first_rows": 1})
    assert summary.stopped is None and len(sent) == 24 + 3
    assert [ends[place].outcome for place in range(6)] == [Outcome.FAILED] * 3 + [Outcome.CREATED] * 3


def test_a_pause_is_no_outage():
    control = Control()
    control.pause()
    threading.Timer(0.8, control.resume).start()
    send, _ = script()
    summary, ends, _ = go(calls(3), send, control=control, settings={"outage": 0.3})
    assert summary.stopped is None
    assert {end.outcome for end in ends.values()} == {Outcome.CREATED}


def test_the_same_time_without_a_good_answer_is_one():
    send, _ = script(*[Fault(FaultKind.NOT_SENT, "connect_failed")] * 99)
    summary, _, _ = go(calls(3, CREATE_CLABE), send, spec=CREATE_CLABE, settings={"outage": 0.3})
    assert summary.stopped == "outage"


@pytest.mark.parametrize(("kind", "reason"), [(FaultKind.WRONG_KEY, "wrong_key"), (FaultKind.REDIRECTED, "redirected")])
def test_a_fault_of_the_whole_run_ends_it_at_the_first_row(kind, reason):
    send, sent = script(*[Fault(kind, "x")] * 9)
    summary, ends, _ = go(calls(9, CREATE_ORDER), send)
    assert (summary.stopped, summary.any_good, len(sent)) == (reason, False, 1)
    assert {end.outcome for end in ends.values()} == {Outcome.NOT_SENT}
