"""Keys, address and pace of one account; each exchange is an answer or a fault, no retry, no opinion."""

from __future__ import annotations

import time
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..model import Batch, Fault, FaultKind, Reply
from ..texts import say
from . import answers
from .operations import EDITIONS, joined_body, operation
from .settings import Secret, read_settings, warn_of_written_keys
from .wire import Line, NotReadyError, Response, check_surroundings, is_loopback

DEFAULT_BASE_URL = "https://api.compropago.com"


class Connection:
    """Hold the keys, the address and the pace for one ComproPago account.

    API reference, edition 2019-06, "Autenticación".

    Args:
        secret_key: `sk_test_…` or `sk_live_…`; else COMPROPAGO_SECRET_KEY, else the same name in a `.env` file of the
            working folder.
        public_key: `pk_test_…` or `pk_live_…`; else COMPROPAGO_PUBLIC_KEY.
        base_url: the API's address; else COMPROPAGO_BASE_URL. Plain `http` only for this very machine.
        rate: requests a second, a hard ceiling; else COMPROPAGO_RATE, else 5.
        concurrency: requests in flight, a hard ceiling; else COMPROPAGO_CONCURRENCY, else 8.
        timeout: seconds for one exchange.
        journal: where the memory of what was sent is kept: a SQLite path or a `postgresql://` URL; else
            COMPROPAGO_JOURNAL, else a file in the user's data folder.
        contract: the edition of the API reference that is spoken, `2019-06` or `2019-08`.

    Attributes:
        clock: seconds since the epoch; what is kept is dated by it. The sandbox's connections go by the sandbox's time.
        over: why nobody answers there any more, as the sentence of a closed sandbox's connections; else None.

    Raises:
        ConfigurationError: keys missing, malformed or of two modes; an unsafe address; a setting out of range.
    """

    def __init__(
        self,
        secret_key: str | None = None,
        public_key: str | None = None,
        *,
        base_url: str | None = None,
        rate: float | None = None,
        concurrency: int | None = None,
        timeout: float = 30.0,
        journal: str | Path | None = None,
        contract: str = "2019-06",
    ) -> None:
        given: dict[str, Any] = {"secret_key": secret_key and Secret(secret_key)}
        secret_key = None  # from here on the text of a key stands in no variable of ours
        given["public_key"] = public_key and Secret(public_key)
        public_key = None
        warn_of_written_keys(given["secret_key"], given["public_key"])
        given |= {"base_url": base_url, "rate": rate, "concurrency": concurrency, "journal": journal}
        settings = read_settings(given)
        self._secret, self._public, self.mode = settings.secret_key, settings.public_key, settings.mode
        self.rate, self.concurrency, self.journal = settings.rate, settings.concurrency, settings.journal
        self.base_url = _checked_address(settings.base_url or DEFAULT_BASE_URL)
        self.timeout = _positive("timeout", timeout)
        if contract not in EDITIONS:
            raise ConfigurationError(say("setup", "bad_contract", value=contract, known=", ".join(EDITIONS)))
        self.contract = contract
        self.clock: Callable[[], float] = time.time
        self.over: str | None = None
        self._idle: deque[Line] = deque()
        self._all: list[Line] = []
        self._closer = weakref.finalize(self, _close_all, self._all)

    def __repr__(self) -> str:
        known = vars(self)  # while `__init__` fails, a traceback that shows locals asks for less than there will be
        names = ("mode", "base_url", "rate", "concurrency", "contract")
        return f"Connection({', '.join(f'{name}={known[name]!r}' for name in names if name in known)})"

    def describe(self) -> list[str]:
        """Return what a person may know of it, a sentence each: mode, address, pace; never a key."""
        pace = say("setup", "connection_pace", rate=self.rate, concurrency=self.concurrency)
        return [say("setup", f"connection_{self.mode}"), self.base_url, pace]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the sockets; the connection can still be used and opens new ones."""
        self._idle.clear()
        _close_all(self._all)

    @property
    def host(self) -> str:
        """The host that requests go to, with its port where one is given."""
        return urlsplit(self.base_url).netloc

    @property
    def account(self) -> str:
        """A hash of the public key: the account that the journal and the pace belong to."""
        return self._public.fingerprint

    def send(self, batch: Batch) -> Reply:
        """Send the calls of one batch as one request: one exchange, an answer for each call or a fault for all."""
        spec = operation(batch[0].operation, self.contract)
        taken = self._exchange(spec.method, batch[0].path, joined_body(spec, batch))
        if isinstance(taken, Fault):
            return taken
        return answers.read_reply(spec, batch, taken.status, taken.headers, taken.content)

    def make_ready(self) -> None:
        """Make sure that requests can leave at all: certificates, the proxy, and who is to answer.

        Raises:
            ConfigurationError: naming what is to be mended; nothing was sent.
        """
        if self.over is not None:
            raise ConfigurationError(self.over)
        try:
            check_surroundings(self.base_url)
        except NotReadyError as problem:
            raise ConfigurationError(str(problem)) from None

    def _exchange(self, method: str, path: str, body: str | None) -> Response | Fault:
        """Put one request on the wire; a fault says whether anything of it was really sent."""
        try:
            line = self._line()
        except NotReadyError as problem:
            return Fault(FaultKind.NOT_SENT, problem.code)
        # the headers hold the key, and so never stand in a variable
        taken = line.exchange(method, self.base_url + path, self._headers(body), body, self.timeout)
        self._idle.append(line)
        return taken

    def _line(self) -> Line:
        """Take an idle line or open one."""
        try:
            return self._idle.pop()
        except IndexError:
            line = Line(self.base_url)
            self._all.append(line)
            return line

    def _headers(self, body: str | None) -> dict[str, str]:
        """Write the headers of one request; the key is in them only from here to the wire."""
        headers = {"User-Agent": "compropago-bulk", "Accept": "application/json", "Connection": "keep-alive"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return headers | {"Authorization": self._secret.basic_with(self._public)}


def _close_all(lines: list[Line]) -> None:
    while lines:
        lines.pop().close()


def _checked_address(address: str) -> str:
    """Return the base URL without a trailing slash, or say what is wrong with it."""
    try:
        parts = urlsplit(address.strip())
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.username or not address.isascii():
        raise ConfigurationError(say("setup", "bad_base_url"))
    if parts.scheme == "http" and not is_loopback(address.strip()):
        raise ConfigurationError(say("setup", "plain_http", host=parts.hostname))
    return address.strip().rstrip("/")


def _positive(name: str, value: float) -> float:
    if not 0 < value < float("inf"):
        raise ConfigurationError(say("setup", "bad_setting", name=name, value=value))
    return float(value)
