"""The command line, a door into the same rooms: `compropago-bulk check|accounts|clabes|orders|verify|…`."""

from .main import main

__all__ = ["main"]
