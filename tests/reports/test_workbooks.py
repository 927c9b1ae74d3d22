"""Workbooks to hand over: their pages, their figures, their chart, and nothing in them that calculates."""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from datetime import timedelta

import compropago_bulk as cp
import openpyxl
import pytest
from compropago_bulk.cli import main

from .conftest import QUIET, exact, flats


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_an_audit_as_a_workbook_has_a_page_for_each_view_and_a_chart(year, tmp_path):
    audit = year.audits[-1]
    path = audit.export_excel(tmp_path / "cobranza.xlsx", lang="es")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Resumen", "Adeudos", "Por torre", "Órdenes", "Por revisar"], "nothing changed: no page"
    cells = {cell for row in rows_of(book["Por revisar"]) for cell in row}
    assert cells.isdisjoint(audit.problems["code"]), "sentences, no codes"
    before = openpyxl.load_workbook(year.audits[1].export_excel(tmp_path / "antes.xlsx", lang="es"))
    assert ("Cambios" in before.sheetnames) == bool(len(year.audits[1].changes))
    summary = rows_of(book["Resumen"])
    assert summary[0][0].startswith("Cobranza al ")
    told = {row[0]: row[1:] for row in summary}
    assert "SHA-256" not in told and told["Folio en el registro"][0] == str(audit.id)
    assert exact(told["Pagada"][1]) == exact(audit.summary["amount"]["ACCEPTED"])
    totals = [row for row in summary if row[0] == "Total"]
    by_month = [row for row in summary if re.fullmatch(r"[A-Z][a-z]+ 20\d\d", str(row[0]))]
    assert len(by_month) >= 2, "last month beside this one"
    assert [exact(row[2]) for row in totals] == [exact(round(float(audit.summary["amount"].sum()), 2)),
                                                 exact(round(float(audit.ageing["amount"].sum()), 2))]  # fmt: skip
    owes = bool(float(audit.ageing["amount"].sum()))
    assert len(book["Resumen"]._charts) == 1 + owes and len(book["Por torre"]._charts) == 1
    for sheet in book:
        assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.paperSize == 1
        assert "&P" in sheet.oddFooter.right.text and audit.source.sha256[:16] in sheet.oddFooter.left.text
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    orders = book["Órdenes"]
    assert orders.freeze_panes == "A5" and orders.print_title_rows == "$4:$4"
    clabe = [
        cell for row in orders.iter_rows(min_row=5, max_row=5) for cell in row if str(cell.value).startswith("646180")
    ]
    assert clabe[0].data_type == "s" and clabe[0].number_format == "@"
    again = cp.verify_orders(path, sheet="Órdenes", connection=year.place.connection, **QUIET)
    assert again["order_id"].tolist() == audit.orders["order_id"].tolist()


def picture(kind: str) -> bytes:
    """The least that says its size: 200 by 100 pixels."""
    if kind == "png":
        head = struct.pack(">IIBBBBB", 200, 100, 8, 0, 0, 0, 0)
        chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 201 * 100)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    return b"\xff\xd8" + app + b"\xff\xc2" + struct.pack(">HBHHB", 8, 8, 100, 200, 0) + b"\xff\xd9"


@pytest.mark.filterwarnings("ignore:The image")
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_name_period_and_logo_stand_at_the_head_of_each_page(year, tmp_path, kind):
    (tmp_path / f"logo.{kind}").write_bytes(picture(kind))
    profile = cp.Profile(title="Las Alamedas & Cía.", logo=f"logo.{kind}").save(tmp_path / "alamedas")
    audit = cp.audit_orders(year.audits[-1].orders, connection=year.place.connection, profile=profile, **QUIET)
    books = [audit.export_excel(tmp_path / "a.xlsx", lang="es"), cp.ledger(audit).export_excel(tmp_path / "l.xlsx")]
    for path in books:
        with zipfile.ZipFile(path) as parts:
            assert any(name.endswith(f".{kind}") for name in parts.namelist())
            shapes = parts.read("xl/drawings/drawing1.xml")
            assert b"<xdr:pic>" in shapes or b"<pic>" in shapes
        book = openpyxl.load_workbook(path)
        for sheet in book:
            assert sheet["A1"].value == "Las Alamedas & Cía."
            assert sheet.oddHeader.left.text.startswith("Las Alamedas && Cía. · ")
    assert openpyxl.load_workbook(books[0])["Órdenes"].print_title_rows == "$5:$5"


@pytest.mark.filterwarnings("ignore:The image")
def test_a_workbook_of_orders_says_whose_it_is_too(sandbox, residents, tmp_path):
    (tmp_path / "logo.png").write_bytes(picture("png"))
    profile = cp.Profile(title="Las Alamedas", logo="logo.png", product_id="P", product_name="C").save(tmp_path / "p")
    made = cp.create_orders(residents(2), connection=sandbox.connection, profile=profile, **QUIET)
    book = openpyxl.load_workbook(cp.export_excel(made, tmp_path / "o.xlsx", lang="es"))
    assert all(sheet.oddHeader.left.text.startswith("Las Alamedas · ") for sheet in book)
    assert [sheet.title for sheet in book if sheet._images] == ["Resumen"]


def test_a_profile_serves_a_report_of_orders_that_no_sheet_is_behind(year, tmp_path):
    profile = cp.Profile(title="Las Alamedas", columns={"reference": "No está", "phone": []})
    how = {"connection": year.place.connection, "profile": profile, **QUIET}
    ids = year.audits[-1].orders["order_id"].dropna()
    for source in (None, list(ids[:3]), cp.verify_orders(list(ids[:2]), connection=year.place.connection, **QUIET)):
        audit = cp.audit_orders(source, **how)
        assert len(audit.orders) and audit.heading.title == "Las Alamedas"
    with pytest.raises(cp.SheetError, match="No está"):
        cp.audit_orders(flats(2), **how)


def test_what_is_asked_for_wins_and_nothing_is_asked_of_a_report_without_a_name(year, tmp_path):
    audit = year.audits[-1]
    plain = openpyxl.load_workbook(audit.export_excel(tmp_path / "a.xlsx", lang="es"))["Resumen"]
    assert plain["A1"].value.startswith("Cobranza al") and not plain._images
    named = openpyxl.load_workbook(audit.export_excel(tmp_path / "b.xlsx", lang="es", title="Los Fresnos"))["Resumen"]
    assert (named["A1"].value, named["A2"].value) == ("Los Fresnos", plain["A1"].value)


def test_a_logo_that_is_no_picture_is_refused_with_the_profile_and_costs_no_report(year, tmp_path, caplog):
    (tmp_path / "logo.png").write_text("no picture")
    (tmp_path / "p.toml").write_text('logo = "logo.png"\n')
    with pytest.raises(cp.ConfigurationError, match=r"logo\.png cannot be read as a PNG or JPEG"):
        cp.Profile.load(tmp_path / "p.toml")
    year.audits[-1].export_excel(tmp_path / "a.xlsx", logo=tmp_path / "logo.png")
    assert "the pages go without the logo" in caplog.text and (tmp_path / "a.xlsx").exists()


def test_hostile_names_stay_text(sandbox, residents, tmp_path):
    how = {"connection": sandbox.connection, **QUIET}
    orders = cp.create_orders(residents(2), product_id="P", product_name="Cuota", **how).reset_index(drop=True)
    orders.loc[0, "Nombre"] = '=HYPERLINK("http://example.com","x")'
    path = cp.audit_orders(orders, **how).export_excel(tmp_path / "a.xlsx")
    for sheet in openpyxl.load_workbook(path):
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_an_empty_audit_is_a_workbook_too(sandbox, tmp_path):
    audit = cp.audit_orders(connection=sandbox.connection, **QUIET)
    assert audit.summary.empty and audit.messages().empty and audit.ok
    book = openpyxl.load_workbook(audit.export_excel(tmp_path / "vacío.xlsx", lang="es"))
    assert book.sheetnames == ["Resumen"] and "No hay órdenes." in [row[0] for row in rows_of(book["Resumen"])]


def test_the_picture_shows_money_and_orders_without_pyplot(year, tmp_path):
    import sys

    figure = year.audits[-1].plot()
    figure.savefig(tmp_path / "cobranza.png")
    assert (tmp_path / "cobranza.png").stat().st_size > 10_000 and figure._repr_png_()[:4] == b"\x89PNG"
    assert "matplotlib.pyplot" not in sys.modules
    bars, money, ages = figure.axes
    assert sum(patch.get_width() for patch in ages.patches) == pytest.approx(
        float(year.audits[-1].ageing["amount"].sum())
    )
    assert sum(patch.get_height() for patch in bars.patches) == len(year.ledgers[-1].orders)
    paid = sum(float(one.price) for one in year.ledgers[-1].orders if one.status == "ACCEPTED")
    assert money.lines[1].get_ydata()[-1] == pytest.approx(paid)


@pytest.fixture
def shell(monkeypatch):
    """Give a sandbox of both editions to the environment."""
    with cp.sandbox(rate=1_000, contract="2019-08") as place:
        monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_test_sandbox")
        monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_test_sandbox")
        monkeypatch.setenv("COMPROPAGO_BASE_URL", place.base_url)
        monkeypatch.setenv("COMPROPAGO_RATE", "500")
        yield place


def test_audits_from_a_shell_tell_a_scheduled_job_what_to_do(shell, tmp_path, capsys):
    cp.export_csv(flats(3), tmp_path / "r.csv")
    assert main(["orders", "r.csv", "--product-id", "P", "--product-name", "Cuota", "-o", "ordenes.xlsx"]) == 0
    assert main(["audit", "ordenes.xlsx", "-o", "cobranza.xlsx", "--json", "a.json"]) == 0
    figures = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert figures["ok"] and figures["summary"][0] == {
        "status": "PENDING",
        "orders": 3,
        "amount": 4501.11,
        "share": 1.0,
    }
    assert "@" not in (tmp_path / "a.json").read_text(encoding="utf-8")
    shell.pay(shell.server.ledger.orders[0].order_id)
    assert main(["verify", "ordenes.xlsx", "-o", "estado.xlsx", "--json", "v.json"]) == 0
    assert json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["counts"] == {"found": 3}
    shell.advance(timedelta(days=30))
    assert main(["audit", "ordenes.xlsx", "-o", "cobranza.xlsx", "--json", "a.json"]) == 1
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["problems"] == {"expired_unpaid": 2}
    assert "expired" in capsys.readouterr().out
    assert main(["audit", "--as-of", "2020-01-01", "-o", "antes.xlsx"]) == 0
    assert main(["audit", "no-such.xlsx"]) == 2
    assert main(["audit", "ordenes.xlsx", "--as-of", "mañana"]) == 2


def test_statements_from_a_shell(shell, tmp_path):
    sheet = flats(3).drop(columns="Referencia")
    made = cp.create_accounts(sheet, account_name="A", reference="ALA", connection=shell.connection, **QUIET)
    cp.export_excel(made, tmp_path / "cuentas.xlsx")
    for clabe in made["clabe"][:2]:
        shell.deposit(clabe, 1500)
    assert main(["statement", "cuentas.xlsx", "ALA", "-o", "estado.xlsx", "--json", "e.json"]) == 0
    figures = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    assert figures["ties"] and figures["totals"]["deposits"] == 3000.0 and figures["source"] == "cuentas.xlsx"
    assert main(["statement", "cuentas.xlsx", "ALA", "--resident", "102", "-o", "uno.xlsx"]) == 0
    assert main(["statement", "cuentas.xlsx", "ALA", "--resident", "nadie"]) == 2
    assert main(["statement", "cuentas.xlsx", "no-such", "-o", "x.xlsx"]) == 2
    shell.deposit(made["clabe"].iloc[0], 1500)
    assert main(["statement", "cuentas.xlsx", "ALA", "-o", "estado.xlsx"]) == 1


def test_an_interrupted_audit_gives_status_130(shell, monkeypatch, tmp_path):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("compropago_bulk.reports.build_audit.audit_orders", stopped)
    assert main(["audit", "-o", "a.xlsx"]) == 130
