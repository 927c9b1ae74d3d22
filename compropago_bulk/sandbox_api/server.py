"""The sandbox as a server on loopback: a thread with an event loop of its own, and the handle on it."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Self

import uvicorn

from .faults import Match
from .records import (
    PUBLIC_KEYS,
    SECRET_KEYS,
    SETTLED,
    Deposit,
    Exchange,
    LedgerState,
    Order,
    Transaction,
    Violation,
)
from .service import Desk
from .wire import Application, Wire

_HOST = "127.0.0.1"
_LAST_WORDS = 2.0
"""Seconds that answers on their way get at the end."""


def _now() -> datetime:
    return datetime.now(UTC)


class SandboxServer:
    """The documented API on this machine, with real state, breaking on request. A context manager.

    Args:
        port: where to listen on 127.0.0.1; 0 takes any free port.
        editions: editions of the API reference to serve: `2019-06`, `2019-08`, or both.
        faults: what goes wrong by chance, as in `"429:0.05,drop_after:0.03"`; see `faults.FAULTS` for the names.
        answers: how answers differ from the documented ones, as in `"bare,times_ms"`; see `answers.VARIANTS`.
        latency: seconds between the deed and its answer.
        rate: requests a second that are let in; above it 429, now and then with Retry-After.
        seed: of the faults, the identifiers and the CLABEs; the same seed and requests give the same of each.
        clock: the time now, with a time zone; `advance` adds to it.

    Attributes:
        secret_key, public_key: the test keys; `live_secret_key` and `live_public_key` open books of their own.

    Raises:
        ValueError: an edition, a fault or a variant that is not known; the message lists those that are.
    """

    secret_key, public_key = SECRET_KEYS["test"], PUBLIC_KEYS["test"]
    live_secret_key, live_public_key = SECRET_KEYS["live"], PUBLIC_KEYS["live"]

    def __init__(
        self,
        port: int = 0,
        *,
        editions: Collection[str] = ("2019-06",),
        faults: str | Mapping[str, float] = "",
        answers: Collection[str] | str = "",
        latency: float = 0.0,
        rate: float | None = None,
        seed: int = 0,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        editions = (editions,) if isinstance(editions, str) else editions
        self._desk = Desk(editions=editions, faults=faults, variants=answers, rate=rate, seed=seed, clock=clock)
        self._port, self._latency = port, latency
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"SandboxServer({self.base_url if self._running else 'not running'})"

    # -- its life

    def start(self) -> Self:
        """Listen; when this returns, requests are answered. Once running it does nothing.

        Raises:
            OSError: the port is taken.
        """
        if self._running is None:
            self._running = _Running(self._desk, self._latency, self._port)
        return self

    def stop(self) -> None:
        """Let answers on their way out, end silent connections, and close. Its state can still be read."""
        if self._running is not None:
            self._running.end()
            self._running = None

    @property
    def base_url(self) -> str:
        """The address to send requests to.

        Raises:
            RuntimeError: it does not run.
        """
        if self._running is None:
            raise RuntimeError("the sandbox does not run: call start() first")
        return f"http://{_HOST}:{self._running.port}"

    # -- what people and banks do

    def pay(self, order_id: str, amount: Decimal | float | str | None = None) -> Order:
        """Transfer an order's price, or another amount, to its CLABE; give the order as it stands then.

        Raises:
            LookupError: no such order.
        """
        return self._desk.pay(order_id, None if amount is None else Decimal(str(amount)))

    def deposit(self, clabe: str, amount: Decimal | float | str, status: str = SETTLED) -> Deposit:
        """Transfer an amount to a CLABE: it pays an open order of this sum, is kept, or goes back with the reason.

        Args:
            clabe: whose.
            amount: MXN.
            status: as an account's transactions say it; one that is not `"paid"` (`"pending"`, `"rejected"`) moves
                nothing.

        Raises:
            LookupError: nobody was given this CLABE.
            ValueError: an amount that is not more than nothing.
        """
        return self._desk.deposit(clabe, Decimal(str(amount)), status)

    def give_back(self, which: str, amount: Decimal | float | str | None = None) -> Transaction:
        """Give a deposit to an account back, by its tracking key or its CLABE (the newest one), or a part of it.

        Raises:
            LookupError: there is no such deposit.
            ValueError: more than was deposited, or not more than nothing.
        """
        return self._desk.give_back(which, None if amount is None else Decimal(str(amount)))

    def advance(self, by: timedelta) -> datetime:
        """Move the sandbox's time on, and give the new one."""
        return self._desk.advance(by)

    @property
    def now(self) -> datetime:
        """The sandbox's own time."""
        return self._desk.now

    # -- what goes wrong

    def fail_next(self, kind: str, n: int = 1, *, match: Match = None, retry_after: str | None = None) -> None:
        """Have the next `n` requests fail in this way.

        Args:
            kind: a name of `faults.FAULTS`.
            n: how many.
            match: only requests that hold this text (method, path, query, body), or for which this function says so.
            retry_after: what the answer's Retry-After says.

        Raises:
            ValueError: no such kind; the message lists them all.
        """
        self._desk.fail_next(kind, n, match, retry_after)

    def set_faults(self, faults: str | Mapping[str, float]) -> None:
        """Replace all faults that are to come, those of `fail_next` too; an empty text ends them."""
        self._desk.set_faults(faults)

    def set_rate(self, rate: float | None) -> None:
        """Replace the limit of requests a second; None lifts it."""
        self._desk.set_rate(rate)

    # -- the truth

    @property
    def ledger(self) -> LedgerState:
        """The true state of the test mode now: accounts, CLABEs, orders, deposits, and every effect with its key."""
        return self._desk.state("test")

    @property
    def live_ledger(self) -> LedgerState:
        """The same of the live mode."""
        return self._desk.state("live")

    @property
    def log(self) -> tuple[Exchange, ...]:
        """Every request as it arrived, and what became of it (the latest 200,000)."""
        return self._desk.log()

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Everything in any request that broke the documented contract, refused or not."""
        return self._desk.violations()


class _Running:
    """A server that listens, from construction to `end`."""

    def __init__(self, desk: Desk, latency: float, port: int) -> None:
        listening = _listen(port)
        self.port: int = listening.getsockname()[1]
        self._begun = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._application = Application(desk, latency)
        self._server = _Server(_config(self._application), self._begun)
        self._thread = threading.Thread(target=self._run, args=(listening,), name="compropago-sandbox", daemon=True)
        self._thread.start()
        self._begun.wait()

    def end(self) -> None:
        """Close, and wait until it is closed."""
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._leave)
        self._thread.join()

    def _leave(self) -> None:
        self._application.closing.set()
        self._server.leaving.set()

    def _run(self, listening: socket.socket) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._server.serve(sockets=[listening]))


class _Server(uvicorn.Server):
    """Starts with a word to who waits, and stops at once instead of looking ten times a second whether it should."""

    def __init__(self, config: uvicorn.Config, begun: threading.Event) -> None:
        super().__init__(config)
        self._begun = begun
        self.leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        try:
            await super().startup(sockets=sockets)
        finally:
            self._begun.set()

    async def main_loop(self) -> None:
        """Keep the Date header up to date until it is time to leave."""
        while not self.leaving.is_set():
            await self.on_tick(0)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.leaving.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the doors, let answers on their way out, and close every connection."""
        for server in self.servers:
            server.close()
        tasks = self.server_state.tasks
        if tasks:
            await asyncio.wait(tasks, timeout=_LAST_WORDS)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(tasks):
            task.cancel()
        await asyncio.sleep(0)


def _config(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=Wire,
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level=logging.ERROR,
        timeout_keep_alive=600,  # an idle connection that closes under a request would be a fault that nobody ordered
    )


def _listen(port: int) -> socket.socket:
    # named as TCP, or asyncio leaves Nagle on, and each answer waits 40 ms for an acknowledgement
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HOST, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening
