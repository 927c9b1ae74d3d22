"""Whole columns at a glance: values that a strict pattern knows to be clean go out as they stand.

Most values of most sheets are of this kind, and what is found out about one value at a time costs twenty times as much.
A pattern may be too strict, never too lax: a test holds each of them to the function that takes a value carefully.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..model import Value
from .emails import is_plain_email
from .money import parse_money
from .shown import BEGINS_A_PLACEHOLDER
from .texts import odd_reference

_LETTERS = "A-Za-zÁÉÍÓÚÜÑáéíóúüñ"
_WORD = rf"[{_LETTERS}0-9]+\.?"
_SAYS_SOMETHING = "(?=.*[1-9])"
"""No placeholder has such a digit."""
_IDENTIFIER = re.compile(rf"{_SAYS_SOMETHING}[A-Za-z0-9]+(?:[ /-][A-Za-z0-9]+)*").fullmatch
_WORDS = re.compile(rf"(?!(?i:{'|'.join(BEGINS_A_PLACEHOLDER)})\b){_WORD}(?: {_WORD})+").fullmatch
_PHONE = re.compile("[2-9][0-9]{9}").fullmatch
_ORDER_ID = re.compile(rf"{_SAYS_SOMETHING}[A-Za-z][A-Za-z0-9_-]{{2,119}}").fullmatch


def _is_reference(text: str) -> bool:
    return _IDENTIFIER(text) is not None and (text.isdigit() or not odd_reference(text))


_TEXTS: dict[str, Callable[[str], object]] = {
    "reference": _is_reference,
    "customer_id": _is_reference,
    "product_id": _IDENTIFIER,
    "order_id": _ORDER_ID,
    "name": _WORDS,
    "account_name": _WORDS,
    "product_name": _WORDS,
    "email": is_plain_email,
    "phone": _PHONE,
}
_MONEY = frozenset({"price", "amount"})


def plain_values(field: str, values: Sequence[Any]) -> list[Value | None]:
    """Return each value that is clean as it stands, and None for each one that has to be looked at carefully."""
    if field in _MONEY:
        return _sums(values)
    holds = _TEXTS.get(field)
    if holds is None:
        return [None] * len(values)
    return [value if type(value) is str and holds(value) else None for value in values]


def _sums(values: Sequence[Any]) -> list[Value | None]:
    """Take each distinct number once: a fee stands at many residents."""
    numbers = {value for value in values if type(value) is float or type(value) is int}
    known = {value: taken.value for value in numbers if not (taken := parse_money(value)).findings}
    return [known.get(value) if type(value) is float or type(value) is int else None for value in values]
