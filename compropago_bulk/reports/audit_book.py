"""The workbook of an audit: a page for each view, for an assembly or an angry owner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..exports.heading import Heading
from ..exports.pages import Block, Chart, Column, Page, notes_page, write_pages
from ..texts import say
from .amounts import add_up, day_of, moment_of, pesos, shown_day, shown_moment, shown_month, written
from .facts import AGES, EXPIRED, OPEN, PAID, Fact, age_of, by_value, label_of, month_of, owed
from .problems import gathered
from .sheet_rows import Source

if TYPE_CHECKING:
    from .audit import Audit
    from .ledger import Ledger
    from .statement import Statement

_FILLS = {PAID: "good", OPEN: "wait", EXPIRED: "bad"}
_SHORT, _MONTHS = 16, 6
"""Digits of a hash that a footer shows (`audits` has all of them); months that stand beside each other."""


def write_audit(audit: Audit, path: str | Path, lang: str | None, heading: Heading) -> Path:
    """Write the workbook; see `Audit.export_excel`."""
    pages = [_summary(audit, lang), _debtors(audit, lang), *_towers(audit, lang), _orders(audit, lang)]
    pages += [_changes(audit, lang), _problems(audit, lang), _notes(audit, lang)]
    title, heading = say("reports", "book_audit", lang), heading.with_own(None, None, _as_of(audit, lang))
    return write_pages(path, pages, footer=footer_of(audit, lang), title=title, subject=f"#{audit.id}", heading=heading)


def footer_of(made: Audit | Statement | Ledger, lang: str | None) -> str:
    """Say at the foot of each page when and from what it was made, and under which number and seal it is kept."""
    parts = [shown_moment(made.made, lang), named(made.source, lang)]
    parts += [f"SHA-256 {made.source.sha256[:_SHORT]}…"] if made.source.sha256 else []
    if made.id is not None and made.seal is not None:
        parts.append(say("reports", "sealed", lang, number=made.id, seal=made.seal[:_SHORT]))
    return " · ".join(parts)


def named(source: Source, lang: str | None) -> str:
    """Name a source: its file, a table without one, or the journal."""
    return source.name or _word("source_table" if source.sha256 else "source_journal", lang)


def origin(made: int, source: Source, mode: str | None, number: int | None, lang: str | None) -> list[tuple[str, Any]]:
    """Return the facts of a report: when, from what, in which mode, under which number it is kept."""
    kept = str(number) if number is not None else say("reports", "not_kept_short", lang)
    facts: list[tuple[str, Any]] = [(say("reports", "fact_made", lang), shown_moment(made, lang))]
    facts.append((_word("fact_source", lang), named(source, lang)))
    if mode is not None:
        facts.append((say("reports", "fact_mode", lang), say("exports", f"mode_{mode}", lang)))
    return [*facts, (say("reports", "fact_number", lang), kept)]


def _word(code: str, lang: str | None) -> str:
    return say("reports", code, lang)


def _summary(audit: Audit, lang: str | None) -> Page:
    table, ages, money = audit.summary, audit.ageing, audit.totals()
    states = Block(
        [
            Column(_word("head_status", lang), [label_of(str(label), lang) for label in table.index], "words"),
            Column(_word("head_orders", lang), list(table["orders"]), "count", int(table["orders"].sum())),
            Column(_word("head_amount", lang), list(table["amount"]), "money", pesos(money["amount"])),
            Column(_word("head_share", lang), list(table["share"]), "share", 1.0 if money["amount"] else 0.0),
        ],
        title=_word("title_status", lang),
        total=_word("label_total", lang),
        empty=_word("no_orders", lang),
        marked=0,
        fills=[_FILLS.get(str(label)) for label in table.index],
    )
    debts = Block(
        [
            Column(_word("head_age", lang), [label_of(str(label), lang) for label in ages.index], "words"),
            Column(_word("head_orders", lang), list(ages["orders"]), "count", int(ages["orders"].sum())),
            Column(_word("head_amount", lang), list(ages["amount"]), "money", pesos(money["owed"])),
            Column(_word("head_share", lang), list(ages["share"]), "share", 1.0 if money["owed"] else 0.0),
        ],
        title=_word("title_ageing", lang),
        total=_word("label_total", lang),
    )
    share = f"{money['paid'] / money['amount']:.1%}" if money["amount"] else "–"
    words = {name: written(money[name]) for name in ("amount", "paid", "owed")}
    said = say("reports", "audit_money", lang, **words, share=share)
    blocks = [*_by_month(audit, lang), states, debts]
    charts = [Chart(_word("chart_status", lang), len(blocks) - 2, 0, [2])]
    if money["owed"]:
        charts.append(Chart(_word("chart_ageing", lang), len(blocks) - 1, 0, [2]))
    title, facts = _title(audit, lang), origin_of(audit, lang)
    return Page(
        _word("page_summary", lang), title, blocks, [said], facts, audit.lines(lang)[2:], charts, landscape=False
    )


def _title(audit: Audit, lang: str | None) -> str:
    return say("reports", "title_audit", lang, day=shown_day(day_of(audit.made), lang))


def _notes(audit: Audit, lang: str | None) -> Page:
    return notes_page(_word("page_notes", lang), _title(audit, lang), audit.notes, head=_word("head_note", lang))


def _by_month(audit: Audit, lang: str | None) -> list[Block]:
    """Put last month beside this one, and those before them, where the orders are of more than one."""
    months = [month_of(fact) for fact in audit.facts if not fact.beside]
    table = by_value(audit.facts, months, "month").sort_index().tail(_MONTHS)
    if len(table) < 2:
        return []
    names = [shown_month(str(month), lang) for month in table.index]
    return [Block([Column(_word("head_month", lang), names, "words"), *_collected(table, lang)])]


def _collected(table: Any, lang: str | None) -> list[Column]:
    """Return the columns of what was billed, paid and is owed, with their totals."""
    return [
        Column(_word("head_orders", lang), list(table["orders"]), "count", int(table["orders"].sum())),
        Column(_word("head_amount", lang), list(table["amount"]), "money", round(float(table["amount"].sum()), 2)),
        Column(_word("head_paid", lang), list(table["paid"]), "money", round(float(table["paid"].sum()), 2)),
        Column(_word("head_owed", lang), list(table["owed"]), "money", round(float(table["owed"].sum()), 2)),
        Column(_word("head_paid_share", lang), list(table["paid_share"]), "share"),
    ]


def origin_of(audit: Audit, lang: str | None) -> list[tuple[str, Any]]:
    """Return the facts of an audit."""
    return origin(audit.made, audit.source, audit.mode, audit.id, lang)


def _moment(milliseconds: int | None) -> Any:
    return None if milliseconds is None else moment_of(milliseconds)


def _name(fact: Fact) -> str | None:
    return fact.said.name or (fact.sent.name if fact.sent else None) or (fact.now.name if fact.now else None)


def _who(facts: Sequence[Fact], lang: str | None) -> list[Column]:
    """Return the columns that say whose an order is; those that nobody has a word in are left out."""
    columns = [
        Column(_word("head_tower", lang), [fact.said.tower for fact in facts]),
        Column(_word("head_unit", lang), [fact.said.unit for fact in facts]),
        Column(
            _word("head_reference", lang),
            [fact.said.customer_id or (fact.sent.customer_id if fact.sent else None) for fact in facts],
        ),
        Column(_word("head_name", lang), [_name(fact) for fact in facts], "words"),
        Column(_word("head_concept", lang), [fact.sent.product_name if fact.sent else None for fact in facts], "words"),
    ]
    return [column for column in columns if any(column.values)]


def _debtors(audit: Audit, lang: str | None) -> Page:
    """List who owes, the oldest debt first."""
    today = day_of(audit.made)
    debts = sorted(
        owed(audit.facts), key=lambda fact: (-AGES.index(age_of(fact.due, today)), fact.due or 0, fact.position)
    )
    ages = [age_of(debt.due, today) for debt in debts]
    fills = {AGES[0]: "wait", AGES[1]: "wait"}
    who = _who(debts, lang)
    block = Block(
        [
            *who,
            Column(
                _word("head_amount", lang),
                [pesos(debt.amount) for debt in debts],
                "money",
                pesos(add_up(debt.amount for debt in debts)),
            ),
            Column(_word("head_due_date", lang), [_moment(debt.due) for debt in debts], "day"),
            Column(_word("head_age", lang), [label_of(age, lang) for age in ages], "words"),
            Column("CLABE", [debt.now.clabe if debt.now else None for debt in debts]),
        ],
        total=_word("label_total", lang),
        empty=_word("nobody_owes", lang),
        marked=len(who) + 2,
        fills=[fills.get(age, "bad") for age in ages],
    )
    return Page(_word("page_debtors", lang), _word("title_debtors", lang), [block], [_as_of(audit, lang)])


def _as_of(audit: Audit, lang: str | None) -> str:
    return say("reports", "as_of", lang, moment=shown_moment(audit.made, lang))


def _towers(audit: Audit, lang: str | None) -> list[Page]:
    """Add up by tower, where the sheet has towers."""
    if not any(fact.said.tower for fact in audit.facts):
        return []

    own = [fact.said.tower or _word("blank", lang) for fact in audit.facts if not fact.beside]
    table = by_value(audit.facts, own, "tower")
    block = Block(
        [Column(_word("head_tower", lang), [str(label) for label in table.index]), *_collected(table, lang)],
        total=_word("label_total", lang),
    )
    chart = Chart(_word("chart_towers", lang), 0, 0, [3, 4], stacked=True)
    return [
        Page(_word("page_towers", lang), _word("title_towers", lang), [block], [_as_of(audit, lang)], charts=[chart])
    ]


def _orders(audit: Audit, lang: str | None) -> Page:
    facts = [fact for fact in audit.facts if not fact.beside]
    who = _who(facts, lang)
    block = Block(
        [
            *who,
            Column(
                _word("head_amount", lang),
                [pesos(fact.amount) for fact in facts],
                "money",
                pesos(add_up(fact.amount for fact in facts if fact.counts)),
            ),
            Column(_word("head_status", lang), [_state(fact, lang) for fact in facts], "words"),
            Column(
                _word("head_first_paid", lang),
                [_moment(fact.now.first_paid if fact.now else None) for fact in facts],
                "moment",
            ),
            Column(_word("head_due_date", lang), [_moment(fact.due) for fact in facts], "day"),
            Column("CLABE", [fact.now.clabe if fact.now else None for fact in facts]),
            Column(_word("head_order_id", lang), [fact.order_id for fact in facts]),
        ],
        total=_word("label_total", lang),
        empty=_word("no_orders", lang),
        marked=len(who) + 1,
        fills=[_FILLS.get(fact.status or "") for fact in facts],
    )
    return Page(_word("page_orders", lang), _word("title_orders", lang), [block], [_as_of(audit, lang)])


def _state(fact: Fact, lang: str | None) -> str:
    if fact.repeat:
        return _word("state_repeat", lang)
    if fact.order_id is None:
        return _word("state_no_order", lang)
    if fact.now is None:
        return _word("state_not_found" if fact.outcome == "not_found" else "state_unread", lang)
    return label_of(fact.status or "–", lang)


def _changes(audit: Audit, lang: str | None) -> Page:
    table = audit.changes
    facts = {fact.order_id: fact for fact in audit.facts}
    own = [facts[item] for item in table["order_id"] if item in facts]
    labels = {name: [label_of(str(item), lang) for item in table[name]] for name in ("previous_status", "status")}
    block = Block(
        [
            *_who(own, lang),
            Column(_word("head_amount", lang), [pesos(item.amount) for item in own], "money"),
            Column(_word("head_previous", lang), labels["previous_status"], "words"),
            Column(_word("head_now", lang), labels["status"], "words"),
            Column(_word("head_order_id", lang), list(table["order_id"])),
        ],
        empty=_word("no_changes", lang),
    )
    return Page(_word("page_changes", lang), _word("title_changes", lang), [block], [_as_of(audit, lang)])


def _problems(audit: Audit, lang: str | None) -> Page:
    told = gathered(audit.troubles, lang)
    found = [trouble for _, trouble in told]
    block = Block(
        [
            Column(_word("head_message", lang), [sentence for sentence, _ in told], "words"),
            Column(_word("head_sheet_value", lang), [item.sheet if item else None for item in found], "words"),
            Column(_word("head_api_value", lang), [item.api if item else None for item in found], "words"),
            Column(_word("head_order_id", lang), [item.order_id if item else None for item in found]),
        ],
        empty=_word("no_problems", lang),
    )
    return Page(_word("page_problems", lang), _word("title_problems", lang), [block], [_as_of(audit, lang)])
