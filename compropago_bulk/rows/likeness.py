"""What only shows when rows are seen side by side: repeats, contradictions, look-alikes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .keys import fold
from .model import Row

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LOOK_ALIKE = str.maketrans({"o": "0", "l": "1", "i": "1"})
_BETWEEN = re.compile(r"[\W_]+")


def conflicts_and_repeats(
    rows: Sequence[Row], print_of: Callable[[Row], str]
) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Give the rows whose key stands elsewhere with other data, and those that repeat an earlier one exactly."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.valid:
            groups.setdefault(row.key, []).append(row)
    conflicts: dict[int, list[int]] = {}
    repeats: dict[int, int] = {}
    for same in groups.values():
        if len(same) == 1:
            continue
        positions = [row.position for row in same]
        if len({print_of(row) for row in same}) > 1:
            conflicts |= {one: [other for other in positions if other != one] for one in positions}
        else:
            repeats |= dict.fromkeys(positions[1:], positions[0])
    return conflicts, repeats


def _loose(text: str) -> str:
    """Fold away what eyes pass over: leading zeros, dashes and blanks, O for 0, l for 1."""
    return _BETWEEN.sub("", _ZEROS.sub("", fold(text))).translate(_LOOK_ALIKE)


def near_duplicates(rows: Sequence[Row], field: str) -> dict[int, list[int]]:
    """Give the rows whose identifier looks like another one's without being the same."""
    groups: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        text = str(row.values.get(field, ""))
        groups.setdefault(_loose(text), {}).setdefault(fold(text), []).append(row.position)
    found: dict[int, list[int]] = {}
    for alike in groups.values():
        if len(alike) > 1:
            for same in alike.values():
                others = [position for other in alike.values() if other is not same for position in other]
                found |= dict.fromkeys(same, others)
    return found


def shared_emails(rows: Sequence[Row]) -> dict[int, list[int]]:
    """Give the rows whose e-mail stands at another row as well."""
    groups: dict[str, list[int]] = {}
    for row in rows:
        if "email" in row.values:
            groups.setdefault(str(row.values["email"]).casefold(), []).append(row.position)
    return {
        one: [other for other in positions if other != one]
        for positions in groups.values()
        if len(positions) > 1
        for one in positions
    }
