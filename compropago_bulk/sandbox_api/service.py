"""Where requests are taken: who asks, whether it goes wrong, what is done, what is answered, and the record of it."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import RLock
from typing import Final
from urllib.parse import parse_qsl

from . import answers
from .answers import Reply, Stamp
from .endpoints import EDITIONS, Ask, Endpoint, NotFoundError, find, findings, routes
from .faults import (
    ON_THE_WIRE,
    Fault,
    FaultPlan,
    Limit,
    Match,
    Request,
    altered,
    fault_named,
    instead,
    read_faults,
    refusal,
)
from .ledger import Cause, Ledger, RefusedError
from .records import (
    MODES,
    SETTLED,
    Deposit,
    Exchange,
    Json,
    LedgerState,
    Order,
    Transaction,
    Violation,
    digest,
    identifier,
    is_basic,
    mode_of,
)

LOG_LENGTH: Final = 200_000
"""Exchanges that the log keeps; the oldest go first."""

_NOT_JSON: Final = object()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came off the wire."""

    method: str
    path: str
    """Not unquoted."""
    query: str
    body: bytes
    authorization: bytes
    content_type: bytes
    arrived: float
    in_flight: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the wire has to do: send the reply, unless the action says otherwise (see `Fault.action`)."""

    reply: Reply
    action: str


@dataclass(frozen=True, slots=True)
class _Work:
    """What became of a request: its reply, the fault that met it, what was wrong with it."""

    reply: Reply
    fault: Fault | None = None
    findings: tuple[str, ...] = ()


class Desk:
    """The state of one sandbox. Safe to use from several threads.

    Args:
        editions: the editions of the API reference that are served.
        faults: what goes wrong by chance, as `read_faults` reads it.
        variants: how answers differ from the documented ones, as `answers.read_variants` reads them.
        rate: requests a second that are let in; above it 429.
        seed: of the faults, the identifiers and the CLABEs.
        clock: the time now, with a time zone.

    Raises:
        ValueError: an edition, a fault or a variant that is not known, or a rate that is none.
    """

    def __init__(
        self,
        *,
        editions: Collection[str],
        faults: str | Mapping[str, float],
        variants: Collection[str] | str,
        rate: float | None,
        seed: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._lock = RLock()
        self._routes = routes(frozenset(editions))
        self._every_route = routes(frozenset(EDITIONS))
        self._plan = FaultPlan(read_faults(faults))
        self._variants = answers.read_variants(variants)
        self._limit = None if rate is None else Limit(rate)
        self._seed, self._clock, self._ahead = seed, clock, timedelta()
        self._ledgers = {mode: Ledger(mode, seed) for mode in MODES}
        self._attempts: Counter[bytes] = Counter()
        self._log: deque[Exchange] = deque(maxlen=LOG_LENGTH)
        self._violations: list[Violation] = []
        self._requests = self._transfers = 0

    # -- what the API does

    def take(self, arrival: Arrival) -> Verdict:
        """Decide one request, do what it asks unless a fault forbids it, and keep the record."""
        with self._lock:
            same = digest(arrival.method, arrival.path, arrival.query, arrival.body.hex())
            self._attempts[same] += 1
            own = digest(self._seed, same.hex(), self._attempts[same])
            cause = Cause(self.now, identifier(own[16:]), own)
            mode = mode_of(arrival.authorization)
            effects = self._ledgers[mode].effects if mode else []
            done_before = len(effects)
            work = self._work(arrival, mode, cause)
            action = work.fault.action if work.fault else "answer"
            self._requests += 1
            exchange = Exchange(
                number=self._requests,
                arrived=arrival.arrived,
                at=cause.at,
                method=arrival.method,
                path=arrival.path,
                query=arrival.query,
                body=arrival.body.decode("utf-8", "replace"),
                mode=mode,
                status=None if action in ON_THE_WIRE else work.reply.status,
                fault=work.fault.name if work.fault else None,
                attempt=self._attempts[same],
                in_flight=arrival.in_flight,
                request_id=cause.request_id,
                effects=tuple(effects[done_before:]),
                violations=work.findings,
            )
            self._log.append(exchange)
            self._violations += [
                Violation(cause.request_id, arrival.method, arrival.path, what) for what in work.findings
            ]
            return Verdict(work.reply, action)

    def _work(self, arrival: Arrival, mode: str | None, cause: Cause) -> _Work:
        if self._limit and not self._limit.admits(arrival.arrived):
            return _Work(refusal(429, self._limit.retry_after()))
        draw = int.from_bytes(cause.digest[:8], "big") / 2**64
        fault = self._plan.next(draw, lambda: _as_request(arrival))
        stamp = Stamp(arrival.path, cause.request_id, cause.at)
        if fault and fault.phase == "before":
            return _Work(instead(fault, stamp) or Reply(200, b""), fault)
        reply, found = self._answer(arrival, mode, cause)
        reply = answers.vary(reply, self._variants, stamp)
        if fault:
            stranger = self._stranger(mode, reply) if fault.action == "alter" else None
            reply = instead(fault, stamp) or altered(reply, fault, stranger, stamp)
        return _Work(reply, fault, found)

    def _answer(self, arrival: Arrival, mode: str | None, cause: Cause) -> tuple[Reply, tuple[str, ...]]:
        """Do what is asked; give the true answer and what breaks the documented contract."""
        if mode is None:
            return refusal(401), () if is_basic(arrival.authorization) else ("Authorization is not Basic",)
        methods, target = find(self._routes, arrival.path)
        if not methods:
            later, _ = find(self._every_route, arrival.path)  # asking for another edition's lists breaks nothing
            return refusal(404), () if later else (f"{arrival.path} is not documented",)
        endpoint = methods.get(arrival.method)
        if endpoint is None:
            allowed = ", ".join(sorted(methods)).encode()
            return replace(refusal(405), headers=((b"allow", allowed),)), ("the method is not documented",)
        body = _read_json(arrival.body) if endpoint.body else None
        if body is _NOT_JSON:
            return refusal(406), ("the body is not JSON",)
        found = list(findings(body, endpoint.body(body))) if endpoint.body else []
        said = (*(match.what for match in found), *_around(arrival, endpoint))
        refused = "; ".join(match.what for match in found if match.refused)
        if refused:
            return answers.error(400, refused), said
        query = dict(parse_qsl(arrival.query, keep_blank_values=True))
        between = "accounts_by_reference" in self._variants
        return _done(endpoint, Ask(self._ledgers[mode], cause, target, query, body, between), arrival.path), said

    def _stranger(self, mode: str | None, reply: Reply) -> str | None:
        own = str(reply.payload)
        return next((clabe for clabe in self._ledgers[mode].clabes if clabe not in own), None) if mode else None

    # -- what people, banks and tests do

    @property
    def now(self) -> datetime:
        """The sandbox's own time."""
        return self._clock() + self._ahead

    def advance(self, by: timedelta) -> datetime:
        """Move the sandbox's time on, and give the new one.

        Raises:
            ValueError: a step back.
        """
        if by < timedelta():
            raise ValueError("time only goes forward")
        with self._lock:
            self._ahead += by
            return self.now

    def pay(self, order_id: str, amount: Decimal | None) -> Order:
        """Transfer an order's price, or another amount, to its CLABE.

        Raises:
            LookupError: no such order.
        """
        with self._lock:
            ledger = next(
                (value for value in self._ledgers.values() if order_id in value.orders), self._ledgers["test"]
            )
            return ledger.pay(order_id, amount, self._transfer())

    def deposit(self, clabe: str, amount: Decimal, status: str = SETTLED) -> Deposit:
        """Transfer an amount to a CLABE.

        Raises:
            LookupError: nobody was given this CLABE.
        """
        with self._lock:
            ledger = next((value for value in self._ledgers.values() if clabe in value.clabes), self._ledgers["test"])
            return ledger.deposit(clabe, amount, self._transfer(), status=status)

    def give_back(self, which: str, amount: Decimal | None) -> Transaction:
        """Give a deposit to an account back, by its tracking key or its CLABE (the newest).

        Raises:
            LookupError: there is none.
        """
        with self._lock:
            books = self._ledgers.values()
            known = (book for book in books if any(which in (one.tracking_key, one.clabe) for one in book.deposits))
            return next(known, self._ledgers["test"]).give_back(which, amount, self._transfer())

    def _transfer(self) -> Cause:
        self._transfers += 1
        own = digest(self._seed, "transfer", self._transfers)
        return Cause(self.now, identifier(own[16:]), own)

    def fail_next(self, kind: str, times: int, match: Match, retry_after: str | None) -> None:
        """Have the next `times` requests that match fail in this way.

        Raises:
            ValueError: no such fault, or no times.
        """
        if times < 1:
            raise ValueError("a fault happens at least once")
        with self._lock:
            self._plan.order(replace(fault_named(kind), retry_after=retry_after), times, match)

    def set_faults(self, spec: str | Mapping[str, float]) -> None:
        """Replace all faults that are to come, drawn and ordered.

        Raises:
            ValueError: see `read_faults`.
        """
        plan = FaultPlan(read_faults(spec))
        with self._lock:
            self._plan = plan

    def set_rate(self, rate: float | None) -> None:
        """Replace the limit of requests a second; None lifts it."""
        limit = None if rate is None else Limit(rate)
        with self._lock:
            self._limit = limit

    def state(self, mode: str) -> LedgerState:
        """Copy the books of a mode as they stand now."""
        with self._lock:
            return self._ledgers[mode].state(self.now)

    def log(self, since: int = 0) -> tuple[Exchange, ...]:
        """Return the exchanges after the `since`-th."""
        with self._lock:
            return tuple(request for request in self._log if request.number > since)

    def violations(self) -> tuple[Violation, ...]:
        """Return everything that broke the documented contract."""
        with self._lock:
            return tuple(self._violations)


def _done(endpoint: Endpoint, ask: Ask, url: str) -> Reply:
    try:
        data = endpoint.answer(ask)
    except RefusedError as reason:
        return answers.error(400, str(reason))
    except NotFoundError as reason:
        return answers.error(404, str(reason))
    if not endpoint.what:
        return Reply(200, data)
    stamp = Stamp(url, ask.cause.request_id, ask.cause.at)
    return Reply(200, answers.envelope(endpoint.what, endpoint.message, stamp, data))


def _around(arrival: Arrival, endpoint: Endpoint) -> list[str]:
    """Find what is not as documented beside the body: none of it makes the API refuse."""
    found = []
    if endpoint.body and arrival.content_type.partition(b";")[0].strip().lower() != b"application/json":
        found.append("Content-Type is not application/json")
    if not endpoint.body and arrival.body:
        found.append("a body where none is documented")
    asked = {name for name, _ in parse_qsl(arrival.query, keep_blank_values=True)}
    return [*found, *(f"query parameter {name} is not documented" for name in sorted(asked - endpoint.query))]


def _read_json(body: bytes) -> Json:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_not_a_number)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _not_a_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _as_request(arrival: Arrival) -> Request:
    body = _read_json(arrival.body)
    text = arrival.body.decode("utf-8", "replace")
    return Request(arrival.method, arrival.path, arrival.query, text, None if body is _NOT_JSON else body)
