"""Month on month: who is new, gone, changed; and a table that one can go on with."""

from __future__ import annotations

from pathlib import Path

import compropago_bulk as cp
import pandas as pd
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"

OLD = pd.DataFrame(
    {
        "Referencia": ["001", "002", "003", "004", "005", "005"],
        "Nombre": ["Ana Nuñez", "Luis Peña", "Eva Ávila", "Iván Cano", "Nora", "Nora"],
        "Correo": [
            "a@example.com",
            "l@example.com",
            "e@example.com",
            "i@example.com",
            "n@example.com",
            "n@example.com",
        ],
        "Teléfono": ["55 0000 0001", 5500000002, None, "5500000004", None, None],
        "Cuota": ["$1,500.00", 1500, 1500, 1500, 1, 1],
    }
)
NEW = pd.DataFrame(
    {
        "Teléfono": [5500000001.0, "55-0000-0099", None, "5500000006", None],
        "Cuota mensual": [1500.0, "1,650.00", "1500", 900, 1],
        "Propietario": ["ANA  NUÑEZ", "Luis Peña", "Rosa Huerta", "Hugo Lara", "Nora"],
        "Correo electrónico": ["A@example.com", "l@example.com", "e@example.com", "h@example.com", "n@example.com"],
        "Ref.": ["001 ", "002", "003", "006", "005"],
    }
)


def test_another_spelling_is_no_change_and_every_real_one_is_told():
    told = cp.compare_sheets(OLD, NEW)
    lines = told[["change", "reference", "field", "before", "after"]].astype(object)
    assert lines.where(lines.notna(), None).to_numpy().tolist() == [
        ["changed", "002", "phone", "5500000002", "55-0000-0099"],
        ["changed", "002", "price", "1500", "1,650.00"],
        ["renamed", "003", "name", "Eva Ávila", "Rosa Huerta"],
        ["new", "006", None, None, None],
        ["repeated", "005", None, None, None],
        ["gone", "004", None, None, None],
    ]
    assert told.attrs["compropago"]["counts"] == {"changed": 2, "renamed": 1, "new": 1, "repeated": 1, "gone": 1}


def test_who_is_new_can_be_sent_as_the_comparison_gives_it(sandbox):
    told = cp.compare_sheets(OLD, NEW)
    made = cp.create_clabes(told[told["change"] == "new"], connection=sandbox.connection, progress=False)
    assert made["outcome"].tolist() == ["created"] and made["reference"].tolist() == ["006"]


def test_two_months_of_the_sample_differ_by_whom_the_sample_says():
    told = cp.compare_sheets(SAMPLES / "residentes.xlsx", SAMPLES / "residentes-noviembre.xlsx")
    assert told["change"].isin(["new", "gone", "renamed", "changed", "repeated", "unmatched"]).all()
    assert told.loc[told["change"] == "renamed", "after"].tolist() == ["Beatriz Olmos Prado"]
    assert told.loc[told["change"] == "gone", "reference"].tolist() == ["000110"]
    assert told.loc[told["change"] == "unmatched", "before"].tolist() == ["#REF!"]
    assert {"nuevo205@example.com"} <= set(told["after"].dropna())
    assert told["source_sheet"].isin(["Torre A", "Torre B"]).all()


def sheet(*rows):
    """A sheet of reference, name, and the e-mail's local part; a fourth value is the unit."""
    frame = pd.DataFrame([row[:3] for row in rows], columns=["Referencia", "Nombre", "Correo"])
    frame["Correo"] += "@example.com"
    return frame.assign(Depto=[row[3] for row in rows]) if len(rows[0]) > 3 else frame


FORMER = (("0101", "Vera Luna", "vera"), ("0102", "Wanda Sol", "wanda"), ("0103", "Xavier Mar", "xavier"))


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        ([("1-0101", *FORMER[0][1:]), *FORMER[1:]], [("renumbered", "reference", "0101", "1-0101")]),
        (
            [("0101", *FORMER[1][1:]), ("0102", *FORMER[0][1:]), FORMER[2]],
            [("moved", "reference", "0102", "0101"), ("moved", "reference", "0101", "0102")],
        ),
        ([*FORMER, ("0104", *FORMER[0][1:])], [("new", None, None, None)]),
        (
            [("0101", "Yago Paz", "yago"), *FORMER[1:]],
            [
                ("new_holder", "name", "Vera Luna", "Yago Paz"),
                ("changed", "email", "vera@example.com", "yago@example.com"),
            ],
        ),
        ([("0101", "Vera Luna Ríos", "vera"), *FORMER[1:]], [("renamed", "name", "Vera Luna", "Vera Luna Ríos")]),
        (
            [("0101", "Vera Luna", "vl"), *FORMER[1:]],
            [("changed", "email", "vera@example.com", "vl@example.com")],
        ),
        (
            [("9", "Vera L.", "vera"), *FORMER[1:]],
            [("renumbered", "reference", "0101", "9"), ("renamed", "name", "Vera Luna", "Vera L.")],
        ),
        (
            [("0101", "Yago Paz", "yago"), *FORMER[1:], ("0105", *FORMER[0][1:])],
            [
                ("new_holder", "name", "Vera Luna", "Yago Paz"),
                ("changed", "email", "vera@example.com", "yago@example.com"),
                ("moved", "reference", "0101", "0105"),
            ],
        ),
    ],
    ids=["renumbered", "swapped", "a second flat", "new holder", "renamed", "new e-mail", "both", "moved and let"],
)
def test_people_are_told_from_flats(now, changes):
    table = cp.compare_sheets(sheet(*FORMER), sheet(*now))
    lines = table[["change", "field", "before", "after"]].astype(object)
    assert list(lines.where(lines.notna(), None).itertuples(index=False, name=None)) == changes


def test_another_unit_is_a_move_and_the_same_one_another_number():
    old = sheet(("1", "Vera", "vera", "A1"), ("2", "Wanda", "wanda", "A2"))
    new = sheet(("8", "Vera", "vera", "A1"), ("9", "Wanda", "wanda", "B7"))
    table = cp.compare_sheets(old, new)
    assert table["change"].tolist() == ["renumbered", "moved", "changed"]


def test_an_office_s_address_at_several_residents_identifies_nobody_alone():
    old = sheet(("1", "Vera", "office"), ("2", "Wanda", "office"))
    new = sheet(("7", "Vera", "office"), ("8", "Zoe", "office"))
    assert cp.compare_sheets(old, new)["change"].tolist() == ["renumbered", "new", "gone"]


def test_a_sheet_without_references_is_said_to_have_none():
    with pytest.raises(cp.SheetError) as caught:
        cp.compare_sheets(OLD, NEW.drop(columns="Ref."))
    assert caught.value.code == "missing_required_column"


def test_a_check_in_a_notebook_shows_nothing_of_the_sheet_as_html():
    evil = "<script>alert(1)</script>"
    frame = pd.DataFrame(
        {"Referencia": ["1", "2"], "Nombre": [evil, "Luis"], "Correo": [evil, "no tiene"], evil: [1, 2]}
    )
    report = cp.check(frame, "createAccount", account_name="Alamedas")
    html = report._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html and html.count("<tr>") == 3
    assert "missing_email" in report.problems["code"].tolist()
