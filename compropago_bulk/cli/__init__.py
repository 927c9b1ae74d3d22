"""The command line, a door: 0 all good, 1 rows need attention, 2 could not start, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from ..errors import CompropagoError
from ..texts import say
from . import journal, reporting, sending, serving

GOOD, ATTENTION, NO_START, INTERRUPTED = 0, 1, 2, 130


def application() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        name="compropago-bulk",
        help=say("cli", "about"),
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for room in (reporting, sending, journal, serving):
        room.register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    _speak_utf8()
    try:
        status = application()(args=None if arguments is None else list(arguments), standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.TyperException as problem:
        show = getattr(problem, "show", None)
        typer.echo(problem.format_message(), err=True) if show is None else show()
        return NO_START
    except (CompropagoError, ValueError, TypeError) as problem:
        typer.echo(f"{say('cli', 'problem')} {problem}", err=True)
        return NO_START
    return int(status or GOOD)


def _speak_utf8() -> None:
    """Let a Windows console show accents instead of failing on them."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
