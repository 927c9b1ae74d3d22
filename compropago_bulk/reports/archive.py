"""Reports that were kept, and who had paid on a day of the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import operation
from ..bulk.history import frame_of, opened
from ..bulk.profile import Profile, report_defaults
from ..bulk.verify import KNOWN, order_record
from ..errors import ConfigurationError
from ..journal import Journal, Scope
from ..journal.states import AuditRecord, KnownOrder
from ..model import Answer, Outcome, Result
from ..rows.results import Columns, added_columns, typed
from ..texts import say
from .amounts import beginning, read_when, shown_moment
from .audit import Audit
from .build_audit import KIND, change_table, facts_of
from .evidence import body_of, decode_frame, head_of
from .facts import Fact, Stands, from_json, stands
from .problems import AuditProblem, Tariff, as_table, find
from .sheet_rows import Source, read
from .statement import Statement, restored

_KEPT = {
    "id": "Int64",
    "kind": "string",
    "made_at": "moment",
    "source": "string",
    "source_sha256": "string",
    "mode": "string",
    "account": "string",
    "account_id": "string",
    "orders": "Int64",
    "amount": "Float64",
    "paid": "Float64",
    "owed": "Float64",
    "problems": "Int64",
    "stopped": "string",
    "unread": "Int64",
    "sha256": "string",
    "intact": "boolean",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A journal, and whose reports of it are meant."""

    journal: Journal
    scope: Scope | None
    name: str | None
    now: int

    def one(self) -> Scope:
        """Return the account that is meant; without a word the only one.

        Raises:
            ConfigurationError: the journal knows none, or several.
        """
        known = self.journal.accounts()
        if self.scope is None and len(known) != 1:
            raise ConfigurationError(say("reports", "which_account", known=", ".join(known) or "–"))
        return self.scope or next(iter(known.values()))

    @property
    def others(self) -> list[str]:
        """Return a note on the reports that lie under other keys or addresses; none where there are none."""
        names = {scope.id: name for name, scope in self.journal.accounts().items()}
        counts = Counter(names.get(record.scope, "–") for record in self.journal.audits() if self.scope)
        told = ", ".join(f'{count} (account="{name}")' for name, count in counts.items() if name != self.name)
        return [f"other_accounts: {say('reports', 'other_accounts', told=told)}"] if told else []


@contextmanager
def shelf(connection: Connection | None, journal: str | Path | None, account: str | None) -> Iterator[Shelf]:
    """Open a journal at the account that is meant: named, else the connection's; without keys, everybody's.

    Raises:
        ConfigurationError: no account of this name.
    """
    with opened(connection, journal) as (book, scope):
        known = book.accounts()
        if account is not None and account not in known:
            names = ", ".join(known) or "–"
            raise ConfigurationError(say("setup", "unknown_choice", name="account", value=account, known=names))
        scope = known[account] if account is not None else scope
        name = next((name for name, item in known.items() if scope is not None and item.id == scope.id), None)
        yield Shelf(book, scope, name, book.now())


def audits(
    connection: Connection | None = None, *, journal: str | Path | None = None, account: str | None = None
) -> Any:
    """List the audits and statements that were kept, the oldest first.

    Args:
        connection: whose account's; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.
        account: one of the journal's accounts, by its name in the column `account`; no keys are needed.

    Returns:
        DataFrame: `id`, `kind` (`audit` or `statement`), `made_at` (Mexico City), `source` (the file's name),
        `source_sha256`, `mode`, `account` (a name for the keys and the address, not the keys), `account_id` (of
        statements), `orders`, `amount`, `paid`, `owed` (MXN), `problems`, `stopped` (why an audit did not read every
        order; missing where it did), `unread` (orders not read), `sha256` (its seal: over its content, its sheet's
        hash, its moment, the looks that it was made from, and the seal before it), `intact` (whether all of that is as
        it was sealed; False from the first one on that was edited, removed or put in; missing for what an earlier
        release kept without a seal). `.attrs["compropago_notes"]` counts what lies under other keys.

    Raises:
        ConfigurationError: the keys contradict each other, or no account of this name.
        JournalError: the journal cannot be read.
    """
    with shelf(connection, journal, account) as place:
        records = place.journal.audits(place.scope)
        intact = {item.id: item.intact for item in place.journal.seals() if item.made_at is not None}
        names = {scope.id: name for name, scope in place.journal.accounts().items()}
        notes = place.others
    told = [head_of(item) | _known(item, intact.get(item.id)) | {"account": names.get(item.scope)} for item in records]
    table = frame_of(told, _KEPT)
    table.attrs["compropago_notes"] = notes
    return table


def _known(record: AuditRecord, intact: bool | None) -> dict[str, Any]:
    """Return what the journal itself knows of a kept report, whatever its content says."""
    names = ("id", "kind", "made_at", "source_sha256")
    return {**{name: getattr(record, name) for name in names}, "sha256": record.seal, "intact": intact}


def check_seals(journal: Journal) -> list[str]:
    """Say what is wrong with the reports that a journal keeps, a sentence each; nothing where all are as they were."""
    troubled = (item for item in journal.seals() if item.trouble is not None)
    return [
        say("runs", f"seal_{item.trouble}", number=item.id, seal=(item.seal or "–")[:16], when=_when(item.made_at))
        for item in troubled
    ]


def _when(made_at: int | None) -> str:
    return "–" if made_at is None else shown_moment(made_at)


def audit(
    id: int,
    *,
    connection: Connection | None = None,
    journal: str | Path | None = None,
) -> Audit | Statement:
    """Open an audit or a statement as it was kept.

    Args:
        id: as `audits` shows it.
        connection: whose journal; else from the environment. No keys are needed.
        journal: another journal than the connection's.

    Returns:
        Audit or Statement: the same tables, figures and texts as on the day when it was made. Where it, or one before
        it, is not as it was sealed, an Audit's `.notes` say so (`not_intact`).

    Raises:
        ValueError: nothing is kept under this number, or an earlier release kept a statement's tables only.
        JournalError: the journal cannot be read.
    """
    with opened(connection, journal) as (book, _):
        record = book.audit(id) if isinstance(id, int) and not isinstance(id, bool) else None
        if record is None:
            raise ValueError(say("reports", "no_such_report", id=id))
        intact = {item.id: item.intact for item in book.seals()}.get(record.id)
    if record.kind != KIND:
        return restored(record)
    made = _restored(record)
    return made if intact is not False else replace(made, notes=[*made.notes, _not_intact(record)])


def _not_intact(record: AuditRecord) -> str:
    return f"not_intact: {say('reports', 'not_intact', id=record.id)}"


def audit_as_of(
    when: Any,
    *,
    connection: Connection | None = None,
    source: str | None = None,
    journal: str | Path | None = None,
    account: str | None = None,
    profile: Profile | str | Path | None = None,
) -> Audit:
    """Say who had paid then, from the looks that were kept. Nothing is read from the API.

    A day on which an audit was made gives that audit (the last of the day that read every order). Else the last such
    audit before gives the orders, and the looks since then how they stood; before the first audit, all orders
    that the journal knew then.

    Args:
        when: a day (`date`, or text: `2026-03-15`, `15/03/2026`; its end, in Mexico City), a month or a year
            (`2026-03`, `marzo 2026`, `2026`; its end) or a moment (`datetime`).
        connection: whose account's; else from the environment.
        source: only audits made from a file of this name, or of this SHA-256 (or its beginning).
        journal: another journal than the connection's; no keys are needed where it knows one account.
        account: one of the journal's accounts, by its name in `audits`; no keys are needed.
        profile: whose name and logo stand at the head of its pages.

    Returns:
        Audit: as `audit_orders` gives it; `.notes` count what lies under other keys (`other_accounts`).

    Raises:
        ConfigurationError, JournalError: neither keys nor an account that could be meant, a profile that cannot be
        used, or a journal that cannot be read.
        ValueError: `when` is neither a day nor a moment.
    """
    heading = report_defaults(profile).heading
    until, day = read_when(when)
    with shelf(connection, journal, account) as place:
        book, scope = place.journal, place.one()
        records = book.audits(scope)
        until = min(until, max([place.now, *(record.made_at for record in records)]))
        base = _base(records, until, source, book)
        if base is None:
            told = _without_audit(book, scope, until)
        else:
            last = book.audit(base.id) or base
            told = _restored(last)
            if day is None or last.made_at < beginning(day):
                told = _brought_up(told, book, scope, until)
        return replace(told, notes=[*told.notes, *place.others], heading=heading)


def _base(records: Sequence[AuditRecord], until: int, source: str | None, journal: Journal) -> AuditRecord | None:
    """Return the newest whole audit up to a moment."""
    audited = [item for item in reversed(records) if item.kind == KIND and item.made_at <= until]
    fitting = (record for record in audited if source is None or _is_from(record, source))
    return next((record for record in fitting if _is_whole(record, journal)), None)


def _is_whole(record: AuditRecord, journal: Journal) -> bool:
    """Whether an audit read every order; one kept by an earlier release says so in its content only."""
    head = head_of(record)
    if "unread" not in head:
        head = {"unread": 0, "stopped": body_of(journal.audit(record.id)).get("stopped", "spoilt")}
    return head.get("stopped") is None and not head["unread"]


def _is_from(record: AuditRecord, source: str) -> bool:
    name = head_of(record).get("source")
    return source == name or (len(source) >= 8 and (record.source_sha256 or "").startswith(source.lower()))


def _restored(record: AuditRecord) -> Audit:
    """Read an audit as it was kept."""
    head, body = head_of(record), body_of(record)
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
        seal=record.seal,
        elsewhere={customer: tuple(debts) for customer, debts in body.get("elsewhere", {}).items()},
        stopped=body["stopped"],
    )


def _brought_up(audit: Audit, journal: Journal, scope: Scope, until: int) -> Audit:
    """Let the looks that came after an audit, up to a moment, change how its orders stood."""
    ids = [fact.order_id for fact in audit.facts if fact.order_id is not None]
    looks = journal.orders_at(scope, ids, until)
    newer = {name: item for name, item in looks.items() if item.seen_at > audit.made}
    paid = journal.first_paid(scope, ids, until)
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
        seal=None,
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


def _without_audit(journal: Journal, scope: Scope, until: int) -> Audit:
    """Say how all orders stood that the journal knew then."""
    known = [order for order in journal.known_orders(scope) if order.claimed_at <= until]
    created = {entry.order_id: entry for entry in known}
    told = read(frame_of([order_record(entry) for entry in known], KNOWN))
    outcomes = [str(Outcome.EXISTING)] * len(known)
    facts = facts_of(told.said(), list(created), outcomes, (journal, scope), created, until)
    looks = journal.orders_at(scope, list(created), until)
    facts = [
        fact
        if fact.order_id not in looks or looks[fact.order_id].answer is not None
        else replace(fact, outcome=str(Outcome.NOT_FOUND))
        for fact in facts
    ]
    mode = scope.mode
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
