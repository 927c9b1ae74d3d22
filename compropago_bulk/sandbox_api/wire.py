"""The ASGI side: bytes in, a verdict from the desk, bytes out, or the connection broken as the verdict says."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from . import answers
from .admin import Control
from .answers import Reply
from .service import Arrival, Desk

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STALL_LIMIT: Final = 600.0
"""Seconds after which a silent connection is closed in the end."""


class Wire(H11Protocol):
    """Hands the application its connection, so that it can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport where each request of this connection finds it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Application:
    """The sandbox as an ASGI application; `closing` ends what is silent."""

    def __init__(self, desk: Desk, latency: float) -> None:
        self._desk, self._control, self._latency = desk, Control(desk), latency
        self._in_flight = 0
        self.closing = asyncio.Event()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Take one request."""
        arrived = time.monotonic()
        self._in_flight += 1
        try:
            body = await _body(receive)
            if body is None:
                return
            if scope["path"].startswith("/_sandbox/"):
                reply = self._control.answer(scope["method"], scope["path"], scope["query_string"], body)
                await _send(reply, send)
                return
            await self._serve(
                _arrival(scope, body, arrived, self._in_flight), scope["state"]["transport"], receive, send
            )
        finally:
            self._in_flight -= 1

    async def _serve(self, arrival: Arrival, transport: asyncio.Transport, receive: Receive, send: Send) -> None:
        verdict = self._desk.take(arrival)
        if self._latency:
            await asyncio.sleep(self._latency)
        match verdict.action:
            case "drop":
                transport.abort()
            case "reset":
                _reset(transport)
            case "garbage":
                transport.write(b"\x00\xff\xfe this is no HTTP\r\n\r\n")
                transport.close()
            case "truncate":
                await _send_half(verdict.reply, send)
                transport.close()
            case "stall":
                await self._stay_silent(receive)
                transport.abort()
            case _:
                await _send(verdict.reply, send)
                return
        await receive()  # the server learns that the connection is gone before this request ends, and says nothing

    async def _stay_silent(self, receive: Receive) -> None:
        ends = [asyncio.ensure_future(receive()), asyncio.ensure_future(self.closing.wait())]
        await asyncio.wait(ends, timeout=STALL_LIMIT, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()


async def _body(receive: Receive) -> bytes | None:
    """Read the whole body; None where the client went away meanwhile."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def _arrival(scope: MutableMapping[str, Any], body: bytes, arrived: float, in_flight: int) -> Arrival:
    headers = dict(scope["headers"])
    return Arrival(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query=scope["query_string"].decode("latin-1"),
        body=body,
        authorization=headers.get(b"authorization", b""),
        content_type=headers.get(b"content-type", b""),
        arrived=arrived,
        in_flight=in_flight,
    )


def _start(reply: Reply, length: int) -> Message:
    headers = [
        (b"content-type", answers.media_type(reply.payload)),
        (b"content-length", str(length).encode()),
        *reply.headers,
    ]
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _send(reply: Reply, send: Send) -> None:
    body = answers.encode(reply.payload)
    await send(_start(reply, len(body)))
    await send({"type": "http.response.body", "body": body})


async def _send_half(reply: Reply, send: Send) -> None:
    body = answers.encode(reply.payload)
    await send(_start(reply, len(body)))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST instead of FIN, as a gateway that falls over does."""
    raw = transport.get_extra_info("socket")
    with suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
