"""What goes out at a glance is what a careful look would have let through: no pattern is ever too lax."""

from __future__ import annotations

import pytest
from compropago_bulk import values as v
from compropago_bulk.rows.clean import cleaner_of
from compropago_bulk.values.plain import plain_values
from compropago_bulk.values.shown import damage_of
from email_validator import validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

NOW = 1_700_000_000
TEXTS = ("reference", "customer_id", "product_id", "order_id", "name", "account_name", "product_name", "email", "phone")
PLAIN = {
    "reference": ["000101", "A-12", "Torre A/101", "12E5"],
    "customer_id": ["ALA-000101"],
    "product_id": ["MTTO-2026-11"],
    "order_id": ["ch_ca001318-7f70-47a9-90a2-df3e755d9be3"],
    "name": ["María Zúñiga", "Ma. de los Ángeles Peña", "Residente 12"],
    "account_name": ["Alamedas de España"],
    "product_name": ["Mantenimiento noviembre 2026"],
    "email": ["ana@example.com", "a.b+c_d-e@sub.example.com.mx"],
    "phone": ["5512345678"],
}
CAREFUL = {
    "reference": ["n/a", "0", "xx", "1.5E10", "6E+17", "2026-01-03 00:00:00", "#REF!", "=1", "-", " 1", "1  2", "１２"],
    "name": ["sin nombre", "No tiene", "por definir", "pendiente", "NO APLICA", "María", "Jose\u0301 Peña", "Ãngel B"],
    "email": [
        "a@b@example.com",
        "ana@localhost",
        ".a@example.com",
        "a..b@example.com",
        "ana@example",
        "ana@exámple.mx",
    ],
    "phone": ["0445512345678", "1512345678", "55 1234 5678"],
    "order_id": ["12", "1e+20", "a b1", "n.a."],
}
ALPHABET = "abcxnosipr ABN019-_./@#'+=,:\u00e1\u00d1\u0301\u200b\u00a0"
ANYTHING = st.one_of(
    st.text(ALPHABET, max_size=16), st.text(max_size=12), st.from_regex(r"[A-Za-z0-9]+([ /-][A-Za-z0-9]+)*"),
    st.from_regex(r"[\w.+-]{1,70}@[\w.-]{1,30}", fullmatch=True), st.from_regex(r"[0-9]{9,11}", fullmatch=True),
    st.sampled_from([one for some in (*PLAIN.values(), *CAREFUL.values()) for one in some]),
)  # fmt: skip


@pytest.mark.parametrize("field", TEXTS)
def test_ordinary_values_are_taken_at_a_glance(field):
    assert plain_values(field, PLAIN[field]) == PLAIN[field]


@pytest.mark.parametrize("field", CAREFUL)
def test_odd_values_are_looked_at_carefully(field):
    assert plain_values(field, CAREFUL[field]) == [None] * len(CAREFUL[field])


@settings(max_examples=600, deadline=None)
@given(field=st.sampled_from(TEXTS), text=ANYTHING)
@example(field="email", text="a@" + "b" * 64 + ".com")
@example(field="email", text="a" * 65 + "@example.com")
@example(field="email", text="ana@xn--0.com")
@example(field="email", text="ana@example.test")
def test_what_is_taken_at_a_glance_is_what_a_careful_look_gives(field, text):
    (value,) = plain_values(field, [text])
    if value is None:
        return
    assert value == text
    assert cleaner_of(field, None, NOW)([text]) == v.Parsed(text, ())
    assert not v.is_placeholder(text) and not v.is_blank(text) and damage_of(text) is None
    if field == "email":
        assert validate_email(text, check_deliverability=False, allow_smtputf8=False)


@given(
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(-5, 5000), st.floats(), st.text("15,.$", max_size=6))),
    st.sampled_from(["price", "amount"]),
)
def test_sums_are_the_same_at_a_glance_and_carefully(values, field):
    for value, taken in zip(values, plain_values(field, values), strict=True):
        if taken is not None:
            assert v.Parsed(taken, ()) == v.parse_money(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            assert v.parse_money(value).value is None


def test_a_truth_is_no_sum_though_it_equals_one():
    assert plain_values("price", [1, True, 1.0]) == [v.parse_money(1).value, None, v.parse_money(1).value]


CLABES = st.one_of(
    st.none(),
    st.from_regex(r"(646|012|002|999|000)[0-9]{15}", fullmatch=True),
    st.text("0123456789x١", max_size=20),
    st.just("646180146400219781"),
    st.just("000000000000000000"),
)


@given(st.lists(CLABES, max_size=8))
def test_a_column_of_clabes_is_judged_as_each_one_alone(clabes):
    assert v.valid_clabes(clabes) == [None if one is None else v.is_valid_clabe(one) for one in clabes]
    assert v.banks_of(clabes) == [None if one is None else v.bank_of(one) for one in clabes]
