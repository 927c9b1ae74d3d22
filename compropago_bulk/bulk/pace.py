"""The pace that all connections with the same keys share."""

from __future__ import annotations

from ..api.connection import Connection
from ..sending.journal import Journal, Scope
from ..sending.pacing import Pacer, shared_pacer


def pacer_of(connection: Connection, journal: Journal | None = None, scope: Scope | None = None) -> Pacer:
    """Give this process's pacer for the connection's keys; with a journal on a server, one for all processes."""
    shared = journal.pace(scope) if journal is not None and scope is not None and journal.on_server else None
    return shared_pacer(f"{connection.base_url} {connection.account}", connection.rate, shared=shared)
