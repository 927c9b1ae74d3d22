"""`ledger`: movements put in line, from kept statements or from orders. Nothing is read from the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import Any

from ..api.connection import Connection
from ..bulk.profile import Profile, report_defaults
from ..journal import Journal, Scope
from ..model import Outcome
from ..texts import say
from ..values.shown import fold
from .amounts import add_up, beginning, read_when
from .archive import shelf
from .audit import Audit
from .build_audit import facts_of
from .deposits import Account, Movement
from .facts import PAID, Fact, Said, Stands, owed
from .ledger import KINDS, Entry, Ledger, Who
from .sheet_rows import Source, read
from .statement import Statement, restored


def ledger(
    what: Any = None,
    *,
    residents: Any = None,
    since: Any = None,
    until: Any = None,
    profile: Profile | str | PathLike[str] | None = None,
    connection: Connection | None = None,
    journal: str | Path | None = None,
    account: str | None = None,
) -> Ledger:
    """Put movements in line, flat by flat, with a running balance. Nothing is read from the API.

    Args:
        what: an account id (its kept statements), a Statement or a list of them; an Audit; or None: all orders that the
            journal knows, as they were last seen.
        residents: a sheet with references, units and towers, for orders whose own say nothing of them.
        since, until: a day, a month, a year or a moment as people write them (`2026-03`, `marzo 2026`, `01/03/2026`);
            what was before `since` is the opening.
        profile: whose name and logo stand at the head of the workbook's pages; else those of the audit or statements.
        connection: whose journal; else from the environment.
        journal, account: as in `audit_as_of`; no keys are needed.

    Returns:
        Ledger: `.lines`, `.residents`, `.months`, `.pivot`, `.payments`, `.totals`, `.for_resident(key)`,
        `.for_tower(name)`, `.plot()`, `.export_excel(path)`.

    Raises:
        ConfigurationError, JournalError: neither keys nor an account that could be meant, or a journal that cannot be
        read.
        ValueError: no statement of this account is kept, or statements that overlap.
        TypeError: `what` is none of these.
    """
    last = None if until is None else read_when(until)[0]
    first = None if since is None else _start(since)
    found = _found(what, connection, journal, account)
    known = {} if residents is None else _people(residents)
    entries = [replace(item, who=_completed(item.who, known)) for item in found.entries] if known else found.entries
    entries = [item for item in entries if last is None or item.at <= last]
    ordered = _in_order(_carried(entries, first) if first is not None else entries)
    own = report_defaults(profile).heading
    heading = found.heading.with_own(own.title, own.logo)
    until_when = found.made if last is None else min(found.made, last)
    return replace(found, entries=ordered, made=until_when, heading=heading)


def _start(since: Any) -> int:
    moment, day = read_when(since)
    return moment if day is None else beginning(day)


def _found(what: Any, connection: Connection | None, journal: str | Path | None, account: str | None) -> Ledger:
    if isinstance(what, Audit):
        made = Ledger(list(_of_orders(what.facts)), what.made, what.source, id=what.id, seal=what.seal)
        return replace(made, heading=what.heading)
    if isinstance(what, Statement):
        what = [what]
    if isinstance(what, list | tuple) and what and all(isinstance(item, Statement) for item in what):
        return _of_statements(sorted(what, key=lambda item: item.period.until))
    with shelf(connection, journal, account) as place:
        if isinstance(what, str):
            return _of_statements(_kept(place.journal, place.scope, what))
        if what is not None:
            raise TypeError(say("statements", "no_ledger_of", kind=type(what).__name__))
        return _of_journal(place.journal, place.one(), place.now)


def _kept(journal: Journal, scope: Scope | None, account_id: str) -> list[Statement]:
    """Return the kept statements of an account that follow each other; of two for one time the later one."""
    chosen: list[Statement] = []
    for record in sorted(journal.audits(scope), key=lambda item: item.id, reverse=True):
        if record.kind != "statement":
            continue
        made = restored(journal.audit(record.id) or record)
        if fold(made.account_id) == fold(account_id) and not any(_overlap(made, other) for other in chosen):
            chosen.append(made)
    if not chosen:
        raise ValueError(say("statements", "no_statements_of", account=account_id))
    return sorted(chosen, key=lambda item: item.period.until)


def _overlap(one: Statement, other: Statement) -> bool:
    first, second = sorted((one.period, other.period), key=lambda item: item.until)
    return second.since is None or second.since <= first.until


def _of_statements(made: Sequence[Statement]) -> Ledger:
    for one, other in pairwise(made):
        if _overlap(one, other):
            raise ValueError(
                say("statements", "statements_overlap", one=one.period.words(), other=other.period.words())
            )
    known: dict[str, Who] = {}
    entries: list[Entry] = []
    balances: dict[Who, int] = {}
    for item in made:
        start = _start_of(item)
        for said, account in zip(item.said, item.accounts, strict=True):
            who = known.setdefault(_mark(said), _who(said))
            own = list(_of_account(item, said, account, who, (start, balances.get(who, 0))))
            balances[who] = balances.get(who, 0) + add_up(entry.amount for entry in own)
            entries += own
    last = made[-1]
    return Ledger(entries, last.period.until, last.source, id=last.id, seal=last.seal, heading=last.heading)


def _mark(said: Said) -> str:
    told = (said.clabe, said.customer_id, said.unit, said.name)
    return next((fold(text) for text in told if text), said.place)


def _who(said: Said) -> Who:
    return Who(said.customer_id, said.name, said.unit, said.tower, said.clabe)


def _start_of(made: Statement) -> int:
    """Return when a statement begins: the beginning of an account is its first movement."""
    if made.period.since is not None:
        return made.period.since
    days = (movement.at for account in made.accounts for movement in account.deposits)
    return min(days, default=made.period.until)


def _of_account(made: Statement, said: Said, account: Account, who: Who, before: tuple[int, int]) -> Iterator[Entry]:
    """Return the movements of one resident in one statement; an opening that is carried already is no movement.

    Args:
        before: when the statement begins, and the balance that is carried to it.
    """
    start, carried = before
    if account.opening and account.opening != carried:
        yield Entry(who, start, "opening", account.opening - carried, None, said.place or None)
    if charge := (account.due or 0) - account.late_fee:
        yield Entry(who, start, "charge", charge, made.period.words(), said.place or None)
    for movement in account.deposits:
        yield from _of_deposit(movement, who)
    if account.late_fee:
        yield Entry(who, made.period.until, "late_fee", account.late_fee, None, said.place or None)


def _of_deposit(movement: Movement, who: Who) -> Iterator[Entry]:
    amounts = {"payment": -movement.paid, "returned": movement.returned}
    for kind, amount in amounts.items():
        if amount:
            yield Entry(who, movement.at, kind, amount, movement.description, movement.reference)
    if movement.fees:
        yield Entry(who, movement.at, "fee", 0, movement.description, movement.reference, movement.fees)


def _of_journal(journal: Journal, scope: Scope, now: int) -> Ledger:
    created = {order.order_id: order for order in journal.known_orders(scope)}
    outcomes = [str(Outcome.EXISTING)] * len(created)
    facts = facts_of([Said()] * len(created), list(created), outcomes, (journal, scope), created, now)
    return Ledger(list(_of_orders(facts)), now, Source(None, None))


def _of_orders(facts: Sequence[Fact]) -> Iterator[Entry]:
    """Return a charge for each order that is paid or owed, and what was paid; one that was raised again counts once."""
    counted = {id(fact) for fact in owed(facts)}
    people = _newest(facts)
    for fact in facts:
        paid = fact.status == PAID and not fact.repeat
        if fact.now is not None and fact.amount is not None and (paid or id(fact) in counted):
            yield from _of_order(fact, fact.now, fact.amount, people[fact.customer, fact.holder], paid=paid)


def _newest(facts: Sequence[Fact]) -> dict[Any, Who]:
    """Return each person of each flat as the newest order has it: orders may come with CLABEs of their own."""
    aged = sorted(facts, key=lambda fact: (fact.now.created_at if fact.now else None) or 0)
    return {(fact.customer, fact.holder): _of_fact(fact) for fact in aged}


def _of_order(fact: Fact, now: Stands, amount: int, who: Who, *, paid: bool) -> Iterator[Entry]:
    born = now.created_at or now.first_paid or 0
    concept = (fact.sent.product_name or fact.sent.product_id) if fact.sent else now.product_id
    yield Entry(who, born, "charge", amount, concept, fact.order_id)
    if paid:
        fee = (now.fee or 0) + (now.iva or 0)
        yield Entry(who, now.first_paid or born, "payment", -amount, concept, fact.order_id, fee)


def _of_fact(fact: Fact) -> Who:
    """Return whose order it is: who it was raised for, in the flat that the sheet says."""
    said, witnesses = fact.said, (fact.sent, fact.said, fact.now)
    name, customer, clabe = (
        next((text for part in witnesses if (text := getattr(part, field, None))), None)
        for field in ("name", "customer_id", "clabe")
    )
    return Who(customer, name, said.unit, said.tower, clabe)


def _people(residents: Any) -> dict[str, Said]:
    told = read(residents)
    return {fold(said.customer_id): said for said in told.said() if said.customer_id}


def _completed(who: Who, known: Mapping[str, Said]) -> Who:
    said = known.get(fold(who.customer_id or ""))
    if said is None:
        return who
    return replace(who, unit=who.unit or said.unit, tower=who.tower or said.tower)


def _carried(entries: Iterable[Entry], first: int) -> list[Entry]:
    """Put what was before a moment into one opening for each resident."""
    before: dict[Who, int] = {}
    later = []
    for item in entries:
        if item.at < first:
            before[item.who] = before.get(item.who, 0) + item.amount
        else:
            later.append(item)
    return [*(Entry(who, first, "opening", amount) for who, amount in before.items() if amount), *later]


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Sort by flat, then by person in the order of their first movement, then by time."""
    kept = list(entries)
    firsts: dict[Who, tuple[int, int]] = {}
    for place, item in enumerate(kept):
        firsts[item.who] = min(firsts.get(item.who, (item.at, place)), (item.at, place))
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}

    def place_of(item: Entry) -> tuple[Any, ...]:
        who = item.who
        flat = (who.tower or "", who.unit or "", who.customer_id or who.clabe or who.name or "")
        return (*flat, firsts[who], item.at, ranks[item.kind])

    return sorted(kept, key=place_of)
