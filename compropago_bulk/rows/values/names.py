"""Names, whole or in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .finding import BLANK, Taken
from .texts import oddities, take_text


def take_name(parts: Sequence[Any]) -> Taken:
    """Join the parts of a name (nombre, apellido paterno, apellido materno); runs of white space become one blank."""
    taken = [take_text(part) for part in parts]
    errors = [one for one in taken if one.value is None and one.findings]
    if errors:
        return errors[0]
    words = [str(one.value) for one in taken if one.value is not None]
    if not words:
        return BLANK
    name = " ".join(words)
    return Taken(name, oddities(name))
