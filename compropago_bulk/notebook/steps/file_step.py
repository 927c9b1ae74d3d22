"""Choose a file: from the folder, by its path, or through the browser; or go on with a run that did not end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import ipywidgets as w

from ...rows.results import moments
from ...texts import say
from .. import parts as p
from .. import snippets
from ..choices import KINDS
from ..jobs import Unfinished
from ..views import stopped_word
from . import Desk, Step


class FileStep(Step):
    """The first step."""

    name = "file"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        guard = desk.guard
        self._open = p.column([])
        self._listed = p.field(w.Dropdown, say("wizard", "file_in_folder"), options=[""])
        self._path = p.field(w.Text, say("wizard", "file_path"), continuous_update=False)
        self._path.placeholder = say("wizard", "file_path_example")
        self._upload = w.FileUpload(
            accept=",".join(KINDS), multiple=False, description=say("wizard", "upload"), icon="upload"
        )
        self._again = p.button(say("wizard", "look_again"), tooltip=say("wizard", "look_again"))
        self._chosen = p.html()
        self._profile = p.field(w.Dropdown, say("wizard", "profile_pick"), options=[""])
        self._profile.observe(guard(self._pick_profile), "value")
        self._filling = False
        self._listed.observe(guard(self._pick_listed), "value")
        self._path.observe(guard(self._pick_path), "value")
        self._upload.observe(guard(self._pick_upload), "value")
        self._again.on_click(guard(lambda _: self.enter()))
        self._looking = False
        about = p.html(f"<span class='cp-muted'>{p.told('upload_about', folder=self.session.folder)}</span>", "cp-grow")
        self.box = p.column(
            [
                self._open,
                p.heading("file_heading", "file_about"),
                p.row([self._listed, self._again]),
                self._path,
                p.row([self._upload, about], "cp-middle"),
                self._chosen,
                self._profile,
            ]
        )

    def enter(self) -> None:
        """List the folder's files and the runs that did not end."""
        own, ours = self.session.files()
        self._filling = True
        now, here = self.session.choices.path, self.session.folder
        name = now.relative_to(here).as_posix() if now is not None and now.is_relative_to(here) else ""
        apart = [(say("wizard", "made_here"), "")] if ours else []
        listed = [*((name, name) for name in own), *apart, *((f"\u00a0\u00a0{name}", name) for name in ours)]
        self._listed.options = [(say("wizard", "choose"), ""), *listed]
        self._listed.value = name if name in {*own, *ours} else ""
        self._filling = False
        self._show_open()
        self._show_chosen()

    def _show_open(self) -> None:
        """Show the runs that did not end, and look again while one of them goes on elsewhere."""
        found = self.session.unfinished()
        self._open.children = [self._card(match) for match in found]
        if any(match.state == "running" for match in found):
            self._look_again()

    def _look_again(self) -> None:
        if not self._looking:
            self._looking = True
            self.desk.later(self._looked_again)

    def _looked_again(self) -> None:
        self._looking = False
        self._show_open()

    @property
    def ready(self) -> bool:
        """Whether a file is chosen."""
        return self.session.choices.path is not None

    def python(self) -> str:
        """Read it."""
        return snippets.reading(self.session.choices)

    def go_on(self) -> None:
        """Read the file, then show what was understood."""
        self.desk.work("busy_reading", self.session.read, lambda _: self.desk.go("columns"))

    def _pick_listed(self, change: Any) -> None:
        if change["new"] and not self._filling:
            self._take(lambda: self.session.take_path(change["new"]))
            self._path.value = ""

    def _pick_path(self, change: Any) -> None:
        if change["new"].strip():
            self._clear(self._listed)
            self._take(lambda: self.session.take_path(change["new"]))

    def _pick_upload(self, change: Any) -> None:
        """Take the file, and leave no copy of it in the widget, whose state a notebook may save."""
        for item in change["new"]:
            self._clear(self._listed)
            self._clear(self._path)
            self._upload.value = ()
            self._take(partial(self.session.take_upload, item["name"], bytes(item["content"])))

    def _pick_profile(self, change: Any) -> None:
        if not self._filling:
            self._take(lambda: self.session.use_profile(change["new"] or None))

    def _take(self, choose: Callable[[], None]) -> None:
        """Choose, and show what is chosen, also where a profile that is broken says so."""
        try:
            choose()
        finally:
            self._show_chosen()

    def _clear(self, field: Any) -> None:
        """Empty a field whose file is not the chosen one any more."""
        self._filling = True
        field.value = ""
        self._filling = False

    def _show_chosen(self) -> None:
        path = self.session.choices.path
        self._chosen.value = f"<p><b>{p.told('chosen', name=path.name)}</b></p>" if path is not None else ""
        profiles = self.session.profiles()
        self._filling = True
        self._profile.options = [(say("wizard", "profile_none"), ""), *profiles.items()]
        now = self.session.choices.profile or ""
        self._profile.value = now if now in profiles.values() else ""
        self._filling = False
        p.hide(self._profile, path is None or not profiles)
        self.desk.refresh()

    def _card(self, unfinished: Unfinished) -> Any:
        """Show a run that did not end, with what can be done; of one that goes on elsewhere, how far it is."""
        when = f"{moments([int(unfinished.started_at * 1000)])[0]:%d/%m/%Y %H:%M}" if unfinished.started_at else ""
        name = unfinished.choices.path.name if unfinished.choices.path else ""
        facts = say(
            "wizard",
            "unfinished",
            operation=say("wizard", f"operation_{unfinished.choices.operation}"),
            file=name,
            when=when,
            mode=say("wizard", f"mode_{unfinished.mode}"),
        )
        if unfinished.state == "running":
            going = say("wizard", "still_going", done=unfinished.done, rows=unfinished.rows)
            return p.column([p.html(f"<b>{escape(facts)}</b><p role='status'>{escape(going)}</p>")], "cp-panel")
        why = say(
            "wizard",
            "unfinished_rows",
            done=unfinished.done,
            rows=unfinished.rows,
            reason=stopped_word(unfinished.state),
        )
        again = p.button(say("wizard", "take_up"), "cp-primary")
        forget = p.button(say("wizard", "forget"))
        again.disabled = not unfinished.file_is_there
        again.on_click(self.desk.guard(lambda _: self._take_up(unfinished)))
        forget.on_click(self.desk.guard(lambda _: self._forget(unfinished)))
        missing = "" if unfinished.file_is_there else p.notice(say("wizard", "file_gone", file=name))
        safe = f"<p class='cp-muted'>{p.told('nothing_twice')}</p>"
        text = p.html(f"<b>{escape(facts)}</b><p>{escape(why)}</p>{safe}{missing}")
        return p.column([text, p.row([again, forget])], "cp-panel")

    def _take_up(self, unfinished: Unfinished) -> None:
        self.desk.work("busy_reading", lambda: self.session.resume(unfinished), lambda _: self.desk.go("send"))

    def _forget(self, unfinished: Unfinished) -> None:
        self.session.forget(unfinished)
        self.enter()
