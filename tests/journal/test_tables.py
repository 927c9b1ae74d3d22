"""How a journal's tables came to be, and what stands in them: never a key, never a person in a log."""

from __future__ import annotations

import logging
from pathlib import Path

import compropago_bulk as cp
import pytest
from compropago_bulk.errors import JournalError
from compropago_bulk.journal import open_journal
from compropago_bulk.journal import schema as migrations
from compropago_bulk.journal import schema as tables
from sqlalchemy import inspect, text

from support.ground import PRODUCT, outcomes, residents


def test_the_steps_make_the_tables_that_the_queries_expect(journal_place):
    with open_journal(journal_place) as journal, journal._database.reading() as connection:
        there = inspect(connection)
        for name, table in tables.metadata.tables.items():
            assert {column["name"] for column in there.get_columns(name)} == {column.name for column in table.columns}
            nullable = {column["name"]: column["nullable"] for column in there.get_columns(name)}
            for column in table.columns:
                if not column.primary_key:
                    assert nullable[column.name] == column.nullable, (name, column.name)
            made = {(one["name"], tuple(one["column_names"]), bool(one["unique"])) for one in there.get_indexes(name)}
            wanted = {(one.name, tuple(part.name for part in one.columns), one.unique) for one in table.indexes}
            assert wanted <= made, name


def test_a_later_release_brings_an_older_journal_up_to_date(journal_place):
    def decision(connection):
        connection.execute(text("ALTER TABLE compropago_runs ADD COLUMN mood TEXT"))

    later = (*migrations.STEPS, ("second_release", decision))
    with open_journal(journal_place) as journal:
        scope = journal.scope("https://api.example.com", "test", "hash")
        for _ in range(2):
            journal._database.write(lambda connection: migrations.migrate(connection, 0, later))
        with journal._database.reading() as connection:
            assert "mood" in {column["name"] for column in inspect(connection).get_columns("compropago_runs")}
        assert journal.scope("https://api.example.com", "test", "hash") == scope
    with pytest.raises(JournalError, match="newer"):
        open_journal(journal_place)


def test_no_key_stands_in_a_journal_and_no_person_in_a_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = ("sk_test_sandbox", "pk_test_sandbox")
    with cp.sandbox(faults="429:0.2,drop_after:0.2,html_502:0.1") as sandbox:
        how = {"connection": sandbox.connect(journal=tmp_path / "j.sqlite"), "progress": False}
        cp.create_clabes(residents(30), **how)
        cp.create_orders(residents(30), **PRODUCT, **how)
        how["connection"].close()
    kept = b"".join(path.read_bytes() for path in Path(tmp_path).glob("j.sqlite*") if path.is_file())
    assert not any(secret.encode() in kept for secret in secrets)
    for secret in (*secrets, "example.com", "Residente", "c2tfdGVzdF9zYW5kYm94"):
        assert secret not in caplog.text, secret


def test_a_url_with_a_password_is_never_shown():
    where = "postgresql://ana:verysecret@127.0.0.1:1/journal"
    with pytest.raises(JournalError) as caught:
        open_journal(where)
    assert "verysecret" not in str(caught.value) and "127.0.0.1" in str(caught.value)


def test_a_team_on_one_server_shares_what_is_known(postgres_url):
    with (
        cp.sandbox() as sandbox,
        sandbox.connect(journal=postgres_url) as ana,
        sandbox.connect(journal=postgres_url) as luis,
    ):
        first = cp.create_orders(residents(20), **PRODUCT, connection=ana, progress=False)
        second = cp.create_orders(residents(20), **PRODUCT, connection=luis, progress=False)
        assert outcomes(first) == {"created": 20} and outcomes(second) == {"existing": 20}
        assert second["order_id"].tolist() == first["order_id"].tolist()
        assert len(cp.runs(luis)) == 1 and len(cp.history("000001", connection=luis)) == 2
        assert set(cp.verify_orders(connection=luis, progress=False)["outcome"]) == {"found"}
