"""The wizard's steps: what each has, and what it may ask of the wizard around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..session import Session


class Desk(Protocol):
    """What a step sees of the wizard."""

    session: Session

    def work(self, code: str, do: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do something that may take long, in the background; `then` is told what came of it."""

    def go(self, name: str) -> None:
        """Go to another step."""

    def later(self, do: Callable[[], None]) -> None:
        """Do something in a moment, if the person is still at this step."""

    def refresh(self) -> None:
        """Draw anew what stands around the step: mode, buttons, code."""

    def guard(self, handler: Callable[..., Any]) -> Callable[..., None]:
        """Make a handler show what goes wrong in it."""


class Step:
    """One step.

    Attributes:
        name: its name in code; `step_<name>` is what the person reads.
        box: its widget.
    """

    name = ""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.session = desk, desk.session
        self.box: Any = None

    def enter(self) -> None:
        """Show what stands now."""

    def python(self) -> str:
        """Return the Python that does the same; empty for none."""
        return ""

    @property
    def ready(self) -> bool:
        """Whether the person may go on."""
        return True

    def go_on(self) -> None:
        """Do what has to be done before the next step, and go there."""
