"""The journal under everything that can happen to it, in any order; a model says what must hold after each step."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from compropago_bulk.errors import JournalError
from compropago_bulk.journal import open_journal
from compropago_bulk.journal.journal import Journal
from compropago_bulk.journal.leases import LEASE, RENEW, RunLocks
from compropago_bulk.model import Answer, Call, Settlement, State
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

NAMES = ["k1", "k2"]
KEYS = st.sampled_from(["k1", "k1", "k1", "k2"])
ANY = st.integers(0, 3)
ENDS = st.sampled_from([State.CREATED, State.UNKNOWN, State.REJECTED, State.FAILED])


@dataclass(eq=False)
class RunHandle:
    """A run of the model: whose machine it is on, when it was last heard of, and what it has claimed."""

    run: object
    abroad: bool
    heard: int
    claimed: set[str] = field(default_factory=set)
    overtaken: set[str] = field(default_factory=set)  # claims on which a person has decided meanwhile
    over: bool = False


def _pick(seats, which):
    return seats[which % len(seats)]


class Machine(RuleBasedStateMachine):
    """Two laptops that share one journal, for a repeatable operation and for one that is not."""

    @initialize(repeatable=st.booleans())
    def begin(self, repeatable):
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1_700_000_000.0
        place = Path(self.folder.name) / "j.sqlite"
        self.here = open_journal(place, lambda: self.now)
        other = RunLocks(Path(self.folder.name) / "other", host="another-laptop")
        self.there = Journal(self.here._database, other, lambda: round(self.now * 1000))
        self.scope = self.here.scope("https://api.example.com", "test", "hash")
        self.repeatable, self.orders = repeatable, 0
        self.all: list[RunHandle] = []
        self.created: dict[str, str] = {}  # what the world has: key to the newest order
        self.sent: dict[str, list[RunHandle]] = {}  # sends of a key that may have created something
        self.doubt: set[str] = set()

    def teardown(self):
        if hasattr(self, "here"):
            for seat in self.all:
                seat.run.abandon()
            self.here.close()
            self.folder.cleanup()

    def running(self):
        return [seat for seat in self.all if not seat.over]

    def seat(self, which):
        """Give one of four runs at work, two on each laptop; one that is over is followed by a new one."""
        working = [seat for seat in self.running() if seat.abroad is bool(which & 1)]
        if len(working) <= which >> 1 & 1:
            self.start(abroad=bool(which & 1))
            return self.all[-1]
        return working[which >> 1 & 1]

    def holding(self):
        return [seat for seat in self.running() if seat.claimed or seat.overtaken]

    def start(self, abroad):
        journal = self.there if abroad else self.here
        run = journal.start_run(self.scope, "orders", total=9, repeatable=self.repeatable)
        self.all.append(RunHandle(run, abroad, round(self.now * 1000)))

    @rule(which=ANY, key=KEYS, resend=st.sampled_from([False, False, True]))
    def claim(self, which, key, resend):
        seat = self.seat(which)
        rivals = [other for other in self.sent.get(key, []) if key in other.claimed and self.fresh(other, seat)]
        entry = seat.run.claim([Call(0, "orders", key, "/v2/orders", "{}", "f")], resend=resend)[0]
        self.hear(seat)
        if entry is not None:
            assert entry.state is not State.CREATED or key in self.created
            return
        assert not rivals, "two runs that are at work hold one key"
        if not self.repeatable:
            assert key not in self.doubt, "what is in doubt went out again"
        assert resend or key not in self.created, "what was created went out again"
        self.overtake(key)
        self.sent.setdefault(key, []).append(seat)
        seat.claimed.add(key)
        seat.overtaken.discard(key)

    def overtake(self, key):
        for seat in self.running():
            if key in seat.claimed:
                seat.claimed.discard(key)
                seat.overtaken.add(key)

    def hear(self, seat):
        """Mirror the lease: whatever a run commits renews it, once it is ten seconds old."""
        if round(self.now * 1000) - seat.heard >= RENEW:
            seat.heard = round(self.now * 1000)

    def fresh(self, other, seer):
        """Tell whether `seer` must take `other` for alive: it sees the locks of its own laptop, and else the lease."""
        if other.over:
            return False
        return other.abroad is seer.abroad or round(self.now * 1000) - other.heard < LEASE

    @precondition(lambda self: self.holding())
    @rule(which=ANY, end=ENDS)
    def settle(self, which, end):
        seat = _pick(self.holding(), which)
        key = sorted(seat.claimed | seat.overtaken)[0]
        self.orders += 1
        answer = Answer(order_id=f"ch_{self.orders}") if end is State.CREATED else None
        seat.run.settle([Settlement(Call(0, "orders", key, "/v2/orders", "{}", "f"), end, answer)])
        self.hear(seat)
        late = key in seat.overtaken
        seat.claimed.discard(key)
        seat.overtaken.discard(key)
        if end is State.CREATED:
            self.created[key] = answer.order_id
            self.doubt.discard(key)
        elif end is State.UNKNOWN and key not in self.created and not late:
            self.doubt.add(key)

    @precondition(lambda self: self.holding())
    @rule(which=ANY)
    def crash(self, which):
        seat = _pick(self.holding(), which)
        seat.over = True
        seat.run._stop.set()
        seat.run._ended = True
        locks = self.there._locks if seat.abroad else self.here._locks
        seat.run._lock.release(force=True)  # the system lets go of the lock; nothing else is tidied up
        assert locks.is_held(seat.run.run_id) is False
        if not self.repeatable:
            self.doubt |= seat.claimed - self.created.keys()

    @precondition(lambda self: len(self.running()) > len(self.holding()))
    @rule(which=ANY)
    def finish(self, which):
        seat = _pick([one for one in self.running() if one not in self.holding()], which)
        seat.over = True
        seat.run.finish({}, None)

    @rule(seconds=st.sampled_from([1, 10, 31, 3_600]))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(key=KEYS, created=st.booleans())
    def resolve(self, key, created):
        try:
            self.here.resolve(self.scope, "orders", key, created, order_id="ch_said" if created else None)
        except JournalError:
            return
        if created:
            self.created[key] = "ch_said"
        self.doubt.discard(key)
        self.overtake(key)

    @invariant()
    def what_was_created_is_known(self):
        if not hasattr(self, "here"):
            return
        found = self.here.look(self.scope, "orders", NAMES)
        for key in self.created:
            entry = found[key]
            busy_again = entry.state in {State.CLAIMED, State.UNKNOWN}  # a resend of it, in flight or in doubt
            assert entry.state is State.CREATED or busy_again, (key, entry)
        assert all(one.answer.order_id for one in found.values() if one.state is State.CREATED)

    @invariant()
    def what_is_in_doubt_is_named(self):
        if not hasattr(self, "here"):
            return
        listed = {one.key for one in self.here.unsettled(self.scope)}
        if self.repeatable:
            return
        found = self.here.look(self.scope, "orders", NAMES)
        assert listed == {key for key, one in found.items() if one.state is State.UNKNOWN}
        for key in self.doubt:
            holders = [seat for seat in self.sent[key] if key in seat.claimed | seat.overtaken]
            working = [seat for seat in holders if not seat.over]
            silent = [seat for seat in holders if seat.abroad and round(self.now * 1000) - seat.heard < LEASE]
            assert key in listed or working or silent, key


TestJournal = Machine.TestCase
TestJournal.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
