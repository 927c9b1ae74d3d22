"""The tables, as queries see them. How they came to be is in `migrations`; a test holds the two together.

Times are UTC epoch milliseconds, money is exact text in MXN, truth is 0 or 1: the same in SQLite and in PostgreSQL.

A *space* is one scope's part for one operation, real or rehearsed: the keys of two spaces never meet. A key's *sends*
are numbered from 1; the next one is claimed by inserting its number, which the unique index lets one process do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
)

metadata = MetaData()

Number = BigInteger().with_variant(Integer(), "sqlite")  # only an INTEGER PRIMARY KEY is SQLite's own row number


def _id() -> Column[int]:
    return Column("id", Number, primary_key=True)


def _number(name: str, *, null: bool = False, **more: Any) -> Column[int]:
    return Column(name, Number, nullable=null, **more)


def _text(name: str, *, null: bool = False, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=null, **more)


def answer_columns() -> list[Column[Any]]:
    """Return new columns for the fields of an `Answer`, in their order."""
    texts = ("clabe", "status", "order_id", "short_id", "order_price", "fee", "iva", "request_id", "customer_id")
    numbers = ("test_mode", "created_at", "updated_at", "expires_at")
    made = {name: _text(name, null=True) for name in (*texts, "name", "email", "product_id", "currency")}
    made |= {name: _number(name, null=True) for name in numbers}  # type: ignore[misc]
    return [made[name] for name in ANSWER_FIELDS]


ANSWER_FIELDS = (
    "clabe",
    "status",
    "test_mode",
    "order_id",
    "short_id",
    "order_price",
    "fee",
    "iva",
    "created_at",
    "updated_at",
    "expires_at",
    "request_id",
    "customer_id",
    "name",
    "email",
    "product_id",
    "currency",
)

scopes = Table(
    "compropago_scopes",
    metadata,
    _id(),
    _text("digest", unique=True),
    _text("base_url"),
    _text("mode"),
    _number("made_at"),
    _number("joined", null=True),
)

spaces = Table(
    "compropago_spaces",
    metadata,
    _id(),
    _number("scope"),
    _text("operation"),
    _number("rehearsal"),
    _number("repeatable"),
    Index("compropago_spaces_what", "scope", "operation", "rehearsal", unique=True),
)

runs = Table(
    "compropago_runs",
    metadata,
    _id(),
    _text("name", unique=True),
    _number("space"),
    _text("host"),
    _number("process"),
    _number("started_at"),
    _number("lease_until"),
    _number("ended_at", null=True),
    _text("stopped", null=True),
    _number("total"),
    _text("counts", null=True),
    _text("source_name", null=True),
    _text("source_sha256", null=True),
    _text("settings"),
    Index("compropago_runs_space", "space"),
)

sends = Table(
    "compropago_sends",
    metadata,
    _id(),
    _number("space"),
    _text("key"),
    _number("generation"),
    _text("state"),
    _number("resolved"),
    _text("fingerprint"),
    _text("alias", null=True),
    _text("body", null=True),
    _number("run"),
    _number("claimed_at"),
    _number("settled_at", null=True),
    _number("attempts"),
    _text("error_code", null=True),
    _text("error", null=True),
    *answer_columns(),
)
Index("compropago_sends_key", sends.c.space, sends.c.key, sends.c.generation, unique=True)
Index("compropago_sends_run", sends.c.run)
for _name, _columns, _where in (
    ("compropago_sends_alias", (sends.c.space, sends.c.alias), text("alias IS NOT NULL")),
    ("compropago_sends_order", (sends.c.order_id,), text("order_id IS NOT NULL")),
    ("compropago_sends_clabe", (sends.c.clabe,), text("clabe IS NOT NULL")),
    ("compropago_sends_open", (sends.c.space,), text("state IN ('claimed', 'unknown')")),
):
    Index(_name, *_columns, sqlite_where=_where, postgresql_where=_where)

marks = Table(
    "compropago_marks",
    metadata,
    _id(),
    _number("space"),
    _text("key"),
    _number("generation"),
    _number("at"),
    _text("kind"),
    _text("who", null=True),
    _text("run", null=True),
    _text("state_before"),
    _text("state_after"),
    _text("order_id", null=True),
    _text("clabe", null=True),
    _text("error_code", null=True),
    Index("compropago_marks_key", "space", "key"),
)

orders = Table(
    "compropago_orders",
    metadata,
    _number("scope", primary_key=True),
    _text("order_id", primary_key=True),
    _text("status", null=True),
    _number("seen_at"),
    _number("first_seen_paid", null=True),
)

observations = Table(
    "compropago_observations",
    metadata,
    _id(),
    _number("scope"),
    _number("run"),
    _number("seen_at"),
    _number("found"),
    *answer_columns(),
)
observations.c.order_id.nullable = False
Index("compropago_observations_order", observations.c.scope, observations.c.order_id, observations.c.seen_at)

audits = Table(
    "compropago_audits",
    metadata,
    _id(),
    _number("scope"),
    _text("kind"),
    _number("made_at"),
    _text("source_sha256", null=True),
    Column("payload", LargeBinary, nullable=False),
    _text("seal", null=True),
    _text("previous", null=True),
    _number("looks", null=True),
    Index("compropago_audits_scope", "scope", "made_at"),
)

seals = Table(
    "compropago_seals",
    metadata,
    _number("id", primary_key=True, autoincrement=False),
    _number("first"),
    _number("last"),
    _text("seal"),
    _number("looks"),
)
"""Where the chain of the reports begins and ends; `looks` is the last look that a seal covers."""

paces = Table(
    "compropago_paces",
    metadata,
    _number("scope", primary_key=True, autoincrement=False),
    _number("next_at"),
    _number("not_before"),
)

people = Table(
    "compropago_people",
    metadata,
    _number("send", primary_key=True, autoincrement=False),
    _number("space"),
    _text("customer"),
    _text("email", null=True),
    _text("name", null=True),
    _text("product"),
    Index("compropago_people_customer", "customer"),
    Index("compropago_people_email", "email"),
)
"""Whom each send was for, in the form that is compared; filled when it is asked for, never on the way to the wire."""

places = Table(
    "compropago_places",
    metadata,
    _id(),
    _text("host"),
    _text("path"),
    _text("file"),
    _number("seen_at"),
)
"""Where this journal was opened: the machine, the path, and the file's own number there."""

migrations = Table(
    "compropago_migrations",
    metadata,
    _text("name", primary_key=True),
    _number("applied_at"),
)


Step = Callable[[Connection], None]

_ADVISORY_LOCK = 7_236_627_002  # any number of our own: two processes that open a new journal at once take turns

_ANSWER = """clabe TEXT, status TEXT, test_mode {number}, order_id TEXT, short_id TEXT, order_price TEXT, fee TEXT,
    iva TEXT, created_at {number}, updated_at {number}, expires_at {number}, request_id TEXT, customer_id TEXT,
    name TEXT, email TEXT, product_id TEXT"""

_FIRST_RELEASE = (
    """CREATE TABLE compropago_scopes (id {id}, digest TEXT NOT NULL UNIQUE, base_url TEXT NOT NULL,
    mode TEXT NOT NULL, made_at {number} NOT NULL)""",
    """CREATE TABLE compropago_spaces (id {id}, scope {number} NOT NULL, operation TEXT NOT NULL,
    rehearsal {number} NOT NULL, repeatable {number} NOT NULL)""",
    "CREATE UNIQUE INDEX compropago_spaces_what ON compropago_spaces (scope, operation, rehearsal)",
    """CREATE TABLE compropago_runs (id {id}, name TEXT NOT NULL UNIQUE, space {number} NOT NULL, host TEXT NOT NULL,
    process {number} NOT NULL, started_at {number} NOT NULL, lease_until {number} NOT NULL, ended_at {number},
    stopped TEXT, total {number} NOT NULL, counts TEXT, source_name TEXT, source_sha256 TEXT,
    settings TEXT NOT NULL)""",
    "CREATE INDEX compropago_runs_space ON compropago_runs (space)",
    """CREATE TABLE compropago_sends (id {id}, space {number} NOT NULL, key TEXT NOT NULL, generation {number} NOT NULL,
    state TEXT NOT NULL, resolved {number} NOT NULL, fingerprint TEXT NOT NULL, alias TEXT, body TEXT,
    run {number} NOT NULL, claimed_at {number} NOT NULL, settled_at {number}, attempts {number} NOT NULL,
    error_code TEXT, error TEXT, {answer})""",
    "CREATE UNIQUE INDEX compropago_sends_key ON compropago_sends (space, key, generation)",
    "CREATE INDEX compropago_sends_run ON compropago_sends (run)",
    "CREATE INDEX compropago_sends_alias ON compropago_sends (space, alias) WHERE alias IS NOT NULL",
    "CREATE INDEX compropago_sends_order ON compropago_sends (order_id) WHERE order_id IS NOT NULL",
    "CREATE INDEX compropago_sends_open ON compropago_sends (space) WHERE state IN ('claimed', 'unknown')",
    """CREATE TABLE compropago_marks (id {id}, space {number} NOT NULL, key TEXT NOT NULL,
    generation {number} NOT NULL, at {number} NOT NULL, kind TEXT NOT NULL, who TEXT, run TEXT,
    state_before TEXT NOT NULL, state_after TEXT NOT NULL, order_id TEXT, clabe TEXT, error_code TEXT)""",
    "CREATE INDEX compropago_marks_key ON compropago_marks (space, key)",
    """CREATE TABLE compropago_orders (scope {number} NOT NULL, order_id TEXT NOT NULL, status TEXT,
    seen_at {number} NOT NULL, first_seen_paid {number}, PRIMARY KEY (scope, order_id))""",
    """CREATE TABLE compropago_observations (id {id}, scope {number} NOT NULL, run {number} NOT NULL,
    seen_at {number} NOT NULL, found {number} NOT NULL, {seen})""",
    "CREATE INDEX compropago_observations_order ON compropago_observations (scope, order_id, seen_at)",
    """CREATE TABLE compropago_audits (id {id}, scope {number} NOT NULL, kind TEXT NOT NULL,
    made_at {number} NOT NULL, source_sha256 TEXT, payload {bytes} NOT NULL)""",
    "CREATE INDEX compropago_audits_scope ON compropago_audits (scope, made_at)",
    """CREATE TABLE compropago_paces (scope {number} NOT NULL PRIMARY KEY, next_at {number} NOT NULL,
    not_before {number} NOT NULL)""",
)


def first_release(connection: Connection) -> None:
    """Make the tables of the first release."""
    for statement in _FIRST_RELEASE:
        connection.execute(text(statement.format(**_words(connection))))


def _words(connection: Connection) -> dict[str, str]:
    """Return what the two databases call the same thing."""
    postgres = connection.dialect.name == "postgresql"
    number = "BIGINT" if postgres else "INTEGER"
    return {
        "id": "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" if postgres else "INTEGER PRIMARY KEY",
        "number": number,
        "bytes": "BYTEA" if postgres else "BLOB",
        "answer": _ANSWER.format(number=number),
        "seen": _ANSWER.format(number=number).replace("order_id TEXT", "order_id TEXT NOT NULL"),
    }


_JOINED_ACCOUNTS = (
    "ALTER TABLE compropago_scopes ADD COLUMN joined {number}",
    """CREATE TABLE compropago_people (send {number} NOT NULL PRIMARY KEY, space {number} NOT NULL,
    customer TEXT NOT NULL, email TEXT, name TEXT, product TEXT NOT NULL)""",
    "CREATE INDEX compropago_people_customer ON compropago_people (customer)",
    "CREATE INDEX compropago_people_email ON compropago_people (email)",
    """CREATE TABLE compropago_places (id {id}, host TEXT NOT NULL, path TEXT NOT NULL, file TEXT NOT NULL,
    seen_at {number} NOT NULL)""",
    "CREATE INDEX compropago_sends_clabe ON compropago_sends (clabe) WHERE clabe IS NOT NULL",
)


def joined_accounts(connection: Connection) -> None:
    """Make room for accounts that are one merchant's, for whom each send was, and for where the journal was opened."""
    for statement in _JOINED_ACCOUNTS:
        connection.execute(text(statement.format(**_words(connection))))


def answered_currency(connection: Connection) -> None:
    """Keep the currency that an order's price is in."""
    for table in ("sends", "observations"):
        connection.execute(text(f"ALTER TABLE compropago_{table} ADD COLUMN currency TEXT"))


_SEALED_REPORTS = (
    "ALTER TABLE compropago_audits ADD COLUMN seal TEXT",
    "ALTER TABLE compropago_audits ADD COLUMN previous TEXT",
    "ALTER TABLE compropago_audits ADD COLUMN looks {number}",
    """CREATE TABLE compropago_seals (id {number} NOT NULL PRIMARY KEY, first {number} NOT NULL,
    last {number} NOT NULL, seal TEXT NOT NULL, looks {number} NOT NULL)""",
)


def sealed_reports(connection: Connection) -> None:
    """Give reports a seal; those that are there already have none."""
    for statement in _SEALED_REPORTS:
        connection.execute(text(statement.format(**_words(connection))))


STEPS: tuple[tuple[str, Step], ...] = (
    ("first_release", first_release),
    ("joined_accounts", joined_accounts),
    ("answered_currency", answered_currency),
    ("sealed_reports", sealed_reports),
)


def pending(connection: Connection, steps: Sequence[tuple[str, Step]] = STEPS) -> tuple[list[str], list[str]]:
    """Tell which steps are still to be applied, and which applied ones this release does not know."""
    known = [name for name, _ in steps]
    done = _applied(connection)
    return [name for name in known if name not in done], sorted(done - set(known))


def migrate(connection: Connection, now: int, steps: Sequence[tuple[str, Step]] = STEPS) -> None:
    """Apply what is missing, inside the caller's transaction; a second process that waits finds nothing left to do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    number = "BIGINT" if connection.dialect.name == "postgresql" else "INTEGER"
    table = "compropago_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at " + number + " NOT NULL)"
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table}"))
    missing, _ = pending(connection, steps)
    for name, step in steps:
        if name in missing:
            step(connection)
            connection.execute(insert(migrations), {"name": name, "applied_at": now})


def _applied(connection: Connection) -> set[str]:
    if not inspect(connection).has_table(migrations.name):
        return set()
    return set(connection.scalars(select(migrations.c.name)))
