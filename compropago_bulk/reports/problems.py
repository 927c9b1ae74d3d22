"""What looks wrong with orders, each problem with the two things that differ; what in a statement needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..bulk.check_report import FEE_FIXED, FEE_SHARE, IVA
from ..texts import say
from ..values import is_valid_clabe
from ..values.shown import fold
from .amounts import day_of, exact, money_column, shown_day, to_centavos, written
from .deposits import PENDING, REJECTED, Movement
from .facts import EXPIRED, OPEN, STATUSES, Fact, Said, Stands, owed
from .sheet_rows import one_value_only

if TYPE_CHECKING:
    from .statement import Statement

CODES = (
    "price_differs",
    "precision_lost",
    "clabe_differs",
    "email_differs",
    "name_differs",
    "fee_mismatch",
    "iva_mismatch",
    "currency",
    "repeated_row",
    "expired_unpaid",
    "not_found",
    "mode_mismatch",
    "unknown_status",
    "no_order",
    "no_resident",
    "two_open_orders",
)
_HALF_A_CENTAVO = Decimal("0.5")
_NAMED = 10
"""Orders that a note names."""
_ALIKE_FROM = 3
"""From so many orders on that differ alike, and are most of them, it is a tariff and not an accident."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """A fee before IVA: a fixed part in MXN, and a share of the price."""

    fixed: Decimal = FEE_FIXED
    share: Decimal = FEE_SHARE

    def fee(self, price: int) -> int:
        """Return the fee of a price, in centavos, half a centavo rounded up."""
        return int((self.fixed * 100 + self.share * price).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One problem of one order; `sheet` is what was expected, `api` what ComproPago says."""

    order_id: str | None
    code: str
    sheet: str | None = None
    api: str | None = None
    place: str = ""
    alike: tuple[Any, ...] | None = None
    """Troubles with the same mark differ in the same way."""

    def message(self, lang: str | None = None) -> str:
        """Say it in a sentence that a person can act on."""
        where = f"{say('reports', 'row', lang, place=self.place)}: " if self.place else ""
        return where + say("reports", self.code, lang, sheet=self.sheet or "–", api=self.api or "–")


def gathered(troubles: Sequence[AuditProblem], lang: str | None = None) -> list[tuple[str, AuditProblem | None]]:
    """Say each problem; many orders that ran out, which another page lists one by one, in one sentence."""
    expired = [trouble for trouble in troubles if trouble.code == "expired_unpaid"]
    if len(expired) < _MANY:
        return [(trouble.message(lang), trouble) for trouble in troubles]
    many = say("reports", "expired_many", lang, orders=len(expired), page=say("reports", "page_debtors", lang))
    return [(many, None), *((item.message(lang), item) for item in troubles if item.code != "expired_unpaid")]


_MANY = 4


def find(facts: Sequence[Fact], *, mode: str | None, tariff: Tariff) -> tuple[list[AuditProblem], list[str]]:
    """Find every problem, in the order of the rows, and the notes that stand for many problems of one kind."""
    own = [fact for fact in facts if not fact.repeat and not fact.beside]
    named = any(item.said.somebody for item in own)
    looks = (_missing(named, _repeated(own)), _standing(mode), _money(tariff))
    found = [trouble for look in looks for item in own for trouble in look(item)]
    found += _identity(own)
    found += [
        _trouble(fact, "expired_unpaid", api=written(fact.amount)) for fact in owed(facts) if fact.status == EXPIRED
    ]
    found += _doubled(facts)
    strangers = [fact for fact in facts if fact.stranger]
    found += [
        AuditProblem(movement.order_id, "no_resident", api=movement.sent.customer_id if movement.sent else None)
        for movement in strangers
    ]
    counted = sum(item.now is not None for item in own)
    ranks = {order.order_id: order.position for order in own}
    found.sort(key=lambda item: (ranks.get(item.order_id, len(own)), CODES.index(item.code)))
    found, notes = _gather(found, {"fee_mismatch": counted, "iva_mismatch": counted, "no_resident": len(own)})
    return found, [*_unread(facts), *notes]


def _unread(facts: Sequence[Fact]) -> list[str]:
    """Name the orders that could not be read, the first of many."""
    ids = [fact.order_id or "" for fact in facts if fact.unread]
    if not ids:
        return []
    more = "…" if len(ids) > _NAMED else ""
    return [f"unread: {say('reports', 'unread', orders=len(ids), ids=', '.join(ids[:_NAMED]) + more)}"]


def _trouble(
    fact: Fact, code: str, sheet: str | None = None, api: str | None = None, alike: Any = None
) -> AuditProblem:
    return AuditProblem(fact.order_id, code, sheet, api, fact.said.place, alike)


def _repeated(facts: Sequence[Fact]) -> set[int]:
    """Return the rows without an order that say exactly what an earlier row says."""
    seen: set[Said] = set()
    repeated = set()
    for fact in facts:
        words = replace(fact.said, place="")
        if fact.order_id is None and words.somebody and words in seen:
            repeated.add(fact.position)
        seen.add(words)
    return repeated


def _missing(named: bool, repeated: Collection[int]) -> Callable[[Fact], Iterable[AuditProblem]]:
    """Look for what is not there; where rows name residents at all (`named`), each order must have one."""

    def look(fact: Fact) -> Iterable[AuditProblem]:
        if fact.order_id is None:
            if fact.position in repeated:
                yield _trouble(fact, "repeated_row", fact.said.customer_id or fact.said.name or fact.said.unit)
            elif fact.said.somebody:
                yield _trouble(fact, "no_order", fact.said.customer_id or fact.said.name or fact.said.unit)
            return
        if fact.outcome in ("not_found", "invalid"):
            yield _trouble(fact, "not_found", fact.order_id)
        if named and not fact.said.somebody:
            yield _trouble(fact, "no_resident", api=fact.now.name if fact.now else None)

    return look


def _standing(mode: str | None) -> Callable[[Fact], Iterable[AuditProblem]]:
    def look(fact: Fact) -> Iterable[AuditProblem]:
        if fact.now is None:
            return
        if mode is not None and fact.now.test_mode is not None and fact.now.test_mode != (mode == "test"):
            yield _trouble(fact, "mode_mismatch", mode, "test" if fact.now.test_mode else "live")
        if fact.status not in STATUSES:
            yield _trouble(fact, "unknown_status", api=fact.now.status)

    return look


def _identity(facts: Sequence[Fact]) -> list[AuditProblem]:
    """Compare whom and where: a CLABE column that says the same of everybody is the condominium's own."""
    common = one_value_only([fact.said.clabe for fact in facts])
    return [trouble for fact in facts if fact.now is not None for trouble in _differences(fact, fact.now, common)]


def _differences(fact: Fact, now: Stands, common: bool) -> Iterable[AuditProblem]:
    sent, said = fact.sent, fact.said
    if said.spoilt:
        yield _trouble(fact, "precision_lost", said.spoilt, now.clabe)
    pairs = (
        ("clabe_differs", None if common else said.clabe, now.clabe),
        ("email_differs", said.email or (sent.email if sent else None), now.email),
        ("name_differs", said.name or (sent.name if sent else None), now.name),
    )
    for code, told, api in pairs:
        if told and api and fold(told) != fold(api):
            yield _trouble(fact, code, told, api)


def _money(tariff: Tariff) -> Callable[[Fact], Iterable[AuditProblem]]:
    def look(fact: Fact) -> Iterable[AuditProblem]:
        if fact.now is None:
            return ()
        if fact.now.foreign:
            return [_trouble(fact, "currency", "MXN", fact.now.currency)]
        return [*_price(fact, fact.now), *_fees(fact, fact.now, tariff)]

    return look


def _price(fact: Fact, now: Stands) -> Iterable[AuditProblem]:
    price = fact.sent.price if fact.sent and fact.sent.price is not None else fact.said.price
    if price is not None and now.price is not None and price != now.price:
        yield _trouble(fact, "price_differs", written(price), written(now.price))


def _fees(fact: Fact, now: Stands, tariff: Tariff) -> Iterable[AuditProblem]:
    fee = _expected_fee(fact, tariff)
    if now.fee is None:
        return
    if fee is not None and fee != now.fee:
        yield _trouble(fact, "fee_mismatch", written(fee), written(now.fee), _likeness(fact, fee))
    if now.iva is not None and not iva_holds(now.fee, now.iva):
        wanted = to_centavos(exact(now.fee) * IVA)
        yield _trouble(fact, "iva_mismatch", written(wanted), written(now.iva), (now.iva == 0,))


def _expected_fee(fact: Fact, tariff: Tariff) -> int | None:
    if fact.sent and fact.sent.fee is not None:
        return fact.sent.fee
    return None if fact.now is None or fact.now.price is None else tariff.fee(fact.now.price)


def _likeness(fact: Fact, expected: int) -> tuple[Any, ...]:
    """Tell how a fee differs, roughly: both up or both down, against the same witness."""
    recorded = fact.sent is not None and fact.sent.fee is not None
    return (recorded, (fact.now.fee or 0) > expected if fact.now else False)


def iva_holds(fee: int, iva: int) -> bool:
    """Whether an IVA is 16 % of a fee that was rounded to the centavo before or after."""
    return abs(iva - fee * IVA) <= _HALF_A_CENTAVO * (1 + IVA)


def _doubled(facts: Sequence[Fact]) -> list[AuditProblem]:
    groups: dict[Any, list[Fact]] = {}
    for fact in facts:
        if fact.status == OPEN and fact.key is not None and not fact.repeat:
            groups.setdefault(fact.key, []).append(fact)
    found = []
    for several in groups.values():
        for order in several if len(several) > 1 else ():
            other = next(rest for rest in several if rest is not order)
            found.append(_trouble(order, "two_open_orders", order.order_id, other.order_id))
    return found


def _gather(found: list[AuditProblem], outof: dict[str, int]) -> tuple[list[AuditProblem], list[str]]:
    """Let one note stand for a problem that most orders have alike."""
    marks = Counter((match.code, match.alike) for match in found if match.code in outof)
    common = {mark: number for mark, number in marks.items() if number >= _ALIKE_FROM and number * 2 > outof[mark[0]]}
    notes = []
    for (code, alike), number in common.items():
        first = next(match for match in found if (match.code, match.alike) == (code, alike))
        words = {"orders": number, "all": outof[code], "sheet": first.sheet or "–", "api": first.api or "–"}
        notes.append(f"{code}: {say('reports', f'{code}_alike', **words)}")
    return [match for match in found if (match.code, match.alike) not in common], notes


def as_table(found: Sequence[AuditProblem]) -> Any:
    """Return the problems as a DataFrame."""
    columns = {
        "order_id": [match.order_id for match in found],
        "code": [match.code for match in found],
        "message": [match.message() for match in found],
        "sheet_value": [match.sheet for match in found],
        "api_value": [match.api for match in found],
    }
    return pd.DataFrame({name: pd.Series(values, dtype="string") for name, values in columns.items()})


# statements


@dataclass(frozen=True, slots=True)
class StatementProblem:
    """One thing that needs a person."""

    code: str
    message: str
    place: str | None = None
    clabe: str | None = None
    amount: int | None = None


def problem_table(statement: Statement, lang: str | None = None) -> Any:
    """Put all of it into a table."""
    everybody = (_difference, _strangers, _unclaimed, _residents, _movements, _shared)
    looks = everybody if not statement.alone else (_residents, _movements)
    found = [item for look in looks for item in look(statement, lang)]
    texts = ("code", "message", "place", "clabe")
    made = {name: pd.Series([getattr(match, name) for match in found], dtype="string") for name in texts}
    return pd.DataFrame(made | {"amount": money_column([match.amount for match in found])})


def _difference(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    if not statement.ties:
        yield StatementProblem("difference", statement.tie(lang), amount=statement.books.difference)


def _strangers(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    for movement in statement.strangers:
        likely = statement.likely_row(movement)
        words = {
            "amount": written(movement.paid),
            "day": shown_day(day_of(movement.at), lang),
            "clabe": movement.clabe or "–",
        }
        code = "unmatched_deposit" if likely is None else "old_clabe"
        sentence = say("statements", code, lang, **words, place=likely or "–")
        yield StatementProblem("unmatched_deposit", sentence, likely, movement.clabe, movement.paid)


def _unclaimed(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    for said, amount in statement.unclaimed:
        who = said.name or said.customer_id or said.place
        sentence = say("statements", "unclaimed_balance", lang, who=who, amount=written(amount))
        yield StatementProblem("unclaimed_balance", sentence, None, said.clabe, amount)


def _movements(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    """Name what is not settled, which counts for nothing, and what was given back."""
    for movement, place in _placed(statement, "waiting"):
        code = _WAITING.get(movement.standing, "unknown_status")
        yield _of_movement(code, movement, place, movement.paid or movement.returned or movement.fees, lang)
    for movement, place in _placed(statement, "deposits"):
        if movement.returned:
            yield _of_movement("returned_deposit", movement, place, movement.returned, lang)


_WAITING = {PENDING: "pending_deposit", REJECTED: "rejected_deposit"}
_SENTENCES = {"unknown_status": "unknown_deposit"}


def _placed(statement: Statement, kind: str) -> list[tuple[Movement, str | None]]:
    """Return the movements of the residents with their rows, and then those of nobody."""
    own = [
        (item, statement.said[account.position].place)
        for account in statement.accounts
        for item in getattr(account, kind)
    ]
    return [*own, *((item, None) for item in (statement.waiting if kind == "waiting" else statement.strangers))]


def _of_movement(code: str, movement: Movement, place: str | None, amount: int, lang: str | None) -> StatementProblem:
    where = f"{say('reports', 'row', lang, place=place)}: " if place else ""
    words = {"amount": written(amount), "day": shown_day(day_of(movement.at), lang), "status": movement.status or "–"}
    sentence = say("statements", _SENTENCES.get(code, code), lang, clabe=movement.clabe or "–", **words)
    return StatementProblem(code, where + sentence, place, movement.clabe, amount)


def _residents(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    for said, own in zip(statement.said, statement.accounts, strict=True):
        where = f"{say('reports', 'row', place=said.place)}: "
        if said.clabe is None and said.somebody:
            yield StatementProblem("no_clabe", where + say("reports", "no_clabe", lang), said.place)
        elif said.clabe is not None and not is_valid_clabe(said.clabe):
            yield StatementProblem(
                "bad_clabe", where + say("reports", "bad_clabe", lang, clabe=said.clabe), said.place, said.clabe
            )
        elif said.clabe is not None and statement.holders and said.clabe not in statement.holders:
            yield StatementProblem(
                "foreign_clabe",
                where + say("statements", "foreign_clabe", lang, clabe=said.clabe),
                said.place,
                said.clabe,
            )
        if own.due is None:
            yield StatementProblem("no_due", where + say("reports", "no_due", lang), said.place, said.clabe)
        if own.status == "double":
            sentence = say("reports", "double", lang, paid=written(own.paid), due=written(own.owed))
            yield StatementProblem(
                "double_payment", where + sentence, said.place, said.clabe, own.paid - (own.owed or 0)
            )


def _shared(statement: Statement, lang: str | None) -> Iterable[StatementProblem]:
    rows: dict[str, list[str]] = {}
    for said in statement.said:
        if said.clabe:
            rows.setdefault(said.clabe, []).append(said.place)
    for clabe, places in rows.items():
        if len(places) > 1:
            sentence = say("reports", "shared_clabe", lang, places=", ".join(places), clabe=clabe)
            yield StatementProblem("shared_clabe", sentence, places[0], clabe)
