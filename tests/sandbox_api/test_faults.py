"""It breaks on request: each fault is what it says on the wire, and what was done is what it says in the ledger."""

from __future__ import annotations

import concurrent.futures
import contextlib
import socket
import threading

import httpx
import pytest
from compropago_bulk.sandbox_api import SandboxServer
from compropago_bulk.sandbox_api.answers import VARIANTS
from compropago_bulk.sandbox_api.faults import FAULTS, Limit, read_faults

STATUSES = ["400", "401", "403", "404", "405", "406", "408", "410", "418", "429", "500", "503_json"]


def post(client, bodies):
    return client.post("/v2/orders", json=bodies["/v2/orders"])


@pytest.mark.parametrize("kind", STATUSES)
def test_a_status_comes_in_the_apis_own_json_and_nothing_is_done(client, server, bodies, kind):
    server.fail_next(kind)
    answer = post(client, bodies)
    assert answer.status_code == answer.json()["code"] == int(kind[:3])
    assert not server.ledger.orders
    assert post(client, bodies).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "starts"),
    [
        ("html_502", 502, "<html>"),
        ("503_html", 503, "<html>"),
        ("html_504", 504, "<html>"),
        ("302", 302, ""),
        ("empty_before", 200, ""),
        ("not_json_before", 200, "the service"),
        ("code_in_200", 200, '{"object": "error", "code": 400'),
        ("200_error_before", 200, '{"object": "error", "code": 500'),
    ],
)
def test_other_answers_in_the_place_of_the_true_one(client, server, bodies, kind, status, starts):
    server.fail_next(kind)
    answer = post(client, bodies)
    assert answer.status_code == status
    assert answer.text.startswith(starts)
    assert bool(starts) == bool(answer.text)
    assert not server.ledger.orders


@pytest.mark.parametrize("kind", ["500", "408", "html_502", "200_error", "drop", "reset", "stall", "garbage"])
@pytest.mark.parametrize(("phase", "done"), [("before", 0), ("after", 1)])
def test_before_does_nothing_and_after_has_done_it(connect, server, bodies, kind, phase, done):
    client = connect(server, timeout=0.3)
    server.fail_next(f"{kind}_{phase}")
    with contextlib.suppress(httpx.TransportError, ValueError):
        assert post(client, bodies).json()["code"] != 200
    assert len(server.ledger.orders) == done
    assert server.log[0].fault == f"{kind}_{phase}"
    assert server.log[0].created == bool(done)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("garbage", httpx.RemoteProtocolError),
        ("truncate", httpx.RemoteProtocolError),
        ("stall", httpx.ReadTimeout),
    ],
)
def test_broken_connections_are_seen_as_such(connect, server, bodies, kind, error):
    client = connect(server, timeout=0.3)
    server.fail_next(kind)
    with pytest.raises(error):
        post(client, bodies)
    assert len(server.ledger.orders) == 1
    assert post(client, bodies).status_code == 200


def test_a_truncated_answer_is_shorter_than_it_says(server, bodies):
    server.fail_next("truncate")
    host, port = server.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"GET /v2/orders/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        while piece := raw.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    (length,) = (line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    assert 0 < len(body) < int(length)


def test_a_silent_connection_ends_with_the_sandbox(bodies, connect):
    server = SandboxServer().start()
    client = connect(server, timeout=30)
    server.fail_next("stall_before")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        silent = pool.submit(post, client, bodies)
        while not server.log:
            pass
        server.stop()
        with pytest.raises(httpx.TransportError):
            silent.result(timeout=5)


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("mode_flip", lambda told: told["data"]["testMode"] is False),
        ("echo_other", lambda told: told["data"]["customer"]["email"] != "ana@example.com"),
        ("no_clabe", lambda told: "clabe" not in told["data"]["payment"]),
        ("clabe_missing", lambda told: "clabe" not in told["data"]["payment"]),
        ("clabe_number", lambda told: isinstance(told["data"]["payment"]["clabe"], int)),
        ("bare", lambda told: "data" not in told and "id" in told),
        ("millis", lambda told: told["data"]["createdAt"] > 100_000_000_000),
        ("extra_fields", lambda told: "xUnknown" in told["data"]["payment"]),
        ("no_test_mode", lambda told: "testMode" not in told["data"]),
    ],
)
def test_an_answer_is_altered_in_one_detail(client, server, bodies, kind, seen):
    assert not seen(post(client, bodies).json())
    server.fail_next(kind)
    assert seen(post(client, bodies).json())
    assert len(server.ledger.orders) == 2


def test_a_shared_clabe_is_somebody_elses(client, server, bodies):
    first = post(client, bodies).json()["data"]["payment"]["clabe"]
    bodies["/v2/orders"]["customer"]["id"] = "102"
    server.fail_next("shared_clabe")
    assert post(client, bodies).json()["data"]["payment"]["clabe"] == first
    assert post(client, bodies).json()["data"]["payment"]["clabe"] != first


def test_a_bad_clabe_is_wrong_in_its_last_digit_only(client, server, bodies):
    server.fail_next("bad_clabe")
    bad, good = (post(client, bodies).json()["data"]["payment"]["clabe"] for _ in range(2))
    assert bad[:17] == good[:17]
    assert bad != good


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_answers_every_call(serve, connect, bodies, variant):
    server = serve(answers=variant, editions=("2019-06", "2019-08"))
    client = connect(server)
    for path in ("/v2/orders", "/v2/createClabe", "/v2/createAccount"):
        assert client.post(path, json=bodies[path]).status_code == 200
    assert client.get(f"/v2/orders/{server.ledger.orders[0].order_id}").status_code == 200
    assert client.get("/v2/accounts").status_code == 200
    assert client.post("/v2/orders", json={}).status_code == (200 if variant == "error_in_200" else 400)


def test_the_envelope_variant_wraps_the_order_that_is_read(serve, connect, bodies):
    server = serve(answers="envelope,times_s")
    client = connect(server)
    made = post(client, bodies).json()["data"]
    read = client.get(f"/v2/orders/{made['id']}").json()
    assert (read["code"], read["data"]["createdAt"]) == (200, made["createdAt"])


def test_retry_after_is_sent_as_told(client, server, bodies):
    server.fail_next("429", retry_after="Wed, 25 Nov 2026 07:28:00 GMT")
    assert post(client, bodies).headers["retry-after"] == "Wed, 25 Nov 2026 07:28:00 GMT"


def test_a_fault_waits_for_the_request_that_it_is_meant_for(client, server, bodies):
    server.fail_next("500_before", 2, match="Beto")
    assert post(client, bodies).status_code == 200
    bodies["/v2/orders"]["customer"]["name"] = "Beto Luna"
    assert [post(client, bodies).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_may_ask_the_request_itself(client, server, bodies):
    server.fail_next("403", match=lambda asked: asked.method == "POST" and asked.body["product"]["price"] > 2000)
    assert post(client, bodies).status_code == 200
    bodies["/v2/orders"]["product"]["price"] = 2001
    assert post(client, bodies).status_code == 403


def outcomes(server, connect, numbers, workers):
    local = threading.local()

    def one(number):
        client = getattr(local, "client", None)
        if client is None:
            client = local.client = connect(server, timeout=5)
        tried = []
        for _ in range(3):
            try:
                tried.append(client.get(f"/v2/orders/ch_{number}").status_code)
            except httpx.TransportError as problem:
                tried.append(type(problem).__name__)
        return tried

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return dict(zip(numbers, pool.map(one, numbers), strict=True))


def test_the_same_seed_breaks_the_same_requests_whatever_the_concurrency(serve, connect):
    faults = "429:0.1,500_after:0.1,drop_before:0.1,truncate:0.05,html_502:0.05"
    alone = outcomes(serve(faults=faults, seed=3), connect, range(60), 1)
    together = outcomes(serve(faults=faults, seed=3), connect, list(reversed(range(60))), 6)
    other = outcomes(serve(faults=faults, seed=4), connect, range(60), 1)
    assert alone == together != other
    assert {429, 500, 502, 404, "RemoteProtocolError"} == {one for tried in alone.values() for one in tried}


def test_faults_can_be_changed_and_ended_while_it_runs(client, server, bodies):
    server.set_faults("429:1")
    assert post(client, bodies).status_code == 429
    server.set_faults("")
    assert post(client, bodies).status_code == 200


@pytest.mark.parametrize(
    "wrong", ["500_befor:0.1", "429:2", "429:-1", "429", "429:much", "429:0.6,418:0.6", {"nothing": 0.1}]
)
def test_faults_that_make_no_sense_are_refused(server, wrong):
    with pytest.raises(ValueError):
        server.set_faults(wrong)


def test_an_unknown_kind_is_answered_with_the_near_one(server):
    with pytest.raises(ValueError, match="Did you mean 'drop_before'"):
        server.fail_next("drop_befor")


def test_shares_add_up_over_many_draws():
    shares = read_faults("429:0.05,500_before:0.02,stall:0.01")
    assert [(fault.name, share) for fault, share in shares] == [
        ("429", 0.05),
        ("500_before", 0.02),
        ("stall_after", 0.01),
    ]
    assert set(VARIANTS) <= set(FAULTS)


def test_above_the_rate_it_is_429_and_now_and_then_says_when_to_come_back(serve, connect, bodies):
    client = connect(serve(rate=8))
    answers = [post(client, bodies) for _ in range(14)]
    refused = [one for one in answers if one.status_code == 429]
    assert answers[0].status_code == 200
    assert len(refused) >= 6
    assert {one.headers.get("retry-after") for one in refused} == {None, "1"}


def test_the_limit_lets_its_rate_through_and_no_more():
    limit = Limit(10)
    let_in = sum(limit.admits(moment / 100) for moment in range(1000))
    assert 100 <= let_in <= 104
