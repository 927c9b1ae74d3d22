"""A profile: what stays the same from month to month for one condominium, kept in a file beside its sheets."""

from __future__ import annotations

import dataclasses
import re
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

import tomli_w

from ..api.operations import OPERATIONS
from ..errors import ConfigurationError
from ..exports.files import write_whole
from ..exports.heading import Heading, size_of
from ..rows.table import is_records
from ..sheets.vocabulary import FIELDS
from ..texts import say
from ..values.dates import MEXICO_CITY
from .plan import Options

_KEY = re.compile(r"\b[sp]k_(?:test|live)_")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_PLACEHOLDERS = frozenset({"year", "month", "month_name"})
_SUFFIX = ".toml"
_ALWAYS = frozenset(
    {"reference", "customer_id", "name", "first_name", "last_name", "second_last_name", "unit", "tower", "clabe"}
)
"""Fields whose columns help to read a sheet, whatever is done with it."""
_TEMPLATES = ("product_id", "product_name")


@dataclass(frozen=True, slots=True)
class Profile:
    """The defaults of one condominium: `profile="alamedas.toml"` in any function; arguments win over it.

    It holds no API keys: a file that lies beside a sheet is sent around.

    Attributes:
        account_name: the account's name, for `create_accounts`.
        id_prefix: goes in front of every `reference` and `customer_id` (`"ALA-"`).
        columns: field to header, or to a list of headers that are joined, as in `columns=`. A header that is no longer
            in the sheet is an error that names it; nothing is guessed in its place.
        sheet: the sheet's name or number (from 1), or a list of them.
        product_id, product_name: for orders. `{year}` (four digits), `{month}` and `{month_name}` are filled with
            today's, by the day of Mexico City: `{month}` is two digits in `product_id` and the month's name in
            `product_name` (`MTTO-{year}-{month}` and `Mantenimiento {month} {year}`).
        title: the condominium's name as workbooks and pages show it.
        logo: a PNG or JPEG picture for their heads; a path beside the profile's file, or a whole one.
        rate: requests a second, where the connection is made from the environment.
        journal: as `Connection(journal=…)`, where the connection is made from the environment.
    """

    account_name: str | None = None
    id_prefix: str = ""
    columns: Mapping[str, str | list[str]] = field(default_factory=dict)
    sheet: str | int | list[str | int] | None = None
    product_id: str | None = None
    product_name: str | None = None
    title: str | None = None
    logo: str | None = None
    rate: float | None = None
    journal: str | None = None

    def __post_init__(self) -> None:
        _check(dataclasses.asdict(self), "Profile")

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Profile:
        """Read a profile's file.

        Raises:
            ConfigurationError: it cannot be read, is no TOML, or holds what no profile has; all of it at once.
        """
        place = Path(path).expanduser()
        try:
            found = tomllib.loads(place.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise ConfigurationError(say("setup", "profile_missing", path=place)) from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise ConfigurationError(say("setup", "profile_unreadable", path=place, reason=problem)) from None
        _check(found, place.name)
        if found.get("logo"):
            found["logo"] = str(place.parent / Path(found["logo"]).expanduser())
            _check_logo(place.name, found["logo"])
        return cls(**found)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the profile as a small text file (TOML) that a person can read and edit.

        A path without a suffix gets `.toml`. The file is replaced only once the new one is whole.

        Returns:
            Path: where it was written.

        Raises:
            ConfigurationError: the path has another suffix, or cannot be written.
        """
        place = Path(path).expanduser()
        place = place if place.suffix else place.with_suffix(_SUFFIX)
        if place.suffix.lower() != _SUFFIX or place.is_dir():
            raise ConfigurationError(say("setup", "profile_suffix", path=place))
        kept = {name: value for name, value in dataclasses.asdict(self).items() if value not in (None, "", {})}
        if (
            self.logo is not None
            and Path(self.logo).is_absolute()
            and Path(self.logo).is_relative_to(place.resolve().parent)
        ):
            kept["logo"] = Path(self.logo).relative_to(place.resolve().parent).as_posix()
        text = tomli_w.dumps(kept)
        return write_whole(place, lambda target: _write_text(target, text), (".toml",))

    def values(self, moment: float | None = None) -> dict[str, str]:
        """Return the fields that stand for every row: `account_name`, `product_id`, `product_name`, as far as set.

        Args:
            moment: epoch seconds that say which month it is, in Mexico City; else now.
        """
        day = datetime.fromtimestamp(time.time() if moment is None else moment, MEXICO_CITY)
        found = {"account_name": self.account_name}
        for name in _TEMPLATES:
            template: str | None = getattr(self, name)
            found[name] = None if template is None else _filled(template, day, words=name == "product_name")
        return {name: value for name, value in found.items() if value is not None}


def _check_logo(where: str, logo: str) -> None:
    """Refuse a logo that is no picture before anything is sent, not once the pages are written.

    Raises:
        ConfigurationError: it cannot be read as PNG or JPEG.
    """
    try:
        size_of(Path(logo).read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(say("setup", "profile_logo", path=where, logo=logo)) from None


def profile_of(given: Profile | str | PathLike[str] | None) -> Profile | None:
    """Return the profile that a function was given: itself, or the one of a file.

    Raises:
        ConfigurationError: the file cannot be read, or holds what no profile has.
    """
    return given if given is None or isinstance(given, Profile) else Profile.load(given)


def with_profile(options: Options, name: str, moment: float | None = None) -> Options:
    """Return the options with the profile's defaults where nothing else was given; the operation's own fields only.

    Raises:
        ConfigurationError: the profile's file cannot be read, or holds what no profile has.
    """
    profile = profile_of(options.profile)
    if profile is None:
        return options
    spec = OPERATIONS[name]
    fields = {*spec.needs, *spec.optional, *spec.only_if_named}
    columns = {field: header for field, header in profile.columns.items() if field in fields | _ALWAYS}
    columns |= options.columns or {}
    values = {field: value for field, value in profile.values(moment).items() if field in fields}
    settings = {"rate": profile.rate, "journal": profile.journal}
    return dataclasses.replace(
        options,
        profile=profile,
        sheet=profile.sheet if options.sheet is None else options.sheet,
        columns=columns or None,
        id_prefix=options.id_prefix or profile.id_prefix,
        values={**values, **options.values},
        settings={name: value for name, value in settings.items() if value is not None},
    )


@dataclass(frozen=True, slots=True)
class ReportDefaults:
    """What a report is told of a sheet and of its pages' heads, its own arguments before the profile's."""

    sheet: Any
    columns: Mapping[str, Any] | None
    id_prefix: str
    heading: Heading
    settings: Mapping[str, Any]


def report_defaults(
    profile: Profile | str | PathLike[str] | None,
    source: Any = None,
    *,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    id_prefix: str = "",
) -> ReportDefaults:
    """Put a report's arguments together with a profile; a result that was made with one brings its title and logo.

    Raises:
        ConfigurationError: the profile's file cannot be read, or holds what no profile has.
    """
    known = profile_of(profile) or Profile()
    return ReportDefaults(
        known.sheet if sheet is None else sheet,
        {**_columns_for(known, source), **(columns or {})} or None,
        id_prefix or known.id_prefix,
        Heading.of(source).with_own(known.title, known.logo),
        {name: value for name, value in (("rate", known.rate), ("journal", known.journal)) if value is not None},
    )


def _columns_for(known: Profile, source: Any) -> Mapping[str, Any]:
    """Return the profile's columns as far as a report's source is a sheet: orders alone have no such headers."""
    if source is None or (isinstance(source, list | tuple) and not is_records(source)):
        return {}
    labels = list(getattr(source, "columns", ()))
    if "order_id" not in labels:
        return known.columns
    wanted = {name: [named] if isinstance(named, str) else named for name, named in known.columns.items()}
    return {name: known.columns[name] for name, headers in wanted.items() if all(item in labels for item in headers)}


def _seen_from(folder: Path, picture: Path) -> str:
    """Return a picture's path as it stands in a profile of `folder`, so that both can be moved together."""
    whole = picture.expanduser().resolve()
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else str(whole)


def _write_text(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8")


def _filled(template: str, day: datetime, *, words: bool) -> str:
    name = say("reports", f"month_{day.month}")
    parts = {"year": f"{day.year:04d}", "month": name if words else f"{day.month:02d}", "month_name": name}
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], template)


def _check(found: Mapping[str, Any], where: str) -> None:
    """Refuse what no profile holds, all of it at once.

    Raises:
        ConfigurationError: naming each entry.
    """
    problems = [problem for name, value in found.items() for problem in _problems(name, value)]
    if problems:
        raise ConfigurationError(say("setup", "profile_bad", path=where, problems=" ".join(problems)))


def _problems(name: str, value: Any) -> list[str]:
    if name.lower() in {"secret_key", "public_key"} or _KEY.search(str(value)):
        return [say("setup", "profile_key", name=name)]
    if name not in _ENTRIES:
        return [say("setup", "profile_unknown", name=name, known=", ".join(_ENTRIES))]
    if value is None:
        return []
    if not _ENTRIES[name](value):
        return [say("setup", "profile_value", name=name, value=value)]
    if name in _TEMPLATES:
        strange = [part for part in _PLACEHOLDER.findall(value) if part not in _PLACEHOLDERS]
        return [say("setup", "profile_placeholder", name=name, value=f"{{{part}}}") for part in strange]
    return []


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_sheet(value: Any) -> bool:
    return (isinstance(value, str | int) and not isinstance(value, bool)) or (
        isinstance(value, list) and all(isinstance(item, str | int) for item in value)
    )


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        field in FIELDS and (isinstance(header, str) or (isinstance(header, list) and all(map(_is_text, header))))
        for field, header in value.items()
    )


def _is_rate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


_ENTRIES: Mapping[str, Any] = {
    "account_name": _is_text,
    "id_prefix": _is_text,
    "columns": _is_mapping,
    "sheet": _is_sheet,
    "product_id": _is_text,
    "product_name": _is_text,
    "title": _is_text,
    "logo": _is_text,
    "rate": _is_rate,
    "journal": _is_text,
}
"""What a profile may hold, and how to tell a value that fits."""
