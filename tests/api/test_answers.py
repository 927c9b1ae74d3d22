"""Every shape in which ComproPago is known to answer is read; every other one is a fault that says what is certain."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from compropago_bulk.api.answers import inspect, read_clabe, read_moment, read_reply, read_retry_after
from compropago_bulk.api.operations import CREATE_ACCOUNT, CREATE_ACCOUNT_GROUPED, CREATE_CLABE, CREATE_ORDER
from compropago_bulk.api.operations import VERIFY_ORDER as VERIFY
from compropago_bulk.model import Answer, Call, Fault, FaultKind

CLABE = "646180146400219781"
ORDER = {
    "id": "ch_1",
    "shortId": "481AD8F9",
    "product": {"id": "MTTO", "price": 150, "name": "Mantenimiento", "currency": "MXN"},
    "customer": {"name": "Ana Ruiz", "email": "ana@example.com", "phone": "5500000001"},
    "payment": {"type": "SPEI", "fee": 10.25, "iva": 1.64, "clabe": CLABE, "instructions": []},
    "status": "PENDING",
    "testMode": False,
    "createdAt": 1559853010,
    "updatedAt": 1559853010,
    "expiresAt": 1560139200,
}
ACCOUNT = {"name": "Alamedas", "reference": "153", "customer": {"name": "Ana", "email": "ana@example.com"},
           "payment": {"instructions": []}, "status": "ACTIVE", "testMode": True, "createdAt": 1561416434}  # fmt: skip


def call(spec, body=None, **values):
    return Call(position=0, operation=spec.name, key="k", path=spec.path, body=body, values=values)


def read(spec, body, status=200, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_reply(spec, (call(spec),), status, headers or {}, content)


def envelope(data, code=200):
    return {"object": "orders.x", "code": code, "status": "success", "map": "request-1", "data": data}


@pytest.mark.parametrize("body", [ORDER, envelope(ORDER)], ids=["bare", "envelope"])
def test_an_order_is_read_bare_and_inside_an_envelope(body):
    (answer,) = read(VERIFY, body)
    assert (answer.order_id, answer.short_id, answer.clabe) == ("ch_1", "481AD8F9", CLABE)
    assert (answer.order_price, answer.fee, answer.iva) == (Decimal(150), Decimal("10.25"), Decimal("1.64"))
    assert (answer.status, answer.test_mode, answer.created_at) == ("PENDING", False, 1559853010000)
    assert answer.request_id == ("request-1" if "data" in body else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1559853010, 1559853010000),
        (1522082069321, 1522082069321),
        ("1559853010", 1559853010000),
        (1559853010.5, None),
        (None, None),
        (0, None),
        (True, None),
        ("soon", None),
        ("2019-06-06T20:30:10Z", 1559853010000),
        (10**30, None),
    ],
)
def test_times_are_read_as_seconds_or_milliseconds(value, expected):
    assert read_moment(Decimal(str(value)) if isinstance(value, float) and expected else value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (CLABE, CLABE),
        (646180146400219781, CLABE),
        (Decimal("646180146400219781.0"), CLABE),
        ("646 180 14640021978-1", CLABE),
        (2180146400219781, "002180146400219781"),
        ("000000000000000000", "000000000000000000"),
        ("", None),
        (None, None),
        (True, None),
        ({}, None),
        ("pendiente", "pendiente"),
    ],
)
def test_a_clabe_is_text_of_18_digits_whatever_it_was_sent_as(value, expected):
    assert read_clabe(value) == expected


def test_a_clabe_written_as_a_json_number_loses_no_digit():
    content = json.dumps(envelope({"payment": {"clabe": 1}, "status": "ACTIVE"})).replace(
        '"clabe": 1', f'"clabe": {CLABE}'
    )
    (answer,) = read(CREATE_CLABE, content.encode())
    assert answer.clabe == CLABE


def test_an_account_without_a_clabe_has_none_instead_of_an_invented_one():
    (answer,) = read(CREATE_ACCOUNT, envelope(ACCOUNT))
    assert answer == Answer(
        status="ACTIVE",
        test_mode=True,
        created_at=1561416434000,
        request_id="request-1",
        name="Ana",
        email="ana@example.com",
    )


def test_unknown_extra_fields_change_nothing():
    extra = {**ORDER, "surprise": {"deep": [1, 2, {"x": None}]}, "payment": {**ORDER["payment"], "new": "x"}}
    assert read(CREATE_ORDER, envelope(extra)) == read(CREATE_ORDER, envelope(ORDER))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"code": 400, "message": "no", "type": "error"}, FaultKind.REFUSED),
        (200, {"code": "404", "message": "no"}, FaultKind.REFUSED),
        (200, {"code": 401, "message": "no"}, FaultKind.WRONG_KEY),
        (200, {"code": 429, "message": "slow"}, FaultKind.SLOW_DOWN),
        (200, {"code": 500, "message": "oops"}, FaultKind.DOUBTFUL),
        (200, {"code": 503, "message": "oops"}, FaultKind.DOUBTFUL),
        (200, {"type": "error", "message": "without a code"}, FaultKind.DOUBTFUL),
        (200, b"<html>Bad gateway</html>", FaultKind.DOUBTFUL),
        (200, b"", FaultKind.DOUBTFUL),
        (200, b"[1, 2]", FaultKind.DOUBTFUL),
        (200, {"code": 200, "data": None}, FaultKind.DOUBTFUL),
        (200, {"code": 200, "data": {"hello": "stranger"}}, FaultKind.DOUBTFUL),
        (301, b"", FaultKind.REDIRECTED),
        (302, {"code": 302}, FaultKind.REDIRECTED),
        (400, {"code": 400, "message": "no"}, FaultKind.REFUSED),
        (404, {"code": 404}, FaultKind.REFUSED),
        (405, b"", FaultKind.REFUSED),
        (406, b"", FaultKind.REFUSED),
        (410, b"", FaultKind.REFUSED),
        (418, b"", FaultKind.REFUSED),
        (401, b"", FaultKind.WRONG_KEY),
        (403, b"", FaultKind.WRONG_KEY),
        (408, b"", FaultKind.DOUBTFUL),
        (429, b"", FaultKind.SLOW_DOWN),
        (500, {"code": 500}, FaultKind.DOUBTFUL),
        (502, b"<html>", FaultKind.DOUBTFUL),
        (503, {"code": 503, "message": "maintenance"}, FaultKind.UNAVAILABLE),
        (503, {"type": "error", "object": "error", "message": "x"}, FaultKind.UNAVAILABLE),
        (503, {"message": "Service Unavailable"}, FaultKind.DOUBTFUL),
        (503, b"<html>", FaultKind.DOUBTFUL),
        (504, b"", FaultKind.DOUBTFUL),
    ],
)
def test_what_is_certain_after_an_error(status, body, kind):
    fault = read(CREATE_ORDER, body, status)
    assert isinstance(fault, Fault)
    assert fault.kind is kind


def test_404_to_a_look_is_not_found_and_to_a_creation_a_refusal():
    assert read(VERIFY, b"", 404).kind is FaultKind.NOT_FOUND
    assert read(VERIFY, {"code": 404}, 200).kind is FaultKind.NOT_FOUND
    assert read(CREATE_ORDER, b"", 404).kind is FaultKind.REFUSED


def test_an_order_without_an_id_cannot_be_trusted():
    assert read(CREATE_ORDER, envelope({**ORDER, "id": None})).code == "unreadable_answer"


def test_the_apis_words_are_kept_short_and_a_page_is_not():
    told = read(CREATE_ORDER, {"code": 400, "message": "bad\n" * 400, "map": "m-1"}, 400)
    assert len(told.message) <= 300
    assert "\n" not in told.message
    assert told.request_id == "m-1"
    assert read(CREATE_ORDER, b"<html>secret page</html>", 502).message == ""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("1e99", 86_400.0),
        ("nan", None),
        ("", None),
        (None, None),
        ("abc", None),
        ("Sat, 01 Jun 2019 12:00:30 GMT", 30.0),
        ("Sat, 01 Jun 2019 11:00:00 GMT", 0.0),
        ("Sat, 01 Jun 2219 11:00:00 GMT", 86_400.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_absurd_values_are_clamped(value, seconds):
    assert read_retry_after(value, now=datetime(2019, 6, 1, 12, tzinfo=UTC)) == seconds


def test_the_later_editions_answer_about_many_is_taken_apart_by_customer():
    def grouped(number):
        return call(
            CREATE_ACCOUNT_GROUPED, "{}", customer_id=f"10{number}", name="Ana", email=f"ana{number}@example.com"
        )

    customers = [
        {"id": "102", "name": "Ana", "email": "ana2@example.com", "clabe": "646180146400231992"},
        {"id": "101", "name": "Ana", "email": "ana1@example.com", "clabe": "646180146400252269"},
    ]
    content = json.dumps(envelope({"name": "A", "accountId": "7", "customers": customers, "status": "ACTIVE"})).encode()
    calls = (grouped(1), grouped(2), grouped(3))
    first, second, third = read_reply(CREATE_ACCOUNT_GROUPED, calls, 200, {}, content)
    assert (first.clabe, second.clabe, third.clabe) == ("646180146400252269", "646180146400231992", None)
    assert third.email == "?", "an answer that forgot a customer must not look like an echo"


def test_a_customer_of_a_group_is_found_by_e_mail_where_the_ids_tell_nothing():
    sent = call(CREATE_ACCOUNT_GROUPED, "{}", customer_id="101", name="Ana", email="ANA@example.com")
    customers = [
        {"id": "x", "name": "Ana", "email": "ana@example.com", "clabe": "646180146400252269"},
        {"id": "y", "name": "Ana", "email": "otra@example.com", "clabe": "646180146400231992"},
    ]
    content = json.dumps(envelope({"name": "A", "accountId": "7", "customers": customers, "status": "ACTIVE"})).encode()
    [answer] = read_reply(CREATE_ACCOUNT_GROUPED, (sent,), 200, {}, content)
    assert (answer.clabe, answer.email) == ("646180146400252269", "ana@example.com")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"code": 1e400}', b'{"code": NaN}', b"\xff\xfe", b"9" * 5000])
def test_no_answer_however_hostile_raises(content):
    assert isinstance(read_reply(CREATE_ORDER, (call(CREATE_ORDER),), 200, {}, content), Fault)


def odd(**changes):
    """Give the answer to an order whose fields are as they are not meant to be."""
    return read(CREATE_ORDER, envelope({**ORDER, **changes}))[0]


PAYMENT = ORDER["payment"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "ch_\ud800"},
        {"id": "ch_\udfff1"},
        {"id": "ch_\x001"},
        {"status": "PEND\x1bING"},
        {"shortId": "\ufffe"},
        {"customer": {**ORDER["customer"], "name": "Ana \ud83d"}},
        {"id": "c" * 10_000},
        {"status": "A" * 501},
        {"shortId": ["A"]},
        {"status": {"is": "PENDING"}},
        {"testMode": "perhaps"},
        {"createdAt": "yesterday"},
        {"createdAt": 10**30},
        {"updatedAt": -5},
        {"expiresAt": [1]},
        {"payment": "none"},
        {"customer": ["Ana"]},
        {"product": {**ORDER["product"], "price": "a lot"}},
        {"product": {**ORDER["product"], "price": 1e30}},
        {"product": {**ORDER["product"], "price": "1." + "1" * 500}},
        {"payment": {**PAYMENT, "fee": True}},
        {"payment": {**PAYMENT, "clabe": 6.46e17}},
        {"payment": {**PAYMENT, "clabe": "64618014640021978"}},
        {"payment": {**PAYMENT, "clabe": "pendiente"}},
        {"payment": {**PAYMENT, "clabe": [CLABE]}},
    ],
    ids=repr,
)
def test_what_fits_no_column_is_kept_as_far_as_it_goes_and_marked_as_odd(changes):
    answer = odd(**changes)
    assert answer.odd
    for name in ("order_id", "short_id", "status", "clabe", "name", "email", "request_id"):
        text = getattr(answer, name)
        assert text is None or (len(text) <= 500 and "\x00" not in text and text.encode() is not None)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"id": 17},
        {"shortId": ""},
        {"shortId": None},
        {"updatedAt": 0},
        {"customer": {**ORDER["customer"], "name": "José Ñúñez 🏠\nTorre B"}},
        {"payment": {**PAYMENT, "clabe": int(CLABE)}},
        {"payment": {**PAYMENT, "clabe": ""}},
        {"payment": {**PAYMENT, "fee": "10.25"}},
        {"surprise": {"deep": [1, None]}},
        {"testMode": "false"},
    ],
    ids=repr,
)
def test_nothing_is_called_odd_that_a_table_can_hold(changes):
    assert not odd(**changes).odd


@pytest.mark.parametrize(
    "content",
    [
        b'{"data": {"id": "ch_1", "id": "ch_2"}}',
        b'{"data": {"id": "ch_1", "payment": {"clabe": "1", "clabe": "2"}}}',
        b'{"map": "a", "map": "b", "data": {"id": "ch_1"}}',
        b'{"map": ["a"], "data": {"id": "ch_1"}}',
    ],
)
def test_a_name_that_stands_twice_or_a_request_id_that_is_none_is_odd(content):
    assert read(CREATE_ORDER, content)[0].odd


NAMED = '{"id": "ch_1", "customer": {"name": "Ana%sRuiz"}}'


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ((NAMED % "\\b").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\\f").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\\u0007").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\\uD83D").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\\uFFFE").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\ud83d").encode("utf-8", "surrogatepass"), "Ana\ufffdRuiz"),
        ((NAMED % "\uffff").encode(), "Ana\ufffdRuiz"),
        ((NAMED % "\\b").encode("utf-16"), "Ana\ufffdRuiz"),
        ((NAMED % " Mar\\u00eda ").encode(), "Ana María Ruiz"),
        ((NAMED % "\\ud83d\\ude00").encode(), "Ana\U0001f600Ruiz"),
        ((NAMED % " Ñúñez ").encode(), "Ana Ñúñez Ruiz"),
        ((NAMED % "\\\\b").encode(), "Ana\\bRuiz"),
    ],
)
def test_what_no_workbook_can_hold_is_replaced_however_it_was_written(content, name):
    [answer] = read(CREATE_ORDER, content)
    assert answer.name == name and answer.odd == ("\ufffd" in name)


def test_a_refusals_words_can_be_written_down_too():
    fault = read(CREATE_ORDER, b'{"code": 400, "message": "no \\ud800 \\u0000 way", "map": "\\udfff"}', 400)
    assert fault.message.encode() and "\x00" not in fault.message
    assert fault.request_id.encode()


def test_an_odd_answer_is_said_unless_there_is_worse():
    call_of = call(CREATE_ORDER, "{}", email="ana@example.com", price=Decimal(150))
    assert inspect(call_of, odd(shortId=[1]), mode="live") == "odd_answer"
    assert inspect(call_of, odd(shortId=[1]), mode="test") == "mode_mismatch"
    assert inspect(call_of, odd(customer={"email": "eva@example.com"}, shortId=[1]), mode="live") == "echo_mismatch"
    assert inspect(call_of, odd(), mode="live") is None
