"""`statement`: read an account's deposits, find out whose each is, and put them against the dues."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from os import PathLike
from typing import Any

from ..api.connection import Connection
from ..bulk.lists import list_subaccounts, read_accounts, read_transactions
from ..bulk.pipeline import account_of, connected
from ..bulk.profile import Profile, report_defaults
from ..bulk.progress import make_observer
from ..errors import ApiError, JournalError
from ..journal import open_journal
from ..model import Progress
from ..texts import say
from ..values.shown import fold
from .amounts import add_up, beginning, exact, read_when, shown_moment, to_centavos
from .deposits import SETTLED, Books, Movement, accounts_of, join, lines_of, names_of
from .evidence import encode_frame, pack
from .facts import Said
from .sheet_rows import Sheet, read
from .statement import Period, Statement
from .terms import LateFee, Terms, carried, check_periods, former, with_late

logger = logging.getLogger("compropago_bulk")

KIND = "statement"
_LOOKS = 3
"""Times that an account is read until nothing came in meanwhile."""
Record = Mapping[str, Any]


def statement(
    source: Any,
    account_id: str,
    since: Any = None,
    until: Any = None,
    opening: Any = None,
    *,
    periods: int | Mapping[str, int] = 1,
    due: Any = None,
    late_fee: str | Mapping[str, Any] | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    progress: bool | Callable[[Progress], None] = True,
    id_prefix: str = "",
    **values: Any,
) -> Statement:
    """Put the deposits of an account against the residents' dues, and keep that, dated.

    Reads the lists of the API's edition 2019-08 (`GET /v2/accounts`, …`/<ID>`, …`/transactions`): one request for each
    CLABE, since a transaction does not say to which CLABE it came.

    Args:
        source: the residents: what `create_accounts` gave, its exported workbook, or a sheet with a CLABE and a fee for
            each. Without any CLABE column those of the account's sub-accounts are taken, by id, else by name.
        account_id: as `list_accounts` shows it.
        since, until: a day (`date`, or text `2026-03-01`; whole days, both counted) or a moment; else from the
            beginning until now.
        opening: what stood open before: a former Statement or its kept `id` (its balances; `since` is then the moment
            after its end), or the header of a column (`"Saldo anterior"`; more than 0 is owed). Else nothing did.
        periods: how many times the sheet's fee is due in that time (12 for a year of a monthly fee); where the fee
            changed, a header and a number for each (`{"Cuota": 6, "Cuota desde julio": 6}`).
        due: the last day (or moment) to pay in time; else the sheet's due date; without either nobody is late.
        late_fee: what is owed besides for paying late: the header of a column of sums, or a rule
            (`{"grace_days": 5, "fixed": 100}`, `{"grace_days": 5, "percent": 10}` of what was missing then). Nothing
            by default.
        connection: keys, address and pace; else from the environment.
        profile: as in `audit_orders`.
        sheet, columns, progress: as in `verify_orders`.
        id_prefix: as it was given to `create_accounts`.
        **values: a field's value for every row that has none of its own (`price=1500`).

    Returns:
        Statement: `.residents`, `.deposits`, `.unmatched`, `.without_clabe`, `.totals`, `.summary`, `.problems`,
        `.for_resident(key)`, `.export_excel(path)`.

    Raises:
        ApiError: no such account, or the API has no such lists, or refused them.
        ConfigurationError, SheetError, ValueError, TypeError: before anything is read.
    """
    check_periods(periods)
    rule = None if late_fee is None or isinstance(late_fee, str) else LateFee.of(late_fee)
    due_at = None if due is None else read_when(due)[0]
    own = report_defaults(profile, source, sheet=sheet, columns=columns, id_prefix=id_prefix)
    with connected(connection, own.settings) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        now = round(found.clock() * 1000)
        before = former(opening, found)
        wanted = _period(since, until, now, before)
        needs = () if isinstance(periods, Mapping) else ("price",)
        sheets = {"sheet": own.sheet, "columns": own.columns, "id_prefix": own.id_prefix}
        told = read(source, **sheets, values=values, needs=needs)
        terms = Terms.of(told, periods, due_at, opening if before is None else None, late_fee, rule)
        made = _read_account(found, str(account_id), told, progress)
        latest = max((line["date"] or 0 for line in made.lines), default=0)  # by ComproPago's clock, which may be ahead
        period = wanted if until is not None else replace(wanted, until=max(now, latest))
        stated = _stated(made, told, str(account_id), period, terms, before, found, now)
        return _kept(replace(stated, heading=own.heading), found)


def _period(since: Any, until: Any, now: int, before: Statement | None) -> Period:
    end, _ = read_when(until) if until is not None else (now, None)
    if since is None:
        return Period(None if before is None else before.period.until + 1, end)
    moment, day = read_when(since)
    start = moment if day is None else beginning(day)
    if start > end:
        raise ValueError(say("reports", "bad_period", since=since, until=until if until is not None else "–"))
    if before is not None and start != before.period.until + 1:
        words = {"end": shown_moment(before.period.until), "start": shown_moment(start)}
        raise ValueError(say("statements", "opening_apart", **words))
    return Period(start, end)


class _Read:
    """What was read of one account at one moment."""

    def __init__(
        self, name: str | None, balance: Decimal | None, lines: Sequence[Record], holders: dict[str, str]
    ) -> None:
        self.name, self.balance, self.lines, self.holders = name, balance, lines, holders
        self.ids: dict[str, str] = {}
        self.clabes: dict[str, str] = {}
        """A line's id to its CLABE."""


def _read_account(
    connection: Connection, account_id: str, told: Sheet, progress: bool | Callable[[Progress], None]
) -> _Read:
    table = list_subaccounts(account_id, connection)
    names = table["name"].fillna("")
    holders = {clabe: str(name) for clabe, name in zip(table["clabe"], names, strict=True) if isinstance(clabe, str)}
    name, balance, lines = _still(connection, account_id)
    found = _Read(name, balance, lines, holders)
    found.ids = {
        own: clabe
        for own, clabe in zip(table["id"], table["clabe"], strict=True)
        if isinstance(own, str) and isinstance(clabe, str)
    }
    known = set(names_of(lines))
    sheets_own = [
        fromkey
        for fromkey in dict.fromkeys(told.values.get("clabe") or ())
        if fromkey is not None and fromkey not in holders
    ]
    if known:
        _ask_clabes(connection, account_id, [*holders, *sheets_own], found, known, progress)
    return found


def _still(connection: Connection, account_id: str) -> tuple[str | None, Decimal | None, list[dict[str, Any]]]:
    """Read balance and lines so that nothing came in between; an account that stands still is read once."""
    name, before = _balance(connection, account_id)
    for _ in range(_LOOKS):
        lines = read_transactions(account_id, None, connection)
        name, after = _balance(connection, account_id)
        if after == before:
            break
        before = after
    return name, before, lines


def _balance(connection: Connection, account_id: str) -> tuple[str | None, Decimal | None]:
    with suppress(ApiError):
        for account in read_accounts(connection):
            if account["account_id"] is not None and fold(account["account_id"]) == fold(account_id):
                return account["name"], account["balance"]
    return None, None


def _ask_clabes(
    connection: Connection,
    account_id: str,
    clabes: Sequence[str],
    found: _Read,
    known: set[str],
    progress: bool | Callable[[Progress], None],
) -> None:
    """Ask for each CLABE's lines, many at once at the connection's pace, until every line has its CLABE."""
    observe = make_observer(progress, label=KIND, total=len(clabes))

    def ask(clabe: str) -> list[str]:
        if len(found.clabes) == len(known):
            return []
        return names_of(read_transactions(account_id, clabe, connection))

    with ThreadPoolExecutor(max_workers=connection.concurrency) as pool:
        try:
            for done, (clabe, names) in enumerate(zip(clabes, pool.map(ask, clabes), strict=True), start=1):
                found.clabes |= {name: clabe for name in names if name in known}
                observe(Progress(len(clabes), done, {}, connection.rate, None, finished=done == len(clabes)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _stated(
    made: _Read,
    told: Sheet,
    account_id: str,
    period: Period,
    terms: Terms,
    before: Statement | None,
    connection: Connection,
    now: int,
) -> Statement:
    said, unclaimed = carried(_with_clabes(told, made), before)
    movements = with_late(join(lines_of(made.lines, made.clabes)), before, period.since)
    inside = [item for item in movements if period.has(item.since)]
    counted = [item for item in inside if item.is_deposit or item.standing != SETTLED]
    accounts, strangers = accounts_of(said, counted, terms.dues, terms.due_at)
    return Statement(
        account_id=account_id,
        account_name=made.name,
        period=period,
        books=_books([item for item in movements if item.standing == SETTLED], period, made.balance),
        said=said,
        accounts=terms.with_late_fees(accounts, period.until),
        strangers=[item for item in strangers if item.standing == SETTLED],
        waiting=[item for item in strangers if item.standing != SETTLED],
        unclaimed=unclaimed,
        holders=made.holders,
        index=told.frame.index,
        made=now,
        source=told.source,
        mode=connection.mode,
    )


def _with_clabes(told: Sheet, made: _Read) -> list[Said]:
    """Return what the sheet says; where it has no CLABE column at all, with the CLABEs of the account."""
    said = told.said()
    if "clabe" in told.values:
        return said
    ids = {fold(own): clabe for own, clabe in made.ids.items()}
    names: dict[str, list[str]] = {}
    for clabe, holder in made.holders.items():
        names.setdefault(fold(holder), []).append(clabe)

    def clabe_of(row: Said) -> str | None:
        fits = names.get(fold(row.name), []) if row.name else []
        return ids.get(fold(row.customer_id or "")) or (fits[0] if len(fits) == 1 else None)

    return [replace(item, clabe=clabe_of(item)) for item in said]


def _books(movements: Sequence[Movement], period: Period, balance: Decimal | None) -> Books:
    inside = [movement for movement in movements if period.has(movement.since)]
    earlier = [movement.net for movement in movements if movement.since < (period.since or 0)]
    later = [movement.net for movement in movements if movement.since > period.until]
    paid, returned, fees = _of_deposits(inside)
    other = add_up(item.net for item in inside) - (paid - returned - fees)
    return Books(add_up(earlier), paid, fees, other, add_up(later), to_centavos(balance), returned)


def _of_deposits(movements: Sequence[Movement]) -> tuple[int, ...]:
    deposits = [movement for movement in movements if movement.is_deposit]
    return tuple(add_up(getattr(item, name) for item in deposits) for name in ("paid", "returned", "fees"))


def _kept(made: Statement, connection: Connection) -> Statement:
    """Keep it; where that fails the statement matters more."""
    due, paid = add_up(item.due for item in made.accounts), add_up(item.paid for item in made.accounts)
    owed = add_up(max(item.balance or 0, 0) for item in made.accounts)
    head = {
        "source": made.source.name,
        "mode": made.mode,
        "account_id": made.account_id,
        "amount": str(exact(due)),
        "paid": str(exact(paid)),
        "owed": str(exact(owed)),
        "problems": len(made.problems),
    }
    names = ("residents", "deposits", "unmatched", "totals", "problems")
    tables = {name: encode_frame(getattr(made, name)) for name in names}
    body = {"figures": made.to_dict(), "facts": made.to_json(), **tables}
    try:
        with open_journal(connection.journal, connection.clock) as journal:
            account = account_of(connection, journal)
            number, seal = journal.keep_audit(account.scope, KIND, pack(head, body), made.source.sha256, made.made)
    except JournalError as problem:
        logger.warning("a statement could not be kept: %s", type(problem).__name__)
        return made
    return replace(made, id=number, seal=seal)
