"""The command line, a door: 0 all good, 1 rows need attention, 2 could not start, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from ..errors import CompropagoError
from ..texts import say, sentences
from . import journal, reporting, sending, serving

GOOD, ATTENTION, NO_START, INTERRUPTED = 0, 1, 2, 130


def application() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        name="compropago-bulk",
        help=say("cli", "about"),
        no_args_is_help=True,
        add_completion=False,
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
        command = in_the_persons_words(typer.main.get_command(application()))
        status = command(args=None if arguments is None else list(arguments), standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.TyperException as problem:
        typer.echo(_message_of(problem), err=True)
        return NO_START
    except (CompropagoError, ValueError, TypeError) as problem:
        typer.echo(f"{say('cli', 'problem')} {problem}", err=True)
        return NO_START
    return int(status or GOOD)


_HELP = (
    *("usage", "options", "arguments", "commands", "show_help", "any_options", "command_args", "required", "default"),
    *("of_str", "of_path"),
)
_WRONG = ("missing", "no_option", "no_command", "bad_value", "no_number", "no_integer", "extra", "perhaps")


def in_the_persons_words(command: Any) -> Any:
    """Have the help of a command and of those below it speak the person's language, its headings too."""
    own = command.get_help
    command.get_help = lambda context: _translated(own(context), [f"help_{name}" for name in _HELP])
    for inner in getattr(command, "commands", {}).values():
        in_the_persons_words(inner)
    return command


def _message_of(problem: typer.TyperException) -> str:
    """Say what was typed wrongly, and where the help is; the help itself where nothing was typed."""
    if type(problem).__name__ == "NoArgsIsHelpError":  # as typer itself knows it, which does not export it
        return problem.format_message()
    context = getattr(problem, "ctx", None)
    message = _translated(problem.format_message(), [f"wrong_{name}" for name in _WRONG])
    told = f"{say('cli', 'problem')} {message}"
    return f"{told}\n{say('cli', 'see_help', command=context.command_path)}" if context is not None else told


def _translated(text: str, codes: Sequence[str]) -> str:
    for code in codes:
        text = text.replace(sentences("cli")[code].en, say("cli", code))
    return text


def _speak_utf8() -> None:
    """Let a Windows console show accents instead of failing on them."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
