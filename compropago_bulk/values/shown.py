"""Any object of a frame as the text that a person sees, whether it says anything, and the forms to compare it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ..model import Value

NO_VALUE = "#SIN_VALOR!"
"""What a formula that was never calculated shows."""
LONGEST = 200
"""Characters of a value that a message shows."""

_PLACEHOLDERS = frozenset(
    "- -- --- — – . .. ... _ * ? ?? x xx xxx xxxx 0 n/a n/d n.a. s/c s/n s/d s/t n/t no|tiene no|aplica no|proporciono "
    "no|proporcionó no|disponible no|cuenta sin|correo sin|email sin|mail sin|e-mail sin|telefono sin|teléfono sin|tel "
    "sin|celular sin|dato sin|datos sin|nombre sin|referencia sin|informacion sin|información no|tiene|correo "
    "no|tiene|email no|tiene|telefono no|tiene|teléfono no|tiene|celular pendiente por|definir por|confirmar "
    "por|asignar desconocido ninguno ninguna".replace("|", "\x00").split()
)
BEGINS_A_PLACEHOLDER = tuple(sorted({item.split("\x00")[0] for item in _PLACEHOLDERS if "\x00" in item}))
"""The first words of those that have several."""
_SAYS_SOMETHING = re.compile("[@1-9]")
"""No placeholder has any of these: most values are told from one by a glance."""
_ERROR_CELL = re.compile(
    r"#(?:REF|N/[AD]|VALUE|DIV/0|NAME|NUM|NULL|SPILL|CALC|FIELD|¡VALOR|¡REF|¿NOMBRE|¡DIV/0|¡NUM|¡NULO|¡DESBORDAMIENTO)"
    r"[!?]?",
    re.IGNORECASE,
)

_MISSING = frozenset({"NAType", "NaTType"})
"""The types of pandas' marks for nothing, by name: values come without pandas here."""


def is_blank(value: Any) -> bool:
    """Whether a cell has nothing in it: None, NaN, NaT, NA, or text that shows nothing."""
    if value is None or type(value).__name__ in _MISSING:
        return True
    if isinstance(value, str):
        return not value or not strip_invisible(value)
    return value.is_nan() if isinstance(value, Decimal) else isinstance(value, float) and value != value


def shown(value: Any) -> str:
    """Write a value as its sheet shows it; whatever it is, this raises nothing."""
    if isinstance(value, str):
        return value
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    try:
        return _written(value)
    except Exception:  # noqa: BLE001 - an object of somebody's own may do anything when it is written
        return type(value).__name__


def _written(value: Any) -> str:
    plain = value.item() if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 else value
    if isinstance(plain, float):
        return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else repr(plain)
    if isinstance(plain, datetime):
        return plain.isoformat(sep=" ")
    if isinstance(plain, date):
        return plain.isoformat()
    return format(plain, "f") if isinstance(plain, Decimal) else str(plain)


def is_placeholder(text: str) -> bool:
    """Whether a text only says that there is nothing: `-`, `N/A`, `sin correo`, `pendiente`."""
    return _SAYS_SOMETHING.search(text) is None and _stands_for_nothing(text)


@lru_cache(maxsize=65536)
def _stands_for_nothing(text: str) -> bool:
    folded = fold(text)
    return "\x00".join(folded.split()).rstrip(".") in _PLACEHOLDERS or folded in _PLACEHOLDERS


def is_error_text(text: str) -> bool:
    """Whether a text is what a spreadsheet writes for an error: `#REF!`, `#N/D`."""
    return text.startswith("#") and _ERROR_CELL.fullmatch(text) is not None


def damage_of(text: str) -> str | None:
    """Return `error_cell` or `formula_without_value` for a text that stands for a damaged cell."""
    if not text.startswith("#"):
        return None
    if text.startswith(NO_VALUE):
        return "formula_without_value"
    return "error_cell" if is_error_text(text) else None


def short(text: str) -> str:
    """Cut a text for a message."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a value: its code, and what its sentence is filled with."""

    code: str
    details: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cleaned value, or None; and what was found. A blank gives neither."""

    value: Value | None = None
    findings: tuple[Finding, ...] = ()


BLANK = Parsed()


def bad(code: str, **details: object) -> Parsed:
    """Refuse a value."""
    return Parsed(None, (Finding(code, details),))


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
