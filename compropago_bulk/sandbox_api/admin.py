"""The sandbox's own routes under `/_sandbox/`, by which other processes pay, advance the time, order faults, look."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qsl

from .answers import Reply
from .records import MODES, SETTLED, Json
from .service import Desk

Settings = Mapping[str, Json]


class Control:
    """Answers what is asked of the sandbox itself: no keys needed, nothing of it in the log."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._routes: Final[Mapping[tuple[str, str], Callable[[Settings], Json]]] = {
            ("POST", "pay"): self._pay,
            ("POST", "deposit"): self._deposit,
            ("POST", "give_back"): self._give_back,
            ("POST", "advance"): self._advance,
            ("POST", "faults"): self._faults,
            ("POST", "fail_next"): self._fail_next,
            ("GET", "ledger"): self._ledger,
            ("GET", "log"): self._log,
            ("GET", "violations"): self._violations,
        }

    def answer(self, method: str, path: str, query: bytes, body: bytes) -> Reply:
        """Do one of the routes; settings come as a JSON object, or in the query."""
        name = path.removeprefix("/_sandbox/")
        route = self._routes.get((method, name))
        if route is None:
            known = ", ".join(f"{verb} /_sandbox/{item}" for verb, item in self._routes)
            return Reply(404, {"error": f"known are: {known}"})
        try:
            asked = json.loads(body, parse_float=Decimal) if body else dict(parse_qsl(query.decode("latin-1")))
            if not isinstance(asked, dict):
                raise TypeError("the settings must be a JSON object")
            return Reply(200, _plain(route(asked)))
        except KeyError as missing:
            return Reply(400, {"error": f"{missing.args[0]} is required"})
        except LookupError as unknown:
            return Reply(404, {"error": str(unknown)})
        except (ValueError, TypeError, OverflowError, RecursionError) as wrong:
            return Reply(400, {"error": str(wrong)})

    def _pay(self, asked: Settings) -> Json:
        amount = asked.get("amount")
        return self._desk.pay(str(asked["order_id"]), None if amount is None else _money(amount))

    def _deposit(self, asked: Settings) -> Json:
        return self._desk.deposit(str(asked["clabe"]), _money(asked["amount"]), str(asked.get("status", SETTLED)))

    def _give_back(self, asked: Settings) -> Json:
        amount = asked.get("amount")
        return self._desk.give_back(str(asked["which"]), None if amount is None else _money(amount))

    def _advance(self, asked: Settings) -> Json:
        units = {name: float(value) for name, value in asked.items()}
        return {"now": self._desk.advance(timedelta(**units))}

    def _faults(self, asked: Settings) -> Json:
        self._desk.set_faults(asked["faults"])
        return {"faults": asked["faults"]}

    def _fail_next(self, asked: Settings) -> Json:
        times = int(asked.get("n", 1))
        self._desk.fail_next(str(asked["kind"]), times, asked.get("match"), asked.get("retry_after"))
        return {"kind": asked["kind"], "n": times}

    def _ledger(self, asked: Settings) -> Json:
        mode = asked.get("mode", "test")
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        books = _as_dict(self._desk.state(mode))
        only = [name for name in asked.get("only", "").split(",") if name]
        unknown = [name for name in only if name not in books]
        if unknown:
            raise ValueError(f"{unknown[0]} is no part of the ledger, which has {', '.join(books)}")
        return {name: books[name] for name in only or books}

    def _log(self, asked: Settings) -> Json:
        since = int(asked.get("since", 0))
        return {"requests": [{**_as_dict(request), "created": request.created} for request in self._desk.log(since)]}

    def _violations(self, _: Settings) -> Json:
        return {"violations": self._desk.violations()}


def _money(amount: Json) -> Decimal:
    try:
        return Decimal(str(amount))
    except InvalidOperation:
        raise ValueError("amount must be a number") from None


def _as_dict(record: Any) -> dict[str, Json]:
    return {field_.name: getattr(record, field_.name) for field_ in fields(record)}


def _plain(value: Json) -> Json:
    """Write records as objects, money as text to the centavo, and moments in ISO 8601."""
    if isinstance(value, str | int | float | None):
        return value
    if is_dataclass(value):
        value = _as_dict(value)
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(char) for char in value]
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
    return value
