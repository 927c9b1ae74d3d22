"""The sandbox's two pairs of keys. They open nothing anywhere else, so they may be printed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

MODES: Final = ("test", "live")
SECRET_KEYS: Final = {mode: f"sk_{mode}_sandbox" for mode in MODES}
PUBLIC_KEYS: Final = {mode: f"pk_{mode}_sandbox" for mode in MODES}


def _credentials() -> Iterator[tuple[bytes, str]]:
    """Return what Basic authentication may say: secret and public key, or the secret one with no password.

    API reference, "Autenticación": "no necesitas proporcionar un password".
    """
    for mode in MODES:
        for password in (PUBLIC_KEYS[mode], ""):
            yield b64encode(f"{SECRET_KEYS[mode]}:{password}".encode()), mode


_MODE_OF: Final = dict(_credentials())


def mode_of(authorization: bytes) -> str | None:
    """Tell the mode from an Authorization header; None where the keys are not good."""
    credentials = authorization.partition(b" ")[2]
    return _MODE_OF.get(credentials.strip()) if is_basic(authorization) else None


def is_basic(authorization: bytes) -> bool:
    """Whether an Authorization header speaks of Basic authentication at all."""
    return authorization[:6].lower() == b"basic "
