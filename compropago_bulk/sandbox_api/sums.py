"""Money, CLABEs, identifiers and moments: the sandbox's arithmetic. Pure."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Container
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")
FIXED_FEE = Decimal("8.00")
ORDER_FEE = Decimal("0.015")
IVA = Decimal("0.16")

DEPOSIT_FEES = (
    (Decimal("0.01"), Decimal(0), "Comisión en % por operación"),
    (Decimal(0), FIXED_FEE, "Comisión fija por operación"),
    (Decimal("0.015"), Decimal(0), "Comisión en % por operación"),
)
"""Fees of a deposit to a sub-account, as the documented lines are: 10.00 costs 0.10, 8.00 and 0.15, in this order."""

MEXICO_CITY = ZoneInfo("America/Mexico_City")

_WEIGHTS = (3, 7, 1)
_OWN_PREFIX = "6461801464"
"""STP (646), place 180, and the block that the documented CLABEs share; seven digits are left to give out."""


def cents(amount: Decimal) -> Decimal:
    """Round half up to the centavo."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def order_fee(price: Decimal) -> Decimal:
    """Give an order's fee before IVA: 8.00 + 1.5 % of the price (150.00 costs 10.25)."""
    return cents(FIXED_FEE + ORDER_FEE * price)


def iva(fee: Decimal) -> Decimal:
    """Give the IVA of a fee: 16 %."""
    return cents(IVA * fee)


def deposit_lines(amount: Decimal) -> list[tuple[str, Decimal]]:
    """Give the lines that a deposit makes in its account: itself, then each fee that is not nothing."""
    fees = [(words, -cents(share * amount + fixed)) for share, fixed, words in DEPOSIT_FEES]
    return [("Abono", amount), *((words, fee) for words, fee in fees if fee)]


def control_digit(digits: str) -> str:
    """Give the 18th digit of a CLABE from its first 17 (weights 3, 7, 1, each product modulo 10)."""
    total = sum(int(digit) * _WEIGHTS[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return str(-total % 10)


def free_clabe(digest: bytes, taken: Container[str]) -> str:
    """Give the first CLABE from the digest's place on that nobody has."""
    place = int.from_bytes(digest[:8], "big")
    while True:
        digits = f"{_OWN_PREFIX}{place % 10_000_000:07d}"
        clabe = digits + control_digit(digits)
        if clabe not in taken:
            return clabe
        place += 1


def digest(*parts: object) -> bytes:
    """Hash the parts in a way that keeps their borders: ("ab", "c") is not ("a", "bc")."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()


def identifier(source: bytes) -> str:
    """Write 16 bytes of a digest the way the API writes its identifiers."""
    return str(uuid.UUID(bytes=source[:16], version=4))


def default_expiry(created: datetime) -> datetime:
    """Give the end of an order: 23:00 in Mexico City on the third day after, as in the documented example."""
    day = created.astimezone(MEXICO_CITY).date() + timedelta(days=3)
    return datetime.combine(day, time(23), MEXICO_CITY).astimezone(UTC)


def epoch(moment: datetime) -> int:
    """Give epoch seconds."""
    return int(moment.timestamp())


def epoch_ms(moment: datetime) -> int:
    """Give epoch milliseconds."""
    return round(moment.timestamp() * 1000)


def number(amount: Decimal) -> int | float:
    """Write money as a JSON number: 150 as 150, 12.56 as 12.56."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
