"""What goes wrong with a database, said to a person: the one place where its errors become `JournalError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ...errors import JournalError
from ...texts import say

_SQLITE = (
    ("database is locked", "journal_locked"),
    ("disk is full", "journal_disk_full"),
    ("disk i/o error", "journal_disk_error"),
    ("unable to open", "journal_cannot_open"),
    ("readonly", "journal_read_only"),
    ("read-only", "journal_read_only"),
    ("not a database", "journal_not_a_journal"),
    ("malformed", "journal_damaged"),
)
_POSTGRES = {
    "55P03": "journal_locked",
    "57014": "journal_locked",
    "53100": "journal_disk_full",
    "25006": "journal_read_only",
    "42501": "journal_read_only",
    "28P01": "journal_refused",
    "28000": "journal_refused",
    "3D000": "journal_no_database",
}
_TRY_AGAIN = {"40P01", "40001"}


def code_of(error: BaseException) -> str | None:
    """Give the SQLSTATE of a PostgreSQL error, if it has one."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None


def is_rolled_back_by_chance(error: SQLAlchemyError) -> bool:
    """Tell whether two transactions got in each other's way, so that doing it once more is all that is needed."""
    return code_of(error) in _TRY_AGAIN


def explain(error: SQLAlchemyError, shown: str) -> JournalError:
    """Say what happened and what to do. Never quotes a statement's values, which are people's data."""
    state, words = code_of(error), _words(error)
    if state is not None:
        return JournalError(say("runs", _POSTGRES.get(state, "journal_failed"), where=shown, reason=words))
    for part, code in _SQLITE:
        if part in words.lower():
            return JournalError(say("runs", code, where=shown, reason=words))
    gone = isinstance(error, DBAPIError) and type(error.orig).__module__.startswith("psycopg")
    return JournalError(say("runs", "journal_unreachable" if gone else "journal_failed", where=shown, reason=words))


def _words(error: SQLAlchemyError) -> str:
    """Give the first line only: what follows it may quote values."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0][:200]


@contextmanager
def spoken(shown: str) -> Iterator[None]:
    """Turn the database's errors inside the block into `JournalError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise explain(error, shown) from None
