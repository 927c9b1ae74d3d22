"""`cp.wizard()`: the whole job by clicking, from the file to the workbook."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import ipywidgets as w

from ..api.connection import Connection
from ..errors import CompropagoError
from ..texts import say
from . import parts as p
from .parts import css
from .session import Session
from .steps import Step
from .steps.check_step import CheckStep
from .steps.columns_step import ColumnsStep
from .steps.file_step import FileStep
from .steps.paid_step import PaidStep
from .steps.result_step import ResultStep
from .steps.send_step import RunStep, SendStep

STEPS = (FileStep, ColumnsStep, CheckStep, SendStep, RunStep, ResultStep, PaidStep)
NAMES = tuple(item.name for item in STEPS)
BEFORE = {**dict(pairwise(reversed(NAMES))), "result": "send", "paid": "check"}
"""Where back leads: from what came of a run to the next one, from who has paid to what is billed."""
MOMENT = 2.0
"""Seconds after which what goes on elsewhere is looked at again."""
logger = logging.getLogger("compropago_bulk")


def wizard(connection: Connection | None = None, *, folder: str | Path | None = None) -> Wizard:
    """Do the whole job by clicking: file, columns, check, send with pause and stop, result and download.

    A run goes on while the notebook is used, and a run that did not come to its end (a closed tab, a restarted kernel)
    is found again, and offered, when the wizard is opened the next time. Live keys send only after the number of
    requests has been typed.

    Args:
        connection: keys and pace, such as a sandbox's; else from the environment, or typed into the wizard.
        folder: where files are looked for and results are written; else the working folder.

    Returns:
        Wizard: a widget; let it be the last line of a cell.

    Raises:
        ConfigurationError: keys in the environment that contradict each other.
    """
    return Wizard(Session(connection, folder))


def in_background(do: Callable[[], None]) -> None:
    """Do something on a thread of its own."""
    threading.Thread(target=do, name="wizard-work", daemon=True).start()


class Wizard(w.VBox):  # type: ignore[misc]
    """The steps with what stands around them: title, mode, errors, back and on, and the Python of each step."""

    def __init__(self, session: Session, background: Callable[[Callable[[], None]], None] = in_background) -> None:
        super().__init__()
        self.session, self._background = session, background
        self._turn = threading.Lock()
        self._busy: str | None = None
        self._waiting: tuple[str, Callable[[], Any], Callable[[Any], None]] | None = None
        self._head, self._wrong, self._doing, self._code = p.html(), p.html(), p.html("", "cp-busy"), p.html()
        self._back, self._next = p.button(say("wizard", "back")), p.button(say("wizard", "next"), "cp-primary")
        self._back.on_click(self.guard(lambda _: self.go(BEFORE[self.at])))
        self._next.on_click(self.guard(lambda _: self.steps[self.at].go_on()))
        self.at = "file"
        self.steps: dict[str, Step] = {item.name: item(self) for item in STEPS}
        self._main = p.column([], "cp-main")
        self._foot = p.group(w.HBox, [self._back, self._next], "cp-foot")
        self.children = [p.html(css()), self._head, self._wrong, self._main, self._doing, self._foot, self._code]
        for name in ("cp-wizard", "cp-view"):
            self.add_class(name)
        going = session.running()
        if going is not None:
            session.attach(going)
        self.go("run" if going is not None else "file")

    def __repr__(self) -> str:
        return say("wizard", "run_to_open")  # what is left in a saved notebook that is opened without a kernel

    # what steps ask for

    def go(self, name: str) -> None:
        """Show a step."""
        self.at = name
        self._wrong.value = ""
        self._main.children = [self.steps[name].box]
        self.steps[name].enter()
        self.refresh()

    def work(self, code: str, do: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do something long in the background, saying so; one thing at a time.

        What is asked for meanwhile waits, the latest of it; the same asked for anew replaces what is going on.
        """
        with self._turn:
            if self._busy is not None:
                self._waiting = (code, do, then)
                return
            self._busy = code
        self._say_busy(code)
        self._background(lambda: self._do(code, do, then))

    def _do(self, code: str, do: Callable[[], Any], then: Callable[[Any], None]) -> None:
        found, problem = None, None
        try:
            found = do()
        except Exception as met:  # noqa: BLE001 - shown, whatever it is
            problem = met
        with self._turn:
            waiting, self._waiting, self._busy = self._waiting, None, None
        self._say_busy(None)
        if waiting is None or waiting[0] != code:
            self.fail(problem) if problem is not None else self.guard(then)(found)
        if waiting is not None:
            self.work(*waiting)

    def later(self, do: Callable[[], None]) -> None:
        """Do something in a moment, if the person is still at this step."""
        at = self.at
        timer = threading.Timer(MOMENT, lambda: do() if self.at == at else None)
        timer.daemon = True
        timer.start()

    def guard(self, handler: Callable[..., Any]) -> Callable[..., None]:
        """Make a handler show what goes wrong in it, where else it would vanish."""

        def guarded(*args: Any) -> None:
            self._wrong.value = ""
            try:
                handler(*args)
            except Exception as problem:  # noqa: BLE001 - shown, whatever it is
                self.fail(problem)

        return guarded

    def fail(self, problem: Exception) -> None:
        """Show what went wrong: our own errors as they speak, others with their kind and place, never with values."""
        text = str(problem)
        if not isinstance(problem, CompropagoError | ValueError):
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            text = say("wizard", "unexpected", kind=type(problem).__name__, place=place, text=text)
            logger.warning("the wizard met %s at %s", type(problem).__name__, place)
        self._wrong.value = p.alert(text)
        self.refresh()

    def refresh(self) -> None:
        """Draw anew what stands around the step."""
        step = self.steps[self.at] if hasattr(self, "steps") else None
        if step is None or not hasattr(self, "_foot"):
            return
        self._head.value = self._head_html()
        mode = self.session.mode
        for name in ("test", "live"):
            (self.add_class if mode == name else self.remove_class)(name)
        running = self.at == "run"
        p.hide(self._next, self.at in ("send", "run", "result", "paid"))
        p.hide(self._back, self.at == "file" or running)
        busy = self._busy is not None
        self._next.disabled, self._back.disabled = busy or not step.ready, busy
        code = step.python() if self.session.choices.source else ""
        self._code.value = p.python(code) if code else ""

    # drawing

    def _say_busy(self, code: str | None) -> None:
        words = f"<progress></progress><span>{p.told(code)}</span>" if code else ""
        self._doing.value = f"<div role='status' aria-live='polite'>{words}</div>"
        self.refresh()

    def _head_html(self) -> str:
        path, mode = self.session.choices.path, self.session.mode
        title = f"ComproPago · {path.name}" if path is not None else "ComproPago"
        word = "no_keys" if mode is None else "sandbox" if self.session.keys == "sandbox" else mode
        now = NAMES.index(self.at)
        steps = "".join(_step_html(place, name, now) for place, name in enumerate(NAMES))
        return (
            f"<div class='cp-head'><span class='cp-title' role='heading' aria-level='2'>{escape(title)}</span>"
            f"<span class='cp-mode {mode or ''}'>{p.told(f'banner_{word}')}</span></div>"
            f"<ol class='cp-steps' aria-label='{p.told('steps')}'>{steps}</ol>"
        )


def _step_html(place: int, name: str, now: int) -> str:
    state = "now" if place == now else "done" if place < now else ""
    current = " aria-current='step'" if place == now else ""
    sign = "✓" if place < now else str(place + 1)
    return f"<li class='{state}'{current}><b>{sign}</b><span>{p.told(f'step_{name}')}</span></li>"
