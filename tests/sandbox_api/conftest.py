"""A sandbox for each test, and clients that speak plain HTTP to it."""

from __future__ import annotations

import copy

import httpx
import pytest
from compropago_bulk.sandbox_api import SandboxServer

ORDER = {
    "product": {"id": "MTTO-2026-11", "price": 1500, "name": "Mantenimiento noviembre"},
    "customer": {"id": "101", "name": "Ana Robles", "email": "ana@example.com", "phone": "5500000101"},
    "payment": {"type": "SPEI"},
}
CLABE = {
    "customer": {"id": "101", "email": "ana@example.com", "phone": "5500000101"},
    "payment": {"frecuency": "unlimited", "exp_date": None, "amount": None},
}
ACCOUNT = {
    "name": "Alamedas",
    "reference": "000124",
    "customer": {"name": "Ana Robles", "email": "ana@example.com", "phone": "5500000101"},
}
LATER_ACCOUNT = {
    "name": "Alamedas",
    "accountId": "ALA",
    "customers": [
        {"id": "101", "name": "Ana Robles", "email": "ana@example.com"},
        {"id": "102", "name": "Beto Luna", "email": "beto@example.com"},
    ],
}
BODIES = {
    "/v2/orders": ORDER,
    "/v2/createClabe": CLABE,
    "/v2/createAccount": ACCOUNT,
    "later /v2/createAccount": LATER_ACCOUNT,
}


@pytest.fixture
def bodies():
    """Bodies as the reference documents them, by path."""
    return copy.deepcopy(BODIES)


@pytest.fixture
def serve():
    """Start sandboxes that stop with the test: `serve(**settings)`."""
    running = []

    def start(**settings):
        running.append(SandboxServer(**settings).start())
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def connect():
    """Make clients that close with the test: `connect(server)`."""
    made = []

    def client(server, mode="test", **settings):
        keys = (f"sk_{mode}_sandbox", f"pk_{mode}_sandbox")
        made.append(httpx.Client(**{"base_url": server.base_url, "auth": keys, "trust_env": False} | settings))
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def client(server, connect):
    return connect(server)


@pytest.fixture
def later(serve):
    """A sandbox of both editions."""
    return serve(editions=("2019-06", "2019-08"))
