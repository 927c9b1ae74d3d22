"""A text for each resident who owes: for mail merge or WhatsApp, never sent from here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from string import Formatter
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..rows.results import moments
from ..texts import say
from ..values import is_blank, shown
from ..values.shown import fold
from .amounts import add_up, day_of, money_column, shown_day, written
from .facts import EXPIRED, Fact, owed

if TYPE_CHECKING:
    from .audit import Audit

FIELDS = ("name", "unit", "amount", "clabe", "due", "concept")
"""What a template may name."""
_HOLDING = ("email_differs", "name_differs", "clabe_differs", "two_open_orders", "mode_mismatch", "price_differs")
"""Problems that somebody must settle before this resident is written to."""
_NAMED = ("customer_id", "unit", "email", "phone", "clabe", "name")
"""By what a person may name a resident who is to be skipped."""
_TEXTS = ("customer_id", "name", "unit", "email", "phone")


def letters(audit: Audit, template: str | None, lang: str | None, skip: Iterable[Any]) -> Any:
    """Write the texts; see `Audit.messages`."""
    _check(template)
    facts, problems = audit.facts, audit.problems
    quiet = {fold(shown(item)) for item in skip if not is_blank(item)}
    unread = _unread(facts)
    held = _held(problems)
    holders, latest = _holders(facts), _latest(facts)
    lines = []
    for (whose, holder), group in _debts(facts, unread).items():
        former = whose in latest and latest[whose].holder != holder
        group = group or [unread[whose]]
        hold = _first_of(
            ("unread", whose in unread), ("resident_changed", former), ("do_not_contact", _is_quiet(group, quiet))
        )
        hold = hold or _hold(group, held, holders)
        line = _line(group, hold, template, lang, former=former)
        line["note"] = None if former else _other_debts(audit.elsewhere.get(str(whose)), lang)
        lines.append(line)
    return _table(lines)


def _held(problems: Any) -> dict[str, str]:
    """Return the first problem of each order that somebody must settle."""
    held: dict[str, str] = {}
    for order_id, code in zip(problems["order_id"], problems["code"], strict=True):
        if code in _HOLDING:
            held.setdefault(order_id, code)
    return held


def _first_of(*reasons: tuple[str, bool]) -> str | None:
    return next((reason for reason, holds in reasons if holds), None)


def _is_quiet(group: Sequence[Fact], skip: Collection[str]) -> bool:
    """Whether the sheet, or the person, says that nobody writes to this resident."""
    said = (item for fact in group for item in (fact.said, fact.sent, fact.now) if item is not None)
    names = {fold(text) for item in said for field in _NAMED for text in [getattr(item, field, None)] if text}
    return any(fact.said.quiet for fact in group) or not names.isdisjoint(skip)


def _other_debts(debts: tuple[int, int] | None, lang: str | None) -> str | None:
    """Say what is owed besides, and is not in the text."""
    if debts is None:
        return None
    return say("reports", "other_debts", lang, orders=debts[0], amount=written(debts[1]))


def _table(lines: Sequence[dict[str, Any]]) -> Any:
    columns = {name: pd.Series([line[name] for line in lines], dtype="string") for name in _TEXTS}
    columns["orders"] = pd.Series([line["orders"] for line in lines], dtype="Int64")
    columns["amount"] = money_column([line["amount"] for line in lines])
    columns["clabe"] = pd.Series([line["clabe"] for line in lines], dtype="string")
    columns["due"] = moments([line["due"] for line in lines])
    columns |= {name: pd.Series([line[name] for line in lines], dtype="string") for name in ("hold", "text", "note")}
    return pd.DataFrame(columns)


def _check(template: str | None) -> None:
    if template is None:
        return
    try:
        named = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as problem:
        raise ValueError(say("reports", "bad_template", name=problem, known=_known())) from None
    for name in named:
        if name not in FIELDS:
            raise ValueError(say("reports", "bad_template", name=name, known=_known()))


def _known() -> str:
    return ", ".join(f"{{{name}}}" for name in FIELDS)


def _whose(fact: Fact) -> Any:
    """Tell two residents apart, also where the sheet has no ids."""
    if fact.customer is not None:
        return fact.customer
    told = (fact.said.email or (fact.now.email if fact.now else None), fact.said.name, fact.said.unit)
    return tuple(fold(part) for part in told if part) or fact.order_id


def _holders(facts: Sequence[Fact]) -> dict[str, set[Any]]:
    """Return who has each CLABE: one that two residents share must go out to neither."""
    found: dict[str, set[Any]] = {}
    for fact in facts:
        if fact.now and fact.now.clabe:
            found.setdefault(fact.now.clabe, set()).add(_whose(fact))
    return found


def _debts(facts: Sequence[Fact], unread: dict[Any, Fact]) -> dict[tuple[Any, tuple[str, str]], list[Fact]]:
    """Return what is owed by resident and by whom the orders were raised for; empty where it only was not read."""
    debts: dict[tuple[Any, tuple[str, str]], list[Fact]] = {}
    for fact in owed(facts):
        debts.setdefault((_whose(fact), fact.holder), []).append(fact)
    owing = {whose for whose, _ in debts}
    return debts | {(whose, fact.holder): [] for whose, fact in unread.items() if whose not in owing}


def _unread(facts: Sequence[Fact]) -> dict[Any, Fact]:
    """Return the residents of whom an order was not read, each with that order."""
    return {_whose(fact): fact for fact in facts if fact.unread}


def _latest(facts: Sequence[Fact]) -> dict[Any, Fact]:
    """Return the newest order of each resident id: it was raised for whoever lives there now."""
    found: dict[Any, Fact] = {}
    for fact in sorted((item for item in facts if item.now), key=lambda item: (item.now and item.now.created_at) or 0):
        found[_whose(fact)] = fact
    return found


def _hold(debts: Sequence[Fact], held: dict[str, str], holders: dict[str, set[Any]]) -> str | None:
    """Return what somebody must settle before this resident is written to."""
    clabes = [fact.now.clabe for fact in debts if fact.now and fact.now.clabe]
    problem = next((held[fact.order_id] for fact in debts if fact.order_id in held), None)
    return problem or ("shared_clabe" if any(len(holders[clabe]) > 1 for clabe in clabes) else None)


def _line(
    debts: Sequence[Fact], hold: str | None, template: str | None, lang: str | None, *, former: bool
) -> dict[str, Any]:
    debts = sorted(debts, key=lambda item: item.due or 0)
    newest, clabes = debts[-1], [fact.now.clabe for fact in debts if fact.now and fact.now.clabe]
    sent, said = newest.sent, newest.said
    witnesses = (sent, newest.now, said) if former else (said, sent, newest.now)
    line: dict[str, Any] = {
        "customer_id": said.customer_id or (sent.customer_id if sent else None),
        "name": _first(witnesses, "name"),
        "unit": said.unit,
        "email": _first(witnesses, "email"),
        "phone": None if former else said.phone,
        "orders": sum(not fact.unread for fact in debts),
        "amount": add_up(fact.amount for fact in debts),
        "clabe": clabes[-1] if clabes else None,
        "due": min((fact.due for fact in debts if fact.due), default=None),
        "hold": hold,
        "text": None,
    }
    if hold is None:
        words = _words(line, debts, lang)
        line["text"] = (template or _default(debts, line, lang)).format(**words)
    return line


def _first(witnesses: Sequence[Any], field: str) -> str | None:
    return next((text for text in (getattr(part, field, None) for part in witnesses) if text), None)


def _words(line: dict[str, Any], debts: Sequence[Fact], lang: str | None) -> dict[str, str]:
    concepts = [fact.sent.product_name for fact in debts if fact.sent and fact.sent.product_name]
    return {
        "name": line["name"] or say("reports", "letter_neighbour", lang),
        "unit": line["unit"] or line["customer_id"] or "",
        "amount": written(line["amount"]),
        "clabe": grouped(line["clabe"]),
        "due": shown_day(day_of(line["due"]), lang)
        if line["due"] is not None
        else say("reports", "letter_no_day", lang),
        "concept": ", ".join(dict.fromkeys(concepts)) or say("reports", "letter_fees", lang),
    }


def grouped(clabe: str | None) -> str:
    """Write a CLABE for reading aloud: bank, place, account and digit (`646 180 1464 0021 9781`)."""
    text = clabe or ""
    if len(text) != 18:
        return text
    return " ".join((text[:3], text[3:6], text[6:10], text[10:14], text[14:]))


def _default(debts: Sequence[Fact], line: dict[str, Any], lang: str | None) -> str:
    """Put a polite text together: an order that has ended takes no more money, so it asks for no transfer."""
    ended = [fact for fact in debts if fact.status == EXPIRED]
    parts = ["letter_greeting", "letter_owes_unit" if line["unit"] else "letter_owes"]
    if len(ended) == len(debts):
        parts.append("letter_ended")
    else:
        parts.append("letter_pay" if len(debts) == 1 else "letter_pay_each")
        parts += ["letter_some_ended"] if ended else []
    parts.append("letter_thanks")
    return "\n\n".join(say("reports", part, lang, **_SELF) for part in parts)


_SELF = {name: f"{{{name}}}" for name in FIELDS}
