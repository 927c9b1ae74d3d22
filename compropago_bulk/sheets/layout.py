"""Where the table of residents stands in a sheet: its header, its columns, its rows, and what is none of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from .grid import Cell, Damage, Grid, Labelled, Line, column_letter
from .headers import fields_of
from .provenance import text_of
from .vocabulary import RESULTS, fold_header, read_header

IDENTITY = frozenset(
    {"reference", "customer_id", "name", "first_name", "last_name", "email", "phone", "order_id", "unit", "clabe"}
)
"""Fields that a line must have something in to be a resident's."""
_ANCHORS = frozenset({"reference", "customer_id", "name", "first_name", "email", "order_id", "unit"})
_WITH_DIGITS = frozenset({"reference", "customer_id", "order_id", "clabe", "phone", "price", "amount"})
_DRAWN = re.compile(r"[\s_\-=.*–—]{3,}")
_LOOK_FOR_HEADER = 80
_TOTAL = re.compile(r"(?:sub ?|gran )?total(?:es)?\b|suma\b|sumas\b|promedio\b|saldo total\b|gran total\b")
_LONG_HEADER = 120
_EXAMPLE = re.compile(r"(?:(?:fila|renglon|registro|datos?|row) (?:de )?)?(?:ejemplos?|examples?|muestra)\b")
_SAMPLES, _SUMS = ("ejemplo", "example", "muestra"), ("total", "suma", "promedio")
"""What is in the words of the two patterns above."""
_NAMES = frozenset({"reference", "customer_id", "name", "first_name", "unit"})
_PERSONS = _ANCHORS - {"unit"} | {"clabe"}


@dataclass(slots=True)
class Located:
    """A table in a sheet."""

    grid: Grid
    header_line: int
    headers: dict[int, str]
    """Column to header, as written."""
    lines: list[Line] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)
    """Rows of a template that show how it is filled in."""
    duplicates: list[str] = field(default_factory=list)


class _Known(NamedTuple):
    """What a table's headers say of its columns."""

    fields: dict[int, str | None]
    folded: dict[int, str]
    """The header's own words, folded."""
    identity: list[int]
    emails: list[int]


def locate(grid: Grid, wanted: Collection[str] = ()) -> Located | None:
    """Find the table; `wanted` are folded headers that the person named."""
    found = _find_header(grid, wanted)
    if found is None:
        return None
    _, last, headers = found
    table = Located(grid, last, headers)
    _name_the_rest(table)
    _tell_apart(table)
    _sort_lines(table, last)
    return table


def is_of_people(table: Located) -> bool:
    """Whether a table has a column that tells people apart: one of sums by tower has none."""
    columns, words = list(table.headers), list(table.headers.values())
    samples = [[text_of(line.cells[column]) for line in table.lines if column in line.cells] for column in columns]
    return bool(_PERSONS & set(fields_of(words, samples)))


def _score(texts: Sequence[str], wanted: Collection[str]) -> tuple[int, bool]:
    """Count the fields that a line names, and tell whether one of them tells residents apart."""
    found: set[str] = set()
    for text in texts:
        if len(text) > _LONG_HEADER:
            continue
        folded = fold_header(text)
        known = "wanted:" + folded if folded in wanted else read_header(folded)[0]
        known = known or (folded if folded in RESULTS else None)
        if known:
            found.add(known)
    return len(found), bool(found & _ANCHORS) or any(match.startswith("wanted:") for match in found)


def _texts(line: Line) -> dict[int, str]:
    return {column: text_of(cell) for column, cell in line.cells.items() if isinstance(cell, str | Labelled)}


def _find_header(grid: Grid, wanted: Collection[str]) -> tuple[int, int, dict[int, str]] | None:
    """Return the header's first and last row number and its columns."""
    best: tuple[int, int] | None = None
    for place, line in enumerate(grid.lines[:_LOOK_FOR_HEADER]):
        texts = _texts(line)
        score, anchored = _score(list(texts.values()), wanted)
        if anchored and score >= 2 and (best is None or score > best[0] + 1):
            best = (score, place)
        if best is not None and place > best[1] + 1:
            break
    if best is None:
        return _only_header(grid, wanted)
    return _two_rows(grid, best[1], wanted)


def _only_header(grid: Grid, wanted: Collection[str]) -> tuple[int, int, dict[int, str]] | None:
    """Take a first line that names at least one field, or that is nothing but words above other lines."""
    for line in grid.lines[:5]:
        texts = _texts(line)
        if len(texts) == len(line.cells) and _score(list(texts.values()), wanted)[1]:
            return line.number, line.number, texts
    if len(grid.lines) < 2:
        return None
    first, second = grid.lines[0], grid.lines[1]
    texts = _texts(first)
    words = len(texts) == len(first.cells) >= 2 and not any("@" in text or text.isdigit() for text in texts.values())
    if words and grid.name is None and second.number == first.number + 1 and len(second.cells) > 1:
        return first.number, first.number, texts
    return None


def _two_rows(grid: Grid, place: int, wanted: Collection[str]) -> tuple[int, int, dict[int, str]]:
    """Read a header that stands in two rows, as merged cells make it."""
    line = grid.lines[place]
    headers = _texts(line)
    above = grid.lines[place - 1] if place else None
    if above is not None and above.number == line.number - 1 and _is_group_row(grid, above, line):
        return above.number, line.number, _joined(grid, above, headers)
    below = grid.lines[place + 1] if place + 1 < len(grid.lines) else None
    if below is not None and below.number == line.number + 1 and _is_sub_row(grid, line, below, wanted):
        return line.number, below.number, _joined(grid, line, _texts(below), _gaps(line, below))
    return line.number, line.number, headers


def _spans(grid: Grid, row: int) -> list[tuple[int, int]]:
    """Return the columns of each merge that spans several in a row."""
    return [(left, right) for top, left, bottom, right in grid.merges if top <= row <= bottom and right > left]


def _gaps(line: Line, below: Line) -> list[tuple[int, int]]:
    """Return the columns that a group's word stands above where nothing is merged: up to the next word of its row."""
    starts = sorted(_texts(line))
    last = max([*line.cells, *below.cells])
    ends = [*(start - 1 for start in starts[1:]), last]
    return [(left, right) for left, right in zip(starts, ends, strict=True) if right > left]


def _is_group_row(grid: Grid, above: Line, line: Line) -> bool:
    spans = _spans(grid, above.number)
    tall = [merge for merge in grid.merges if merge[0] <= above.number and merge[2] >= line.number]
    if tall and _texts(above):
        return True
    return len(_texts(above)) >= 2 and any(
        (left, right) for left, right in spans if left in above.cells and right - left + 1 < len(line.cells)
    )


def _is_sub_row(grid: Grid, line: Line, below: Line, wanted: Collection[str]) -> bool:
    texts = _texts(below)
    if not texts or len(texts) != len(below.cells) or any("@" in text for text in texts.values()):
        return False
    score = _score(list(texts.values()), wanted)[0]
    if _spans(grid, line.number):
        return score >= 1 and any(left <= c <= right for left, right in _spans(grid, line.number) for c in texts)
    in_gaps = [
        column for column in texts if column not in line.cells and any(a < column <= b for a, b in _gaps(line, below))
    ]
    return bool(in_gaps) and score >= 2 and not any(char.isdigit() for text in texts.values() for char in text)


def _joined(grid: Grid, upper: Line, lower: dict[int, str], gaps: Sequence[tuple[int, int]] = ()) -> dict[int, str]:
    """Return each column its own word; where two have the same, the group's word before it."""
    top = _texts(upper)
    groups: dict[int, str] = {}
    for left, right in _spans(grid, upper.number) or gaps:
        if left in top:
            groups |= dict.fromkeys(range(left, right + 1), top[left])
    words = list(lower.values())
    joined = {
        column: f"{groups[column]} {word}" if column in groups and words.count(word) > 1 else word
        for column, word in lower.items()
    }
    return {**{column: word for column, word in top.items() if column not in joined}, **joined}


def _name_the_rest(table: Located) -> None:
    """Keep columns without a header under their letter, where they hold something; drop the hidden ones."""
    grid = table.grid
    below = (line.cells for line in grid.lines if line.number > table.header_line)
    filled = Counter(chain.from_iterable(below))
    first, last = min(table.headers), max(table.headers)
    for column, number in filled.items():
        inside = first <= column <= last
        if column not in table.headers and (inside or number > 2):
            table.headers[column] = f"({column_letter(column)})"
    kept = {column: word for column, word in sorted(table.headers.items()) if column not in grid.hidden_columns}
    table.headers = kept or dict(sorted(table.headers.items()))


def _tell_apart(table: Located) -> None:
    """Number the headers that stand above several columns, so that each column has a name of its own."""
    seen: dict[str, int] = {}
    for column, word in table.headers.items():
        clean = " ".join(word.split())
        seen[clean] = seen.get(clean, 0) + 1
        if seen[clean] > 1:
            table.duplicates.append(clean)
            clean = f"{clean} ({seen[clean]})"
        table.headers[column] = clean


def _sort_lines(table: Located, last: int) -> None:
    """Part residents from titles, sections, totals, repeated headers, notes and formulas copied too far."""
    known = _known(table.headers)
    merged = {top for top, left, bottom, right in table.grid.merges if right > left + 1 and top == bottom}
    before, examples = last, _has_examples(table.grid)
    for line in table.grid.lines:
        if line.number > last and not _is_told_apart(line, table, known.fields, examples):
            gap, before = line.number - before > 1, line.number
            if _is_resident(line, table, known, merged, gap):
                table.lines.append(line)
            elif table.headers.keys() & line.cells.keys():
                table.left_out.append(line.number)
    _cut_signatures(table, known.fields)


def _known(headers: Mapping[int, str]) -> _Known:
    folded = {column: fold_header(word) for column, word in headers.items()}
    fields = {column: read_header(word)[0] for column, word in folded.items()}
    identity = [column for column, known in fields.items() if known in IDENTITY]
    return _Known(fields, folded, identity, [column for column, known in fields.items() if known == "email"])


def _has_examples(grid: Grid) -> bool:
    """Whether there may be an example at all, which few sheets have: one look for all lines."""
    cells = (cell for line in grid.lines for cell in line.cells.values())
    return _says("\n".join([cell for cell in cells if type(cell) is str and "@" not in cell]), _SAMPLES)


def _is_told_apart(line: Line, table: Located, fields: dict[int, str | None], examples: bool) -> bool:
    """Leave out what says itself that it is no resident: an example of a template, a declared row of totals."""
    if line.number in table.grid.totals:
        table.left_out.append(line.number)
        return True
    if examples and _is_example(line, fields):
        table.examples.append(line.number)
        return True
    return False


def _cut_signatures(table: Located, fields: dict[int, str | None]) -> None:
    """Leave out names that sign: what stands below the last certain resident, after a blank line or one of dashes."""
    backwards = range(len(table.lines) - 1, -1, -1)
    certain = next((place for place in backwards if _is_certain(table.lines[place], fields)), None)
    if certain is None:
        return
    for place in range(certain + 1, len(table.lines)):
        if table.lines[place].number - table.lines[place - 1].number > 1:
            table.left_out = sorted([*table.left_out, *(item.number for item in table.lines[place:])])
            del table.lines[place:]
            return


def _is_certain(line: Line, fields: dict[int, str | None]) -> bool:
    """Tell a line that holds what only a resident's has: an address, an id or a phone with digits, a sum of money."""
    for column, cell in line.cells.items():
        known = fields.get(column)
        if isinstance(cell, Damage) and known in IDENTITY:
            return True
        if known == "email" and isinstance(cell, str) and "@" in cell:
            return True
        if known in _WITH_DIGITS and any(char.isdigit() for char in text_of(cell)):
            return True
    return False


def _is_example(line: Line, fields: dict[int, str | None]) -> bool:
    """Tell a template's example: an id or a name that begins with the word, or the word by itself beside the row."""
    texts = [cell for cell in line.cells.values() if type(cell) is str and "@" not in cell]
    if not _says("\n".join(texts), _SAMPLES):
        return False
    for column, cell in line.cells.items():
        if isinstance(cell, str):
            folded = fold_header(cell.strip("()[]<>«» "))
            if _EXAMPLE.fullmatch(folded) or (fields.get(column) in _NAMES and _EXAMPLE.match(folded)):
                return True
    return False


def _is_drawn(line: Line) -> bool:
    """Tell a line of underscores or dashes to sign on."""
    texts = [cell for cell in line.cells.values() if isinstance(cell, str)]
    return bool(texts) and len(texts) == len(line.cells) and all(_DRAWN.fullmatch(text) for text in texts)


def _is_resident(line: Line, table: Located, known: _Known, merged: set[int], gap: bool) -> bool:
    cells = _under_headers(line, table)
    if not cells:
        return False
    if len(cells) > 2 and _has_address(cells, known):
        return True
    if not known.identity:
        return not _repeats_header(cells, known.folded)
    own = [column for column in known.identity if column in cells and not _is_empty_formula(line, column)]
    if not own or _is_furniture(line, cells, known):
        return False
    if len(own) == 1 and len(cells) <= 2:
        return line.number not in merged and _stands_alone(cells, own[0], known.fields, gap)
    return True


def _under_headers(line: Line, table: Located) -> dict[int, Cell]:
    if line.cells.keys() <= table.headers.keys():
        return line.cells
    return {column: cell for column, cell in line.cells.items() if column in table.headers}


def _is_furniture(line: Line, cells: dict[int, Cell], known: _Known) -> bool:
    """Tell what belongs to the table and to nobody in it: its header again, a total, a line to sign on."""
    return _repeats_header(cells, known.folded) or _is_total(cells, known) or _is_drawn(line)


def _has_address(cells: dict[int, Cell], known: _Known) -> bool:
    """Whether somebody is named whom one could write to: no header, no total and no line to sign on has that."""
    for column in known.emails:
        cell = cells.get(column)
        if type(cell) is str and "@" in cell and not _is_header(cell, known.folded[column]):
            return True
    return False


def _is_empty_formula(line: Line, column: int) -> bool:
    """Tell a formula that was copied below the data and has nothing to say."""
    cell = line.cells[column]
    if column not in line.formulas:
        return False
    return isinstance(cell, int | float) and cell == 0


def _repeats_header(cells: dict[int, Cell], folded: dict[int, str]) -> bool:
    same = sum(isinstance(cell, str) and _is_header(cell, folded[column]) for column, cell in cells.items())
    return same >= 2 or (same == 1 and len(cells) == 1)


def _is_header(cell: str, folded: str) -> bool:
    return _begins_alike(cell, folded) and fold_header(cell) == folded


def _says(cell: str, words: Sequence[str]) -> bool:
    """Whether a text has one of some words in it: a glance before the longer look, which few cells need."""
    low = cell.casefold()
    return any(word in low for word in words)


def _begins_alike(cell: str, folded: str) -> bool:
    """Tell most texts from a header at a glance: by their first letter or digit, where that is a plain one."""
    first = cell[:1]
    plain = first.isascii() and first.isalnum()
    return len(cell) <= _LONG_HEADER and (not plain or first.lower() == folded[:1])


def _is_total(cells: dict[int, Cell], known: _Known) -> bool:
    """Tell a line of totals from a resident called so: it names nobody whom one could write to."""
    if _has_address(cells, known):
        return False
    for cell in cells.values():
        if isinstance(cell, str):
            return _says(cell, _SUMS) and _TOTAL.match(fold_header(cell)) is not None
    return False


def _stands_alone(cells: dict[int, Cell], column: int, fields: dict[int, str | None], gap: bool) -> bool:
    """Tell a resident of whom much is missing from a section line, a note or a signature."""
    cell = cells[column]
    if isinstance(cell, Damage):
        return True
    text = text_of(cell)
    if fields[column] == "email":
        return "@" in text and not gap
    if fields[column] in {"reference", "customer_id", "order_id", "clabe"}:
        return len(text) <= 24 and any(char.isdigit() for char in text)
    return False
