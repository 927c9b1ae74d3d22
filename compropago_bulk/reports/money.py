"""Money as whole centavos: what is added up is exact, and only what is shown becomes a number of pesos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

CENT = Decimal("0.01")


def to_centavos(amount: Decimal | float | int | None) -> int | None:
    """Give the centavos of an amount in MXN, half a centavo rounded up; None for none."""
    if amount is None or amount is pd.NA or amount != amount:
        return None
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    return int((exact * 100).to_integral_value(ROUND_HALF_UP))


def add_up(amounts: Iterable[int | None]) -> int:
    """Add centavos; what is not known adds nothing."""
    return sum(one for one in amounts if one is not None)


def pesos(centavos: int | None) -> float | None:
    """Give MXN from centavos: the number nearest to the exact amount."""
    return None if centavos is None else centavos / 100


def exact(centavos: int) -> Decimal:
    """Give MXN from centavos, exactly."""
    return Decimal(centavos).scaleb(-2)


def money_column(centavos: Sequence[int | None]) -> pd.Series[float]:
    """Make a column of MXN (Float64)."""
    return pd.Series([pesos(one) for one in centavos], dtype="Float64")


def share_column(centavos: Sequence[int], total: int) -> pd.Series[float]:
    """Make a column of shares of a total, 0 to 1 (Float64)."""
    return pd.Series([one / total if total else 0.0 for one in centavos], dtype="Float64")


def written(centavos: int | None) -> str:
    """Write an amount as people read it: `$1,500.00`."""
    return "" if centavos is None else f"${exact(centavos):,.2f}"
