"""CLABEs: the control digit, and the bank of the first three digits."""

from __future__ import annotations

from functools import lru_cache

import clabe


@lru_cache(maxsize=65536)
def clabe_holds(text: str) -> bool:
    """Tell whether a CLABE has 18 digits, a control digit that fits, and a bank that exists."""
    return len(text) == 18 and text.isascii() and text.isdigit() and bool(clabe.validate_clabe(text))


@lru_cache(maxsize=4096)
def bank_of(text: str) -> str | None:
    """Name the bank of a CLABE; None where there is no such bank."""
    if len(text) != 18 or not text.isascii() or not text.isdigit():
        return None
    try:
        return str(clabe.get_bank_name(text))
    except ValueError:
        return None
