"""The workbook of a ledger: for one owner a page with how to pay; for all the months, the table by month, the lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..exports.heading import Heading
from ..exports.pages import Block, Chart, Column, Page, write_pages
from ..texts import say
from ..values import bank_of
from .amounts import day_of, pesos, shown_day, shown_month
from .audit_book import footer_of
from .reminders import grouped

if TYPE_CHECKING:
    from .ledger import Ledger, Who


def write_ledger(made: Ledger, path: str | Path, lang: str | None, heading: Heading) -> Path:
    """Write the workbook; see `Ledger.export_excel`."""
    pages = [_own(made, lang)] if made.alone else _everybody(made, lang)
    title = say("statements", "title_ledger", lang, day=shown_day(day_of(made.made), lang))
    heading = heading.with_own(None, None, title)
    return write_pages(path, pages, footer=footer_of(made, lang), title=title, subject="", heading=heading)


def _everybody(made: Ledger, lang: str | None) -> list[Page]:
    pages = [_months(made, lang), _residents(made, lang), _pivot(made, lang), _movements(made, lang)]
    return [*pages, _receipts(made, lang)] if len(made.payments) else pages


def _word(code: str, lang: str | None) -> str:
    return say("statements", code, lang)


def _report(code: str, lang: str | None) -> str:
    return say("reports", code, lang)


def _title(made: Ledger, lang: str | None) -> str:
    return say("statements", "title_ledger", lang, day=shown_day(day_of(made.made), lang))


def _months(made: Ledger, lang: str | None) -> Page:
    table, totals = made.months, made.totals["amount"]
    block = Block(
        [
            Column(_word("head_month", lang), [shown_month(str(month), lang) for month in table.index], "words"),
            Column(_word("head_billed", lang), list(table["charged"]), "money", totals["charged"]),
            Column(_report("head_paid", lang), list(table["paid"]), "money", totals["paid"] - totals["returned"]),
            Column(_word("head_rate", lang), list(table["rate"]), "share"),
            Column(_word("head_closing", lang), list(table["balance"]), "money", totals["balance"]),
        ],
        total=_report("label_total", lang),
    )
    charts = [Chart(_word("plot_billed", lang), 0, 0, [1, 2])] if len(table) else []
    blocks, lines = [block, *_towers(made, lang)], made.summary(lang)
    return Page(_word("page_months", lang), _title(made, lang), blocks, lines, charts=charts, landscape=False)


def _towers(made: Ledger, lang: str | None) -> list[Block]:
    """Add up by tower, where there are towers."""
    table = made.residents
    if not table["tower"].notna().any():
        return []
    names = table["tower"].fillna(_report("blank", lang))
    sums = table.groupby(names, sort=False)[["opening", "charged", "paid", "returned", "balance"]].sum().round(2)
    heads = (
        (_report("head_opening", lang), sums["opening"]),
        (_word("head_billed", lang), sums["charged"]),
        (_report("head_paid", lang), (sums["paid"] - sums["returned"]).round(2)),
        (_report("head_balance", lang), sums["balance"]),
    )
    columns = [_summed(head, amounts) for head, amounts in heads if amounts.any() or head == heads[-1][0]]
    towers = Column(_report("head_tower", lang), list(sums.index), "words")
    return [Block([towers, *columns], title=_report("page_towers", lang), total=_report("label_total", lang))]


def _who(table: Any, lang: str | None) -> list[Column]:
    """Return the columns that tell residents apart, without those in which nothing stands."""
    heads = (("head_tower", "tower"), ("head_unit", "unit"), ("head_reference", "customer_id"), ("head_name", "name"))
    here = [(head, name) for head, name in heads if name in table.columns and table[name].notna().any()]
    return [
        Column(_report(head, lang), list(table[name]), "words" if name == "name" else "text") for head, name in here
    ]


def _residents(made: Ledger, lang: str | None) -> Page:
    table, totals = made.residents, made.totals["amount"]
    heads = (
        ("opening", _report("head_opening", lang)),
        ("charged", _word("head_billed", lang)),
        ("paid", _report("head_paid", lang)),
        ("returned", _word("kind_returned", lang)),
        ("balance", _report("head_balance", lang)),
    )
    money = [
        Column(head, list(table[name]), "money", totals[name])
        for name, head in heads
        if name == "balance" or table[name].any()
    ]
    last = Column(_report("head_last", lang), list(table["last_payment"]), "day")
    block = Block([*_who(table, lang), *money, last], total=_report("label_total", lang))
    return Page(_report("page_residents", lang), _title(made, lang), [block], made.summary(lang)[1:])


def _pivot(made: Ledger, lang: str | None) -> Page:
    """Put the months side by side: what was billed, and below it what was paid, from the opening to the end."""
    table = made.pivot
    opening = _summed(_report("head_opening", lang), table["opening"])
    closing = _summed(_word("head_closing", lang), table["closing"])
    blocks = [
        Block(
            [*_who(table, lang), *before, *_of_months(table, kind, lang), *after],
            title=title,
            total=_report("label_total", lang),
        )
        for kind, title, before, after in (
            ("charged", _word("head_billed", lang), [opening], []),
            ("paid", _report("head_paid", lang), [], [closing]),
        )
    ]
    return Page(_word("page_pivot", lang), _title(made, lang), blocks)


def _of_months(table: Any, kind: str, lang: str | None) -> list[Column]:
    names = [str(name) for name in table.columns if str(name).endswith(f" {kind}")]
    return [_summed(shown_month(name.split(" ")[0], lang), table[name]) for name in names]


def _summed(head: str, amounts: Any) -> Column:
    return Column(head, list(amounts), "money", float(round(amounts.sum(), 2)))


def _movements(made: Ledger, lang: str | None) -> Page:
    table = made.lines
    return Page(
        _word("page_movements", lang), _title(made, lang), [Block([*_who(table, lang), *_lines_of(table, lang)])]
    )


def _lines_of(table: Any, lang: str | None) -> list[Column]:
    return [
        Column(_report("head_date", lang), list(table["date"]), "day"),
        Column(_word("head_movement", lang), [_word(f"kind_{kind}", lang) for kind in table["kind"]], "words"),
        Column(_word("head_concept", lang), list(table["concept"]), "words"),
        Column(_word("head_charge", lang), list(table["charge"]), "money"),
        Column(_word("head_payment", lang), list(table["payment"]), "money"),
        *([Column(_report("head_fees", lang), list(table["fee"]), "money")] if table["fee"].notna().any() else []),
        Column(_report("head_balance", lang), list(table["balance"]), "money"),
        Column(_word("head_origin", lang), list(table["origin"])),
    ]


def _receipts(made: Ledger, lang: str | None) -> Page:
    table = made.payments
    block = Block(
        [
            Column(_report("head_date", lang), list(table["date"]), "moment"),
            Column(_word("head_form", lang), list(table["payment_form"])),
            Column(
                _report("head_amount", lang), list(table["amount"]), "money", float(round(table["amount"].sum(), 2))
            ),
            Column(_report("head_tracking", lang), list(table["tracking_key"])),
            Column(_word("head_order", lang), list(table["order_id"])),
            *_who(table, lang),
        ],
        total=_report("label_total", lang),
    )
    return Page(_word("page_receipts", lang), _title(made, lang), [block], notes=[_word("note_receipts", lang)])


def _own(made: Ledger, lang: str | None) -> Page:
    """Write one owner's page: how to pay, what happened, what is left; nobody else's data."""
    table = made.lines[lambda lines: lines["kind"] != "fee"]
    [(who, entries)] = made.by_resident()
    balance = sum(item.amount for item in entries)
    title = say("statements", "title_own_ledger", lang, day=shown_day(day_of(made.made), lang))
    code = "own_favour" if balance < 0 else "own_owes" if balance > 0 else "own_even"
    closing = say("reports", code, lang, amount=f"${abs(balance) / 100:,.2f}")
    columns = [
        column for column in _lines_of(table.assign(fee=None), lang) if column.head != _word("head_origin", lang)
    ]
    block = Block(columns, title=_word("page_movements", lang))
    facts = [*_named(who, lang), *_to_pay(who, lang), (_report("head_balance", lang), ("money", pesos(balance)))]
    blocks = [*_by_month(made, lang), block]
    return Page(_report("page_own", lang), title, blocks, [], facts, [closing], landscape=False)


def _by_month(made: Ledger, lang: str | None) -> list[Block]:
    """Put a line a month above an owner's movements, where there are several months."""
    table = made.months
    if len(table) < 2:
        return []
    heads = (("charged", "head_billed"), ("balance", "head_closing"))
    columns = {name: Column(_word(head, lang), list(table[name]), "money") for name, head in heads}
    months = Column(_word("head_month", lang), [shown_month(str(month), lang) for month in table.index], "words")
    paid = Column(_report("head_paid", lang), list(table["paid"]), "money")
    return [Block([months, columns["charged"], paid, columns["balance"]], title=_word("page_months", lang))]


def _named(who: Who, lang: str | None) -> list[tuple[str, Any]]:
    named = (("head_name", who.name), ("head_unit", who.unit), ("head_reference", who.customer_id))
    return [(_report(head, lang), value) for head, value in named if value]


def _to_pay(who: Who, lang: str | None) -> Sequence[tuple[str, Any]]:
    if not who.clabe:
        return []
    concept = " ".join(part for part in (who.tower, who.unit or who.customer_id) if part)
    return [
        (_word("how_to_pay", lang), ""),
        ("CLABE", grouped(who.clabe)),
        (_word("pay_bank", lang), bank_of(who.clabe) or "STP"),
        (_word("pay_to", lang), who.name or "–"),
        (_word("pay_concept", lang), concept or "–"),
    ]
