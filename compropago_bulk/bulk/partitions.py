"""A source in partitions (a `dask.dataframe`): each goes through the same operation on the machine that holds it.

All workers share one journal on PostgreSQL, and through it the rate: the whole cluster stays below it, and no row goes
out twice, whichever worker dies. Nothing is sent while Dask finds out what the result looks like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..api.connection import Connection
from ..errors import ConfigurationError, LiveModeError, LooksSentError
from ..journal import is_server
from ..texts import say
from .pipeline import connected, operate, what_comes_back
from .plan import Options, check_options
from .profile import with_profile

_WHOLE = ("sheet", "output", "limit", "control", "confirm")
"""Choices about a whole table, which no partition sees."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a worker needs to know of the connection; its keys and its journal are set in its own environment."""

    account: str
    settings: Mapping[str, Any]


def through(name: str, source: Any, options: Options) -> Any:
    """Take a source through one operation: at once, or partition by partition when Dask computes it."""
    return _spread(name, source, options) if is_partitioned(source) else operate(name, source, options)


def is_partitioned(source: Any) -> bool:
    """Whether a source is a `dask.dataframe`, without importing Dask for those who have none."""
    return type(source).__module__.partition(".")[0] in {"dask", "dask_expr"} and hasattr(source, "columns")


def _spread(name: str, source: Any, options: Options) -> Any:
    asked = [name for name in _WHOLE if getattr(options, name) is not None]
    asked += ["progress"] if callable(options.progress) else []
    if asked:
        raise ConfigurationError(say("setup", "not_by_partition", name=asked[0]))
    options = with_profile(options, name)
    with connected(options.connection, options.settings, needed=not options.dry_run) as connection:
        check_options(options, connection.mode if connection else None)
        meta = what_comes_back(name, source._meta, options, connection)
        _pass_the_gate(meta.spec.creates, name, options, connection)
        terms = None if connection is None or options.dry_run else _terms(connection)
    plain = replace(options, connection=None, progress=False)
    return source.map_partitions(_one, name, plain, terms, meta=meta.table, enforce_metadata=False)


def _pass_the_gate(creates: bool, name: str, options: Options, connection: Connection | None) -> None:
    """Ask for the word before anything is spread: rows cannot be counted without computing them."""
    if connection is None or connection.mode != "live" or options.live or options.dry_run or not creates:
        return
    sentence = say("setup", "live_gate_spread", function=name, host=connection.host)
    raise LiveModeError(sentence, requests=0, emails=0, sms=0)


def _terms(connection: Connection) -> Terms:
    if not is_server(connection.journal):
        raise ConfigurationError(say("setup", "partitions_need_a_server"))
    settings = {name: getattr(connection, name) for name in ("base_url", "rate", "concurrency", "timeout", "contract")}
    return Terms(connection.account, settings)


def _one(frame: Any, name: str, options: Options, terms: Terms | None) -> Any:
    """Take one partition through, on a worker."""
    if terms is None:
        return operate(name, frame, options)
    with Connection(**terms.settings) as connection:
        if connection.account != terms.account:
            raise ConfigurationError(say("setup", "worker_has_other_keys"))
        if not is_server(connection.journal):
            raise ConfigurationError(say("setup", "partitions_need_a_server"))
        try:
            return operate(name, frame, replace(options, connection=connection))
        except LooksSentError:  # the other partitions' tables must come: this one's says why nothing of it went out
            table = operate(name, frame, replace(options, connection=connection, dry_run=True))
            table[options.prefix + "outcome"] = table[options.prefix + "outcome"].replace("ready", "not_sent")
            return table
