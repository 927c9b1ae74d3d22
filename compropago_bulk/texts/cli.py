"""What the command line says."""

from __future__ import annotations

from . import Sentence

SENTENCES: dict[str, Sentence] = {}
