"""What the notebook's views and the wizard say."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
