"""What can go wrong on request, and when: the faults by name, and a plan that repeats itself to the letter.

Whether the n-th arrival of one request (method, path, query, body) meets a fault depends on the seed, on that request
and on n, and on nothing else: not on threads, not on the clock, not on what other requests do.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from . import answers
from .answers import VARIANTS, Reply, Stamp
from .records import Json

Phase = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail: `before` = nothing was done, `after` = done, and then the answer is spoilt."""

    name: str
    action: str
    """answer, body_code, html, text, empty, redirect, drop, reset, stall, garbage, truncate, alter, or vary."""
    phase: Phase
    status: int = 200
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a `match` function is asked about."""

    method: str
    path: str
    query: str
    text: str
    """The body as it came."""
    body: Json
    """The body as JSON; None where there is none or it is not JSON."""


Match = str | Callable[[Request], bool] | None

_BEFORE: Final = ("before",)
_EITHER: Final = ("before", "after")
_OR_BEFORE: Final = ("after", "before")
_AFTER: Final = ("after",)

_KINDS: Final[tuple[tuple[str, str, int, tuple[str, ...]], ...]] = (
    *((str(status), "answer", status, _BEFORE) for status in (400, 401, 403, 404, 405, 406, 410, 418, 429)),
    ("408", "answer", 408, _EITHER),
    ("500", "answer", 500, _EITHER),
    ("503_json", "answer", 503, _BEFORE),
    ("200_refused", "body_code", 400, _BEFORE),
    ("200_error", "body_code", 500, _EITHER),
    ("html_502", "html", 502, _EITHER),
    ("html_503", "html", 503, _EITHER),
    ("html_504", "html", 504, _EITHER),
    ("redirect", "redirect", 302, _BEFORE),
    ("not_json", "text", 200, _OR_BEFORE),
    ("empty", "empty", 200, _OR_BEFORE),
    ("drop", "drop", 0, _OR_BEFORE),
    ("reset", "reset", 0, _OR_BEFORE),
    ("stall", "stall", 0, _OR_BEFORE),
    ("garbage", "garbage", 0, _OR_BEFORE),
    ("truncate", "truncate", 0, _AFTER),
    *((name, "alter", 200, _AFTER) for name in ("wrong_mode", "wrong_echo", "shared_clabe", "bad_clabe", "no_clabe")),
)
"""Name, what is done, status, and its phases: the first is meant where the name carries none."""


def _named(name: str, action: str, status: int, phases: tuple[str, ...]) -> dict[str, Fault]:
    every: dict[str, Fault] = {}
    for phase in ("before", "after"):
        if phase in phases:
            full = f"{name}_{phase}"
            every[full] = Fault(full if len(phases) > 1 else name, action, phase, status)
    return {name: every[f"{name}_{phases[0]}"], **every}


_BY_NAME: Final = {
    **{spelling: fault for kind in _KINDS for spelling, fault in _named(*kind).items()},
    **{name: Fault(name, "vary", "after") for name in VARIANTS},
}
_OTHER_WORDS: Final = {
    "302": "redirect",
    "503_html": "html_503",
    "code_in_200": "200_refused",
    "mode_flip": "wrong_mode",
    "echo_other": "wrong_echo",
    "seconds": "times_s",
    "millis": "times_ms",
}
FAULTS: Final[Mapping[str, Fault]] = _BY_NAME | {word: _BY_NAME[name] for word, name in _OTHER_WORDS.items()}
"""Every fault by every name it goes by; an answer's variants count as faults of one answer."""


def fault_named(name: str) -> Fault:
    """Return the fault of a name.

    Raises:
        ValueError: no such fault; the message lists them all.
    """
    fault = FAULTS.get(name)
    if fault is None:
        near = difflib.get_close_matches(name, FAULTS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown fault {name!r}.{hint} Known are: {', '.join(FAULTS)}")
    return fault


def read_faults(spec: str | Mapping[str, float] | None) -> tuple[tuple[Fault, float], ...]:
    """Read `"429:0.05,drop_after:0.03"` or `{"429": 0.05, "drop_after": 0.03}`.

    Raises:
        ValueError: an unknown fault, a share outside 0 to 1, or shares that add up to more than 1.
    """
    shares = tuple((fault_named(name), _share(name, share)) for name, share in _pairs(spec or {}))
    if sum(share for _, share in shares) > 1 + 1e-9:
        raise ValueError("the shares of the faults add up to more than 1")
    return shares


def _pairs(spec: str | Mapping[str, float]) -> list[tuple[str, object]]:
    if isinstance(spec, Mapping):
        return list(spec.items())
    pieces = [piece.strip().partition(":") for piece in spec.split(",") if piece.strip()]
    return [(name.strip(), share.strip()) for name, _, share in pieces]


def _share(name: str, share: object) -> float:
    try:
        value = float(str(share))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ValueError(f"the share of {name!r} must be a number from 0 to 1, as in {name}:0.05")
    return value


@dataclass(slots=True)
class _Ordered:
    fault: Fault
    times: int
    match: Match


@dataclass(slots=True)
class FaultPlan:
    """The faults to come: those ordered for exact requests first, then the drawn ones."""

    shares: tuple[tuple[Fault, float], ...] = ()
    ordered: list[_Ordered] = field(default_factory=list)

    def order(self, fault: Fault, times: int, match: Match = None) -> None:
        """Have the next `times` requests that match fail in this way."""
        self.ordered.append(_Ordered(fault, times, match))

    def next(self, draw: float, request: Callable[[], Request]) -> Fault | None:
        """Say what happens to a request; `draw` is its own number in [0, 1)."""
        if self.ordered:
            fault = self._take(request())
            if fault:
                return fault
        for fault, share in self.shares:
            if draw < share:
                return fault
            draw -= share
        return None

    def _take(self, request: Request) -> Fault | None:
        for item in self.ordered:
            if _matches(item.match, request):
                item.times -= 1
                if item.times < 1:
                    self.ordered.remove(item)
                return item.fault
        return None


def _matches(match: Match, request: Request) -> bool:
    if match is None:
        return True
    if isinstance(match, str):
        return match in f"{request.method} {request.path}?{request.query} {request.text}"
    return match(request)


_BURST: Final = 0.25
"""Seconds' worth of requests that may come at once."""
_TELLS_EVERY: Final = 3
"""Every so many refusals one says when to come back; the API promises none."""


class Limit:
    """Let `rate` requests a second in, evenly, with a small burst."""

    def __init__(self, rate: float) -> None:
        """Start with nothing owed.

        Raises:
            ValueError: a rate that is not more than nothing.
        """
        if not 0 < rate < float("inf"):
            raise ValueError("the rate must be a number of requests a second, above 0")
        self._interval = 1 / rate
        self._free_at = 0.0
        self._refused = 0

    def admits(self, at: float) -> bool:
        """Whether a request that arrives at this moment is let in."""
        due = max(self._free_at, at)
        if due - at > max(_BURST, self._interval / 2):
            self._refused += 1
            return False
        self._free_at = due + self._interval
        return True

    def retry_after(self) -> str | None:
        """Return what the latest refusal says of when to come back, if anything."""
        return "1" if self._refused % _TELLS_EVERY == 0 else None


ON_THE_WIRE = frozenset({"drop", "reset", "stall", "garbage"})
"""The faults after which no answer goes out at all."""

_REASONS = {
    400: "bad request",
    401: "wrong key",
    403: "forbidden",
    404: "not found",
    405: "wrong method",
    406: "not JSON",
    408: "request timeout",
    410: "gone",
    418: "teapot",
    429: "too many requests",
    500: "server error, try again later",
    503: "offline for maintenance, try again later",
}


def refusal(status: int, retry_after: str | None = None) -> Reply:
    """Return the API's own error of a status."""
    headers = ((b"retry-after", retry_after.encode()),) if retry_after else ()
    return Reply(status, answers.error(status, _REASONS[status]).payload, headers)


def instead(fault: Fault, stamp: Stamp) -> Reply | None:
    """Return the answer that stands in the place of the true one; None where the fault only alters it."""
    match fault.action:
        case "answer":
            return refusal(fault.status, fault.retry_after)
        case "body_code":
            wrapped = answers.envelope("error", _REASONS[fault.status], stamp, None)
            return Reply(200, {**wrapped, "code": fault.status, "status": "error"})
        case "html":
            return Reply(fault.status, _gateway_page(fault.status))
        case "text":
            return Reply(200, b"the service is busy")
        case "empty":
            return Reply(200, b"")
        case "redirect":
            return Reply(fault.status, b"", ((b"location", b"/maintenance"),))
    return None


def altered(reply: Reply, fault: Fault, stranger: str | None, stamp: Stamp) -> Reply:
    """Return the true answer with the fault in it; `stranger` is somebody else's CLABE."""
    if fault.action == "alter":
        return answers.spoil(reply, fault.name, stranger)
    if fault.action == "vary":
        return answers.vary(reply, frozenset({fault.name}), stamp)
    return reply


def _gateway_page(status: int) -> bytes:
    title = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}[status]
    return f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>".encode()
