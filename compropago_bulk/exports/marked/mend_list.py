"""The list of what to mend, for paper and phones: a sheet in front of the owner's own, known as ours and never read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl.styles import Font, PatternFill

from ...model import Problem, Severity
from ...texts import say
from ..styles import WRAPPED, head_cell, height_of, lines_in, on_paper, safe_text, text_cell
from .package import HEAD, MAIN, OFFICE, Edits, Node, Package, ascii_xml, outline
from .sheet_xml import Styles

Message = Callable[[Problem, "str | None"], str]
COLOURS = {Severity.ERROR: "F4B6B0", Severity.WARNING: "FFE699"}
FILLS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
_HEADS = ("head_severity", "head_cell", "head_field", "head_value", "head_message")
_WIDTHS = (13, 18, 20, 26, 62)
"""Of its columns, in characters."""
_TAB, _DARK = "0B6E7F", "37474F"
_FIRST = 4
"""The row of its headers; above stand a title, and the sentence that it is known by."""
_LONGEST_NAME, _MOST_LINKS = 31, 65_530
"""Excel opens no sheet with more."""
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    severity: Severity
    texts: tuple[str, ...]
    """One for each of its columns."""
    target: str | None
    """The cell that a click leads to: `'Torre A'!C4`."""

    @property
    def height(self) -> float:
        """Return the points that its row is high."""
        return height_of(max(lines_in(text, width) for text, width in zip(self.texts, _WIDTHS, strict=True)))


def entries(problems: Sequence[Problem], lang: str | None, message: Message) -> list[Entry]:
    """Say each problem as a line."""
    return [_entry(problem, lang, message(problem, lang)) for problem in problems]


def _entry(problem: Problem, lang: str | None, sentence: str) -> Entry:
    where, _, told = sentence.partition(": ")
    field = say("checks", f"field_{problem.field}", lang) if problem.field else ""
    kind = say("exports", f"severity_{problem.severity.value}", lang)
    target = None
    if problem.cell is not None and problem.sheet is not None:
        target = "'" + problem.sheet.replace("'", "''") + f"'!{problem.cell}"
    return Entry(problem.severity, (kind, where, field, problem.value, told[:1].upper() + told[1:]), target)


def add_to_new(book: Any, listed: Sequence[Entry], lang: str | None) -> None:
    """Put the list in front of a workbook that is being made anew."""
    sheet = book.create_sheet(say("exports", "sheet_mend", lang), 0)
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{_FIRST + 1}"
    sheet.sheet_properties.tabColor = _TAB
    on_paper(sheet, len(_WIDTHS), len(listed) + _FIRST, say("exports", "sheet_mend", lang), lang)
    sheet.print_title_rows = f"{_FIRST}:{_FIRST}"
    title, mark = (text_cell(sheet, text) for text in _above(listed, lang))
    title.font, mark.font = Font(name="Calibri", size=14, bold=True), Font(name="Calibri", size=9, color="607D8B")
    for cells in ([title], [mark], [], [head_cell(sheet, say("exports", code, lang)) for code in _HEADS]):
        sheet.append(cells)
    for number, entry in enumerate(listed, start=_FIRST + 1):
        cells = [text_cell(sheet, text) for text in entry.texts]
        cells[0].fill = FILLS[entry.severity]
        for cell in cells:
            cell.alignment = WRAPPED
        sheet.row_dimensions[number].height = entry.height
        sheet.append(cells)


def _above(listed: Sequence[Entry], lang: str | None) -> tuple[str, str]:
    return say("exports", "mend_title", lang, cells=len(listed)), say("exports", "mend_mark", lang)


def add_to_own(
    package: Package, workbook: str, listed: Sequence[Entry], styles: Styles, lang: str | None, *, old: str | None
) -> None:
    """Put the list in front of the owner's workbook, which still opens where its owner left it.

    Args:
        workbook: the part that lists the sheets.
        old: the part of an earlier list of ours, which this one replaces.
    """
    data = b"".join(_sheet(listed, styles, lang))
    if old is not None:
        package.put(old, data)
        return
    part = package.free_name("xl/worksheets/sheet{}.xml")
    package.put(part, data)
    package.declare(part, _TYPE)
    number = package.relate(workbook, f"{OFFICE}/worksheet", part)
    package.put(workbook, _listed_first(package.read(workbook), say("exports", "sheet_mend", lang), number))


def _listed_first(data: bytes, title: str, relation: str) -> bytes:
    """Name the sheet before all others, and count on whatever counts sheets: the open one, names that belong to one."""
    root, edits = outline(data), Edits(data)
    sheets = root.first("sheets")
    known = sheets.children if sheets else []
    names = {node.attribute("name").casefold() for node in known}
    free = _free(title, names)
    number = max((int(node.attribute("sheetId") or 0) for node in known), default=0) + 1
    tag = (
        f"<{root.prefix}sheet xmlns:r={quoteattr(OFFICE)} name={quoteattr(free)} "
        f'sheetId="{number}" r:id={quoteattr(relation)}/>'
    )
    edits.insert(known[0].start, ascii_xml(tag))
    _open_the_same(edits, root)
    _name(edits, root, free)
    return edits.done()


def _name(edits: Edits, root: Node, title: str) -> None:
    """Move the names that belong to one sheet along, and have the list's headers printed on each page."""
    quoted = "'" + title.replace("'", "''") + "'"
    new = ascii_xml(
        f'<{root.prefix}definedName name="_xlnm.Print_Titles" localSheetId="0">'
        f"{escape(quoted)}!${_FIRST}:${_FIRST}</{root.prefix}definedName>"
    )
    group = root.first("definedNames")
    if group is None:
        last = [node for node in root.children if node.name in {"sheets", "functionGroups", "externalReferences"}][-1]
        tag = f"{root.prefix}definedNames".encode()
        edits.insert(last.end, b"<" + tag + b">" + new + b"</" + tag + b">")
        return
    for name in group.children:
        if name.attribute("localSheetId"):
            edits.attributes(name, localSheetId=str(int(name.attribute("localSheetId")) + 1))
    edits.append(group, new)


def _open_the_same(edits: Edits, root: Node) -> None:
    views = root.first("bookViews")
    for view in views.children if views else []:
        edits.attributes(view, activeTab=str(int(view.attribute("activeTab") or 0) + 1), firstSheet=None)
    if views is None:
        sheets = root.named("sheets")[0]
        made = f'<{root.prefix}bookViews><{root.prefix}workbookView activeTab="1"/></{root.prefix}bookViews>'
        edits.insert(sheets.start, made.encode())


def _free(title: str, names: set[str]) -> str:
    found, number = title, 1
    while found.casefold() in names:
        number += 1
        tail = f" ({number})"
        found = title[: _LONGEST_NAME - len(tail)] + tail
    return found


def _sheet(listed: Sequence[Entry], styles: Styles, lang: str | None) -> Iterator[bytes]:
    last = _FIRST + len(listed)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    yield HEAD + ascii_xml(
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FF{_TAB}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:E{last}"/><sheetViews><sheetView workbookViewId="0" showGridLines="0"><pane '
        f'ySplit="{_FIRST}" topLeftCell="A{_FIRST + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><cols>{columns}</cols><sheetData>"
    )
    title, mark = _above(listed, lang)
    yield _row(1, 21, _cell("A1", title, styles.wrapping(None, wrap=False), _look(14, "263238", bold=True)))
    yield _row(2, 14, _cell("A2", mark, styles.wrapping(None, wrap=False), _look(9, "607D8B")))
    heads = [say("exports", code, lang) for code in _HEADS]
    yield _row(_FIRST, 20, _cells(_FIRST, heads, [styles.wrapping(_DARK)] * 5, _look(11, "FFFFFF", bold=True)))
    plain = [styles.wrapping(None)] * 4
    for number, entry in enumerate(listed, start=_FIRST + 1):
        tinted = styles.wrapping(COLOURS[entry.severity])
        yield _row(number, entry.height, _cells(number, entry.texts, [tinted, *plain]))
    yield b"</sheetData>"
    links = [(number, entry.target) for number, entry in enumerate(listed, start=_FIRST + 1) if entry.target]
    if links:
        told = "".join(
            f'<hyperlink ref="B{number}" location={quoteattr(target)}/>' for number, target in links[:_MOST_LINKS]
        )
        yield ascii_xml(f"<hyperlinks>{told}</hyperlinks>")
    foot = escape(say("exports", "page", lang))
    yield ascii_xml(
        '<pageMargins left="0.4" right="0.4" top="0.4" bottom="0.6" header="0.2" footer="0.3"/>'
        '<pageSetup paperSize="1" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;R&amp;8{foot}</oddFooter></headerFooter></worksheet>"
    )


def _row(number: int, height: float, cells: str) -> bytes:
    return ascii_xml(f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>')


def _cells(row: int, texts: Sequence[str], tints: Sequence[int], look: str = "") -> str:
    placed = zip("ABCDE", texts, tints, strict=True)
    return "".join(_cell(f"{letter}{row}", text, tint, look) for letter, text, tint in placed)


def _look(size: int, colour: str, *, bold: bool = False) -> str:
    return f'<rPr>{"<b/>" if bold else ""}<sz val="{size}"/><color rgb="FF{colour}"/><rFont val="Calibri"/></rPr>'


def _cell(place: str, text: str, style: int, look: str = "") -> str:
    inner = f'<t xml:space="preserve">{escape(safe_text(text))}</t>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is>{f"<r>{look}{inner}</r>" if look else inner}</is></c>'
