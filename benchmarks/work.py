"""The work that every peer does: the same invented residents, the same bodies, the same keys."""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

KEYS = ("sk_test_benchmark", "pk_test_benchmark")
PRODUCT = {"product_id": "P", "product_name": "Cuota"}
IN_FLIGHT = 32


def residents(number: int, first: int = 1) -> pd.DataFrame:
    """Give invented residents with ten columns."""
    places = range(first, first + number)
    return pd.DataFrame(
        {
            "Referencia": [f"{one:07d}" for one in places],
            "Depto.": [f"A-{one}" for one in places],
            "Nombre": [f"Residente Número {one}" for one in places],
            "Correo": [f"r{one}@example.com" for one in places],
            "Teléfono": [f"55{one:08d}" for one in places],
            "Cuota": [1500.0 + one % 400 for one in places],
            "Torre": ["Torre A"] * number,
            "Piso": [str(one % 20) for one in places],
            "Observaciones": ["sin novedad"] * number,
            "Nota": ["al corriente"] * number,
        }
    )


def body(reference: str, name: str, email: str, phone: str, price: float) -> dict[str, Any]:
    """Give the request of one order as an analyst would write it."""
    return {
        "product": {"id": "P", "price": price, "name": "Cuota"},
        "customer": {"id": reference, "name": name, "email": email, "phone": phone},
        "payment": {"type": "SPEI"},
    }


def bodies(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give all requests."""
    columns = [table[name] for name in ("Referencia", "Nombre", "Correo", "Teléfono", "Cuota")]
    return [body(*row) for row in zip(*columns, strict=True)]


if __name__ == "__main__":  # a sheet, written by a process of its own, whose memory nobody counts
    residents(int(sys.argv[1])).to_excel(sys.argv[2], index=False, engine="xlsxwriter")
