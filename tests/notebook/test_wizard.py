"""The wizard as a person uses it, without a browser: by what stands on its buttons and fields."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import compropago_bulk as cp
import openpyxl
import pandas as pd
import pytest
from compropago_bulk.notebook.choices import Choices
from compropago_bulk.notebook.jobs import Drawer, Unfinished
from compropago_bulk.notebook.session import Session
from compropago_bulk.notebook.wizard import Wizard
from compropago_bulk.texts import AREAS, LANGUAGES, sentences


def until(true, seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_from_the_file_to_the_workbook(opened, hand, sandbox, tmp_path):
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    assert "Torre A!D9" in one.text()
    assert len(sandbox.server.log) == 0
    one.press("Continue")
    assert "122</b><span>requests" in one.text()
    one.press("Send 122 in test mode")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == 122
    cells = openpyxl.load_workbook(tmp_path / "residentes-clabes.xlsx")["Residents"]
    assert cells.max_row == 129
    assert "download='residentes-clabes.xlsx'" in one.text()
    one.press("Also as CSV")
    assert (tmp_path / "residentes-clabes.csv").exists()
    assert one.wizard.session.files() == (["residentes.xlsx"], ["residentes-clabes.csv", "residentes-clabes.xlsx"])


def test_personal_data_is_masked_until_it_is_asked_for(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    one.press("Continue")
    one.press("Send")
    one.wait_for_the_result()
    clabe = one.wizard.session.job.table["clabe"].dropna().iloc[0]
    assert "Zúñiga" not in one.text() and "@example.com" not in one.text() and clabe not in one.text()
    one.fill("Show personal data", True)
    assert "Zúñiga" in one.text() and "@example.com" in one.text() and clabe in one.text()


def test_the_marked_copy_is_handed_out(opened, hand, tmp_path):
    one = hand(opened())
    one.to_the_check()
    one.press("Make a copy")
    marked = openpyxl.load_workbook(tmp_path / "residentes-to-mend.xlsx")
    assert marked["Torre A"]["D9"].comment is not None


def test_a_column_that_was_not_understood_is_chosen_by_clicking(opened, hand, tmp_path, sandbox):
    book = openpyxl.Workbook()
    for line in [["Xyz", "Zona", "Número", "Nombre", "Correo"], ["q", "A", 101, "Ana Ruiz", "ana@example.com"]]:
        book.active.append(line)
    book.save(tmp_path / "rara.xlsx")
    one = hand(opened(sandbox.connection))
    one.fill("or its path", "rara.xlsx")
    one.press("Continue")
    one.fill("Zona", "reference")
    one.fill("Número", "reference")
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    assert one.wizard.session.check.ready["customer_id"].tolist() == ["A-101"]
    one.press("Continue")
    one.press("Send 1")
    one.wait_for_the_result()
    assert one.wizard.session.job.table["outcome"].tolist() == ["created"]
    assert list(one.wizard.session.job.table.columns[:5]) == ["Xyz", "Zona", "Número", "Nombre", "Correo"]


def test_a_column_can_be_put_out_of_use(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.fill("A file of this folder", "residentes.xlsx")
    one.press("Continue")
    one.fill("Teléfono", "")
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    assert one.wizard.session.check.estimate.sms == 0


def rara(path, third: str = "Contacto del dueño", month: int = 1) -> None:
    """A sheet whose words nobody knows: which unit, whom to write to, and a phone that nobody is to be called on."""
    book = openpyxl.Workbook()
    book.active.append(["Xyz", "Nombre", third, "Teléfono", "Cuota"])
    book.active.append([f"A-10{month}", "Ana Ruiz", "ana@example.com", "55 0000 0001", 1500])
    book.save(path)


def test_what_was_chosen_once_is_remembered_for_this_condominium(opened, hand, tmp_path, sandbox):
    rara(tmp_path / "enero.xlsx")
    one = hand(opened(sandbox.connection))
    one.fill("or its path", "enero.xlsx")
    one.press("Continue")
    one.fill("Xyz", "reference")
    one.fill("Contacto del dueño", "email")
    one.fill("Teléfono", "")
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.fill("Prefix", "ALA-")
    one.press("Remember for this condominium")
    assert "Fill in: Name of the condominium" in one.text()
    one.fill("Name of the condominium", "Las Alamedas")
    one.press("Remember for this condominium")
    assert "las-alamedas.toml" in one.text()
    kept = cp.Profile.load(tmp_path / "las-alamedas.toml")
    assert kept.title == "Las Alamedas" and kept.id_prefix == "ALA-"
    assert kept.columns == {
        "reference": "Xyz", "name": "Nombre", "email": "Contacto del dueño", "phone": [], "price": "Cuota",
    }  # fmt: skip

    rara(tmp_path / "febrero.xlsx", month=2)
    two = hand(opened(sandbox.connection))
    two.fill("or its path", "febrero.xlsx")
    two.press("Continue")
    two.press("Continue")
    two.fill("What do you want", "createClabe")
    two.press("Check the sheet")
    found = two.wizard.session.check
    assert found.ready["customer_id"].tolist() == ["ALA-A-102"] and found.estimate.sms == 0
    by_hand = cp.check(tmp_path / "febrero.xlsx", "createClabe", profile=tmp_path / "las-alamedas.toml")
    pd.testing.assert_frame_equal(by_hand.ready, found.ready)


def test_a_remembered_header_that_is_gone_is_named_and_nothing_is_guessed(opened, hand, tmp_path, sandbox):
    cp.Profile(title="Las Alamedas", columns={"reference": "Xyz", "email": "Contacto del dueño"}).save(
        tmp_path / "alamedas"
    )
    rara(tmp_path / "marzo.xlsx", third="Correo")
    one = hand(opened(sandbox.connection))
    one.fill("or its path", "marzo.xlsx")
    one.press("Continue")
    assert "«Contacto del dueño», which this condominium had for “e-mail”, is no longer in the sheet." in one.text()
    assert one.wizard.session.mapping()["Correo"] is None
    one.fill("Correo", "email")
    assert "no longer in the sheet" not in one.text()
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    assert one.wizard.session.check.ready["email"].tolist() == ["ana@example.com"]


def test_another_condominium_is_one_choice_away(opened, hand, tmp_path):
    for name in ("Las Alamedas", "Los Fresnos"):
        cp.Profile(title=name, id_prefix=f"{name[-3:].upper()}-").save(tmp_path / name)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    one = hand(opened())
    one.fill("A file of this folder", "residentes.xlsx")
    assert one.wizard.session.choices.profile is None
    one.fill("Condominium remembered", str(tmp_path / "Los Fresnos.toml"))
    assert one.wizard.session.choices.id_prefix == "NOS-"
    one.fill("Condominium remembered", "")
    assert one.wizard.session.choices.id_prefix == ""


def test_a_prefix_that_is_taken_away_is_not_put_back_by_what_is_remembered(opened, hand, tmp_path, sandbox):
    cp.Profile(title="Las Alamedas", id_prefix="ALA-").save(tmp_path / "alamedas")
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    assert one.wizard.session.check.ready["customer_id"].str.startswith("ALA-").all()
    one.fill("Prefix", "")
    one.press("Check the sheet")
    assert not one.wizard.session.check.ready["customer_id"].str.startswith("ALA-").any()
    assert "profile" not in one.wizard.session.choices.arguments()


def test_a_condominium_that_cannot_be_used_says_so_and_none_is_chosen(opened, hand, tmp_path):
    (tmp_path / "rota.toml").write_text('id_prefix = "ROT-"\nlogo = "gone.png"\n')
    one = hand(opened())
    one.fill("A file of this folder", "residentes.xlsx")
    assert "gone.png cannot be read as a PNG or JPEG" in one.text()
    assert one.wizard.session.choices.path.name == "residentes.xlsx" and one.wizard.session.choices.profile is None
    one.fill("Condominium remembered", str(tmp_path / "rota.toml"))
    assert "gone.png cannot be read" in one.text() and one.wizard.session.choices.profile is None
    one.press("Continue")
    assert one.wizard.session.frame is not None


def test_a_persons_header_and_a_day_are_shown_as_they_stand(opened, hand, tmp_path, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    book = openpyxl.Workbook()
    for line in (
        ["Referencia", "Correo", "status", "Alta"],
        ["101", "ana@example.com", "ACTIVE", datetime(2026, 1, 5)],
    ):
        book.active.append(line)
    book.save(tmp_path / "propia.xlsx")
    one = hand(opened())
    one.fill("o su ruta", "propia.xlsx")
    one.press("Continuar")
    assert "status" in one.wizard.steps["columns"]._fields["status"].description
    assert "ACTIVE" in one.text() and "2026-01-05<" in one.text()


def test_what_is_remembered_keeps_what_a_file_of_that_name_holds_already(opened, hand, tmp_path, sandbox):
    cp.Profile(title="Las Alamedas", rate=2.0, product_id="MTTO-{year}-{month}").save(tmp_path / "las-alamedas")
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    one.wizard.session.choose(profile=None)
    one.wizard.session.remember("Las Alamedas", None)
    kept = cp.Profile.load(tmp_path / "las-alamedas.toml")
    assert (kept.rate, kept.product_id) == (2.0, "MTTO-{year}-{month}") and kept.columns["email"]


def test_sheets_can_be_chosen(opened, hand):
    one = hand(opened())
    one.fill("A file of this folder", "residentes.xlsx")
    one.press("Continue")
    one.fill("Torre B", False)
    one.press("Read these")
    assert one.wizard.session.sheets() == {"Torre A": 64}


def test_a_missing_value_is_asked_for_in_words(opened, hand):
    one = hand(opened())
    one.to_the_check("createAccount")
    assert "Fill in: account name." in one.text()
    one.fill("Name of the account", "Alamedas")
    one.press("Check the sheet")
    assert one.can_press("Continue")


@pytest.mark.parametrize(("path", "words"), [("nowhere.xlsx", "nowhere.xlsx"), ("broken.xlsx", "broken.xlsx")])
def test_what_goes_wrong_is_shown_in_the_wizard(opened, hand, tmp_path, path, words):
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    one = hand(opened())
    one.fill("or its path", path)
    one.press("Continue")
    assert "role='alert'" in one.text() and words in one.text()
    assert one.wizard.at == "file"
    assert one.can_press("Continue")


def test_an_error_of_our_own_names_its_place_and_no_value(opened, hand, monkeypatch, caplog):
    one = hand(opened())

    def fails():
        raise RuntimeError("secreto@example.com")

    monkeypatch.setattr(one.wizard.session, "read", fails)
    one.fill("A file of this folder", "residentes.xlsx")
    one.press("Continue")
    assert "RuntimeError" in one.text()
    assert "secreto" not in caplog.text


def test_text_from_a_sheet_is_never_markup(opened, hand, tmp_path, sandbox):
    evil = "<img src=x onerror=alert(1)>"
    book = openpyxl.Workbook()
    book.active.title = "<b>hoja"
    for line in [["Referencia", "Nombre", "Correo", evil], ["101", evil, "no correo " + evil, evil],
                 ["102", evil, "b@example.com", evil]]:  # fmt: skip
        book.active.append(line)
    book.save(tmp_path / "mala.xlsx")
    one = hand(opened(sandbox.connection))
    one.fill("or its path", "mala.xlsx")
    one.press("Continue")
    seen = [one.text()]
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    seen.append(one.text())
    one.press("Continue")
    one.press("Send 1")
    one.wait_for_the_result()
    one.fill("Show personal data", True)
    seen.append(one.text())
    assert all("<img" not in text and "<b>hoja" not in text for text in seen)
    assert "&lt;img" in seen[0] and "&lt;img" in seen[2]


def test_live_mode_sends_only_after_the_number_was_typed(opened, hand, sandbox):
    one = hand(opened(sandbox.live_connection))
    assert "LIVE MODE" in one.text()
    one.to_the_check()
    one.press("Continue")
    assert "122 requests, which write 122 e-mails and 105 SMS to real people" in one.text()
    assert sandbox.base_url.removeprefix("http://") in one.text()
    assert not one.can_press("FOR REAL")
    one.fill("To send for real", "121")
    assert not one.can_press("FOR REAL")
    one.fill("To send for real", "122")
    one.press("FOR REAL")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == 122


def test_a_live_run_that_grew_after_the_count_does_not_begin(opened, hand, sandbox, sample):
    one = hand(opened(sandbox.live_connection))
    one.to_the_check()
    one.press("Continue")
    cp.create_clabes(sample, connection=sandbox.live_connection, live=True, limit=2, progress=False)
    before = len(sandbox.server.log)
    one.fill("To send for real", "122")
    one.press("FOR REAL")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == before
    assert "LIVE" in one.text() and "Nothing was sent" in one.text()


def test_pause_lets_nothing_out_and_go_on_does(opened, hand, sandbox):
    one = hand(opened(sandbox.connect(rate=60)))
    one.to_the_check()
    one.press("Continue")
    one.press("Send 122")
    until(lambda: len(sandbox.server.log) > 5)
    one.press("Pause")
    assert "Paused: nothing goes out." in one.text()
    assert not one.can_press("Pause")
    time.sleep(0.3)
    held = len(sandbox.server.log)
    time.sleep(0.5)
    assert len(sandbox.server.log) == held < 122
    one.press("Go on")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == 122


def test_stop_gives_the_table_and_the_rest_can_be_sent_later(opened, hand, sandbox, tmp_path):
    connection = sandbox.connect(rate=60)
    one = hand(opened(connection))
    one.to_the_check("orders", Product_id="M-11", What_the_resident="Noviembre", Fee_in="1500")
    one.press("Continue")
    one.press("Send 122")
    until(lambda: len(sandbox.server.log) > 5)
    one.press("Stop")
    one.wait_for_the_result()
    counts = one.wizard.session.job.table["outcome"].value_counts()
    assert counts["created"] == len(sandbox.server.log) < 122
    assert counts["not_sent"] == 122 - counts["created"]
    assert "somebody stopped it" in one.text()
    assert (tmp_path / "residentes-ordenes.xlsx").exists()
    one.press("Go on: send what is missing")
    one.press(f"Send {counts['not_sent']}")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == 122
    assert not Drawer(connection).unfinished()


def test_a_new_wizard_finds_the_run_that_was_stopped_and_goes_on(opened, hand, sandbox, sample, tmp_path):
    connection = sandbox.connect(rate=60)
    first = hand(opened(connection))
    first.wizard.session.take_upload("residentes.xlsx", sample.read_bytes())
    first.wizard.go("file")
    first.press("Continue")
    first.press("Continue")
    first.fill("What do you want", "createClabe")
    first.fill("Prefix", "ALA-")
    first.press("Check the sheet")
    first.press("Continue")
    first.press("Send 122")
    until(lambda: len(sandbox.server.log) > 5)
    first.press("Stop")
    first.wait_for_the_result()
    done = len(sandbox.server.log)

    cp.Profile(title="Otro", id_prefix="OTRO-", columns={"reference": "Depto"}).save(tmp_path / "otro")
    second = hand(opened(connection))
    assert f"{done} of 122 rows are settled" in second.text()
    second.press("Go on with it")
    assert second.wizard.session.choices.id_prefix == "ALA-"
    second.press(f"Send {122 - done}")
    second.wait_for_the_result()
    assert len(sandbox.server.log) == 122
    assert "Go on with it" not in hand(opened(connection)).text()


def test_a_wizard_opened_during_a_run_shows_that_run(opened, hand, sandbox):
    connection = sandbox.connect(rate=60)
    first = hand(opened(connection))
    first.to_the_check()
    first.press("Continue")
    first.press("Send 122")
    second = hand(opened(connection))
    assert second.wizard.at == "run"
    assert second.can_press("Stop")
    second.press("Stop")
    second.wait_for_the_result()


def test_a_run_put_away_is_offered_no_more(opened, hand, sandbox):
    connection = sandbox.connect(rate=60)
    one = hand(opened(connection))
    one.to_the_check()
    one.press("Continue")
    one.press("Send 122")
    one.press("Stop")
    one.wait_for_the_result()
    again = hand(opened(connection))
    again.press("Put it away")
    assert not Drawer(connection).unfinished()
    assert not list(Drawer(connection).folder.iterdir())


def test_typed_keys_are_taken_and_the_fields_emptied(opened, hand, sandbox, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_BASE_URL", sandbox.base_url)
    one = hand(opened())
    one.to_the_check()
    assert "no keys yet" in one.text()
    one.press("Continue")
    one.fill("Keys", "typed")
    one.fill("Secret key", "sk_test_sandbox")
    one.fill("Public key", "pk_test_sandbox")
    one.press("Use these keys")
    assert one.can_press("Send 122 in test mode")
    assert [w.value for w in one.widgets("Password")] == ["", ""]
    assert "sk_test" not in one.text()


def test_wrong_keys_are_refused_in_words_and_emptied_too(opened, hand):
    one = hand(opened())
    one.to_the_check()
    one.press("Continue")
    one.fill("Keys", "typed")
    one.fill("Secret key", "sk_live_abc")
    one.fill("Public key", "pk_test_abc")
    one.press("Use these keys")
    assert "two modes" in one.text()
    assert [w.value for w in one.widgets("Password")] == ["", ""]


def test_practice_needs_no_keys(opened, hand):
    one = hand(opened())
    one.to_the_check()
    one.press("Continue")
    one.fill("Keys", "sandbox")
    assert "SANDBOX" in one.text()
    one.fill("Pilot", "3")
    one.press("Send 3")
    one.wait_for_the_result()
    assert one.wizard.session.job.table["outcome"].value_counts()["created"] == 3


def test_keys_can_be_changed_there_and_back(opened, hand, sandbox):
    one = hand(opened(sandbox.live_connection))
    one.to_the_check()
    one.press("Continue")
    assert "LIVE MODE" in one.text()
    one.fill("Keys", "sandbox")
    assert "SANDBOX" in one.text() and one.can_press("Send 122 in test mode")
    one.fill("Keys", "typed")
    assert "no keys yet" in one.text() and not one.can_press("Send")
    one.fill("Keys", "given")
    assert "LIVE MODE" in one.text() and not one.can_press("Send")
    assert len(sandbox.server.log) == 0


def test_a_double_click_starts_one_run(opened, hand, sandbox):
    one = hand(opened(sandbox.connect(rate=60)))
    one.to_the_check()
    one.press("Continue")
    start = next(w for w in one.widgets("Button") if "Send 122" in w.description)
    start.click()
    start.click()
    one.press("Stop")
    one.wait_for_the_result()
    assert len(cp.runs(sandbox.connection)) == 1


def test_what_is_asked_for_while_something_is_going_on_comes_after_it(sample, tmp_path, sandbox):
    waiting, told = [], []
    wizard = Wizard(Session(sandbox.connection, tmp_path), background=waiting.append)
    for number in (1, 2, 3):
        wizard.work("busy_counting", lambda number=number: number, told.append)
    wizard.work("busy_writing", lambda: "written", told.append)
    while waiting:
        waiting.pop(0)()
    assert told == [1, "written"]
    wizard.work("busy_counting", lambda: "old", told.append)
    wizard.work("busy_counting", lambda: "new", told.append)
    while waiting:
        waiting.pop(0)()
    assert told == [1, "written", "new"]


def test_an_upload_taken_up_again_can_be_used_for_something_else(opened, hand, sandbox, sample):
    connection = sandbox.connect(rate=100)
    first = hand(opened(connection))
    first.wizard.session.take_upload("residentes.xlsx", sample.read_bytes())
    first.wizard.go("file")
    sample.unlink()
    first.press("Continue")
    first.press("Continue")
    first.fill("What do you want", "createClabe")
    first.press("Check the sheet")
    first.press("Continue")
    first.press("Send 122")
    first.press("Stop")
    first.wait_for_the_result()
    second = hand(opened(connection))
    second.press("Go on with it")
    second.press("Send")
    second.wait_for_the_result()
    second.press("Something else with this file")
    second.fill("What do you want", "createAccount")
    second.fill("Name of the account", "Alamedas")
    second.press("Check the sheet")
    second.press("Make a copy")
    second.press("Continue")
    second.press("Send 124")
    second.wait_for_the_result()
    assert second.wizard.session.job.table["outcome"].value_counts()["created"] == 124


def test_refused_keys_come_back_with_the_table(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    one.press("Continue")
    sandbox.server.fail_next("401")
    one.press("Send 122")
    one.wait_for_the_result()
    assert "refused the keys" in one.text()
    assert one.can_press("Go on: send what is missing")


def test_every_field_has_a_label_and_every_button_its_words(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    fields = ("Text", "Dropdown", "Password", "RadioButtons", "Checkbox", "Button", "FileUpload")
    for name in ("file", "columns", "check", "send"):
        if name == "file":
            one.fill("A file of this folder", "residentes.xlsx")
            one.wizard.session.read()
        else:
            one.wizard.go(name)
        bare = [w for kind in fields for w in one.widgets(kind) if not w.description.strip()]
        assert not bare, name


DYING = """
import os, sys, time
import compropago_bulk as cp
from compropago_bulk.notebook.session import Session
session = Session(cp.Connection(), ".")
session.take_path("residentes.xlsx")
session.read()
session.choose(operation="createAccount", values={"account_name": "Alamedas"})
session.look_ahead()
job = session.start()
while job.progress is None or job.progress.done < 5:
    time.sleep(0.01)
if sys.argv[1] == "killed":
    os._exit(9)
"""


@pytest.mark.parametrize(("how", "reason", "unknown"), [("killed", "ended without a word", True),
                                                       ("ended", "somebody stopped it", False)])  # fmt: skip
def test_a_kernel_that_dies_leaves_its_run_to_be_gone_on_with(
    opened, hand, sandbox, sample, tmp_path, monkeypatch, how, reason, unknown
):
    slow = sandbox.connect(rate=60)
    keys = {"SECRET_KEY": "sk_test_sandbox", "PUBLIC_KEY": "pk_test_sandbox", "BASE_URL": sandbox.base_url,
            "JOURNAL": str(slow.journal), "RATE": "60"}  # fmt: skip
    env = os.environ | {f"COMPROPAGO_{name}": value for name, value in keys.items()}
    done = subprocess.run([sys.executable, "-c", DYING, how], cwd=tmp_path, env=env, capture_output=True, timeout=60)
    assert done.returncode == (9 if unknown else 0), done.stderr.decode()
    one = hand(opened(sandbox.connection))
    assert reason in one.text()
    one.press("Go on with it")
    assert one.wizard.session.choices.values == {"account_name": "Alamedas"}
    counts = one.wizard.session.preview.counts
    assert (counts.get("unknown", 0) > 0) <= unknown
    one.press("Send")
    one.wait_for_the_result()
    creating = sum(bool(entry.created) for entry in sandbox.server.log)
    assert creating + counts.get("unknown", 0) >= 124 >= creating
    assert sandbox.server.violations == ()


def test_looking_orders_up_with_live_keys_says_that_it_only_looks(opened, hand, sandbox, sample):
    live = sandbox.live_connection
    order = {"product_id": "M", "product_name": "N", "limit": 3, "output": "ordenes.xlsx"}
    cp.create_orders(sample, connection=live, live=True, progress=False, **order)
    one = hand(opened(live))
    one.fill("or its path", "ordenes.xlsx")
    one.press("Continue")
    one.press("Continue")
    one.fill("What do you want", "verify")
    one.press("Check the sheet")
    assert "e-mails" not in one.text()
    one.press("Continue")
    assert "This only looks" in one.text() and "test mode" not in one.text().lower()
    one.press("Look 3 orders up")
    one.wait_for_the_result()
    assert one.wizard.session.job.table["outcome"].value_counts()["found"] == 3


def test_files_of_folders_in_the_folder_can_be_chosen(opened, hand, sample, tmp_path):
    inner = tmp_path / "2026" / "noviembre"
    (inner / "viejo").mkdir(parents=True)
    (tmp_path / ".oculto").mkdir()
    for place in (
        "2026/noviembre/b.xlsx",
        "2026/noviembre/viejo/c.xlsx",
        ".oculto/d.xlsx",
        "2026/~$a.xlsx",
        "2026/e.md",
    ):
        (tmp_path / place).write_bytes(sample.read_bytes())
    one = hand(opened())
    assert one.wizard.session.files() == (["residentes.xlsx", "2026/noviembre/b.xlsx"], [])
    one.fill("A file of this folder", "2026/noviembre/b.xlsx")
    one.press("Continue")
    one.press("Back")
    listed = next(w for w in one.widgets("Dropdown") if "A file of this" in w.description)
    assert listed.value == "2026/noviembre/b.xlsx"


def test_a_folder_that_is_gone_lists_nothing(tmp_path):
    assert Session(None, tmp_path / "nowhere").files() == ([], [])


def test_an_upload_leaves_no_copy_in_the_page_and_empties_the_other_fields(opened, hand, sample):
    one = hand(opened())
    one.fill("or its path", "residentes.xlsx")
    upload = one.widgets("FileUpload")[0]
    upload.value = [
        {
            "name": "subido.xlsx",
            "type": "",
            "size": 1,
            "last_modified": datetime.now(UTC),
            "content": sample.read_bytes(),
        }
    ]
    assert upload.value == ()
    assert "Chosen: subido.xlsx" in one.text()
    assert next(w for w in one.widgets("Text")).value == ""


def test_what_to_do_about_a_large_upload_is_said_before_anybody_tries(opened, hand, tmp_path):
    text = hand(opened()).text()
    assert "7 MB" in text and str(tmp_path) in text and "Look again" in text


def test_a_run_that_goes_on_elsewhere_is_watched_until_it_ends(opened, hand, monkeypatch, tmp_path):
    going = Unfinished(
        tmp_path, Choices(source=str(tmp_path / "residentes.xlsx")), "acc", "test", "http://x", 1.0, "running", 128, 40
    )
    found = [going]
    monkeypatch.setattr(Session, "unfinished", lambda self: found)
    again: list = []
    monkeypatch.setattr(Wizard, "later", lambda self, do: again.append(do))
    one = hand(opened())
    assert "going on in another window" in one.text() and "40 of 128" in one.text()
    assert not one.can_press("Go on with it")
    one.press("Look again")
    assert len(again) == 1
    found = [replace(going, state="interrupted", done=41)]
    again.pop()()
    assert one.can_press("Go on with it") and "41 of 128" in one.text()
    assert not again


def test_of_two_columns_that_could_be_one_field_the_chosen_one_is_taken(opened, hand, sandbox, tmp_path):
    book = openpyxl.Workbook()
    head = ["Referencia", "Nombre", "Correo del propietario", "Correo del inquilino"]
    for line in (head, ["101", "Ana Ruiz", "ana@example.com", "inquilino@example.com"]):
        book.active.append(line)
    book.save(tmp_path / "dos.xlsx")
    one = hand(opened(sandbox.connection))
    one.fill("or its path", "dos.xlsx")
    one.press("Continue")
    assert "It could be e-mail, and so could: Correo del inquilino. Choose one." in one.text()
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    assert "Several columns could be: e-mail. Go back to the step Columns and choose one." in one.text()
    one.press("Back")
    one.fill("Correo del inquilino", "email")
    assert "It could be" not in one.text()
    one.press("Continue")
    one.press("Check the sheet")
    assert one.wizard.session.check.ready["email"].tolist() == ["inquilino@example.com"]


def test_without_keys_the_wizard_says_where_they_come_from(opened, hand):
    one = hand(opened())
    one.to_the_check()
    one.press("Continue")
    assert "Choose above where the keys come from" in one.text()
    one.fill("Keys", "typed")
    assert "press «Use these keys»" in one.text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_step_says_anything_in_the_other_language(opened, hand, sandbox, lang, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", lang)
    one = hand(opened(sandbox.connection))
    session = one.wizard.session
    seen = [all_words(one)]
    session.take_path("residentes.xlsx")
    session.read()
    for operation in ("createAccount", "orders", "verify", "createClabe"):
        session.choose(operation=operation)
        for name in ("file", "columns", "check", "send"):
            one.wizard.go(name)
            seen.append(all_words(one))
    one.wizard.go("check")
    session.ask()
    one.wizard.go("check")
    seen.append(all_words(one))
    one.wizard.go("send")
    session.start().ended.wait(20)
    for name in ("result", "paid"):
        one.wizard.go(name)
        seen.append(all_words(one))
    own, other = lang, next(two for two in LANGUAGES if two != lang)
    foreign = {
        getattr(sentence, other)
        for area in ("wizard", "checks", "exports", "outcomes")
        for sentence in sentences(area).values()
        if getattr(sentence, other) != getattr(sentence, own)
    }
    told = unescape(re.sub(r"<pre.*?</pre>", "", "\n".join(seen), flags=re.S))
    long = {words for words in foreign if "{" not in words and len(words) > 10}
    own_words = {getattr(sentence, own) for area in AREAS for sentence in sentences(area).values()}
    assert {
        words for words in long - own_words if words in told and not any(words in mine for mine in own_words)
    } == set()


def all_words(one) -> str:
    """Give all that a wizard says: texts, labels, placeholders, tooltips, options."""
    words = []
    for widget in one.widgets():
        words += [str(getattr(widget, name, "") or "") for name in ("description", "placeholder", "tooltip")]
        words += [str(label) for label in getattr(widget, "_options_labels", ())]
    return one.text() + "\n".join(words)


def test_after_a_pilot_the_rest_is_one_click_away(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    one.press("Continue")
    one.fill("Pilot: only the first", "100")
    one.press("Send 100")
    one.wait_for_the_result()
    assert "22</b>" in one.text() and "Send the 22 that are left" not in one.text()
    looked_at = one.wizard.steps["result"]._wanting.value
    assert "(6)" in looked_at and "pilot" not in looked_at
    assert one.can_press("Back")
    one.press("Send the 22 that are left")
    assert one.wizard.session.choices.limit is None
    one.press("Send 22")
    one.wait_for_the_result()
    assert len(sandbox.server.log) == 122 and not one.can_press("that are left")


def test_back_from_the_result_leads_to_the_sending(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.to_the_check()
    one.press("Continue")
    one.fill("Pilot: only the first", "1")
    one.press("Send 1")
    one.wait_for_the_result()
    one.press("Back")
    assert one.wizard.at == "send"


def billed(one, product: str) -> None:
    one.to_the_check("orders", Product_id=product, What_the_resident="Noviembre", Fee_in="1500")
    one.press("Continue")


@pytest.mark.parametrize("answer", ["It is another one", "It is the same", "Send nothing"])
def test_a_sheet_that_looks_as_if_it_had_gone_out_is_asked_about_first(opened, hand, sandbox, answer):
    first = hand(opened(sandbox.connection))
    billed(first, "MTTO-11")
    first.press("Send 122")
    first.wait_for_the_result()
    one = hand(opened(sandbox.connection))
    billed(one, "MTTO 11")
    text = one.text()
    assert "122 rows were charged already on" in text and "mtto-11 | 000101" in text and "and 117 more" in text
    assert not one.can_press("in test mode") and len(sandbox.server.log) == 122
    one.press(answer)
    assert one.wizard.at == {"It is another one": "send", "It is the same": "check", "Send nothing": "file"}[answer]
    assert len(sandbox.server.log) == 122
    if answer == "It is another one":
        assert "again=True" in one.wizard._code.value
        one.press("Send 122")
        one.wait_for_the_result()
        assert len(sandbox.server.log) == 244


def test_what_was_said_of_one_job_is_not_said_of_another(opened, hand, sandbox):
    first = hand(opened(sandbox.connection))
    billed(first, "MTTO-11")
    first.press("Send 122")
    first.wait_for_the_result()
    one = hand(opened(sandbox.connection))
    billed(one, "MTTO 11")
    one.press("It is another one")
    one.fill("Pilot: only the first", "5")
    assert "charged already" in one.text()


# who has paid


def practised(opened, hand, **sheet):
    """Bill the sample on the wizard's own sandbox, and go to who has paid."""
    one = hand(opened())
    one.to_the_check("orders", Product_id="MTTO-11", What_the_resident="Noviembre", Fee_in="1500")
    one.wizard.session.use_sandbox()
    one.wizard.session.connection.rate = 5_000
    one.press("Continue")
    one.press("Send 122")
    one.wait_for_the_result()
    one.press("Who has paid?")
    return one


def test_who_has_paid_from_the_sheet_that_was_billed(opened, hand, tmp_path):
    one = practised(opened, hand)
    one.press("See who has paid")
    assert "Paid $0.00" in one.text()
    one.press("half of them pay")
    assert "61" in one.text() and "data:image/png" in one.text()
    assert (tmp_path / "residentes-cobranza.xlsx").exists()
    one.press("All texts as CSV")
    letters = cp.read_sheet(tmp_path / "residentes-textos.csv")
    assert len(letters) > 30 and letters["text"].notna().all()
    one.press("a week later")
    one.press("a week later")
    assert "Expired" in one.text()


def test_one_residents_text_and_page(opened, hand, tmp_path):
    one = practised(opened, hand)
    one.press("See who has paid")
    step = one.wizard.steps["paid"]
    assert not one.can_press("resident's page")
    one.fill("Text for", 0)
    assert "$" in step._text.value and step._texts["name"].iloc[0] in step._text.value
    one.press("resident's page")
    [page] = tmp_path.glob("residentes-cuenta-*.xlsx")
    words = [str(cell.value) for row in openpyxl.load_workbook(page).active.iter_rows() for cell in row if cell.value]
    assert "How to pay" in words and step._texts["name"].iloc[1] not in words


def test_a_resident_who_is_not_written_to_says_why(opened, hand, monkeypatch):
    one = practised(opened, hand)
    one.press("See who has paid")
    step = one.wizard.steps["paid"]
    for code, words in {
        "unread": "could not be read",
        "do_not_contact": "not to write",
        "email_differs": "settle",
    }.items():
        step._texts.loc[0, ["hold", "text"]] = [code, None]
        one.fill("Text for", None)
        one.fill("Text for", 0)
        assert words in step._text.value


def test_without_keys_who_has_paid_says_where_to_choose_them(opened, hand, monkeypatch):
    one = hand(opened())
    one.fill("A file of this folder", "residentes.xlsx")
    one.press("Continue")
    one.press("Continue")
    one.press("Who has paid?")
    one.press("See who has paid")
    assert "practise there on the sandbox" in one.text() and not one.can_press("half of them pay")
    one.press("Back")
    assert one.wizard.at == "check"


def test_another_file_forgets_who_had_paid(opened, hand, tmp_path):
    one = practised(opened, hand)
    one.press("See who has paid")
    other = openpyxl.load_workbook(tmp_path / "residentes.xlsx")
    other.active["A40"] = "nota"
    other.save(tmp_path / "otra.xlsx")
    one.wizard.session.take_path("otra.xlsx")
    one.wizard.session.read()
    one.wizard.go("paid")
    assert one.wizard.steps["paid"]._found.value == ""


def test_the_statement_where_the_edition_has_it(hand, tmp_path):
    with cp.sandbox(rate=5_000, contract="2019-08") as place:
        sheet = pd.DataFrame(
            {
                "Depto": ["101", "102"],
                "Nombre": ["Ana Ríos", "Beto Luna"],
                "Correo": ["a@example.com", "b@example.com"],
                "Cuota": [1500.0, 1500.0],
            }
        )
        how = {"account_name": "Alamedas", "reference": "ALA", "on_change": "resend", "progress": False}
        made = cp.create_accounts(sheet, connection=place.connection, **how)
        place.deposit(made["clabe"].iloc[0], 1500)
        cp.export_excel(made, tmp_path / "cuentas.xlsx")
        one = hand(Wizard(Session(place.connection, tmp_path), background=lambda do: do()))
        one.wizard.session.take_path("cuentas.xlsx")
        one.wizard.session.read()
        one.wizard.go("paid")
        one.press("Make the statement")
        assert "Tied to the account" in one.text() and "Download the statement" in one.text()
        assert (tmp_path / "cuentas-estado-de-cuenta.xlsx").exists()


def test_without_the_lists_nobody_is_offered_a_statement(opened, hand, sandbox):
    one = hand(opened(sandbox.connection))
    one.wizard.go("paid")
    assert not one.can_press("statement")
