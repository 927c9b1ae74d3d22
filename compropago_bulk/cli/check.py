"""`check`: what would be sent, what to mend first; nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..texts import say
from . import options as w

OPERATIONS = {
    "accounts": "createAccount",
    "clabes": "createClabe",
    "orders": "orders",
    "verify": "verify",
    "createAccount": "createAccount",
    "createClabe": "createClabe",
}
MOST_PROBLEMS = 25


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("check", help=say("cli", "about_check"))(check)


def check(
    file: w.Source,
    operation: Annotated[
        str, typer.Option("--for", metavar="accounts|clabes|orders|verify", help=say("cli", "opt_for"))
    ] = "clabes",
    account_name: w.AccountName = None,
    product_id: w.ProductId = None,
    product_name: w.ProductName = None,
    price: w.Price = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help=say("cli", "opt_marked"))] = None,
) -> int:
    """Check a sheet."""
    from ..bulk.check import check as ask

    values = w.constants(set_, account_name=account_name, product_id=product_id, product_name=product_name, price=price)
    found = ask(
        file,
        OPERATIONS.get(operation, operation),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        id_prefix=id_prefix,
        **values,
    )
    typer.echo(str(found))
    for message in found.problems["message"].head(MOST_PROBLEMS):
        typer.echo(f"  {message}")
    if len(found.problems) > MOST_PROBLEMS:
        typer.echo(say("cli", "and_more", rows=len(found.problems) - MOST_PROBLEMS))
    for note in found.notes:
        typer.echo(f"  {note}")
    if output is not None:
        typer.echo(say("cli", "written", path=found.export_excel(output)))
    return 0 if found.ok else 1
