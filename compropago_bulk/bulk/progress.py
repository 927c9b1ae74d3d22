"""How far things are: a bar in terminals and notebooks, plain lines elsewhere, or the person's own function."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from ..exports import files as delimited
from ..exports import workbook
from ..model import GOOD, Outcome, Progress
from ..sheets import reading as sheets
from ..texts import say

Observer = Callable[[Progress], None]

PATIENCE = 1.0
"""Seconds that may pass without a word."""
BETWEEN_LINES = 10.0
"""Seconds between two plain lines."""


def make_observer(progress: bool | Observer, *, label: str, total: int) -> Observer:
    """Return what the run tells of its progress: a bar (True), nobody (False), or the person's own function."""
    if callable(progress):
        return progress
    if not progress or (sys.stderr is None and not _in_notebook()):
        return _nobody
    return _Bar(label, total) if _can_draw() else _Lines(label)


def _nobody(_: Progress) -> None:
    return


def _can_draw() -> bool:
    """Whether a line can be drawn over: in a terminal or a notebook, not in a file or a scheduler's log."""
    if _in_notebook():
        return True
    try:
        return sys.stderr is not None and sys.stderr.isatty()  # a service and `pythonw` have none
    except ValueError:  # it was closed
        return False


def _say_line(text: str) -> None:
    """Write a line to whoever reads the standard error; where nobody does any more, that is no problem of the run."""
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return type(shell).__name__ == "ZMQInteractiveShell"


class _Bar:
    """A tqdm bar from the first word to the last."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total = label, total
        self._bar: Any = None
        self._shown: Any = None

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            self._open()
        reached = progress.done - progress.counts.get(Outcome.NOT_SENT, 0)  # a run that was stopped is not full
        self._bar.update(reached - self._bar.n)
        self._bar.set_postfix_str(_words(progress), refresh=progress.finished)
        if progress.finished:
            self._bar.close()
        if progress.finished and self._shown is not None:
            self._shown.update(self._bar.container)

    def _open(self) -> None:
        """Draw the bar; in a notebook so that it can be shown anew at the end.

        A notebook is saved with the bar's words at the moment when it was shown: they would say 0 % for ever.
        """
        from tqdm.auto import tqdm  # not at import: in a notebook it brings the widgets along

        known: dict[str, Any] = {
            "total": self._total,
            "desc": self._label,
            "unit": say("runs", "unit_rows"),
            "dynamic_ncols": True,
        }
        drawn = sys.modules.get("tqdm.notebook")
        if drawn is None or not issubclass(tqdm, drawn.tqdm_notebook):
            self._bar = tqdm(**known)
            return
        display: Any = import_module("IPython.display").display
        self._bar = tqdm(**known, display=False)
        self._shown = display(self._bar.container, display_id=True)


class _Lines:
    """A line now and then, and one at the end."""

    def __init__(self, label: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._label, self._clock = label, clock
        self._told = clock()

    def __call__(self, progress: Progress) -> None:
        if not progress.finished and self._clock() - self._told < BETWEEN_LINES:
            return
        self._told = self._clock()
        line = say("runs", "line", label=self._label, done=progress.done, total=progress.total)
        words = _words(progress)
        _say_line(f"{line} ({words})" if words else line)


def _words(progress: Progress) -> str:
    """Say what needs somebody, and what the run is waiting for."""
    told = [f"{number} {name}" for name, number in progress.counts.items() if name not in GOOD and number]
    if progress.message:
        told.append(progress.message)
    return ", ".join(told)


@contextmanager
def working(progress: bool | Observer, code: str, **values: object) -> Iterator[None]:
    """Say that something is going on where it takes longer than a second; silent for `False` and own functions.

    Args:
        code: the sentence of `runs` that says what.
    """
    if progress is not True:
        yield
        return
    over = threading.Event()
    label = say("runs", code, **values)
    watcher = threading.Thread(target=_say_so, args=(label, over), name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _say_so(label: str, over: threading.Event) -> None:
    if over.wait(PATIENCE):
        return
    if not _can_draw():
        _say_line(f"{label}…")
        return
    from tqdm.auto import tqdm

    with tqdm(desc=label, bar_format="{desc}… {elapsed}", leave=False) as bar:
        while not over.wait(PATIENCE / 2):
            bar.refresh()


_PROGRESS = """
        progress: say so where it takes longer than a second."""


def read_sheet(
    source: Any, sheet: Any = None, columns: Mapping[str, Any] | None = None, *, progress: bool = True
) -> Any:
    """See `rows.sheets.read_sheet`, whose words these are."""
    with working(progress, "reading", name=_name(source)):
        return sheets.read_sheet(source, sheet, columns)


def export_excel(
    table: Any,
    path: str | PathLike[str],
    *,
    lang: str | None = None,
    title: str | None = None,
    logo: str | PathLike[str] | None = None,
    progress: bool = True,
) -> Path:
    """See `exports.workbook.export_excel`, whose words these are."""
    with working(progress, "exporting", name=_name(path)):
        return workbook.export_excel(table, path, lang=lang, title=title, logo=logo)


def export_csv(table: Any, path: str | PathLike[str], *, progress: bool = True) -> Path:
    """See `exports.delimited.export_csv`, whose words these are."""
    with working(progress, "exporting", name=_name(path)):
        return delimited.export_csv(table, path)


def _name(file: Any) -> str:
    return Path(file).name if isinstance(file, str | PathLike) else say("runs", "the_sheet")


def _borrow_words(own: Any, worker: Any) -> None:
    """Return a function the help of the one that does the work, and a line about `progress`."""
    text = worker.__doc__ or ""
    before = "\n\n    Returns:" if "Returns:" in text else "\n\n    Raises:"
    head, mark, rest = text.partition(before)
    arguments = "" if "Args:" in head else "\n\n    Args:"
    own.__doc__ = head + arguments + _PROGRESS + mark + rest


_borrow_words(read_sheet, sheets.read_sheet)
_borrow_words(export_excel, workbook.export_excel)
_borrow_words(export_csv, delimited.export_csv)
