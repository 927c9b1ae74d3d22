"""What tests of several rooms share: invented residents, a sandbox, and an environment without anybody's keys."""

from __future__ import annotations

import os

import compropago_bulk as cp
import pandas as pd
import pytest
from hypothesis import settings

from support import postgres_server as postgres

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def nobody_elses_settings(monkeypatch, tmp_path):
    """Keep the developer's own keys, journal, language and `.env` out of every test."""
    for name in list(os.environ):
        if name.startswith("COMPROPAGO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COMPROPAGO_LANG", "en")
    monkeypatch.setenv("COMPROPAGO_JOURNAL", str(tmp_path / "own-journal.sqlite"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def residents():
    """Give a function that makes a table of invented residents."""

    def make(number: int = 12) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "Referencia": [f"{one:06d}" for one in range(1, number + 1)],
                "Nombre": [f"Residente Número {one}" for one in range(1, number + 1)],
                "Correo": [f"r{one}@example.com" for one in range(1, number + 1)],
                "Teléfono": [f"55 0000 {one:04d}" for one in range(1, number + 1)],
                "Cuota": [1500.0 + one for one in range(1, number + 1)],
                "Nota": ["=no formula"] * number,
            },
            index=[f"fila-{one}" for one in range(number, 0, -1)],
        )

    return make


@pytest.fixture
def sandbox():
    """Give a sandbox that answers well."""
    with cp.sandbox(rate=500) as place:
        yield place


@pytest.fixture(scope="session")
def postgres_server():
    """Give the URL of a server that lives as long as the tests."""
    if postgres.programs() is None:
        assert not postgres.REQUIRED, "the programs of PostgreSQL are not installed"
        pytest.skip("needs the programs of PostgreSQL (Debian's package `postgresql`)")
    with postgres.serve() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server):
    """Give the URL of an empty database."""
    return postgres.new_database(postgres_server)


@pytest.fixture(params=["sqlite", "postgres"])
def journal_place(request, tmp_path):
    """Give a place for a journal, once in a file and once on a server."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else tmp_path / "j.sqlite"
