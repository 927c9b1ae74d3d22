"""The documented API on loopback, ready to use: `cp.sandbox()`."""

from __future__ import annotations

import tempfile
import weakref
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import pandas as pd

from ..api.connection import Connection
from ..errors import ConfigurationError
from ..sandbox_api import SandboxServer
from ..texts import say


class Sandbox:
    """Hold a running sandbox: the API, its money, its clock, and a connection with test keys.

    Its journal is a file of its own, gone with the sandbox, and never the user's; it is dated by the sandbox's time.

    Attributes:
        connection: ready to use, test mode; `.live_connection` has live keys, for seeing the live gate.
        base_url: where it listens, on this machine only.
        server: the sandbox itself: its ledger, its request log, the faults it can be told to have.
    """

    def __init__(self, server: SandboxServer, *, rate: float, concurrency: int, contract: str, timeout: float) -> None:
        self.server = server
        self._over = False
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._folder = tempfile.TemporaryDirectory(prefix="compropago-sandbox-", ignore_cleanup_errors=True)
        weakref.finalize(self, _end, server, self._folder)
        self._settings: dict[str, Any] = {
            "rate": rate,
            "concurrency": concurrency,
            "contract": contract,
            "timeout": timeout,
            "journal": Path(self._folder.name) / "journal.sqlite",
        }

    def start(self) -> Self:
        """Start it, which `cp.sandbox()` did already: once more does nothing, after `close` it starts afresh."""
        if hasattr(self, "base_url") and not self._over:
            return self
        self.server.start()
        self._over = False
        self.base_url = self.server.base_url
        self.connection = self.connect("test")
        self.live_connection = self.connect("live")
        return self

    def close(self) -> None:
        """End it, and its journal with it."""
        self._over = True
        for connection in self._connections:
            connection.close()
            connection.over = say("setup", "sandbox_closed")
        _end(self.server, self._folder)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox(base_url={getattr(self, 'base_url', None)!r})"

    def connect(self, mode: str = "test", **settings: Any) -> Connection:
        """Make another connection to it; settings as in `Connection`."""
        if self._over:
            raise ConfigurationError(say("setup", "sandbox_closed"))
        keys: dict[str, Any] = {"secret_key": f"sk_{mode}_sandbox", "public_key": f"pk_{mode}_sandbox"}
        made = Connection(**{**keys, "base_url": self.base_url, **self._settings, **settings})
        made.clock = lambda: self.server.now.timestamp()
        self._connections.add(made)
        return made

    def pay(self, order_id: str, amount: Decimal | float | None = None) -> None:
        """Pay an order: its price, unless another amount (MXN) is given, which the order refuses as a bank would."""
        self.server.pay(order_id, amount)

    def deposit(self, clabe: str, amount: Decimal | float, status: str = "paid") -> str:
        """Send money (MXN) to a CLABE, as a resident would from a banking app; give SPEI's tracking key.

        A `status` other than `"paid"` (`"pending"`, `"rejected"`) is listed in an account and moves nothing.
        """
        return self.server.deposit(clabe, amount, status).tracking_key

    def give_back(self, which: str, amount: Decimal | float | None = None) -> None:
        """Give a deposit to an account back, whole or an amount (MXN) of it, by its tracking key or its CLABE (the
        newest one)."""
        self.server.give_back(which, amount)

    def set_faults(self, faults: str = "") -> None:
        """Have shares of the requests go wrong from now on (`"429:0.05,drop_after:0.03"`); without a word, none.

        Raises:
            ValueError: faults that it does not know; the message lists those that it knows.
        """
        self.server.set_faults(faults)

    def fail_next(self, fault: str) -> None:
        """Have the next request go wrong, once: `"drop_after"` loses its answer, `"429"` refuses it for now.

        Raises:
            ValueError: a fault that it does not know; the message lists those that it knows.
        """
        self.server.fail_next(fault)

    def panel(self) -> Any:
        """Return all orders as ComproPago's panel lists them, the oldest first.

        Returns:
            DataFrame: `order_id`, `short_id`, `product_id`, `product_name`, `customer_id`, `price` (MXN) and `status`.
        """
        names = ["order_id", "short_id", "product_id", "product_name", "customer_id", "price", "status"]
        orders = self.server.ledger.orders
        listed = {name: [getattr(order, name) for order in orders] for name in names}
        text = pd.DataFrame(listed, columns=names).astype(dict.fromkeys(names, "string"))
        return text.assign(price=[float(order.price) for order in orders])

    def advance(self, by: timedelta) -> None:
        """Let time pass for the sandbox: orders expire, and later deposits are dated later."""
        self.server.advance(by)


def _end(server: SandboxServer, folder: tempfile.TemporaryDirectory[str]) -> None:
    """What is left to do when nobody uses a sandbox any more, or Python ends."""
    server.stop()
    folder.cleanup()


def sandbox(
    *,
    faults: str = "",
    latency: float = 0.0,
    server_rate: float | None = None,
    seed: int = 0,
    contract: str = "2019-06",
    rate: float = 200.0,
    concurrency: int = 8,
    timeout: float = 5.0,
) -> Sandbox:
    """Return the documented API on loopback, inside this process: it runs already, and no keys are needed.

    ::

        sandbox = cp.sandbox()
        table = cp.create_clabes("residentes.xlsx", connection=sandbox.connection)

    Args:
        faults: what goes wrong and how often (`"429:0.05,500_after:0.02,drop_after:0.03"`); repeatable by `seed`.
        latency: seconds that each answer takes.
        server_rate: requests a second above which it answers 429; None for no limit.
        contract: the edition that it and its connection speak; `"2019-08"` adds the lists of accounts.
        rate, concurrency, timeout: of its `.connection`: requests a second, in flight, and seconds.

    Returns:
        Sandbox: `.connection` is ready to use; `.pay(order_id)`, `.deposit(clabe, amount)` and `.advance(timedelta)`
        make things happen; `.close()`, the end of a `with` block, or of Python, ends it and its journal.

    Raises:
        ValueError: faults that it does not know.
    """
    editions = ("2019-06",) if contract == "2019-06" else ("2019-06", "2019-08")
    server = SandboxServer(editions=editions, faults=faults, latency=latency, rate=server_rate, seed=seed)
    made = Sandbox(server, rate=rate, concurrency=concurrency, contract=contract, timeout=timeout)
    return made.start()
