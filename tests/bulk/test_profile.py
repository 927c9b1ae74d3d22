"""A condominium's profile: defaults over which arguments win, read the same way every month, and never a key."""

from __future__ import annotations

from datetime import UTC, datetime

import compropago_bulk as cp
import pandas as pd
import pytest

NOVEMBER = datetime(2026, 11, 26, 18, tzinfo=UTC).timestamp()


@pytest.fixture
def sheet():
    return pd.DataFrame(
        {
            "Depto": ["0101", "0102"],
            "Quien": ["Vera Luna", "Wanda Sol"],
            "Correo": ["vera@example.com", "wanda@example.com"],
            "Correo viejo": ["old1@example.com", "old2@example.com"],
            "Cuota": [1500, 1650],
        }
    )


@pytest.fixture
def profile():
    return cp.Profile(
        account_name="Alamedas",
        id_prefix="ALA-",
        columns={"reference": "Depto", "customer_id": "Depto", "name": "Quien", "email": "Correo"},
        product_id="MTTO-{year}-{month}",
        product_name="Mantenimiento {month} {year}",
        title="Residencial Alamedas",
    )


def test_a_profile_is_written_and_read_back_whole(profile, tmp_path):
    written = profile.save(tmp_path / "alamedas")
    assert written == tmp_path / "alamedas.toml"
    assert cp.Profile.load(written) == profile


def test_its_defaults_stand_where_nothing_else_is_given(sheet, profile, tmp_path, sandbox):
    path = profile.save(tmp_path / "alamedas.toml")
    table = cp.create_orders(sheet, profile=path, connection=sandbox.connection, progress=False)
    assert table["outcome"].tolist() == ["created", "created"]
    known = cp.history(connection=sandbox.connection)
    assert all("ala-010" in key and "mtto-2" in key for key in known["key"])


def test_an_argument_wins_over_it(sheet, profile, sandbox):
    report = cp.check(
        sheet, "orders", profile=profile, product_id="P", id_prefix="B-", columns={"email": "Correo viejo"},
        connection=sandbox.connection,
    )  # fmt: skip
    assert report.ready["product_id"].tolist() == ["P", "P"]
    assert report.ready["customer_id"].tolist() == ["B-0101", "B-0102"]
    assert report.ready["email"].tolist() == ["old1@example.com", "old2@example.com"]
    assert report.ready["name"].tolist() == ["Vera Luna", "Wanda Sol"]


def test_a_header_that_changed_is_named_and_not_guessed(sheet, profile):
    changed = sheet.rename(columns={"Correo": "E-mail"})
    with pytest.raises(cp.SheetError, match="Correo") as raised:
        cp.create_clabes(changed, profile=profile, dry_run=True, progress=False)
    assert raised.value.code == "missing_required_column"


@pytest.mark.parametrize(("lang", "month"), [("es", "noviembre"), ("en", "November")])
def test_year_and_month_are_those_of_mexico_city(profile, monkeypatch, lang, month):
    monkeypatch.setenv("COMPROPAGO_LANG", lang)
    assert profile.values(NOVEMBER) == {
        "account_name": "Alamedas",
        "product_id": "MTTO-2026-11",
        "product_name": f"Mantenimiento {month} 2026",
    }
    last_evening = datetime(2026, 12, 1, 5, 30, tzinfo=UTC).timestamp()
    assert profile.values(last_evening)["product_id"] == "MTTO-2026-11"


def test_an_operation_takes_only_what_concerns_it(sheet, profile):
    report = cp.check(sheet, "createClabe", profile=profile)
    assert list(report.ready.columns) == ["source_sheet", "source_row", "customer_id", "email", "unit"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('secret_key = "sk_test_x"', ["secret_key"]),
        ('title = "sk_live_abc"', ["title"]),
        ('titel = "A"\nrate = -1', ["titel", "rate"]),
        ('columns = { correo = "email" }', ["columns"]),
        ('product_id = "M-{mes}"', ["{mes}"]),
        ("rate = ", ["alamedas.toml"]),
    ],
)
def test_what_no_profile_holds_is_named_all_at_once_and_no_key_is_repeated(tmp_path, text, words):
    path = tmp_path / "alamedas.toml"
    path.write_text(text)
    with pytest.raises(cp.ConfigurationError) as raised:
        cp.Profile.load(path)
    message = str(raised.value)
    assert all(word in message for word in words) and "sk_live_abc" not in message and "sk_test_x" not in message


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(cp.ConfigurationError, match=r"\.save"):
        cp.check(pd.DataFrame({"a": [1]}), "createClabe", profile=tmp_path / "none.toml")


def test_the_rate_and_journal_of_a_connection_from_the_environment(sheet, profile, monkeypatch, tmp_path):
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_test_a")
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_test_a")
    path = cp.Profile(rate=2.0, journal=str(tmp_path / "ours.sqlite")).save(tmp_path / "p.toml")
    report = cp.check(sheet, "createClabe", profile=path, columns={"customer_id": "Depto", "email": "Correo"})
    assert report.lines() and (tmp_path / "ours.sqlite").exists()
