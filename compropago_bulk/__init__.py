"""Bulk accounts, CLABEs and SPEI payment orders on ComproPago, from a spreadsheet and back."""

from __future__ import annotations

__version__ = "0.1.0"
