"""What audits, statements and letters say."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
