"""What is kept is read back as it was: values, types, labels, index."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.reports.amounts import day_of, end, months_after, read_when
from compropago_bulk.reports.evidence import decode_frame, encode_frame, pack, unpack
from compropago_bulk.rows.results import moments
from hypothesis import given
from hypothesis import strategies as st

FRAMES = {
    "empty": pd.DataFrame(),
    "no rows": pd.DataFrame({"a": pd.Series([], dtype="string"), "b": pd.Series([], dtype="Float64")}),
    "no columns": pd.DataFrame(index=["x", "y"]),
    "types": pd.DataFrame(
        {
            "text": pd.Series(["=1+1", None, "ñ"], dtype="string"),
            "money": pd.Series([1500.37, None, 0.1], dtype="Float64"),
            "whole": pd.Series([1, None, 3], dtype="Int64"),
            "truth": pd.Series([True, None, False], dtype="boolean"),
            "moment": moments([1_700_000_000_123, None, 0]),
            "number": [1.5, float("nan"), -2.0],
        },
        index=["fila-3", "fila-2", "fila-1"],
    ),
    "labels twice": pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    "labels of two rows": pd.DataFrame([[1, "x"]], columns=pd.MultiIndex.from_tuples([("Cuota", "MXN"), ("Nota", "")])),
    "index of two parts": pd.DataFrame(
        {"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("A", 1), ("B", 2)], names=["t", "u"])
    ),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=list(FRAMES))
def test_a_table_comes_back_as_it_was_kept(frame):
    back = decode_frame(json.loads(json.dumps(encode_frame(frame))))
    pd.testing.assert_frame_equal(back, frame, check_index_type=False, check_column_type=False)


def test_objects_of_the_analysts_own_come_back_as_what_they_say():
    own = [
        Decimal("1.10"),
        datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("America/Mexico_City")),
        date(2026, 3, 1),
        None,
        "x",
        7,
        True,
    ]
    back = decode_frame(json.loads(json.dumps(encode_frame(pd.DataFrame({"a": pd.Series(own, dtype=object)})))))
    assert list(back["a"])[:1] == own[:1] and list(back["a"])[1] == own[1] and list(back["a"])[2:] == own[2:]


@given(
    st.lists(
        st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.floats(allow_infinity=False, allow_nan=False))
    )
)
def test_any_mixed_column_survives(values):
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    head, body = unpack(pack({"n": len(values)}, {"frame": encode_frame(frame)}))
    assert head["n"] == len(values)
    assert list(decode_frame(body["frame"])["a"]) == [
        None if isinstance(one, float) and one != one else one for one in values
    ]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_months_are_added_as_calendars_do(day, months):
    assert months_after(day, months) == (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


@given(st.dates(date(1997, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_in_mexico_city(day):
    assert day_of(end(day)) == day and day_of(end(day) + 1) > day
    assert read_when(day.isoformat()) == (end(day), day)


def test_reports_are_listed_with_when_and_from_what(sandbox, residents, tmp_path):
    how = {"connection": sandbox.connection, "progress": False}
    made = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how)
    path = cp.export_excel(made, tmp_path / "ordenes.xlsx")
    first = cp.audit_orders(path, **how)
    second = cp.audit_orders(made, **how)
    table = cp.audits(sandbox.connection)
    assert table["id"].tolist() == [first.id, second.id] and table["source"].tolist()[0] == "ordenes.xlsx"
    assert table["made_at"].tolist() == [first.made_at, second.made_at]
    assert table["source_sha256"].tolist() == [first.source.sha256, second.source.sha256]
    assert table["amount"].tolist() == [3003.0, 3003.0] and str(table["made_at"].dtype).startswith("datetime64[us")
    named = cp.audit_as_of(second.made_at, connection=sandbox.connection, source="ordenes.xlsx")
    assert named.source == first.source and named.summary.equals(first.summary)
    same = cp.audit_as_of(second.made_at, connection=sandbox.connection, source=first.source.sha256[:12])
    assert same.source == first.source
    with pytest.raises(ValueError, match="neither"):
        cp.audit_as_of("el martes", connection=sandbox.connection)


def test_a_journal_that_keeps_nothing_any_more_costs_the_copy_not_the_audit(sandbox, residents, monkeypatch):
    from compropago_bulk.journal.journal import Journal

    made = cp.create_orders(
        residents(1), product_id="P", product_name="C", connection=sandbox.connection, progress=False
    )

    def full(*_, **__):
        raise cp.JournalError("the disk is full")

    monkeypatch.setattr(Journal, "keep_audit", full)
    audit = cp.audit_orders(made, connection=sandbox.connection, progress=False)
    assert audit.id is None and audit.notes[0].startswith("not_kept:") and int(audit.summary["orders"].sum()) == 1
