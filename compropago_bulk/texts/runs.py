"""What a run says of its rows, its keys, its journal and its end."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
