"""What to do after a fault: the whole policy as one pure function over one table.

========================  ===================  =====================================
what is certain           repeatable, reads    orders and accounts
========================  ===================  =====================================
not sent, 429, own 503    try again            try again
refused                   rejected             rejected
wrong key, redirected     stop the run         stop the run
may have been done        try again            unknown, never again by itself
========================  ===================  =====================================
"""

from __future__ import annotations

from ..rows.model import Fault, FaultKind, Operation, Outcome, Step, StepKind

MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
OUTAGE = 120.0

_CERTAIN = frozenset({FaultKind.NOT_SENT, FaultKind.SLOW_DOWN, FaultKind.UNAVAILABLE})
_FINAL = {
    FaultKind.REFUSED: Outcome.REJECTED,
    FaultKind.NOT_FOUND: Outcome.NOT_FOUND,
}
_STOPS = {
    FaultKind.WRONG_KEY: "wrong_key",
    FaultKind.REDIRECTED: "redirected",
}


def decide(fault: Fault, spec: Operation, tries: int, *, chance: float = 0.5, outage: float = OUTAGE) -> Step:
    """Decide what follows the fault of the `tries`-th try.

    Args:
        chance: between 0 and 1; it spreads the waits of many workers.
        outage: seconds; an API that asks for a longer wait than this stops the run.
    """
    if fault.kind in _STOPS:
        return Step(StepKind.STOP, Outcome.NOT_SENT, reason=_STOPS[fault.kind])
    if fault.kind in _FINAL:
        return Step(StepKind.SETTLE, _FINAL[fault.kind])
    certain = fault.kind in _CERTAIN
    if not certain and not spec.repeatable:
        return Step(StepKind.SETTLE, Outcome.UNKNOWN)
    if fault.retry_after is not None and fault.retry_after > outage:
        return Step(StepKind.STOP, given_up(fault, spec), reason="outage")
    if tries >= MOST_TRIES:
        return Step(StepKind.SETTLE, given_up(fault, spec))
    return Step(StepKind.RETRY, wait=wait_after(tries, fault.retry_after, chance))


def given_up(fault: Fault, spec: Operation) -> Outcome:
    """Say what a row is that is not tried again: nothing can exist after a read or a certain fault, else it may."""
    certain = fault.kind in _CERTAIN or not spec.creates
    return Outcome.FAILED if certain else Outcome.UNKNOWN


def wait_after(tries: int, retry_after: float | None, chance: float) -> float:
    """Give the seconds before the next try: 0.5 doubling to 30, spread by a quarter; the server's own wish wins."""
    if retry_after is not None:
        return retry_after * (1 + 0.1 * chance)
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1) * (0.75 + 0.5 * chance)))
