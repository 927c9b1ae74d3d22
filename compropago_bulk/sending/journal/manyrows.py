"""Many rows in one statement.

Each step of a statement lets go of Python's one lock, and beside thirty busy threads it takes milliseconds to get it
back. So what a shared commit writes is one statement for all its rows, not one for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection

from .looking import chunks
from .tables import ANSWER_FIELDS, sends

MOST = 400
"""Rows in one statement: SQLite takes 32,766 values."""

SETTLED = ("state", "settled_at", "attempts", "error_code", "error", *ANSWER_FIELDS)
CLAIMED = (
    "space", "key", "generation", "state", "resolved", "fingerprint", "alias", "body", "run", "claimed_at", "attempts",
)  # fmt: skip
_OF = ("of_space", "of_key", "of_run")

Values = Mapping[str, Any]


def settle_rows(connection: Connection, rows: Sequence[Values]) -> int:
    """Write an outcome (`SETTLED`) to each open claim (`of_space`, `of_key`, `of_run`); give how many there were."""
    return _execute(connection, _update, rows, (*_OF, *SETTLED))


def claim_rows(connection: Connection, rows: Sequence[Values]) -> int:
    """Insert claims (`CLAIMED`), but for numbers that somebody else has taken; give how many were inserted."""
    return _execute(connection, _insert, rows, CLAIMED)


def _execute(
    connection: Connection, statement: Callable[[int, str], str], rows: Iterable[Values], names: Sequence[str]
) -> int:
    """Hand the values to the driver as they are: as many named ones cost more than all the rest of a commit."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    told = 0
    for part in chunks(rows, MOST):
        values = tuple(row[name] for row in part for name in names)
        told += connection.exec_driver_sql(statement(len(part), mark), values).rowcount
    return told


def _rows(number: int, names: Sequence[str], mark: str) -> str:
    return ", ".join([f"({', '.join([mark] * len(names))})"] * number)


@lru_cache(maxsize=128)
def _update(number: int, mark: str) -> str:
    told = ", ".join(f"{name} = {_typed(name, place)}" for place, name in enumerate(SETTLED, start=len(_OF) + 1))
    # `+ 0`: not by the index of runs, where SQLite would walk all that the run sent
    return (
        f"UPDATE compropago_sends SET {told} "  # noqa: S608 - made of constants
        f"FROM (VALUES {_rows(number, (*_OF, *SETTLED), mark)}) AS told "
        "WHERE space = CAST(told.column1 AS BIGINT) AND key = told.column2 "
        "AND run + 0 = CAST(told.column3 AS BIGINT) AND state = 'claimed'"
    )


def _typed(name: str, place: int) -> str:
    """Name a value of `told`; PostgreSQL takes a column of nothing but NULL for text."""
    return (
        f"CAST(told.column{place} AS BIGINT)" if isinstance(sends.c[name].type, BigInteger) else f"told.column{place}"
    )


@lru_cache(maxsize=128)
def _insert(number: int, mark: str) -> str:
    return (
        f"INSERT INTO compropago_sends ({', '.join(CLAIMED)}) VALUES {_rows(number, CLAIMED, mark)} "  # noqa: S608
        "ON CONFLICT (space, key, generation) DO NOTHING"
    )
