"""How the API says it: each answer as the reference's example has it, and the ways in which answers are known to vary.

Pure: records in, JSON out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from .ledger import Contact
from .records import Account, Clabe, Json, Order, Subaccount, Transaction, control_digit, epoch, epoch_ms, number

_ORDER_STEPS: Final = (
    "Agrega la cuenta CLABE en tu banca en linea para banco STP.",
    "Una vez dada de alta la cuenta CLABE, realiza el deposito por la cantidad exacta.",
    "Ya que realizaste el pago, recibiras un comprobante de transacción exitosa y nuestro sistema confirmara"
    " automáticamente el pago.",
)
_CLABE_STEPS: Final = (
    "Agrégala en tu banca en línea seleccionando como banco: STP.",
    "Realiza transferencias a cualquier hora por los montos que desees.",
    "Por cada operación exitosa recibirás un comprobante de la transacción.",
)

VARIANTS: Final[Mapping[str, str]] = {
    "accounts_by_reference": "GET /v2/accounts as the edition between: {id: number, reference, name, balance}",
    "bare": "no envelope round any answer",
    "envelope": "the envelope round the order of GET /v2/orders/<ID> too",
    "clabe_missing": "no CLABE in any answer",
    "clabe_number": "CLABEs as JSON numbers",
    "error_envelope": "errors in the envelope's shape",
    "error_html": "errors as a page",
    "error_in_200": "errors inside HTTP 200",
    "error_text": "errors as plain text",
    "extra_fields": "fields that nobody documented, at every level",
    "no_test_mode": "testMode left out",
    "times_ms": "every time in epoch milliseconds",
    "times_s": "every time in epoch seconds",
}
"""The ways in which answers may differ from the examples, for a reader to be tried on."""

_LEFT_OUT: Final = {"clabe": "clabe_missing", "testMode": "no_test_mode"}
"""Fields that a variant leaves out."""
_TIMES: Final = ("createdAt", "updatedAt", "expiresAt")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is bytes."""

    status: int
    payload: Json
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the envelope says of the request itself."""

    url: str
    request_id: str
    now: datetime


def read_variants(names: Collection[str] | str) -> frozenset[str]:
    """Take variants as a collection or as `"bare,times_ms"`.

    Raises:
        ValueError: an unknown one; the message lists them all.
    """
    wanted = [part.strip() for part in names.split(",") if part.strip()] if isinstance(names, str) else list(names)
    unknown = [name for name in wanted if name not in VARIANTS]
    if unknown:
        raise ValueError(f"unknown variant {unknown[0]!r}. Known are: {', '.join(VARIANTS)}")
    return frozenset(wanted)


def _steps(sentences: Sequence[str]) -> list[Json]:
    return [{"step": place, "description": words} for place, words in enumerate(sentences, 1)]


def _given(**values: Json) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}


def order_created(order: Order, *, live: bool) -> Json:
    """Return the `data` of POST /v2/orders: times in seconds, `client` at its end."""
    return _order(order, live=live, by="client", ms=False)


def order_read(order: Order, *, live: bool) -> Json:
    """Return the order of GET /v2/orders/<ID>: times in milliseconds, `api` where the other example has `client`."""
    return _order(order, live=live, by="api", ms=True)


def _order(order: Order, *, live: bool, by: str, ms: bool) -> Json:
    price = number(order.price)
    moment = epoch_ms if ms else epoch
    return {
        "id": order.order_id,
        "shortId": order.short_id,
        "product": {
            "id": order.product_id,
            "price": price,
            "name": order.product_name,
            "currency": order.currency,
            **_given(url=order.url),
        },
        "customer": {"name": order.name, "email": order.email, **_given(phone=order.phone)},
        "payment": {
            "type": "SPEI",
            "fee": number(order.fee),
            "iva": number(order.iva),
            "clabe": order.clabe,
            "instructions": _steps(_ORDER_STEPS),
        },
        "status": order.status,
        "testMode": not live,
        "exchange": {
            "rate": 1,
            "finalAmount": price,
            "originAmount": price,
            "finalCurrency": order.currency,
            "originCurrency": order.currency,
        },
        "extras": {},
        by: {"name": "ms-api", "version": "2.0.0"},
        "createdAt": moment(order.created_at),
        "updatedAt": moment(order.updated_at),
        "expiresAt": moment(order.expires_at),
    }


def clabe_created(clabe: Clabe, *, live: bool) -> Json:
    """Return the `data` of POST /v2/createClabe."""
    return {
        "customer": {"id": clabe.owner, "email": clabe.email, **_given(phone=clabe.phone)},
        "payment": {
            "clabe": clabe.clabe,
            "frecuency": "unlimited",
            "amount": None if clabe.amount is None else number(clabe.amount),
            "instructions": _steps(_CLABE_STEPS),
        },
        "status": "ACTIVE",
        "testMode": not live,
        "createdAt": epoch(clabe.created_at),
        "updatedAt": epoch(clabe.updated_at),
        "expiresAt": None if clabe.expires_at is None else epoch(clabe.expires_at),
    }


def account_created(name: str, reference: str, contact: Contact, at: datetime, *, live: bool) -> Json:
    """Return the `data` of POST /v2/createAccount, edition 2019-06: there is no CLABE in it."""
    return {
        "name": name,
        "reference": reference,
        "customer": {"name": contact.name, "email": contact.email, **_given(phone=contact.phone)},
        "payment": {"instructions": _steps(_CLABE_STEPS)},
        "status": "ACTIVE",
        "testMode": not live,
        "createdAt": epoch(at),
        "updatedAt": epoch(at),
    }


def accounts_created(name: str, account_id: str, made: Sequence[Subaccount], at: datetime, *, live: bool) -> Json:
    """Return the `data` of POST /v2/createAccount, edition 2019-08: a CLABE for each customer."""
    return {
        "name": name,
        "accountId": account_id,
        "customers": [
            {
                "id": subaccount.subaccount_id,
                "name": subaccount.name,
                "email": subaccount.email,
                **_given(phone=subaccount.phone),
                "clabe": subaccount.clabe,
            }
            for subaccount in made
        ],
        "instructions": _steps(_CLABE_STEPS),
        "status": "ACTIVE",
        "testMode": not live,
        "createdAt": epoch(at),
        "updatedAt": epoch(at),
    }


def account_listed(account: Account, balance: Decimal, *, between: bool) -> Json:
    """Return one element of GET /v2/accounts, as 2019-08 has it or as the edition between."""
    if between:
        named = {"id": account.number, "reference": account.account_id, "name": account.name}
    else:
        named = {"accountId": account.account_id, "name": account.name}
    return {**named, "balance": number(balance)}


def subaccount_listed(subaccount: Subaccount) -> Json:
    """Return one element of GET /v2/accounts/<ID>."""
    return {"id": subaccount.subaccount_id, "name": subaccount.name, "clabe": subaccount.clabe}


def transaction_listed(transaction: Transaction) -> Json:
    """Return one element of GET /v2/accounts/<ID>/transactions: its `date` is a string."""
    return {
        "id": transaction.transaction_id,
        "date": str(epoch(transaction.at)),
        "amount": number(transaction.amount),
        "status": transaction.status,
        "description": transaction.description,
        "reference": transaction.reference,
    }


def envelope(what: str, message: str, stamp: Stamp, data: Json) -> Json:
    """Wrap the data of a good answer."""
    return {
        "object": what,
        "code": 200,
        "status": "success",
        "message": message,
        "request": epoch_ms(stamp.now),
        "url": stamp.url,
        "map": stamp.request_id,
        "data": data,
    }


def error(status: int, message: str) -> Reply:
    """Return an error in the shape of the older endpoints; the reference shows none of its own."""
    return Reply(status, {"type": "error", "object": "error", "code": status, "message": message})


def vary(reply: Reply, variants: frozenset[str], stamp: Stamp) -> Reply:
    """Say a reply in the variants that are switched on."""
    if not variants:
        return reply
    if reply.status != 200:
        return _vary_error(reply, variants, stamp)
    payload = _reshape(reply.payload, variants)
    if "bare" in variants and "data" in payload:
        payload = payload["data"]
    if "envelope" in variants and "data" not in payload:
        payload = envelope("orders.get", "success.get", stamp, payload)
    return Reply(200, payload, reply.headers)


def _vary_error(reply: Reply, variants: frozenset[str], stamp: Stamp) -> Reply:
    code, message = reply.status, reply.payload["message"]
    payload: Json = reply.payload
    if "error_envelope" in variants:
        wrapped = envelope("error", message, stamp, None)
        payload = {**wrapped, "code": code, "status": "error"}
    elif "error_text" in variants:
        payload = message.encode()
    elif "error_html" in variants:
        payload = f"<html><body><h1>{code}</h1><p>{message}</p></body></html>".encode()
    return Reply(200 if "error_in_200" in variants else code, payload, reply.headers)


def _reshape(value: Json, variants: frozenset[str]) -> Json:
    if isinstance(value, list):
        return [_reshape(char, variants) for char in value]
    if not isinstance(value, dict):
        return value
    shaped = {}
    for name, old in value.items():
        if _LEFT_OUT.get(name) not in variants:
            shaped[name] = _reshape(_reshape_field(name, old, variants), variants)
    return {**shaped, "xUnknown": {"note": "nobody documented this"}} if "extra_fields" in variants else shaped


def _reshape_field(name: str, value: Json, variants: frozenset[str]) -> Json:
    if name == "clabe" and "clabe_number" in variants:
        return int(value)
    if name not in _TIMES or value is None:
        return value
    in_seconds = value < 100_000_000_000
    if "times_ms" in variants and in_seconds:
        return value * 1000
    return value // 1000 if "times_s" in variants and not in_seconds else value


def spoil(reply: Reply, how: str, stranger: str | None) -> Reply:
    """Alter a good answer in one detail that only a careful reader notices; `stranger` is somebody else's CLABE."""
    if reply.status != 200 or not isinstance(reply.payload, dict):
        return reply
    return Reply(200, _spoilt(reply.payload, how, stranger), reply.headers)


def _spoilt(value: Json, how: str, stranger: str | None) -> Json:
    if isinstance(value, list):
        return [_spoilt(char, how, stranger) for char in value]
    if not isinstance(value, dict):
        return value
    kept = {name: old for name, old in value.items() if not (how == "no_clabe" and name == "clabe")}
    return {name: _spoilt(_spoilt_field(name, old, how, stranger), how, stranger) for name, old in kept.items()}


def _spoilt_field(name: str, value: Json, how: str, stranger: str | None) -> Json:
    if how == "wrong_mode" and name == "testMode":
        return not value
    if how == "wrong_echo" and name == "email":
        return f"stranger.{value}"
    if how == "wrong_echo" and name == "customer" and "id" in value:
        return {**value, "id": f"{value['id']}-other"}
    if how == "shared_clabe" and name == "clabe":
        return stranger or value
    if how == "bad_clabe" and name == "clabe":
        return value[:17] + str((int(control_digit(value)) + 1) % 10)
    return value


def encode(payload: Json) -> bytes:
    """Write a payload as bytes: JSON, or what is bytes already."""
    return payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def media_type(payload: Json) -> bytes:
    """Name the kind of a payload."""
    if not isinstance(payload, bytes):
        return b"application/json; charset=utf-8"
    return b"text/html; charset=utf-8" if payload.startswith(b"<") else b"text/plain; charset=utf-8"
