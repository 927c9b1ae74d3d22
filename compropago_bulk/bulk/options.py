"""What a person may say to every function that sends, gathered and checked before anything else happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from email_validator import EmailNotValidError, validate_email

from ..api.connection import Connection
from ..errors import ConfigurationError
from ..rows.model import Progress
from ..sending.runner import Control
from ..texts import say

ON_CHANGE = ("report", "keep", "resend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keyword arguments of the functions that send, with their defaults."""

    connection: Connection | None = None
    sheet: Any = None
    columns: Mapping[str, Any] | None = None
    dry_run: bool = False
    live: bool = False
    on_change: str = "report"
    progress: bool | Callable[[Progress], None] = True
    output: str | PathLike[str] | None = None
    prefix: str = ""
    id_prefix: str = ""
    limit: int | None = None
    redirect_to: str | None = None
    batch: int = 1
    renew_expired: bool = False
    only_open: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    control: Control | None = None
    """For faces that pause and stop by button."""
    confirm: Callable[[Cost], bool] | None = None
    """For faces that ask the person themselves before live rows go out."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What sending would set in motion."""

    requests: int
    emails: int
    sms: int


def check_options(options: Options, mode: str | None) -> None:
    """Refuse choices that do not exist or contradict the mode, before a sheet is even read.

    Raises:
        ConfigurationError: naming the choice.
    """
    if options.on_change not in ON_CHANGE:
        raise ConfigurationError(
            say("setup", "unknown_choice", name="on_change", value=options.on_change, known=", ".join(ON_CHANGE))
        )
    for name, least in (("limit", 0), ("batch", 1)):
        value = getattr(options, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            raise ConfigurationError(say("setup", "bad_setting", name=name, value=value))
    if options.redirect_to is not None:
        _check_redirect(options.redirect_to, mode)


def _check_redirect(address: str, mode: str | None) -> None:
    if mode == "live":
        raise ConfigurationError(say("setup", "redirect_live"))
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise ConfigurationError(say("setup", "bad_redirect")) from None
