"""A fast API on loopback: `POST /v2/orders` and `GET /v2/orders/<ID>` answered after a fixed latency.

It keeps nothing and checks nothing; it is there to be as little in the way as possible. Run by `python -m
benchmarks.server LATENCY [CERTIFICATE]`, it prints its address; `GET /seen` gives the moments at which requests came.
"""

from __future__ import annotations

import asyncio
import gc
import json
import ssl
import sys
import time
import zlib
from pathlib import Path

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Conversation(asyncio.Protocol):
    """One connection, one request at a time."""

    latency = 0.0
    seen: list[float]

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._line: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the line."""
        self._line = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer once a request is whole."""
        self._waiting += data
        end = self._waiting.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._waiting[:end])
        place = head.lower().find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(self._waiting) < end + 4 + length:
            return
        body = bytes(self._waiting[end + 4 : end + 4 + length])
        self._waiting.clear()
        if head.startswith(b"GET /seen"):
            self._send(json.dumps(self.seen).encode())
            self.seen.clear()
            return
        self.seen.append(time.time())
        answer = _created(body) if head.startswith(b"POST") else _read(head)
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._send, answer)
        else:
            self._send(answer)

    def _send(self, body: bytes) -> None:
        if self._line is not None and not self._line.is_closing():
            self._line.write(HEAD % len(body) + body)


def _created(body: bytes) -> bytes:
    asked = json.loads(body)
    customer, product = asked["customer"], asked["product"]
    return _answer(customer["id"], product["price"], customer["name"], customer["email"], "PENDING")


def _read(head: bytes) -> bytes:
    order = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
    return _answer(order.removeprefix("ch_"), 1500, "Residente", "r@example.com", "PENDING")


def _answer(number: str, price: float, name: str, email: str, status: str) -> bytes:
    clabe = f"646180{zlib.crc32(number.encode()):011d}"
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(clabe))
    return json.dumps(
        {
            "id": f"ch_{number}", "shortId": number[-8:], "status": status, "testMode": True,
            "product": {"id": "P", "price": price, "name": "Cuota", "currency": "MXN"},
            "customer": {"name": name, "email": email},
            "payment": {"type": "SPEI", "fee": 30.5, "iva": 4.88, "clabe": f"{clabe}{-total % 10}"},
            "createdAt": 1_795_563_803_261, "updatedAt": 1_795_563_803_261, "expiresAt": 1_798_155_803_261,
        }
    ).encode()  # fmt: skip


async def main(latency: float, certificate: str | None = None) -> None:
    """Serve until killed."""
    Conversation.latency, Conversation.seen = latency, []
    secure = None
    if certificate:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(certificate, Path(certificate).with_suffix(".key"))
    server = await asyncio.get_running_loop().create_server(Conversation, "127.0.0.1", 0, backlog=512, ssl=secure)
    print(f"{'https' if secure else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    gc.freeze()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), *sys.argv[2:]))
