"""Keys, address, and one HTTP exchange: an answer or a fault, no retry, no opinion. HTTP lives only here."""

from __future__ import annotations

import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ..errors import ConfigurationError
from ..model import Batch, Fault, FaultKind, Json, Reply
from ..texts import say
from . import answers
from .operations import EDITIONS, joined_body, operation
from .settings import Secret, read_settings, warn_of_written_keys

DEFAULT_BASE_URL = "https://api.compropago.com"
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes; no answer of the API comes near it, and a hostile one ends here."""

_READ_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "connect_timeout"),
    (httpx.ConnectError, "connect_failed"),
    (httpx.ReadTimeout, "read_timeout"),
    (httpx.WriteTimeout, "write_timeout"),
    (httpx.PoolTimeout, "pool_timeout"),
    (httpx.ReadError, "connection_lost"),
    (httpx.WriteError, "connection_lost"),
    (httpx.CloseError, "connection_lost"),
    (httpx.RemoteProtocolError, "connection_lost"),
    (httpx.LocalProtocolError, "protocol_error"),
    (httpx.ProxyError, "proxy_failed"),
    (httpx.DecodingError, "unreadable_answer"),
    (httpx.UnsupportedProtocol, "unsupported_protocol"),
    (httpx.TooManyRedirects, "redirected"),
    (httpx.HTTPError, "transport_error"),
)
"""Its exceptions by name; whether anything was sent is told by the wire, never by these."""


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
        self._idle: deque[httpx.HTTPTransport] = deque()
        self._all: list[httpx.HTTPTransport] = []
        self._closer = weakref.finalize(self, _close_all, self._all)

    def __repr__(self) -> str:
        return (
            f"Connection(mode={self.mode!r}, base_url={self.base_url!r}, rate={self.rate:g}, "
            f"concurrency={self.concurrency}, contract={self.contract!r})"
        )

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
    def account(self) -> str:
        """A hash of the public key: the account that the journal and the pace belong to."""
        return self._public.fingerprint

    def send(self, batch: Batch) -> Reply:
        """Send the calls of one batch as one request: one exchange, an answer for each call or a fault for all."""
        spec = operation(batch[0].operation, self.contract)
        taken = self._exchange(spec.method, batch[0].path, joined_body(spec, batch))
        if isinstance(taken, Fault):
            return taken
        return answers.read_reply(spec, batch, *taken)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json | Fault:
        """Read one of the later edition's lists: the `data` of its answer, or the fault."""
        taken = self._exchange("GET", str(httpx.URL(path, params=params)) if params else path, None)
        if isinstance(taken, Fault):
            return taken
        body = answers.read_body("GET", *taken)
        return body if isinstance(body, Fault) else body.get("data")

    def _exchange(self, method: str, path: str, body: str | None) -> tuple[int, Mapping[str, str], bytes] | Fault:
        """Put one request on the wire; a fault says whether anything of it was really sent."""
        sent: list[bool] = []
        try:
            line = self._line()
        except (ImportError, ValueError, httpx.InvalidURL):  # a proxy's address that is none, or of an unknown kind
            return Fault(FaultKind.NOT_SENT, "proxy_failed")
        try:
            taken: tuple[int, Mapping[str, str], bytes] | Fault = self._read(line, method, path, body, sent)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ExceptionGroup, UnicodeError) as problem:
            kind = FaultKind.DOUBTFUL if sent else FaultKind.NOT_SENT
            taken = Fault(kind, _name(problem))
        self._idle.append(line)
        return taken

    def _read(
        self, line: httpx.HTTPTransport, method: str, path: str, body: str | None, sent: list[bool]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Read the whole answer within one `timeout`: a server that drips must not hold a stop for ever."""
        deadline = time.monotonic() + self.timeout

        def trace(event: str, told: Mapping[str, Any]) -> None:
            # What a proxy is asked for before (`CONNECT`) is no request of ours
            ours = getattr(told.get("request"), "method", None) != b"CONNECT"
            if ours and not sent and event.endswith("send_request_headers.started"):
                sent.append(True)

        content = None if body is None else body.encode()
        extensions = {"trace": trace, "timeout": httpx.Timeout(self.timeout, pool=None).as_dict()}
        request = httpx.Request(  # the headers hold the key, and so never stand in a variable
            method, _url(self.base_url + path), content=content, headers=self._headers(body), extensions=extensions
        )
        got = line.handle_request(request)
        got.request = request
        try:
            pieces, size = [], 0
            for piece in got.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if time.monotonic() > deadline or size > LARGEST_ANSWER:
                    raise httpx.ReadTimeout("the answer did not end")
            return got.status_code, got.headers, b"".join(pieces)
        finally:
            got.close()

    def _headers(self, body: str | None) -> dict[str, str]:
        """Write the headers of one request; the key is in them only from here to the wire."""
        told = {"User-Agent": "compropago-bulk", "Accept": "application/json", "Connection": "keep-alive"}
        if body is not None:
            told["Content-Type"] = "application/json"
        return told | {"Authorization": self._secret.basic_with(self._public)}

    def _line(self) -> httpx.HTTPTransport:
        """Take an idle line or make one: one request at a time each, which is the quickest and never queues.

        It is the HTTP library's own transport, without the client around it: redirects are never followed here,
        cookies never kept, and each of both costs a third of a request.
        """
        try:
            return self._idle.pop()
        except IndexError:
            secure = self.base_url.startswith("https")
            line = httpx.HTTPTransport(verify=_tls() if secure else False, trust_env=False, proxy=self._proxy())
            self._all.append(line)
            return line

    def _proxy(self) -> str | None:
        """Return the company's proxy, if its settings name one; it must not get what stays on this machine."""
        parts = urlsplit(self.base_url)
        if _is_loopback(self.base_url) or proxy_bypass(parts.hostname or ""):
            return None
        found = getproxies()
        return found.get(parts.scheme) or found.get("all")


@lru_cache(maxsize=64)
def _url(address: str) -> httpx.URL:
    return httpx.URL(address)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # costs tens of milliseconds, so one for all


def _close_all(lines: list[httpx.HTTPTransport]) -> None:
    while lines:
        lines.pop().close()


def _name(problem: Exception) -> str:
    return next((name for kind, name in _READ_FAULTS if isinstance(problem, kind)), "transport_error")


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_address(address: str) -> str:
    """Return the base URL without a trailing slash, or say what is wrong with it."""
    try:
        parts = urlsplit(address.strip())
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.username or not address.isascii():
        raise ConfigurationError(say("setup", "bad_base_url"))
    if parts.scheme == "http" and not _is_loopback(address.strip()):
        raise ConfigurationError(say("setup", "plain_http", host=parts.hostname))
    return address.strip().rstrip("/")


def _positive(name: str, value: float) -> float:
    if not 0 < value < float("inf"):
        raise ConfigurationError(say("setup", "bad_setting", name=name, value=value))
    return float(value)
