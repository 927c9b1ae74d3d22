"""What was seen of orders before, and what changed since: the memory of `verify_orders`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import JournalError
from ..rows.frames import Columns
from ..rows.model import Answer, Outcome, Result
from ..sending.journal.records import KnownOrder, Seen
from .plan import Account, Plan

logger = logging.getLogger("compropago_bulk")

PAID, EXPIRED = "ACCEPTED", "EXPIRED"
LONG_EXPIRED = 30 * 24 * 3600 * 1000
"""Milliseconds after which an expired order is not expected to change any more."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the journal knows of the orders at hand: their last looks, and what they were created as."""

    seen: Mapping[str, Seen]
    created: Mapping[str, KnownOrder]

    def status(self, order_id: str) -> str | None:
        """Give the status that was known last: the last look's, else that of the creation."""
        if order_id in self.seen:
            return self.seen[order_id].status
        return self.created[order_id].answer.status if order_id in self.created else None

    def answer(self, order_id: str) -> Answer:
        """Give what is known of an order that is not read again."""
        known = self.created[order_id].answer if order_id in self.created else Answer(order_id=order_id)
        return replace(known, status=self.status(order_id))


def looks_before(plan: Plan, account: Account) -> Looks:
    """Ask the journal about every order at once, before any is read again."""
    ids = sorted(set(order_ids(plan).values()))
    seen = account.journal.last_observations(account.scope, ids)
    created = {one.order_id: one for one in account.journal.known_orders(account.scope, ids)}
    return Looks(seen, created)


def order_ids(plan: Plan) -> dict[int, str]:
    """Give each row's order id, by position."""
    return {row.position: str(row.values["order_id"]) for row in plan.checked.rows if "order_id" in row.values}


def leave_out_closed(plan: Plan, looks: Looks, now: int) -> None:
    """Settle what needs no look: paid, or expired for long. `now` in epoch milliseconds."""
    ids = order_ids(plan)
    closed = [call for call in plan.to_send if _is_closed(looks, ids[call.position], now)]
    for call in closed:
        answer = looks.answer(ids[call.position])
        plan.settled.append(Result(call.position, Outcome.EXISTING, answer=answer))
    left_out = {call.position for call in closed}
    plan.to_send = [call for call in plan.to_send if call.position not in left_out]


def _is_closed(looks: Looks, order_id: str, now: int) -> bool:
    status = (looks.status(order_id) or "").upper()
    if status == EXPIRED:
        ended = looks.created[order_id].answer.expires_at if order_id in looks.created else None
        since = ended if ended is not None else looks.seen[order_id].seen_at if order_id in looks.seen else now
        return now - since > LONG_EXPIRED
    return status == PAID


def tell_changes(plan: Plan, columns: Columns, account: Account, before: Looks) -> None:
    """Fill `previous_status`, `status_changed` and `first_seen_paid` from the looks before and this one."""
    ids = order_ids(plan)
    try:
        after = account.journal.last_observations(account.scope, sorted(set(ids.values())))
    except JournalError:
        logger.warning("the last looks could not be read back from the journal")
        after = dict(before.seen)
    for position, order_id in ids.items():
        previous = before.status(order_id)
        columns.add("previous_status", position, previous)
        result = columns.get(position)
        now = result.answer.status if result and result.outcome is Outcome.FOUND and result.answer else None
        if previous is not None and now is not None:
            columns.add("status_changed", position, previous != now)
        elif result and result.outcome is Outcome.EXISTING:
            columns.add("status_changed", position, False)
        columns.add("first_seen_paid", position, after[order_id].first_seen_paid if order_id in after else None)
