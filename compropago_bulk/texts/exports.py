"""Headers, titles and notes of exported workbooks."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
