"""What looks wrong with orders: pure functions over facts, each problem with the two things that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from ..bulk.check_report import FEE_FIXED, FEE_SHARE, IVA
from ..texts import say
from ..values.folding import fold
from .amounts import exact, to_centavos, written
from .facts import EXPIRED, OPEN, STATUSES, Fact, Said, Stands, owed
from .sheet_rows import one_value_only

CODES = (
    "price_differs",
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
    found = []
    for fact in facts:
        if fact.now is None:
            continue
        sent = fact.sent
        pairs = (
            ("clabe_differs", None if common else fact.said.clabe, fact.now.clabe),
            ("email_differs", fact.said.email or (sent.email if sent else None), fact.now.email),
            ("name_differs", fact.said.name or (sent.name if sent else None), fact.now.name),
        )
        found += [
            _trouble(fact, code, told, api) for code, told, api in pairs if told and api and fold(told) != fold(api)
        ]
    return found


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
