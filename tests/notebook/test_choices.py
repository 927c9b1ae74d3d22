"""What a person chose becomes arguments and a record, without a widget in sight."""

from __future__ import annotations

import json

import pytest
from compropago_bulk.notebook.choices import Choices, columns_from
from hypothesis import given
from hypothesis import strategies as st

HEADERS = ["Torre", "Depto", "Dueño", "Correo", "Correo 2", "Tel"]
UNDERSTOOD = {"Torre": "tower", "Depto": "unit", "Dueño": "name", "Correo": "email", "Correo 2": None, "Tel": "phone"}


@pytest.mark.parametrize(
    ("chosen", "columns", "dropped"),
    [
        ({}, {}, ()),
        ({"Torre": "reference", "Depto": "reference"}, {"reference": ["Torre", "Depto"]}, ()),
        ({"Correo": None, "Correo 2": "email"}, {"email": "Correo 2"}, ()),
        ({"Correo 2": "email"}, {"email": ["Correo", "Correo 2"]}, ()),
        ({"Tel": None}, {}, ("Tel",)),
        ({"Dueño": "account_name"}, {"account_name": "Dueño"}, ()),
    ],
)
def test_a_corrected_mapping_becomes_columns_and_left_out_headers(chosen, columns, dropped):
    assert columns_from(HEADERS, UNDERSTOOD, UNDERSTOOD | chosen) == (columns, dropped)


@given(
    st.builds(
        Choices,
        source=st.none() | st.text(), sheets=st.lists(st.text()).map(tuple), limit=st.none() | st.integers(0),
        columns=st.dictionaries(st.text(), st.text() | st.lists(st.text())), dropped=st.lists(st.text()).map(tuple),
        values=st.dictionaries(st.text(), st.text()), redirect_to=st.none() | st.text(), only_open=st.booleans(),
    )
)  # fmt: skip
def test_choices_survive_being_written_down(chosen):
    assert Choices.from_record(json.loads(json.dumps(chosen.to_record()))) == chosen


def test_a_record_of_another_release_is_taken_up_as_far_as_it_is_known():
    assert Choices.from_record({"operation": "orders", "colour": "blue"}) == Choices(operation="orders")


@pytest.mark.parametrize(
    ("typed", "given_on"),
    [("1500", 1500), ("1,500.50", 1500.5), ("$ 1500", 1500), ("1.500,00", "1.500,00"), ("NaN", "NaN"), ("mil", "mil")],
)
def test_a_typed_price_is_a_number_only_where_it_plainly_is_one(typed, given_on):
    assert Choices(operation="orders", values={"price": typed}).constants == {"price": given_on}


def test_values_of_another_operation_are_not_handed_on():
    chosen = Choices(operation="createClabe", values={"account_name": "Alamedas"}, renew_expired=True, only_open=True)
    assert chosen.arguments() == {}
