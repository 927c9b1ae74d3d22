"""What was sent, when, and what came of it: the journal as tables, and a person's word on what nobody else can know."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..api.operations import values_of
from ..api.settings import journal_setting
from ..journal import Journal, Scope, open_journal
from ..journal.states import Unsettled
from ..rows.results import moments
from ..texts import say
from ..values.shown import fold
from .pipeline import connected

_RUNS = {
    "run_id": "string",
    "operation": "string",
    "mode": "string",
    "base_url": "string",
    "rehearsal": "boolean",
    "started_at": "moment",
    "ended_at": "moment",
    "alive": "boolean",
    "stopped": "string",
    "source": "string",
    "rows": "Int64",
}
_HISTORY = {
    "at": "moment",
    "event": "string",
    "operation": "string",
    "key": "string",
    "state": "string",
    "order_id": "string",
    "clabe": "string",
    "status": "string",
    "error_code": "string",
    "error": "string",
    "attempts": "Int64",
    "run_id": "string",
    "rehearsal": "boolean",
    "who": "string",
}
_UNSETTLED = {
    "operation": "string",
    "key": "string",
    "created": "boolean",
    "order_id": "string",
    "clabe": "string",
    "sent_at": "moment",
    "error_code": "string",
    "error": "string",
    "name": "string",
    "email": "string",
    "phone": "string",
    "customer_id": "string",
    "reference": "string",
    "product_id": "string",
    "product_name": "string",
    "price": "Float64",
    "attempts": "Int64",
    "sent_again_by_itself": "boolean",
    "rehearsal": "boolean",
    "run_id": "string",
}


def runs(connection: Connection | None = None, *, journal: str | Path | None = None) -> Any:
    """List the runs that the journal knows, the newest first.

    Args:
        connection: whose account's runs; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.

    Returns:
        DataFrame: `run_id`, `operation`, `mode`, `started_at`, `ended_at` (Mexico City), `alive`, `stopped`, `source`
        (the file's name), `rows`, and a column for each outcome with its number of rows.

    Raises:
        ConfigurationError: the keys contradict each other.
        JournalError: the journal cannot be read.
    """
    with opened(connection, journal) as (book, scope):
        records = [_run_record(item) for item in book.runs(scope)]
    outcomes = sorted({name for record in records for name in record["counts"]})
    flat = [{**record, **record["counts"]} for record in records]
    return frame_of(flat, _RUNS | dict.fromkeys(outcomes, "Int64"))


def _run_record(value: Any) -> dict[str, Any]:
    return {
        **{name: getattr(value, name) for name in ("run_id", "operation", "rehearsal", "started_at", "ended_at")},
        "mode": value.scope.mode,
        "base_url": value.scope.base_url,
        "alive": value.alive,
        "stopped": value.stopped,
        "source": value.source_name,
        "rows": value.total,
        "counts": value.counts,
    }


def history(key: str | None = None, *, connection: Connection | None = None, journal: str | Path | None = None) -> Any:
    """Return what happened to one key, or to all, in the order of time.

    Args:
        key: as `unsettled` shows it (`mtto-2026-11 | 101`), or one part of it, such as a reference or an order's id;
            else every key.
        connection: whose account's; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.

    Returns:
        DataFrame: a line for each thing that happened: `at` (Mexico City), `event` (`claimed`: it was about to be
        sent; `settled`; `seen`: an order was read; `resolved`: a person said so; …), `key`, `state`, `order_id`,
        `clabe`, `status`, `error_code`, `run_id`.

    Raises:
        ConfigurationError: the keys contradict each other.
        JournalError: the journal cannot be read.
    """
    with opened(connection, journal) as (book, scope):
        events = book.history(scope, fold(key) if key is not None else None)
        if key is not None and not events:
            events = [look for look in book.history(scope, None) if _mentions(look, fold(key))]
    records = ({**{name: getattr(event, name, None) for name in _HISTORY}, "event": event.kind} for event in events)
    return frame_of(records, _HISTORY)


def _mentions(event: Any, wanted: str) -> bool:
    return wanted in event.key.split(" | ") or wanted == fold(event.order_id or "")


def unsettled(connection: Connection | None = None, *, journal: str | Path | None = None) -> Any:
    """List every row that was sent without an answer that can be trusted: it may exist.

    Look each one up in ComproPago's panel, fill in `created` (and `order_id` or `clabe`), and give the table to
    `resolve`. Until then orders and accounts are never sent again by themselves.

    Args:
        connection: whose account's; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.

    Returns:
        DataFrame: a line a key, with what a person needs to find it: `name`, `email`, `reference`, `product_id`,
        `price` (MXN), `sent_at` (Mexico City); `created`, `order_id` and `clabe` are there to be filled in.

    Raises:
        ConfigurationError: the keys contradict each other.
        JournalError: the journal cannot be read.
    """
    with opened(connection, journal) as (book, scope):
        records = [_unsettled_record(item) for item in book.unsettled(scope)]
    return frame_of(records, _UNSETTLED)


_SENT = ("name", "email", "phone", "customer_id", "reference", "product_id", "product_name", "price")


def _unsettled_record(one: Unsettled) -> dict[str, Any]:
    sent = values_of(one.body)
    return {
        "operation": one.operation,
        "key": one.key,
        "sent_at": one.claimed_at,
        "error_code": one.error_code,
        "error": one.error,
        **{field: sent.get(field) for field in _SENT},
        "attempts": one.attempts,
        "sent_again_by_itself": one.repeatable,
        "rehearsal": one.rehearsal,
        "run_id": one.run_id,
    }


def resolve(
    key_or_table: Any,
    created: bool | None = None,
    *,
    order_id: str | None = None,
    clabe: str | None = None,
    operation: str | None = None,
    connection: Connection | None = None,
    journal: str | Path | None = None,
) -> Any:
    """Record whether unknown rows were created, after looking in ComproPago's panel.

    Args:
        key_or_table: one key, a list of keys, or the DataFrame of `unsettled` with its `created` column filled in
            (lines where it is blank are left alone; its `order_id` and `clabe` are taken too).
        created: for keys: True, they exist (and will never be sent again); False, they do not (the next run sends).
        order_id, clabe: for one key that exists, what the panel shows.
        operation: `createAccount`, `createClabe` or `orders`, where one key is unsettled in several.
        connection: whose account's; else from the environment; without keys, those of every account.
        journal: another journal than the connection's.

    Returns:
        DataFrame: what is still unsettled, as `unsettled` lists it.

    Raises:
        ValueError: `created` missing, a key that is not unsettled, or one that is unsettled in several operations.
        ConfigurationError: the keys contradict each other.
        JournalError: the journal cannot be read or written.
    """
    words = _words(key_or_table, created, order_id, clabe)
    with opened(connection, journal) as (book, scope):
        open_now = book.unsettled(scope)
        found = [(_the_one(open_now, fold(word["key"]), word.get("operation") or operation), word) for word in words]
        for item, word in found:
            book.resolve(
                item.scope,
                item.operation,
                item.key,
                bool(word["created"]),
                order_id=word["order_id"],
                clabe=word["clabe"],
                rehearsal=item.rehearsal,
            )
        return frame_of([_unsettled_record(item) for item in book.unsettled(scope)], _UNSETTLED)


def _words(given: Any, created: bool | None, order_id: str | None, clabe: str | None) -> list[dict[str, Any]]:
    """Return what a person said, a record for each key."""
    if isinstance(given, pd.DataFrame):
        records = given.astype(object).where(given.notna(), None).to_dict("records")
        told = {"operation": None, "order_id": None, "clabe": None}
        return [told | record for record in records if record.get("created") is not None]
    if created is None:
        raise ValueError(say("outcomes", "resolve_what"))
    keys = [given] if isinstance(given, str) else list(given)
    if len(keys) > 1 and (order_id or clabe):
        raise ValueError(say("outcomes", "resolve_one"))
    return [{"key": str(key), "created": created, "order_id": order_id, "clabe": clabe} for key in keys]


def _the_one(open_now: list[Unsettled], key: str, operation: str | None) -> Unsettled:
    fitting = [item for item in open_now if item.key == key and operation in (None, item.operation)]
    if not fitting:
        raise ValueError(say("outcomes", "resolve_unknown", key=key))
    if len({(item.operation, item.rehearsal) for item in fitting}) > 1:
        names = ", ".join(sorted({item.operation for item in fitting}))
        raise ValueError(say("outcomes", "resolve_several", key=key, operations=names))
    return fitting[0]


@contextmanager
def opened(connection: Connection | None, journal: str | Path | None) -> Iterator[tuple[Journal, Scope | None]]:
    """Open the journal that is meant, and the part of it that belongs to the connection's account, if there is one."""
    with connected(connection, needed=False) as found:
        where = journal if journal is not None else (found.journal if found else journal_setting())
        with open_journal(where, found.clock if found else time.time) as book:
            yield book, book.scope(found.base_url, found.mode, found.account) if found else None


def frame_of(records: Iterable[Mapping[str, Any]], dtypes: Mapping[str, str]) -> Any:
    """Make a DataFrame with exactly these columns and dtypes, also of no records at all.

    A dtype of `moment` takes epoch milliseconds and gives times in Mexico City.
    """
    columns: dict[str, list[Any]] = {name: [] for name in dtypes}
    for record in records:
        for name, column in columns.items():
            column.append(record.get(name))
    return pd.DataFrame({name: _column(columns.pop(name), dtype) for name, dtype in dtypes.items()}, copy=False)


def _column(values: list[Any], dtype: str) -> Any:
    if dtype == "moment":
        return moments(values)
    if dtype == "Float64":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(values, dtype=dtype)
