"""Rows of a sheet's XML as programs usually write them, read without a parser; whatever is otherwise goes to one.

A row is plain where it is made of nothing but cells with a place, a style, a kind and one value, and holds no escaped
character. Rows that are not, and all that stands around the rows, are handed on byte by byte, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_CHUNK, _LONGEST_HEAD = 256 * 1024, 1024 * 1024
"""Bytes that are read at once, and within which the rows begin."""
_HEAD = re.compile(rb'\s*(?:<\?xml[^>]*?(?:encoding=["\'](?i:utf-8)["\'][^>]*)?\?>)?\s*<worksheet[\s>]')
_OTHER_ENCODING = re.compile(rb'<\?xml[^>]*encoding=["\'](?!(?i:utf-8))')
_BODY = b"<sheetData>"
_ROW = re.compile(rb'\s*<row r="([1-9]\d{0,6})"([^<>&]*)(?<!/)>')
_ROW_END = b"</row>"
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"(?: s="(\d+)")?(?: t="(\w+)")?'
    rb"(?:/>|>(?:<f>([^<&\r]*)</f>)?(?:<v>([^<&\r]*)</v>)?</c>"
    rb'|><is><t(?: xml:space="preserve")?>([^<&\r]*)</t></is></c>)'
)
_HIDDEN = re.compile(rb"hidden|\bht\s*=\s*[\"']0")


class PlainRow(NamedTuple):
    """One row."""

    number: int
    cells: list[tuple[Any, ...]]
    """Letters, style, kind, formula, value and inline text of each, as bytes; None for what a cell has not."""


def parts_of(source: Any) -> Iterator[bytes | PlainRow]:
    """Return a sheet in its order: plain rows, and the bytes of all else.

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


def _rows(rest: bytes, source: Any) -> Iterator[bytes | PlainRow]:
    while True:
        place = 0
        while (end := rest.find(_ROW_END, place)) >= 0:
            row, after = _plain(rest, place, end), end + len(_ROW_END)
            if row is None and b"<!" in rest[place:after]:  # what looks like a row may be a comment from here on
                yield rest[place:]
                yield from _rest(source)
                return
            yield rest[place:after] if row is None else row
            place = after
        more = source.read(_CHUNK)
        if not more:
            yield rest[place:]
            return
        rest = rest[place:] + more


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


def _plain(data: bytes, place: int, end: int) -> PlainRow | None:
    """Read the row between two places; None where it is not plain from the first byte to the last."""
    head = _ROW.match(data, place, end)
    if head is None or _HIDDEN.search(head[2]):
        return None
    number, at = head[1], head.end()
    cells: list[tuple[Any, ...]] = []
    scan = _CELL.scanner(data, at, end).match  # type: ignore[attr-defined]
    while found := scan():
        letters, own, *values = found.groups()
        if own != number:
            return None
        cells.append((letters, *values))
        at = found.end()
    return PlainRow(int(number), cells) if at == end else None


_EXACT = 16
"""So many digits and more do not fit a number of Excel."""


def is_plain(value: bytes | None) -> bool:
    """Whether a value is digits only, and so few that none of them is lost."""
    return value is not None and value.isdigit() and len(value) < _EXACT


def decoded(text: bytes | None) -> str | None:
    """Return a part of a cell as text."""
    return None if text is None else text.decode()
