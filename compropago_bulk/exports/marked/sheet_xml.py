"""The cells of one sheet's XML: found by their place, given another style, made where there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from openpyxl.utils import range_boundaries

from ...sheets.grid import column_letter
from .package import (
    HEAD,
    MAIN,
    Edits,
    Node,
    UnfitPartError,
    finish,
    head_end,
    outline,
    parser,
    split_name,
    with_attributes,
)

Place = tuple[int, int]
"""Row and column, from 1."""
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z]+\d+:[A-Z]+\d+)[\"']")


class Merges:
    """The merged ranges of a sheet, of which a person sees the first cell only."""

    def __init__(self, data: bytes) -> None:
        self._ranges = []
        for found in _MERGE.finditer(data):
            left, top, right, bottom = (int(boundary or 0) for boundary in range_boundaries(found[1].decode()))
            self._ranges.append((top, left, bottom, right))

    def anchor(self, row: int, column: int) -> Place:
        """Return the cell that shows at a place."""
        for top, left, bottom, right in self._ranges:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column


@dataclass(slots=True)
class _Row:
    """A row that cells are wanted of: where it stands, and where its cells do."""

    node: Node
    cells: dict[int, Node] = field(default_factory=dict)
    starts: list[Place] = field(default_factory=list)
    """Column and offset of each cell, in their order."""


class SheetMap:
    """Where the wanted cells of a sheet stand, and what surrounds them."""

    def __init__(self, data: bytes, wanted: Collection[Place]) -> None:
        self.data, self._wanted = data, set(wanted)
        self._numbers = {row for row, _ in wanted}
        self.rows: dict[int, _Row] = {}
        self.later: dict[int, int] = {}
        """A wanted row that is not there: the offset that it goes before."""
        self.columns: list[Node] = []
        self.sections: list[Node] = []
        """The children of the root, in their order."""
        self.root = Node("", "", {}, 0, 0)
        self.body: Node | None = None
        self._depth = self._row = self._column = 0
        self._now: _Row | None = None
        self._open: list[Node] = []
        self._missing = sorted(self._numbers, reverse=True)
        self._read()

    def _read(self) -> None:
        made = self._parser = parser()
        made.StartElementHandler, made.EndElementHandler = self._start, self._end
        try:
            made.Parse(self.data, True)
        except (expat.ExpatError, LookupError, ValueError) as fault:  # also an encoding that nobody knows
            raise UnfitPartError(str(fault)) from None
        if self.body is None:
            raise UnfitPartError("no sheetData")

    def _node(self, name: str, attributes: dict[str, str]) -> Node:
        place = self._parser.CurrentByteIndex
        prefix, local = split_name(name)
        return Node(local, prefix, attributes, place, head_end(self.data, place))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 4 and self._now is None:
            return
        if self._depth > 4:
            return
        if self._depth == 3 and self._in("sheetData"):
            self._start_row(name, attributes)
        elif self._depth == 4:
            self._start_cell(name, attributes)
        elif self._depth <= 2:
            node = self._node(name, attributes)
            self._open.append(node)
            if self._depth == 1:
                self.root = node
            else:
                self.sections.append(node)
        elif self._in("cols"):
            self.columns.append(self._node(name, attributes))

    def _in(self, name: str) -> bool:
        return self._open[-1].name == name

    def _start_row(self, name: str, attributes: dict[str, str]) -> None:
        self._row = int(float(attributes.get("r") or self._row + 1))
        self._column = 0
        while self._missing and self._missing[-1] <= self._row:
            number = self._missing.pop()
            if number != self._row:
                self.later[number] = self._parser.CurrentByteIndex
        self._now = None
        if self._row in self._numbers:
            self._now = self.rows[self._row] = _Row(self._node(name, attributes))

    def _start_cell(self, name: str, attributes: dict[str, str]) -> None:
        coordinate = attributes.get("r")
        self._column = int(range_boundaries(coordinate)[0] or 0) if coordinate else self._column + 1
        if self._now is None:
            return
        self._now.starts.append((self._column, self._parser.CurrentByteIndex))
        if (self._row, self._column) in self._wanted:
            self._now.cells[self._column] = self._node(name, attributes)

    def _end(self, _: str) -> None:
        if self._depth == 3 and self._now is not None and self._in("sheetData"):
            finish(self.data, self._now.node, self._parser.CurrentByteIndex)
            self._now = None
        elif self._depth <= 2:
            node = self._open.pop()
            finish(self.data, node, self._parser.CurrentByteIndex)
            if node.name == "sheetData" and self._depth == 2:
                self.body = node
                self.later |= dict.fromkeys(self._missing, node.close)
                self._missing = []
        self._depth -= 1

    def style(self, row: int, column: int) -> int:
        """Return a cell's style: its own, else its row's, else its column's."""
        found = self.rows.get(row)
        if found is not None and column in found.cells:
            return _number(found.cells[column].attributes.get("s"))
        if found is not None and found.node.attributes.get("customFormat") in {"1", "true"}:
            return _number(found.node.attributes.get("s"))
        for item in self.columns:
            if _number(item.attributes.get("min")) <= column <= _number(item.attributes.get("max")):
                return _number(item.attributes.get("style"))
        return 0

    def restyle(self, edits: Edits, look: Callable[[int, int], int]) -> None:
        """Set the style that `look` names on each wanted cell, and add the cells that are missing."""
        by_row: dict[int, list[int]] = {}
        for row, column in sorted(self._wanted):
            by_row.setdefault(row, []).append(column)
        for row, columns in by_row.items():
            if row in self.rows:
                self._restyle_row(edits, row, columns, look)
        new = [(place, row) for row, place in self.later.items()]
        self._add_rows(edits, [(place, row, self._cells(row, by_row[row], look)) for place, row in sorted(new)])

    def _cells(self, row: int, columns: list[int], look: Callable[[int, int], int]) -> bytes:
        return b"".join(self._cell(row, column, look(row, column)) for column in columns)

    def _cell(self, row: int, column: int, style: int) -> bytes:
        prefix = self.body.prefix if self.body else ""
        return f'<{prefix}c r="{column_letter(column)}{row}" s="{style}"/>'.encode()

    def _restyle_row(self, edits: Edits, row: int, columns: list[int], look: Callable[[int, int], int]) -> None:
        found = self.rows[row]
        missing = [column for column in columns if column not in found.cells]
        for column in columns:
            if column in found.cells:
                edits.attributes(found.cells[column], s=str(look(row, column)))
        if found.node.single:
            if missing:
                edits.append(found.node, self._cells(row, missing, look))
            return
        for column in missing:
            after = next((start for other, start in found.starts if other > column), found.node.close)
            edits.insert(after, self._cell(row, column, look(row, column)))
        if missing and not _within(found.node.attributes.get("spans", ""), missing):
            edits.attributes(found.node, spans=None)

    def _add_rows(self, edits: Edits, new: list[tuple[int, int, bytes]]) -> None:
        if not new or self.body is None:
            return
        prefix = self.body.prefix
        rows = [
            (place, f'<{prefix}row r="{row}">'.encode() + inner + f"</{prefix}row>".encode())
            for place, row, inner in new
        ]
        if self.body.single:
            edits.append(self.body, b"".join(made for _, made in rows))
            return
        for place, made in rows:
            edits.insert(place, made)


def _within(spans: str, columns: list[int]) -> bool:
    """Whether a row's hint of its first and last column (`1:7`) still holds."""
    first, _, last = spans.partition(":")
    return not spans or (_number(first) <= min(columns) and max(columns) <= _number(last))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


_BEFORE_FILLS = ("numFmts", "fonts")
_BEFORE_XFS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs")
EMPTY = (
    HEAD
    + f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'.encode()
)
"""For a workbook without a part of styles."""


class Styles:
    """The part of styles, and the tinted clones that are added to it."""

    def __init__(self, data: bytes) -> None:
        self._data, self._root = data, outline(data)
        fills, looks = self._root.first("fills"), self._root.first("cellXfs")
        self._fills, self._looks = fills, looks
        self._known = looks.named("xf") if looks else []
        self._first_fill = len(fills.named("fill")) if fills else 2
        self._colours: list[str] = []
        self._clones: dict[tuple[int, str], int] = {}
        self._new: list[bytes] = []

    def tinted(self, base: int, colour: str) -> int:
        """Return the number of a style that looks like `base` on another ground.

        Args:
            base: the cell's own style.
            colour: six hexadecimal digits.
        """
        base = base if 0 <= base < len(self._known) else 0
        if (base, colour) not in self._clones:
            if colour not in self._colours:
                self._colours.append(colour)
            self._clones[base, colour] = max(len(self._known), 1) + len(self._new)
            self._new.append(self._clone(base, self._first_fill + self._colours.index(colour)))
        return self._clones[base, colour]

    def wrapping(self, colour: str | None, *, wrap: bool = True) -> int:
        """Return the number of a style of our own: plain text at the top of its cell, in lines, on a ground or none."""
        known = (-1 - wrap, colour or "")
        if known not in self._clones:
            if colour and colour not in self._colours:
                self._colours.append(colour)
            fill = self._first_fill + self._colours.index(colour) if colour else 0
            p = self._root.prefix
            self._clones[known] = max(len(self._known), 1) + len(self._new)
            self._new.append(
                f'<{p}xf numFmtId="49" fontId="0" fillId="{fill}" borderId="0" applyNumberFormat="1" applyFill="1" '
                f'applyAlignment="1"><{p}alignment vertical="top" wrapText="{int(wrap)}"/></{p}xf>'.encode()
            )
        return self._clones[known]

    def _clone(self, base: int, fill: int) -> bytes:
        if not self._known:
            return f'<{self._root.prefix}xf numFmtId="0" fillId="{fill}" applyFill="1"/>'.encode()
        node = self._known[base]
        head = with_attributes(self._data[node.start : node.inside], fillId=str(fill), applyFill="1")
        return head + self._data[node.inside : node.end]

    def done(self) -> bytes:
        """Return the part with the clones."""
        prefix = self._root.prefix
        edits = Edits(self._data)
        fills = "".join(
            f'<{prefix}fill><{prefix}patternFill patternType="solid"><{prefix}fgColor rgb="FF{colour}"/>'
            f'<{prefix}bgColor indexed="64"/></{prefix}patternFill></{prefix}fill>'
            for colour in self._colours
        ).encode()
        if self._fills is None:
            standard = "".join(
                f'<{prefix}fill><{prefix}patternFill patternType="{kind}"/></{prefix}fill>'
                for kind in ("none", "gray125")
            )
            self._create(edits, "fills", standard.encode() + fills, _BEFORE_FILLS)
        else:
            self._grow(edits, self._fills, fills, self._first_fill + len(self._colours))
        clones = b"".join(self._new)
        if self._looks is None or not self._known:
            clones = f'<{prefix}xf numFmtId="0"/>'.encode() + clones
        if self._looks is None:
            self._create(edits, "cellXfs", clones, _BEFORE_XFS)
        else:
            self._grow(edits, self._looks, clones, max(len(self._known), 1) + len(self._new))
        return edits.done()

    def _grow(self, edits: Edits, node: Node, new: bytes, count: int) -> None:
        head = with_attributes(self._data[node.start : node.inside], count=str(count))
        if node.single:
            whole = head.rstrip(b"/>").rstrip() + b">" + new + f"</{node.prefix}{node.name}>".encode()
            edits.replace(node.start, node.end, whole)
            return
        edits.replace(node.start, node.inside, head)
        edits.insert(node.close, new)

    def _create(self, edits: Edits, name: str, inner: bytes, before: tuple[str, ...]) -> None:
        """Add a group that the part lacks, in its place in the order that the format asks for."""
        tag = f"{self._root.prefix}{name}".encode()
        whole = b"<" + tag + b">" + inner + b"</" + tag + b">"
        after = [node for node in self._root.children if node.name in before]
        if after:
            edits.insert(after[-1].end, whole)
        elif self._root.children:
            edits.insert(self._root.children[0].start, whole)
        else:
            edits.append(self._root, whole)
