"""Comments on cells: the owner's are kept, ours are put after them, each with the box that Excel shows it in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from ...sheets.grid import column_letter
from ..styles import safe_text
from .package import HEAD, MAIN, OFFICE, Edits, Node, Package, ascii_xml, outline
from .sheet_xml import Place, SheetMap

_RELATION = f"{OFFICE}/comments"
_DRAWING = f"{OFFICE}/vmlDrawing"
_THREADS = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_PERSONS = "http://schemas.microsoft.com/office/2017/10/relationships/person"
_THREADS_NS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PERSONS_TYPE = "application/vnd.ms-excel.person+xml"
_AFTER_DRAWING = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
        "AlternateContent",
    }
)
"""What comes after `legacyDrawing` in a worksheet."""
_LONGEST = 30_000


class Notes:
    """The comments of one sheet, and what is added to them."""

    def __init__(self, package: Package, sheet: str, workbook: str, author: str) -> None:
        self._package, self._sheet, self._workbook, self._author = package, sheet, workbook, author
        self._related = {relation.type: relation.target for relation in package.relations(sheet)}

    def add(self, texts: Mapping[Place, str], edits: Edits, where: SheetMap) -> None:
        """Add a comment to each place; `edits` are those of the sheet's own part, which may need to name the boxes."""
        part = self._part()
        data = self._package.read(part)
        root = outline(data)
        known = {node.attribute("ref"): node for group in root.named("commentList") for node in group.children}
        changes = Edits(data)
        author = self._author_number(changes, root)
        new: list[bytes] = []
        boxes: dict[Place, str] = {}
        for (row, column), text in texts.items():
            name = f"{column_letter(column)}{row}"
            if name in known:
                self._extend(changes, known[name], text, self._reply(name, text))
            else:
                new.append(self._comment(root.prefix, name, author, text))
                boxes[row, column] = text
        group = root.first("commentList")
        if group is not None:
            changes.append(group, b"".join(new))
        self._package.put(part, changes.done())
        if boxes:
            self._add_boxes(boxes, edits, where)

    def _part(self) -> str:
        """Return the part of the comments; make an empty one where there is none."""
        if _RELATION in self._related and self._package.has(self._related[_RELATION]):
            return self._related[_RELATION]
        part = self._package.free_name("xl/comments{}.xml")
        empty = f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
        self._package.put(part, HEAD + empty.encode())
        self._package.declare(part, _TYPE)
        self._package.relate(self._sheet, _RELATION, part)
        return part

    def _author_number(self, changes: Edits, root: Node) -> int:
        authors = root.first("authors")
        if authors is None:
            return 0
        new = f"<{root.prefix}author>{escape(self._author)}</{root.prefix}author>"
        changes.append(authors, new.encode())
        return len(authors.children)

    def _comment(self, prefix: str, name: str, author: int, text: str) -> bytes:
        head = f'<{prefix}comment ref="{name}" authorId="{author}"><{prefix}text>'
        tail = f"</{prefix}text></{prefix}comment>"
        return head.encode() + _run(prefix, text) + tail.encode()

    def _extend(self, changes: Edits, node: Node, text: str, reply: str | None) -> None:
        """Put a text after what a comment says, once; a plain text becomes the first of two runs."""
        body = node.first("text")
        if body is None or ascii_xml(_clean(text)) in changes.data[body.start : body.end]:
            return
        run = _run(node.prefix, f"\n\n{reply or text}")
        plain = body.first("t")
        runs = body.named("r")
        if plain is not None and not runs:
            changes.insert(plain.start, f"<{node.prefix}r>".encode())
            changes.insert(plain.end, f"</{node.prefix}r>".encode() + run)
        elif runs:
            changes.insert(runs[-1].end, run)
        else:
            changes.append(body, run)

    def _reply(self, name: str, text: str) -> str | None:
        """Answer in the thread of a cell that has one; give what the plain comment shows of it."""
        part = self._related.get(_THREADS)
        if part is None or not self._package.has(part):
            return None
        data = self._package.read(part)
        root = outline(data)
        thread = [node for node in root.children if node.attribute("ref") == name and not node.attribute("parentId")]
        if not thread:
            return None
        changes = Edits(data)
        if ascii_xml(_clean(text)) in data:
            return None
        when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.00")
        told = f'ref="{name}" dT="{when}" personId="{self._person()}" id="{_guid()}"'
        told += f' parentId="{thread[0].attribute("id")}"'
        changes.append(
            root,
            ascii_xml(
                f"<{root.prefix}threadedComment {told}><{root.prefix}text>{_clean(text)}"
                f"</{root.prefix}text></{root.prefix}threadedComment>"
            ),
        )
        self._package.put(part, changes.done())
        return f"Reply:\n    {text}"

    def _person(self) -> str:
        """Return the id under which we take part in threads."""
        related = [relation.target for relation in self._package.relations(self._workbook) if relation.type == _PERSONS]
        if related and self._package.has(related[0]):
            part = related[0]
        else:
            part = self._package.free_name("xl/persons/person{}.xml")
            self._package.put(part, HEAD + f'<personList xmlns="{_THREADS_NS}"></personList>'.encode())
            self._package.declare(part, _PERSONS_TYPE)
            self._package.relate(self._workbook, _PERSONS, part)
        data = self._package.read(part)
        root = outline(data)
        for node in root.children:
            if node.attribute("displayName") == self._author:
                return node.attribute("id")
        number, changes = _guid(), Edits(data)
        named = f'displayName="{self._author}" id="{number}" userId="{self._author}" providerId="None"'
        changes.append(root, f"<{root.prefix}person {named}/>".encode())
        self._package.put(part, changes.done())
        return number

    def _add_boxes(self, texts: Mapping[Place, str], edits: Edits, where: SheetMap) -> None:
        """Draw a hidden box for each new comment, in the sheet's drawing of old or in a new one."""
        named = next((node for node in where.sections if node.name == "legacyDrawing"), None)
        drawing = None
        if named is not None:
            wanted = named.attribute("id")
            relations = self._package.relations(self._sheet)
            drawing = next(
                (
                    relation.target
                    for relation in relations
                    if relation.id == wanted and self._package.has(relation.target)
                ),
                None,
            )
        boxes = Boxes(self._package, where)
        if drawing is not None:
            self._package.put(drawing, boxes.extend(drawing, texts))
            return
        part = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
        self._package.put(part, boxes.create(texts))
        self._package.declare_extension("vml", _DRAWING_TYPE)
        number = self._package.relate(self._sheet, _DRAWING, part)
        tag = f'<{where.root.prefix}legacyDrawing xmlns:r="{OFFICE}" r:id="{number}"/>'.encode()
        if named is not None:  # it named a drawing that is not there
            edits.replace(named.start, named.end, tag)
            return
        body = where.sections.index(where.body) if where.body else 0
        after = next((node.start for node in where.sections[body:] if node.name in _AFTER_DRAWING), where.root.close)
        edits.insert(after, tag)


def _guid() -> str:
    return f"{{{str(uuid.uuid4()).upper()}}}"


def _clean(text: str) -> str:
    return escape(safe_text(text)[:_LONGEST])


def _run(prefix: str, text: str) -> bytes:
    look = f'<{prefix}rPr><{prefix}sz val="9"/><{prefix}color indexed="81"/><{prefix}rFont val="Tahoma"/></{prefix}rPr>'
    return ascii_xml(f'<{prefix}r>{look}<{prefix}t xml:space="preserve">{_clean(text)}</{prefix}t></{prefix}r>')


_BLOCK = 1024
"""Numbers of shapes come in blocks; each drawing has its own, and says so."""
_IDMAP = re.compile(rb"""(<o:idmap\b[^>]*?\bdata\s*=\s*)(["'])([\d,\s]+)\2""")
_SHAPE = re.compile(rb"_x0000_s(\d+)")
_BOX_TYPE = b"_x0000_t202"
_WIDTH, _LINE = 320, 18
"""Pixels."""
_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
)
_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPETYPE = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


class Boxes:
    """Draws boxes for the comments of one sheet."""

    def __init__(self, package: Package, where: SheetMap) -> None:
        self._package, self._where = package, where

    def create(self, texts: Mapping[Place, str]) -> bytes:
        """Make a drawing."""
        blocks = self._free_blocks(len(texts))
        layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{_listed(blocks)}"/></o:shapelayout>'
        shapes = self._shapes(texts, _numbers(blocks))
        return f"{_HEAD}{layout}{_SHAPETYPE}{shapes}</xml>".encode()

    def extend(self, part: str, texts: Mapping[Place, str]) -> bytes:
        """Add boxes to a drawing that may hold other shapes too."""
        data = self._package.read(part)
        end = data.rfind(b"</xml>")
        if end < 0:
            raise ValueError("a drawing without an end")
        blocks = self._free_blocks(len(texts))
        kind = "" if _BOX_TYPE in data else _SHAPETYPE
        shapes = (kind + self._shapes(texts, _numbers(blocks))).encode()
        head = _IDMAP.sub(lambda m: m[1] + m[2] + m[3] + f",{_listed(blocks)}".encode() + m[2], data[:end], count=1)
        return head + shapes + data[end:]

    def _free_blocks(self, shapes: int) -> list[int]:
        """Find blocks of numbers that no drawing of the workbook uses."""
        taken = {0}
        for name in self._package.names():
            if name.lower().endswith(".vml"):
                data = self._package.read(name)
                taken |= {int(part) for found in _IDMAP.finditer(data) for part in found[3].split(b",") if part.strip()}
                taken |= {int(found[1]) // _BLOCK for found in _SHAPE.finditer(data)}
        blocks: list[int] = []
        number = 1
        while len(blocks) * (_BLOCK - 1) < shapes:
            if number not in taken:
                blocks.append(number)
            number += 1
        return blocks

    def _shapes(self, texts: Mapping[Place, str], numbers: list[int]) -> str:
        widths = _Widths(self._where)
        return "".join(
            _shape(number, place, widths.anchor(place, text))
            for number, (place, text) in zip(numbers, texts.items(), strict=False)
        )


def _listed(blocks: list[int]) -> str:
    return ",".join(map(str, blocks))


def _numbers(blocks: list[int]) -> list[int]:
    return [block * _BLOCK + step for block in blocks for step in range(1, _BLOCK)]


def _shape(number: int, place: Place, anchor: str) -> str:
    row, column = place
    return (
        f'<v:shape {_NAMES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


class _Widths:
    """Pixels of a sheet's columns and rows, as far as a box's size needs them."""

    def __init__(self, where: SheetMap) -> None:
        self._columns: list[tuple[int, int, int]] = []
        form = next((node for node in where.sections if node.name == "sheetFormatPr"), None)
        told = form.attributes if form else {}
        self._usual = _pixels(told.get("defaultColWidth") or "8.43")
        self._height = max(4, round(_float(told.get("defaultRowHeight") or "15") * 4 / 3))
        for node in where.columns:
            hidden = node.attributes.get("hidden") in {"1", "true"}
            width = 0 if hidden else _pixels(node.attributes.get("width") or "8.43")
            first, last = (int(node.attributes.get(name) or 0) for name in ("min", "max"))
            self._columns.append((first, last, width))

    def _width(self, column: int) -> int:
        return next((width for first, last, width in self._columns if first <= column <= last), self._usual)

    def anchor(self, place: Place, text: str) -> str:
        """Write where a box stands: from the next column on, as wide and high as its text needs."""
        row, column = place
        last, left = column + 1, _WIDTH + 15
        while left > self._width(last) and last < column + 40:
            left -= self._width(last)
            last += 1
        lines = sum(1 + len(line) // 48 for line in text.split("\n"))
        rows, rest = divmod((lines + 1) * _LINE, self._height)
        top = max(row - 2, 0)
        return f"{column}, 15, {top}, 4, {last - 1}, {left}, {top + rows}, {rest + 4}"


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _pixels(width: str) -> int:
    return max(round(_float(width) * 7 + 5), 0)
