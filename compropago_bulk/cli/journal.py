"""What was sent (`runs`), a person's word on what nobody else can know (`resolve`), and the journal that remembers it
(`journal where|backup|check|adopt`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import ConfigurationError
from ..texts import say
from . import options as w

MOST_LINES = 40
_RUN_COLUMNS = ["run_id", "operation", "mode", "started_at", "ended_at", "stopped", "source", "rows"]
_HISTORY_COLUMNS = ["at", "event", "operation", "key", "state", "order_id", "clabe", "status", "error_code"]
_OPEN_COLUMNS = ["operation", "key", "sent_at", "error_code", "reference", "customer_id", "product_id", "price"]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("runs", help=say("cli", "about_runs"))(list_runs)
    app.command("resolve", help=say("cli", "about_resolve"))(resolve)
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
    target: Annotated[
        Path, typer.Argument(metavar=say("cli", "meta_path"), help=say("cli", "arg_backup"), show_default=False)
    ],
    journal: w.Journal = None,
) -> int:
    """Copy the journal."""
    from ..journal import back_up, find

    back_up(find(_chosen(journal)), target)
    w.show_written(target)
    return 0


def check(journal: w.Journal = None) -> int:
    """Check the journal."""
    from ..journal import find, open_journal, refuse_missing
    from ..reports.archive import check_seals

    place = find(_chosen(journal))
    refuse_missing(place)
    with open_journal(_chosen(journal)) as book:
        sizes, faults = book.check()
        faults += check_seals(book)
    typer.echo(say("cli", "journal_holds", where=place.shown, **sizes))
    typer.echo(say("cli", "journal_not_whole", faults="; ".join(faults)) if faults else say("cli", "journal_whole"))
    return 1 if faults else 0


def adopt(
    file: Annotated[
        Path, typer.Argument(metavar=say("cli", "meta_file"), help=say("cli", "arg_adopted"), show_default=False)
    ],
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
    w.show_table(table)
    return w.status_of(table)


def list_runs(
    run: Annotated[str | None, typer.Argument(metavar=say("cli", "meta_run"), help=say("cli", "arg_run"))] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar=say("cli", "meta_key"), help=say("cli", "opt_key"))
    ] = None,
    day: Annotated[
        str | None, typer.Option("--day", metavar=say("cli", "meta_day"), help=say("cli", "opt_day"))
    ] = None,
    output: w.Output = None,
    journal: w.Journal = None,
) -> int:
    """List runs, or what one of them sent."""
    from ..bulk.history import history, runs
    from ..bulk.progress import export_excel

    if run is None and key is None:
        table, columns, moment = runs(journal=journal), _RUN_COLUMNS, "started_at"
        columns = columns + [name for name in table.columns if name not in {*columns, "base_url", "rehearsal", "alive"}]
    else:
        table, columns, moment = history(key, journal=journal), _HISTORY_COLUMNS, "at"
        if run is not None:
            table = table[table["run_id"] == run]
    if day is not None:
        table = table[table[moment].dt.date == _date(day)]
    _print(table, columns)
    if output is not None:
        typer.echo(say("cli", "written", path=export_excel(table, output)))
    return 0


def _date(text: str) -> Any:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(say("cli", "bad_day", text=text)) from None


def resolve(
    key: Annotated[str | None, typer.Argument(metavar=say("cli", "meta_key"), help=say("cli", "arg_key"))] = None,
    created: Annotated[bool | None, typer.Option("--created/--not-created", help=say("cli", "opt_created"))] = None,
    order_id: Annotated[
        str | None, typer.Option("--order-id", metavar=say("cli", "meta_text"), help=say("cli", "opt_order_id"))
    ] = None,
    clabe: Annotated[
        str | None, typer.Option("--clabe", metavar=say("cli", "meta_text"), help=say("cli", "opt_clabe"))
    ] = None,
    operation: Annotated[
        str | None, typer.Option("--operation", metavar=say("cli", "meta_text"), help=say("cli", "opt_operation"))
    ] = None,
    table: Annotated[Path | None, typer.Option("--table", metavar="XLSX", help=say("cli", "opt_table"))] = None,
    output: w.Output = None,
    journal: w.Journal = None,
) -> int:
    """Settle what is unknown, or list it."""
    from ..bulk.history import resolve as tell
    from ..bulk.history import unsettled
    from ..bulk.progress import export_excel

    if table is not None:
        left = tell(_filled_in(table), operation=operation, journal=journal)
    elif key is not None:
        left = tell(key, created, order_id=order_id, clabe=clabe, operation=operation, journal=journal)
    else:
        left = unsettled(journal=journal)
    typer.echo(say("cli", "unsettled", rows=len(left)))
    _print(left, _OPEN_COLUMNS)
    if output is not None:
        typer.echo(say("cli", "written", path=export_excel(left, output)))
    return 1 if len(left) else 0


_TRUE, _FALSE = {"true", "1", "yes", "si", "sí", "x", "verdadero"}, {"false", "0", "no", "falso"}


def _filled_in(path: Path) -> Any:
    """Read the exported list of unknown rows with its `created` column filled in by a person."""
    import pandas as pd

    from ..bulk.progress import read_sheet

    frame = read_sheet(path)
    if "key" not in frame.columns or "created" not in frame.columns:
        raise ConfigurationError(say("cli", "not_the_table", path=path.name))
    words = frame["created"].map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
    frame["created"] = [True if word in _TRUE else False if word in _FALSE else None for word in words]
    return frame


def _print(table: Any, columns: list[str]) -> None:
    import pandas as pd

    shown = table[[name for name in columns if name in table.columns]].head(MOST_LINES).copy()
    for name in shown.columns:
        if isinstance(shown[name].dtype, pd.DatetimeTZDtype):
            shown[name] = shown[name].dt.strftime("%Y-%m-%d %H:%M:%S")
    if len(shown):
        typer.echo(shown.to_string(index=False, na_rep=""))
    if len(table) > MOST_LINES:
        typer.echo(say("cli", "and_more", rows=len(table) - MOST_LINES))
