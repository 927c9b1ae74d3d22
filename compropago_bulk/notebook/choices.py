"""What a person has chosen so far, as data that can be written down and taken up again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

OPERATIONS = ("createAccount", "createClabe", "orders", "verify")
FUNCTIONS = {
    "createAccount": "create_accounts",
    "createClabe": "create_clabes",
    "orders": "create_orders",
    "verify": "verify_orders",
}
"""An operation to the public function that does it."""

CONSTANTS = {
    "createAccount": ("account_name",),
    "createClabe": (),
    "orders": ("product_id", "product_name", "price"),
    "verify": (),
}
"""The values that an operation asks the person for, since sheets seldom hold them."""

FILE_WORDS = {"createAccount": "cuentas", "createClabe": "clabes", "orders": "ordenes", "verify": "estado"}
"""What stands in the name of a result's file."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A job as the person put it together; no key is in it, and no resident."""

    source: str | None = None
    """The file's path."""
    uploaded: bool = False
    """It came through the browser, so its copy is ours to keep and to throw away."""
    sheets: tuple[str, ...] = ()
    """The sheets to read; none means every one with residents."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """Field to header or headers, where the person decided."""
    dropped: tuple[str, ...] = ()
    """Headers that the person took out of use."""
    operation: str = "createAccount"
    values: Mapping[str, str] = field(default_factory=dict)
    """Field to the value that every row takes that has none of its own, as typed."""
    id_prefix: str = ""
    on_change: str = "report"
    limit: int | None = None
    redirect_to: str | None = None
    renew_expired: bool = False
    only_open: bool = False
    again: bool = False
    """The person said that it is another job, though it looks as if it had gone out already."""

    @property
    def path(self) -> Path | None:
        """Return the file."""
        return Path(self.source) if self.source else None

    @property
    def constants(self) -> dict[str, Any]:
        """Return the typed values of the operation as they are given to its function: money as a number."""
        known = CONSTANTS[self.operation]
        given = {name: text.strip() for name, text in self.values.items() if name in known and text.strip()}
        return {name: _amount(text) if name == "price" else text for name, text in given.items()}

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the function that sends, those that differ from its defaults."""
        creates = self.operation != "verify"
        said: dict[str, tuple[Any, bool]] = {
            "columns": (dict(self.columns), True),
            "id_prefix": (self.id_prefix, creates),
            "on_change": ("" if self.on_change == "report" else self.on_change, creates),
            "limit": (self.limit, True),
            "again": (self.again, creates),
            "redirect_to": (self.redirect_to, creates),
            "renew_expired": (self.renew_expired, self.operation == "orders"),
            "only_open": (self.only_open, not creates),
        }
        told = {name: value for name, (value, fits) in said.items() if value and fits}
        return told | self.constants

    def check_arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of `check`."""
        sending_only = {"on_change", "limit", "renew_expired", "only_open", "again"}
        return {name: value for name, value in self.arguments().items() if name not in sending_only}

    def result_name(self, suffix: str = ".xlsx") -> str:
        """Name the file that the result goes to."""
        stem = self.path.stem if self.path else "compropago"
        return f"{stem}-{FILE_WORDS[self.operation]}{suffix}"

    def to_record(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Choices:
        """Take up what `to_record` gave; what is not known any more is left out."""
        names = {field_.name for field_ in fields(cls)}
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in record.items() if name in names
        }
        return cls(**told)


_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?")


def _amount(text: str) -> Any:
    """Return an int or a float where the text plainly is a number; else the text, which the check refuses."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return text
    number = Decimal(found[1].replace(",", "") + (found[2] or ""))
    return int(number) if number == number.to_integral_value() else float(number)


def columns_from(
    headers: Sequence[str], understood: Mapping[str, str | None], chosen: Mapping[str, str | None]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Turn what stands above each column into what the functions are told.

    Args:
        headers: the table's headers, in their order.
        understood: header to the field it was taken for by itself.
        chosen: header to the field that the person wants it to be; None for no use.

    Returns:
        The fields that differ from what was understood (a field of several headers is their list, joined when read),
        and the headers to leave out, since they would be taken up again by themselves.
    """
    wanted: dict[str, list[str]] = {}
    for header in headers:
        if chosen.get(header):
            wanted.setdefault(str(chosen[header]), []).append(header)
    before: dict[str, list[str]] = {}
    for header in headers:
        if understood.get(header):
            before.setdefault(str(understood[header]), []).append(header)
    columns: dict[str, Any] = {
        name: found[0] if len(found) == 1 else found for name, found in wanted.items() if found != before.get(name)
    }
    dropped = tuple(
        header
        for header in headers
        if understood.get(header) and not chosen.get(header) and str(understood[header]) not in wanted
    )
    return columns, dropped
