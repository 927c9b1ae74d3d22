"""What comes of looking at one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..model import Value

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a value: its code, and what its sentence is filled with."""

    code: str
    details: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Taken:
    """A cleaned value, or None; and what was found. A blank gives neither."""

    value: Value | None = None
    findings: tuple[Finding, ...] = ()


BLANK = Taken()


def bad(code: str, **details: object) -> Taken:
    """Refuse a value."""
    return Taken(None, (Finding(code, details),))
