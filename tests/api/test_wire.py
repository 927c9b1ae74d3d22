"""One deadline for a whole exchange; certificates and proxies that cannot be used are named before any claim."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib

import compropago_bulk as cp
import pandas as pd
import pytest
from compropago_bulk.api.connection import Connection
from compropago_bulk.api.operations import list_call
from compropago_bulk.api.wire import Exchange, Line
from compropago_bulk.errors import ConfigurationError
from compropago_bulk.model import Answer, Fault, FaultKind

ACCOUNTS = (list_call("/v2/accounts"),)
GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"data": []}'


@pytest.fixture
def serve():
    """Give a function that starts a server of raw bytes and gives its address."""
    listeners = []

    def start(answer):
        listening = socket.create_server(("127.0.0.1", 0))
        listeners.append(listening)

        def accept():
            while True:
                try:
                    near, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(near,), daemon=True).start()

        def talk(near):
            with near:
                try:
                    near.recv(65536)
                    answer(near)
                except OSError:
                    pass

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield start
    for listening in listeners:
        listening.close()


def drip(data, pause=0.15):
    def answer(near):
        for byte in data:
            near.sendall(bytes([byte]))
            time.sleep(pause)

    return answer


def after_headers(near):
    near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    drip(b" " * 900)(near)


def in_chunks(near):
    near.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    drip(b"1\r\na\r\n" * 200)(near)


@pytest.mark.parametrize(
    "answer",
    [drip(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 900), after_headers, in_chunks, lambda near: time.sleep(9)],
    ids=["headers", "body", "chunks", "silence"],
)
def test_no_exchange_lasts_longer_than_its_timeout_however_the_server_drips(serve, answer):
    with Connection("sk_test_x", "pk_test_x", base_url=serve(answer), timeout=0.6) as connection:
        began = time.monotonic()
        assert connection.send(ACCOUNTS) == Fault(FaultKind.DOUBTFUL, "read_timeout")
        assert time.monotonic() - began < 1.6


def test_a_slow_answer_that_ends_in_time_is_an_answer(serve):
    with Connection("sk_test_x", "pk_test_x", base_url=serve(drip(GOOD, 0.005)), timeout=5) as connection:
        assert connection.send(ACCOUNTS) == (Answer(),)


def test_a_name_whose_look_up_hangs_ends_with_the_exchange_and_sends_nothing(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
    with Connection("sk_test_x", "pk_test_x", base_url="https://nobody.invalid", timeout=0.5) as connection:
        began = time.monotonic()
        assert connection.send(ACCOUNTS) == Fault(FaultKind.NOT_SENT, "connect_timeout")
        assert time.monotonic() - began < 1.5


def test_a_deadline_is_over_when_its_time_is_and_not_before():
    now = [100.0]
    deadline = Exchange(lambda: now[0])
    deadline.start(2.0)
    now[0] = 101.5
    assert deadline.left(TimeoutError) == 0.5
    now[0] = 102.0
    with pytest.raises(TimeoutError):
        deadline.left(TimeoutError)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ([], False),
        ([b""], False),
        ([b"CONNECT api.example.com:443 HTTP/1.1\r\n"], False),
        ([b"\x05\x01\x00", b"\x05\x01\x00\x03"], False),
        ([b"CONNECT api.example.com:443", b"POST /v2/orders HTTP/1.1\r\n"], True),
        ([b"POST /v2/orders HTTP/1.1\r\n", b"more of the body"], True),
    ],
    ids=["nothing", "no bytes", "a proxy", "a SOCKS proxy", "after a proxy", "the request"],
)
def test_what_was_sent_is_our_request_and_not_what_a_proxy_is_asked_for(written, sent):
    exchange = Exchange()
    exchange.start(5.0, b"POST ")
    for piece in written:
        exchange.note(piece)
    assert exchange.sent is sent
    exchange.start(5.0, b"POST ")
    assert not exchange.sent


def test_a_socket_is_used_again_until_the_server_closes_it_or_a_request_fails():
    answers, near_ends = [GOOD, GOOD, b"no answer at all\r\n\r\n", GOOD, GOOD], []
    listening = socket.create_server(("127.0.0.1", 0))

    def talk():
        while answers:
            near, _ = listening.accept()
            near_ends.append(near)
            while answers and near.recv(65536):
                told = answers.pop(0)
                near.sendall(told)
                if len(answers) == 1:
                    near.close()
                    break

    threading.Thread(target=talk, daemon=True).start()
    line, came = Line(address := f"http://127.0.0.1:{listening.getsockname()[1]}"), []
    for _ in range(5):
        came.append(line.exchange("GET", f"{address}/v2/accounts", {}, None, 5))
        time.sleep(0.05)
    for end in (line, listening, *near_ends):
        end.close()
    assert [getattr(one, "status", None) for one in came] == [200, 200, None, 200, 200]
    assert came[2] == Fault(FaultKind.DOUBTFUL, "connection_lost") and len(near_ends) == 3


def test_every_wait_of_the_librarys_socket_asks_the_deadline(serve):
    line = Line(serve(drip(GOOD, 0)))
    line.close()
    assert type(line._pool._network_backend).__name__ == "TimedBackend"


def whole(body, *more):
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: %d" % len(body), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


PACKED = {"gzip": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize("way", PACKED)
def test_an_answer_that_is_packed_though_nobody_asked_for_it_is_unpacked(serve, way):
    data = whole(PACKED[way](b'{"data": []}'), b"Content-Encoding: " + way.encode())
    with Connection("sk_test_x", "pk_test_x", base_url=serve(lambda near: near.sendall(data))) as connection:
        assert connection.send(ACCOUNTS) == (Answer(),)


def test_a_packed_answer_that_is_spoilt_is_in_doubt(serve):
    data = whole(b"no such archive", b"Content-Encoding: gzip")
    with Connection("sk_test_x", "pk_test_x", base_url=serve(lambda near: near.sendall(data))) as connection:
        assert connection.send(ACCOUNTS) == Fault(FaultKind.DOUBTFUL, "unreadable_answer")


def test_an_answer_that_unpacks_without_end_is_not_taken_into_memory(serve, monkeypatch):
    monkeypatch.setattr("compropago_bulk.api.wire.LARGEST_ANSWER", 100_000)
    data = whole(gzip.compress(b" " * 200_000), b"Content-Encoding: gzip")
    with Connection("sk_test_x", "pk_test_x", base_url=serve(lambda near: near.sendall(data))) as connection:
        assert connection.send(ACCOUNTS) == Fault(FaultKind.DOUBTFUL, "read_timeout")


def test_headers_are_known_by_their_names_however_they_are_written(serve):
    data = whole(b"{}", b"RETRY-After: 7").replace(b"200 OK", b"429 Too Many")
    with Connection("sk_test_x", "pk_test_x", base_url=serve(lambda near: near.sendall(data))) as connection:
        fault = connection.send(ACCOUNTS)
        assert (fault.kind, fault.retry_after) == (FaultKind.SLOW_DOWN, 7.0)


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("GET", None, None), ("POST", None, "0"), ("POST", '{"name": "Muñoz"}', "18"), ("DELETE", None, "0")],
)
def test_a_request_names_its_host_and_the_bytes_of_its_body(method, body, length):
    seen = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer():
        near, _ = listening.accept()
        with near:
            seen.append(near.recv(65536))  # whole, in one packet
            near.sendall(GOOD)

    threading.Thread(target=answer, daemon=True).start()
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    line = Line(f"http://{address}")
    line.exchange(method, f"http://{address}/a b/ñ?x=1", {"Accept": "any"}, body, 5)
    line.close()
    listening.close()
    head, _, sent = seen[0].partition(b"\r\n\r\n")
    first, *rest = head.decode("ascii").split("\r\n")
    told = dict(line.split(": ", 1) for line in rest)
    assert first == f"{method} /a%20b/%C3%B1?x=1 HTTP/1.1"
    assert told == {"Host": address, "Accept": "any"} | ({"Content-Length": length} if length else {})
    assert sent.decode() == (body or "")


def orders(**settings):
    table = pd.DataFrame([{"Referencia": "A-1", "Nombre": "Vera Luna", "Correo": "v@example.com"}])
    with Connection("sk_test_x", "pk_test_x", **settings) as connection:
        return cp.create_orders(
            table, product_id="P", product_name="M", price=100, progress=False, connection=connection
        )


def empty_file(folder):
    (folder / "empty.pem").touch()
    return folder / "empty.pem"


def wrong_file(folder):
    (folder / "notes.pem").write_text("no certificate")
    return folder / "notes.pem"


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize(
    "named",
    [lambda folder: folder / "nowhere", lambda folder: folder, empty_file, wrong_file],
    ids=["nothing there", "an empty folder", "an empty file", "no certificate"],
)
def test_certificates_that_cannot_be_used_are_named_before_anything_is_claimed(variable, named, monkeypatch, tmp_path):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (tmp_path / "certificates").mkdir()
    monkeypatch.setenv(variable, str(named(tmp_path / "certificates")))
    with pytest.raises(ConfigurationError, match=variable) as caught:
        orders(base_url="https://127.0.0.1:9", journal=tmp_path / "j.sqlite")
    assert type(caught.value) is ConfigurationError
    assert cp.unsettled().empty and cp.runs().empty


@pytest.mark.parametrize(
    "proxy", ["gopher://127.0.0.1:9", "http://[broken", "http://127.0.0.1:99999", "http://", "http://x:y:z:1"]
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_cannot_be_used_is_named_before_anything_is_claimed(proxy, variable, monkeypatch, tmp_path):
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(ConfigurationError, match=variable) as caught:
        orders(base_url="https://api.example.com", journal=tmp_path / "j.sqlite")
    assert proxy[7:] not in str(caught.value).replace(":8080", "") or not proxy[7:], (
        "a proxy's address may hold a password"
    )


def test_a_company_proxy_without_a_scheme_is_taken_for_http(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
    with Connection("sk_test_x", "pk_test_x", base_url="https://api.example.com", timeout=2) as connection:
        connection.make_ready()
        assert connection.send(ACCOUNTS) == Fault(FaultKind.NOT_SENT, "connect_failed")


def test_what_the_certificates_are_for_is_not_asked_of_a_plain_loopback_address(serve, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with Connection("sk_test_x", "pk_test_x", base_url=serve(drip(GOOD, 0))) as connection:
        connection.make_ready()
        assert connection.send(ACCOUNTS) == (Answer(),)


def test_the_systems_certificates_are_trusted_and_a_stranger_is_not(monkeypatch):
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    line = Line("https://localhost:9")
    assert "truststore" in type(line._pool._ssl_context).__module__


def test_nothing_that_never_left_is_unknown_whatever_the_wire_raises(monkeypatch, tmp_path):
    def broken(*_, **__):
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(socket, "create_connection", broken)
    monkeypatch.setattr("compropago_bulk.sending.retry.MOST_TRIES", 1)
    table = orders(base_url="http://127.0.0.1:9", journal=tmp_path / "j.sqlite", timeout=0.5)
    assert table["outcome"].tolist() == ["failed"]


@pytest.fixture
def secure(tmp_path):
    """Give the address of an https server on loopback, and the file of the certificate that nobody else trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the program openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    words = ["req", "-x509", *curve, "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    more = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *words, *more], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(near, server_side=True) as safe:
                    safe.recv(65536)
                    safe.sendall(GOOD)
            except OSError:
                near.close()

    threading.Thread(target=accept, daemon=True).start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}", certificate
    listening.close()


def test_a_companys_own_certificate_is_trusted_where_it_is_named_and_a_stranger_never(secure, monkeypatch):
    address, certificate = secure
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Connection("sk_test_x", "pk_test_x", base_url=address, timeout=5) as connection:
        connection.make_ready()
        assert connection.send(ACCOUNTS) == (Answer(),)
    monkeypatch.delenv("SSL_CERT_FILE")
    with Connection("sk_test_x", "pk_test_x", base_url=address, timeout=5) as connection:
        connection.make_ready()
        assert connection.send(ACCOUNTS) == Fault(FaultKind.NOT_SENT, "connect_failed")


def test_a_server_that_says_nothing_while_a_secure_connection_is_made_ends_with_the_exchange(serve, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    address = serve(drip(b"\x16\x03\x03\x00\xff" + b"\x02" * 900)).replace("http://", "https://")
    with Connection("sk_test_x", "pk_test_x", base_url=address, timeout=0.6) as connection:
        began = time.monotonic()
        fault = connection.send(ACCOUNTS)
        assert fault.kind is FaultKind.NOT_SENT
        assert time.monotonic() - began < 1.6
