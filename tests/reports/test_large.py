"""Twenty thousand orders: the time is the rate's, not ours, and memory stays flat. Prints what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ORDERS, RATE = 20_000, 400

MAKE = """
import os
import compropago_bulk as cp, pandas as pd
orders = int(os.environ["ORDERS"])
sheet = pd.DataFrame({
    "Torre": [f"Torre {one % 7}" for one in range(orders)], "Depto": [str(one) for one in range(orders)],
    "Referencia": [f"{one:06d}" for one in range(orders)], "Nombre": [f"Residente {one}" for one in range(orders)],
    "Correo": [f"r{one}@example.com" for one in range(orders)], "Cuota": [1500 + one % 900 for one in range(orders)],
})
how = {"progress": False, "connection": cp.Connection(rate=5000)}
table = cp.create_orders(sheet, product_id="P", product_name="Cuota", **how)
assert (table["outcome"] == "created").all()
table.to_pickle("orders.pickle")
"""

AUDIT = """
import json, os, pathlib, time
import compropago_bulk as cp, pandas as pd
import sqlalchemy, httpx

def kilobytes(name):  # getrusage would tell the high water of whoever started this program
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

before = kilobytes("VmRSS")
table = pd.read_pickle("orders.pickle")
begun, worked = time.perf_counter(), time.process_time()
audit = cp.audit_orders(table, progress=False, connection=cp.Connection(rate=float(os.environ["RATE"])))
spent, worked = time.perf_counter() - begun, time.process_time() - worked
peak = kilobytes("VmHWM")
assert int(audit.summary["orders"].sum()) == len(table) and audit.id is not None
begun = time.perf_counter()
audit.export_excel("cobranza.xlsx")
export = time.perf_counter() - begun
print(json.dumps({"seconds": spent, "worked": worked, "mb": (peak - before) / 1024, "export": export}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")
def test_20000_orders_cost_under_a_millisecond_each_and_under_300_mb(tmp_path, capsys):
    server = subprocess.Popen(
        [sys.executable, "-m", "compropago_bulk.sandbox_api", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        settings = dict(server.stdout.readline().strip().split("=", 1) for _ in range(3))
        surroundings = {**os.environ, **settings, "ORDERS": str(ORDERS), "RATE": str(RATE)}
        surroundings["COMPROPAGO_JOURNAL"] = str(tmp_path / "journal.sqlite")
        told = ""
        for program in (MAKE, AUDIT):
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=tmp_path,
                env=surroundings,
                capture_output=True,
                text=True,
                check=True,
            )
            told = done.stdout
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()
    figures = json.loads(told)
    own = figures["seconds"] - ORDERS / RATE
    with capsys.disabled():
        print(f"\n{ORDERS} orders at {RATE}/s, own {own / ORDERS * 1000:.2f} ms an order, {figures}")
    assert own / ORDERS < 0.001
    assert figures["mb"] < 300
