"""What a person chose becomes arguments and a record, without a widget in sight."""

from __future__ import annotations

import json

import pytest
from compropago_bulk import Profile
from compropago_bulk.notebook import choices
from compropago_bulk.notebook.choices import Choices, columns_from, file_name, ours_of, profile_of, profiles_in
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

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


def test_columns_that_an_earlier_release_left_out_by_their_headers_stay_left_out():
    taken = Choices.from_record({"dropped": ["Celular", "Observaciones"], "columns": {"email": "Correo 2"}})
    assert taken.columns == {"phone": [], "email": "Correo 2"}


def test_a_profile_that_cannot_be_used_is_listed_and_two_of_one_name_are_told_apart(tmp_path):
    Profile(title="Las Alamedas", id_prefix="ALA-").save(tmp_path / "a")
    Profile(title="Las Alamedas", id_prefix="ALB-").save(tmp_path / "b")
    (tmp_path / "rota.toml").write_text('id_prefix = "ROT-"\nlogo = "gone.png"\n')
    (tmp_path / "sin-cerrar.toml").write_text('id_prefix = "SIN-\n')
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    listed = {name: file.rpartition("/")[2] for name, file in profiles_in(tmp_path).items()}
    assert listed == {
        "Las Alamedas": "a.toml", "Las Alamedas (b)": "b.toml", "rota": "rota.toml", "sin-cerrar": "sin-cerrar.toml",
    }  # fmt: skip


def test_only_the_first_files_of_a_folder_are_looked_into(tmp_path, monkeypatch):
    for name in ("a.xlsx", "b.xlsx", "c-clabes.xlsx"):
        book = Workbook()
        book.properties.keywords = "compropago_bulk"
        book.save(tmp_path / name)
    monkeypatch.setattr(choices, "_LOOKED_INTO", 1)
    assert ours_of(tmp_path, ["a.xlsx", "b.xlsx", "c-clabes.xlsx"]) == {"a.xlsx", "c-clabes.xlsx"}


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
