"""The Python beside each step does what the step does, in a kernel that has just started."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import compropago_bulk as cp
import openpyxl
import pandas as pd
import pytest
from compropago_bulk.notebook import snippets
from compropago_bulk.notebook.choices import Choices
from compropago_bulk.notebook.session import Session


def a_cell(code: str, **known):
    """Run code as a cell of a fresh kernel; give its names, and what the cell shows."""
    room: dict = dict(known)
    *body, last = ast.parse(code).body
    assert isinstance(last, ast.Expr), code
    exec(compile(ast.Module(body, []), "<cell>", "exec"), room)
    return room, eval(compile(ast.Expression(last.value), "<cell>", "eval"), room)


def sent(sandbox):
    """Give what a sandbox was asked for, whatever the order."""
    return sorted((one.method, one.path, one.body) for one in sandbox.server.log)


def keys_of(sandbox, journal, monkeypatch) -> None:
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_test_sandbox")
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_test_sandbox")
    monkeypatch.setenv("COMPROPAGO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("COMPROPAGO_JOURNAL", str(journal))
    monkeypatch.setenv("COMPROPAGO_RATE", "500")


def a_pilot_of_one_tower(one):
    one.fill("Torre B", False)
    one.press("Read these")
    return one, {"operation": "createClabe", "Prefix": "ALA-"}, {"Pilot": "5"}


def accounts_without_phones(one):
    one.fill("Teléfono", "")
    return one, {"operation": "createAccount", "Name of the account": "Condominio «Alamedas» 'Sur'"}, {}


ORDERS = {"operation": "orders", "Product id": "M-11", "What the resident": "Nov", "Fee in MXN": "1,500.50"}


def orders_by_tower_and_flat(one):
    one.fill("Depto.", "reference")
    return one, ORDERS, {}


def orders_that_exist_at_another_price(one):
    cp.create_orders("residentes.xlsx", product_id="M-11", product_name="Noviembre", limit=7, progress=False)
    one.fill("Cuota", "")
    return one, ORDERS, {"Rows that exist": "resend"}


def a_rehearsal(one):
    return one, {"operation": "createClabe"}, {"Rehearsal": "yo@example.com", "Pilot": "3"}


def orders_as_they_stand(one):
    table = cp.create_orders("residentes.xlsx", product_id="M-11", product_name="Nov", limit=9, progress=False)
    cp.export_excel(table, "ordenes.xlsx")
    one.press("Back")
    one.press("Look again")
    one.fill("A file of this folder", "ordenes.xlsx")
    one.press("Continue")
    return one, {"operation": "verify"}, {"Leave out": True}


JOBS = [a_pilot_of_one_tower, accounts_without_phones, orders_by_tower_and_flat, orders_that_exist_at_another_price,
        a_rehearsal, orders_as_they_stand]  # fmt: skip


@pytest.mark.parametrize("job", JOBS, ids=lambda one: one.__name__)
def test_the_code_of_each_step_does_in_a_fresh_kernel_what_the_step_does(job, opened, hand, tmp_path, monkeypatch):
    with cp.sandbox(rate=500) as clicked, cp.sandbox(rate=500) as typed:
        keys_of(clicked, tmp_path / "clicked.sqlite", monkeypatch)
        one = hand(opened())
        one.fill("A file of this folder", "residentes.xlsx")
        one.press("Continue")
        one, choices, manner = job(one)
        code = {"columns": one.wizard.steps["columns"].python()}
        one.press("Continue")
        one.fill("What do you want", choices["operation"])
        for label, value in choices.items():
            if label != "operation":
                one.fill(label, value)
        one.press("Check the sheet")
        check, code["check"] = one.wizard.session.check, one.wizard.steps["check"].python()
        one.press("Continue")
        for label, value in manner.items():
            one.fill(label, value)
        code["send"] = one.wizard.steps["send"].python()
        one.press("Look 9 orders up" if job is orders_as_they_stand else "Send")
        assert one.wizard.steps["run"].python() == code["send"]
        one.wait_for_the_result()
        code["result"] = one.wizard.steps["result"].python()
        table = one.wizard.session.job.table

        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        for name in ("residentes.xlsx", "ordenes.xlsx", Path(one.wizard.session.job.output).name):
            if (tmp_path / name).exists():
                shutil.copy(tmp_path / name, elsewhere)
        monkeypatch.chdir(elsewhere)
        if job is orders_as_they_stand:
            typed = clicked
        else:
            keys_of(typed, tmp_path / "typed.sqlite", monkeypatch)
        if job is orders_that_exist_at_another_price:
            job(Still())

        before = len(typed.server.log)
        a_cell(code["columns"])
        room, shown = a_cell(code["check"])
        assert shown is room["report"] and shown.lines()[0] == check.lines()[0]
        pd.testing.assert_frame_equal(room["report"].problems, check.problems)
        assert len(typed.server.log) == before
        (elsewhere / Path(one.wizard.session.job.output).name).rename(elsewhere / "clicked.xlsx")
        room, shown = a_cell(code["send"])
        assert "created" in repr(shown) or "found" in repr(shown)
        pd.testing.assert_frame_equal(
            room["result"][["outcome", "error_code"]], table[["outcome", "error_code"]], check_names=False
        )
        if typed is not clicked:
            assert sent(typed) == sent(clicked)
        done = len(typed.server.log)
        room, _ = a_cell(code["result"])
        assert room["result"]["outcome"].tolist() == table["outcome"].tolist()
        assert len(typed.server.log) == done
        assert list(elsewhere.glob("*.csv"))


class Still:
    """A hand that fills nothing in: the same job again, for what it sends beforehand."""

    def fill(self, *_) -> None:
        """Do nothing."""


def test_the_sandbox_code_runs_by_itself(sample):
    room, _ = a_cell(snippets.sending(Choices(source=sample.name, operation="createClabe", limit=3), "sandbox"))
    assert room["result"]["outcome"].value_counts()["created"] == 3
    a_cell(snippets.checking(Choices(source=sample.name, operation="createClabe"), "sandbox"))


def test_keys_that_were_typed_are_asked_for_and_never_written(sample, sandbox, monkeypatch):
    session = Session(None, sample.parent)
    session.take_path(sample.name)
    session.choose(operation="createClabe", limit=2)
    monkeypatch.setenv("COMPROPAGO_BASE_URL", sandbox.base_url)
    session.use_typed("sk_test_secreta", "pk_test_publica")
    code = snippets.sending(session.choices, session.keys)
    assert "getpass" in code and "_test_" not in code
    asked = iter(["sk_test_sandbox", "pk_test_sandbox"])
    monkeypatch.setattr("getpass.getpass", lambda words: next(asked))
    room, _ = a_cell(code)
    assert room["result"]["outcome"].value_counts()["created"] == 2


def test_a_connection_that_was_given_is_named_as_such(sample, sandbox):
    code = snippets.sending(Choices(source=sample.name, operation="createClabe", limit=2), "given")
    assert "# connection: the one that the wizard was opened with" in code
    room, _ = a_cell(code, connection=sandbox.connection)
    assert room["result"]["outcome"].value_counts()["created"] == 2


def test_a_file_that_was_uploaded_is_named_without_the_place_of_our_copy(tmp_path, sample):
    session = Session(None, tmp_path)
    session.take_upload("mis residentes.xlsx", sample.read_bytes())
    code = snippets.reading(session.choices)
    assert "'mis residentes.xlsx'" in code and "/tmp" not in code and "save it beside the notebook" in code


def test_live_code_says_so():
    assert "live=True" in snippets.sending(Choices(source="a.xlsx", operation="createClabe"), live=True)


def test_a_rehearsal_is_forgotten_where_the_keys_turn_live(opened, hand, sandbox):
    one = hand(opened(sandbox.live_connection))
    one.to_the_check()
    one.press("Continue")
    one.fill("Keys", "sandbox")
    one.fill("Rehearsal", "yo@example.com")
    one.fill("Keys", "given")
    assert "role='alert'" not in one.text()
    assert "122 requests" in one.text()
    assert "redirect_to" not in one.wizard.steps["send"].python()


def test_a_copy_to_mend_is_written_only_where_there_is_something_to_mend(opened, hand, tmp_path):
    book = openpyxl.Workbook()
    for line in (["Referencia", "Nombre", "Correo"], ["101", "Ana Ruiz", "ana@example.com"]):
        book.active.append(line)
    book.save(tmp_path / "buena.xlsx")
    one = hand(opened())
    one.fill("or its path", "buena.xlsx")
    one.press("Continue")
    one.press("Continue")
    one.fill("What do you want", "createClabe")
    one.press("Check the sheet")
    assert "export_excel" not in one.wizard.steps["check"].python()
