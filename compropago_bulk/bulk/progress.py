"""How far a run is: a bar in a terminal, a widget in a notebook, or whatever function the person gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..rows.model import GOOD, Progress
from ..texts import say

Observer = Callable[[Progress], None]


def make_observer(progress: bool | Observer, *, label: str, total: int) -> Observer:
    """Give what the run tells of its progress: a bar (True), nobody (False), or the person's own function."""
    if callable(progress):
        return progress
    return _Bar(label, total) if progress else _nobody


def _nobody(_: Progress) -> None:
    return


class _Bar:
    """A tqdm bar from the first word to the last."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total = label, total
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            from tqdm.auto import tqdm  # not at import: in a notebook it brings the widgets along

            self._bar = tqdm(total=self._total, desc=self._label, unit=say("runs", "unit_rows"), dynamic_ncols=True)
        self._bar.update(progress.done - self._bar.n)
        self._bar.set_postfix_str(_words(progress), refresh=progress.finished)
        if progress.finished:
            self._bar.close()


def _words(progress: Progress) -> str:
    """Say what needs somebody, and what the run is waiting for."""
    told = [f"{number} {name}" for name, number in progress.counts.items() if name not in GOOD and number]
    if progress.message:
        told.append(progress.message)
    return ", ".join(told)
