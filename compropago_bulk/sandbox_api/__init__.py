"""The documented API on loopback. It shares no code with the client."""

from __future__ import annotations

from .server import SandboxServer

__all__ = ["SandboxServer"]
