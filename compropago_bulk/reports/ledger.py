"""One line a movement, flat by flat, with a running balance: a ledger, with its views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate, chain, groupby
from pathlib import Path
from typing import Any

import pandas as pd

from ..exports.heading import Heading
from ..rows.results import moments
from ..texts import say
from ..values.shown import fold
from .amounts import add_up, day_of, moment_of, money_column, shown_day, written
from .sheet_rows import Source

KINDS = ("opening", "charge", "late_fee", "payment", "returned", "fee")

_TEXTS = ("customer_id", "name", "unit", "tower", "clabe")


@dataclass(frozen=True, slots=True)
class Who:
    """Whose lines they are: one person of one flat."""

    customer_id: str | None = None
    name: str | None = None
    unit: str | None = None
    tower: str | None = None
    clabe: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement. Centavos; epoch milliseconds."""

    who: Who
    at: int
    kind: str
    amount: int
    """What it adds to the balance: more than nothing is owed. A fee adds nothing."""
    concept: str | None = None
    origin: str | None = None
    """Where it comes from: an order's id, SPEI's tracking key, a cell or row of the sheet."""
    fee: int = 0
    """What ComproPago kept of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Movements, resident by resident. Amounts in MXN, times of Mexico City; a balance above 0 is owed.

    Attributes:
        made_at: up to when it knows.
        source: from which file it was made, and its SHA-256.
    """

    entries: Sequence[Entry] = field(repr=False)
    made: int
    source: Source = field(repr=False)
    alone: bool = False
    """Of one resident only."""
    id: int | None = None
    seal: str | None = None
    heading: Heading = field(default=Heading(), repr=False)

    @property
    def made_at(self) -> datetime:
        """Return up to when it knows."""
        return moment_of(self.made)

    @property
    def lines(self) -> Any:
        """Return a line a movement, resident by resident, in the order of time.

        `date` (Mexico City), `customer_id`, `name`, `unit`, `tower`, `clabe` (string), `kind` (`opening`, `charge`,
        `late_fee`, `payment`, `returned`, `fee`), `concept` (string), `charge`, `payment`, `fee`, `balance` (Float64,
        MXN; the balance runs by resident), `origin` (order id, SPEI's tracking key, or place in the sheet; string).
        """
        entries = self.entries
        balances = chain.from_iterable(accumulate(item.amount for item in own) for _, own in self.by_resident())
        amounts = [item.amount for item in entries]
        made: dict[str, Any] = {"date": moments([item.at for item in entries])} | _columns_of(entries)
        made |= {name: _texts([getattr(item, name) for item in entries]) for name in ("kind", "concept")}
        made["charge"] = money_column([_above_nothing(amount) for amount in amounts])
        made["payment"] = money_column([_above_nothing(-amount) for amount in amounts])
        made["fee"] = money_column([_above_nothing(item.fee) for item in entries])
        made["balance"] = money_column(list(balances))
        made["origin"] = _texts([item.origin for item in entries])
        return pd.DataFrame(made)

    def by_resident(self) -> Iterator[tuple[Who, list[Entry]]]:
        """Return each resident's movements, in the order of time."""
        for who, own in groupby(self.entries, key=lambda item: item.who):
            yield who, list(own)

    @property
    def residents(self) -> Any:
        """Return a line a resident: `customer_id`, `name`, `unit`, `tower`, `clabe` (string), `opening`, `charged`
        (fees for paying late included), `paid`, `returned`, `balance` (Float64, MXN), `last_payment` (Mexico City).
        """
        people = list(self.by_resident())
        made: dict[str, Any] = {name: _texts([getattr(who, name) for who, _ in people]) for name in _TEXTS}
        sums = [sums_of(own) for _, own in people]
        for name in ("opening", "charged", "paid", "returned", "balance"):
            made[name] = money_column([item[name] for item in sums])
        made["last_payment"] = moments([_last(own) for _, own in people])
        return pd.DataFrame(made)

    @property
    def totals(self) -> Any:
        """Return the sums of everybody: index `item` (`opening` + `charged` - `paid` + `returned` = `balance`; `fees`),
        `amount` (Float64, MXN)."""
        items = sums_of(self.entries) | {"fees": add_up(item.fee for item in self.entries)}
        index = pd.Index(list(items), name="item", dtype="string")
        return pd.DataFrame({"amount": money_column(list(items.values()))}).set_axis(index, axis=0)

    @property
    def months(self) -> Any:
        """Return a line a month, of everybody: index `month` (`2026-05`), `charged`, `paid` (less what was given back),
        `balance` at its end (Float64, MXN), `rate` (paid of charged; missing where nothing was)."""
        months, cells = self.month_names(), _by_month(self.entries)
        charged, paid = ([cells.get((month, name), 0) for month in months] for name in ("charged", "paid"))
        opening = add_up(item.amount for item in self.entries if item.kind == "opening")
        ends = accumulate(map(int.__sub__, charged, paid), initial=opening)
        made = {
            "charged": money_column(charged),
            "paid": money_column(paid),
            "balance": money_column(list(ends)[1:]),
            "rate": pd.Series(
                [out / due if due else None for out, due in zip(paid, charged, strict=True)], dtype="Float64"
            ),
        }
        return pd.DataFrame(made).set_axis(pd.Index(months, name="month", dtype="string"), axis=0)

    def month_names(self) -> list[str]:
        """Return the months from the first movement to the last, those without any included."""
        times = [item.at for item in self.entries if item.kind != "opening"]
        if not times:
            return []
        first, last = day_of(min(times)), day_of(max(times))
        numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]

    @property
    def pivot(self) -> Any:
        """Return the accountant's table, a line a resident: `customer_id`, `name`, `unit` (string), `opening`, for each
        month `2026-05 charged` and `2026-05 paid` (less what was given back), and `closing` (Float64, MXN)."""
        people = list(self.by_resident())
        made: dict[str, Any] = {name: _texts([getattr(who, name) for who, _ in people]) for name in _TEXTS[:3]}
        made["opening"] = money_column([sums_of(own)["opening"] for _, own in people])
        cells = [_by_month(own) for _, own in people]
        for month in self.month_names():
            for name in ("charged", "paid"):
                made[f"{month} {name}"] = money_column([cell.get((month, name), 0) for cell in cells])
        made["closing"] = money_column([add_up(item.amount for item in own) for _, own in people])
        return pd.DataFrame(made)

    @property
    def payments(self) -> Any:
        """Return what a receipt (CFDI with the payments' complement) asks for, a line a payment.

        `date` (Mexico City), `payment_form` (`03`, transfer), `currency` (`MXN`), `amount` (Float64), `tracking_key`,
        `order_id`, `customer_id`, `name`, `unit`, `clabe` (string). What is not known is missing.
        """
        own = [item for item in self.entries if item.kind == "payment"]
        made: dict[str, Any] = {"date": moments([item.at for item in own])}
        made |= {"payment_form": _texts(["03"] * len(own)), "currency": _texts(["MXN"] * len(own))}
        made["amount"] = money_column([-item.amount for item in own])
        is_order = [str(item.origin).startswith("ch_") for item in own]
        pairs = list(zip(own, is_order, strict=True))
        made["tracking_key"] = _texts([None if order else item.origin for item, order in pairs])
        made["order_id"] = _texts([item.origin if order else None for item, order in pairs])
        made |= {
            name: _texts([getattr(item.who, name) for item in own]) for name in ("customer_id", "name", "unit", "clabe")
        }
        return pd.DataFrame(made)

    def for_resident(self, key: str) -> Ledger:
        """Return one resident's own ledger, without a word about anybody else.

        Args:
            key: a reference or customer id, a CLABE, a unit or a name, compared folded.

        Raises:
            KeyError: nobody, or more than one, is called so.
        """
        people = [who for who, _ in self.by_resident()]
        for name in ("customer_id", "clabe", "unit", "name"):
            fits = [who for who in people if fold(getattr(who, name) or "") == fold(str(key))]
            if len(fits) == 1:
                return replace(self, entries=[item for item in self.entries if item.who == fits[0]], alone=True)
            if fits:
                raise KeyError(
                    say("statements", "several_in_ledger", key=key, names=", ".join(str(who.name) for who in fits))
                )
        raise KeyError(say("reports", "no_such_resident", key=key))

    def for_tower(self, tower: str) -> Ledger:
        """Return the ledger of one tower's residents.

        Raises:
            KeyError: no resident's tower is called so.
        """
        own = [item for item in self.entries if fold(item.who.tower or "") == fold(tower)]
        if not own:
            towers = ", ".join(sorted({item.who.tower for item in self.entries if item.who.tower})) or "–"
            raise KeyError(say("statements", "no_such_tower", key=tower, towers=towers))
        return replace(self, entries=own)

    def plot(self) -> Any:
        """Draw what was billed and collected month by month, and the balance; readable in greyscale.

        Returns:
            matplotlib Figure: shows itself in a notebook; `.savefig(path)` keeps it.

        Raises:
            ConfigurationError: matplotlib is not installed (`pip install "compropago-bulk[plots]"`).
        """
        from .plot import draw_ledger

        return draw_ledger(self)

    def export_excel(
        self, path: str | Path, *, lang: str | None = None, title: str | None = None, logo: str | Path | None = None
    ) -> Path:
        """Write a workbook to hand over and print: of one resident a page with how to pay and a line a movement; of all
        the months, the residents, the table by month, every movement, and the payments for receipts.

        Args:
            lang: `es` or `en`; else the person's language.
            title, logo: the condominium's name and a PNG or JPEG picture for the head of each page; else the profile's.

        Returns:
            Path: where it went (`name (2).xlsx` while another program holds the file).

        Raises:
            ConfigurationError: the folder does not exist or may not be written to.
        """
        from .ledger_book import write_ledger

        return write_ledger(self, path, lang, self.heading.with_own(title, logo))

    def summary(self, lang: str | None = None) -> list[str]:
        """Say the whole in a few plain sentences, without personal data."""
        sums = sums_of(self.entries)
        people = sum(1 for _ in self.by_resident())
        words = {name: written(sums[name]) for name in ("opening", "charged", "balance")}
        paid = written(sums["paid"] - sums["returned"])
        head = say(
            "statements",
            "ledger_head",
            lang,
            residents=people,
            lines=len(self.entries),
            day=shown_day(day_of(self.made), lang),
        )
        return [head, say("statements", "ledger_money", lang, paid=paid, **words)]

    def __repr__(self) -> str:
        return "\n".join(self.summary())


_CHARGES = frozenset({"charge", "late_fee"})
_PAYMENTS = frozenset({"payment", "returned"})


def sums_of(entries: Iterable[Entry]) -> dict[str, int]:
    """Add up movements, in centavos: `opening` + `charged` - `paid` + `returned` = `balance`."""
    sums = dict.fromkeys(("opening", "charged", "paid", "returned"), 0)
    names = {"charge": "charged", "late_fee": "charged", "payment": "paid"}
    for item in entries:
        if item.kind != "fee":
            name = names.get(item.kind, item.kind)
            sums[name] += -item.amount if name == "paid" else item.amount
    return sums | {"balance": sums["opening"] + sums["charged"] - sums["paid"] + sums["returned"]}


def _rate(paid: int, charged: int) -> float | None:
    return paid / charged if charged else None


def _by_month(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    cells: dict[tuple[str, str], int] = {}
    for item in entries:
        name = "charged" if item.kind in _CHARGES else "paid" if item.kind in _PAYMENTS else None
        if name is not None:
            place = f"{day_of(item.at):%Y-%m}", name
            cells[place] = cells.get(place, 0) + (item.amount if name == "charged" else -item.amount)
    return cells


def _above_nothing(amount: int) -> int | None:
    return amount if amount > 0 else None


def _columns_of(entries: Sequence[Entry]) -> dict[str, Any]:
    return {name: _texts([getattr(item.who, name) for item in entries]) for name in _TEXTS}


def _last(entries: Iterable[Entry]) -> int | None:
    return max((item.at for item in entries if item.kind == "payment"), default=None)


def _texts(values: Sequence[Any]) -> Any:
    return pd.Series(list(values), dtype="string")
