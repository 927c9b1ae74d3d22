"""Keys that cannot be shown: nothing but the HTTP exchange ever sees their text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import NoReturn

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
        """Tell whether a text holds this key."""
        return bool(self.__open()) and self.__open() in text

    def basic_with(self, other: Secret) -> str:
        """Give the HTTP Basic header of `self:other` (API reference, "Autenticación")."""
        return "Basic " + base64.b64encode(f"{self.__open()}:{other.__open()}".encode()).decode("ascii")


def _closed(text: str) -> Callable[[], str]:
    """Keep text where neither `vars` nor a debugger's list of attributes shows it."""
    return lambda: text
