"""Keywords of the public functions: a signature names each; one that nobody knows is refused with all of them."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ..texts import say
from .plan import Options

P = ParamSpec("P")
R = TypeVar("R")

_CHOICES = frozenset(field.name for field in dataclasses.fields(Options)) - {"values", "settings"}


def names_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function name its keywords where it is given one that it does not have.

    The signature that people, editors and mypy see stays the function's own.
    """
    known = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in known:
                raise TypeError(_unknown(name, known))
        return function(*args, **kwargs)

    return checked


def _unknown(name: str, known: list[str]) -> str:
    sentence = say("checks", "unknown_field", field=name, known=", ".join(known))
    near = get_close_matches(name, known, n=1)
    return f"{sentence} {say('checks', 'did_you_mean', name=near[0])}" if near else sentence


def options_of(arguments: Mapping[str, Any]) -> Options:
    """Return the options of a function that sends, made of what it was called with.

    What is no option is a field that stands for every row; None is no value.
    """
    given = {name: value for name, value in arguments.items() if name != "source"}
    choices = {name: value for name, value in given.items() if name in _CHOICES}
    values = {name: value for name, value in given.items() if name not in _CHOICES and value is not None}
    return Options(**choices, values=values)
