"""Whose pages they are: the condominium's name, the time they tell of, and its logo, at the head of each."""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D

from ..texts import say

logger = logging.getLogger("compropago_bulk")

_OF_RESULT = "compropago_book"
"""The attribute of a result that says whose it is: `title` and `logo`."""
_HIGHEST, _WIDEST = 46, 190
"""Pixels of a logo on a page."""
_LEAST_PAGE = 520
"""Pixels: so far to the right a logo stands, at least."""
_EMU = 9525
"""A pixel in the units of drawings."""
_TOP = 0.8, 0.35
"""Inches above the first row and above the words of the head."""
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_BARE = frozenset({0x01, *range(0xD0, 0xDA)})
"""Markers of a JPEG that have no length."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the head of pages; anything of it may be missing."""

    title: str | None = None
    logo: str | None = None
    """The path of a PNG or JPEG."""
    period: str | None = None

    @classmethod
    def of(cls, table: Any) -> Heading:
        """Return what a result was made with; of any other table, nothing."""
        told = getattr(table, "attrs", {}).get(_OF_RESULT, {})
        return cls(told.get("title"), told.get("logo"))

    def put(self, table: Any) -> None:
        """Write it on a result, so that its workbook and its reports bring it."""
        table.attrs[_OF_RESULT] = {"title": self.title, "logo": self.logo}

    def with_own(self, title: str | None, logo: Any, period: str | None = None) -> Heading:
        """Return it with what was asked for instead."""
        asked = {"title": title, "logo": None if logo is None else str(logo), "period": period}
        return replace(self, **{name: value for name, value in asked.items() if value})

    @property
    def words(self) -> str:
        """Return the condominium's name and the time."""
        return " · ".join(part for part in (self.title, self.period) if part)


class _Logo(Image):  # type: ignore[misc, unused-ignore]
    """A picture by its bytes: openpyxl's own asks Pillow for the size."""

    def __init__(self, data: bytes, kind: str, size: tuple[int, int]) -> None:
        self._bytes, self.format = data, kind
        self.width, self.height = size
        self.ref = None
        self.anchor = "A1"

    def _data(self) -> bytes:
        return self._bytes


def add_words(sheet: Any, heading: Heading) -> None:
    """Put the words at the head of each printed page of a sheet that is being written."""
    if heading.words:
        sheet.oddHeader.left.text, sheet.oddHeader.left.size = heading.words.replace("&", "&&"), 8
        sheet.page_margins.top, sheet.page_margins.header = _TOP


def add_heading(sheet: Any, heading: Heading, widths: dict[int, float]) -> None:
    """Put the logo at the right of the first rows, and the words at the head of each printed page.

    Args:
        sheet: a sheet that is being written.
        widths: of its columns, in characters, by number from 1.
    """
    add_words(sheet, heading)
    picture = _picture(heading.logo) if heading.logo else None
    if picture is not None:
        column, rest = _from_the_right(widths, picture.width)
        marker = AnchorMarker(col=column, colOff=rest * _EMU, row=0, rowOff=3 * _EMU)
        size = XDRPositiveSize2D(picture.width * _EMU, picture.height * _EMU)
        picture.anchor = OneCellAnchor(_from=marker, ext=size)
        sheet.add_image(picture)


def _from_the_right(widths: dict[int, float], width: int) -> tuple[int, int]:
    """Return the column, from 0, and the pixels into it at which a picture begins that ends with the table."""
    pixels = [round(widths[number] * 7 + 5) for number in sorted(widths)]
    left = max(sum(pixels), _LEAST_PAGE) - width
    for column, own in enumerate(pixels):
        if left < own:
            return column, max(left, 0)
        left -= own
    return len(pixels), left


def _picture(path: str) -> _Logo | None:
    """Read a logo; where it cannot be read, the pages go without, since they matter more."""
    try:
        data = Path(path).expanduser().read_bytes()
        kind, (width, height) = size_of(data)
    except (OSError, ValueError):
        logger.warning("%s", say("exports", "no_picture", path=path))
        return None
    scale = min(_HIGHEST / height, _WIDEST / width)
    return _Logo(data, kind, (max(round(width * scale), 1), max(round(height * scale), 1)))


def size_of(data: bytes) -> tuple[str, tuple[int, int]]:
    """Return a picture's kind and its pixels.

    Raises:
        ValueError: it is neither PNG nor JPEG, or broken.
    """
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return "png", _checked(width, height)
    if data.startswith(_JPEG):
        return "jpeg", _checked(*_jpeg_size(data))
    raise ValueError("no picture")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 if marker in _BARE else 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    raise ValueError("no picture")


def _checked(width: int, height: int) -> tuple[int, int]:
    if not width or not height:
        raise ValueError("no picture")
    return width, height
