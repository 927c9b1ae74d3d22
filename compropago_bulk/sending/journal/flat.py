"""An answer as columns, and columns as an answer. Money travels as exact text, truth as 0 or 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ...rows.model import Answer
from .tables import ANSWER_FIELDS

NOTHING: Mapping[str, Any] = dict.fromkeys(ANSWER_FIELDS)


def flatten(answer: Answer | None) -> dict[str, Any]:
    """Write an answer as values of the answer columns; all of them None where there is no answer."""
    if answer is None:
        return dict(NOTHING)
    flat = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    for name in ("order_price", "fee", "iva"):
        if flat[name] is not None:
            flat[name] = str(flat[name])
    if flat["test_mode"] is not None:
        flat["test_mode"] = int(flat["test_mode"])
    return flat


@lru_cache(maxsize=4096)
def _money(text: str | None) -> Decimal | None:
    """Read a sum; the same few sums stand at thousands of residents, so they share one number."""
    return None if text is None else Decimal(text)


def unflatten(values: Sequence[Any]) -> Answer:
    """Read an answer from the values of the answer columns, in the order of `ANSWER_FIELDS`."""
    clabe, status, test_mode, order_id, short_id, price, fee, iva, *rest = values
    truth = None if test_mode is None else test_mode == 1
    return Answer(clabe, status, truth, order_id, short_id, _money(price), _money(fee), _money(iva), *rest)
