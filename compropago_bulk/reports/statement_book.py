"""The workbook of a statement: the totals tied to the balance, the residents, the deposits, what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..exports.heading import Heading
from ..exports.pages import Block, Chart, Column, Page, notes_page, write_pages
from ..texts import say
from .amounts import add_up, pesos, shown_moment, written
from .audit_book import footer_of, origin
from .deposits import Account
from .problems import problem_table

if TYPE_CHECKING:
    from .statement import Statement

_FILLS = {"paid": "good", "late": "good", "over": "wait", "double": "wait", "partial": "wait", "nothing": "bad"}
_BOOKS = ("opening", "deposits", "returned", "fees", "other", "closing", "after", "balance", "difference")


def write_statement(made: Statement, path: str | Path, lang: str | None, heading: Heading) -> Path:
    """Write the workbook; see `Statement.export_excel`."""
    if made.alone:
        pages = [_own(made, lang)]
    else:
        pages = [_summary(made, lang), _residents(made, lang), _deposits(made, lang), _unmatched(made, lang)]
        pages += [_problems(made, lang), _notes(made, lang)]
    footer, heading = footer_of(made, lang), heading.with_own(None, None, made.period.words(lang))
    title = say("reports", "book_statement", lang)
    return write_pages(path, pages, footer=footer, title=title, subject=made.account_id, heading=heading)


def _word(code: str, lang: str | None) -> str:
    return say("reports", code, lang)


def _heading(made: Statement, lang: str | None) -> str:
    return say("reports", "title_statement", lang, account=made.account_name or made.account_id)


def _lines(made: Statement, lang: str | None) -> list[str]:
    return [
        say("reports", "statement_period", lang, period=made.period.words(lang)),
        say("reports", "as_of", lang, moment=shown_moment(made.made, lang)),
    ]


def _summary(made: Statement, lang: str | None) -> Page:
    own, table = made.accounts, made.summary
    left = pesos(add_up(item.balance for item in own))
    kinds = Block(
        [
            Column(_word("head_payment", lang), [_word(f"paid_{label}", lang) for label in table.index], "words"),
            Column(_word("head_residents", lang), list(table["residents"]), "count", len(own)),
            Column(_word("head_due", lang), list(table["due"]), "money", pesos(add_up(item.due for item in own))),
            Column(_word("head_paid", lang), list(table["paid"]), "money", pesos(add_up(item.paid for item in own))),
            Column(_word("head_balance", lang), list(table["balance"]), "money", left),
        ],
        title=_word("title_payments", lang),
        total=_word("label_total", lang),
        marked=0,
        fills=[_FILLS.get(str(label)) for label in table.index],
    )
    books = dict(made.lines_of_books())
    tied = Block(
        [
            Column(_word("head_item", lang), [_word(f"item_{item}", lang) for item in _BOOKS], "words"),
            Column(_word("head_amount", lang), [_signed(item, books[item]) for item in _BOOKS], "money"),
        ],
        title=_word("title_books", lang),
    )
    facts = [(_word("fact_account", lang), made.account_id), *origin(made.made, made.source, made.mode, made.id, lang)]
    chart = Chart(_word("chart_payments", lang), 0, 0, [2, 3])
    blocks = [kinds, *_towers(made, lang), tied]
    lines = [_lines(made, lang)[0], *made.lines(lang)[1:]]
    name, title = _word("page_summary", lang), _heading(made, lang)
    return Page(name, title, blocks, lines, facts, charts=[chart], landscape=False)


def _towers(made: Statement, lang: str | None) -> list[Block]:
    """Add up by tower, where there are towers."""
    groups: dict[str, list[Account]] = {}
    for said, account in zip(made.said, made.accounts, strict=True):
        groups.setdefault(said.tower or _word("blank", lang), []).append(account)
    if not any(said.tower for said in made.said):
        return []
    sums = [_totals_of(own) for own in groups.values()]
    money = [
        Column(
            _word(f"head_{name}", lang),
            [pesos(own[name]) for own in sums],
            "money",
            pesos(add_up(own[name] for own in sums)),
        )
        for name in ("due", "paid", "balance")
    ]
    columns = [
        Column(_word("head_tower", lang), list(groups), "words"),
        Column(_word("head_residents", lang), [len(own) for own in groups.values()], "count", len(made.accounts)),
        *money,
    ]
    return [Block(columns, title=_word("page_towers", lang), total=_word("label_total", lang))]


def _notes(made: Statement, lang: str | None) -> Page:
    notes = [_word("note_balance", lang), made.tie(lang)]
    return notes_page(_word("page_notes", lang), _heading(made, lang), notes, head=_word("head_note", lang))


def _signed(item: str, amount: int | None) -> float | None:
    """Show what is taken away with a minus, so that the column adds up as it stands."""
    return pesos(-amount if item in {"fees", "returned"} and amount else amount)


def _residents(made: Statement, lang: str | None) -> Page:
    table, own = made.residents, made.accounts
    texts = [
        ("head_tower", "tower", "text"),
        ("head_unit", "unit", "text"),
        ("head_reference", "customer_id", "text"),
        ("head_name", "name", "words"),
    ]
    who = [
        Column(_word(head, lang), list(table[name]), kind) for head, name, kind in texts if table[name].notna().any()
    ]
    money = [
        Column(_word(f"head_{name}", lang), list(table[name]), "money", pesos(total))
        for name, total in _totals_of(own).items()
    ]
    block = Block(
        [
            *who,
            *money,
            Column(_word("head_payment", lang), [_word(f"paid_{item}", lang) for item in table["status"]], "words"),
            Column(_word("head_last", lang), list(table["last_payment"]), "day"),
            Column("CLABE", list(table["clabe"])),
        ],
        total=_word("label_total", lang),
        marked=len(who) + len(money),
        fills=[_FILLS.get(str(item)) for item in table["status"]],
    )
    return Page(
        _word("page_residents", lang),
        _heading(made, lang),
        [block],
        _lines(made, lang),
    )


def _totals_of(accounts: Sequence[Account]) -> dict[str, int]:
    before = add_up(account.opening for account in accounts)
    return {
        **({"opening": before} if any(account.opening for account in accounts) else {}),
        "due": add_up(account.due for account in accounts),
        "paid": add_up(account.paid for account in accounts),
        "fees": add_up(account.fees for account in accounts),
        "net": add_up(account.paid - account.fees for account in accounts),
        "balance": add_up(account.balance for account in accounts),
    }


def _deposits(made: Statement, lang: str | None) -> Page:
    table, books = made.deposits, made.books
    block = Block(
        [
            Column(_word("head_date", lang), list(table["date"]), "moment"),
            Column(_word("head_unit", lang), list(table["unit"])),
            Column(
                _word("head_name", lang),
                [_word("not_in_sheet", lang) if not isinstance(item, str) else item for item in table["name"]],
                "words",
            ),
            Column(_word("head_amount", lang), list(table["amount"]), "money", pesos(books.deposits)),
            Column(_word("head_fees", lang), list(table["fees"]), "money", pesos(books.fees)),
            Column(_word("head_net", lang), list(table["net"]), "money", pesos(books.deposits - books.fees)),
            Column("CLABE", list(table["clabe"])),
            Column(_word("head_tracking", lang), list(table["reference"])),
        ],
        total=_word("label_total", lang),
        empty=_word("no_deposits", lang),
    )
    return Page(_word("page_deposits", lang), _word("title_deposits", lang), [block], _lines(made, lang))


def _unmatched(made: Statement, lang: str | None) -> Page:
    table = made.unmatched
    block = Block(
        [
            Column(_word("head_date", lang), list(table["date"]), "moment"),
            Column(
                _word("head_amount", lang),
                list(table["amount"]),
                "money",
                pesos(add_up(movement.paid for movement in made.strangers)),
            ),
            Column("CLABE", list(table["clabe"])),
            Column(_word("head_holder", lang), list(table["holder"]), "words"),
            Column(_word("head_likely", lang), list(table["likely"])),
            Column(_word("head_tracking", lang), list(table["reference"])),
        ],
        total=_word("label_total", lang),
        empty=_word("no_unmatched", lang),
    )
    return Page(_word("page_unmatched", lang), _word("title_unmatched", lang), [block], _lines(made, lang))


def _problems(made: Statement, lang: str | None) -> Page:
    table = problem_table(made, lang)
    block = Block(
        [
            Column(_word("head_message", lang), list(table["message"]), "words"),
            Column(_word("head_amount", lang), list(table["amount"]), "money"),
        ],
        empty=_word("no_problems", lang),
    )
    return Page(_word("page_problems", lang), _word("title_problems", lang), [block], _lines(made, lang))


def _own(made: Statement, lang: str | None) -> Page:
    """Write one resident's page: what was due, what came in, what is left."""
    own, said, table = made.accounts[0], made.said[0], made.deposits
    named = (("head_name", said.name), ("head_unit", said.unit), ("head_reference", said.customer_id))
    facts: list[tuple[str, Any]] = [(_word(head, lang), value) for head, value in named if value]
    facts += [
        ("CLABE", said.clabe or "–"),
        *([(_word("head_opening", lang), ("money", pesos(own.opening)))] if own.opening else []),
        (_word("head_due", lang), ("money", pesos(own.due))),
        (_word("head_paid", lang), ("money", pesos(own.paid))),
        (_word("head_balance", lang), ("money", pesos(own.balance))),
        (_word("head_payment", lang), _word(f"paid_{own.status}", lang)),
    ]
    block = Block(
        [
            Column(_word("head_date", lang), list(table["date"]), "moment"),
            Column(_word("head_amount", lang), list(table["amount"]), "money", pesos(own.paid)),
            Column(_word("head_tracking", lang), list(table["reference"])),
        ],
        title=_word("title_deposits", lang),
        total=_word("label_total", lang),
        empty=_word("no_deposits", lang),
    )
    balance = own.balance or 0
    code = "own_favour" if balance < 0 else "own_owes" if balance > 0 else "own_even"
    closing = _word("no_due", lang) if own.balance is None else say("reports", code, lang, amount=written(abs(balance)))
    return Page(
        _word("page_own", lang),
        _heading(made, lang),
        [block],
        _lines(made, lang),
        facts,
        [closing],
        landscape=False,
    )
