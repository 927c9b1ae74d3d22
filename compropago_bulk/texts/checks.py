"""What is wrong with a value, and what to do about it."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
