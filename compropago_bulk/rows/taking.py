"""One field at a time: a column of cells in, a column of cleaned values out, what is wrong with any of them noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import ConfigurationError
from ..texts import say
from .frames import Table
from .gathering import Gathering
from .model import Value
from .values import (
    Finding,
    Taken,
    is_placeholder,
    plain_values,
    shown,
    take_date,
    take_email,
    take_identifier,
    take_money,
    take_name,
    take_order_id,
    take_phone,
    take_text,
    take_url,
)
from .values.shown import damage_of, short

Take = Callable[[Sequence[Any]], Taken]


def constant_of(field: str, value: Any, now: float) -> Value | None:
    """Clean a value that is to stand in every row.

    Raises:
        ConfigurationError: it is none.
    """
    if value is None:
        return None
    taken = _taker(field, None, now)([value])
    if taken.value is None:
        raise ConfigurationError(say("checks", "bad_constant", field=field, value=short(shown(value))))
    return taken.value


def take_field(gathering: Gathering, field: str, constant: Value | None, now: float) -> None:
    """Clean a field's column; `constant` stands where a row has no value of its own."""
    source = gathering.table.fields.get(field)
    if source is None:
        if constant is not None:
            gathering.columns[field] = [constant] * gathering.size
        return
    columns = [gathering.table.values(header) for header in source.headers]
    taken: list[Value | None] = [None] * gathering.size
    if len(columns) == 1:
        taken = plain_values(field, columns[0])
    one = _OneField(gathering, field, source.headers, constant, _taker(field, gathering.table, now))
    for position, value in enumerate(taken):
        if value is None or position in gathering.marked:
            taken[position] = one.take(position, [column[position] for column in columns])
    gathering.columns[field] = taken


class _OneField:
    """Looks carefully at the values of one field."""

    def __init__(
        self, gathering: Gathering, field: str, headers: Sequence[Any], constant: Value | None, take: Take
    ) -> None:
        self._gathering, self._field, self._headers, self._constant = gathering, field, headers, constant
        self._take = take

    def take(self, position: int, parts: Sequence[Any]) -> Value | None:
        """Give the cleaned value of a row's cells, if there is one, and note what is wrong with them."""
        damage = self._damage(position, parts)
        if damage is not None:
            self._note_damage(position, *damage)
            return None
        if len(parts) == 1 and isinstance(parts[0], str) and is_placeholder(parts[0]) and self._may_be_nothing(parts):
            needed = self._field in self._gathering.spec.needs and self._constant is None
            finding = Finding(f"missing_{self._field}" if needed else "placeholder")
            self._note(position, parts[0], finding, self._headers[0])
            return self._constant
        return self._cleaned(position, parts)

    def _note(self, position: int, value: str, finding: Finding, header: Any) -> None:
        self._gathering.note(position, self._field, value, finding, header)

    def _cleaned(self, position: int, parts: Sequence[Any]) -> Value | None:
        taken = self._take(parts)
        value = taken.value
        if value is None and not taken.findings:
            value = self._constant
            if value is None and self._field in self._gathering.spec.needs:
                self._note(position, "", Finding(f"missing_{self._field}"), self._headers[0])
        for finding in taken.findings:
            self._note(position, " ".join(shown(part) for part in parts).strip(), finding, self._headers[0])
        return value

    def _may_be_nothing(self, parts: Sequence[Any]) -> bool:
        """Tell whether a placeholder is one here: a person or an amount called so is taken at its word."""
        return self._field not in {"price", "amount"} and not (
            self._field == "reference" and len(str(parts[0]).strip()) == 1
        )

    def _damage(self, position: int, parts: Sequence[Any]) -> tuple[str, str, Any] | None:
        if position in self._gathering.marked:
            facts, sheet = self._gathering.table.facts, self._gathering.sheet(position)
            for header, part in zip(self._headers, parts, strict=True):
                mark = facts.mark(sheet, self._gathering.numbers[position], header) if facts else None
                if mark is not None and shown(part) == mark.shown:  # else the analyst has mended it
                    return mark.code, mark.shown, header
        for header, part in zip(self._headers, parts, strict=True):
            code = damage_of(part.strip()) if isinstance(part, str) and part.lstrip()[:1] == "#" else None
            if code is not None:
                return code, str(part), header
        return None

    def _note_damage(self, position: int, code: str, value: str, header: Any) -> None:
        phone = Finding("bad_phone", {"digits": sum(char.isdigit() for char in value)})
        self._note(position, value, phone if self._field == "phone" else Finding(code), header)


def _taker(field: str, table: Table | None, now: float) -> Take:
    facts = table.facts if table else None
    comma, epoch_1904 = (facts.decimal_comma, facts.epoch_1904) if facts else (False, False)
    takers: dict[str, Take] = {
        "name": take_name,
        "email": lambda parts: take_email(parts[0]),
        "phone": lambda parts: take_phone(parts[0]),
        "price": lambda parts: take_money(parts[0], "bad_price", decimal_comma=comma),
        "amount": lambda parts: take_money(parts[0], "bad_amount", decimal_comma=comma),
        "exp_date": lambda parts: take_date(parts[0], now, epoch_1904=epoch_1904),
        "expires_at": lambda parts: take_date(parts[0], now, epoch_1904=epoch_1904),
        "product_url": lambda parts: take_url(parts[0]),
        "order_id": lambda parts: take_order_id(parts[0]),
        "account_name": lambda parts: take_text(parts[0]),
        "product_name": lambda parts: take_text(parts[0]),
    }
    return takers.get(field) or (lambda parts: _joined(parts, table, field))


def _joined(parts: Sequence[Any], table: Table | None, field: str) -> Taken:
    """Join an identifier's columns; where one of several is blank, so is the whole."""
    if len(parts) == 1:
        return take_identifier(parts[0])
    taken = [take_identifier(part) for part in parts]
    broken = [one for one in taken if one.value is None]
    if broken:
        return next((one for one in broken if one.findings), broken[0])
    joiner = table.fields[field].joiner if table else "-"
    return Taken(joiner.join(str(one.value) for one in taken), taken[0].findings)
