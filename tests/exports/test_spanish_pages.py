"""A walk through every Spanish workbook and view: no English word and no code outside the columns for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import compropago_bulk as cp
import openpyxl
import pytest

from ..support.spanish import faults

SAMPLE = Path(__file__).parents[2] / "samples" / "residentes.xlsx"
QUIET = {"progress": False}
MACHINES = "Código de aviso"
"""The header of the one column of codes, in the full table."""


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title, f"{sheet.title} {sheet.oddFooter.left.text or ''}"
        codes = {cell.column for row in sheet.iter_rows(max_row=6) for cell in row if cell.value == MACHINES}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.column not in codes:
                    yield f"{sheet.title}!{cell.coordinate}", cell.value
                if cell.comment:
                    yield f"{sheet.title}!{cell.coordinate}", cell.comment.text


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """Do the whole job once, in Spanish."""
    with pytest.MonkeyPatch.context() as patch, cp.sandbox(rate=5_000, contract="2019-08") as box:
        patch.setenv("COMPROPAGO_LANG", "es")
        folder, how = tmp_path_factory.mktemp("libros"), {"connection": box.connection, **QUIET}
        residents = cp.read_sheet(SAMPLE)
        check = cp.check(SAMPLE, "createClabe", connection=box.connection)
        clabes = cp.create_clabes(residents, limit=100, **how)
        orders = cp.create_orders(residents, product_id="M-11", product_name="Mantenimiento", **how)
        for order_id in orders["order_id"].dropna()[::3]:
            box.pay(order_id)
        box.advance(timedelta(days=40))
        audit = cp.audit_orders(SAMPLE, **how)
        own = residents.drop(columns="Referencia")
        accounts = cp.create_accounts(own, account_name="Alamedas", reference="ALA", **how)
        for clabe in accounts["clabe"].dropna()[:9]:
            box.deposit(clabe, 1500)
        statement = cp.statement(accounts, "ALA", **how)
        tables = {"clabes": clabes, "ordenes": orders, "estado": cp.verify_orders(orders, **how)}
        books = {"revision": check, "cobranza": audit, "movimientos": cp.ledger(audit), "cuenta": statement}
        books["vecino"] = statement.for_resident(statement.residents["name"].iloc[0])
        paths = [made.export_excel(folder / f"{name}.xlsx") for name, made in books.items()]
        paths += [cp.export_excel(table, folder / f"{name}.xlsx") for name, table in tables.items()]
        views = [check, audit, statement, cp.show(clabes), cp.show(orders)]
        yield paths, [(repr(view), view._repr_html_()) for view in views], audit.messages()["text"].dropna().tolist()


def test_no_workbook_has_an_english_word_or_a_code(job):
    found = {(path.name, place): words for path in job[0] for place, text in texts_of(path) if (words := faults(text))}
    assert found == {}


ADVICE = re.compile(r"columns=\{[^}]*\}|personal=True|parece amount")
"""What a person at a notebook is to type."""


def test_no_view_has_an_english_word_or_a_code(job):
    for view in (text for pair in job[1] for text in pair):
        bare = re.sub(r"<style>.*?</style>|<[^>]+>|&#x27;", " ", view, flags=re.DOTALL)
        assert faults(re.sub(r"columns=\{.*?\}", "", ADVICE.sub("", bare))) == []


def test_no_text_to_a_resident_has_an_english_word_or_a_code(job):
    assert job[2] and [words for text in job[2] if (words := faults(text))] == []


def test_the_walk_would_see_a_fault():
    assert {"rows", "ACTIVE", "missing_email", "True"} <= set(faults("3 rows, missing_email, ACTIVE, personal=True"))
