"""What a function can be told by keyword: real names in its signature, and what came of each."""

from __future__ import annotations

import inspect

import compropago_bulk as cp
import pytest
from compropago_bulk.api.operations import OPERATIONS

QUIET = {"progress": False}
PRODUCT = {"product_id": "MTTO-2026-11", "product_name": "Mantenimiento noviembre"}
CREATING = {
    "create_accounts": "createAccount", "create_clabes": "createClabe", "create_orders": "orders",
    "verify_orders": "verify",
}  # fmt: skip


def fields_of(endpoint):
    spec = OPERATIONS[endpoint]
    return {*spec.needs, *spec.optional, *spec.only_if_named}


@pytest.mark.parametrize("name", CREATING)
def test_each_field_of_a_call_is_a_keyword_of_its_function_and_of_the_check(name, residents):
    for function in (getattr(cp, name), getattr(residents(1).compropago, name)):
        parameters = inspect.signature(function).parameters
        assert fields_of(CREATING[name]) <= set(parameters)
        assert not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
        assert all(parameters[field].default is None for field in fields_of(CREATING[name]))
    assert fields_of(CREATING[name]) <= set(inspect.signature(cp.check).parameters)


@pytest.mark.parametrize("name", [*CREATING, "check"])
def test_a_misspelt_keyword_lists_the_known_ones_before_anything_else_happens(name):
    with pytest.raises(TypeError, match=r"(?s)conection.*sheet.*columns.*Did you mean connection\?"):
        getattr(cp, name)("there-is-no-such-file.xlsx", conection=None)


def test_a_keyword_of_another_call_is_refused_and_not_passed_by(residents):
    with pytest.raises(TypeError, match="price"):
        cp.create_clabes(residents(1), price=1500, dry_run=True)
    with pytest.raises(TypeError, match=r"(?s)prices.*price"):
        cp.check(residents(1), "orders", prices=1500)


def notes_of(table, **values):
    check = cp.check(table, "orders", **PRODUCT, **values)
    result = cp.create_orders(table, **PRODUCT, **values, dry_run=True)
    told = [note for note in check.notes if note.startswith("keyword_used: price")]
    assert told == [note for note in result.attrs["compropago"]["notes"] if note.startswith("keyword_used: price")]
    return told


def test_check_and_result_say_in_how_many_rows_a_keyword_was_used(residents):
    table = residents(4)
    table["Cuota"] = [1500, None, "-", 1600]
    [none] = notes_of(residents(4), price=1)
    assert none.startswith("keyword_used: price=1 was used in 0 of 4 rows") and "«Cuota»" in none
    [all_] = notes_of(table.drop(columns="Cuota"), price=1)
    assert all_ == "keyword_used: price=1 was used in 4 of 4 rows."
    table["Cuota"] = [1500, None, float("nan"), 1600]
    [some] = notes_of(table, price=1)
    assert some.startswith("keyword_used: price=1 was used in 2 of 4 rows") and "«Cuota»" in some
    assert notes_of(table) == [], "nothing is said of what nobody gave"


def test_a_value_of_the_rows_own_wins_even_where_it_equals_the_keyword(residents):
    table = residents(3)
    table["Cuota"] = ["1500", "1500", None]
    [told] = notes_of(table, price="1500")
    assert "1 of 3 rows" in told


@pytest.mark.parametrize(
    "how", [cp.create_clabes, "create_clabes", "createClabe"], ids=["function", "name", "endpoint"]
)
def test_a_check_takes_the_function_its_name_or_the_endpoint(how, residents):
    assert len(cp.check(residents(3), how).ready) == 3
    assert len(residents(3).compropago.check(how).ready) == 3


@pytest.mark.parametrize("wrong", ["createclabes", print, 5])
def test_a_check_of_what_is_no_operation_names_those_that_there_are(wrong, residents):
    with pytest.raises(cp.ConfigurationError, match=r"(?s)createClabe.*create_clabes"):
        cp.check(residents(1), wrong)


@pytest.mark.parametrize("operation", [cp.create_clabes, cp.create_orders])
def test_columns_turned_round_say_which_way_they_go(operation, residents):
    with pytest.raises(TypeError, match=r"columns=\{'email': 'Correo'\}"):
        operation(residents(1), columns={"Correo": "email"}, dry_run=True)


def test_a_field_that_nobody_knows_is_still_named_as_such(residents):
    with pytest.raises(TypeError, match=r"correo.*email"):
        cp.create_clabes(residents(1), columns={"correo": "Correo"}, dry_run=True)


ROWS = [{"Referencia": "000101", "Nombre": "Ana", "Correo": "ana@example.com", "Cuota": 1500}]


def arrow(rows):
    return pytest.importorskip("pyarrow").Table.from_pylist(rows)


SOURCES = {
    "a list of dicts": lambda rows: rows,
    "a tuple of dicts": tuple,
    "a dict of columns": lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
    "an Arrow table": arrow,
}


@pytest.mark.parametrize("source", SOURCES)
def test_what_pandas_makes_a_table_of_is_a_source(source):
    given = SOURCES[source](ROWS)
    result = cp.create_clabes(given, dry_run=True)
    assert result["outcome"].tolist() == ["ready"] and result["Referencia"].tolist() == ["000101"]
    assert len(cp.check(given, "createClabe").ready) == 1


def test_orders_are_verified_from_a_list_of_dicts_too(residents, sandbox):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(2), **PRODUCT, **how)
    records = orders[["order_id", "Nombre"]].to_dict("records")
    assert cp.verify_orders(records, **how)["outcome"].tolist() == ["found"] * 2
    assert cp.verify_orders(list(orders["order_id"]), **how)["outcome"].tolist() == ["found"] * 2


def test_a_source_that_is_none_is_refused_with_a_sentence():
    with pytest.raises((cp.SheetError, TypeError)):
        cp.create_clabes([], dry_run=True)
