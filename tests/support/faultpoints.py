"""Kill this process at a chosen statement of the journal: armed by a test's own start-up, from outside of the product.

`COMPROPAGO_FAULTPOINT="commit.before:17"` kills at the 17th passage, in a process that called `arm_from_environment`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from typing import Any

from compropago_bulk.journal import commits
from compropago_bulk.journal.database import Database

NAMES = (
    "begin.before",
    "begin.after",
    "settle.before",
    "settle.after",
    "claim.before",
    "claim.after",
    "observe.after",
    "commit.before",
    "commit.after",
)
VARIABLE = "COMPROPAGO_FAULTPOINT"
_write_once, _claim, _settle, _observe = Database._write_once, commits.claim, commits.settle, commits.observe


def arm(hook: Callable[[str], None]) -> None:
    """Call `hook` with each place that is passed from now on."""

    def write_once(self: Database, work: Callable[[Any], Any], lasting: bool) -> Any:
        def between(connection: Any) -> Any:
            hook("begin.after")
            done = work(connection)
            hook("commit.before")
            return done

        hook("begin.before")
        done = _write_once(self, between, lasting)
        hook("commit.after")
        return done

    def around(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def passed(*given: Any, **named: Any) -> Any:
            hook(f"{name}.before")
            done = function(*given, **named)
            hook(f"{name}.after")
            return done

        return passed

    Database._write_once = write_once
    commits.claim, commits.settle = around("claim", _claim), around("settle", _settle)
    commits.observe = around("observe", _observe)


def die_at(name: str, passage: int = 1) -> Callable[[str], None]:
    """Make a hook that kills this process, unannounced, when `name` is passed for the `passage`-th time."""
    assert name in NAMES, f"{name} is none of {', '.join(NAMES)}"
    passages = count(1)

    def hook(reached: str) -> None:
        if reached == name and next(passages) == passage:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    return hook


def arm_from_environment() -> None:
    """Arm what the environment asks for, if anything."""
    wanted = os.environ.get(VARIABLE)
    if wanted:
        name, _, passage = wanted.partition(":")
        arm(die_at(name, int(passage or 1)))
