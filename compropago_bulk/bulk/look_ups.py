"""The later edition's lists, read by the same engine as everything else: its rate, its tries, its waits, its stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api.connection import Connection
from ..api.operations import READ_LIST, list_call
from ..model import Batch, Fault, FaultKind, Json, Reply
from ..sending.events import Log, Observer
from ..sending.rate import RateLimiter
from ..sending.runner import Control, RunSpec, run

ACCOUNTS = "/v2/accounts"
NO_SUCH_CALL = frozenset({404, 405})
"""What an API answers to a list that it does not have."""

Records = tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What came of some lists, each by its path: its records, or the fault that its last try ended in."""

    records: Mapping[str, Records]
    faults: Mapping[str, Fault]
    interrupted: bool = False

    def fault(self, path: str) -> Fault:
        """Return why a list has no records; one that nobody came to was interrupted."""
        return self.faults.get(path, Fault(FaultKind.NOT_SENT, "interrupted"))


def read_lists(
    connection: Connection,
    paths: Sequence[str],
    limiter: RateLimiter,
    *,
    control: Control | None = None,
    observers: Sequence[Observer] = (),
) -> Lists:
    """Read lists, each with its own tries: one that fails ends no other. Nothing is claimed or kept."""
    records: dict[str, Records] = {}
    faults: dict[str, Fault] = {}

    def send(batch: Batch) -> Reply:
        reply = connection.send(batch)
        path = batch[0].path
        if isinstance(reply, Fault):
            faults[path] = reply
        else:
            records[path] = reply[0].records
        return reply

    spec = RunSpec(
        operation=READ_LIST,
        send=send,
        limiter=limiter,
        concurrency=connection.concurrency,
        first_rows=len(paths) + 1,  # a refused list says nothing of the next one
    )
    batches = [(list_call(path, place),) for place, path in enumerate(paths)]
    summary = run(spec, batches, observers=(*observers, Log()), control=control)
    return Lists(records, faults, summary.stopped == "interrupted")


def read_list(connection: Connection, path: str, limiter: RateLimiter) -> list[dict[str, Any]] | Fault:
    """Read one list.

    Raises:
        KeyboardInterrupt: somebody stopped it.
    """
    lists = read_lists(connection, [path], limiter)
    if path in lists.records:
        return [dict(record) for record in lists.records[path]]
    if lists.interrupted:
        raise KeyboardInterrupt
    return lists.fault(path)
