"""What a person chose becomes arguments and a record, without a widget in sight."""

from __future__ import annotations

import json

import pytest
from compropago_bulk import Profile
from compropago_bulk.notebook.choices import Choices, columns_from, file_name, profile_of
from hypothesis import given
from hypothesis import strategies as st

HEADERS = ["Torre", "Depto", "Dueño", "Correo", "Correo 2", "Tel"]
UNDERSTOOD = {"Torre": "tower", "Depto": "unit", "Dueño": "name", "Correo": "email", "Correo 2": None, "Tel": "phone"}


@pytest.mark.parametrize(
    ("chosen", "columns"),
    [
        ({}, {}),
        ({"Torre": "reference", "Depto": "reference"}, {"reference": ["Torre", "Depto"]}),
        ({"Correo": None, "Correo 2": "email"}, {"email": "Correo 2"}),
        ({"Correo 2": "email"}, {"email": ["Correo", "Correo 2"]}),
        ({"Tel": None}, {"phone": []}),
        ({"Dueño": "account_name"}, {"account_name": "Dueño"}),
    ],
)
def test_a_corrected_mapping_becomes_columns(chosen, columns):
    assert columns_from(HEADERS, UNDERSTOOD, UNDERSTOOD | chosen) == columns


@given(
    st.builds(
        Choices,
        source=st.none() | st.text(), sheets=st.lists(st.text()).map(tuple), limit=st.none() | st.integers(0),
        columns=st.dictionaries(st.text(), st.text() | st.lists(st.text())), profile=st.none() | st.text(),
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


def test_this_months_product_is_remembered_as_every_months_own():
    today = Profile(product_id="MTTO-{year}-{month}", product_name="Mantenimiento {month} {year}").values()
    kept = profile_of(Choices(operation="orders", values=today), {}, Profile())
    assert (kept.product_id, kept.product_name) == ("MTTO-{year}-{month}", "Mantenimiento {month} {year}")
    again = profile_of(Choices(values=kept.values()), {}, kept)
    assert again.product_id == kept.product_id
    assert profile_of(Choices(values={"product_id": "CUOTA-UNICA"}), {}, Profile()).product_id == "CUOTA-UNICA"


@pytest.mark.parametrize(
    ("name", "file"),
    [("Las Alamedas", "las-alamedas.toml"), ("Torre 3 / B", "torre-3-b.toml"), ("…", "condominio.toml")],
)
def test_a_profile_is_called_after_its_condominium(name, file):
    assert file_name(name) == file
