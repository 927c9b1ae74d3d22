"""A condominium that lives for months on the sandbox: residents pay on time, late, short, twice, never, elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import compropago_bulk as cp
import pandas as pd
import pytest

HABITS = ("on_time", "late", "short", "twice", "never", "old_clabe")
QUIET = {"progress": False}


def flats(number: int) -> pd.DataFrame:
    """Give a sheet of invented residents, with odd centavos in their fees."""
    return pd.DataFrame(
        {
            "Torre": [f"Torre {'ABC'[one % 3]}" for one in range(number)],
            "Depto": [f"{one + 101}" for one in range(number)],
            "Referencia": [f"{one + 1:06d}" for one in range(number)],
            "Nombre": [f"Residente Número {one}" for one in range(number)],
            "Correo": [f"r{one}@example.com" for one in range(number)],
            "Cuota": [1500 + 0.37 * (one % 11) for one in range(number)],
            "Hábito": [HABITS[one % len(HABITS)] for one in range(number)],
        }
    )


@dataclass
class Year:
    """What happened, month by month."""

    place: object
    sheet: pd.DataFrame
    orders: list = field(default_factory=list)
    audits: list = field(default_factory=list)
    ledgers: list = field(default_factory=list)
    """The sandbox's own books at the moment of each audit."""


def live_through(place, number: int, months: int) -> Year:
    """Charge every month, let residents do as they do, and audit at the month's end."""
    year = Year(place, flats(number))
    how = {"connection": place.connection, **QUIET}
    old = cp.create_clabes(year.sheet.assign(Referencia="viejo-" + year.sheet["Referencia"]), **how)["clabe"]
    for month in range(1, months + 1):
        name = {"product_id": f"MTTO-{month:02d}", "product_name": f"Mantenimiento {month}"}
        made = cp.create_orders(year.sheet, **name, **how)
        year.orders.append(made)
        place.advance(timedelta(days=1))
        pay(place, made, old, ("on_time", "twice", "short", "old_clabe"))
        place.advance(timedelta(days=13))
        pay(place, made, old, ("late",))
        place.advance(timedelta(days=7))
        year.audits.append(cp.audit_orders(pd.concat(year.orders, ignore_index=True), **how))
        year.ledgers.append(place.server.ledger)
        place.advance(timedelta(days=9))
    return year


def pay(place, made, old, habits) -> None:
    """Let the residents of these habits send their money."""
    for position, habit in enumerate(made["Hábito"]):
        if habit not in habits:
            continue
        price, clabe = Decimal(str(made["order_price"].iloc[position])), made["clabe"].iloc[position]
        if habit == "short":
            place.deposit(clabe, price - Decimal("0.01"))
        elif habit == "old_clabe":
            place.deposit(old.iloc[position], price)
        else:
            place.deposit(clabe, price)
        if habit == "twice":
            place.deposit(clabe, price)


@pytest.fixture
def year():
    """Give four months of eighteen flats."""
    with cp.sandbox(rate=2_000) as place:
        yield live_through(place, 18, 4)


def exact(amount) -> Decimal:
    """Read an amount of a report to the centavo."""
    told = Decimal(str(float(amount)))
    assert told == told.quantize(Decimal("0.01")), "a sum of floats, not of centavos"
    return told
