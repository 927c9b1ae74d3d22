"""What is handed out of a workbook of CLABEs: a list by flat, and slips to cut out, one a flat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.pagebreak import Break

from ..sheets.headers import recognise
from ..texts import say
from ..values import is_blank, shown
from .heading import Heading
from .pages import Block, Column, Page, write_page
from .styles import MEXICO_CITY, column_named, text_cell

_OPERATIONS = frozenset({"createClabe", "createAccount"})
_ON_A_PAGE = 6
"""Rows of slips on a sheet of letter paper, two slips a row."""
_WIDTHS = {"A": 13.0, "B": 31.0, "C": 3.0, "D": 13.0, "E": 31.0}
_CUT = Side(style="dashed", color="8A959B")
_LABEL, _PLAIN = Font(name="Calibri", size=10, color="5F6B73"), Font(name="Calibri", size=11)
_HEAD, _CLABE = Font(name="Calibri", size=12, bold=True, color="1F3B4D"), Font(name="Calibri", size=14, bold=True)
_TOP, _ONE_LINE = Alignment(vertical="center", wrap_text=True), Alignment(vertical="center")


@dataclass(frozen=True, slots=True)
class Flat:
    """What one resident is handed."""

    tower: str
    unit: str
    name: str
    clabe: str
    bank: str

    @property
    def concept(self) -> str:
        """Return what a payer writes as the transfer's concept: the flat."""
        return " ".join(part for part in (self.tower, self.unit) if part)


def is_of_clabes(table: Any) -> bool:
    """Whether a table is a list of CLABEs to hand out, and has any."""
    if table.attrs.get("compropago", {}).get("operation") not in _OPERATIONS:
        return False
    return any(not is_blank(clabe) for clabe in column_named(table, "clabe") or ())


def flats_of(table: Any) -> list[Flat]:
    """Return the residents who have a CLABE, as the owner's own columns name them."""
    found = _columns(table)
    unit = next((found[name] for name in ("unit", "reference", "customer_id") if name in found), None)
    names = [_texts(table, header) for header in _name_columns(found)]
    towers, units, banks = (_texts(table, header) for header in (found.get("tower"), unit, "bank"))
    return [
        Flat(towers[place], units[place], " ".join(filter(None, (name[place] for name in names))), clabe, banks[place])
        for place, clabe in enumerate(_texts(table, "clabe"))
        if clabe
    ]


def _columns(table: Any) -> dict[str, str]:
    """Return the first column of each field that the owner's headers name."""
    found: dict[str, str] = {}
    for item in recognise([label for label in table.columns if isinstance(label, str)]):
        if item.field is not None:
            found.setdefault(item.field, item.header)
    return found


def _name_columns(found: Mapping[str, str]) -> list[str]:
    parts = ("name",) if "name" in found else ("first_name", "last_name", "second_last_name")
    return [found[part] for part in parts if part in found]


def _texts(table: Any, header: str | None) -> list[str]:
    """Return a column as a person reads it; empty texts where there is none."""
    values = column_named(table, header) if header is not None else []
    if not values:
        return [""] * len(table)
    return ["" if is_blank(value) else shown(value).strip() for value in values]


def in_fours(clabe: str) -> str:
    """Write a CLABE in groups of four, as people read and type it."""
    return " ".join(clabe[start : start + 4] for start in range(0, len(clabe), 4))


def write_handout(book: Any, table: Any, lang: str | None, heading: Heading) -> None:
    """Write the list, and the slips behind it."""
    flats, title = flats_of(table), heading.title or _title(table, lang)
    _write_list(book, table, flats, heading.with_own(title, None), lang)
    _write_slips(book, flats, title, lang)


def _title(table: Any, lang: str | None) -> str:
    names = {shown(name) for name in column_named(table, "account_name") or () if not is_blank(name)}
    return names.pop() if len(names) == 1 else say("exports", "list_title", lang)


def _write_list(book: Any, table: Any, flats: Sequence[Flat], heading: Heading, lang: str | None) -> None:
    heads = (("tower", "list_tower"), ("unit", "list_unit"), ("name", "list_name"))
    own = [(name, [getattr(flat, name) for flat in flats], head) for name, head in heads]
    who = [
        Column(say("exports", head, lang), values, "words" if name == "name" else "text")
        for name, values, head in own
        if any(values)
    ]
    columns = [
        *who,
        Column("CLABE", [in_fours(flat.clabe) for flat in flats]),
        Column(say("exports", "list_bank", lang), [flat.bank for flat in flats]),
    ]
    day = f"{datetime.now(MEXICO_CITY):%d/%m/%Y}"
    lines = [say("exports", "list_line", lang, flats=len(flats), day=day)]
    if table.attrs.get("compropago", {}).get("mode") == "test":
        lines.append(say("exports", "list_test", lang))
    missing = len(table) - len(flats)
    notes = [say("exports", "list_missing", lang, rows=missing)] if missing else []
    title = heading.title or ""
    page = Page(say("exports", "sheet_list", lang), title, [Block(columns)], lines, notes=notes, landscape=False)
    write_page(book, page, f"{title} · {day}", heading.with_own(None, None, day))


def _write_slips(book: Any, flats: Sequence[Flat], title: str, lang: str | None) -> None:
    sheet = book.create_sheet(say("exports", "sheet_slips", lang))
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 1, "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    number = 0
    for place, pair in enumerate(zip_longest(flats[::2], flats[1::2]), start=1):
        sides = [list(_slip(sheet, flat, title, lang)) for flat in pair]
        for left, right in zip(*sides, strict=True):
            number += 1
            sheet.row_dimensions[number].height = 18.0
            sheet.append([*left, text_cell(sheet, ""), *right])
        if place % _ON_A_PAGE == 0:
            sheet.row_breaks.append(Break(id=number))


def _slip(sheet: Any, flat: Flat | None, title: str, lang: str | None) -> Iterator[list[Any]]:
    """Return a slip's lines, of two cells each; as many blank ones where there is no flat any more."""
    words = [(title, ""), *((say("exports", head, lang), value) for head, value in _told(flat))]
    for place, pair in enumerate(words):
        yield [_slip_cell(sheet, text, flat, place, side) for text, side in zip(pair, ("left", "right"), strict=True)]
    yield [text_cell(sheet, ""), text_cell(sheet, "")]


_LINES = 6
"""Lines of a slip: the title, and what `_told` gives."""


def _slip_cell(sheet: Any, text: str, flat: Flat | None, place: int, side: str) -> Any:
    if flat is None:
        return text_cell(sheet, "")
    cell = text_cell(sheet, text, identifier=side == "right")
    own = _CLABE if text == in_fours(flat.clabe) else _PLAIN
    cell.font = _HEAD if place == 0 else _LABEL if side == "left" else own
    cell.alignment = _TOP if place else _ONE_LINE
    top, bottom = (_CUT if place == 0 else None), (_CUT if place == _LINES - 1 else None)
    left, right = (_CUT if side == "left" else None), (_CUT if side == "right" else None)
    cell.border = Border(left=left, right=right, top=top, bottom=bottom)
    return cell


def _told(flat: Flat | None) -> list[tuple[str, str]]:
    flat = flat or Flat("", "", "", "", "")
    return [
        ("list_name", flat.name),
        ("list_unit", flat.concept),
        ("slip_clabe", in_fours(flat.clabe)),
        ("list_bank", flat.bank),
        ("slip_concept", flat.concept),
    ]
