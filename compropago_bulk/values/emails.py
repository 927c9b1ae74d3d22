"""E-mail addresses: the first of a cell, never repaired."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

from .shown import BLANK, Finding, Parsed, bad, is_blank, is_error_text, shown, strip_invisible

_SEPARATORS = re.compile(r"[;,/|\s]+")
_IN_BRACKETS = re.compile(r"[^<>@]*<\s*([^<>\s]+)\s*>")
_ATOMS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*").fullmatch
_LONGEST, _LONGEST_LOCAL = 254, 64
"""Characters of an address, and of what stands before its @ (RFC 5321)."""


def parse_email(value: Any) -> Parsed:
    """Take the first address of a cell; one that cannot be written to is refused."""
    return BLANK if is_blank(value) else _take(strip_invisible(shown(value)))


@lru_cache(maxsize=65536)
def _take(text: str) -> Parsed:
    if not text:
        return BLANK
    if is_error_text(text):
        return bad("error_cell")
    addresses = _addresses(text)
    if not addresses or not all(_holds(addresse) for addresse in addresses[:1]):
        return bad("bad_email")
    others = [addresse for addresse in addresses[1:] if addresse.casefold() != addresses[0].casefold()]
    found = [Finding("extra_emails", {"first": addresses[0]})] if others else []
    likely = likely_domain(addresses[0].rpartition("@")[2])
    found += [Finding("likely_typo", {"likely": likely})] if likely else []
    return Parsed(addresses[0], tuple(found))


def _addresses(text: str) -> list[str]:
    """Cut a cell into addresses. With a single @ the cell is one address: `ana@example,com` is a slip, not a list."""
    if text.count("@") == 1:
        return [_bare(text)]
    return [_bare(part) for part in _SEPARATORS.split(_IN_BRACKETS.sub(r" \1 ", text)) if "@" in part]


def _bare(text: str) -> str:
    inside = _IN_BRACKETS.fullmatch(text)
    address = (inside[1] if inside else text).strip()
    return address[7:] if address[:7].lower() == "mailto:" else address


def is_plain_email(text: str) -> bool:
    """Whether a text is one ordinary address: words and points before the @, a domain that holds after it."""
    local, _, domain = text.partition("@")
    if len(text) > _LONGEST or len(local) > _LONGEST_LOCAL or _ATOMS(local) is None:
        return False
    return _domain_holds(domain)


@lru_cache(maxsize=4096)
def _domain_holds(domain: str) -> bool:
    """Ask the library about a domain once: hundreds of residents share a few."""
    return domain.isascii() and likely_domain(domain) is None and _holds(f"somebody@{domain}")


_BIG = (
    *("gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "yahoo.com.mx", "icloud.com", "live.com", "live.com.mx"),
    *("prodigy.net.mx", "hotmail.es", "outlook.es", "hotmail.com.mx", "outlook.com.mx", "infinitummail.com"),
)
_REAL = frozenset(
    [
        *_BIG,
        "mail.com",
        "email.com",
        "ymail.com",
        "yahoo.es",
        "yahoo.co",
        "love.com",
        "line.com",
        "like.com",
        "life.com",
    ]
)
"""Domains that are one letter away from a big one, and exist."""


@lru_cache(maxsize=4096)
def likely_domain(domain: str) -> str | None:
    """Return the big provider's domain that is one slip away: a letter more, less, another, or two exchanged."""
    folded = domain.casefold()
    if folded in _REAL:
        return None
    return next((big for big in _BIG if _is_one_slip(folded, big)), None)


def _is_one_slip(text: str, wanted: str) -> bool:
    start = next((place for place, pair in enumerate(zip(text, wanted, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return abs(len(text) - len(wanted)) == 1
    left, right = text[start:], wanted[start:]
    exchanged = left[:2] == right[1::-1] and left[2:] == right[2:] and len(left) > 1 < len(right)
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or exchanged


def _holds(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True
