"""What of a person's data may be seen over a shoulder: initials, the shape of an address, the ends of a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..rows.headers import recognise
from ..rows.values import is_blank, shown
from ..rows.vocabulary import RESULTS

NAMES = frozenset({"name", "first_name", "last_name", "second_last_name"})
PLAIN = frozenset(
    {"reference", "customer_id", "unit", "tower", "price", "amount", "exp_date", "expires_at", "account_name"}
    | {"product_id", "product_name", "product_url", "order_id"}
)
"""Fields that are about the flat, not about who lives there."""
_QUOTED = re.compile(r"«[^»]*»")
_ADDRESS = re.compile(r"\S+@\S+")
_DIGITS = re.compile(r"\d{10,}")


def fields_of(labels: Sequence[Any], samples: Sequence[Sequence[Any]] | None = None) -> list[str | None]:
    """Give each column's field: of our own columns their name, of the owner's what they were taken for."""
    told = recognise(labels, samples)
    return [
        str(label) if str(label) in RESULTS | {"clabe", "order_id", "expires_at"} else one.field or one.suggestion
        for label, one in zip(labels, told, strict=True)
    ]


def is_known(field: str | None) -> bool:
    """Tell whether it is known what stands in a column, so that it can be shown, masked or not."""
    return field is not None and (field in RESULTS or field in PLAIN or field in NAMES | {"email", "phone", "clabe"})


def masked(value: Any, field: str | None) -> str:
    """Write a value so that the row can be told apart and nobody be found by it."""
    if is_blank(value):
        return ""
    text = shown(value)
    if field in NAMES:
        return " ".join(f"{word[0]}…" for word in text.split())
    if field == "email":
        return f"{text[0]}•••@•••"
    if field == "phone":
        return f"•••• {text[-2:]}"
    if field == "clabe":
        return f"{text[:3]}…{text[-4:]}"
    if field == "error":
        return _DIGITS.sub("•••", _ADDRESS.sub("•••", _QUOTED.sub("«•••»", text)))
    return text
