"""What a person should look at in a value that goes out all the same, and what is only written in another way."""

from __future__ import annotations

import io
from decimal import Decimal

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.rows.checks import lost_zeros
from compropago_bulk.values import parse_email, parse_money, parse_phone
from openpyxl import Workbook

HEAD = ["Referencia", "Nombre", "Correo", "Teléfono", "Cuota", "CLABE"]


def people(references, **columns):
    number = len(references)
    table = {"Referencia": references, "Nombre": [f"Vecina {n}" for n in range(number)]}
    table["Correo"] = [f"v{n}@example.com" for n in range(number)]
    return pd.DataFrame(table | columns)


def book(rows, path):
    made = Workbook()
    made.active.title = "Padrón"
    for row in [HEAD, *rows]:
        made.active.append(row)
    made.save(path)
    return path


def found(check, code):
    problems = check.problems[check.problems["code"] == code]
    return list(zip(problems["cell"].fillna("-"), problems["value"], problems["severity"], strict=True))


# references


@pytest.mark.parametrize("kind", ["text", "number"])
def test_a_reference_that_lost_its_zero_is_named_with_its_cell_and_goes_out(tmp_path, kind):
    lost = 203 if kind == "number" else "203"
    rows = [[one, "Ana", f"a{n}@example.com"] for n, one in enumerate(["0201", "0202", lost, "0204"])]
    check = cp.check(book(rows, tmp_path / "p.xlsx"), "createClabe")
    assert found(check, "lost_zero") == [("A4", "203", "warning")]
    assert "«0203»" in check.problems["message"].iloc[0]
    assert check.ready["customer_id"].tolist() == ["0201", "0202", "203", "0204"]
    assert found(cp.check(people(["0201", "0202", str(lost), "0204"]), "createClabe"), "lost_zero")


@pytest.mark.parametrize(
    "values",
    [
        [str(n) for n in range(1, 30)],
        [f"{n:03d}" for n in range(1, 30)],
        ["101", "102", "103", "1001"],
        ["0101", "0102", "0103", "1001", "1002", "1003", "204"],
        ["01", "002", "0003", "4"],
        ["0101", "0102", "103", "104", "105"],
        ["0201", "0202", "0203", "203", "0204"],
        ["A01", "A02", "A03", "A4"],
        [None, "0101", "7"],
        [],
    ],
)  # fmt: skip
def test_nothing_is_said_of_zeros_where_they_need_not_be(values):
    assert lost_zeros(values) == {}


@pytest.mark.parametrize(("text", "sent"), [("'000101", "000101"), ("’000101", "000101"), ("''7", "7")])
def test_the_mark_for_text_is_taken_off_and_noted(text, sent):
    check = cp.check(people([text, "000102"], Teléfono=["'5500000026", "5500000027"]), "createClabe")
    assert check.ready["customer_id"].tolist() == [sent, "000102"]
    assert check.ready["phone"].tolist() == ["5500000026", "5500000027"] and not len(check.problems)
    if text.startswith("'"):
        assert [note for note in check.notes if note.startswith("apostrophes: 2 ")]


def test_an_apostrophe_that_is_a_letter_stays():
    table = people(["O'Higgins", "000102"])
    check = cp.check(table, "createClabe")
    assert check.ready["customer_id"].tolist() == ["O'Higgins", "000102"]
    assert not [note for note in check.notes if note.startswith("apostrophes")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("103.5", "fraction"), (103.5, "fraction"), ("1,024.00", "fraction"), ("1,024", "fraction"),
        ("02-mar", "date_like"), ("2-Mar-24", "date_like"), ("ene-02", "date_like"), ("03/dic/2024", "date_like"),
    ],
)  # fmt: skip
def test_a_reference_that_looks_like_something_else_is_named_and_goes_out(text, code):
    check = cp.check(people([text, "000102"]), "createClabe")
    assert found(check, code) == [("-", str(text), "warning")]
    assert check.ready["customer_id"].tolist() == [str(text), "000102"]


@pytest.mark.parametrize("text", ["000101", "A-101", "101-B", "MAR-A", "12-marina", "1.º", "T1 D2", "2024-01"])
def test_an_ordinary_reference_is_not_named(text):
    assert cp.check(people([text, "000102"]), "createClabe").problems["code"].tolist() == []


# phones, sums, e-mails


@pytest.mark.parametrize(
    "text",
    [
        "Cel: 55 0000 0034 (WhatsApp)",
        "５５００００００３４",
        "'5500000034",
        "5500000034 recados con Ana",
        "(55) 0000-0034 casa",
    ],
)
def test_the_one_phone_among_words_is_taken(text):
    assert parse_phone(text).value == "5500000034"


@pytest.mark.parametrize(
    ("text", "digits"), [("Cel 5500000034 casa 5500000035", 20), ("0000000000", 10), ("55 0000 003", 9), ("５５", 2)]
)
def test_what_holds_no_one_phone_is_counted_rightly(text, digits):
    [problem] = parse_phone(text).findings
    assert (problem.code, problem.details["digits"]) == ("bad_phone", digits)
    check = cp.check(people(["1"], Teléfono=[text]), "createClabe")
    assert f"({digits} digits)" in check.problems["message"].iloc[0] and len(check.ready) == 1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234.50", "1234.50"), ("1\u00a0234.50", "1234.50"), ("1\u2009234.50", "1234.50"), ("1\u202f234", "1234"),
        ("1'500.00", "1500"), ("1’500", "1500"), ("+1500", "1500"), ("1500.-", "1500"), ("$ 1 500.00 MXN", "1500"),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text, amount):
    assert parse_money(text).value == Decimal(amount)


@pytest.mark.parametrize("text", ["1 23", "12 34 567", "1.500", "--5", "1500-", "++1", "1 2345", "1''500"])
def test_what_is_no_sum_is_refused(text):
    assert parse_money(text).value is None


@pytest.mark.parametrize(
    ("domain", "likely"),
    [
        ("gmial.com", "gmail.com"), ("gmail.con", "gmail.com"), ("gmal.com", "gmail.com"), ("ggmail.com", "gmail.com"),
        ("HOTMIAL.com", "hotmail.com"), ("outlok.com", "outlook.com"), ("yaho.com.mx", "yahoo.com.mx"),
    ],
)  # fmt: skip
def test_a_domain_one_slip_away_from_a_big_one_is_named_and_never_mended(domain, likely):
    check = cp.check(people(["1"]).assign(Correo=f"ana@{domain}"), "createClabe")
    assert found(check, "likely_typo") and likely in check.problems["message"].iloc[0]
    assert check.ready["email"].tolist() == [f"ana@{domain}"]


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "GMAIL.COM", "mail.com", "ymail.com", "gmx.com", "example.com", "yahoo.com.mx", "live.com.mx"],
)
def test_a_domain_that_exists_is_not_named(domain):
    assert parse_email(f"ana@{domain}").findings == ()


# damage in columns that this call does not send


def test_damage_in_a_column_that_is_not_sent_is_a_warning_with_its_cell(tmp_path):
    rows = [
        ["000101", "Ana", "ana@example.com", None, "#DIV/0!", None],
        ["000102", "#NAME?", "luis@example.com", None, "=1500*1", 6.46e17],
    ]
    path = book(rows, tmp_path / "p.xlsx")
    check = cp.check(path, "createClabe")
    assert len(check.ready) == 2
    for code, cell in (("error_cell", "E2"), ("error_cell", "B3"), ("formula_without_value", "E3")):
        assert (cell, "warning") in {(where, severity) for where, _, severity in found(check, code)}, cell
    orders = cp.check(path, "orders", product_id="P", product_name="Cuota")
    assert {severity for _, _, severity in found(orders, "error_cell")} == {"error"}


# links


def _linked(shown_as, target):
    book = Workbook()
    page = book.active
    page.append(["Referencia", "Nombre", "Correo"])
    page.append(["1", "Ana López", shown_as])
    page["C2"].hyperlink = target
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("target", ["mailto:luis@example.com", "MAILTO:otra@example.com?subject=Cuota"])
def test_a_link_that_writes_to_somebody_else_is_named(target):
    check = cp.check(_linked("ana@example.com", target), "createClabe")
    assert check.problems[["code", "cell", "severity"]].values.tolist() == [["link_differs", "C2", "warning"]]
    assert target.lower()[7:].split("?")[0] in check.problems["message"].iloc[0]
    assert check.ready["email"].tolist() == ["ana@example.com"]


@pytest.mark.parametrize(
    "target",
    ["mailto:ana@example.com", "mailto:Ana%40example.com", "mailto:ANA@example.com?subject=x", "https://example.com"],
)
def test_a_link_to_the_same_person_or_to_a_page_is_not_named(target):
    assert cp.check(_linked("ana@example.com", target), "createClabe").problems.empty
