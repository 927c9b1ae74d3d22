"""Keys from the operating system's keyring, where the person installed the extra and put them there."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from importlib.util import find_spec

from .secret import Secret

SERVICE = "compropago-bulk"
logger = logging.getLogger("compropago_bulk")


def from_keyring(names: Iterable[str]) -> dict[str, Secret]:
    """Give the keys that the keyring knows: `keyring set compropago-bulk secret_key` put one there."""
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
