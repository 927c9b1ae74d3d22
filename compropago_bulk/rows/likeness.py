"""What only shows when rows are seen side by side: repeats, contradictions, look-alikes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from .keys import fold
from .model import Value

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LOOK_ALIKE = str.maketrans({"o": "0", "l": "1", "i": "1"})
_BETWEEN = re.compile(r"(?:[^\w\n]|_)+")


def conflicts_and_repeats(
    keys: Sequence[str], prints_of: Callable[[Sequence[int]], Sequence[str]]
) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Give the rows whose key stands elsewhere with other data, and those that repeat an earlier one exactly.

    Args:
        keys: the rows' keys; an empty one takes no part.
        prints_of: hashes the data of the rows at some positions.
    """
    conflicts: dict[int, list[int]] = {}
    repeats: dict[int, int] = {}
    positions = [position for position, key in enumerate(keys) if key]
    for same in _alike((keys[position] for position in positions), positions):
        if len(set(prints_of(same))) > 1:
            conflicts |= _the_others(same)
        else:
            repeats |= dict.fromkeys(same[1:], same[0])
    return conflicts, repeats


def near_duplicates(values: Sequence[Value | None], positions: Sequence[int]) -> dict[int, list[int]]:
    """Give the rows whose identifier looks like another one's without being the same."""
    texts = dict(zip(positions, map(_text, values), strict=True))
    found: dict[int, list[int]] = {}
    for alike in _alike(_loose(list(texts.values())), positions):
        spelled: dict[str, list[int]] = {}
        for position in alike:
            spelled.setdefault(fold(texts[position]), []).append(position)
        for same in spelled.values() if len(spelled) > 1 else ():
            others = [position for other in spelled.values() if other is not same for position in other]
            found |= dict.fromkeys(same, others)
    return found


def shared_emails(values: Sequence[Value | None], positions: Sequence[int]) -> dict[int, list[int]]:
    """Give the rows whose e-mail stands at another row as well."""
    found: dict[int, list[int]] = {}
    written = [(_text(value).casefold(), place) for value, place in zip(values, positions, strict=True) if value]
    for same in _alike((text for text, _ in written), [place for _, place in written]):
        found |= _the_others(same)
    return found


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _the_others(same: Sequence[int]) -> dict[int, list[int]]:
    return {one: [other for other in same if other != one] for one in same}


def _alike(names: Iterable[str], positions: Iterable[int]) -> Iterable[list[int]]:
    """Give the positions that share a name with others, group by group."""
    first: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    for name, position in zip(names, positions, strict=True):
        before = first.setdefault(name, position)
        if before != position:
            several.setdefault(name, [before]).append(position)
    return several.values()


def _loose(texts: Sequence[str]) -> list[str]:
    """Fold away what eyes pass over: leading zeros, dashes and blanks, O for 0, l for 1.

    All texts as one, a line each: two searches instead of two hundred thousand.
    """
    if not texts:
        return []
    folded = [fold(text).replace("\n", " ") for text in texts]
    return _BETWEEN.sub("", _ZEROS.sub("", "\n".join(folded))).translate(_LOOK_ALIKE).split("\n")
