"""Into the journal: what was made on another computer, or under the merchant's former keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.answers import inspect
from ..api.connection import Connection
from ..api.operations import VERIFY_ORDER, call
from ..api.settings import Secret
from ..errors import ConfigurationError
from ..journal import Journal, open_journal
from ..model import Answer, Batch, Outcome, Reply, Result, Row
from ..rows.results import attach
from ..rows.table import frame_of
from ..sending.rate import RateLimiter
from ..sending.run_spec import Log, ResultsOnly
from ..sending.runner import RunSpec, run
from ..texts import say
from ..values import is_valid_clabe, parse_order_id, shown
from .keywords import names_keywords
from .pipeline import account_of, connected, limiter_of
from .plan import Account, Options, Plan, blocked, judge_all, prepare
from .profile import Profile, with_profile

_READ = {"product_id": "adopted_product_id", "product_name": "adopted_product_name", "price": "adopted_price"}
"""What an order itself says of its product: a field to the column that holds it while the rows are read."""
_NOT_FOUND = Answer(product_id="not found", product_name="not found", order_price=Decimal(1))
"""Stands for the product of an order that was not found: its row is read all the same, and never written down."""
_NO_LIMIT = 100_000.0


@names_keywords
def adopt(
    source: Any,
    *,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    id_prefix: str = "",
) -> pd.DataFrame:
    """Take a table of ours that was made on another computer into this journal, so that nothing goes out again.

    API reference, "Verificar orden de pago" (`GET /v2/orders/<ID>`). Each order is read from the API first, and only
    those that are found, with this row's e-mail, count. A table of CLABEs without orders is taken at its word, each
    CLABE with its control digit. Nobody is written to.

    Args:
        source: the DataFrame or the exported workbook, with `order_id` or `clabe`.
        connection: keys and address; else from the environment or a `.env` file.
        profile, sheet, columns, id_prefix: as they were given when the table was made.

    Returns:
        DataFrame: the same rows with the columns of `create_orders`, or of `create_clabes` where there are no orders:
        `existing` where this journal knows the row from now on, `not_found`, `conflict` or `invalid` where it does not.

    Raises:
        ConfigurationError: keys or settings are missing, or the table has neither orders nor CLABEs.
        SheetError: the file cannot be read.
        JournalError: the journal cannot be written.
    """
    frame = frame_of(source, sheet, columns)
    name = next(
        (name for name, column in (("orders", "order_id"), ("createClabe", "clabe")) if _any(frame, column)), ""
    )
    if not name:
        raise ConfigurationError(say("outcomes", "adopted_none"))
    given = Options(connection=connection, profile=profile, columns=columns, id_prefix=id_prefix)
    options = with_profile(given, name)
    with connected(options.connection, options.settings) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        with open_journal(found.journal, found.clock) as journal:
            account = account_of(found, journal)
            return _adopted(name, frame, options, account)


def _any(frame: Any, column: str) -> bool:
    return column in frame.columns and bool(frame[column].notna().any())


def _adopted(name: str, frame: Any, options: Options, account: Account) -> Any:
    answers = _orders_read(frame, account) if name == "orders" else _clabes_of(frame)
    plan = _plan_of(name, frame, options, account, answers)
    judge_all(plan, account, options)
    wanted = [position for position in plan.to_send if position in answers]
    for position in set(plan.to_send) - set(wanted):
        code = "adopted_not_found" if name == "orders" else "adopted_none"
        plan.columns.put(Result(position, Outcome.NOT_FOUND, "not_found", say("outcomes", code)))
    fitting = [position for position in wanted if _fits(plan, position, answers[position], account)]
    _write_down(plan, fitting, answers, account)
    table = attach(frame, plan.columns, plan.spec)
    table.attrs["compropago"] = {"run_id": None, "operation": name, "mode": account.connection.mode, "stopped": None}
    table.attrs["compropago"] |= {"counts": plan.columns.counts(), "notes": []}
    return table


def _plan_of(name: str, frame: Any, options: Options, account: Account, answers: Mapping[int, Answer]) -> Plan:
    """Read the rows as the call that made them did; what an order is for it says itself."""
    if name != "orders":
        return prepare(name, frame, options, account.connection)
    told = [answers.get(position, _NOT_FOUND) for position in range(len(frame))]
    extra = {
        _READ["product_id"]: [answer.product_id for answer in told],
        _READ["product_name"]: [answer.product_name for answer in told],
        _READ["price"]: [answer.order_price for answer in told],
    }
    wide = frame.assign(
        **{header: pd.Series(values, index=frame.index, dtype=object) for header, values in extra.items()}
    )
    return prepare(name, wide, replace(options, columns={**(options.columns or {}), **_READ}), account.connection)


def _orders_read(frame: Any, account: Account) -> dict[int, Answer]:
    """Read every order that stands in the table; those that are not found are absent."""
    ids = [parse_order_id(shown(value)).value for value in frame["order_id"].astype(object)]
    calls = {
        place: call(VERIFY_ORDER, Row(place, {"order_id": order}, str(order)))
        for place, order in enumerate(ids)
        if order is not None
    }
    answers: dict[int, Answer] = {}

    def keep(result: Result) -> None:
        if result.answer is not None and result.outcome is Outcome.FOUND:
            answers[result.position] = result.answer

    connection = account.connection
    spec = RunSpec(
        operation=VERIFY_ORDER,
        send=connection.send,
        limiter=limiter_of(connection, account.journal, account.scope),
        concurrency=connection.concurrency,
        first_rows=len(calls) + 1,
    )
    run(spec, [(one,) for one in calls.values()], observers=(ResultsOnly(keep), Log()))
    return answers


def _clabes_of(frame: Any) -> dict[int, Answer]:
    clabes = [shown(value).strip() for value in frame["clabe"].astype(object)]
    return {place: Answer(clabe=clabe, status="ACTIVE") for place, clabe in enumerate(clabes) if is_valid_clabe(clabe)}


def _fits(plan: Plan, position: int, answer: Answer, account: Account) -> bool:
    """Whether an order speaks of this row; where it does not, the row says so."""
    odd = inspect(plan.call(position), answer, mode=account.connection.mode)
    if odd in ("echo_mismatch", "mode_mismatch"):
        plan.columns.put(Result(position, Outcome.CONFLICT, odd, say("outcomes", "adopted_differs"), answer))
        return False
    return True


def _write_down(plan: Plan, positions: Sequence[int], answers: Mapping[int, Answer], account: Account) -> None:
    """Have the journal keep what exists, by a run whose answers are known already."""
    if not positions:
        return

    def known(batch: Batch) -> Reply:
        return tuple(answers[one.position] for one in batch)

    def keep(result: Result) -> None:
        outcome = Outcome.EXISTING if result.outcome is Outcome.CREATED else result.outcome
        plan.columns.put(replace(result, outcome=outcome, attempts=0))

    journal = account.journal.start_run(
        account.scope, plan.spec.name, total=len(positions), repeatable=plan.spec.repeatable, settings={"adopted": True}
    )
    with journal:
        spec = RunSpec(
            operation=plan.spec,
            send=known,
            limiter=RateLimiter(_NO_LIMIT),
            memory=journal,
            blocked=blocked,
            concurrency=1,
        )
        summary = run(spec, positions, make=plan.batch, total=len(positions), observers=(ResultsOnly(keep), Log()))
        journal.finish(plan.columns.counts(), summary.stopped)


@names_keywords
def same_account(
    old_public_key: str, *, connection: Connection | None = None, journal: str | Path | None = None
) -> int:
    """Say that the merchant's former public key was this merchant's: all that it created counts from now on.

    Args:
        old_public_key: the key that was replaced in ComproPago's panel. It is not kept, only a hash of it.
        connection: the keys of today; else from the environment or a `.env` file.
        journal: another journal than the connection's.

    Returns:
        int: how many sends of the former keys count now; 0 where they were joined before.

    Raises:
        ConfigurationError: keys are missing, or the journal knows nothing of that key at this address and in this mode.
        JournalError: the journal cannot be written, or a run under the former keys is at work.
    """
    with connected(connection) as found:
        assert found is not None  # noqa: S101 - `needed` is the default
        with open_journal(journal if journal is not None else found.journal, found.clock) as book:
            return _joined(book, found, old_public_key)


def _joined(book: Journal, connection: Connection, old_public_key: str) -> int:
    old = book.find_scope(connection.base_url, connection.mode, Secret(old_public_key).fingerprint)
    if old is None:
        raise ConfigurationError(say("setup", "no_such_account"))
    new = account_of(connection, book).scope
    return 0 if old.id == new.id else book.join(old, new)
