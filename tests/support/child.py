"""One run in a process of its own: what it is told stands in its only argument, as JSON."""

from __future__ import annotations

import json
import sys

import compropago_bulk as cp
import ground

what = json.loads(sys.argv[1])
table = ground.residents(what.pop("rows"))
operation = what.pop("operation")
more = {name: what.pop(name) for name in ("output",) if name in what}
settings = {"rate": 2_000.0, "concurrency": 8, "timeout": 5.0, **what}
with cp.Connection("sk_test_sandbox", "pk_test_sandbox", **settings) as connection:
    print("ready", flush=True)
    result = ground.create(operation, table, connection, **more)
    print(json.dumps(ground.outcomes(result)), flush=True)
