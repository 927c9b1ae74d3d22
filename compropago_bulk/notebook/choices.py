"""What a person has chosen so far, as data that can be written down and taken up again."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..bulk.profile import Profile
from ..errors import ConfigurationError
from ..sheets.headers import fields_of
from ..sheets.vocabulary import fold_header
from ..texts import sentences
from ..values.shown import fold

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
    profile: str | None = None
    """The file of what is remembered of this condominium."""
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
            "profile": (self.profile, True),
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
        choices = cls(**told)
        dropped = list(record.get("dropped", ()))  # earlier, columns of no use were listed by their headers
        unused: dict[str, Any] = {name: [] for name in fields_of(dropped) if name is not None}
        return replace(choices, columns={**unused, **choices.columns}) if unused else choices


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
) -> dict[str, Any]:
    """Turn what stands above each column into what the functions are told.

    Args:
        headers: the table's headers, in their order.
        understood: header to the field it was taken for by itself.
        chosen: header to the field that the person wants it to be; None for no use.

    Returns:
        The fields that differ from what was understood: a header, the list of headers to join, or no header at all.
    """
    wanted, before = _by_field(headers, chosen), _by_field(headers, understood)
    columns: dict[str, Any] = {
        name: found[0] if len(found) == 1 else found for name, found in wanted.items() if found != before.get(name)
    }
    unused = {name for name, found in before.items() if not all(chosen.get(header) for header in found)}
    return columns | {name: [] for name in before if name in unused and name not in wanted}


def _by_field(headers: Sequence[str], fields: Mapping[str, str | None]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header in headers:
        field = fields.get(header)
        if field:
            found.setdefault(field, []).append(header)
    return found


_OF_A_PROFILE = re.compile(r"^\s*(?:(?:id_prefix|account_name|product_id|product_name)\s*=|\[columns\])", re.MULTILINE)


def profiles_in(folder: Path) -> dict[str, str]:
    """Return what is remembered in a folder: each condominium's name to the path of its file.

    A profile that cannot be used any more is listed by its file's name, so that who chooses it hears why.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        name = _name_in(path)
        if name is not None:
            found[name if name not in found else f"{name} ({path.stem})"] = str(path)
    return found


def _name_in(path: Path) -> str | None:
    """Return the condominium's name in a profile; None for what other programs keep in such files."""
    try:
        return Profile.load(path).title or path.stem
    except ConfigurationError:
        with suppress(OSError):
            return path.stem if _OF_A_PROFILE.search(path.read_text("utf-8", errors="replace")) else None
    return None


def remembered(profile: Profile) -> dict[str, Any]:
    """Return the choices that a profile stands for."""
    sheets = profile.sheet if isinstance(profile.sheet, list) else [profile.sheet]
    return {
        "id_prefix": profile.id_prefix,
        "sheets": tuple(sheet for sheet in sheets if sheet is not None),
        "values": profile.values(),
    }


def still_there(columns: Mapping[str, Any], headers: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Hold a remembered mapping to a sheet's headers.

    Returns:
        The mapping, a field whose header is gone taken from no column, since nothing is guessed in its place; and those
        fields with the header that is gone.
    """
    here = {fold_header(header) for header in headers}
    pairs = ((name, header) for name, named in columns.items() for header in _as_list(named))
    gone = {name: header for name, header in pairs if fold_header(header) not in here}
    return {name: [] if name in gone else named for name, named in columns.items()}, gone


def _as_list(named: Any) -> list[str]:
    return [named] if isinstance(named, str) else list(named)


def profile_of(choices: Choices, mapping: Mapping[str, str | None], known: Profile) -> Profile:
    """Return a profile with what was chosen; today's month in a product becomes a placeholder for each month's own.

    Args:
        mapping: every header to its field, so that one that changes is named, whether it could be guessed or not.
        known: the profile so far.
    """
    mapped = _by_field(list(mapping), mapping)
    columns: dict[str, Any] = {name: [] for name, named in choices.columns.items() if not named}
    columns |= {name: found[0] if len(found) == 1 else found for name, found in mapped.items()}
    sheets: list[str | int] = list(choices.sheets)
    now = Profile(product_id="{year} {month}", product_name="{month_name}").values()
    year, number = now["product_id"].split(" ")
    templates = {"product_id": (number, "{month}"), "product_name": (now["product_name"], "{month}")}
    told: dict[str, Any] = {"account_name": choices.values.get("account_name")}
    for name, (month, placeholder) in templates.items():
        text = choices.values.get(name)
        if text and text != known.values().get(name):
            told[name] = _as_template(text, year, month, placeholder)
    return replace(
        known,
        id_prefix=choices.id_prefix,
        columns=columns,
        sheet=sheets or None,
        **{name: value for name, value in told.items() if value},
    )


def _as_template(text: str, year: str, month: str, placeholder: str) -> str:
    if "{" in text or year not in text or month not in text.replace(year, "", 1):
        return text
    return text.replace(year, "{year}", 1).replace(month, placeholder, 1)


_PLAIN = re.compile(r"[^\w]+")


def file_name(name: str) -> str:
    """Name the file of a profile after its condominium: `Las Alamedas` is `las-alamedas.toml`."""
    return f"{_PLAIN.sub('-', fold(name)).strip('-') or 'condominio'}.toml"


def pictures(folder: Path) -> list[str]:
    """List the pictures of a folder, any of which may be a logo."""
    return sorted(path.name for path in folder.glob("*") if path.suffix.lower() in {".png", ".jpg", ".jpeg"})


_LOOKED_INTO = 200
"""Files that are opened to see whose they are; older ones go by their names."""
_MARK, _PROPERTIES = b"compropago_bulk", "docProps/core.xml"


def ours_of(folder: Path, names: Sequence[str]) -> set[str]:
    """Return those of a folder's files that this package wrote, or marked.

    Args:
        folder: the person's.
        names: paths from it, in the order in which they are shown: the first ones are looked into.
    """
    return {
        name
        for place, name in enumerate(names)
        if is_named_as_ours(folder / name) or (place < _LOOKED_INTO and says_ours(folder / name))
    }


def is_named_as_ours(path: Path) -> bool:
    """Tell a workbook that this package wrote, or marked, by its name."""
    return any(path.stem.endswith(f"-{word}") for word in (*FILE_WORDS.values(), *sentences("wizard")["to_mend"]))


def says_ours(path: Path) -> bool:
    """Tell a workbook that this package wrote by what it says of itself."""
    try:
        with zipfile.ZipFile(path) as book:
            return _MARK in book.read(_PROPERTIES)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


KINDS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
DEEPEST = 2
"""Folders below the person's own; what lies deeper is given by its path."""
_MOST = 5_000
"""Entries that are looked at, so that a folder of a whole network drive costs no minutes."""


def spreadsheets(folder: Path) -> list[str]:
    """List the spreadsheets as paths from the folder: its own first, the newest first."""
    found = []
    for seen, (depth, entry) in enumerate(_entries(folder, 0)):
        if seen >= _MOST:
            break
        with suppress(OSError):
            if Path(entry.name).suffix.lower() in KINDS and entry.is_file():
                found.append((depth, -entry.stat().st_mtime, Path(entry.path).relative_to(folder).as_posix()))
    return [name for _, _, name in sorted(found)]


def _entries(folder: Path, depth: int) -> Iterator[tuple[int, os.DirEntry[str]]]:
    inner = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(("~$", ".")):
                continue
            yield depth, entry
            if depth < DEEPEST and entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
    for item in inner:
        yield from _entries(item, depth + 1)
