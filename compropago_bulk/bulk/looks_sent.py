"""Before anything goes out: does this sheet look as if it had gone out already, under another name?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pandas as pd

from ..errors import JournalError, LooksSentError
from ..journal.people import Holder, Person
from ..model import Outcome, Problem, Result, Severity
from ..rows.results import is_ours, moments
from ..texts import say
from ..values import is_valid_clabe, shown
from ..values.shown import fold
from .plan import Account, Options, Plan, shown_date
from .twins import OTHER_PEOPLE, Candidate, Sign, Verdict, find_signs, people_of, sent_to, weigh

_AT_ONCE = 5_000
_CARRIED = ("order_id", "clabe")


class Carried(NamedTuple):
    """An order or a CLABE that a row brings along from an earlier table."""

    position: int
    field: str
    value: str


@dataclass(slots=True)
class Noticed:
    """What the journal says of the rows that would go out, beyond their own keys."""

    verdict: Verdict = field(default_factory=lambda: Verdict(None, ()))
    conflicts: list[Result] = field(default_factory=list)
    """Rows that carry what was made for somebody else, or what this journal does not know."""


def notice(plan: Plan, account: Account, options: Options) -> Noticed:
    """Compare the rows that would go out with what was sent before; rows in conflict are taken out of the plan."""
    if not plan.spec.creates or not plan.to_send or options.again:
        return Noticed()
    conflicts = list(_conflicts(plan, account, options.prefix))
    if conflicts:
        kept_back = {result.position for result in conflicts}
        plan.to_send = [position for position in plan.to_send if position not in kept_back]
        for result in conflicts:
            plan.columns.put(result)
    return Noticed(_verdict(plan, account), conflicts)


def _verdict(plan: Plan, account: Account) -> Verdict:
    going = [position for position in plan.to_send if plan.checked.rows.keys[position] not in plan.resend]
    candidates = _candidates(plan, going)
    known = account.journal.known_sends(
        account.scope, plan.spec.name, [row.person for row in candidates], sent_to, rehearsal=account.rehearsal
    )
    if not known:
        return Verdict(None, ())
    others = range(len(plan.checked.rows)) if len(going) < len(plan.checked.rows) else ()
    sheet = [row.person for row in (_candidates(plan, others) if others else candidates)]
    return weigh(find_signs(plan.spec.name, candidates, sheet, known), len(going))


def remember_people(plan: Plan, account: Account) -> None:
    """Write down for whom the rows were that went out: the next sheet is compared with them, and need not wait for it.

    What cannot be written now is read from the journal then.
    """
    if not plan.spec.creates:
        return
    sent = {row.key: row.person for row in _candidates(plan, plan.to_send)}

    def read(operation: str, key: str, body: str | None) -> Person:
        known = sent.get(key) if operation == plan.spec.name else None
        return sent_to(operation, key, body) if known is None else known

    with suppress(JournalError):
        account.journal.learn(read)


def _candidates(plan: Plan, positions: Sequence[int]) -> list[Candidate]:
    rows = plan.checked.rows
    columns = [rows.column(name, positions) for name in (_customer_field(plan), "email", "name", "product_id")]
    keys = map(rows.keys.__getitem__, positions)
    return list(map(Candidate, positions, keys, people_of(*columns)))


def _customer_field(plan: Plan) -> str:
    return "reference" if plan.spec.name == "createAccount" else "customer_id"


def _conflicts(plan: Plan, account: Account, prefix: str) -> Iterator[Result]:
    """Find the rows whose order or CLABE was made for another customer, or elsewhere."""
    carried = list(_carried(plan, prefix))
    holders: dict[str, Mapping[str, Sequence[Holder]]] = {
        name: account.journal.holders(name, {one.value for one in carried if one.field == name}, sent_to)
        for name in _CARRIED
    }
    done: set[int] = set()
    for one in carried:
        result = _conflict(plan, one, holders[one.field].get(one.value, ()))
        if result is not None and one.position not in done:
            done.add(one.position)
            yield result


def _carried(plan: Plan, prefix: str) -> Iterator[Carried]:
    """Return the orders and CLABEs of ours that stand in rows that would go out; none of the owner's own columns."""
    frame = plan.table.frame
    if not is_ours(frame, plan.spec, prefix):
        return
    for name in _CARRIED:
        if prefix + name not in frame.columns:
            continue
        values = plan.table.values(prefix + name)
        for position in plan.to_send:
            value = shown(values[position]).strip()
            if value and (name != "clabe" or is_valid_clabe(value)):
                yield Carried(position, name, value)


def _conflict(plan: Plan, carried: Carried, holders: Sequence[Holder]) -> Result | None:
    words = {"what": say("outcomes", f"what_{carried.field}"), "value": carried.value}
    if not holders:
        sentence = say("outcomes", "not_in_journal", **words)
        return Result(carried.position, Outcome.CONFLICT, "not_in_journal", sentence)
    customer = fold(str(plan.checked.rows.value(_customer_field(plan), carried.position)))
    if any(_is_theirs(plan.spec.name, holder, customer) for holder in holders):
        return None
    sentence = say("outcomes", "other_key", then=holders[0].person.customer, now=customer, **words)
    return Result(carried.position, Outcome.CONFLICT, "other_key", sentence)


def _is_theirs(operation: str, holder: Holder, customer: str) -> bool:
    """Whether it was made for this customer; an account's reference is another kind of id than a customer's."""
    if (holder.operation == "createAccount") != (operation == "createAccount"):
        return True
    return holder.person.customer == customer


def hold_back(plan: Plan, noticed: Noticed, options: Options) -> None:
    """Stop a sheet that looks as if it had gone out already, unless the person says that it is another one.

    Raises:
        LooksSentError: nothing was sent.
    """
    if noticed.verdict.reason is None:
        return
    problem = looks_sent_error(plan, noticed.verdict)
    if options.confirm_again is None or not options.confirm_again(problem):
        raise problem


def looks_sent_error(plan: Plan, verdict: Verdict) -> LooksSentError:
    """Return the error that a sheet that is held back stands for."""
    sign = next(sign for sign in verdict.signs if sign.reason == verdict.reason)
    words = {"then": sign.known.key, "now": sign.key, "date": shown_date(sign.known.claimed_at)}
    sentence = say("outcomes", f"held_{verdict.reason}", twins=len(verdict.signs), going=len(plan.to_send), **words)
    return LooksSentError(
        sentence, reason=str(verdict.reason), rows=len(verdict.signs), known=_known_table(plan, verdict.signs)
    )


def _known_table(plan: Plan, signs: Sequence[Sign]) -> Any:
    rows = plan.checked.rows
    texts: dict[str, list[str | None]] = {
        "source_sheet": [rows.sheet(sign.position) for sign in signs],
        "key": [sign.key for sign in signs],
        "known_key": [sign.known.key for sign in signs],
        "reason": [sign.reason for sign in signs],
        "run_id": [sign.known.run_id for sign in signs],
    }
    table = pd.DataFrame({name: pd.Series(values, dtype="string") for name, values in texts.items()})
    table.insert(1, "source_row", pd.Series([rows.number(sign.position) for sign in signs], dtype="Int64"))
    table.insert(5, "sent_at", moments([sign.known.claimed_at for sign in signs]))
    return table


def mark_held(plan: Plan, noticed: Noticed) -> None:
    """Show the rows of a sheet that would be held back as conflicts: what a dry run gives."""
    if noticed.verdict.reason is None:
        return
    for sign in noticed.verdict.signs:
        code, sentence = _words(sign)
        plan.columns.put(Result(sign.position, Outcome.CONFLICT, code, sentence))
    held = {sign.position for sign in noticed.verdict.signs}
    plan.to_send = [position for position in plan.to_send if position not in held]


def warn(plan: Plan, noticed: Noticed) -> None:
    """Say of rows that went out all the same what was noticed, where nothing worse is said of them."""
    if noticed.verdict.reason is not None:
        return
    for sign in noticed.verdict.signs:
        result = plan.columns.get(sign.position)
        if result is not None and result.error_code is None:
            code, sentence = _words(sign)
            plan.columns.put(replace(result, error_code=code, error=sentence))


def _words(sign: Sign) -> tuple[str, str]:
    code = "other_person" if sign.reason == OTHER_PEOPLE else "looks_sent"
    words = {"date": shown_date(sign.known.claimed_at), "then": sign.known.key, "run": sign.known.run_id}
    return code, say("outcomes", code, **words)


def problems_of(plan: Plan, noticed: Noticed) -> list[Problem]:
    """Return what was noticed as a check shows it: warnings, and errors for rows that would be conflicts."""
    source = plan.table.fields.get(_customer_field(plan))
    header = source.headers[0] if source else None

    def problem(position: int, code: str, sentence: str, severity: Severity) -> Problem:
        rows, facts = plan.checked.rows, plan.table.facts
        sheet, number = rows.sheet(position), rows.number(position)
        raw = plan.table.values(header)[position] if header is not None else None
        cell = facts.cell(sheet, number, str(header), raw) if facts and header is not None else None
        value = str(rows.value(_customer_field(plan), position) or "")
        details = {"sentence": sentence}
        return Problem(position, _customer_field(plan), value, code, severity, sheet, number, cell, details)

    found = [
        problem(result.position, str(result.error_code), str(result.error), Severity.ERROR)
        for result in noticed.conflicts
    ]
    return found + [problem(sign.position, *_words(sign), Severity.WARNING) for sign in noticed.verdict.signs]
