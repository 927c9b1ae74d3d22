"""The sentences, as data, in Spanish and in English.

Each module here holds one `SENTENCES` table: a code to a pair of sentences, filled with `str.format` fields that are
the same in both. `say` picks the language: the one asked for, else `COMPROPAGO_LANG`, else the locale, else English.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import NamedTuple

LANGUAGES = ("en", "es")
AREAS = ("setup", "outcomes", "runs", "checks", "sheets", "exports", "cli", "reports", "statements", "wizard")


class Sentence(NamedTuple):
    """One sentence in both languages."""

    en: str
    es: str


def language(lang: str | None = None) -> str:
    """Choose `en` or `es`: the argument, else COMPROPAGO_LANG, else the locale, else English."""
    if lang in LANGUAGES:
        return lang
    for choice in (lang, os.environ.get("COMPROPAGO_LANG"), _locale_language()):
        short = "es" if choice and choice.lower().startswith("spanish") else (choice or "")[:2].lower()  # Windows
        if short in LANGUAGES:
            return short
    return "en"


def _locale_language() -> str | None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        return locale.getlocale()[0]
    except ValueError:  # a locale that the system names and Python cannot parse
        return None


@cache
def sentences(area: str) -> Mapping[str, Sentence]:
    """Return one area's table of sentences; areas are loaded when first spoken."""
    table: Mapping[str, Sentence] = import_module(f"{__name__}.{area}").SENTENCES
    return table


def say(area: str, code: str, lang: str | None = None, /, **values: object) -> str:
    """Fill the sentence `code` of `area` with `values`, in `lang` or the person's language."""
    return str(getattr(sentences(area)[code], language(lang))).format(**values)
