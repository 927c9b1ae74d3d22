"""Places where a test may kill the process, to prove that a crash there loses and doubles nothing.

Nothing happens here unless a test asks for it: `arm` takes any hook (one that sleeps stands for a slow disk), and the
environment variable `COMPROPAGO_FAULTPOINT="commit.before:17"` makes the process kill itself at the 17th passage.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

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

_hook: Callable[[str], None] | None = None


def reach(name: str) -> None:
    """Pass the place `name`."""
    if _hook is not None:
        _hook(name)


def arm(hook: Callable[[str], None] | None) -> None:
    """Call `hook` with each place that is passed from now on; None disarms."""
    global _hook
    _hook = hook


def die_at(name: str, passage: int = 1) -> Callable[[str], None]:
    """Make a hook that kills this process, unannounced, when `name` is passed for the `passage`-th time."""
    if name not in NAMES:
        raise ValueError(f"{name} is none of {', '.join(NAMES)}")
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


arm_from_environment()
