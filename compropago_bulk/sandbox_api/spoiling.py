"""What a fault makes of an answer. Pure."""

from __future__ import annotations

from . import answers
from .answers import Reply, Stamp
from .faults import Fault

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
    """Give the API's own error of a status."""
    headers = ((b"retry-after", retry_after.encode()),) if retry_after else ()
    return Reply(status, answers.error(status, _REASONS[status]).payload, headers)


def instead(fault: Fault, stamp: Stamp) -> Reply | None:
    """Give the answer that stands in the place of the true one; None where the fault only alters it."""
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
    """Give the true answer with the fault in it; `stranger` is somebody else's CLABE."""
    if fault.action == "alter":
        return answers.spoil(reply, fault.name, stranger)
    if fault.action == "vary":
        return answers.vary(reply, frozenset({fault.name}), stamp)
    return reply


def _gateway_page(status: int) -> bytes:
    title = {502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out"}[status]
    return f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>".encode()
