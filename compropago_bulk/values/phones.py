"""Mexican phones: ten national digits, whatever was typed around them (IFT: no prefixes since August 2019)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from .shown import BLANK, Finding, Parsed, bad, is_blank, is_error_text, shown, strip_invisible

_EXTENSION = re.compile(r"[\s,;/-]*\(?\b(?:ext(?:ensi[oó]n)?|x)\.?\s*:?\s*\d{1,6}\)?\s*$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;,/|\n]|\s+[yoe]\s+", re.IGNORECASE)
_LABEL = re.compile(r"^(?:tel[eé]fono|tel|cel(?:ular)?|m[oó]vil|whatsapp|wa)\b[.:\s]*", re.IGNORECASE)
_SHAPE = re.compile(r"\+?[\d\s().\-\u2010-\u2015]+")
_FLOAT = re.compile(r"(\d{10,14})\.0")
"""What a program that took the phone for a number wrote into a text file."""
_NUMBER = re.compile(r"\+?\d[\d\s().\-\u2010-\u2015]*\d")
_PREFIXES = ("00521", "0052", "521", "52", "044", "045", "01")
_NATIONAL = 10


def parse_phone(value: Any) -> Parsed:
    """Take the first phone of a cell as ten digits; what is none is named, and the row goes without it."""
    return BLANK if is_blank(value) else _take(strip_invisible(shown(value)))


@lru_cache(maxsize=65536)
def _take(text: str) -> Parsed:
    if not text:
        return BLANK
    if is_error_text(text):
        return bad("bad_phone", digits=0)
    if as_number := _FLOAT.fullmatch(text):
        text = as_number[1]
    text = unicodedata.normalize("NFKC", text)
    numbers = [part.strip() for part in _SEPARATORS.split(_EXTENSION.sub("", text)) if any(c.isdigit() for c in part)]
    digits = _national(numbers[0]) if numbers else None
    if digits is None:
        return _only_number(text)
    found = []
    if _EXTENSION.search(text):
        found.append(Finding("phone_extension", {"first": digits}))
    if any(_national(other) not in (None, digits) for other in numbers[1:]):
        found.append(Finding("extra_phones", {"first": digits}))
    return Parsed(digits, tuple(found))


def _only_number(text: str) -> Parsed:
    """Take the one phone among words; where there is none, or several, say how many digits there are."""
    found = {digits for number in _NUMBER.findall(text) if (digits := _national(number.strip())) is not None}
    if len(found) == 1:
        return Parsed(found.pop())
    return bad("bad_phone", digits=sum(char.isdigit() for char in text))


def _national(text: str) -> str | None:
    bare = _LABEL.sub("", text)
    if not _SHAPE.fullmatch(bare):
        return None
    digits = "".join(char for char in bare if char in "0123456789")
    if bare.startswith("+") and not digits.startswith("52"):
        return None
    if len(digits) > _NATIONAL:
        prefix = next(
            (item for item in _PREFIXES if digits.startswith(item) and len(digits) == len(item) + _NATIONAL), None
        )
        digits = digits[len(prefix) :] if prefix else digits
    return digits if len(digits) == _NATIONAL and digits[0] not in "01" else None
