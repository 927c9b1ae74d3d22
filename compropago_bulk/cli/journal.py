"""`journal where|backup|check|adopt`: the memory of what was sent, and what is done to keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..texts import say
from . import options as w
from . import showing


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help=say("cli", "about_journal"), rich_markup_mode=None)
    for name, function in (("where", where), ("backup", backup), ("check", check), ("adopt", adopt)):
        group.command(name, help=say("cli", f"about_journal_{name}"))(function)
    app.add_typer(group, name="journal")


def _chosen(journal: str | None) -> str | Path | None:
    from ..api.settings import journal_setting

    return journal if journal is not None else journal_setting()


def where(journal: w.Journal = None) -> int:
    """Say where the journal is."""
    from ..journal import find

    place = find(_chosen(journal))
    missing = place.file is not None and not place.file.exists()
    typer.echo(f"{place.shown} {say('cli', 'journal_not_made')}" if missing else place.shown)
    return 0


def backup(
    target: Annotated[Path, typer.Argument(metavar="PATH", help=say("cli", "arg_backup"), show_default=False)],
    journal: w.Journal = None,
) -> int:
    """Copy the journal."""
    from ..journal import back_up, find

    back_up(find(_chosen(journal)), target)
    showing.show_written(target)
    return 0


def check(journal: w.Journal = None) -> int:
    """Check the journal."""
    from ..journal import find, open_journal, refuse_missing

    place = find(_chosen(journal))
    refuse_missing(place)
    with open_journal(_chosen(journal)) as book:
        sizes, faults = book.check()
    typer.echo(say("cli", "journal_holds", where=place.shown, **sizes))
    typer.echo(say("cli", "journal_not_whole", faults="; ".join(faults)) if faults else say("cli", "journal_whole"))
    return 1 if faults else 0


def adopt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("cli", "arg_adopted"), show_default=False)],
    sheet: w.Sheet = None,
    column: w.Column = None,
    id_prefix: w.IdPrefix = "",
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """Take a workbook into the journal."""
    from ..bulk.adopt import adopt as take_in

    table = take_in(
        file,
        connection=w.connect(rate, journal, "2019-06"),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        id_prefix=id_prefix,
    )
    showing.show_table(table)
    return showing.status_of(table)
