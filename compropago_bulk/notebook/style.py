"""How the wizard looks: `wizard.css` over the palette that all views share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ..exports.html import PALETTE, TABLES


@cache
def css() -> str:
    """Give the wizard's styles as HTML."""
    own = (Path(__file__).parent / "wizard.css").read_text(encoding="utf-8")
    return f"<style>{PALETTE}{TABLES}{own}</style>"
