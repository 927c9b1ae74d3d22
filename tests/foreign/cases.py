"""Tables as administrators draw them, and the rows that a careful person copies out of each, written by hand.

A sheet is a list of rows under `at` (the cell that its first row begins in). A cell is a text, a number, a truth, None
or a dictionary: `n` a number with its format `z`; `d` a day with its format; `f` a formula with its stored value `v`,
if it has one; `e` an error; `rich` a text in runs. `ready` has sheet, row, reference, name, e-mail and phone as they
would go out. `only` and `not` name the programs, or the samples, that a case is for.
"""

from __future__ import annotations

from typing import Any

Case = dict[str, Any]


def person(reference: Any, name: str, number: int, phone: Any = None, fee: Any = 1500) -> list[Any]:
    return [reference, name, f"r{number}@example.com", phone or f"55 0000 {number:04d}", fee]


def out(sheet: str, row: int, reference: str, name: str, number: int, phone: str | None = None) -> list[Any]:
    return [sheet, row, reference, name, f"r{number}@example.com", phone or f"550000{number:04d}"]


HEAD = ["Referencia", "Nombre del propietario", "Correo electrónico", "Teléfono", "Cuota"]

TITLES: Case = {
    "sheets": [
        {
            "name": "Padrón",
            "rows": [
                ["CONDOMINIO ALAMEDAS"],
                ["Padrón de propietarios, noviembre 2026"],
                ["Oficina: 55 0000 9999", None, "oficina@example.com"],
                [],
                HEAD,
                ["TORRE A"],
                person("101", "Ana Nuñez Peña", 1),
                person("102", "Totalina Ruiz Cano", 2),
                ["Subtotal Torre A", None, None, None, 3000],
                [],
                ["TORRE B"],
                HEAD,
                person("201", "Óscar Zúñiga Lara", 3),
                [],
                person("202", "María Totales", 4),
                ["Subtotal Torre B", None, None, None, 3000],
                ["TOTAL GENERAL", None, None, None, {"f": "E9+E16", "v": 6000}],
                [],
                [],
                ["_____________________", None, "_____________________"],
                ["Lic. Rosa Huerta", None, "Ing. Hugo Becerra"],
                ["Administradora", None, "Tesorero"],
                ["Informes: oficina@example.com, tel. 55 0000 9999"],
            ],
            "merges": ["A1:E1", "A2:E2", "A6:E6", "A11:E11"],
        }
    ],
    "ready": [
        out("Padrón", 7, "101", "Ana Nuñez Peña", 1),
        out("Padrón", 8, "102", "Totalina Ruiz Cano", 2),
        out("Padrón", 13, "201", "Óscar Zúñiga Lara", 3),
        out("Padrón", 15, "202", "María Totales", 4),
    ],
    "problems": [],
}

TWO_ROWS: Case = {
    "sheets": [
        {
            "name": "Hoja1",
            "rows": [
                ["PADRÓN DE CONDÓMINOS"],
                ["Referencia", "Propietario", None, None, "Inmueble", None, "Cuota"],
                [None, "Nombre", "Correo", "Celular", "Torre", "Depto", None],
                ["000301", "Eva Ávila", "r5@example.com", "55 0000 0005", "A", 101, 1500],
                ["000302", "Iván Cano", "r6@example.com", 5500000006, "A", 102, 1500],
            ],
            "merges": ["A1:G1", "A2:A3", "B2:D2", "E2:F2", "G2:G3"],
        }
    ],
    "ready": [out("Hoja1", 4, "000301", "Eva Ávila", 5), out("Hoja1", 5, "000302", "Iván Cano", 6)],
    "problems": [],
}

AT_C4: Case = {
    "sheets": [
        {
            "name": "Residentes",
            "at": "C4",
            "rows": [
                HEAD,
                person("A-1", "Nora Durán", 7),
                [],
                [],
                person("A-2", "Tomás Lara", 8, 5500000008.0),
                ["Total", None, None, None, 3000],
            ],
        }
    ],
    "ready": [out("Residentes", 5, "A-1", "Nora Durán", 7), out("Residentes", 8, "A-2", "Tomás Lara", 8)],
    "problems": [],
}

FORMATS: Case = {
    "sheets": [
        {
            "name": "Torre A",
            "rows": [
                HEAD,
                person({"n": 124, "z": "000000"}, "Luis Ibarra", 9, {"n": 5500000009, "z": "(00) 0000 0000"}),
                person({"n": 12, "z": '"DEP-"0000'}, "Elena Quiroz", 10),
                person({"n": 1203, "z": "00-000"}, "Raúl Peña", 11),
                person({"n": 153, "z": "General"}, "Sofía Cano", 12),
                person({"n": 1500, "z": "#,##0"}, "Hugo Lara", 13),
                person("000007", "Irma Fierro", 14, fee={"n": 1850.5, "z": '"$"#,##0.00'}),
                person({"n": 0, "z": "000"}, "Rubén Macías", 15),
            ],
        }
    ],
    "ready": [
        out("Torre A", 2, "000124", "Luis Ibarra", 9),
        out("Torre A", 3, "DEP-0012", "Elena Quiroz", 10),
        out("Torre A", 4, "01-203", "Raúl Peña", 11),
        out("Torre A", 5, "153", "Sofía Cano", 12),
        out("Torre A", 6, "1500", "Hugo Lara", 13),
        out("Torre A", 7, "000007", "Irma Fierro", 14),
        out("Torre A", 8, "000", "Rubén Macías", 15),
    ],
    "problems": [],
    "not": ("sheetjs/formats.ods",),
}

TOWERS: Case = {
    "sheets": [
        {"name": "Torre A", "rows": [HEAD, person("A101", "Ana Nuñez", 16), person("A102", "Luis Peña", 17)]},
        {
            "name": "Torre B",
            "rows": [
                ["Celular", "E-mail", "Correo anterior", "No. de referencia", "Condómino"],
                ["5500000018", "r18@example.com", "viejo@example.com", "B101", "Eva Ávila"],
                ["5500000019", "r19@example.com", "viejo@example.com", "B102", "NA Cano"],
            ],
            "hidden_columns": [3],
            "hidden_rows": [3],
        },
        {
            "name": "Torre C",
            "rows": [
                ["TORRE C"],
                ["Nombre(s)", "Apellido paterno", "Apellido materno", "Depto.", "Ref.", "Tel. celular", "Correo"],
                ["Óscar", "Zúñiga", "Null", 101, "C101", "+52 1 55 0000 0020", "r20@example.com"],
            ],
        },
        {"name": "Notas", "rows": [["Juntar cuotas antes del día 10"]]},
        {"name": "Vieja", "rows": [HEAD, person("X1", "No Debe Salir", 99)], "hidden": True},
    ],
    "ready": [
        out("Torre A", 2, "A101", "Ana Nuñez", 16),
        out("Torre A", 3, "A102", "Luis Peña", 17),
        out("Torre B", 2, "B101", "Eva Ávila", 18),
        out("Torre B", 3, "B102", "NA Cano", 19),
        out("Torre C", 3, "C101", "Óscar Zúñiga Null", 20),
    ],
    "problems": [["Torre B", None, "hidden_row"]],
    "notes": ["hidden_rows: Torre B: 3", "hidden_columns: Torre B: C", "hidden_sheets: Vieja", "sheets_skipped: Notas"],
    "not": ("sheetjs/towers.xls", "sheetjs/towers.ods"),
}
"""In `.xls` SheetJS does not say that a row is hidden, in `.ods` not even that a column is."""

DAMAGE: Case = {
    "sheets": [
        {
            "name": "Torre A",
            "rows": [
                HEAD,
                person({"e": "#REF!"}, "Ana Nuñez", 21),
                person(646180146400219781, "Luis Peña", 22),
                person("6.4618E+17", "Eva Ávila", 23),
                person("#N/D", "Iván Cano", 24),
                person({"d": "2026-03-01", "z": "d-mmm"}, "Nora Durán", 25),
                person({"f": '"T"&"26"', "v": "T26"}, "Tomás Lara", 26),
                ["T27", {"rich": ["Elena ", "Quiroz"]}, {"rich": ["r27@", "example.com"]}, "5500000027", 1500],
                person("T28", "Raúl Peña", 28, "55 0000 002"),
                ["T29", "Sofía Cano", "sofia.example.com", "5500000029", 1500],
                ["T30", "Hugo Lara", "sin correo", "5500000030", 1500],
                ["", "Irma Fierro", "r31@example.com", "5500000031", 1500],
            ],
        }
    ],
    "ready": [
        out("Torre A", 7, "T26", "Tomás Lara", 26),
        out("Torre A", 8, "T27", "Elena Quiroz", 27),
        ["Torre A", 9, "T28", "Raúl Peña", "r28@example.com", None],
    ],
    "problems": [
        ["Torre A", "A2", "error_cell"],
        ["Torre A", "A3", "precision_lost"],
        ["Torre A", "A4", "precision_lost"],
        ["Torre A", "A5", "error_cell"],
        ["Torre A", "A6", "precision_lost"],
        ["Torre A", "D9", "bad_phone"],
        ["Torre A", "C10", "bad_email"],
        ["Torre A", "C11", "missing_email"],
        ["Torre A", "A12", "missing_customer_id"],
    ],
    "not": ("libreoffice/damage.xls", "sheetjs/damage.ods"),
}
"""In `.xls` LibreOffice stores 0 for a formula that it took over without calculating it; in `.ods` SheetJS writes
neither errors nor formats."""

UNCALCULATED: Case = {
    "sheets": [
        {
            "name": "Torre A",
            "rows": [HEAD, person({"f": "1+31"}, "Ana Nuñez", 32), person("33", "Luis Peña", 33)],
        }
    ],
    "ready": [out("Torre A", 3, "33", "Luis Peña", 33)],
    "problems": [["Torre A", "A2", "formula_without_value"]],
    "only": ("xlsxwriter", "exceljs/uncalculated.xlsx", "sheetjs/uncalculated.xlsx"),
}
"""Only for programs that do not calculate, and kinds of file that tell: for the others there is nothing wrong."""

FAR_BELOW: Case = {
    "sheets": [
        {
            "name": "Padrón",
            "rows": [
                [*HEAD, "Con IVA"],
                *(
                    [*person(f"{one:03d}", f"Residente {one}", one), {"f": f"E{one - 32}*1.16", "v": 1740}]
                    for one in range(34, 38)
                ),
                *(
                    [None, {"f": '""', "v": ""}, None, None, None, {"f": f"E{row}*1.16", "v": 0}]
                    for row in range(6, 400)
                ),
            ],
        }
    ],
    "ready": [out("Padrón", one - 32, f"{one:03d}", f"Residente {one}", one) for one in range(34, 38)],
    "problems": [],
    "not": ("xlsxwriter",),
}
"""xlsxwriter cannot say that a formula gives an empty text: it writes what an uncalculated formula looks like."""

DAYS_1904: Case = {
    "epoch_1904": True,
    "sheets": [
        {
            "name": "Torre A",
            "rows": [
                [*HEAD[:4], "Fecha de vencimiento"],
                [*person("38", "Ana Nuñez", 38)[:4], {"d": "2030-12-31", "z": "dd/mm/yyyy"}],
                [*person("39", "Luis Peña", 39)[:4], "31/12/2030"],
                [*person("40", "Eva Ávila", 40)[:4], 46386],
            ],
        }
    ],
    "columns": {"exp_date": "Fecha de vencimiento"},
    "exp_date": 1925013599,
    "ready": [
        out("Torre A", 2, "38", "Ana Nuñez", 38),
        out("Torre A", 3, "39", "Luis Peña", 39),
        out("Torre A", 4, "40", "Eva Ávila", 40),
    ],
    "problems": [],
    "not": ("sheetjs/days_1904.ods",),
}
"""A bare serial counts from 1904 as well: 46386 days after its first day is the last day of 2030."""

CASES: dict[str, Case] = {
    "titles": TITLES,
    "two_rows": TWO_ROWS,
    "at_c4": AT_C4,
    "formats": FORMATS,
    "towers": TOWERS,
    "damage": DAMAGE,
    "uncalculated": UNCALCULATED,
    "far_below": FAR_BELOW,
    "days_1904": DAYS_1904,
}
