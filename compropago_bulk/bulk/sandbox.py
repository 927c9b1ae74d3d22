"""The documented API on loopback, ready to use: `cp.sandbox()`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from ..api.connection import Connection
from ..sandbox_api import SandboxServer


class Sandbox:
    """Hold a running sandbox: the API, its money, its clock, and a connection with test keys.

    Its journal is a file of its own, gone with the sandbox, and never the user's.

    Attributes:
        connection: ready to use, test mode; `.live_connection` has live keys, for seeing the live gate.
        base_url: where it listens, on this machine only.
        server: the sandbox itself: its ledger, its request log, the faults it can be told to have.
    """

    def __init__(self, server: SandboxServer, *, rate: float, concurrency: int, contract: str) -> None:
        self.server = server
        self._folder = tempfile.TemporaryDirectory(prefix="compropago-sandbox-", ignore_cleanup_errors=True)
        self._settings: dict[str, Any] = {
            "rate": rate,
            "concurrency": concurrency,
            "contract": contract,
            "journal": Path(self._folder.name) / "journal.sqlite",
        }

    def __enter__(self) -> Self:
        self.server.start()
        self.base_url = self.server.base_url
        self.connection = self.connect("test")
        self.live_connection = self.connect("live")
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.live_connection.close()
        self.server.stop()
        self._folder.cleanup()

    def __repr__(self) -> str:
        return f"Sandbox(base_url={getattr(self, 'base_url', None)!r})"

    def connect(self, mode: str = "test", **settings: Any) -> Connection:
        """Make another connection to it; settings as in `Connection`."""
        keys = {"secret_key": f"sk_{mode}_sandbox", "public_key": f"pk_{mode}_sandbox"}
        return Connection(**keys, base_url=self.base_url, **(self._settings | settings))
