"""Where a connection's settings come from: its arguments, the environment, a `.env` file, the keyring."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from ..errors import ConfigurationError
from ..texts import say
from .keyring_store import from_keyring
from .secret import Secret

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
    """Tell whether the environment or `.env` holds any key; whether they fit each other is another question."""
    return any(name in KEY_SETTINGS for name in _found(dict.fromkeys(KEY_SETTINGS)))


def journal_setting() -> str | None:
    """Give the journal that the environment or `.env` names, if any; asked where no keys are needed."""
    found: str | None = _found({"journal": None}).get("journal")
    return found


def _found(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = [name for name, value in given.items() if value in (None, "")]
    elsewhere = _from_file(wanted) | _from_environment(wanted) if wanted else {}
    elsewhere |= from_keyring(name for name in wanted if name in KEY_SETTINGS and name not in elsewhere)
    return elsewhere | {name: value for name, value in given.items() if name not in wanted}


def _from_environment(wanted: Iterable[str]) -> dict[str, Any]:
    return {name: _wrapped(name, os.environ[_variable(name)]) for name in wanted if os.environ.get(_variable(name))}


def _from_file(wanted: Iterable[str]) -> dict[str, Any]:
    """Read `.env` in the working folder, if there is one; only our own names, so no other program's secret is held."""
    try:
        text = (Path.cwd() / ".env").read_text(encoding="utf-8-sig")
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
    """Give the mode that both keys share, or say which key is missing or does not fit."""
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
