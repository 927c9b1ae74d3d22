"""What no Spanish page may say: an English word, or a code that only a machine knows."""

from __future__ import annotations

import re

ENGLISH = re.compile(
    r"\b(the|orders?|paid|rows?|and|created|found|status|missing|unknown|already|amount|share|sent|not|yes|true|false|"
    r"none|nan|email|phone|name|sheet|value|code|active|pending|expired|accepted|page|of|summary|file|send|next|back)\b",
    re.IGNORECASE,
)
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b\w+=(?:True|False|\d|['\"{\[])|\bcreate(?:Clabe|Account)\b")
IDENTIFIER = re.compile(r"\S+@\S+|\b(?:ch|acc|req|sk|pk)_\S+|compropago_bulk|COMPROPAGO_\w+")


def faults(text: str) -> list[str]:
    """Return each such word."""
    bare = IDENTIFIER.sub("", text)
    return [found[0] for pattern in (ENGLISH, CODE) for found in pattern.finditer(bare)]
