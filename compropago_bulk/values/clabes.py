"""CLABEs: the control digit, and the bank of the first three digits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import clabe
import numpy as np

_DIGITS = 18
_WEIGHTS = np.resize(np.array([3, 7, 1], dtype="uint8"), _DIGITS - 1)


def is_valid_clabe(text: str) -> bool:
    """Whether a CLABE has 18 digits, a control digit that fits, and a bank that exists."""
    return _has_its_digits(text) and bool(clabe.validate_clabe(text))


def valid_clabes(texts: Sequence[str | None]) -> list[bool | None]:
    """Tell the same of a whole column at once; None where there is no CLABE."""
    told: list[bool | None] = [None if text is None else False for text in texts]
    places = [place for place, bank in enumerate(banks_of(texts)) if bank is not None]
    joined = "".join([texts[place] or "" for place in places])
    digits = np.frombuffer(joined.encode(), dtype="uint8").reshape(-1, _DIGITS) - ord("0")
    sums = (digits[:, :-1] * _WEIGHTS % 10).sum(axis=1, dtype="uint16")  # bytes: a column of a million stays small
    for place, holds in zip(places, ((10 - sums % 10) % 10 == digits[:, -1]).tolist(), strict=True):
        told[place] = holds
    return told


def bank_of(text: str) -> str | None:
    """Name the bank of a CLABE; None where there is no such bank."""
    return _bank(text[:3]) if _has_its_digits(text) else None


def banks_of(texts: Sequence[str | None]) -> list[str | None]:
    """Name the bank of each CLABE."""
    return [_bank(text[:3]) if text is not None and _has_its_digits(text) else None for text in texts]


def _has_its_digits(text: str) -> bool:
    return len(text) == _DIGITS and text.isascii() and text.isdigit()


@lru_cache(maxsize=1024)
def _bank(first_three: str) -> str | None:
    try:
        return str(clabe.get_bank_name(first_three))
    except ValueError:
        return None
