"""Each documented call, spoken to in plain HTTP, answers as the reference's example does."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from decimal import Decimal

import pytest

WEIGHTS = (3, 7, 1)


def holds(clabe):
    """Check a CLABE by the published rule, apart from the sandbox's own arithmetic."""
    total = sum(int(digit) * WEIGHTS[place % 3] % 10 for place, digit in enumerate(clabe[:17]))
    return len(clabe) == 18 and clabe.startswith("646180") and int(clabe[17]) == (10 - total % 10) % 10


def without(body, path):
    changed = copy.deepcopy(body)
    *parents, last = path.split(".")
    inner = changed
    for name in parents:
        inner = inner[int(name)] if isinstance(inner, list) else inner[name]
    del inner[last]
    return changed


def put(body, path, value):
    changed = copy.deepcopy(body)
    *parents, last = path.split(".")
    inner = changed
    for name in parents:
        inner = inner[name]
    inner[last] = value
    return changed


def test_an_order_is_answered_with_every_documented_field(client, bodies):
    answer = client.post("/v2/orders", json=bodies["/v2/orders"])
    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == ["object", "code", "status", "message", "request", "url", "map", "data"]
    assert (told["object"], told["code"], told["url"]) == ("orders.create", 200, "/v2/orders")
    data = told["data"]
    assert list(data) == [
        "id", "shortId", "product", "customer", "payment", "status", "testMode", "exchange", "extras", "client",
        "createdAt", "updatedAt", "expiresAt",
    ]  # fmt: skip
    assert data["id"].startswith("ch_")
    assert (data["status"], data["testMode"]) == ("PENDING", True)
    assert data["customer"] == {"name": "Ana Robles", "email": "ana@example.com", "phone": "5500000101"}
    assert holds(data["payment"]["clabe"])
    assert data["createdAt"] < 100_000_000_000 < told["request"]


@pytest.mark.parametrize(("price", "fee", "iva"), [(150, 10.25, 1.64), (12.56, 8.19, 1.31)])
def test_fees_are_those_of_the_documented_examples(client, bodies, price, fee, iva):
    payment = client.post("/v2/orders", json=put(bodies["/v2/orders"], "product.price", price)).json()["data"][
        "payment"
    ]
    assert (payment["fee"], payment["iva"]) == (fee, iva)


def test_an_order_is_read_bare_and_in_milliseconds(client, bodies):
    made = client.post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]
    read = client.get(f"/v2/orders/{made['id']}").json()
    assert "data" not in read
    assert read["createdAt"] // 1000 == made["createdAt"]
    assert read["payment"] == made["payment"]
    assert read["api"] == made["client"]


def test_an_account_is_answered_without_a_clabe(client, bodies, server):
    answer = client.post("/v2/createAccount", json=bodies["/v2/createAccount"])
    assert answer.json()["data"]["reference"] == "000124"
    assert answer.json()["data"]["status"] == "ACTIVE"
    assert "clabe" not in answer.text.replace("CLABE", "")
    assert holds(server.ledger.subaccounts[0].clabe)


def test_the_same_customer_gets_the_same_clabe_from_orders_and_create_clabe(client, bodies):
    first = client.post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]
    second = client.post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]
    clabe = client.post("/v2/createClabe", json=bodies["/v2/createClabe"]).json()["data"]
    assert first["payment"]["clabe"] == second["payment"]["clabe"] == clabe["payment"]["clabe"]
    assert first["id"] != second["id"]


def test_different_customers_get_different_valid_clabes(client, bodies):
    body = bodies["/v2/createClabe"]
    got = [
        client.post("/v2/createClabe", json=put(body, "customer.id", str(number))).json()["data"]["payment"]["clabe"]
        for number in range(200)
    ]
    assert len(set(got)) == 200
    assert all(map(holds, got))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        *(("/v2/orders", field) for field in (
            "product", "product.id", "product.price", "product.name", "customer", "customer.id", "customer.name",
            "customer.email", "payment", "payment.type")),
        *(("/v2/createClabe", field) for field in (
            "customer", "customer.id", "customer.email", "payment", "payment.frecuency")),
        *(("/v2/createAccount", field) for field in (
            "name", "reference", "customer", "customer.name", "customer.email")),
    ],
)  # fmt: skip
def test_each_required_field_that_is_missing_is_refused_by_name(client, server, bodies, path, field):
    answer = client.post(path, json=without(bodies[path], field))
    assert answer.status_code == 400
    assert f"{field} is required" in answer.json()["message"]
    assert not server.ledger.effects
    assert server.violations


@pytest.mark.parametrize(
    "field", ["name", "accountId", "customers", "customers.0.id", "customers.0.name", "customers.0.email"]
)
def test_each_required_field_of_the_later_account_is_refused_by_name(serve, connect, bodies, field):
    client = connect(serve(editions=("2019-08",)))
    answer = client.post("/v2/createAccount", json=without(bodies["later /v2/createAccount"], field))
    assert answer.status_code == 400
    assert f"{field.replace('.0', '[0]')} is required" in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/v2/orders", "product.price", "1500"),
        ("/v2/orders", "product.price", 0),
        ("/v2/orders", "product.price", True),
        ("/v2/orders", "product.price", 10**12),
        ("/v2/orders", "product.id", 7),
        ("/v2/orders", "customer.email", "ana at example"),
        ("/v2/orders", "customer.id", " "),
        ("/v2/orders", "payment.type", "OXXO"),
        ("/v2/orders", "customer", []),
        ("/v2/createClabe", "payment.frecuency", "once"),
        ("/v2/createClabe", "payment.amount", "10"),
        ("/v2/createClabe", "payment.exp_date", 1_795_540_371_772),
        ("/v2/createAccount", "reference", 124),
        ("/v2/createAccount", "customer.phone", None),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(client, server, bodies, path, field, value):
    answer = client.post(path, json=put(bodies[path], field, value))
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"{field} must ")
    assert not server.ledger.effects


def test_a_field_that_nobody_documented_passes_and_is_recorded(client, server, bodies):
    body = put(bodies["/v2/createClabe"], "payment.frequency", "unlimited")
    assert client.post("/v2/createClabe", json=body).status_code == 200
    assert [one.what for one in server.violations] == ["payment.frequency is not documented"]


def test_the_later_editions_fields_are_recorded_by_the_first_edition(client, server, bodies, later, connect):
    body = bodies["/v2/orders"] | {"expiresAt": 4_102_444_800}
    client.post("/v2/orders", json=body)
    assert [one.what for one in server.violations] == ["expiresAt is not documented"]
    assert connect(later).post("/v2/orders", json=body).json()["data"]["expiresAt"] == 4_102_444_800
    assert not later.violations


def test_an_order_that_would_have_ended_already_is_refused(later, connect, bodies):
    answer = connect(later).post("/v2/orders", json=bodies["/v2/orders"] | {"expiresAt": 1_559_853_010})
    assert (answer.status_code, answer.json()["message"]) == (400, "expiresAt lies in the past")
    assert not later.ledger.effects


@pytest.mark.parametrize(
    "keys",
    [
        ("sk_test_other", "pk_test_sandbox"),
        ("sk_test_sandbox", "pk_live_sandbox"),
        ("pk_test_sandbox", "sk_test_sandbox"),
        None,
    ],
)
def test_wrong_keys_are_401(server, connect, bodies, keys):
    answer = connect(server, auth=keys).post("/v2/orders", json=bodies["/v2/orders"])
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert server.log[0].mode is None
    assert not server.ledger.effects


def test_the_password_may_be_left_out(server, connect, bodies):
    client = connect(server, auth=("sk_test_sandbox", ""))
    assert client.post("/v2/orders", json=bodies["/v2/orders"]).status_code == 200


def test_live_keys_have_books_of_their_own(server, connect, bodies):
    live = connect(server, "live").post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]
    assert live["testMode"] is False
    assert connect(server).get(f"/v2/orders/{live['id']}").status_code == 404
    assert (len(server.ledger.orders), len(server.live_ledger.orders)) == (0, 1)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/orders/ch_nobody", 404),
        ("GET", "/v2/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/v2/orders/", 404),
        ("GET", "/v2/accounts", 404),
        ("GET", "/v2/accounts/ALA", 404),
        ("GET", "/v2/accounts/ALA/transactions", 404),
        ("GET", "/v2/orders", 405),
        ("PUT", "/v2/createClabe", 405),
        ("DELETE", "/v2/orders/ch_nobody", 405),
    ],
)
def test_what_the_edition_does_not_have_is_404_or_405(client, method, path, status):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, status)


def test_asking_for_another_editions_list_is_404_and_breaks_nothing(client, server):
    client.get("/v2/accounts")
    client.get("/v2/account")
    assert [one.what for one in server.violations] == ["/v2/account is not documented"]


def test_another_kind_of_authentication_is_recorded(server, connect):
    connect(server, auth=("sk_test_other", "")).get("/v2/orders/x")
    connect(server, auth=None, headers={"Authorization": "Bearer sk_test_sandbox"}).get("/v2/orders/x")
    assert [one.what for one in server.violations] == ["Authorization is not Basic"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"name=Alamedas", b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_json_is_406(client, body):
    assert client.post("/v2/createClabe", content=body).status_code == 406


def test_a_wrong_content_type_is_recorded(client, server, bodies):
    client.post("/v2/orders", content=json.dumps(bodies["/v2/orders"]))
    assert [one.what for one in server.violations] == ["Content-Type is not application/json"]


def test_text_comes_back_letter_for_letter(client, bodies):
    name = "Íñigo Ñáñez 𝒜 — «O'Higgins» \\u0041"
    told = client.post("/v2/orders", json=put(bodies["/v2/orders"], "customer.name", name)).json()
    assert told["data"]["customer"]["name"] == name


def test_an_order_ends_by_time_and_is_accepted_when_paid(client, server, bodies):
    open_one, paid = (client.post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]["id"] for _ in range(2))
    assert server.pay(paid).status == "ACCEPTED"
    server.advance(timedelta(days=5))
    assert client.get(f"/v2/orders/{open_one}").json()["status"] == "EXPIRED"
    assert client.get(f"/v2/orders/{paid}").json()["status"] == "ACCEPTED"
    assert server.ledger.count("payment") == {(paid,): 1}


def test_another_amount_does_not_pay_an_order(client, server, bodies):
    order = client.post("/v2/orders", json=bodies["/v2/orders"]).json()["data"]
    assert server.pay(order["id"], 1499.99).status == "PENDING"
    assert server.ledger.deposits[0].reason == "no open order of this amount"
    assert server.deposit(order["payment"]["clabe"], "1500.00").order_id == order["id"]
    assert client.get(f"/v2/orders/{order['id']}").json()["status"] == "ACCEPTED"


def test_nobody_can_pay_what_is_not_there(server):
    with pytest.raises(LookupError):
        server.pay("ch_nobody")
    with pytest.raises(LookupError):
        server.deposit("646180146400219781", 10)


def test_the_later_edition_lists_accounts_residents_and_deposits(later, connect, bodies):
    client = connect(later)
    made = client.post("/v2/createAccount", json=bodies["later /v2/createAccount"]).json()["data"]
    ana, beto = made["customers"]
    later.deposit(ana["clabe"], 10)
    later.deposit(beto["clabe"], Decimal("1500.50"))
    listed = client.get("/v2/accounts/ALA").json()
    assert (listed["object"], listed["message"]) == ("orders.get_account", "success.get_account")
    assert listed["data"] == [{name: one[name] for name in ("id", "name", "clabe")} for one in made["customers"]]
    lines = client.get("/v2/accounts/ALA/transactions", params={"clabe": ana["clabe"]}).json()["data"]
    assert [line["amount"] for line in lines] == [10, -0.1, -8, -0.15]
    assert len({line["reference"] for line in lines}) == 1
    assert all(isinstance(line["date"], str) and line["date"].isdigit() for line in lines)
    every = client.get("/v2/accounts/ALA/transactions").json()["data"]
    balance = client.get("/v2/accounts").json()["data"][0]["balance"]
    assert balance == pytest.approx(sum(line["amount"] for line in every))
    assert Decimal(str(balance)) == later.ledger.balance("ALA")
    assert not later.violations


def test_accounts_of_the_first_edition_are_listed_by_the_later_calls(later, connect, bodies):
    client = connect(later)
    client.post("/v2/createAccount", json=put(bodies["/v2/createAccount"], "reference", "A/12 b"))
    (listed,) = client.get("/v2/accounts/A%2F12%20b").json()["data"]
    assert listed["name"] == "Ana Robles"
    assert holds(listed["clabe"])


def test_a_resident_id_that_exists_refuses_the_whole_account_call(later, connect, bodies):
    client, body = connect(later), bodies["later /v2/createAccount"]
    client.post("/v2/createAccount", json=body)
    body["customers"][0]["id"] = "103"
    answer = client.post("/v2/createAccount", json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, "customers.id must be unique: 102 exists")
    assert len(later.ledger.subaccounts) == 2


def test_a_repeated_account_or_order_is_made_twice_and_counted(client, server, bodies):
    for path in ("/v2/createAccount", "/v2/orders", "/v2/createClabe"):
        client.post(path, json=bodies[path])
        client.post(path, json=bodies[path])
    assert server.ledger.doubled("subaccount") == {("000124", "Ana Robles"): 2}
    assert server.ledger.doubled("order") == {("MTTO-2026-11", "101"): 2}
    assert server.ledger.doubled("clabe") == {}
    assert server.ledger.count("mail") == {("ana@example.com",): 4}
    assert server.ledger.count("sms") == {("5500000101",): 4}


def test_the_same_seed_and_requests_give_the_same_clabes_in_any_order(serve, connect, bodies):
    def clabes(numbers):
        client = connect(serve(seed=7))
        body = bodies["/v2/createClabe"]
        told = {n: client.post("/v2/createClabe", json=put(body, "customer.id", str(n))).json() for n in numbers}
        return {n: one["data"]["payment"]["clabe"] for n, one in told.items()}

    assert clabes(range(20)) == clabes(reversed(range(20)))
