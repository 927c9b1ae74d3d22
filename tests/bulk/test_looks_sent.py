"""The same people under another name: nothing is sent until a person says so; what is another job goes out."""

from __future__ import annotations

import logging
import shutil

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.bulk.twins import Candidate, find_signs, people_of, squeezed, weigh
from compropago_bulk.journal import open_journal
from compropago_bulk.journal.people import KnownSend
from hypothesis import given, settings
from hypothesis import strategies as st

from support.ground import outcomes

JOB = {"product_id": "MTTO-11", "product_name": "Noviembre", "progress": False}


def flats(number: int = 12, people: str = "v") -> pd.DataFrame:
    places = range(1, number + 1)
    return pd.DataFrame(
        {
            "Referencia": [f"{place:04d}" for place in places],
            "Nombre": [f"Vecina {people} {place}" for place in places],
            "Correo": [f"{people}{place}@example.com" for place in places],
            "Cuota": [1000.0] * number,
        }
    )


@pytest.fixture
def box():
    with cp.sandbox(rate=1000) as sandbox:
        yield sandbox


def held(call) -> cp.LooksSentError:
    with pytest.raises(cp.LooksSentError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("spelling", ["MTTO 11", "MTTO_11", "Mtto11"])
def test_another_spelling_of_the_product_is_held_back(box, spelling):
    first = cp.create_orders(flats(), connection=box.connection, **JOB)
    problem = held(lambda: cp.create_orders(flats(), connection=box.connection, **{**JOB, "product_id": spelling}))
    assert (problem.reason, problem.rows, len(problem.known)) == ("other_product", 12, 12)
    assert problem.known["known_key"].tolist() == [f"mtto-11 | {one}" for one in first["Referencia"]]
    assert len(box.server.ledger.orders) == 12


def test_on_a_server_too_the_same_people_are_found_and_the_order_of_another_is_a_conflict(postgres_url):
    with cp.sandbox() as box, box.connect(rate=1000, journal=postgres_url) as connection:
        first = cp.create_orders(flats(), connection=connection, **JOB)
        problem = held(lambda: cp.create_orders(flats(), connection=connection, **{**JOB, "product_id": "MTTO 11"}))
        assert (problem.reason, problem.rows) == ("other_product", 12)
        problem = held(lambda: cp.create_orders(flats(), connection=connection, id_prefix="ALA-", **JOB))
        assert (problem.reason, problem.rows) == ("other_ids", 12)
        first["Referencia"] = "9" + first["Referencia"]
        again = cp.create_orders(first, connection=connection, **JOB)
        assert set(again["error_code"]) == {"other_key"}
        assert len(box.server.ledger.orders) == 12


@pytest.mark.parametrize(("before", "after"), [("", "ALA-"), ("ALA-", ""), ("ALA-", "ALM-")])
@pytest.mark.parametrize("operation", ["create_orders", "create_clabes", "create_accounts"])
def test_a_prefix_that_is_new_or_forgotten_is_held_back(box, operation, before, after):
    more = {"create_orders": JOB, "create_accounts": {"account_name": "Alamedas", "progress": False}}
    how = {"connection": box.connection, **more.get(operation, {"progress": False})}
    send = getattr(cp, operation)
    send(flats(), id_prefix=before, **how)
    assert held(lambda: send(flats(), id_prefix=after, **how)).reason == "other_ids"
    dry = send(flats(), id_prefix=after, dry_run=True, **how)
    assert outcomes(dry) == {"conflict": 12} and set(dry["error_code"]) == {"looks_sent"}
    assert outcomes(send(flats(), id_prefix=after, again=True, **how)) == {"created": 12}


def test_renumbered_references_are_held_back_and_the_check_says_so(box):
    cp.create_orders(flats(), connection=box.connection, **JOB)
    renumbered = flats().assign(Referencia=[f"1-{one}" for one in flats()["Referencia"]])
    assert held(lambda: cp.create_orders(renumbered, connection=box.connection, **JOB)).reason == "other_ids"
    report = cp.check(renumbered, "orders", connection=box.connection, **JOB)
    assert report.problems["code"].tolist() == ["looks_sent"] * 12 and report.ok
    assert report.problems["severity"].unique().tolist() == ["warning"]


def test_another_condominium_with_the_same_references_is_held_back(box):
    cp.create_orders(flats(), connection=box.connection, **JOB)
    others = {**JOB, "product_id": "ROM-11"}
    assert (
        held(lambda: cp.create_orders(flats(people="r"), connection=box.connection, **others)).reason == "other_people"
    )
    assert outcomes(cp.create_orders(flats(people="r"), connection=box.connection, id_prefix="R-", **others)) == {
        "created": 12
    }


def test_changed_keys_are_noticed_and_joined(box):
    sheet = flats()
    cp.create_orders(sheet, connection=box.connection, **JOB)
    with box.connect(public_key="pk_test_new", journal=box.connection.journal) as new:
        assert held(lambda: cp.create_orders(sheet, connection=new, **JOB)).reason == "other_keys"
        assert cp.same_account("pk_test_sandbox", connection=new) == 12
        assert outcomes(cp.create_orders(sheet, connection=new, **JOB)) == {"existing": 12}
        assert cp.same_account("pk_test_sandbox", connection=new) == 0
        with pytest.raises(cp.ConfigurationError, match="public key"):
            cp.same_account("pk_test_nobody", connection=new)
    assert outcomes(cp.create_orders(sheet, connection=box.connection, **JOB)) == {"existing": 12}


def test_a_new_computer_adopts_its_own_workbook(box, tmp_path):
    first = cp.create_orders(flats(), connection=box.connection, **JOB)
    cp.export_excel(first, tmp_path / "r.xlsx")
    with box.connect(journal=tmp_path / "new.sqlite") as other:
        table = cp.create_orders(cp.read_sheet(tmp_path / "r.xlsx"), connection=other, **JOB)
        assert outcomes(table) == {"conflict": 12} and set(table["error_code"]) == {"not_in_journal"}
        adopted = cp.adopt(tmp_path / "r.xlsx", connection=other)
        assert outcomes(adopted) == {"existing": 12}
        again = cp.create_orders(flats(), connection=other, **JOB)
        assert outcomes(again) == {"existing": 12} and again["order_id"].tolist() == first["order_id"].tolist()
    assert len(box.server.ledger.orders) == 12


def test_an_order_that_is_not_the_rows_or_is_not_there_is_not_adopted(box, tmp_path):
    first = cp.create_orders(flats(3), connection=box.connection, **JOB)
    first.loc[0, "order_id"] = "ch_nobody"
    first.loc[1, "Correo"] = "stranger@example.com"
    with box.connect(journal=tmp_path / "new.sqlite") as other:
        adopted = cp.adopt(first, connection=other)
        assert adopted["outcome"].tolist() == ["not_found", "conflict", "existing"]


def test_clabes_of_another_computer_are_adopted(box, tmp_path):
    first = cp.create_clabes(flats(5), connection=box.connection, progress=False)
    with box.connect(journal=tmp_path / "new.sqlite") as other:
        assert set(cp.create_clabes(first, connection=other, progress=False)["error_code"]) == {"not_in_journal"}
        assert outcomes(cp.adopt(first, connection=other)) == {"existing": 5}
        assert outcomes(cp.create_clabes(flats(5), connection=other, progress=False)) == {"existing": 5}


def test_a_returned_table_whose_references_lost_their_zeros_is_a_conflict(box):
    first = cp.create_orders(flats(), connection=box.connection, **JOB)
    saved = first.assign(Referencia=[one.lstrip("0") for one in first["Referencia"]])
    table = cp.create_orders(saved, connection=box.connection, **JOB)
    assert outcomes(table) == {"conflict": 12} and set(table["error_code"]) == {"other_key"}
    retyped = first.assign(Referencia=["0001", "103", *first["Referencia"][2:]])
    table = cp.create_orders(retyped, connection=box.connection, **JOB)
    assert table["outcome"].tolist() == ["existing", "conflict", *["existing"] * 10]
    problems = cp.check(retyped, "orders", connection=box.connection, **JOB).problems
    assert problems[problems["code"] == "other_key"]["severity"].tolist() == ["error"]


def test_a_master_list_with_the_clabes_merged_in_goes_out(box):
    first = cp.create_clabes(flats(), connection=box.connection, progress=False)
    master = flats().merge(first[["Referencia", "clabe", "bank"]], on="Referencia")
    table = cp.create_orders(master, connection=box.connection, **JOB)
    assert outcomes(table) == {"created": 12} and table.columns.tolist().count("clabe") == 1
    with pytest.raises(ValueError, match="prefix="):
        cp.create_orders(flats().assign(status="al corriente"), connection=box.connection, **JOB)


def test_next_month_a_second_flat_and_a_new_neighbour_go_out_without_a_word(box):
    cp.create_orders(flats(), connection=box.connection, **JOB)
    december = cp.create_orders(flats(), connection=box.connection, **{**JOB, "product_id": "MTTO-12"})
    assert outcomes(december) == {"created": 12} and december["error_code"].isna().all()
    second = pd.concat([flats(), flats(1).assign(Referencia="0200")], ignore_index=True)
    table = cp.create_orders(second, connection=box.connection, **JOB)
    assert outcomes(table) == {"existing": 12, "created": 1} and pd.isna(table["error_code"].iloc[-1])


def test_a_flat_that_changed_hands_goes_out_with_a_word(box):
    cp.create_orders(flats(), connection=box.connection, **JOB)
    sheet = flats()
    sheet.loc[0, ["Nombre", "Correo"]] = ["Sucesora", "s@example.com"]
    table = cp.create_orders(sheet, connection=box.connection, **{**JOB, "product_id": "MTTO-12"})
    assert outcomes(table) == {"created": 12}
    assert table["error_code"].iloc[0] == "other_person" and table["error_code"].iloc[1:].isna().all()


def test_a_table_of_the_rehearsal_goes_live_or_into_another_mode(box, tmp_path):
    rehearsed = cp.create_orders(flats(), connection=box.connection, redirect_to="me@example.com", **JOB)
    assert outcomes(cp.create_orders(rehearsed, connection=box.connection, **JOB)) == {"created": 12}


def test_a_copied_journal_says_so_once(box, tmp_path, caplog):
    cp.create_orders(flats(3), connection=box.connection, **JOB)
    copy = tmp_path / "copy.sqlite"
    with open_journal(box.connection.journal) as journal:
        assert journal.check()[1] == []
    shutil.copy(box.connection.journal, copy)
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        open_journal(copy).close()
    told = [record.getMessage() for record in caplog.records if "PostgreSQL" in record.getMessage()]
    assert len(told) == 1 and str(box.connection.journal) in told[0]


def person_of(customer: str, email: str, name: str, product: str = ""):
    return next(people_of([customer], [email], [name], [product]))


def known(key: str, customer: str, email: str, name: str, product: str = "", *, own: bool = True) -> KnownSend:
    return KnownSend("orders", own, key, person_of(customer, email, name, product), "run", 0)


@settings(max_examples=1000, deadline=None)
@given(
    st.integers(3, 30),
    st.sampled_from(["", "ALA-", "1-", "Torre A "]),
    st.sampled_from(["MTTO-11", "mtto 11", "MTTO_11"]),
    st.booleans(),
)
def test_twins_are_found_and_other_people_are_never_taken_for_them(rows, prefix, product, own):
    def person(place: int, letter: str, start: str, what: str) -> Candidate:
        told = person_of(f"{start}{place}", f"{letter}{place}@example.com", f"Vecina {letter} {place}", what)
        return Candidate(place, f"{what.lower()} | {start}{place}".lower(), told)

    before = [
        known(f"mtto-11 | {place}", str(place), f"v{place}@example.com", f"Vecina v {place}", "MTTO-11", own=own)
        for place in range(rows)
    ]
    same = [person(place, "v", prefix, product) for place in range(rows)]
    signs = find_signs("orders", same, [row.person for row in same], before)
    if own and (prefix or squeezed(product) == "mtto11"):
        changed = prefix != "" or product != "MTTO-11"
        assert (weigh(signs, rows).reason is not None) == changed
    if not own and not prefix:
        assert weigh(signs, rows).reason == "other_keys"
    others = [person(place, "x", "OTRA-", product) for place in range(rows)]
    assert weigh(find_signs("orders", others, [row.person for row in others], before), rows).reason is None
