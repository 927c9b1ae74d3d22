"""What was seen of orders before, and what changed since: the memory of `verify_orders`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import JournalError
from ..journal.states import Seen
from ..model import Answer, Outcome, Result
from ..texts import say
from .plan import Account, Plan, shown_date

logger = logging.getLogger("compropago_bulk")

PAID, OPEN, EXPIRED = "ACCEPTED", "PENDING", "EXPIRED"
LONG_EXPIRED = 30 * 24 * 3600 * 1000
"""Milliseconds after which an expired order is not expected to change any more."""


_AT_ONCE = 5_000
"""Orders that the journal is asked about together."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How each row's order stood before it is read again, by position; None where nothing was known."""

    status: Sequence[str | None]
    paid: Mapping[int, int]
    """When those that were paid were first seen so."""


def look_back(plan: Plan, account: Account, *, only_open: bool) -> Looks:
    """Ask the journal how every order stood; with `only_open` those that need no look are settled by that."""
    now, closed = round(account.connection.clock() * 1000), set()
    waiting = set(plan.to_send) if only_open else ()
    status: list[str | None] = [None] * len(plan.checked.rows)
    paid: dict[int, int] = {}
    for orders in _parts(plan):
        ids = list(orders.values())
        seen = account.journal.last_observations(account.scope, ids)
        wanted = ids if only_open else [id_ for id_ in ids if id_ not in seen]
        created = {order.order_id: order.answer for order in account.journal.known_orders(account.scope, wanted)}
        for position, order_id in orders.items():
            known = created.get(order_id)
            look = seen.get(order_id)
            told = look.status if look else known.status if known else None
            status[position] = sys.intern(told) if told is not None else None
            if look is not None and look.first_seen_paid is not None:
                paid[position] = look.first_seen_paid
            if position in waiting and _is_closed(told, known, look, now):
                answer = replace(known or Answer(order_id=order_id), status=told)
                plan.columns.put(Result(position, Outcome.EXISTING, answer=answer))
                closed.add(position)
    if closed:
        plan.to_send = [position for position in plan.to_send if position not in closed]
    return Looks(status, paid)


def _parts(plan: Plan) -> Iterator[dict[int, str]]:
    """Return order ids by position, some thousands at once."""
    for start in range(0, len(plan.checked.rows), _AT_ONCE):
        positions = range(start, min(start + _AT_ONCE, len(plan.checked.rows)))
        ids = plan.checked.rows.column("order_id", positions)
        yield {place: str(id_) for place, id_ in zip(positions, ids, strict=True) if id_ is not None}


def _is_closed(status: str | None, known: Answer | None, seen: Seen | None, now: int) -> bool:
    """Tell what needs no look: paid, or expired for long. `now` in epoch milliseconds."""
    standing = (status or "").upper()
    if standing == EXPIRED:
        ended = known.expires_at if known else None
        since = ended if ended is not None else seen.seen_at if seen else now
        return now - since > LONG_EXPIRED
    return standing == PAID


def tell_changes(plan: Plan, account: Account, before: Looks) -> None:
    """Fill `previous_status`, `status_changed` and `first_seen_paid` from the looks before and this one."""
    rows = len(plan.checked.rows)
    changed: list[bool | None] = [None] * rows
    paid: list[int | None] = [None] * rows
    now = plan.columns.field("status")
    for orders in _parts(plan):
        after = _last_looks(account, list(orders.values()))
        for position, order_id in orders.items():
            outcome, previous = plan.columns.outcome(position), before.status[position]
            if outcome is Outcome.FOUND and previous is not None and now[position] is not None:
                changed[position] = previous != now[position]
            elif outcome is Outcome.EXISTING:
                changed[position] = False
            paid[position] = after[order_id].first_seen_paid if order_id in after else before.paid.get(position)
    plan.columns.add("previous_status", before.status)
    plan.columns.add("status_changed", changed)
    plan.columns.add("first_seen_paid", paid)


def _last_looks(account: Account, ids: Sequence[str]) -> Mapping[str, Seen]:
    try:
        return account.journal.last_observations(account.scope, ids)
    except JournalError:
        logger.warning("the last looks could not be read back from the journal")
        return {}


def say_time_passed(plan: Plan, account: Account) -> None:
    """Say of an order that still counts as open, and whose time to pay has passed, that this is so."""
    status, ends = plan.columns.field("status"), plan.columns.field("expires_at")
    now = account.connection.clock() * 1000
    for position, (told, end) in enumerate(zip(status, ends, strict=True)):
        if told == OPEN and end is not None and end < now:
            result = plan.columns.get(position)
            if result is not None and result.error_code is None:
                sentence = say("outcomes", "time_passed", day=shown_date(end))
                plan.columns.put(replace(result, error_code="time_passed", error=sentence))
