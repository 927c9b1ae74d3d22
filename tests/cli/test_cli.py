"""The commands: the same as the functions, with an exit status that a scheduled job can act on."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import compropago_bulk as cp
import pytest
from compropago_bulk.cli import main
from openpyxl import load_workbook


@pytest.fixture
def shell(sandbox, monkeypatch, tmp_path):
    """Give the sandbox's keys to the environment, as a person would."""
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_test_sandbox")
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_test_sandbox")
    monkeypatch.setenv("COMPROPAGO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("COMPROPAGO_RATE", "200")
    return sandbox


@pytest.fixture
def sheet(residents, tmp_path):
    """Give a file of residents."""
    return str(cp.export_csv(residents(4), tmp_path / "residentes.csv"))


def test_the_whole_job_from_a_shell(shell, sheet, tmp_path, capsys):
    assert main(["check", sheet]) == 0
    assert main(["clabes", sheet, "-o", "clabes.xlsx"]) == 0
    assert len(cp.read_sheet(tmp_path / "clabes.xlsx")["clabe"].dropna()) == 4
    assert main(["orders", sheet, "--product-id", "P", "--product-name", "Cuota", "-o", "ordenes.xlsx"]) == 0
    assert main(["verify", "ordenes.xlsx", "-o", "estado.xlsx"]) == 0
    assert main(["runs"]) == 0
    assert main(["resolve"]) == 0
    assert "createClabe" in capsys.readouterr().out


def test_rows_that_need_somebody_give_status_1(shell, tmp_path, residents):
    table = residents(2).assign(Correo=["a@example.com", "sin correo"])
    assert main(["clabes", str(cp.export_csv(table, tmp_path / "r.csv"))]) == 1


def test_what_cannot_start_gives_status_2_and_says_what_to_do(sheet, capsys):
    assert main(["clabes", sheet]) == 2
    assert "COMPROPAGO_SECRET_KEY" in capsys.readouterr().err
    assert main(["clabes", "no-such-file.xlsx", "--dry-run"]) == 2
    assert main(["nonsense"]) == 2


@pytest.mark.parametrize("typed", [[], ["journal"]])
def test_who_types_nothing_more_gets_the_help_and_no_reproach(typed, monkeypatch, capsys):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    assert main(typed) == 2
    told = capsys.readouterr().err
    assert told.lstrip().startswith("Uso:") and "No se pudo" not in told


def test_live_keys_without_a_person_or_yes_send_nothing(shell, sheet, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_live_sandbox")
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_live_sandbox")
    assert main(["clabes", sheet]) == 2 and not shell.server.log
    assert main(["clabes", sheet, "--yes"]) == 0


def test_the_demo_writes_a_workbook(tmp_path, capsys):
    assert main(["demo", "--folder", str(tmp_path)]) == 0
    back = cp.read_sheet(tmp_path / "clabes.xlsx")
    clabes = back["clabe"].dropna()
    assert len(back) >= 120 and clabes.str.fullmatch(r"\d{18}").all()
    assert back.loc[back["clabe"].isna(), "error"].notna().all()
    assert "0 requests" in capsys.readouterr().out


def test_the_app_needs_a_folder_that_exists_and_says_what_to_install(tmp_path, capsys, monkeypatch):
    pytest.importorskip("voila")
    assert main(["app", "--folder", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
    monkeypatch.setattr("compropago_bulk.cli.serving.find_spec", lambda name: None)
    assert main(["app"]) == 2
    assert "compropago-bulk[app]" in capsys.readouterr().err


def test_an_audit_draws_its_picture(shell, sheet, tmp_path, capsys):
    assert main(["orders", sheet, "--product-id", "P", "--product-name", "Cuota", "-o", "ordenes.xlsx"]) == 0
    assert main(["audit", "ordenes.xlsx", "-o", "cobranza.xlsx", "--plot", "cobranza.png"]) == 0
    assert (tmp_path / "cobranza.png").read_bytes()[:4] == b"\x89PNG" and "cobranza.png" in capsys.readouterr().out
    assert main(["audit", "ordenes.xlsx", "--plot", "cobranza.doc"]) == 2


EVERY_HELP = """
from compropago_bulk.cli import application, main
import typer

def walk(command, path):
    main([*path, "--help"])
    for name, inner in getattr(command, "commands", {}).items():
        walk(inner, [*path, name])

walk(typer.main.get_command(application()), [])
"""


def test_every_help_speaks_spanish_to_its_last_word():
    how = {"env": os.environ | {"COMPROPAGO_LANG": "es"}, "capture_output": True, "encoding": "utf-8", "check": True}
    told = subprocess.run([sys.executable, "-c", EVERY_HELP], **how).stdout
    assert told.count("Uso: ") == told.count("Muestra esta ayuda.") > 15 and "{ARCHIVO}" in told
    english = (
        r"Usage|Options|Commands|Arguments|Show |exit|required|default|OPTIONS|<str>|(?:FILE|NAME|TEXT|PATH|KEY)\b"
    )
    assert re.findall(english, told) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["orders"], "Falta '"),
        (["orders", "x.xlsx", "--rate", "mil"], "No sirve el valor de '--rate': debe ser un número"),
        (["orders", "x.xlsx", "--limit", "mil"], "debe ser un número entero"),
        (["nada"], "No existe la orden 'nada'"),
        (["orders", "x.xlsx", "--nada"], "No existe la opción --nada"),
        (["orders", "x.xlsx", "y.xlsx"], "Sobra: (y.xlsx)"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_spanish(typed, told, capsys, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    assert main(typed) == 2
    error = capsys.readouterr().err
    assert told in error and "--help`." in error


def test_a_profile_stands_for_what_is_the_same_each_month(shell, residents, tmp_path, capsys):
    cp.export_csv(residents(2).rename(columns={"Referencia": "Xyz"}), tmp_path / "r.csv")
    cp.Profile(
        title="Las Alamedas",
        id_prefix="ALA-",
        columns={"reference": "Xyz"},
        product_id="M-{year}",
        product_name="Cuota",
    ).save(tmp_path / "alamedas")
    own = ["--profile", "alamedas.toml"]
    assert main(["check", "r.csv", *own]) == 0
    assert main(["orders", "r.csv", "-o", "o.xlsx", *own]) == 0
    assert {order.customer_id[:4] for order in shell.server.ledger.orders} == {"ALA-"}
    assert main(["audit", "r.csv", "-o", "c.xlsx", *own]) == 0
    assert load_workbook("c.xlsx").worksheets[0]["A1"].value == "Las Alamedas"
    assert main(["orders", "r.csv", "--profile", "no.toml"]) == 2 and "no.toml" in capsys.readouterr().err


def test_a_ledger_from_a_shell_has_its_workbook_and_its_picture(shell, sheet, tmp_path, capsys):
    assert main(["orders", sheet, "--product-id", "P", "--product-name", "Cuota", "-o", "o.xlsx"]) == 0
    assert main(["audit", "o.xlsx", "-o", "a.xlsx"]) == 0
    assert main(["ledger", "-o", "m.xlsx", "--plot", "m.png"]) == 0
    assert (tmp_path / "m.png").read_bytes()[:4] == b"\x89PNG" and load_workbook("m.xlsx").worksheets
    assert main(["ledger", "--resident", "nobody", "-o", "n.xlsx"]) == 2
    assert main(["ledger", "no-such-account", "-o", "n.xlsx"]) == 2
