"""What came into an account, resident by resident: a statement, with its views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ..exports.heading import Heading
from ..exports.html import card, figures
from ..journal.states import AuditRecord
from ..rows.results import moments
from ..texts import say
from ..values.shown import fold
from .amounts import add_up, day_of, exact, moment_of, money_column, shown_day, written
from .audit import problems_html
from .deposits import Account, Books, Movement
from .evidence import decode_frame, unpack
from .facts import Said
from .sheet_rows import Source

STATUSES = ("paid", "late", "over", "double", "partial", "nothing", "no_due")
_TEXTS = ("customer_id", "name", "unit", "tower", "clabe")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when, in epoch milliseconds, both ends counted; `since` None is the beginning of the account."""

    since: int | None
    until: int

    def has(self, moment: int) -> bool:
        """Whether a moment lies in it."""
        return (self.since is None or self.since <= moment) and moment <= self.until

    def words(self, lang: str | None = None) -> str:
        """Write it."""
        until = shown_day(day_of(self.until), lang)
        if self.since is None:
            return say("reports", "period_until", lang, until=until)
        return say("reports", "period", lang, since=shown_day(day_of(self.since), lang), until=until)


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """Deposits against dues, resident by resident. Amounts in MXN, times of Mexico City.

    Attributes:
        account_id, account_name: of which account.
        source: from which file it was made, and its SHA-256.
        id: under which it is kept; None where it could not be kept.
        seal: the SHA-256 that it was sealed with; `audits` says whether all is as it was.
    """

    account_id: str
    account_name: str | None
    period: Period = field(repr=False)
    books: Books = field(repr=False)
    said: Sequence[Said] = field(repr=False)
    accounts: Sequence[Account] = field(repr=False)
    strangers: Sequence[Movement] = field(repr=False)
    """Deposits to a CLABE that is not in the sheet."""
    waiting: Sequence[Movement] = field(repr=False)
    """What is not settled, to such a CLABE."""
    unclaimed: Sequence[tuple[Said, int]] = field(repr=False)
    """Whose balance of the former statement has no row in this sheet, and how much it is."""
    holders: dict[str, str] = field(repr=False)
    """CLABE to the name of its sub-account, as the API says it."""
    index: Any = field(repr=False)
    made: int = field(repr=False)
    source: Source
    mode: str | None
    id: int | None = None
    seal: str | None = None
    heading: Heading = field(default=Heading(), repr=False)
    alone: bool = False
    """Of one resident only."""

    @property
    def made_at(self) -> datetime:
        """Return when it was made."""
        return moment_of(self.made)

    @property
    def residents(self) -> Any:
        """Return a line for each row of the source, under its index.

        `place` (where it stands in the sheet), `customer_id`, `name`, `unit`, `tower`, `clabe` (string), `opening`
        (what was owed before), `due`, `late_fee` (a part of `due`), `paid` (came in and was not given back), `fees`,
        `net`, `balance` (Float64, MXN; `opening` + `due` - `paid`: more than 0 is owed, less is in favour), `deposits`
        (Int64), `last_payment` (Mexico City), `status` (`paid`, `late`, `over`, `double`, `partial`, `nothing`;
        `no_due` where no due is known), `late` (boolean).
        """
        own = self.accounts
        made: dict[str, Any] = {"place": _texts([item.place for item in self.said])}
        made |= {name: _texts([getattr(item, name) for item in self.said]) for name in _TEXTS}
        for name in ("opening", "due", "late_fee", "paid", "fees", "net", "balance"):
            made[name] = money_column([getattr(item, name) for item in own])
        made |= {"deposits": pd.Series([len(item.deposits) for item in own], dtype="Int64")}
        made |= {"last_payment": moments([item.last for item in own])}
        made |= {"status": _texts([item.status for item in own])}
        made |= {"late": pd.Series([item.late for item in own], dtype="boolean")}
        return pd.DataFrame(made).set_axis(self.index, axis=0)

    @property
    def deposits(self) -> Any:
        """Return a line for each deposit of the period, in the order of time, whoever made it.

        `date` (Mexico City), `clabe`, `customer_id`, `name`, `unit` (string), `amount`, `returned` (what was given
        back), `fees`, `net` (Float64, MXN), `reference` (SPEI's tracking key), `lines` (Int64: the transaction lines
        that were joined).
        """
        pairs = [(deposit, self.said[own.position]) for own in self.accounts for deposit in own.deposits]
        found: list[tuple[Movement, Said | None]] = [*pairs, *((movement, None) for movement in self.strangers)]
        return _deposit_table(sorted(found, key=lambda pair: (pair[0].at, pair[0].reference or "")))

    @property
    def unmatched(self) -> Any:
        """Return the deposits to a CLABE that is not in the sheet: `date`, `clabe`, `amount`, `fees`, `net`,
        `reference`, `holder` (the name that the API has for the CLABE; string), `likely` (a row of that name).
        """
        table = _deposit_table([(movement, None) for movement in self.strangers])
        table["holder"] = _texts([self.holders.get(movement.clabe or "") for movement in self.strangers])
        table["likely"] = _texts([self.likely_row(movement) for movement in self.strangers])
        return table.drop(columns=["customer_id", "name", "unit", "lines"])

    def likely_row(self, movement: Movement) -> str | None:
        """Name the one row whose resident is called as the CLABE's holder: their old CLABE, perhaps."""
        holder = self.holders.get(movement.clabe or "")
        places = [said.place for said in self.said if holder and said.name and fold(said.name) == fold(holder)]
        return places[0] if len(places) == 1 else None

    @property
    def without_clabe(self) -> Any:
        """Return the residents of the sheet who have no CLABE."""
        table = self.residents
        return table[table["clabe"].isna().to_numpy()]

    @property
    def summary(self) -> Any:
        """Return a line for each status: `residents` (Int64), `due`, `paid`, `balance` (Float64, MXN)."""
        groups = [[account for account in self.accounts if account.status == status] for status in STATUSES]
        made = {
            "residents": pd.Series([len(group) for group in groups], dtype="Int64"),
            "due": money_column([add_up(item.due for item in group) for group in groups]),
            "paid": money_column([add_up(item.paid for item in group) for group in groups]),
            "balance": money_column([add_up(item.balance for item in group) for group in groups]),
        }
        return pd.DataFrame(made).set_axis(pd.Index(STATUSES, name="status", dtype="string"), axis=0)

    @property
    def totals(self) -> Any:
        """Tie the deposits to the account's balance: a line an item, `amount` (Float64, MXN).

        `opening` + `deposits` - `returned` - `fees` + `other` = `closing`; `closing` + `after` = `balance`, or
        `difference` says by how much not. `matched` and `unmatched` are the deposits with and without a resident.
        """
        lines = self.lines_of_books()
        made = {"amount": money_column([amount for _, amount in lines])}
        return pd.DataFrame(made).set_axis(pd.Index([name for name, _ in lines], name="item", dtype="string"), axis=0)

    def lines_of_books(self) -> list[tuple[str, int | None]]:
        """Return the figures of `totals` in centavos."""
        books = self.books
        strange = add_up(movement.paid for movement in self.strangers)
        return [
            ("opening", books.before),
            ("deposits", books.deposits),
            ("matched", books.deposits - strange),
            ("unmatched", strange),
            ("returned", books.returned),
            ("fees", books.fees),
            ("other", books.other),
            ("closing", books.closing),
            ("after", books.after),
            ("balance", books.balance),
            ("difference", books.difference),
        ]

    @property
    def ties(self) -> bool:
        """Whether every centavo of the account's balance is accounted for."""
        return self.books.balance is not None and self.books.difference == 0

    @property
    def problems(self) -> Any:
        """Return what needs a person: `code`, `message`, `place`, `clabe` (string), `amount` (Float64, MXN)."""
        from .problems import problem_table

        return problem_table(self)

    @property
    def ok(self) -> bool:
        """Whether nothing needs a person: all deposits have a resident, and the totals tie to the balance."""
        return not len(self.problems)

    def for_resident(self, key: str) -> Statement:
        """Return one resident's own statement, without a word about anybody else.

        Args:
            key: a reference or customer id, a CLABE, a unit or a name, compared folded.

        Raises:
            KeyError: nobody, or more than one, is called so.
        """
        for name in ("customer_id", "clabe", "unit", "name"):
            fits = [place for place, item in enumerate(self.said) if fold(getattr(item, name) or "") == fold(str(key))]
            if len(fits) == 1:
                return self._of(fits[0])
            if fits:
                places = ", ".join(self.said[place].place for place in fits)
                raise KeyError(say("reports", "several_residents", key=key, places=places))
        raise KeyError(say("reports", "no_such_resident", key=key))

    def _of(self, place: int) -> Statement:
        own = self.accounts[place]
        paid, returned = (add_up(getattr(item, name) for item in own.deposits) for name in ("paid", "returned"))
        books = Books(0, paid, own.fees, 0, 0, None, returned)
        return replace(
            self,
            said=[self.said[place]],
            accounts=[replace(own, position=0)],
            strangers=[],
            waiting=[],
            unclaimed=[],
            holders={},
            books=books,
            alone=True,
            index=self.index[place : place + 1],
        )

    def export_excel(
        self, path: str | Path, *, lang: str | None = None, title: str | None = None, logo: str | Path | None = None
    ) -> Path:
        """Write a workbook to hand over and print: the totals, the residents, the deposits, what needs a person.

        Args:
            lang: `es` or `en`; else the person's language.
            title, logo: the condominium's name and a PNG or JPEG picture for the head of each page; else the profile's.

        Returns:
            Path: where it went (`name (2).xlsx` while another program holds the file).

        Raises:
            ConfigurationError: the folder does not exist or may not be written to.
        """
        from .statement_book import write_statement

        return write_statement(self, path, lang, self.heading.with_own(title, logo))

    def lines(self, lang: str | None = None) -> list[str]:
        """Say the whole in a few plain sentences, without personal data."""
        books = self.books
        due, paid = add_up(account.due for account in self.accounts), add_up(account.paid for account in self.accounts)
        told = [
            say("reports", "statement_headline", lang, residents=len(self.accounts), period=self.period.words(lang)),
            say("reports", "statement_money", lang, due=written(due), paid=written(paid), fees=written(books.fees)),
        ]
        if self.strangers:
            amount = written(add_up(movement.paid for movement in self.strangers))
            told.append(say("reports", "statement_unmatched", lang, deposits=len(self.strangers), amount=amount))
        if not self.alone:
            told.append(self.tie(lang))
        return told

    def tie(self, lang: str | None = None) -> str:
        """Whether the totals tie to the account's balance."""
        if self.books.balance is None:
            return say("reports", "no_balance", lang)
        code = "ties" if self.ties else "ties_not"
        return say(
            "reports", code, lang, balance=written(self.books.balance), difference=written(self.books.difference)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for a machine, without personal data: money in MXN, moments in ISO 8601."""
        since = None if self.period.since is None else moment_of(self.period.since).isoformat()
        return {
            "kind": "statement",
            "id": self.id,
            "sha256": self.seal,
            "account_id": self.account_id,
            "made_at": self.made_at.isoformat(),
            "since": since,
            "until": moment_of(self.period.until).isoformat(),
            "mode": self.mode,
            "source": self.source.name,
            "source_sha256": self.source.sha256,
            "ok": self.ok,
            "ties": self.ties,
            "totals": {name: None if item is None else float(exact(item)) for name, item in self.lines_of_books()},
            "summary": {
                str(name): {"residents": int(line["residents"]), "due": float(line["due"]), "paid": float(line["paid"])}
                for name, line in self.summary.iterrows()
            },
            "problems": {str(code): int(number) for code, number in self.problems["code"].value_counts().items()},
        }

    def to_json(self) -> dict[str, Any]:
        """Write what it was made of as plain lists, to be kept."""
        return {
            **{name: asdict(getattr(self, name)) for name in ("period", "books")},
            **{name: [asdict(item) for item in getattr(self, name)] for name in ("said", "accounts")},
            **{name: [asdict(item) for item in getattr(self, name)] for name in ("strangers", "waiting")},
            "unclaimed": [[asdict(said), amount] for said, amount in self.unclaimed],
            "holders": self.holders,
            "account_name": self.account_name,
        }

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        first, *rest = self.lines()
        heads = [say("reports", item) for item in ("head_status", "head_residents", "head_due", "head_paid")]
        rows = [
            [say("reports", f"paid_{name}"), f"{line['residents']:,}", f"${line['due']:,.2f}", f"${line['paid']:,.2f}"]
            for name, line in self.summary.iterrows()
            if line["residents"]
        ]
        return card(first, rest, figures(heads, rows) + problems_html(self.problems[["message"]], SHOWN))


def restored(record: AuditRecord) -> Statement:
    """Read a statement as it was kept.

    Raises:
        ValueError: an earlier release kept its tables only.
    """
    head, body = unpack(record.payload or "")
    if "facts" not in body:
        raise ValueError(say("statements", "only_tables", id=record.id))
    kept = body["facts"]
    index = decode_frame({**body["residents"], "columns": [], "labels": []}).index
    return Statement(
        account_id=head["account_id"],
        account_name=kept["account_name"],
        period=Period(**kept["period"]),
        books=Books(**kept["books"]),
        said=[Said(**item) for item in kept["said"]],
        accounts=[_account(item) for item in kept["accounts"]],
        strangers=[Movement(**item) for item in kept["strangers"]],
        waiting=[Movement(**item) for item in kept["waiting"]],
        unclaimed=[(Said(**said), amount) for said, amount in kept["unclaimed"]],
        holders=kept["holders"],
        index=index,
        made=record.made_at,
        source=Source(head["source"], record.source_sha256),
        mode=head["mode"],
        id=record.id,
        seal=record.seal,
    )


def _account(kept: dict[str, Any]) -> Account:
    moved = {name: tuple(Movement(**item) for item in kept[name]) for name in ("deposits", "waiting")}
    return Account(**{**kept, **moved})


def _texts(values: Sequence[Any]) -> Any:
    return pd.Series(list(values), dtype="string")


def _deposit_table(pairs: Sequence[tuple[Movement, Said | None]]) -> Any:
    said = [item for _, item in pairs]
    own = [item for item, _ in pairs]
    made: dict[str, Any] = {"date": moments([item.at for item in own]), "clabe": _texts([item.clabe for item in own])}
    made |= {
        name: _texts([getattr(item, name) if item else None for item in said])
        for name in ("customer_id", "name", "unit")
    }
    for label, name in (("amount", "paid"), ("returned", "returned"), ("fees", "fees"), ("net", "net")):
        made[label] = money_column([getattr(item, name) for item in own])
    made |= {"reference": _texts([item.reference for item in own])}
    return pd.DataFrame(made | {"lines": pd.Series([item.lines for item in own], dtype="Int64")})
