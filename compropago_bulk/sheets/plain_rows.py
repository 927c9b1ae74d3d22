"""Rows of a sheet's XML as programs usually write them, read without a parser; whatever is otherwise goes to one.

A row is plain where it is made of nothing but cells with a place, a style, a kind and one value, and holds no escaped
character. Rows that are not, and all that stands around the rows, are handed on byte by byte, in their order.

The rows of a table look alike, so that a row is held against the shapes of earlier ones first: one pattern that matches
it from its first character to its last, cells left out allowed. That is five times as fast as cell by cell. Rows of one
shape are handed on together, so that their cells can be read column by column.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

_CHUNK, _LONGEST_HEAD = 256 * 1024, 1024 * 1024
"""Bytes that are read at once, and within which the rows begin."""
_HEAD = re.compile(rb'\s*(?:<\?xml[^>]*?(?:encoding=["\'](?i:utf-8)["\'][^>]*)?\?>)?\s*<worksheet[\s>]')
_OTHER_ENCODING = re.compile(rb'<\?xml[^>]*encoding=["\'](?!(?i:utf-8))')
_BODY = b"<sheetData>"
_ROW = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"([^<>&]*)(?<!/)>')
_ROW_END = "</row>"
_VALUE = r">(?:<f>([^<&\r]+)</f>)?(?:<v>([^<&\r]+)</v>)?</c>"
_INLINE = r'><is><t(?: xml:space="preserve")?>()([^<&\r]+)</t></is></c>'
_CELL = re.compile(
    rf'<c r="([A-Z]{{1,3}})([0-9]+)"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?:/>|{_VALUE}|{_INLINE})|(.)', re.DOTALL
)
"""A cell; else a character that is of none."""
_HIDDEN = re.compile(r"hidden|\bht\s*=\s*[\"']0")

_OF_ROW, _OF_NONE = itemgetter(1), itemgetter(8)
_OFTEN, _MOST_SHAPES = 4, 12
"""Rows of a shape before it is worth a pattern, and patterns of one sheet, which is more than a table has."""


class CellShape(NamedTuple):
    """What a cell's XML says of it beside its value."""

    letters: str
    style: str
    """Its number; empty where none is named."""
    kind: str
    """`s`, `inlineStr`, `n`; empty where none is named."""


@dataclass(slots=True, eq=False)
class Shape:
    """What the XML of several rows has in common."""

    cells: tuple[CellShape, ...]
    pattern: re.Pattern[str] | None = None
    """Matches a row of it, with two groups a cell: a formula and a value."""
    rows: int = 0
    """That were read cell by cell."""


class PlainRow(NamedTuple):
    """One row."""

    number: int
    shape: Shape
    formulas: Sequence[str | None]
    """One for each of the shape's cells; None or empty where there is none."""
    values: Sequence[str | None]
    """Likewise."""


def parts_of(source: Any) -> Iterator[bytes | list[PlainRow]]:
    """Return a sheet in its order: plain rows of one shape that follow each other, and the bytes of all else.

    Args:
        source: with a `read(size)` that gives the XML's bytes.
    """
    head = _up_to_the_rows(source)
    body = head.find(_BODY)
    if body < 0 or b"<!" in head[:body] or not _HEAD.match(head) or _OTHER_ENCODING.match(head):
        yield head
        yield from _rest(source)
        return
    yield head[: body + len(_BODY)]
    yield from _rows(head[body + len(_BODY) :], source)


def _rows(rest: bytes, source: Any) -> Iterator[bytes | list[PlainRow]]:
    shapes, more = _Shapes(), b"-"
    while more:
        end = rest.rfind(b"</row>")
        whole = rest[: end + len(_ROW_END)] if end >= 0 else b""
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            break
        place = yield from _plain_in(text, shapes)
        rest = text[place:].encode() + rest[len(whole) :]
        if place < len(text):
            break
        more = source.read(_CHUNK)
        rest += more
    yield rest
    yield from _rest(source)


def _plain_in(text: str, shapes: _Shapes) -> Generator[bytes | list[PlainRow], None, int]:
    """Read a text of whole rows; return the place from which only a parser can tell what they are."""
    place, rows = 0, list[PlainRow]()
    while place < len(text):
        row, after = shapes.read(text, place)
        if rows and (row is None or row.shape is not rows[0].shape):
            yield rows
            rows = []
        if row is not None:
            rows.append(row)
        elif "<!" in text[place:after]:  # what looks like a row may be a comment from here on
            return place
        else:
            yield text[place:after].encode()
        place = after
    if rows:
        yield rows
    return place


def _up_to_the_rows(source: Any) -> bytes:
    head = b""
    while _BODY not in head and len(head) < _LONGEST_HEAD:
        more = source.read(_CHUNK)
        if not more:
            break
        head += more
    return head


def _rest(source: Any) -> Iterator[bytes]:
    while more := source.read(_CHUNK):
        yield more


class _Shapes:
    """The shapes of the rows so far, the last one first."""

    def __init__(self) -> None:
        self._known: list[Shape] = []
        self._seen: dict[tuple[CellShape, ...], Shape] = {}

    def read(self, text: str, start: int) -> tuple[PlainRow | None, int]:
        """Read the row at a place; return it, None where it is not plain from its first character to its last, and
        the place after it."""
        for place, shape in enumerate(self._known):
            found = shape.pattern.match(text, start) if shape.pattern else None
            if found is not None:
                if place:
                    self._known.insert(0, self._known.pop(place))
                groups = found.groups()
                hidden = groups[1] and _HIDDEN.search(groups[1])
                row = None if hidden else PlainRow(int(groups[0]), shape, groups[2::2], groups[3::2])
                return row, found.end()
        end = text.index(_ROW_END, start)
        return self._cell_by_cell(text[start:end]), end + len(_ROW_END)

    def _cell_by_cell(self, text: str) -> PlainRow | None:
        head = _ROW.match(text)
        if head is None or _HIDDEN.search(head[2]):
            return None
        cells = _CELL.findall(text, head.end())
        if any(map(_OF_NONE, cells)) or not {head[1]}.issuperset(map(_OF_ROW, cells)):
            return None
        if any(map(_is_strange, cells)) or len({cell[0] for cell in cells}) < len(cells):
            return None
        shape = self._shape_of(tuple(CellShape(letters, style, kind) for letters, _, style, kind, *_ in cells))
        return PlainRow(int(head[1]), shape, [cell[4] for cell in cells], [cell[5] or cell[7] for cell in cells])

    def _shape_of(self, cells: tuple[CellShape, ...]) -> Shape:
        """Return the shape, with a pattern once it has come often enough to be worth one."""
        shape = self._seen.setdefault(cells, Shape(cells))
        shape.rows += 1
        if shape.rows == _OFTEN and len(self._known) < _MOST_SHAPES:
            shape.pattern = re.compile(_ROW.pattern + "".join(map(_pattern_of, cells)) + _ROW_END)
            self._known.insert(0, shape)
        return shape


def _is_strange(cell: tuple[str, ...]) -> bool:
    """Whether a cell's kind says otherwise than where its text stands."""
    _, _, _, kind, formula, value, _, inline, _ = cell
    return bool(value or formula) if kind == "inlineStr" else bool(inline)


def _pattern_of(cell: CellShape) -> str:
    style = f' s="{cell.style}"' if cell.style else ""
    kind = f' t="{cell.kind}"' if cell.kind else ""
    inner = _INLINE if cell.kind == "inlineStr" else _VALUE
    return rf'(?:<c r="{cell.letters}\1"{style}(?:/>|{kind}{inner}))?'


_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<\r]*)</t></si>')
_TAGS = 4
"""Of each string: `<si><t></t></si>`."""
_OTHER_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
_STRINGS = re.compile(rb"(\s*(?:<\?xml[^>]*\?>)?\s*<sst[^<>]*>\s*)(<si>.*</si>)\s*</sst>\s*", re.DOTALL)


def plain_strings(data: bytes) -> list[str] | None:
    """Return a workbook's shared strings; None where one of them is more than a text, so that a parser is needed."""
    found = _STRINGS.fullmatch(data)
    if found is None or _OTHER_ENCODING.match(found[1]):
        return None
    try:
        text = found[2].decode()
    except UnicodeDecodeError:
        return None
    strings = _STRING.findall(text)
    if len(strings) * _TAGS != text.count("<") or _OTHER_ENTITY.search(text):
        return None
    return [unescape(string, _ENTITIES) for string in strings] if "&" in text else strings
