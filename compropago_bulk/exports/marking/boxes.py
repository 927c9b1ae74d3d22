"""The boxes that comments are shown in: shapes in the old drawing language that Excel still keeps them in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .cells import Place, SheetMap
from .package import Package

_BLOCK = 1024
"""Numbers of shapes come in blocks; each drawing has its own, and says so."""
_IDMAP = re.compile(rb"""(<o:idmap\b[^>]*?\bdata\s*=\s*)(["'])([\d,\s]+)\2""")
_SHAPE = re.compile(rb"_x0000_s(\d+)")
_TYPE = b"_x0000_t202"
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
        kind = "" if _TYPE in data else _SHAPETYPE
        shapes = (kind + self._shapes(texts, _numbers(blocks))).encode()
        head = _IDMAP.sub(lambda m: m[1] + m[2] + m[3] + f",{_listed(blocks)}".encode() + m[2], data[:end], count=1)
        return head + shapes + data[end:]

    def _free_blocks(self, shapes: int) -> list[int]:
        """Find blocks of numbers that no drawing of the workbook uses."""
        taken = {0}
        for name in self._package.names():
            if name.lower().endswith(".vml"):
                data = self._package.read(name)
                taken |= {int(one) for found in _IDMAP.finditer(data) for one in found[3].split(b",") if one.strip()}
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
