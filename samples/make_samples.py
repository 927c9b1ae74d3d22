"""Make the sample workbooks: invented residents of a condominium that does not exist, on two tower sheets.

Run it as `python samples/make_samples.py`. The same people come out every time.
"""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

HERE = Path(__file__).parent
FIRST = [
    "Ana",
    "Luis",
    "María",
    "José",
    "Carmen",
    "Jorge",
    "Rosa",
    "Pedro",
    "Elena",
    "Raúl",
    "Sofía",
    "Hugo",
    "Irma",
    "Iván",
    "Nora",
    "Óscar",
    "Paola",
    "Rubén",
    "Silvia",
    "Tomás",
]
LAST = [
    "Nuñez",
    "Ibarra",
    "Peña",
    "Zúñiga",
    "Quiroz",
    "Ávila",
    "Becerra",
    "Cano",
    "Durán",
    "Esquivel",
    "Fierro",
    "Godínez",
    "Huerta",
    "Jaimes",
    "Lara",
    "Macías",
]
TITLE = "CONDOMINIO ALAMEDAS (datos inventados)"
HEAD = PatternFill("solid", fgColor="DDEBF7")

Person = dict[str, object]


def people(tower: str, start: int, number: int, chance: random.Random) -> list[Person]:
    """Invent residents; references are numbers that their format shows with leading zeros."""
    made: list[Person] = []
    for place in range(number):
        first, last, other = chance.choice(FIRST), chance.choice(LAST), chance.choice(LAST)
        digits = f"55000{start + place:05d}"
        shapes = (digits, f"{digits[:2]} {digits[2:6]} {digits[6:]}", f"+52 1 {digits}", f"044 {digits}", int(digits))
        made.append(
            {
                "reference": start + place,
                "unit": f"{tower}-{101 + place // 4 * 100 + place % 4}",
                "name": f"{first} {last} {other}",
                "email": f"{tower.lower()}{start + place}@example.com",
                "phone": shapes[place % len(shapes)] if place % 9 else None,
                "fee": (1500, 1850.5, 2100)[place % 3],
            }
        )
    return made


def spoil(tower_a: list[Person], tower_b: list[Person]) -> None:
    """Plant what administrators' sheets have: a few rows that need mending."""
    tower_a[4]["email"] = None
    tower_a[11]["phone"] = "55 1234 567"
    tower_a[20]["email"] = "sin correo"
    tower_a[33]["email"] = "hugo.example.com"
    tower_b[7]["reference"] = "#REF!"
    tower_b[15]["reference"] = tower_b[14]["reference"]
    tower_b[40]["email"] = "b241@example.com; contador@example.com"


def write_tower(book: Workbook, title: str, headers: list[tuple[str, str]], rows: list[Person]) -> None:
    """Write one tower as its administrator would."""
    sheet = book.create_sheet(title)
    sheet["A1"] = TITLE
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet["A2"] = f"{title} · cuotas de mantenimiento 2026"
    for column, (word, _) in enumerate(headers, start=1):
        cell = sheet.cell(4, column, word)
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = {"name": 30, "email": 34, "phone": 18}.get(
            headers[column - 1][1], 14
        )
    for number, person in enumerate(rows, start=5):
        for column, (_, field) in enumerate(headers, start=1):
            cell = sheet.cell(number, column, person[field])
            if field == "reference":
                cell.number_format = "000000"
            elif field == "fee":
                cell.number_format = '"$"#,##0.00'
    last = len(rows) + 5
    fee = [field for _, field in headers].index("fee") + 1
    letter = sheet.cell(4, fee).column_letter
    sheet.cell(last, 1, "TOTAL").font = Font(bold=True)
    sheet.cell(last, fee, sum(float(person["fee"]) for person in rows)).number_format = '"$"#,##0.00'
    sheet.cell(last + 3, 1, "Elaboró: Administración (invented)")
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = f"A4:{letter}{last - 1}"


HEADERS_A = [("Referencia", "reference"), ("Depto.", "unit"), ("Nombre del propietario", "name"),
             ("Correo electrónico", "email"), ("Teléfono", "phone"), ("Cuota", "fee")]  # fmt: skip
HEADERS_B = [("Depto.", "unit"), ("No. de referencia", "reference"), ("Propietario", "name"), ("Celular", "phone"),
             ("Correo", "email"), ("Cuota mensual", "fee")]  # fmt: skip


def save(name: str, tower_a: list[Person], tower_b: list[Person]) -> None:
    """Write one workbook."""
    book = Workbook()
    book.remove(book.active)
    write_tower(book, "Torre A", HEADERS_A, tower_a)
    write_tower(book, "Torre B", HEADERS_B, tower_b)
    book.save(HERE / name)


def main() -> None:
    """Make this month's workbook, and the next one's: two new, one gone, two changed."""
    chance = random.Random(20261101)
    tower_a, tower_b = people("A", 101, 64, chance), people("B", 201, 64, chance)
    november = ([dict(one) for one in tower_a], [dict(one) for one in tower_b])
    spoil(tower_a, tower_b)
    save("residentes.xlsx", tower_a, tower_b)
    gone, renamed, moved = november[0].pop(9), november[0][2], november[1][5]
    renamed["name"] = "Beatriz Olmos Prado"
    moved["email"] = "nuevo205@example.com"
    november[1].extend(people("B", 301, 2, chance))
    save("residentes-noviembre.xlsx", *november)
    print(f"128 residents; gone next month: {gone['unit']}")


if __name__ == "__main__":
    main()
