"""A company's proxy: used for the API, never for this machine; one that cannot be used sends nothing."""

from __future__ import annotations

import socket
import threading

import pytest
from compropago_bulk.api.connection import Connection
from compropago_bulk.api.operations import list_call
from compropago_bulk.model import Fault, FaultKind

ACCOUNTS = (list_call("/v2/accounts"),)


@pytest.fixture
def proxy():
    """Give the address of a proxy that refuses everything, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    asked.append(line.recv(65536))
                    line.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.close()


def reach(base_url: str):
    with Connection("sk_test_invented", "pk_test_invented", base_url=base_url, timeout=5) as connection:
        return connection.send(ACCOUNTS)


def test_the_api_is_reached_through_the_proxy_and_the_proxy_never_sees_a_key(proxy, monkeypatch):
    address, asked = proxy
    monkeypatch.setenv("HTTPS_PROXY", address)
    told = reach("https://api.example.com")
    assert told == Fault(FaultKind.NOT_SENT, "proxy_failed")
    assert asked[0].startswith(b"CONNECT api.example.com:443") and b"Authorization" not in asked[0]


def test_what_stays_on_this_machine_and_what_is_exempt_go_past_the_proxy(proxy, monkeypatch):
    address, asked = proxy
    monkeypatch.setenv("HTTP_PROXY", address)
    monkeypatch.setenv("HTTPS_PROXY", address)
    monkeypatch.setenv("NO_PROXY", "localhost.invalid")
    for base_url in ("http://127.0.0.1:9", "https://localhost.invalid"):
        assert reach(base_url).kind is FaultKind.NOT_SENT
    assert not asked


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("gopher://127.0.0.1:9", "proxy_failed"),
        ("http://[broken", "connect_failed"),
        ("http://127.0.0.1:9", "connect_failed"),
    ],
)
def test_a_proxy_that_cannot_be_used_sends_nothing_and_says_so(monkeypatch, address, code):
    monkeypatch.setenv("HTTPS_PROXY", address)
    assert reach("https://api.example.com") == Fault(FaultKind.NOT_SENT, code)
