"""The loop with a plain function as the API and a plain list as the journal: each row ends exactly once."""

from __future__ import annotations

import threading
import time

import pytest
from compropago_bulk.api.operations import CREATE_CLABE, CREATE_ORDER
from compropago_bulk.errors import JournalError
from compropago_bulk.model import Answer, Call, Fault, FaultKind, Outcome, Result, State
from compropago_bulk.sending.rate import RateLimiter
from compropago_bulk.sending.run_spec import (
    Careful,
    Event,
    Log,
    ProgressOnly,
    ResultsOnly,
    RowDone,
    RunStarted,
    Slowed,
    Stopped,
)
from compropago_bulk.sending.runner import Control, RunSpec, run
from hypothesis import given, settings
from hypothesis import strategies as st


class Memory:
    """A journal that forgets at the end of the test; `events` is the order in which things became durable."""

    def __init__(self):
        self.events, self.states, self.lock = [], {}, threading.Lock()

    def exchange(self, settled, claims, *, resend=False):
        with self.lock:
            for one in settled:
                self.events.append(("settle", one.call.key))
                self.states[one.call.key] = one.state
            for call in claims:
                self.events.append(("claim", call.key))
                self.states[call.key] = State.CLAIMED
        return [None for _ in claims]

    def observe(self, observations):
        pass

    def still_mine(self, call):
        return True


def calls(number, spec=CREATE_ORDER):
    return [(Call(place, spec.name, f"k{place}", spec.path, "{}"),) for place in range(number)]


def go(batches, send, memory=None, spec=CREATE_ORDER, *, observe=None, settings=None, **more):
    """Run with what the run is given: `settings` and every name of `RunSpec`, the rest as in `run`."""
    results: list[Result] = []
    given = {name: more.pop(name) for name in list(more) if name in RunSpec.__dataclass_fields__}
    told = RunSpec(
        operation=spec,
        send=send,
        memory=memory or Memory(),
        limiter=RateLimiter(100_000),
        blocked=lambda call, entry: Result(call.position, Outcome.BUSY),
        **{"chance": lambda: 0.0, **(settings or {}), **given},
    )
    observers = [ResultsOnly(results.append), *([Careful(ProgressOnly(observe))] if observe else [])]
    run_summary = run(told, batches, observers=observers, **more)
    return run_summary, {one.position: one for one in results}, results


def test_a_request_goes_out_after_its_claim_and_is_told_after_its_settlement():
    memory = Memory()

    def send(batch):
        with memory.lock:
            memory.events.append(("send", batch[0].key))
        return (Answer(),)

    _, told, _ = go(calls(30), send, memory)
    for place in range(30):
        order = [what for what, key in memory.events if key == f"k{place}"]
        assert order == ["claim", "send", "settle"]
    assert {one.outcome for one in told.values()} == {Outcome.CREATED}


def test_until_one_row_is_answered_well_only_one_flies():
    flying, most = set(), []
    answered = threading.Event()

    def send(batch):
        flying.add(batch[0].key)
        if not answered.is_set():
            most.append(len(flying))
        flying.discard(batch[0].key)
        answered.set()
        return (Answer(),)

    go(calls(50), send)
    assert set(most) == {1}


FAULTS = st.sampled_from([None, FaultKind.REFUSED, FaultKind.DOUBTFUL, FaultKind.WRONG_KEY, FaultKind.REDIRECTED])


@settings(max_examples=60, deadline=None)
@given(st.lists(FAULTS, min_size=1, max_size=25), st.sampled_from([1, 4]))
def test_whatever_happens_each_row_ends_exactly_once(script, concurrency):
    def send(batch):
        kind = script[batch[0].position]
        return (Answer(),) if kind is None else Fault(kind, "x")

    memory = Memory()
    _, told, results = go(calls(len(script)), send, memory, settings={"concurrency": concurrency})
    assert sorted(told) == list(range(len(script))) and len(results) == len(script)
    assert State.CLAIMED not in memory.states.values()
    for position, kind in enumerate(script):
        fitting = {None: Outcome.CREATED, FaultKind.REFUSED: Outcome.REJECTED, FaultKind.DOUBTFUL: Outcome.UNKNOWN}
        assert told[position].outcome in {fitting.get(kind, Outcome.NOT_SENT), Outcome.NOT_SENT}


def test_a_journal_that_fails_before_the_wire_sends_nothing():
    class Broken(Memory):
        def exchange(self, settled, claims, *, resend=False):
            raise JournalError("the disk is full")

    sent = []
    run_summary, told, _ = go(calls(5), sent.append, Broken())
    assert not sent and run_summary.stopped == "journal"
    assert {one.outcome for one in told.values()} == {Outcome.NOT_SENT}


def test_a_journal_that_fails_after_the_answer_leaves_the_row_in_doubt_with_its_answer():
    class Broken(Memory):
        def exchange(self, settled, claims, *, resend=False):
            if settled:
                raise JournalError("the disk is full")
            return super().exchange(settled, claims)

    run_summary, told, _ = go(calls(3), lambda batch: (Answer(order_id="ch_1"),), Broken())
    assert run_summary.stopped == "journal"
    assert told[0].outcome is Outcome.UNKNOWN and told[0].answer.order_id == "ch_1"


def test_a_mode_mismatch_stops_the_run_and_keeps_what_was_created():
    run_summary, told, _ = go(calls(9), lambda batch: (Answer(),), inspect=lambda call, answer: "mode_mismatch")
    assert run_summary.stopped == "mode_mismatch"
    assert (told[0].outcome, told[0].error_code) == (Outcome.CREATED, "mode_mismatch")
    assert told[8].outcome is Outcome.NOT_SENT


def test_an_outage_stops_the_run():
    fault = Fault(FaultKind.NOT_SENT, "connect_failed")
    run_summary, told, _ = go(calls(4), lambda batch: fault, spec=CREATE_CLABE, settings={"outage": 0.3})
    assert run_summary.stopped == "outage"
    assert {one.outcome for one in told.values()} == {Outcome.NOT_SENT}


def test_an_error_of_our_own_leaves_the_row_in_doubt_and_gives_the_table():
    def send(batch):
        raise ZeroDivisionError

    run_summary, told, _ = go(calls(3), send)
    assert run_summary.stopped == "internal" and told[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("where", ["first", "later"])
def test_an_interrupt_ends_in_a_table(where):
    seen = threading.Event()

    def observe(progress):
        if progress.finished or seen.is_set() or (where == "later" and progress.done < 3):
            return
        seen.set()
        raise KeyboardInterrupt

    run_summary, told, _ = go(calls(2_000), lambda batch: (seen.wait(0.002), (Answer(),))[1], observe=observe)
    assert run_summary.stopped == "interrupted" and len(told) == 2_000
    assert {one.outcome for one in told.values()} <= {Outcome.CREATED, Outcome.NOT_SENT}


def test_a_pause_settles_what_is_done_and_lets_nothing_out_until_it_ends():
    memory, control, sent, told = Memory(), Control(), [], []

    def send(batch):
        sent.append(batch[0].key)
        if len(sent) == 3:
            control.pause()
        return (Answer(),)

    def work():
        told.append(go(calls(10), send, memory, settings={"concurrency": 1}, control=control)[1])

    thread = threading.Thread(target=work)
    thread.start()
    ends = time.monotonic() + 5
    while [memory.states.get(f"k{place}") for place in range(3)] != [State.CREATED] * 3:
        assert time.monotonic() < ends, "what came back is not durable while the run is paused"
        time.sleep(0.01)
    time.sleep(0.3)
    assert len(sent) == 3
    control.resume()
    thread.join(5)
    assert sent == [f"k{place}" for place in range(10)]
    assert {one.outcome for one in told[0].values()} == {Outcome.CREATED}


def test_a_pause_holds_back_further_tries_and_a_stop_ends_it():
    control, sent = Control(), []

    def send(batch):
        sent.append(batch[0].key)
        control.pause()
        return Fault(FaultKind.NOT_SENT, "connect_failed")

    thread = threading.Thread(target=lambda: go(calls(5), send, control=control))
    thread.start()
    ends = time.monotonic() + 5
    while not control.paused:
        assert time.monotonic() < ends
        time.sleep(0.01)
    time.sleep(0.9)
    assert len(sent) == 1
    control.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert len(sent) == 1


def test_a_parcel_is_made_just_before_it_is_sent_and_each_row_still_ends_once():
    made: list[int] = []
    sent_when_made: list[int] = []

    def make(place):
        made.append(place)
        sent_when_made.append(len(sent))
        return calls(place + 1)[place]

    sent: list[str] = []

    def send(batch):
        sent.append(batch[0].key)
        return (Answer(),)

    run_summary, results, told = go(range(40), send, make=make, total=40, settings={"concurrency": 1})
    assert run_summary.stopped is None and made == list(range(40))
    assert sent_when_made == list(range(40))
    assert len(told) == len(results) == 40


def test_a_parcel_that_cannot_be_made_stops_the_run_and_the_rest_was_not_sent():
    def make(place):
        if place in (2, 3):
            raise ValueError("a value that no call can carry")
        return calls(place + 1)[place]

    run_summary, results, _ = go(range(5), lambda batch: (Answer(),), make=make, total=5, settings={"concurrency": 1})
    assert run_summary.stopped == "internal"
    assert [results[place].outcome for place in (0, 1)] == [Outcome.CREATED] * 2
    assert results[4].outcome is Outcome.NOT_SENT and results[4].error_code == "internal"
    assert not {2, 3} & results.keys()  # nobody can name them; the table shows a row without an end as not sent


class Ear:
    """Hears everything that a run tells."""

    def __init__(self):
        self.events: list[Event] = []

    def notice(self, event):
        self.events.append(event)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


def hear(batches, send, **more):
    ear = Ear()
    spec = RunSpec(operation=CREATE_ORDER, send=send, memory=Memory(), limiter=RateLimiter(100_000), **more)
    run(spec, batches, observers=[ear])
    return ear


def test_a_run_tells_its_start_each_row_once_and_its_end():
    ear = hear(calls(20), lambda batch: (Answer(),))
    assert ear.events[0] == RunStarted("orders", 20)
    assert sorted(event.result.position for event in ear.of(RowDone)) == list(range(20))
    assert ear.events[-1].finished and ear.events[-1].done == 20
    assert not ear.of(Stopped)


def test_a_stop_is_told_once_with_its_first_reason_however_many_workers_meet_it():
    class Broken(Memory):
        def exchange(self, settled, claims, *, resend=False):
            if len(self.events) > 40:
                raise JournalError("the disk is full")
            return super().exchange(settled, claims)

    ear = Ear()
    spec = RunSpec(
        operation=CREATE_ORDER,
        send=lambda batch: (time.sleep(0.002), (Answer(),))[1],
        memory=Broken(),
        limiter=RateLimiter(100_000),
        concurrency=16,
    )
    run(spec, calls(300), observers=[ear])
    (stopped,) = ear.of(Stopped)
    assert stopped.reason == "journal" and isinstance(stopped.problem, JournalError)


def test_a_run_that_is_asked_to_go_slower_says_so():
    replies = [Fault(FaultKind.SLOW_DOWN, "http_429", 429, retry_after=0.0)]
    ear = hear(calls(3), lambda batch: replies.pop() if replies else (Answer(),))
    assert ear.of(Slowed)[0].rate < 100_000


def test_the_log_has_one_line_for_a_run_that_an_error_stopped(caplog):
    log = Log()
    log.notice(Stopped("journal", JournalError("the disk is full")))
    log.notice(Stopped("interrupted"))
    log.notice(RunStarted("orders", 3))
    assert [record.getMessage() for record in caplog.records] == [
        "the journal failed, so the run stops: the disk is full"
    ]


def test_a_display_that_breaks_is_left_alone_and_the_rows_are_told_all_the_same():
    def broken(progress):
        raise ValueError("no screen")

    run_summary, told, _ = go(calls(10), lambda batch: (Answer(),), observe=broken)
    assert run_summary.stopped is None and len(told) == 10


BREAKS = st.sampled_from(["claim", "send", "inspect", "settle", "observe", "make", "nothing"])


class Breaking(Memory):
    """A journal that fails at the rows that a script names."""

    def __init__(self, script, error):
        super().__init__()
        self.script, self.error = script, error

    def exchange(self, settled, claims, *, resend=False):
        for what, some in (("settle", [one.call for one in settled]), ("claim", claims)):
            if any(self.script[call.position][0] == what for call in some):
                raise self.error
        return super().exchange(settled, claims)


def breaking(script, handed):
    """Return `send`, `inspect` and `make` that fail at the rows that a script names."""

    def send(batch):
        handed.append(batch[0].key)
        what, kind = script[batch[0].position]
        if what == "send":
            raise ZeroDivisionError
        return (Answer(order_id=batch[0].key),) if kind is None else Fault(kind, "x", retry_after=0.0)

    def inspect(call, answer):
        if script[call.position][0] == "inspect":
            raise KeyError("odd")

    def make(place):
        if script[place][0] == "make":
            raise ValueError("no call can carry it")
        return calls(place + 1)[place]

    return send, inspect, make


ERRORS = st.sampled_from([JournalError("full"), UnicodeEncodeError("utf-8", "x", 0, 1, "odd"), KeyError("never")])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(BREAKS, FAULTS), min_size=1, max_size=12), ERRORS, st.sampled_from([CREATE_ORDER, CREATE_CLABE])
)
def test_nothing_is_unknown_that_was_never_handed_to_the_network_wherever_it_breaks(script, error, spec):
    handed: list[str] = []
    send, inspect, make = breaking(script, handed)
    more = {"inspect": inspect, "make": make, "total": len(script), "settings": {"outage": 3}}
    _, told, results = go(range(len(script)), send, Breaking(script, error), spec, **more)
    assert len(results) == len(told)
    for position, result in told.items():
        sent = f"k{position}" in handed
        assert sent or result.outcome in {Outcome.NOT_SENT, Outcome.BUSY}
        assert result.outcome is not Outcome.UNKNOWN or result.attempts >= 1
        if sent and script[position] == ("nothing", None):
            assert result.outcome is Outcome.CREATED


def test_the_watching_thread_is_woken_at_the_first_good_row_and_at_the_ends_of_workers_not_at_each_row(monkeypatch):
    woken = []

    class Counting(threading.Event().__class__):
        def set(self):
            woken.append(1)
            super().set()

    monkeypatch.setattr("compropago_bulk.sending.worker.threading.Event", Counting)
    summary, ends, _ = go(calls(200), lambda batch: (Answer(),), concurrency=4)
    assert len(ends) == 200 and summary.stopped is None
    assert len(woken) <= 200 // 10


def test_a_short_run_does_not_wait_for_the_next_look_at_the_bar(monkeypatch):
    monkeypatch.setattr("compropago_bulk.sending.runner.TICK", 30.0)
    began = time.monotonic()
    _, ends, _ = go(calls(12), lambda batch: (Answer(),), concurrency=4)
    assert len(ends) == 12 and time.monotonic() - began < 10


def test_a_worker_that_dies_of_what_is_no_ordinary_error_still_ends_the_run(monkeypatch):
    def send(batch):
        raise SystemExit

    monkeypatch.setattr("threading.excepthook", lambda *_: None)
    _, ends, _ = go(calls(3), send, concurrency=2)
    assert sorted(ends) == [0, 1, 2]
