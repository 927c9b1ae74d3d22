"""The views of an audit, as tables: by status, by age, by tower. Pure; money in MXN, added up in centavos."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from ..sheets.headers import recognise
from ..texts import say, sentences
from .amounts import add_up, day_of, money_column, months_after, share_column
from .facts import PAID, STATUSES, Fact, owed

AGES = ("current", "1", "2-3", "more than 3")
"""Months since it was due: not due yet, up to one, up to three, more."""


def summary_of(facts: Sequence[Fact]) -> Any:
    """Count and add up the orders by status: paid, open, expired, then whatever else the API said."""
    groups: dict[str, list[int | None]] = {}
    for one in facts:
        if one.counts and one.status:
            groups.setdefault(one.status, []).append(one.amount)
    ranks = {status: place for place, status in enumerate(STATUSES)}
    return _table(
        "status", {name: groups[name] for name in sorted(groups, key=lambda group: (ranks.get(group, 9), group))}
    )


def ageing_of(facts: Sequence[Fact], today: date) -> Any:
    """Count and add up what is owed by how long ago it was due."""
    groups: dict[str, list[int | None]] = {age: [] for age in AGES}
    for fact in owed(facts):
        groups[age_of(fact.due, today)].append(fact.amount)
    return _table("months", groups)


def age_of(due: int | None, today: date) -> str:
    """Return the age of a debt: `due` in epoch milliseconds; what has no due date is current."""
    if due is None or day_of(due) >= today:
        return AGES[0]
    day = day_of(due)
    return AGES[1] if today <= months_after(day, 1) else AGES[2] if today <= months_after(day, 3) else AGES[3]


def _table(name: str, groups: Mapping[str, Sequence[int | None]]) -> Any:
    amounts = [add_up(several) for several in groups.values()]
    made = {
        "orders": pd.Series([len(several) for several in groups.values()], dtype="Int64"),
        "amount": money_column(amounts),
        "share": share_column(amounts, sum(amounts)),
    }
    return pd.DataFrame(made).set_axis(pd.Index(list(groups), name=name, dtype="string"), axis=0)


def by_value(facts: Sequence[Fact], values: Sequence[Any], name: Hashable) -> Any:
    """Count and add up by a value of each row: paid, owed (an order that was raised again once), and their sum."""
    due = owed(facts)
    paid = [fact for fact in facts if fact.status == PAID and not fact.repeat]
    other = [fact for fact in facts if fact.counts and fact.status not in STATUSES]
    groups: dict[Any, list[list[int | None]]] = {}
    for place, several in enumerate((paid, due, other)):
        for item in several:
            groups.setdefault(values[item.position], [[], [], []])[place].append(item.amount)
    order = {value: place for place, value in reversed(list(enumerate(values)))}
    names = sorted(groups, key=lambda value: order[value])
    sums = [[add_up(part) for part in groups[value]] for value in names]
    made = {
        "orders": pd.Series([sum(map(len, groups[value])) for value in names], dtype="Int64"),
        "amount": money_column([sum(parts) for parts in sums]),
        "paid": money_column([parts[0] for parts in sums]),
        "owed": money_column([parts[1] for parts in sums]),
        "paid_share": pd.Series([parts[0] / sum(parts) if sum(parts) else 0.0 for parts in sums], dtype="Float64"),
    }
    return pd.DataFrame(made).set_axis(pd.Index(names, name=name), axis=0)


def label_of(name: str, lang: str | None = None) -> str:
    """Write a status or an age in the person's language; a status that nobody documented stays as it is."""

    code = f"label_{name.replace(' ', '_')}"
    return say("reports", code, lang) if code in sentences("reports") else name


def _label(frame: Any, column: Hashable) -> int:
    labels = list(frame.columns)
    if column in labels:
        return labels.index(column)
    known: Mapping[Any, int] = {
        item.field: place for place, item in enumerate(recognise([str(label) for label in labels])) if item.field
    }
    if column in known:
        return known[column]
    raise KeyError(say("reports", "no_column", column=column, known=", ".join(map(str, labels))))
