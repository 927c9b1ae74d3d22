"""`accounts`, `clabes`, `orders`, `verify`: the commands that send, each a thin face over the function of that name."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import AuthenticationError, LooksSentError
from ..texts import say
from . import options as w

if TYPE_CHECKING:
    from ..bulk.plan import Options


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function in (("accounts", accounts), ("clabes", clabes), ("orders", orders), ("verify", verify)):
        app.command(name, help=say("cli", f"about_{name}"))(function)


def accounts(
    file: w.Source,
    account_name: w.AccountName = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    profile: w.ProfileFile = None,
    output: w.Output = None,
    dry_run: w.DryRun = False,
    yes: w.Yes = False,
    again: w.Again = False,
    on_change: w.OnChange = "report",
    limit: w.Limit = None,
    redirect_to: w.RedirectTo = None,
    batch: Annotated[int, typer.Option("--batch", metavar="N", help=say("cli", "opt_batch"))] = 1,
    rate: w.Rate = None,
    journal: w.Journal = None,
    contract: w.Contract = "2019-06",
) -> int:
    """Create accounts."""
    from ..bulk.plan import Options

    options = Options(
        connection=w.connect(rate, journal, contract, profile, needed=not dry_run),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        dry_run=dry_run,
        confirm=_ask(yes),
        again=again,
        confirm_again=_ask_again,
        on_change=on_change,
        limit=limit,
        redirect_to=redirect_to,
        id_prefix=id_prefix,
        profile=profile,
        batch=batch,
        values=w.constants(set_, account_name=account_name),
    )
    return send("createAccount", file, options, output, "cuentas")


def clabes(
    file: w.Source,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    profile: w.ProfileFile = None,
    output: w.Output = None,
    dry_run: w.DryRun = False,
    yes: w.Yes = False,
    again: w.Again = False,
    on_change: w.OnChange = "report",
    limit: w.Limit = None,
    redirect_to: w.RedirectTo = None,
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """Create CLABEs."""
    from ..bulk.plan import Options

    options = Options(
        connection=w.connect(rate, journal, "2019-06", profile, needed=not dry_run),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        dry_run=dry_run,
        confirm=_ask(yes),
        again=again,
        confirm_again=_ask_again,
        on_change=on_change,
        limit=limit,
        redirect_to=redirect_to,
        id_prefix=id_prefix,
        profile=profile,
        values=w.constants(set_),
    )
    return send("createClabe", file, options, output, "clabes")


def orders(
    file: w.Source,
    product_id: w.ProductId = None,
    product_name: w.ProductName = None,
    price: w.Price = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    profile: w.ProfileFile = None,
    output: w.Output = None,
    dry_run: w.DryRun = False,
    yes: w.Yes = False,
    again: w.Again = False,
    on_change: w.OnChange = "report",
    limit: w.Limit = None,
    redirect_to: w.RedirectTo = None,
    renew_expired: Annotated[bool, typer.Option("--renew-expired", help=say("cli", "opt_renew"))] = False,
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """Raise payment orders."""
    from ..bulk.plan import Options

    values = w.constants(set_, product_id=product_id, product_name=product_name, price=price)
    options = Options(
        connection=w.connect(rate, journal, "2019-06", profile, needed=not dry_run),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        dry_run=dry_run,
        confirm=_ask(yes),
        again=again,
        confirm_again=_ask_again,
        on_change=on_change,
        limit=limit,
        redirect_to=redirect_to,
        id_prefix=id_prefix,
        profile=profile,
        renew_expired=renew_expired,
        values=values,
    )
    return send("orders", file, options, output, "ordenes")


def verify(
    file: Annotated[Path | None, typer.Argument(metavar=say("cli", "meta_file"), help=say("cli", "arg_orders"))] = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    output: w.Output = None,
    only_open: Annotated[bool, typer.Option("--only-open", help=say("cli", "opt_only_open"))] = False,
    limit: w.Limit = None,
    json_: w.JsonOutput = None,
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """Read the status of orders."""
    from ..bulk.plan import Options
    from ..bulk.verify import as_table, known_orders

    connection = w.connect(rate, journal, "2019-06")
    options = Options(
        connection=connection,
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        limit=limit,
        only_open=only_open,
    )
    source: Any = known_orders(connection) if file is None else as_table(file)
    return send("verify", source, options, output, "estado", file, json_)


def send(
    name: str,
    source: Any,
    options: Options,
    output: Path | None,
    what: str,
    file: Path | None = None,
    json_: Path | None = None,
) -> int:
    """Send, write the workbook whatever happened, and give the exit status."""
    from ..bulk.pipeline import operate
    from ..sending.runner import Control, ends_politely

    path = w.target(output, source if isinstance(source, Path) else file, what)
    control = Control()
    with ends_politely(control.stop):
        try:
            table = operate(name, source, replace(options, control=control))
        except AuthenticationError as problem:
            if problem.table is not None:
                w.write(problem.table, path)
            raise
        where = w.export(table, path)
        if json_ is not None:
            w.write_json({**table.attrs["compropago"], "ok": w.status_of(table) == 0}, json_)
    with suppress(OSError):  # the terminal may be gone; the workbook is there
        w.show_table(table)
        w.show_written(where)
    return w.status_of(table)


def _ask(yes: bool) -> Any:
    """Return the question that live keys need: a person at a terminal answers it, or `--yes` did."""

    from ..bulk.plan import Cost

    def confirm(cost: Cost) -> bool:
        if yes:
            return True
        if sys.stdin is None or not sys.stdin.isatty():
            return False
        words = {"requests": cost.requests, "emails": cost.emails, "sms": cost.sms, "host": cost.host}
        return typer.confirm(say("cli", "live_question", **words))

    return confirm


def _ask_again(problem: LooksSentError) -> bool:
    """Ask a person at a terminal whether a sheet that looks as if it had gone out is another one."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    typer.echo(str(problem))
    return typer.confirm(say("cli", "again_question", rows=problem.rows))
