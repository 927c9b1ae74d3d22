"""What is odd about a file or a sheet."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
