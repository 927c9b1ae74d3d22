"""What a notebook draws: coloured, escaped, masked until asked for; and the accessor on every table."""

from __future__ import annotations

import inspect

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.accessor import Accessor, Delegate, register
from compropago_bulk.exports.html import outcome_word
from compropago_bulk.model import Outcome
from compropago_bulk.notebook import views
from compropago_bulk.notebook.views import masked
from compropago_bulk.texts import LANGUAGES

DELEGATES = sorted(name for name, value in vars(Accessor).items() if isinstance(value, Delegate))


@pytest.fixture
def result(sandbox, residents):
    table = residents(6)
    table.loc["fila-2", "Correo"] = "no es correo de Residente"
    return cp.create_clabes(table, connection=sandbox.connection, progress=False)


def test_a_shown_result_says_outcomes_and_hides_people(result):
    for text in (repr(cp.show(result)), cp.show(result)._repr_html_()):
        assert "created" in text and "invalid" in text
        assert not any(hidden in text for hidden in ("Residente", "@example.com", "5500000001", "55 0000"))
        assert not any(clabe in text for clabe in result["clabe"].dropna())
        assert "=no formula" not in text


def test_personal_data_comes_when_asked_for(result):
    for text in (repr(cp.show(result, personal=True)), cp.show(result, personal=True)._repr_html_()):
        assert "Residente Número 1" in text and "r1@example.com" in text
        assert all(clabe in text for clabe in result["clabe"].dropna())
        assert "=no formula" in text


def test_a_view_changes_nothing_and_shows_no_more_than_asked(result):
    before = result.copy(deep=True)
    shown = cp.show(result, rows=2, attention=True)
    assert len(shown) == 1 and "created" not in repr(shown).splitlines()[1:][1]
    assert "4 more rows" in repr(cp.show(result, rows=2))
    pd.testing.assert_frame_equal(result, before)


def test_what_to_do_stands_beside_the_outcome_and_clabes_before_the_owners_columns(result):
    heads = cp.show(result, personal=True)._heads()
    assert heads[:4] == ["Outcome", "What to do", "CLABE ComproPago", "Status"]
    assert cp.show(result, attention=True)._heads()[:2] == ["Outcome", "What to do"]


def test_rows_to_look_at_come_before_those_that_only_wait(sandbox, residents):
    table = residents(6)
    table.loc["fila-1", "Correo"] = "no es correo"
    pilot = cp.create_clabes(table, connection=sandbox.connection, limit=2, progress=False)
    assert [line[0] for line in cp.show(pilot, attention=True)._lines()] == ["invalid"], "a pilot's rest is counted"
    stopped = pilot.assign(error_code=pilot["error_code"].replace("limit", "interrupted"))
    words = [line[0] for line in cp.show(stopped, attention=True)._lines()]
    assert words == ["invalid"] + ["not_sent"] * 3


def test_a_conflict_names_the_key_in_the_persons_language(sandbox, residents, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    table = residents(2)
    table["Referencia"] = "101"
    told = cp.create_clabes(table, connection=sandbox.connection, progress=False)["error"]
    assert told.str.contains("la misma clave (el id del cliente)", regex=False).all()


def test_tables_without_outcomes_and_without_rows_can_be_shown(residents):
    assert "Referencia" in repr(cp.show(residents(2)))
    assert cp.show(residents(2).head(0))._repr_html_()


def test_markup_in_a_table_is_text():
    table = pd.DataFrame({"<b>Nombre": ["<script>alert(1)</script>"], "Torre": ["<i>A</i>"]})
    html = cp.show(table, personal=True)._repr_html_()
    assert "<script>" not in html and "<b>Nombre" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("value", "field", "seen"),
    [
        ("María Zúñiga", "name", "M… Z…"),
        ("ana@example.com", "email", "a•••@•••"),
        ("5512345678", "phone", "•••• 78"),
        ("646180000000000012", "clabe", "646…0012"),
        ("A!D9: «ana@x» no es un correo", "error", "A!D9: «•••» no es un correo"),
        ("se usará b@example.com.", "error", "se usará •••"),
        ("000101", "reference", "000101"),
        (None, "name", ""),
    ],
)
def test_masks_keep_the_shape_and_hide_the_person(value, field, seen):
    assert masked(value, field) == seen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_outcome_has_its_word_in_both_numbers(lang, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", lang)
    assert all(outcome_word(str(one), number) for one in Outcome for number in (1, 2))


def test_views_speak_spanish(result, monkeypatch):
    monkeypatch.setenv("COMPROPAGO_LANG", "es")
    assert "5 creados" in cp.show(result)._repr_html_()
    assert "5 creados, 1 por corregir" in repr(cp.show(result)) and "created" not in repr(cp.show(result))


# the accessor


@pytest.mark.parametrize("name", DELEGATES)
def test_the_accessor_has_the_functions_with_their_help_and_signatures(name, residents):
    method = getattr(residents(1).compropago, name)
    function = getattr(cp, name)
    assert inspect.signature(method).parameters == dict(list(inspect.signature(function).parameters.items())[1:])
    assert method.__doc__ == function.__doc__


@pytest.mark.parametrize("name", ["create_accounts", "create_clabes", "create_orders"])
def test_the_help_begins_with_what_it_does_and_gives_a_line_to_copy_that_runs(name, sandbox, residents, monkeypatch):
    text = inspect.getdoc(getattr(cp, name))
    assert text.splitlines()[0].endswith(".") and "Args:" in text and "Raises:" in text
    line = text.partition("Example:\n")[2].splitlines()[0].strip()
    residents(3).to_excel("residentes.xlsx", index=False)
    for setting, value in {
        "SECRET_KEY": "sk_test_sandbox",
        "PUBLIC_KEY": "pk_test_sandbox",
        "BASE_URL": sandbox.base_url,
    }.items():
        monkeypatch.setenv(f"COMPROPAGO_{setting}", value)
    assert eval(line, {"cp": cp})["outcome"].tolist() == ["created"] * 3


def test_the_accessor_does_what_the_functions_do(residents, sandbox, tmp_path):
    table = residents(3)
    assert len(table.compropago.check("createClabe", connection=sandbox.connection).ready) == 3
    made = table.compropago.create_clabes(connection=sandbox.connection, progress=False)
    assert made["outcome"].tolist() == ["created"] * 3
    assert made.compropago.export_excel(tmp_path / "a.xlsx").exists()
    orders = table.compropago.create_orders(
        connection=sandbox.connection, product_id="M", product_name="N", progress=False
    )
    assert orders.compropago.verify_orders(connection=sandbox.connection, progress=False)["outcome"].eq("found").all()


def test_tab_completion_lists_the_functions_and_the_accessor_names_them(residents):
    accessor = residents(1).compropago
    assert set(DELEGATES) <= set(dir(accessor))
    assert all(name in repr(accessor) for name in DELEGATES)
    assert "@" not in repr(accessor)


def test_registering_again_is_silent():
    register()


# connections


@pytest.mark.parametrize(("mode", "words"), [("test", "nothing here is real"), ("live", "LIVE")])
def test_a_connection_is_drawn_without_its_keys(sandbox, mode, words):
    html = views.connection_card(sandbox.connect(mode))
    assert words in html and "sk_" not in html and "sandbox" not in html.replace("sandbox_api", "")


def test_the_check_is_drawn_on_the_same_card(residents):
    table = residents(3)
    table.loc["fila-2", "Correo"] = "<b>x"
    html = cp.check(table, "createClabe")._repr_html_()
    assert "cp-card" in html and "&lt;b&gt;x" in html and "<b>x" not in html


def test_amounts_in_pesos_are_never_read_as_formulas(sandbox, residents):
    connection = sandbox.connection
    orders = cp.create_orders(residents(3), connection=connection, product_id="M", product_name="N", progress=False)
    audit = cp.audit_orders(orders, connection=connection, progress=False)
    check = cp.check(residents(3), "orders", product_id="M", product_name="N")
    drawn = [view._repr_html_() for view in (audit, check, cp.show(orders))]
    for html in (*drawn, views.connection_card(connection)):
        assert "mathjax_ignore tex2jax_ignore" in html.partition("</style>")[2].partition(">")[0]


def test_reports_stand_on_the_same_card_as_the_other_views(sandbox, residents):
    table = residents(3)
    table.loc["fila-3", "Nombre"] = "<b>Ana"
    orders = cp.create_orders(table, connection=sandbox.connection, product_id="M", product_name="<i>N", progress=False)
    html = cp.audit_orders(orders, connection=sandbox.connection, progress=False)._repr_html_()
    assert "cp-card" in html and "cp-figures" in html and "<b>Ana" not in html and "<i>N" not in html
