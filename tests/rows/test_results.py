"""What came of each row, in flat columns: what is put in is what comes out, whatever was there before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal

import pandas as pd
from compropago_bulk.api.operations import CREATE_CLABE, CREATE_ORDER, VERIFY_ORDER
from compropago_bulk.model import Answer, Outcome, Result, Row
from compropago_bulk.rows.clean_rows import CleanRows, fingerprint, fold_key, fold_keys
from compropago_bulk.rows.results import Columns, added_columns, attach
from hypothesis import given, settings
from hypothesis import strategies as st

MONEY = st.one_of(st.none(), st.sampled_from([Decimal("1500"), Decimal("30.50"), Decimal("1"), Decimal("0")]))
MOMENTS = st.one_of(st.none(), st.integers(1, 253_402_300_799_999))
WORDS = st.one_of(st.none(), st.sampled_from(["646180146400219781", "PENDING", "ACCEPTED"]))
ANSWERS = st.builds(
    Answer, clabe=WORDS, status=WORDS, test_mode=st.one_of(st.none(), st.booleans()), order_id=WORDS, short_id=WORDS,
    order_price=MONEY, fee=MONEY, iva=MONEY, created_at=MOMENTS, updated_at=MOMENTS, expires_at=MOMENTS,
    request_id=WORDS,
)  # fmt: skip
RESULTS = st.builds(
    Result, st.integers(0, 4), st.sampled_from(Outcome), st.one_of(st.none(), st.just("http_400")),
    st.one_of(st.none(), st.just("It was refused.")), st.one_of(st.none(), ANSWERS), st.integers(0, 8),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(RESULTS, max_size=12))
def test_the_last_end_of_a_row_stands(results):
    columns = Columns(5)
    for one in results:
        columns.put(one)
    last = {one.position: one for one in results}
    assert [columns.get(place) for place in range(5)] == [last.get(place) for place in range(5)]
    before = [columns.get(place) for place in range(5)]
    table = attach(pd.DataFrame({"Ref": list("abcde")}), columns, CREATE_ORDER)
    for place in range(5):
        result = last.get(place) or Result(place, Outcome.NOT_SENT, "interrupted")
        answer = result.answer or Answer()
        assert table["outcome"][place] == str(result.outcome)
        assert (None if table["error_code"][place] is pd.NA else table["error_code"][place]) == result.error_code
        for name in ("clabe", "status", "order_id", "request_id", "test_mode"):
            assert (None if table[name][place] is pd.NA else table[name][place]) == getattr(answer, name)
        kept = before[place]
        assert kept is None or kept.answer is None or kept.answer.test_mode is answer.test_mode
        for name in ("order_price", "fee", "iva"):
            said = getattr(answer, name)
            assert table[name][place] is pd.NA if said is None else table[name][place] == float(said)
            kept = before[place]
            assert kept is None or kept.answer is None or type(getattr(kept.answer, name)) is type(said)
        for name in ("created_at", "updated_at", "expires_at"):
            said = getattr(answer, name)
            assert (
                table[name][place] is pd.NaT if said is None else round(table[name][place].timestamp() * 1000) == said
            )


def test_an_answer_without_an_end_before_it_keeps_no_echo():
    columns = Columns(1)
    answer = Answer(clabe="646180146400219781", name="Ana", email="ana@example.com")
    columns.put(Result(0, Outcome.CREATED, answer=answer))
    assert columns.get(0) == Result(0, Outcome.CREATED, answer=replace(answer, name=None, email=None))


def test_a_look_that_was_not_taken_has_its_columns_all_the_same():
    table = attach(pd.DataFrame({"order_id": ["ch_1"]}), Columns(1), VERIFY_ORDER)
    assert list(table.columns)[1:] == [one for one in added_columns(VERIFY_ORDER) if one != "order_id"]
    assert table["previous_status"].isna().all() and table["outcome"].tolist() == ["not_sent"]


def test_lines_are_rows_for_whoever_asks():
    columns = {"customer_id": ["1", "2", "2"], "email": ["a@example.com", None, None]}
    lines = CleanRows(
        CREATE_CLABE, columns, ["1", "", "2"], sheets=["A", "A", "B"], numbers=[4, 5, 9], invalid=frozenset({1}),
        conflicts=frozenset(), repeats={2: 0},
    )  # fmt: skip
    assert list(lines) == [lines[0], lines[1], lines[-1]] == lines[:]
    assert lines[0] == Row(0, {"customer_id": "1", "email": "a@example.com"}, "1", "A", 4)
    assert lines[2] == Row(2, {"customer_id": "2"}, "2", "B", 9, repeats=0)
    assert not lines[1].valid and list(lines.going()) == [0] and len(lines) == 3


VALUES = st.dictionaries(
    st.sampled_from(["product_id", "product_name", "customer_id", "name", "phone"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)


@given(VALUES, st.one_of(st.none(), st.sampled_from(["Ana@Example.com"])), st.sampled_from(["1500", "1500.00", "0.50"]))
def test_a_fingerprint_is_for_ever(values, email, price):
    """Journals hold them: a changed fingerprint would turn every known row into a conflict."""
    values = values | {"price": Decimal(price)} | ({"email": email} if email else {})
    told = {name: value for name, value in sorted(values.items()) if name != "price"}
    told |= {"price": {"1500": "1500", "1500.00": "1500", "0.50": "0.5"}[price]}
    told |= {"email": "ana@example.com"} if email else {}
    text = json.dumps(dict(sorted(told.items())), ensure_ascii=False)
    assert fingerprint(CREATE_ORDER, values) == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_a_key_is_for_ever():
    values = {"product_id": "MTTO|11\\A", "customer_id": " 000101 Á"}
    assert fold_key(values, ("product_id", "customer_id")) == "mtto\\|11\\\\a | 000101 á"
    assert fold_keys({"product_id": ["A", "B"], "customer_id": ["1", None]}, ("product_id", "customer_id"), 2) == [
        "a | 1",
        "",
    ]


@settings(deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=5), st.sampled_from([(None, None), ("odd", "as the API said")]))
def test_rows_that_are_known_come_as_columns_to_the_same_as_one_by_one(answers, said):
    one_by_one, together = Columns(6), Columns(6)
    positions = list(range(1, len(answers) + 1))
    for position, answer in zip(positions, answers, strict=True):
        one_by_one.put(Result(position, Outcome.EXISTING, *said, answer))
    columns = {name: [getattr(answer, name) for answer in answers] for name in Answer.__dataclass_fields__}
    columns |= {"error_code": [said[0]] * len(answers), "error": [said[1]] * len(answers)}
    together.put_existing(positions, columns)
    assert [together.get(position) for position in range(6)] == [one_by_one.get(position) for position in range(6)]
