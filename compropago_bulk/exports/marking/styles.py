"""Styles with another fill: a cell's own look, cloned, and nothing else of it changed."""

from __future__ import annotations

from .package import HEAD, MAIN
from .splice import Edits, Node, outline, with_attributes

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
        """Give the number of a style that looks like `base` on another ground.

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

    def _clone(self, base: int, fill: int) -> bytes:
        if not self._known:
            return f'<{self._root.prefix}xf numFmtId="0" fillId="{fill}" applyFill="1"/>'.encode()
        node = self._known[base]
        head = with_attributes(self._data[node.start : node.inside], fillId=str(fill), applyFill="1")
        return head + self._data[node.inside : node.end]

    def done(self) -> bytes:
        """Give the part with the clones."""
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
