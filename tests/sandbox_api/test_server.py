"""Its life, its log, its control routes, and the command that runs it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from compropago_bulk.sandbox_api import SandboxServer
from compropago_bulk.sandbox_api.__main__ import main


def post(client, bodies):
    return client.post("/v2/orders", json=bodies["/v2/orders"])


def test_it_answers_as_soon_as_it_has_started_and_not_after_its_stop():
    for _ in range(5):
        with SandboxServer() as server:
            address = server.base_url
            assert httpx.get(address, trust_env=False).status_code == 401
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, trust_env=False)


def test_starting_and_stopping_twice_does_no_harm(client, bodies):
    server = SandboxServer()
    server.stop()
    first = server.start().base_url
    assert server.start().base_url == first
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match="start"):
        _ = server.base_url


def test_its_state_outlives_a_restart(bodies, connect):
    server = SandboxServer()
    for _ in range(2):
        server.start()
        assert post(connect(server), bodies).status_code == 200
        server.stop()
    assert len(server.ledger.orders) == 2


def test_a_taken_port_is_an_error_where_it_was_asked_for():
    with SandboxServer() as server:
        port = int(server.base_url.rpartition(":")[2])
        with pytest.raises(OSError):
            SandboxServer(port).start()


def test_it_starts_inside_a_running_event_loop(bodies, connect):
    async def cell():
        with SandboxServer() as server:
            return post(connect(server), bodies).status_code

    assert asyncio.run(cell()) == 200


def test_it_takes_no_signals_and_leaves_no_thread():
    before = (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), set(threading.enumerate()))
    with SandboxServer():
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before[:2]
    assert set(threading.enumerate()) == before[2]


def test_it_writes_no_log_lines(client, server, bodies, caplog):
    caplog.set_level(logging.INFO)
    post(client, bodies)
    server.fail_next("drop")
    with pytest.raises(httpx.RemoteProtocolError):
        post(client, bodies)
    with socket.create_connection(("127.0.0.1", int(server.base_url.rpartition(":")[2]))) as raw:
        raw.sendall(b"no http at all\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert not [one for one in caplog.records if not one.name.startswith("httpx")]


@pytest.mark.parametrize("wrong", [{"editions": ("2020-01",)}, {"editions": ()}, {"answers": "naked"}, {"rate": 0}])
def test_settings_that_make_no_sense_are_refused_before_it_listens(wrong):
    with pytest.raises(ValueError):
        SandboxServer(**wrong)


def test_the_log_tells_what_each_request_did(client, server, connect, bodies):
    post(client, bodies)
    server.fail_next("429")
    post(client, bodies)
    post(client, bodies)
    client.get("/v2/orders/ch_nobody")
    told = [(one.method, one.path, one.status, one.fault, one.attempt, one.created) for one in server.log]
    assert told == [
        ("POST", "/v2/orders", 200, None, 1, True),
        ("POST", "/v2/orders", 429, "429", 2, False),
        ("POST", "/v2/orders", 200, None, 3, True),
        ("GET", "/v2/orders/ch_nobody", 404, None, 1, False),
    ]
    assert [one.number for one in server.log] == [1, 2, 3, 4]
    assert sorted(one.arrived for one in server.log) == [one.arrived for one in server.log]


def test_no_key_and_no_name_stand_in_a_printed_log(client, server, bodies):
    post(client, bodies)
    printed = repr(server.log)
    assert "sk_test" not in printed
    assert "c2tfdGVzd" not in printed
    assert "Ana Robles" not in printed


def test_the_clock_may_be_given_and_advanced(serve, connect, bodies):
    start = datetime(2026, 1, 31, 18, tzinfo=UTC)
    server = serve(clock=lambda: start)
    order = post(connect(server), bodies).json()["data"]
    assert order["createdAt"] == int(start.timestamp())
    assert server.advance(timedelta(days=28)) == server.now == start + timedelta(days=28)
    with pytest.raises(ValueError):
        server.advance(timedelta(seconds=-1))


def test_many_threads_make_each_order_once(serve, connect, bodies):
    server = serve()
    clients = [connect(server) for _ in range(8)]

    def run(place):
        for number in range(50):
            body = {
                **bodies["/v2/orders"],
                "customer": {"id": f"{place}-{number}", "name": "A", "email": "a@example.com"},
            }
            assert clients[place].post("/v2/orders", json=body).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    assert set(server.ledger.count("order").values()) == {1}
    assert len(server.ledger.orders) == len({one.clabe for one in server.ledger.clabes}) == 400
    assert len(server.log) == 400


def test_answers_on_their_way_get_out_before_it_closes(bodies, connect):
    server = SandboxServer(latency=0.2).start()
    client = connect(server)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(post, client, bodies)
        while not server.log:
            pass
        server.stop()
        assert waiting.result().status_code == 200


def test_other_processes_pay_advance_and_look_through_the_control_routes(server, client, connect, bodies):
    control = connect(server, auth=None)
    order = post(client, bodies).json()["data"]
    assert control.post("/_sandbox/pay", json={"order_id": order["id"], "amount": 1.5}).json()["status"] == "PENDING"
    assert control.post("/_sandbox/pay", json={"order_id": order["id"]}).json()["status"] == "ACCEPTED"
    clabe = order["payment"]["clabe"]
    assert control.post("/_sandbox/deposit", json={"clabe": clabe, "amount": "7.50"}).json()["amount"] == "7.50"
    moved = datetime.fromisoformat(control.post("/_sandbox/advance", json={"days": 1, "hours": 2}).json()["now"])
    assert moved > datetime.now(UTC) + timedelta(hours=25)
    control.post("/_sandbox/fail_next", json={"kind": "418", "n": 1})
    assert post(client, bodies).status_code == 418
    control.post("/_sandbox/faults", json={"faults": "429:1"})
    assert post(client, bodies).status_code == 429
    ledger = control.get("/_sandbox/ledger").json()
    assert [one["order_id"] for one in ledger["orders"]] == [order["id"]]
    assert list(control.get("/_sandbox/ledger", params={"only": "orders,now"}).json()) == ["orders", "now"]
    assert control.get("/_sandbox/ledger", params={"mode": "live"}).json()["orders"] == []
    log = control.get("/_sandbox/log", params={"since": 1}).json()["requests"]
    assert [(one["status"], one["created"]) for one in log] == [(418, False), (429, False)]
    assert control.get("/_sandbox/violations").json() == {"violations": []}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/_sandbox/pay", {}, 400),
        ("POST", "/_sandbox/pay", {"order_id": "ch_nobody"}, 404),
        ("POST", "/_sandbox/deposit", {"clabe": "6", "amount": "much"}, 400),
        ("POST", "/_sandbox/advance", {"parsecs": 2}, 400),
        ("POST", "/_sandbox/advance", {"days": 1e30}, 400),
        ("POST", "/_sandbox/faults", {"faults": "nothing:1"}, 400),
        ("POST", "/_sandbox/faults", [1], 400),
        ("GET", "/_sandbox/ledger?mode=other", None, 400),
        ("GET", "/_sandbox/ledger?only=secrets", None, 400),
        ("GET", "/_sandbox/pay", None, 404),
        ("GET", "/_sandbox/nothing", None, 404),
    ],
)
def test_a_control_route_says_what_is_wrong(client, method, path, body, status):
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_command_prints_what_to_export_and_ends_with_an_interrupt(bodies):
    command = [sys.executable, "-m", "compropago_bulk.sandbox_api", "--port", "0", "--editions", "2019-08,2019-06"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        told = dict(running.stdout.readline().strip().split("=", 1) for _ in range(3))
        keys = (told["COMPROPAGO_SECRET_KEY"], told["COMPROPAGO_PUBLIC_KEY"])
        answer = httpx.get(told["COMPROPAGO_BASE_URL"] + "/v2/accounts", auth=keys, trust_env=False)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=10) == 0
    assert answer.json()["data"] == []


def test_the_command_says_what_is_wrong_with_its_arguments(capsys):
    assert main(["--faults", "nothing:1"]) == 2
    assert "unknown fault 'nothing'" in capsys.readouterr().err
