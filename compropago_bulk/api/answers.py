"""What ComproPago answered: envelope or bare, seconds or milliseconds, an answer or a fault. Pure.

API reference, edition 2019-06, all four calls; its examples differ among themselves, so each variant is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from ..model import Answer, Call, Fault, FaultKind, Json, Operation, Reply
from ..values.folding import fold

LONGEST_MESSAGE = 300
"""Characters of the API's own words that are kept; never a gateway's whole page."""

LONGEST_WAIT = 86_400.0
"""Seconds; a `Retry-After` beyond a day says no more than a day does."""

_CLABE_DIGITS = 18
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this would be the year 5138
_LAST_MOMENT = 253_402_300_799_999  # the end of the year 9999, in milliseconds


def read_reply(
    spec: Operation, calls: Sequence[Call], status: int, headers: Mapping[str, str], content: bytes
) -> Reply:
    """Read one HTTP answer as an `Answer` for each call, or as one `Fault` for all of them."""
    body = read_body(spec.method, status, headers, content)
    if isinstance(body, Fault):
        return body
    data = body.get("data", body)
    if not isinstance(data, Mapping) or not _is_about(spec, data):
        return Fault(FaultKind.DOUBTFUL, "unreadable_answer", status, request_id=_text(body.get("map")))
    request_id = _text(body.get("map"))
    if isinstance(data.get("customers"), Sequence) and spec.batch_body:
        return tuple(_of_group(call, data, request_id) for call in calls)
    return (read_answer(data, request_id),) * len(calls)


def read_body(method: str, status: int, headers: Mapping[str, str], content: bytes) -> Mapping[str, Json] | Fault:
    """Return the JSON object of a good answer, or the fault that the answer is."""
    body = _parsed(content)
    told = body if isinstance(body, Mapping) else {}
    code = _whole(told.get("code"))
    if 200 <= status < 300 and code is not None and code >= 300:
        return _fault(method, code, headers, told, in_body=True)
    if not 200 <= status < 300:
        return _fault(method, status, headers, told)
    if not isinstance(body, Mapping) or told.get("type") == "error" or told.get("object") == "error":
        return Fault(FaultKind.DOUBTFUL, "unreadable_answer", status, _message(told), _text(told.get("map")))
    return body


def _fault(
    method: str, status: int, headers: Mapping[str, str], told: Mapping[str, Json], *, in_body: bool = False
) -> Fault:
    return Fault(
        kind=_kind(method, status, told, in_body=in_body),
        code=f"http_{status}",
        status=status,
        message=_message(told),
        request_id=_text(told.get("map")),
        retry_after=read_retry_after(headers.get("retry-after")),
    )


def _kind(method: str, status: int, told: Mapping[str, Json], *, in_body: bool) -> FaultKind:
    """Say what is certain after an error's status; an error `code` inside HTTP 200 counts as that status."""
    if status in (401, 403):
        return FaultKind.WRONG_KEY
    if status == 429:
        return FaultKind.SLOW_DOWN
    if status == 503 and not in_body and _is_own_error(told):
        return FaultKind.UNAVAILABLE
    if status == 404 and method == "GET":
        return FaultKind.NOT_FOUND
    if 400 <= status < 500 and status != 408:
        return FaultKind.REFUSED
    if 300 <= status < 400 and not in_body:
        return FaultKind.REDIRECTED
    return FaultKind.DOUBTFUL


def _is_own_error(told: Mapping[str, Json]) -> bool:
    """Tell the API's error from a gateway's: `{"message": "Service Unavailable"}` is what gateways write too."""
    return _whole(told.get("code")) == 503 or "error" in (told.get("type"), told.get("object"))


def _is_about(spec: Operation, data: Mapping[str, Json]) -> bool:
    """Whether `data` can be the answer to this call, and not a stranger's JSON."""
    if spec.name in ("orders", "verify"):
        return _text(data.get("id")) is not None
    return any(name in data for name in ("customer", "customers", "payment", "status"))


def read_answer(data: Mapping[str, Json], request_id: str | None = None) -> Answer:
    """Read the `data` of an answer (or a bare order) about one customer; what is not there is None."""
    payment, product = _part(data, "payment"), _part(data, "product")
    customer = _part(data, "customer")
    return Answer(
        clabe=read_clabe(payment.get("clabe", data.get("clabe"))),
        status=_text(data.get("status")),
        test_mode=_flag(data.get("testMode")),
        order_id=_text(data.get("id")),
        short_id=_text(data.get("shortId")),
        order_price=read_money(product.get("price")),
        fee=read_money(payment.get("fee")),
        iva=read_money(payment.get("iva")),
        created_at=read_moment(data.get("createdAt")),
        updated_at=read_moment(data.get("updatedAt")),
        expires_at=read_moment(data.get("expiresAt")),
        request_id=request_id,
        customer_id=_text(customer.get("id")),
        name=_text(customer.get("name")),
        email=_text(customer.get("email")),
        product_id=_text(product.get("id")),
    )


def _of_group(call: Call, data: Mapping[str, Json], request_id: str | None) -> Answer:
    """Find one row's customer in the later edition's answer about many; a blank echo where it is missing."""
    sent = json.loads(call.body or "{}")["customers"][0]
    named = [item for item in data["customers"] if isinstance(item, Mapping)]
    for wanted in ("id", "email"):
        found = [item for item in named if fold(str(item.get(wanted, ""))) == fold(str(sent[wanted]))]
        if len(found) == 1:
            one = {**data, "payment": {"clabe": found[0].get("clabe"), **_part(found[0], "payment")}}
            return read_answer({**one, "customer": found[0]}, request_id)
    return read_answer({**data, "customer": {"name": "?", "email": "?"}}, request_id)


def read_clabe(value: Json) -> str | None:
    """Return a CLABE's digits as text, zeros kept, from text or number; other text stays as it is."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = read_money(value)
        whole = number is not None and number >= 0 and number == number.to_integral_value()
        return str(int(value)).zfill(_CLABE_DIGITS) if whole else str(value)
    text = _text(value) or ""
    digits = text.replace(" ", "").replace("-", "")
    return digits if digits.isascii() and digits.isdigit() else text or None


def read_moment(value: Json) -> int | None:
    """Return epoch milliseconds from epoch seconds, epoch milliseconds or ISO 8601; None for anything else."""
    if isinstance(value, str):
        try:
            return int(datetime.fromisoformat(value).astimezone(UTC).timestamp() * 1000)
        except (ValueError, OverflowError):
            pass
    number = read_money(value)
    if number is None or number <= 0:
        return None
    moment = int(number if number >= _MILLISECONDS_FROM else number * 1000)
    return moment if moment <= _LAST_MOMENT else None


def read_money(value: Json) -> Decimal | None:
    """Return an amount as an exact decimal; None where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 18 else None


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for, from a number or an HTTP date, clamped to 0 … one day."""
    if value is None or not value.strip():
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else None  # NaN is no wait


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _part(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(value: Json) -> str | None:
    return None if value is None or isinstance(value, bool | Mapping | list) else str(value).strip() or None


def _whole(value: Json) -> int | None:
    try:
        return int(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _flag(value: Json) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _message(told: Mapping[str, Json]) -> str:
    """Take the API's own words from either error shape, on one line and cut short."""
    words = told.get("message") or _part(told, "error").get("message") or _part(told, "data").get("message")
    return " ".join(str(words).split())[:LONGEST_MESSAGE] if isinstance(words, str) else ""


ECHO_MISMATCH = "echo_mismatch"
MODE_MISMATCH = "mode_mismatch"


def inspect(call: Call, answer: Answer, *, mode: str) -> str | None:
    """Return `mode_mismatch`, `echo_mismatch` or None. What the answer leaves out is no mismatch.

    An order's answer has no `customer.id` (API reference, "Crear orden de pago"): there the e-mail and the price speak.
    """
    if answer.test_mode is not None and answer.test_mode != (mode == "test"):
        return MODE_MISMATCH
    if call.body is None:
        wanted = unquote(call.path.rpartition("/")[2])
        return None if answer.order_id in (None, wanted) else ECHO_MISMATCH
    body = json.loads(call.body)
    customer = body["customers"][0] if "customers" in body else body["customer"]
    pairs = [(customer.get("email"), answer.email)]
    if call.operation == "createClabe":
        pairs.append((customer.get("id"), answer.customer_id))
    if call.operation == "createAccount":
        pairs.append((customer.get("name"), answer.name))
    if any(told is not None and fold(str(sent)) != fold(told) for sent, told in pairs):
        return ECHO_MISMATCH
    price = answer.order_price
    if call.operation == "orders" and price is not None and abs(float(price) - body["product"]["price"]) >= 0.005:
        return ECHO_MISMATCH
    return None
