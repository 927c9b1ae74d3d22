"""What in a statement needs a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..texts import say
from ..values import is_valid_clabe
from .amounts import day_of, money_column, shown_day, written
from .deposits import PENDING, REJECTED, Movement

if TYPE_CHECKING:
    from .statement import Statement


@dataclass(frozen=True, slots=True)
class AuditProblem:
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


def _difference(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
    if not statement.ties:
        yield AuditProblem("difference", statement.tie(lang), amount=statement.books.difference)


def _strangers(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
    for movement in statement.strangers:
        likely = statement.likely_row(movement)
        words = {
            "amount": written(movement.paid),
            "day": shown_day(day_of(movement.at), lang),
            "clabe": movement.clabe or "–",
        }
        code = "unmatched_deposit" if likely is None else "old_clabe"
        sentence = say("statements", code, lang, **words, place=likely or "–")
        yield AuditProblem("unmatched_deposit", sentence, likely, movement.clabe, movement.paid)


def _unclaimed(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
    for said, amount in statement.unclaimed:
        who = said.name or said.customer_id or said.place
        sentence = say("statements", "unclaimed_balance", lang, who=who, amount=written(amount))
        yield AuditProblem("unclaimed_balance", sentence, None, said.clabe, amount)


def _movements(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
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


def _of_movement(code: str, movement: Movement, place: str | None, amount: int, lang: str | None) -> AuditProblem:
    where = f"{say('reports', 'row', lang, place=place)}: " if place else ""
    words = {"amount": written(amount), "day": shown_day(day_of(movement.at), lang), "status": movement.status or "–"}
    sentence = say("statements", _SENTENCES.get(code, code), lang, clabe=movement.clabe or "–", **words)
    return AuditProblem(code, where + sentence, place, movement.clabe, amount)


def _residents(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
    for said, own in zip(statement.said, statement.accounts, strict=True):
        where = f"{say('reports', 'row', place=said.place)}: "
        if said.clabe is None and said.somebody:
            yield AuditProblem("no_clabe", where + say("reports", "no_clabe", lang), said.place)
        elif said.clabe is not None and not is_valid_clabe(said.clabe):
            yield AuditProblem(
                "bad_clabe", where + say("reports", "bad_clabe", lang, clabe=said.clabe), said.place, said.clabe
            )
        elif said.clabe is not None and statement.holders and said.clabe not in statement.holders:
            yield AuditProblem(
                "foreign_clabe",
                where + say("statements", "foreign_clabe", lang, clabe=said.clabe),
                said.place,
                said.clabe,
            )
        if own.due is None:
            yield AuditProblem("no_due", where + say("reports", "no_due", lang), said.place, said.clabe)
        if own.status == "double":
            sentence = say("reports", "double", lang, paid=written(own.paid), due=written(own.owed))
            yield AuditProblem("double_payment", where + sentence, said.place, said.clabe, own.paid - (own.owed or 0))


def _shared(statement: Statement, lang: str | None) -> Iterable[AuditProblem]:
    rows: dict[str, list[str]] = {}
    for said in statement.said:
        if said.clabe:
            rows.setdefault(said.clabe, []).append(said.place)
    for clabe, places in rows.items():
        if len(places) > 1:
            sentence = say("reports", "shared_clabe", lang, places=", ".join(places), clabe=clabe)
            yield AuditProblem("shared_clabe", sentence, places[0], clabe)
