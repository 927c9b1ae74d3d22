"""One HTTP exchange on one socket, within one deadline; certificates and proxies. HTTP lives only here."""

from __future__ import annotations

import os
import platform
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import httpcore
import httpx
import truststore

from ..errors import ConfigurationError
from ..model import Fault, FaultKind
from ..texts import say

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes; no answer of the API comes near it, and a hostile one ends here."""
_PIECE = 16_384

_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (httpcore.ConnectTimeout, "connect_timeout"),
    (httpcore.ConnectError, "connect_failed"),
    (httpcore.ReadTimeout, "read_timeout"),
    (httpcore.WriteTimeout, "write_timeout"),
    (httpcore.PoolTimeout, "pool_timeout"),
    (httpcore.ReadError, "connection_lost"),
    (httpcore.WriteError, "connection_lost"),
    (httpcore.RemoteProtocolError, "connection_lost"),
    (httpcore.LocalProtocolError, "protocol_error"),
    (httpcore.ProxyError, "proxy_failed"),
    (httpx.DecodingError, "unreadable_answer"),
    (httpcore.UnsupportedProtocol, "unsupported_protocol"),
)
"""The library's exceptions by name; whether anything was sent is told by the wire, never by these."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: the status, the headers by their names in small letters, and the whole body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class NotReadyError(ConfigurationError):
    """Say that no request can leave: certificates or a proxy that cannot be used.

    Attributes:
        code: `tls_failed` or `proxy_failed`.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Line:
    """One socket to the API at a time, used again while it lasts: one request at a time, which never queues.

    It is the HTTP library's own connection, with its client's settings and without client and pool around it: redirects
    are never followed here, cookies never kept, nobody else asks for this socket, and what those two make of a request
    and an answer costs as much as their way over the wire.

    Raises:
        NotReadyError: the certificates or the proxy that the environment names cannot be used.
    """

    def __init__(self, address: str) -> None:
        self._exchange = Exchange()
        # The transport knows certificates and proxies, and has no argument for the sockets' backend; its pool has.
        # A test holds that each wait asks the deadline.
        self._pool = _transport(address)._pool
        self._pool._network_backend = TimedBackend(self._exchange)
        self._connection: httpcore.ConnectionInterface | None = None

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, seconds: float
    ) -> Response | Fault:
        """Put one request on the wire; a fault says whether anything of it was really sent."""
        self._exchange.start(seconds, f"{method} ".encode())
        try:
            request = _request(method, url, headers, body)
            return _whole(self._connected(request.url.origin).handle_request(request))
        except Exception as problem:  # noqa: BLE001 - whatever it is: what left may exist, and the rest does not
            self.close()
            kind = FaultKind.DOUBTFUL if self._exchange.sent else FaultKind.NOT_SENT
            return Fault(kind, _name(problem))

    def _connected(self, origin: httpcore.Origin) -> httpcore.ConnectionInterface:
        """Return the connection that is there, if it is still good, else a new one, which opens with its request."""
        kept = self._connection
        if kept is not None and kept.can_handle_request(origin) and kept.is_available() and not kept.has_expired():
            return kept
        self.close()
        self._connection = self._pool.create_connection(origin)
        return self._connection

    def close(self) -> None:
        """Close the socket."""
        kept, self._connection = self._connection, None
        if kept is not None:
            with suppress(Exception):  # it is of no use any more, and what came of the exchange is known
                kept.close()


def _request(method: str, address: str, headers: Mapping[str, str], body: str | None) -> httpcore.Request:
    url, host = _target(address)
    content = None if body is None else body.encode()
    told = [(b"Host", host), *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items())]
    if content is not None:
        told.append((b"Content-Length", b"%d" % len(content)))
    elif method != "GET":
        told.append((b"Content-Length", b"0"))
    return httpcore.Request(method, url, headers=told, content=content)


@lru_cache(maxsize=256)
def _target(address: str) -> tuple[httpcore.URL, bytes]:
    """Return an address as it goes on the wire, and the header that names its host."""
    url = httpx.URL(address)
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path), url.netloc


def _whole(got: httpcore.Response) -> Response:
    """Read an answer to its end, and close it."""
    try:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in got.headers}
        pieces, size = [], 0
        for piece in _unpacked(got, headers):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise httpcore.ReadTimeout("the answer did not end")
        return Response(got.status, headers, b"".join(pieces))
    finally:
        got.close()


def _unpacked(got: httpcore.Response, headers: Mapping[str, str]) -> Iterable[bytes]:
    """Return the body's pieces; what a server packs though nobody asked it to is unpacked by the library."""
    pieces = cast("Iterable[bytes]", got.stream)
    if "content-encoding" not in headers:
        return pieces
    packed = {"content-encoding": headers["content-encoding"]}
    return httpx.Response(got.status, headers=packed, content=pieces).iter_bytes()


class Exchange:
    """The moment by which an exchange must have ended, asked before each wait of its socket; and whether it was `sent`:
    its request begun to be written, and not only what a proxy is asked for before (`CONNECT`, SOCKS)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends, self._begins = clock(), b""
        self.sent = False

    def start(self, seconds: float, begins: bytes = b"POST ") -> None:
        """Set the moment, from now, and the bytes with which the request begins."""
        self._ends, self._begins, self.sent = self._clock() + seconds, begins, False

    def note(self, written: bytes) -> None:
        """Take notice of what is written next."""
        self.sent = self.sent or written.startswith(self._begins)

    def left(self, late: type[Exception]) -> float:
        """Return the seconds that are left, or raise `late`."""
        seconds = self._ends - self._clock()
        if seconds <= 0:
            raise late("the exchange did not end in time")
        return seconds


class TimedStream(httpcore.NetworkStream):
    """A socket whose every wait ends with the exchange: a server that drips must not hold a run for ever.

    What is written goes out when an answer is waited for: a small request with its headers is one packet, not two.
    """

    def __init__(self, inner: httpcore.NetworkStream, exchange: Exchange) -> None:
        self._inner, self._exchange = inner, exchange
        self._written: list[bytes] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._send()
        return self._inner.read(max_bytes, self._exchange.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._written.append(buffer)

    def _send(self) -> None:
        buffer, self._written = b"".join(self._written), []
        self._exchange.note(buffer)
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], self._exchange.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._send()
        left = self._exchange.left(httpcore.ConnectTimeout)
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._exchange)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Opens sockets within the exchange's deadline, the look-up of the name included."""

    def __init__(self, exchange: Exchange) -> None:
        self._inner, self._exchange = httpcore.SyncBackend(), exchange

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._exchange.left(httpcore.ConnectTimeout)
        stream = _within(left, lambda: self._inner.connect_tcp(host, port, left, local_address, socket_options))
        return TimedStream(stream, self._exchange)


def _within(seconds: float, connect: Callable[[], httpcore.NetworkStream]) -> httpcore.NetworkStream:
    """Wait for a socket that long: neither a name's look-up nor a list of dead addresses takes a time limit."""
    came: list[httpcore.NetworkStream] = []
    failed: list[Exception] = []
    lock, over = threading.Lock(), threading.Event()
    late = False

    def work() -> None:
        try:
            stream = connect()
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError, ValueError, OverflowError) as problem:
            failed.append(problem)
        else:
            with lock:
                came.append(stream)
                if late:
                    stream.close()
        finally:
            over.set()

    threading.Thread(target=work, name="connecting", daemon=True).start()
    over.wait(seconds)
    with lock:
        late = not came
    if failed:
        raise failed[0]
    if late:
        raise httpcore.ConnectTimeout("no connection in time")
    return came[0]


def _name(problem: Exception) -> str:
    return next((name for kind, name in _FAULTS if isinstance(problem, kind)), "transport_error")


def is_loopback(address: str) -> bool:
    """Whether an address stays on this machine."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


# certificates and proxies, as the environment names them


def check_surroundings(address: str) -> None:
    """Make ready what every exchange with this address needs, before anything is claimed.

    Raises:
        NotReadyError: naming the environment's variable that is to be mended.
    """
    found = _proxy(address)
    _transport(address).close()
    try:
        if found is not None and (not urlsplit(found).hostname or urlsplit(found).port == 0):
            raise ValueError("no host")
    except ValueError:
        raise _bad_proxy(address) from None


def _transport(address: str) -> httpx.HTTPTransport:
    secure = address.startswith("https")
    verify = _tls() if secure else False
    found = _proxy(address)
    to_proxy = _tls() if found and found.startswith("https") else None
    try:
        proxy = httpx.Proxy(found, ssl_context=to_proxy) if found else None
        return httpx.HTTPTransport(verify=verify, trust_env=False, proxy=proxy)
    except (ValueError, httpx.InvalidURL):
        raise _bad_proxy(address) from None
    except ImportError:
        raise _bad_proxy(address, "proxy_needs_socks") from None


def _proxy(address: str) -> str | None:
    """Return the company's proxy, if its settings name one; it must not get what stays on this machine."""
    parts = urlsplit(address)
    if is_loopback(address) or proxy_bypass(parts.hostname or ""):
        return None
    known = getproxies()
    found = known.get(parts.scheme) or known.get("all")
    return found if not found or "://" in found else f"http://{found}"


def _bad_proxy(address: str, code: str = "bad_proxy") -> NotReadyError:
    """Name the variable only: what it holds may be a password."""
    return NotReadyError(say("setup", code, variable=_variable_of_proxy(address)), "proxy_failed")


def _variable_of_proxy(address: str) -> str:
    names = (f"{urlsplit(address).scheme}_proxy", "all_proxy")
    wanted = [variable for name in names for variable in (name, name.upper()) if os.environ.get(variable)]
    return wanted[0] if wanted else say("setup", "system_proxy")


def _tls() -> ssl.SSLContext:
    return _tls_of(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@lru_cache(maxsize=8)
def _tls_of(file: str, folder: str) -> ssl.SSLContext:
    """Return one context for all: what the two variables name, as every program does, else the system's own trust."""
    try:
        if not file and not folder:
            return _of_the_system()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if file:
            _load(context, "SSL_CERT_FILE", file)
        if folder and not (file and _is_empty(folder)):
            _load(context, "SSL_CERT_DIR", folder)
    except ssl.SSLError as problem:  # a broken configuration of OpenSSL itself
        raise NotReadyError(say("setup", "bad_tls", reason=problem.reason), "tls_failed") from None
    return context


def _load(context: ssl.SSLContext, variable: str, path: str) -> None:
    try:
        if variable == "SSL_CERT_FILE":
            context.load_verify_locations(cafile=path)
        elif _has_certificates(path):
            context.load_verify_locations(capath=path)
        else:
            raise FileNotFoundError(2, "no certificates there")
    except OSError as problem:  # ssl.SSLError is one: a file that holds no certificate
        reason = problem.strerror or type(problem).__name__
        words = {"variable": variable, "path": path, "reason": reason}
        raise NotReadyError(say("setup", "bad_certificates", **words), "tls_failed") from None


def _has_certificates(folders: str) -> bool:
    """Whether one of the folders holds a certificate under the hashed name by which OpenSSL looks for it."""
    for folder in folders.split(os.pathsep):
        with suppress(OSError):
            if any(re.fullmatch(r"[0-9a-f]{8}\.\d+", found.name) for found in Path(folder).iterdir()):
                return True
    return False


def _is_empty(folders: str) -> bool:
    """Whether there are such folders, and no certificate in them: no harm beside a file that has some."""
    return any(Path(folder).is_dir() for folder in folders.split(os.pathsep)) and not _has_certificates(folders)


def _of_the_system() -> ssl.SSLContext:
    """Trust what this machine trusts; where a bare container has no certificates at all, Mozilla's."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if platform.system() not in ("Windows", "Darwin"):
        known = ssl.get_default_verify_paths()
        if not known.cafile and not _has_certificates(known.capath or ""):
            context.load_verify_locations(cafile=certifi.where())
    return context
