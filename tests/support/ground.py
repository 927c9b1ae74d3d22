"""What the proofs stand on: invented residents, runs in processes of their own, and the sandbox's ledger as judge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import compropago_bulk as cp
import pandas as pd

PRODUCT = {"product_id": "MTTO-2026-11", "product_name": "Mantenimiento noviembre"}
FAULTS = (
    "429:0.05,500_before:0.02,500_after:0.02,drop_before:0.02,drop_after:0.03,stall:0.01,truncate:0.01,html_502:0.01"
)
CHILD = Path(__file__).with_name("child.py")
NEVER_SENT = {"not_sent", "failed", "rejected", "busy"}


def residents(number: int) -> pd.DataFrame:
    """Give invented residents; the same number gives the same ones."""
    places = range(1, number + 1)
    return pd.DataFrame(
        {
            "Referencia": [f"{one:06d}" for one in places],
            "Nombre": [f"Residente Número {one}" for one in places],
            "Correo": [f"r{one}@example.com" for one in places],
            "Cuota": [1500.0 + one % 400 for one in places],
        }
    )


def create(operation: str, table: pd.DataFrame, connection: cp.Connection, **more: object) -> pd.DataFrame:
    """Call the public function of an operation, with what it needs."""
    if operation == "orders":
        return cp.create_orders(table, **PRODUCT, connection=connection, progress=False, **more)
    if operation == "createAccount":
        return cp.create_accounts(table, account_name="Alamedas", connection=connection, progress=False, **more)
    return cp.create_clabes(table, connection=connection, progress=False, **more)


def outcomes(table: pd.DataFrame) -> dict[str, int]:
    """Count the outcomes."""
    return table["outcome"].value_counts().to_dict()


def start(base_url: str, journal: object, rows: int, operation: str = "orders", **settings: object) -> subprocess.Popen:
    """Start a run in a process of its own; it says `ready` before its first request and its counts at the end."""
    what = {"base_url": base_url, "journal": str(journal), "rows": rows, "operation": operation, **settings}
    return subprocess.Popen(
        [sys.executable, str(CHILD), json.dumps(what)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def counts_of(process: subprocess.Popen, timeout: float = 120) -> dict[str, int]:
    """Wait for a run's end and give its counts."""
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err
    return json.loads(out.strip().splitlines()[-1])


def judge(operation: str, table: pd.DataFrame, ledger: object) -> None:
    """Hold a table against what exists at the server: nothing twice, nothing lost, nothing made up."""
    kind = {"orders": "order", "createClabe": "clabe", "createAccount": "subaccount"}[operation]
    doubled = {} if kind == "clabe" else ledger.doubled(kind)
    assert not doubled, f"created twice: {doubled}"
    there = there_of(operation, ledger)
    for reference, outcome in zip(table["Referencia"], table["outcome"], strict=True):
        exists = reference in there
        if outcome in {"created", "existing"}:
            assert exists, f"{reference} is {outcome}, but the server has nothing"
        elif outcome in NEVER_SENT:
            assert not exists, f"{reference} is {outcome}, but the server has it"
        else:
            assert outcome == "unknown", outcome


def there_of(operation: str, ledger: object) -> dict[str, object]:
    """Give what the server has, by reference."""
    if operation == "orders":
        return {one.customer_id: one for one in ledger.orders}
    if operation == "createAccount":
        return {one.email.removeprefix("r").partition("@")[0].zfill(6): one for one in ledger.subaccounts}
    return {one.owner: one for one in ledger.clabes}
