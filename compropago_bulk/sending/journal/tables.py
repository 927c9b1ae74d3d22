"""The tables, as queries see them. How they came to be is in `migrations`; a test holds the two together.

Times are UTC epoch milliseconds, money is exact text in MXN, truth is 0 or 1: the same in SQLite and in PostgreSQL.

A *space* is one scope's part for one operation, real or rehearsed: the keys of two spaces never meet. A key's *sends*
are numbered from 1; the next one is claimed by inserting its number, which the unique index lets one process do.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

metadata = MetaData()

Number = BigInteger().with_variant(Integer(), "sqlite")  # only an INTEGER PRIMARY KEY is SQLite's own row number


def _id() -> Column[int]:
    return Column("id", Number, primary_key=True)


def _number(name: str, *, null: bool = False, **more: Any) -> Column[int]:
    return Column(name, Number, nullable=null, **more)


def _text(name: str, *, null: bool = False, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=null, **more)


def answer_columns() -> list[Column[Any]]:
    """Give new columns for the fields of an `Answer`, in their order."""
    texts = ("clabe", "status", "order_id", "short_id", "order_price", "fee", "iva", "request_id", "customer_id")
    numbers = ("test_mode", "created_at", "updated_at", "expires_at")
    made = {name: _text(name, null=True) for name in (*texts, "name", "email", "product_id")}
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
)

scopes = Table(
    "compropago_scopes",
    metadata,
    _id(),
    _text("digest", unique=True),
    _text("base_url"),
    _text("mode"),
    _number("made_at"),
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
    Index("compropago_audits_scope", "scope", "made_at"),
)

paces = Table(
    "compropago_paces",
    metadata,
    _number("scope", primary_key=True, autoincrement=False),
    _number("next_at"),
    _number("not_before"),
)

migrations = Table(
    "compropago_migrations",
    metadata,
    _text("name", primary_key=True),
    _number("applied_at"),
)
