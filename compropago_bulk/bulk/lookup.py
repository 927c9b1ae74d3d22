"""CLABEs that createAccount's answer leaves out, looked up where the API lists sub-accounts (edition 2019-08)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote

from ..api.answers import read_clabe
from ..api.connection import Connection
from ..rows.keys import fold
from ..rows.model import Answer, Call, Fault, FaultKind, Json
from ..sending.pacing import Pacer

ACCOUNTS = "/v2/accounts"


@dataclass(slots=True)
class Found:
    """What the look-up brought: an answer for some positions, and why there is none for the others."""

    answers: dict[int, Answer] = field(default_factory=dict)
    listed: bool = True
    """False where the API has no such call."""
    fault: Fault | None = None


def look_up(connection: Connection, calls: Sequence[Call], pacer: Pacer) -> Found:
    """Find each account's CLABE by its reference and the folded name; a name that stands there twice proves nothing.

    An interrupt ends the look-ups, not the run: what was found until then is given.
    """
    found, cancelled = Found(), threading.Event()
    try:
        _look_up(connection, calls, pacer, cancelled, found)
    except KeyboardInterrupt:
        found.fault = found.fault or Fault(FaultKind.NOT_SENT, "interrupted")
    return found


def _look_up(
    connection: Connection, calls: Sequence[Call], pacer: Pacer, cancelled: threading.Event, found: Found
) -> None:
    ids = _account_ids(connection, pacer, cancelled, found)
    groups: dict[str, list[tuple[Call, str]]] = {}
    for call in calls:
        reference, name = _identity(call)
        if reference in ids:
            groups.setdefault(ids[reference], []).append((call, name))

    def one_account(account_id: str) -> Json | Fault | None:
        if found.fault is not None:
            return None
        data = _get(connection, f"{ACCOUNTS}/{quote(account_id, safe='')}", pacer, cancelled)
        return None if isinstance(data, Fault) and data.kind is FaultKind.NOT_FOUND else data

    with ThreadPoolExecutor(max_workers=connection.concurrency) as pool:
        try:
            for account_id, data in zip(groups, pool.map(one_account, groups), strict=True):
                if isinstance(data, Fault):
                    found.fault = found.fault or data
                    continue
                clabes = _by_name(data)
                found.answers |= {call.position: clabes[name] for call, name in groups[account_id] if name in clabes}
        except KeyboardInterrupt:
            cancelled.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _identity(call: Call) -> tuple[str, str]:
    body = json.loads(call.body or "{}")
    customer = body["customers"][0] if "customers" in body else body["customer"]
    return fold(str(body.get("reference", body.get("accountId")))), fold(str(customer["name"]))


def _account_ids(connection: Connection, pacer: Pacer, cancelled: threading.Event, found: Found) -> Mapping[str, str]:
    """Give the id in the path of each account, by its folded reference; both editions' shapes are read."""
    data = _get(connection, ACCOUNTS, pacer, cancelled)
    if isinstance(data, Fault):
        if data.status in (404, 405):
            found.listed = False
        else:
            found.fault = data
        return {}
    ids = {}
    for one in _records(data):
        reference = one.get("reference", one.get("accountId"))
        path_id = one.get("accountId", one.get("id"))
        if reference is not None and path_id is not None:
            ids[fold(str(reference))] = str(path_id)
    return ids


def _get(connection: Connection, path: str, pacer: Pacer, cancelled: threading.Event) -> Json | Fault | None:
    """Read one list at the run's pace; a look is repeated once after a passing fault."""
    data: Json | Fault | None = None
    for _ in range(2):
        if not pacer.wait(cancelled.is_set):
            return Fault(FaultKind.NOT_SENT, "interrupted")
        pacer.launch()
        data = connection.get(path)
        if not isinstance(data, Fault) or data.kind in (FaultKind.NOT_FOUND, FaultKind.WRONG_KEY, FaultKind.REFUSED):
            return data
        if data.kind is FaultKind.SLOW_DOWN:
            pacer.slow_down(data.retry_after)
    return data


def _by_name(data: Json) -> Mapping[str, Answer]:
    """Give sub-accounts by folded name, but for names that stand there more than once."""
    seen: dict[str, list[Answer]] = {}
    for one in _records(data):
        clabe = read_clabe(one.get("clabe"))
        if clabe and one.get("name"):
            seen.setdefault(fold(str(one["name"])), []).append(Answer(clabe=clabe))
    return {name: answers[0] for name, answers in seen.items() if len(answers) == 1}


def _records(data: Json) -> Iterable[Mapping[str, Json]]:
    return [one for one in data if isinstance(one, Mapping)] if isinstance(data, Sequence) else []
