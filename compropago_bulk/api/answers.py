"""What ComproPago answered: envelope or bare, seconds or milliseconds, an answer or a fault. Pure.

API reference, edition 2019-06, all four calls; its examples differ among themselves, so each variant is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..model import Answer, Call, Fault, FaultKind, Json, Operation, Reply
from ..values.shown import fold
from .operations import READ_LIST

LONGEST_MESSAGE = 300
"""Characters of the API's own words that are kept; never a gateway's whole page."""

LONGEST_WAIT = 86_400.0
"""Seconds; a `Retry-After` beyond a day says no more than a day does."""

LONGEST_TEXT = 500
"""Characters of an id, a status or a name that are kept; no answer of the API comes near it."""

_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What neither UTF-8, a database nor a workbook can hold."""

_PERHAPS_UNHOLDABLE = re.compile(
    rb"\\(?:[bf]|u(?:00[01]|[dD][89a-fA-F]|[fF]{3}[eEfF]))|\xed[\xa0-\xbf]|\xef\xbf[\xbe\xbf]|\x00"
)
"""JSON in which there may be some of it, escaped or not; every text of it is looked at then. Zeros are UTF-16."""

_HALF_A_CENTAVO = Decimal("0.005")
_CLABE_DIGITS = 18
_MOST_DIGITS = 40  # of a number; what has more of them is no sum of money
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this would be the year 5138
_LAST_MOMENT = 253_402_300_799_999  # the end of the year 9999, in milliseconds


def read_reply(
    spec: Operation, calls: Sequence[Call], status: int, headers: Mapping[str, str], content: bytes
) -> Reply:
    """Read one HTTP answer as an `Answer` for each call, or as one `Fault` for all of them."""
    body = read_body(spec.method, status, headers, content)
    if isinstance(body, Fault):
        return body
    request_id = _text(body.values.get("map"))
    odd = body.odd or _is_odd("request_id", body.values.get("map"), request_id)
    answers = _answers(spec, calls, body.values.get("data", body.values), request_id, odd)
    return answers or Fault(FaultKind.DOUBTFUL, "unreadable_answer", status, request_id=request_id)


def _answers(
    spec: Operation, calls: Sequence[Call], data: Json, request_id: str | None, odd: bool
) -> tuple[Answer, ...] | None:
    """Return an answer for each call; None where `data` cannot be the answer to them."""
    if spec is READ_LIST:
        records = [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else None
        return None if records is None else (Answer(records=tuple(records), odd=odd),)
    if not isinstance(data, Mapping) or not _is_about(spec, data):
        return None
    if spec.batch_body and isinstance(data.get("customers"), Sequence):
        return tuple(_of_group(call, data, request_id, odd=odd) for call in calls)
    return (read_answer(data, request_id, odd=odd),) * len(calls)


class Body(NamedTuple):
    """A JSON object that came back, and whether something in it could not be taken as it was written."""

    values: Mapping[str, Json]
    odd: bool = False


def read_body(method: str, status: int, headers: Mapping[str, str], content: bytes) -> Body | Fault:
    """Return the JSON object of a good answer, or the fault that the answer is."""
    body, odd = _parsed(content)
    values = body if isinstance(body, Mapping) else {}
    code = _whole(values.get("code"))
    if 200 <= status < 300 and code is not None and code >= 300:
        return _fault(method, code, headers, values, in_body=True)
    if not 200 <= status < 300:
        return _fault(method, status, headers, values)
    if not isinstance(body, Mapping) or values.get("type") == "error" or values.get("object") == "error":
        return Fault(FaultKind.DOUBTFUL, "unreadable_answer", status, _message(values), _text(values.get("map")))
    return Body(body, odd)


def _fault(
    method: str, status: int, headers: Mapping[str, str], values: Mapping[str, Json], *, in_body: bool = False
) -> Fault:
    return Fault(
        kind=_kind(method, status, values, in_body=in_body),
        code=f"http_{status}",
        status=status,
        message=_message(values),
        request_id=_text(values.get("map")),
        retry_after=read_retry_after(headers.get("retry-after")),
    )


def _kind(method: str, status: int, values: Mapping[str, Json], *, in_body: bool) -> FaultKind:
    """Return what is certain after an error's status; an error `code` inside HTTP 200 counts as that status."""
    if status in (401, 403):
        return FaultKind.WRONG_KEY
    if status == 429:
        return FaultKind.SLOW_DOWN
    if status == 503 and not in_body and _is_own_error(values):
        return FaultKind.UNAVAILABLE
    if status == 404 and method == "GET":
        return FaultKind.NOT_FOUND
    if 400 <= status < 500 and status != 408:
        return FaultKind.REFUSED
    if 300 <= status < 400 and not in_body:
        return FaultKind.REDIRECTED
    return FaultKind.DOUBTFUL


def _is_own_error(values: Mapping[str, Json]) -> bool:
    """Whether it is the API's own error: gateways write `{"message": "Service Unavailable"}` too."""
    return _whole(values.get("code")) == 503 or "error" in (values.get("type"), values.get("object"))


def _is_about(spec: Operation, data: Mapping[str, Json]) -> bool:
    """Whether `data` can be the answer to this call, and not a stranger's JSON."""
    if spec.name in ("orders", "verify"):
        return _text(data.get("id")) is not None
    return any(name in data for name in ("customer", "customers", "payment", "status"))


def read_answer(data: Mapping[str, Json], request_id: str | None = None, *, odd: bool = False) -> Answer:
    """Read the `data` of an answer (or a bare order) about one customer; what is not there is None.

    What cannot be read as its column needs it is left out or cut, and the answer is marked as odd.
    """
    parts = {name: _part(data, name) for name in _PARTS}
    odd = odd or any(data.get(name) is not None and not isinstance(data[name], dict) for name in _PARTS)
    values: dict[str, Any] = {}
    for field, places in _PLACES.items():
        raw = _raw(data, parts, places)
        if raw is not None:
            value = values[field] = _READERS.get(field, _text)(raw)
            odd = odd or _is_odd(field, raw, value)
    return Answer(**values, request_id=request_id, odd=odd)


def _raw(data: Mapping[str, Json], parts: Mapping[str, Mapping[str, Json]], places: Sequence[tuple[str, str]]) -> Json:
    for part, name in places:
        found = (parts[part] if part else data).get(name)
        if found is not None:
            return found
    return None


def _is_odd(field: str, raw: Json, value: object) -> bool:
    """Whether a value could not be kept as the API wrote it."""
    if raw is None or (raw == "" and value is None):
        return False
    if value is None:
        return not (field in _MOMENTS and raw == 0)  # some write 0 for never
    if field == "clabe":
        return isinstance(raw, Decimal) or len(str(value)) != _CLABE_DIGITS or not str(value).isdigit()
    if field in _READERS:
        return False
    return isinstance(raw, Decimal) or len(str(raw)) > LONGEST_TEXT


def _of_group(call: Call, data: Mapping[str, Json], request_id: str | None, *, odd: bool) -> Answer:
    """Find one row's customer in the later edition's answer about many; a blank echo where it is missing."""
    sent = {"id": call.values.get("customer_id", call.values["name"]), "email": call.values["email"]}
    named = [item for item in data["customers"] if isinstance(item, Mapping)]
    for wanted in ("id", "email"):
        found = [item for item in named if fold(str(item.get(wanted, ""))) == fold(str(sent[wanted]))]
        if len(found) == 1:
            merged = {**data, "payment": {"clabe": found[0].get("clabe"), **_part(found[0], "payment")}}
            return read_answer({**merged, "customer": found[0]}, request_id, odd=odd)
    return read_answer({**data, "customer": {"name": "?", "email": "?"}}, request_id, odd=odd)


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
    fits = number.is_finite() and abs(number.adjusted()) < 18 and len(number.as_tuple().digits) <= _MOST_DIGITS
    return number if fits else None


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


def _parsed(content: bytes) -> tuple[Json, bool]:
    """Read JSON; what no table and no journal could hold is replaced here, once, and reported."""
    doubled: list[bool] = []

    def take(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) != len(pairs):
            doubled.append(True)
        return found

    try:
        body = json.loads(content, parse_float=Decimal, parse_constant=str, object_pairs_hook=take)
        clean = _clean(body) if _PERHAPS_UNHOLDABLE.search(content) else body
    except (ValueError, RecursionError):
        return None, False
    return clean, bool(doubled) or clean != body


def _clean(value: Json) -> Json:
    """Replace, at any depth, what cannot be encoded or stored: half a surrogate pair, control characters."""
    if isinstance(value, str):
        return _UNHOLDABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def _part(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, bool | dict | list):
        return None
    return str(value).strip()[:LONGEST_TEXT] or None


def _whole(value: Json) -> int | None:
    try:
        return int(value) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _flag(value: Json) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _message(values: Mapping[str, Json]) -> str:
    """Return the API's own words from either error shape, on one line and cut short."""
    words = values.get("message") or _part(values, "error").get("message") or _part(values, "data").get("message")
    return " ".join(str(words).split())[:LONGEST_MESSAGE] if isinstance(words, str) else ""


_PARTS = ("payment", "product", "customer")
_MOMENTS = ("created_at", "updated_at", "expires_at")
_PLACES: Mapping[str, Sequence[tuple[str, str]]] = {
    "clabe": (("payment", "clabe"), ("", "clabe")),
    "status": (("", "status"),),
    "test_mode": (("", "testMode"),),
    "order_id": (("", "id"),),
    "short_id": (("", "shortId"),),
    "order_price": (("product", "price"),),
    "fee": (("payment", "fee"),),
    "iva": (("payment", "iva"),),
    "created_at": (("", "createdAt"),),
    "updated_at": (("", "updatedAt"),),
    "expires_at": (("", "expiresAt"),),
    "customer_id": (("customer", "id"),),
    "name": (("customer", "name"),),
    "email": (("customer", "email"),),
    "product_id": (("product", "id"),),
    "currency": (("product", "currency"), ("", "currency")),
    "product_name": (("product", "name"),),
}
"""Where an answer's fields stand: the part and the name; the first that is there counts."""
_READERS: Mapping[str, Callable[[Json], object]] = {
    "clabe": read_clabe,
    "test_mode": _flag,
    **dict.fromkeys(("order_price", "fee", "iva"), read_money),
    **dict.fromkeys(_MOMENTS, read_moment),
}
"""How the fields are read that are not text."""

ODD_ANSWER = "odd_answer"
ECHO_MISMATCH = "echo_mismatch"
MODE_MISMATCH = "mode_mismatch"


def inspect(call: Call, answer: Answer, *, mode: str) -> str | None:
    """Return `mode_mismatch`, `echo_mismatch`, `odd_answer` or None. What the answer leaves out is no mismatch.

    An order's answer has no `customer.id` (API reference, "Crear orden de pago"): there the e-mail and the price speak.
    """
    if answer.test_mode is not None and answer.test_mode != (mode == "test"):
        return MODE_MISMATCH
    if not _echoes(call, answer):
        return ECHO_MISMATCH
    return ODD_ANSWER if answer.odd else None


def _echoes(call: Call, answer: Answer) -> bool:
    """Whether an answer speaks of this call's row."""
    if call.body is None:
        return answer.order_id in (None, unquote(call.path.rpartition("/")[2]))
    sent = call.values
    pairs = [(sent.get("email"), answer.email)]
    if call.operation == "createClabe":
        pairs.append((sent.get("customer_id"), answer.customer_id))
    if call.operation == "createAccount":
        pairs.append((sent.get("name"), answer.name))
    if any(echo is not None and fold(str(value)) != fold(echo) for value, echo in pairs):
        return False
    price = answer.order_price
    return call.operation != "orders" or price is None or abs(price - Decimal(sent["price"])) < _HALF_A_CENTAVO
