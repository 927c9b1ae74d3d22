"""Each call of the API as data. The only place that knows the API's own spelling (`frecuency`, `exp_date`).

API reference, edition 2019-06: "Crear cuentas con CLABE", "Crear cuenta CLABE", "Crear orden de pago", "Verificar orden
de pago". A new endpoint is an entry here and little else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote, urlencode

from ..model import Call, Json, Operation, Row, Value
from ..rows.clean_rows import fingerprint, fold_key


def _number(value: Value | None) -> Json:
    """Write money as a JSON number: 1500 as 1500, 1500.50 as 1500.5."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _customer(values: Mapping[str, Value], *fields: str) -> dict[str, Json]:
    names = {"customer_id": "id"}
    return {names.get(name, name): values[name] for name in fields if name in values}


def _account_body(values: Mapping[str, Value]) -> Json:
    return {
        "name": values["account_name"],
        "reference": values["reference"],
        "customer": _customer(values, "name", "email", "phone"),
    }


def _clabe_body(values: Mapping[str, Value]) -> Json:
    return {
        "customer": _customer(values, "customer_id", "email", "phone"),
        "payment": {
            "frecuency": "unlimited",
            "exp_date": values.get("exp_date"),
            "amount": _number(values.get("amount")),
        },
    }


def _order_body(values: Mapping[str, Value]) -> Json:
    product: dict[str, Json] = {
        "id": values["product_id"],
        "price": _number(values["price"]),
        "name": values["product_name"],
    }
    if "product_url" in values:
        product["url"] = values["product_url"]
    body: dict[str, Json] = {
        "product": product,
        "customer": _customer(values, "customer_id", "name", "email", "phone"),
        "payment": {"type": "SPEI"},
    }
    if "expires_at" in values:  # known from the later edition; sent only when asked for by name
        body["expiresAt"] = values["expires_at"]
    return body


def _grouped_account_body(values: Mapping[str, Value]) -> Json:
    """The later edition (2019-08): an account with its customers, each with an id of its own."""
    customer = {"id": values.get("customer_id", values["name"]), **_customer(values, "name", "email", "phone")}
    return {"name": values["account_name"], "accountId": values["reference"], "customers": [customer]}


def _join_accounts(bodies: Sequence[Json]) -> Json:
    return {**bodies[0], "customers": [item for body in bodies for item in body["customers"]]}


CREATE_ACCOUNT = Operation(
    name="createAccount",
    method="POST",
    path="/v2/createAccount",
    needs=("account_name", "reference", "name", "email"),
    optional=("phone",),
    key=("reference", "name"),
    alias=("reference", "email"),
    body=_account_body,
)
CREATE_CLABE = Operation(
    name="createClabe",
    method="POST",
    path="/v2/createClabe",
    needs=("customer_id", "email"),
    optional=("phone",),
    only_if_named=("amount", "exp_date"),
    key=("customer_id",),
    fallback={"customer_id": "reference"},
    repeatable=True,
    body=_clabe_body,
)
CREATE_ORDER = Operation(
    name="orders",
    method="POST",
    path="/v2/orders",
    needs=("product_id", "product_name", "price", "customer_id", "name", "email"),
    optional=("phone", "product_url"),
    only_if_named=("expires_at",),
    key=("product_id", "customer_id"),
    fallback={"customer_id": "reference"},
    not_compared=frozenset({"product_url"}),
    body=_order_body,
)
VERIFY_ORDER = Operation(
    name="verify",
    method="GET",
    path="/v2/orders/{order_id}",
    needs=("order_id",),
    key=("order_id",),
    creates=False,
    observed=True,
    repeatable=True,
)
READ_LIST = Operation(name="list", method="GET", path="", needs=(), creates=False, repeatable=True)
"""Any list of the later edition; its calls are made by `list_call`."""
CREATE_ACCOUNT_GROUPED = Operation(
    name="createAccount",
    method="POST",
    path="/v2/createAccount",
    needs=("account_name", "reference", "name", "email"),
    optional=("phone", "customer_id"),
    key=("reference", "name"),
    alias=("reference", "email"),
    body=_grouped_account_body,
    batch_body=_join_accounts,
)

OPERATIONS = {part.name: part for part in (CREATE_ACCOUNT, CREATE_CLABE, CREATE_ORDER, VERIFY_ORDER)}
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
EDITIONS = ("2019-06", "2019-08")


def operation(name: str, edition: str = "2019-06") -> Operation:
    """Return the operation of an endpoint's name, as the edition of the API speaks it."""
    if name == "createAccount" and edition == "2019-08":
        return CREATE_ACCOUNT_GROUPED
    if name == READ_LIST.name:
        return READ_LIST
    return OPERATIONS[name]


def call(spec: Operation, row: Row) -> Call:
    """Make a checked row's call. Pure: the same row gives the same call, for ever."""
    body = None if spec.body is None else _WRITE(spec.body(row.values))
    return Call(
        position=row.position,
        operation=spec.name,
        key=row.key,
        path=_path(spec, row.values),
        body=body,
        values=row.values,
        fingerprint=fingerprint(spec, row.values),
        alias=fold_key(row.values, spec.alias) if spec.alias else None,
        group=_group(spec, row.values),
    )


def list_call(path: str, position: int = 0) -> Call:
    """Make the call that reads a list."""
    return Call(position, READ_LIST.name, path, path, None)


def list_path(*parts: str, **query: str) -> str:
    """Return a list's path from parts that may hold anything: `list_path("accounts", "12/B")`."""
    path = "/".join(("/v2", *(quote(part, safe="") for part in parts)))
    return f"{path}?{urlencode(query)}" if query else path


def _path(spec: Operation, values: Mapping[str, Value]) -> str:
    if "{" not in spec.path:
        return spec.path
    return spec.path.format(**{name: quote(str(values[name]), safe="") for name in spec.key})


def _group(spec: Operation, values: Mapping[str, Value]) -> str:
    return fold_key(values, ("account_name", "reference")) if spec.batch_body else ""


def joined_body(spec: Operation, batch: Sequence[Call]) -> str | None:
    """Return the request body of a batch: its call's own, or those of several calls joined into one."""
    if spec.batch_body is None or len(batch) == 1:
        return batch[0].body
    assert spec.body is not None  # noqa: S101 - only what creates takes several rows at once
    return _WRITE(spec.batch_body([spec.body(call.values) for call in batch]))


def values_of(body: str | None) -> dict[str, Json]:
    """Read back what the journal kept of a call: canonical field to what was sent, for each of the calls above."""
    sent = json.loads(body) if body else {}
    product = sent.get("product") or {}
    customer = (sent.get("customers") or [sent.get("customer") or {}])[0]
    found = {
        "reference": sent.get("reference", sent.get("accountId")),
        "product_id": product.get("id"),
        "product_name": product.get("name"),
        "price": product.get("price"),
        "customer_id": customer.get("id"),
        **{name: customer.get(name) for name in ("name", "email", "phone")},
    }
    return {field: value for field, value in found.items() if value is not None}
