"""Reports that were kept, and who had paid on a day of the past."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import operation
from ..bulk.history import frame_of, opened
from ..bulk.pipeline import account_of, connected
from ..bulk.plan import Account
from ..bulk.verify import KNOWN, order_record
from ..journal import Journal, open_journal
from ..journal.states import AuditRecord, KnownOrder
from ..model import Answer, Outcome, Result
from ..rows.results import Columns, added_columns, typed
from .amounts import beginning, read_when
from .audit import Audit
from .build_audit import KIND, change_table, facts_of
from .evidence import decode_frame, unpack
from .facts import Fact, Stands, from_json, stands
from .problems import AuditProblem, Tariff, as_table, find
from .sheet_rows import Source, read

_KEPT = {
    "id": "Int64",
    "kind": "string",
    "made_at": "moment",
    "source": "string",
    "source_sha256": "string",
    "mode": "string",
    "account_id": "string",
    "orders": "Int64",
    "amount": "Float64",
    "paid": "Float64",
    "owed": "Float64",
    "problems": "Int64",
    "stopped": "string",
    "unread": "Int64",
}


def audits(connection: Connection | None = None, *, journal: str | Path | None = None) -> Any:
    """List the audits and statements that were kept, the oldest first.

    Args:
        connection: whose account's; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.

    Returns:
        DataFrame: `id`, `kind` (`audit` or `statement`), `made_at` (Mexico City), `source` (the file's name),
        `source_sha256`, `mode`, `account_id` (of statements), `orders`, `amount`, `paid`, `owed` (MXN),
        `problems`, `stopped` (why an audit did not read every order; missing where it did), `unread` (orders not
        read).

    Raises:
        ConfigurationError: the keys contradict each other.
        JournalError: the journal cannot be read.
    """
    with opened(connection, journal) as (book, scope):
        records = book.audits(scope)
    known = (
        {"id": record.id, "kind": record.kind, "made_at": record.made_at, "source_sha256": record.source_sha256}
        for record in records
    )
    return frame_of([{**json.loads(record.head), **more} for record, more in zip(records, known, strict=True)], _KEPT)


def audit_as_of(when: Any, *, connection: Connection | None = None, source: str | None = None) -> Audit:
    """Say who had paid then, from the looks that were kept. Nothing is read from the API.

    A day on which an audit was made gives that audit (the last of the day that read every order). Else the last such
    audit before gives the orders, and the looks since then how they stood; before the first audit, all orders
    that the journal knew then.

    Args:
        when: a day (`date`, or text `2026-03-15`: its end, in Mexico City) or a moment (`datetime`).
        connection: whose account's; else from the environment.
        source: only audits made from a file of this name, or of this SHA-256 (or its beginning).

    Returns:
        Audit: as `audit_orders` gives it.

    Raises:
        ConfigurationError, JournalError: no keys, or a journal that cannot be read.
        ValueError: `when` is neither a day nor a moment.
    """
    until, day = read_when(when)
    with connected(connection) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        with open_journal(found.journal, found.clock) as journal:
            account = account_of(found, journal)
            until = min(until, round(found.clock() * 1000))
            base = _base(journal.audits(account.scope), until, source, journal)
            if base is None:
                return _without_audit(account, until)
            last = journal.audit(base.id)
            audit = _restored(last)
            if day is not None and last.made_at >= beginning(day):
                return audit
            return _brought_up(audit, account, until)


def _base(records: Sequence[AuditRecord], until: int, source: str | None, journal: Journal) -> AuditRecord | None:
    """Return the newest whole audit up to a moment."""
    audited = [item for item in reversed(records) if item.kind == KIND and item.made_at <= until]
    fitting = (record for record in audited if source is None or _is_from(record, source))
    return next((record for record in fitting if _is_whole(record, journal)), None)


def _is_whole(record: AuditRecord, journal: Journal) -> bool:
    """Whether an audit read every order; one kept by an earlier release says so in its content only."""
    head = json.loads(record.head)
    if "unread" not in head:
        head = {"unread": 0, "stopped": unpack(journal.audit(record.id).payload or "")[1].get("stopped")}
    return head.get("stopped") is None and not head["unread"]


def _is_from(record: AuditRecord, source: str) -> bool:
    name = json.loads(record.head).get("source")
    return source == name or (len(source) >= 8 and (record.source_sha256 or "").startswith(source.lower()))


def _restored(record: AuditRecord) -> Audit:
    """Read an audit as it was kept."""
    head, body = unpack(record.payload or "")
    orders = decode_frame(body["orders"])
    orders.attrs["compropago"] = body["attrs"]
    return Audit(
        orders=orders,
        changes=decode_frame(body["changes"]),
        problems=decode_frame(body["problems"]),
        notes=body["notes"],
        facts=from_json(body["facts"]),
        made=record.made_at,
        troubles=[AuditProblem(*item) for item in body["troubles"]],
        source=Source(head["source"], record.source_sha256),
        mode=head["mode"],
        id=record.id,
        stopped=body["stopped"],
    )


def _brought_up(audit: Audit, account: Account, until: int) -> Audit:
    """Let the looks that came after an audit, up to a moment, change how its orders stood."""
    ids = [fact.order_id for fact in audit.facts if fact.order_id is not None]
    looks = account.journal.orders_at(account.scope, ids, until)
    newer = {name: item for name, item in looks.items() if item.seen_at > audit.made}
    paid = account.journal.first_paid(account.scope, ids, until)
    facts, changed = [], []
    for fact in audit.facts:
        look = newer.get(fact.order_id or "")
        now = _then(look.answer, paid.get(look.order_id)) if look else fact.now
        facts.append(replace(fact, now=now, outcome=_outcome(look.answer) if look else fact.outcome))
        if look and fact.counts and fact.status and facts[-1].status and fact.status != facts[-1].status:
            changed.append((fact.order_id, fact.status, facts[-1].status))
    if not newer:
        return replace(audit, made=until)
    troubles, notes = find(facts, mode=audit.mode, tariff=Tariff())
    return replace(
        audit,
        made=until,
        facts=facts,
        troubles=troubles,
        changes=change_table(changed),
        problems=as_table(troubles),
        notes=notes,
        orders=_with_looks(audit.orders, facts, newer.keys()),
        stopped=None,
        id=None,
    )


def _then(answer: Answer | None, paid: int | None) -> Stands | None:
    return None if answer is None else stands(answer, paid)


def _outcome(answer: Answer | None) -> str:
    return str(Outcome.NOT_FOUND if answer is None else Outcome.FOUND)


def _with_looks(orders: Any, facts: Sequence[Fact], newer: Any) -> Any:
    """Show in the table how the orders stood by their newer looks."""
    table = orders.copy()
    table.attrs = dict(orders.attrs)
    later = {fact.position: fact for fact in facts if not fact.beside and fact.order_id in newer}
    status = {position: item.now.status if item.now else None for position, item in later.items()}
    for name, new in (("status", status), ("outcome", {position: item.outcome for position, item in later.items()})):
        if name in table.columns:
            values = [new.get(position, old) for position, old in enumerate(table[name].astype(object))]
            table[name] = pd.Series(values, dtype="string", index=table.index)
    if "first_seen_paid" in table.columns:
        own = sorted((fact for fact in facts if not fact.beside), key=lambda item: item.position)
        seen = [item.now.first_paid if item.now else None for item in own]
        moments = typed("first_seen_paid", seen)
        moments.index = table.index
        table["first_seen_paid"] = moments
    return table


def _without_audit(account: Account, until: int) -> Audit:
    """Say how all orders stood that the journal knew then."""
    journal, scope = account.journal, account.scope
    known = [order for order in journal.known_orders(scope) if order.claimed_at <= until]
    created = {entry.order_id: entry for entry in known}
    told = read(frame_of([order_record(entry) for entry in known], KNOWN))
    outcomes = [str(Outcome.EXISTING)] * len(known)
    facts = facts_of(told.said(), list(created), outcomes, account, created, until)
    looks = journal.orders_at(scope, list(created), until)
    facts = [
        fact
        if fact.order_id not in looks or looks[fact.order_id].answer is not None
        else replace(fact, outcome=str(Outcome.NOT_FOUND))
        for fact in facts
    ]
    mode = account.connection.mode
    troubles, notes = find(facts, mode=mode, tariff=Tariff())
    return Audit(
        orders=_table(told.frame, facts, created),
        changes=change_table([]),
        problems=as_table(troubles),
        notes=notes,
        facts=facts,
        troubles=troubles,
        made=until,
        source=Source(None, None),
        mode=mode,
    )


def _table(frame: Any, facts: Sequence[Fact], created: dict[str, KnownOrder]) -> Any:
    """Return the columns of `verify_orders` from what was known."""
    columns = Columns(len(facts))
    for fact in facts:
        columns.put(_result(fact, created))
    table = frame.copy()
    names = [column for column in added_columns(operation("verify")) if column in _THEN]
    for name in names:
        table[name] = columns.series(name)
    table["first_seen_paid"] = typed("first_seen_paid", [fact.now.first_paid if fact.now else None for fact in facts])
    return table


_THEN = frozenset(
    [
        *("outcome", "clabe", "bank", "clabe_valid", "status", "test_mode", "short_id", "order_price", "fee", "iva"),
        *("created_at", "updated_at", "expires_at"),
    ]
)
"""The columns of `verify_orders` that can be told without an audit."""


def _result(fact: Fact, created: dict[str, KnownOrder]) -> Result:
    answer = created[fact.order_id or ""].answer
    status = fact.now.status if fact.now else None
    return Result(fact.position, Outcome(fact.outcome), answer=replace(answer, status=status))
