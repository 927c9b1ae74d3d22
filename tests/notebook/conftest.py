"""A sample beside the test, and a wizard that does its work at once, so that no test waits for a thread."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from compropago_bulk.notebook.session import Session
from compropago_bulk.notebook.wizard import Wizard

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def sample(tmp_path):
    """Put the sample of invented residents into the working folder."""
    return Path(shutil.copy(SAMPLES / "residentes.xlsx", tmp_path / "residentes.xlsx"))


@pytest.fixture
def opened(sample, tmp_path):
    """Give a function that opens a wizard on the working folder."""

    def make(connection=None) -> Wizard:
        return Wizard(Session(connection, tmp_path), background=lambda do: do())

    return make


class Hand:
    """What a person does, by what they read."""

    def __init__(self, wizard: Wizard) -> None:
        self.wizard = wizard

    def widgets(self, kind: str | None = None):
        """Give every widget that can be seen."""

        def walk(one):
            if one.layout is not None and one.layout.display == "none":
                return
            yield one
            for inner in getattr(one, "children", ()):
                yield from walk(inner)

        return [one for one in walk(self.wizard) if kind is None or type(one).__name__ == kind]

    def press(self, words: str) -> None:
        """Press the button that says so."""
        found = [one for one in self.widgets("Button") if words in one.description]
        assert found, [one.description for one in self.widgets("Button")]
        assert not found[0].disabled, f"{words} cannot be pressed"
        found[0].click()

    def can_press(self, words: str) -> bool:
        """Tell whether there is such a button, and it is not greyed out."""
        return any(words in one.description and not one.disabled for one in self.widgets("Button"))

    def fill(self, label: str, value) -> None:
        """Fill in or choose a field by its label."""
        found = [one for one in self.widgets() if getattr(one, "description", None) and label in one.description]
        found = [one for one in found if hasattr(one, "value")]
        assert found, [getattr(one, "description", None) for one in self.widgets()]
        found[0].value = value

    def text(self) -> str:
        """Give all that can be read, as HTML."""
        return "\n".join(str(one.value) for one in self.widgets("HTML") if "<style>" not in str(one.value))

    def to_the_check(self, operation: str = "createClabe", **values: str) -> None:
        """Go from the file to the checked sheet."""
        self.fill("A file of this folder", "residentes.xlsx")
        self.press("Continue")
        self.press("Continue")
        self.fill("What do you want", operation)
        for label, value in values.items():
            self.fill(label.replace("_", " "), value)
        self.press("Check the sheet")

    def wait_for_the_result(self, seconds: float = 20) -> None:
        """Wait until the run has ended and its result is shown."""
        job = self.wizard.session.job
        assert job is not None
        assert job.ended.wait(seconds)
        job._thread.join(seconds)
        assert self.wizard.at == "result", self.text()


@pytest.fixture
def hand():
    """Give a hand for a wizard."""
    return Hand
