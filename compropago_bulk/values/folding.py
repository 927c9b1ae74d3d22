"""The forms in which texts are compared: nothing invisible, one blank, letter case ignored."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Cc", "Co", "Cs"} and char not in "\t\n\r"


def strip_invisible(text: str) -> str:
    """Remove what nobody sees (zero-width, soft hyphen, direction marks, controls) and outer blanks; give NFC."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    if text.isprintable():  # no invisible character, and no blank but the ordinary one
        return (text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)).strip(" ")
    kept = "".join(char for char in text if not _invisible(char))
    return unicodedata.normalize("NFC", kept).strip()  # str.strip takes NBSP and its kin too


def unspoilt(text: str) -> str:
    """Return what a text was before its UTF-8 was read as Windows-1252 (`TelÃ©fono`); any other text as it is."""
    if "Ã" not in text and "Â" not in text:
        return text
    try:
        return b"".join(_byte(char) for char in text).decode()
    except UnicodeError:
        return text


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")  # five bytes that Windows-1252 leaves open


_RUNS = frozenset("=+-@|\t\r")


def could_run(text: str) -> bool:
    """Whether a spreadsheet program could take a text for something to run: blanks, line ends, quotes and what nobody
    sees may stand before the sign, and the sign may be full-width."""
    bare = text.lstrip("'")
    if not bare or bare[0].isalnum():
        return False
    if bare[0] in _RUNS:
        return True
    seen = (char for char in bare if not (char.isspace() or char in "'\ufeff" or _invisible(char)))
    return unicodedata.normalize("NFKC", next(seen, " ")) in _RUNS


def fold(text: str) -> str:
    """Return an identity's form for comparing: NFC, no outer blanks, nothing invisible, letter case ignored."""
    if text.isascii() and text.isprintable():
        lower = text.strip(" ").lower()
        return text if lower == text else lower  # most are folded already, and share their memory
    folded = strip_invisible(text).casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def one_blank(text: str) -> str:
    """Run white space together: one blank between words."""
    return _BLANKS.sub(" ", text) if "  " in text or not text.isprintable() else text
