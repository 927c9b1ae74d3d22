"""`audit_orders`: read every order, hear the sheet and the journal, and put what they say side by side."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from os import PathLike
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import values_of
from ..bulk.check_report import FEE_FIXED, FEE_SHARE
from ..bulk.pipeline import account_of, connected, operate
from ..bulk.plan import Account, Options
from ..bulk.profile import Profile, report_defaults
from ..bulk.verify import as_table, known_orders
from ..errors import JournalError
from ..journal import Journal, Scope, open_journal
from ..journal.states import KnownOrder
from ..model import Outcome, Progress
from ..texts import say
from ..values.shown import fold
from .amounts import exact, to_centavos
from .audit import Audit
from .evidence import body_of, encode_frame, pack
from .facts import EXPIRED, OPEN, Fact, Said, Sent, Stands, stands, to_json
from .problems import Tariff, find
from .problems import as_table as problem_table
from .sheet_rows import Sheet, Source, read

logger = logging.getLogger("compropago_bulk")

KIND = "audit"
_READ = frozenset({Outcome.FOUND.value, Outcome.EXISTING.value, Outcome.NOT_FOUND.value})
_CREATED_EARLIER = 3_600_000
"""Milliseconds that the clocks of the API and of this computer may be apart."""


def audit_orders(
    source: Any = None,
    *,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    progress: bool | Callable[[Progress], None] = True,
    only_open: bool = False,
    prefix: str = "",
    id_prefix: str = "",
    fee_fixed: Decimal | float = FEE_FIXED,
    fee_share: Decimal | float = FEE_SHARE,
    **values: Any,
) -> Audit:
    """Say who has paid, who owes, since when, what changed and what looks wrong; and keep it, dated.

    Reads every order (`GET /v2/orders/<ID>`); nobody is written to.

    Args:
        source: what `create_orders` or `verify_orders` gave, or its exported workbook; a sheet of residents (their
            orders are found in the journal by `customer_id`, else `reference`; `product_id=` chooses a product); a list
            of order ids; or None: all orders that the journal knows.
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile: a `Profile` or its file: the defaults of `sheet`, `columns` and `id_prefix`, and the name and logo at
            the head of the workbook's pages.
        sheet, columns, progress, only_open, prefix: as in `verify_orders`. `columns={"exp_date": …}` names the due
            date.
        id_prefix: as it was given to `create_orders`.
        fee_fixed, fee_share: the fee before IVA (MXN, and a share of the price), for orders whose fee was not recorded
            at creation.
        **values: a field's value for every row that has none of its own.

    Returns:
        Audit: `.orders`, `.summary`, `.changes`, `.problems`, `.ageing`, `.by(column)`, `.messages()`, `.plot()`,
        `.export_excel(path)`.

    Raises:
        ConfigurationError, SheetError, JournalError, ValueError, TypeError: before anything is read.
        AuthenticationError: the keys were refused before any order had been read.
    """
    tariff = Tariff(Decimal(str(fee_fixed)), Decimal(str(fee_share)))
    own = report_defaults(profile, source, sheet=sheet, columns=columns, id_prefix=id_prefix)
    with connected(connection, own.settings) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        with open_journal(found.journal, found.clock) as journal:
            account = account_of(found, journal)
            everything = source is None
            given = known_orders(found) if everything else as_table(source)
            told = read(given, sheet=own.sheet, columns=own.columns, values=values, id_prefix=own.id_prefix)
            told = told if "order_id" in told.values else _with_orders(told, account)
            told = replace(told, source=Source(None, None)) if everything else told
            options = Options(connection=found, progress=progress, only_open=only_open, prefix=prefix)
            made = _audit(told, account, options, tariff, own.columns, everything=everything)
            return replace(made, heading=own.heading)


def _with_orders(told: Sheet, account: Account) -> Sheet:
    """Return each resident a row for each order that the journal knows of theirs, and one where there is none."""
    wanted: dict[str, int] = {}
    for place, value in enumerate(told.values["customer_id"]):
        if value is not None:
            wanted.setdefault(fold(value), place)
    product = next((item for item in told.values.get("product_id", ()) if item is not None), None)
    orders: dict[str, list[str]] = {}
    for known in account.journal.known_orders(account.scope):
        sent = sent_of(known)
        if product is None or (sent.product_id is not None and fold(sent.product_id) == fold(str(product))):
            orders.setdefault(fold(sent.customer_id or ""), []).append(known.order_id)
    keys = [fold(value) if value is not None else None for value in told.values["customer_id"]]
    keys = keys or [None] * len(told.frame)
    pairs = [
        (place, order)
        for place, key in enumerate(keys)
        for order in (orders.get(key, [None]) if key is not None and wanted.get(key) == place else [None])
    ]
    places = [place for place, _ in pairs]
    frame = told.frame.iloc[places].copy()
    frame["order_id"] = pd.array([order for _, order in pairs], dtype="string")
    values = {name: [column[place] for place in places] for name, column in told.values.items() if column}
    return replace(told, frame=frame, values={**values, "order_id": [order for _, order in pairs]})


@dataclass(frozen=True, slots=True)
class _Witnesses:
    """What the journal knows of the orders at hand."""

    created: Mapping[str, KnownOrder]
    first: Mapping[str, str]
    """Order to the status of its oldest look before this audit."""


def _audit(
    told: Sheet,
    account: Account,
    options: Options,
    tariff: Tariff,
    columns: Mapping[str, Any] | None,
    *,
    everything: bool,
) -> Audit:
    journal, scope = account.journal, account.scope
    ids = list(told.values["order_id"])
    distinct = sorted({id_ for id_ in ids if id_ is not None})
    begun = _now(account)
    created = {order.order_id: order for order in journal.known_orders(scope, distinct)}
    oldest = journal.orders_at(scope, distinct, begun, oldest=True)
    known = _Witnesses(
        created, {name: item.answer.status for name, item in oldest.items() if item.answer and item.answer.status}
    )
    named = {"order_id": columns["order_id"]} if columns and "order_id" in columns else None
    orders = operate("verify", told.frame, replace(options, columns=named))
    outcomes = [str(order) for order in orders[options.prefix + "outcome"]]
    facts = facts_of(told.said(), ids, outcomes, (journal, scope), created, _now(account))
    stopped = orders.attrs["compropago"]["stopped"]
    if not everything:
        facts += _beside(facts, account, options, stopped=stopped is not None)
    return _kept(orders, facts, told, account, tariff, known, stopped)


def _now(account: Account) -> int:
    return round(account.connection.clock() * 1000)


def facts_of(
    said: Sequence[Said],
    ids: Sequence[str | None],
    outcomes: Sequence[str],
    where: tuple[Journal, Scope],
    created: Mapping[str, KnownOrder],
    until: int,
) -> list[Fact]:
    """Put the witnesses together, row by row; how an order stands is what its newest look up to `until` says."""
    distinct = sorted({id_ for id_ in ids if id_ is not None})
    journal, scope = where
    looks, paid = journal.orders_at(scope, distinct, until), journal.first_paid(scope, distinct, until)
    seen: set[str] = set()
    facts = []
    for position, (row, order_id, outcome) in enumerate(zip(said, ids, outcomes, strict=True)):
        now: Stands | None = None
        known = created.get(order_id) if order_id else None
        if order_id is not None and outcome in _READ:
            look = looks.get(order_id)
            answer = look.answer if look is not None else known.answer if known else None
            now = stands(answer, paid.get(order_id)) if answer is not None else None
        sent = sent_of(known) if known else None
        facts.append(Fact(position, order_id, outcome, row, sent, now, repeat=order_id in seen))
        seen |= {order_id} if order_id else set()
    return facts


def sent_of(known: KnownOrder) -> Sent:
    """Read what an order was created as; one that a person vouched for has no fee on record."""
    sent = values_of(known.body)
    price = sent.get("price")
    texts = {field: sent.get(field) for field in ("name", "email", "customer_id", "product_id", "product_name")}
    return Sent(
        price=to_centavos(Decimal(str(price))) if price is not None else None,
        fee=to_centavos(known.answer.fee),
        **texts,
    )


def _beside(facts: Sequence[Fact], account: Account, options: Options, *, stopped: bool) -> list[Fact]:
    """Find orders that the journal knows and the source does not: of the same resident and product, or of a stranger.

    The former are read too, since one of them may be the one that was paid; after a stop they count as not read.
    """
    listed = {fact.order_id for fact in facts}
    rows = {fact.key: fact for fact in facts if fact.key is not None}
    products = {key[0] for key in rows}
    customers = {fold(fact.said.customer_id) for fact in facts if fact.said.customer_id is not None}
    twins: dict[str, tuple[Fact, KnownOrder]] = {}
    strangers = []
    for known in account.journal.known_orders(account.scope) if products else ():
        if known.order_id in listed:
            continue
        sent = sent_of(known)
        key = (fold(sent.product_id or ""), fold(sent.customer_id or ""))
        if key in rows:
            twins[known.order_id] = (rows[key], known)
        elif customers and key[0] in products and key[1] not in customers:  # a bare list of orders names nobody
            strangers.append(Fact(-1, known.order_id, "beside", Said(), sent, None, beside=True))
    found = [*_second_orders(twins, account, options, stopped=stopped)]
    return found if stopped else [*found, *strangers]


def _second_orders(
    twins: Mapping[str, tuple[Fact, KnownOrder]], account: Account, options: Options, *, stopped: bool
) -> Iterable[Fact]:
    """Read the orders beside those of the source; after a stop they count as not read."""
    outcomes = [str(Outcome.NOT_SENT)] * len(twins)
    if twins and not stopped:
        table = operate("verify", as_table(list(twins)), replace(options, progress=False, prefix=""))
        outcomes = [str(outcome) for outcome in table["outcome"]]
    created = {name: known for name, (_, known) in twins.items()}
    said = [row.said for row, _ in twins.values()]
    found = facts_of(said, list(twins), outcomes, (account.journal, account.scope), created, _now(account))
    for match, (row, _) in zip(found, twins.values(), strict=True):
        if match.now is not None or match.unread:
            yield replace(match, position=row.position, beside=True)


def _kept(
    orders: Any,
    facts: list[Fact],
    told: Sheet,
    account: Account,
    tariff: Tariff,
    known: _Witnesses,
    stopped: str | None,
) -> Audit:
    made, mode = _now(account), account.connection.mode
    troubles, notes = find(facts, mode=mode, tariff=tariff)
    changes = _changes(facts, account, known)
    audit = Audit(
        orders=orders,
        changes=changes,
        problems=problem_table(troubles),
        notes=[*told.notes, *notes],
        facts=facts,
        troubles=troubles,
        made=made,
        source=told.source,
        mode=mode,
        elsewhere=_elsewhere(facts, account),
        stopped=stopped,
    )
    try:
        number, seal = account.journal.keep_audit(account.scope, KIND, packed(audit), audit.source.sha256, made)
    except JournalError as problem:
        logger.warning("an audit could not be kept: %s", type(problem).__name__)
        return replace(audit, notes=[*audit.notes, f"not_kept: {say('reports', 'not_kept')}"])
    return replace(audit, id=number, seal=seal)


def _elsewhere(facts: Sequence[Fact], account: Account) -> dict[str, tuple[int, int]]:
    """Add up what residents of an audit owe by orders that it does not have, as these were last seen."""
    others = _other_orders(facts, account)
    seen = account.journal.last_observations(account.scope, list(others))
    debts: dict[str, list[int]] = {}
    for order_id, (customer, item) in others.items():
        status = seen[order_id].status if order_id in seen else OPEN
        if status in (OPEN, EXPIRED) and item.price is not None:
            debts.setdefault(customer, []).append(item.price)
    return {customer: (len(amounts), sum(amounts)) for customer, amounts in debts.items()}


def _other_orders(facts: Sequence[Fact], account: Account) -> dict[str, tuple[str, Sent]]:
    """Return the newest orders of the same residents that an audit does not have, each with whose it is."""
    listed = {fact.order_id for fact in facts}
    holders = {fact.customer: fact.holder for fact in facts if fact.customer}
    newest = {known.key: known for known in account.journal.known_orders(account.scope)}
    sent = {known.order_id: sent_of(known) for known in newest.values() if known.order_id not in listed}
    return {order_id: (customer, item) for order_id, item in sent.items() for customer in _same_holder(item, holders)}


def _same_holder(sent: Sent, holders: Mapping[str, tuple[str, str]]) -> Iterable[str]:
    """Return the customer of an order, if it was raised for who lives there now."""
    customer = fold(sent.customer_id or "")
    same = holders.get(customer) == (fold(sent.name or ""), fold(sent.email or ""))
    return (customer,) if same else ()


def packed(audit: Audit) -> str:
    """Write an audit as it is kept."""
    money = audit.totals()
    head = {
        "source": audit.source.name,
        "mode": audit.mode,
        "orders": sum(fact.counts for fact in audit.facts),
        **{name: str(exact(money[name])) for name in ("amount", "paid", "owed")},
        "problems": len(audit.problems),
        "stopped": audit.stopped,
        "unread": audit.unread,
    }
    statuses = {fact.order_id: fact.status for fact in audit.facts if fact.order_id and fact.status}
    body = {
        "statuses": statuses,
        "facts": to_json(audit.facts),
        "orders": encode_frame(audit.orders),
        "changes": encode_frame(audit.changes),
        "problems": encode_frame(audit.problems),
        "notes": audit.notes,
        "troubles": [[item.order_id, item.code, item.sheet, item.api, item.place] for item in audit.troubles],
        "attrs": audit.orders.attrs.get("compropago", {}),
        "stopped": audit.stopped,
        "elsewhere": audit.elsewhere,
    }
    return pack(head, body)


def _changes(facts: Iterable[Fact], account: Account, known: _Witnesses) -> Any:
    """Tell what changed since the last audit that had the order; since its first look, where none had it."""
    now = {fact.order_id: fact for fact in facts if fact.order_id and fact.status and fact.counts}
    before = dict(_audited(now, account))
    lines = []
    for name, item in now.items():
        previous = before.get(name, known.first.get(name))
        if previous is not None and previous.upper() != item.status:
            lines.append((name, previous.upper(), item.status))
    return change_table(lines)


def change_table(lines: Sequence[tuple[str | None, str | None, str | None]]) -> Any:
    """Make the table of changes."""
    names = ("order_id", "previous_status", "status")
    return pd.DataFrame(
        {name: pd.Series([line[place] for line in lines], dtype="string") for place, name in enumerate(names)}
    )


def _audited(orders: Mapping[str, Fact], account: Account) -> Iterable[tuple[str, str]]:
    """Return the status that each order had in the newest audit that had it; no audit is older than its orders."""
    left = dict(orders)
    for record in reversed(account.journal.audits(account.scope)):
        born = [value.now.created_at or 0 for value in left.values() if value.now]
        if not left or record.made_at < min(born) - _CREATED_EARLIER:
            return
        if record.kind != KIND:
            continue
        statuses = body_of(account.journal.audit(record.id)).get("statuses", {})
        for name in [name for name in left if name in statuses]:
            yield name, statuses[name]
            del left[name]
