"""What makes two rows the same row: folded keys and fingerprints. Compared folded, sent as typed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from .model import Operation, Value

SEPARATOR = " | "
_BLANKS = re.compile(r"\s+")
_WRITE = json.JSONEncoder(ensure_ascii=False).encode


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


def fold(text: str) -> str:
    """Give the form in which identities are compared: NFC, no outer blanks, nothing invisible, letter case ignored."""
    if text.isascii() and text.isprintable():
        return text.strip(" ").lower()
    folded = strip_invisible(text).casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def one_blank(text: str) -> str:
    """Run white space together: one blank between words."""
    return _BLANKS.sub(" ", text) if "  " in text or not text.isprintable() else text


def fold_key(values: Mapping[str, Value], fields: Iterable[str]) -> str:
    """Join the folded values of `fields` into one key that a person can read and type; empty where one is missing."""
    parts = []
    for name in fields:
        if name not in values:
            return ""
        parts.append(fold(str(values[name])).replace("\\", "\\\\").replace("|", "\\|"))
    return SEPARATOR.join(parts)


def fingerprint(spec: Operation, values: Mapping[str, Value]) -> str:
    """Hash what makes the row's data. Letter case of the e-mail does not count, nor do the spec's `not_compared`."""
    told = {
        name: str(values[name]).casefold() if name == "email" else _plain(values[name])
        for name in _compared(tuple(spec.needs), tuple(spec.optional), tuple(spec.only_if_named), spec.not_compared)
        if name in values
    }
    return hashlib.sha256(_WRITE(told).encode()).hexdigest()[:32]


@lru_cache
def _compared(
    needs: tuple[str, ...], optional: tuple[str, ...], named: tuple[str, ...], not_compared: frozenset[str]
) -> tuple[str, ...]:
    return tuple(sorted({*needs, *optional, *named} - not_compared))


def _plain(value: Value) -> str:
    """Give 1500, 1500.0 and 1500.00 one form."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
