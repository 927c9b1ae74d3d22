"""Where a connection's settings come from: its arguments, the environment, a `.env` file, the keyring."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from dotenv import dotenv_values

from ..errors import ConfigurationError
from ..texts import say

logger = logging.getLogger("compropago_bulk")

KEY_SETTINGS = {"secret_key": "sk", "public_key": "pk"}
LARGEST_RATE = 100_000.0
LARGEST_CONCURRENCY = 512


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a connection, complete and checked, but for the address."""

    secret_key: Secret
    public_key: Secret
    mode: str
    base_url: str | None
    rate: float
    concurrency: int
    journal: str | Path | None


def read_settings(given: Mapping[str, Any]) -> Settings:
    """Join what was given with what the environment and the working folder's `.env` say; the nearer one wins.

    Raises:
        ConfigurationError: no keys, keys of two modes, a rate or a concurrency that is none.
    """
    found = _found(given)
    mode = _mode(found)
    return Settings(
        secret_key=found["secret_key"],
        public_key=found["public_key"],
        mode=mode,
        base_url=found.get("base_url"),
        rate=_number("rate", found.get("rate", 5.0), 1e-3, LARGEST_RATE),
        concurrency=int(_number("concurrency", found.get("concurrency", 8), 1, LARGEST_CONCURRENCY)),
        journal=found.get("journal"),
    )


def keys_are_set() -> bool:
    """Whether the environment or `.env` holds any key; whether they fit each other is another question."""
    return any(name in KEY_SETTINGS for name in _found(dict.fromkeys(KEY_SETTINGS)))


def journal_setting() -> str | None:
    """Return the journal that the environment or `.env` names, if any; asked where no keys are needed."""
    found: str | None = _found({"journal": None}).get("journal")
    return found


def _found(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = [name for name, value in given.items() if value in (None, "")]
    in_file, around = (_from_file(wanted), _from_environment(wanted)) if wanted else ({}, {})
    elsewhere = in_file | around
    elsewhere |= from_keyring(name for name in wanted if name in KEY_SETTINGS and name not in elsewhere)
    found = elsewhere | {name: value for name, value in given.items() if name not in wanted}
    if "base_url" in in_file and "base_url" not in around:
        _check_address_of_file(found)
    return found


def _check_address_of_file(found: Mapping[str, Any]) -> None:
    """Let an address in a `.env` count only with keys of that same file: whoever writes it there gets the keys."""
    there = _from_file(KEY_SETTINGS)
    for name in KEY_SETTINGS:
        key = found.get(name)
        if key is not None and (name not in there or there[name].fingerprint != key.fingerprint):
            raise ConfigurationError(say("setup", "address_without_keys", file=_env_file(), name=_variable(name)))


def _env_file() -> Path:
    return Path.cwd() / ".env"


def _from_environment(wanted: Iterable[str]) -> dict[str, Any]:
    return {name: _wrapped(name, os.environ[_variable(name)]) for name in wanted if os.environ.get(_variable(name))}


def _from_file(wanted: Iterable[str]) -> dict[str, Any]:
    """Read `.env` in the working folder, if there is one; only our own names, so no other program's secret is held."""
    try:
        text = _env_file().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: _wrapped(name, values[_variable(name)] or "") for name in wanted if values.get(_variable(name))}


def _variable(name: str) -> str:
    return f"COMPROPAGO_{name.upper()}"


def _wrapped(name: str, text: str) -> Secret | str:
    """Hide a key at once: no frame that can raise holds its text."""
    return Secret(text) if name in KEY_SETTINGS else text.strip()


def _mode(found: Mapping[str, Any]) -> str:
    """Return the mode that both keys share, or say which key is missing or does not fit."""
    missing = [_variable(name) for name in KEY_SETTINGS if name not in found]
    if missing:
        raise ConfigurationError(say("setup", "no_keys", missing=" + ".join(missing)))
    for name, kind in KEY_SETTINGS.items():
        if found[name].kind != kind:
            raise ConfigurationError(say("setup", "bad_key", name=name, prefix=kind))
    modes = [found[name].mode for name in KEY_SETTINGS]
    if modes[0] != modes[1]:
        raise ConfigurationError(say("setup", "two_modes", secret=modes[0], public=modes[1]))
    return str(modes[0])


def _number(name: str, value: Any, least: float, most: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not least <= number <= most:
        raise ConfigurationError(say("setup", "bad_setting", name=name, value=value))
    return number


class LiveKeyWarning(UserWarning):
    """Say that a live key was typed into a notebook's cell."""


def warn_of_written_keys(*keys: Any) -> None:
    """Warn where a live key stands in the cell that is running; the warning holds nothing of it."""
    cell = _running_cell()
    if any(isinstance(key, Secret) and key.mode == "live" and key.stands_in(cell) for key in keys):
        # at no line of any file: a warning is shown with its line of code, and here that line holds the key
        warnings.warn_explicit(say("setup", "key_in_cell"), LiveKeyWarning, filename="<cell>", lineno=1)


def _running_cell() -> str:
    """Return the text of the cell that is running; nothing outside of IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    cells = shell.user_ns.get("In") if shell is not None else None
    return str(cells[-1]) if isinstance(cells, list) and cells else ""


SERVICE = "compropago-bulk"


def from_keyring(names: Iterable[str]) -> dict[str, Secret]:
    """Return the keys that the keyring knows: `keyring set compropago-bulk secret_key` put one there."""
    wanted = list(names)
    if not wanted or find_spec("keyring") is None:
        return {}
    import keyring
    from keyring.errors import KeyringError

    found = {}
    try:
        for name in wanted:
            text = keyring.get_password(SERVICE, name)
            if text:
                found[name] = Secret(text)
            text = None
    except (KeyringError, RuntimeError) as problem:
        logger.info("the system's keyring cannot be read: %s", type(problem).__name__)
    return found


_SHAPE = re.compile(r"(?P<kind>sk|pk)_(?P<mode>test|live)_[A-Za-z0-9._-]+")


class Secret:
    """One API key. Its `repr`, `str`, `vars` and pickles hold none of it."""

    __slots__ = ("__open",)

    def __init__(self, text: str) -> None:
        self.__open = _closed(text.strip())

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("API keys are not pickled; set COMPROPAGO_SECRET_KEY and COMPROPAGO_PUBLIC_KEY over there")

    @property
    def kind(self) -> str | None:
        """`sk` or `pk`, from the prefix; None for anything that is no key."""
        found = _SHAPE.fullmatch(self.__open())
        return found["kind"] if found else None

    @property
    def mode(self) -> str | None:
        """`test` or `live`, from the prefix; None for anything that is no key."""
        found = _SHAPE.fullmatch(self.__open())
        return found["mode"] if found else None

    @property
    def fingerprint(self) -> str:
        """A hash by which accounts are kept apart."""
        return hashlib.sha256(self.__open().encode()).hexdigest()[:32]

    def stands_in(self, text: str) -> bool:
        """Whether a text holds this key."""
        return bool(self.__open()) and self.__open() in text

    def basic_with(self, other: Secret) -> str:
        """Return the HTTP Basic header of `self:other` (API reference, "Autenticación")."""
        return "Basic " + base64.b64encode(f"{self.__open()}:{other.__open()}".encode()).decode("ascii")


def _closed(text: str) -> Callable[[], str]:
    """Keep text where neither `vars` nor a debugger's list of attributes shows it."""
    return lambda: text
