"""`check`, `audit`, `statement` and `ledger`: what is to be mended, who has paid; fit for a scheduled job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError
from ..texts import say
from . import options as w

if TYPE_CHECKING:
    from ..reports.audit import Audit
    from ..reports.statement import Statement

MOST_PROBLEMS = 12


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("check", help=say("cli", "about_check"))(check)
    app.command("audit", help=say("cli", "about_audit"))(audit)
    app.command("statement", help=say("cli", "about_statement"))(statement)
    app.command("ledger", help=say("cli", "about_ledger"))(ledger)


def audit(
    file: Annotated[
        Path | None, typer.Argument(metavar=say("cli", "meta_file"), help=say("cli", "arg_audited"))
    ] = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    profile: w.ProfileFile = None,
    product_id: w.ProductId = None,
    output: w.Output = None,
    json_: w.JsonOutput = None,
    plot: w.Plot = None,
    only_open: Annotated[bool, typer.Option("--only-open", help=say("cli", "opt_only_open"))] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar=say("cli", "meta_day"), help=say("cli", "opt_as_of"))
    ] = None,
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """Audit orders."""
    from ..reports.archive import audit_as_of
    from ..reports.build_audit import audit_orders

    path = _target(output, file, "cobranza")
    connection = w.connect(rate, journal, "2019-06", profile)
    if as_of is not None:
        made = audit_as_of(
            as_of, connection=connection, source=file.name if file is not None else None, profile=profile
        )
    else:
        made = audit_orders(
            file,
            connection=connection,
            sheet=w.sheets(sheet),
            columns=w.pairs(column, "--column"),
            only_open=only_open,
            id_prefix=id_prefix,
            profile=profile,
            **w.constants(set_, product_id=product_id),
        )
    _show(made, path, json_)
    if plot is not None:
        w.write_plot(made.plot(), plot)
    if made.stopped == "interrupted":
        return 130
    return 0 if made.ok else 1


def statement(
    file: w.Source,
    account_id: Annotated[str, typer.Argument(metavar=say("cli", "meta_account"), help=say("cli", "arg_account"))],
    since: Annotated[
        str | None, typer.Option("--since", metavar=say("cli", "meta_day"), help=say("cli", "opt_since"))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar=say("cli", "meta_day"), help=say("cli", "opt_until"))
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar=say("cli", "meta_day"), help=say("cli", "opt_due"))
    ] = None,
    periods: Annotated[int, typer.Option("--periods", metavar="N", help=say("cli", "opt_periods"))] = 1,
    resident: Annotated[
        str | None, typer.Option("--resident", metavar=say("cli", "meta_key"), help=say("cli", "opt_resident"))
    ] = None,
    price: w.Price = None,
    sheet: w.Sheet = None,
    column: w.Column = None,
    set_: w.Value = None,
    id_prefix: w.IdPrefix = "",
    profile: w.ProfileFile = None,
    output: w.Output = None,
    json_: w.JsonOutput = None,
    rate: w.Rate = None,
    journal: w.Journal = None,
) -> int:
    """State an account."""
    from ..reports.build_statement import statement as state

    path = _target(output, file, "estado-de-cuenta")
    made = state(
        file,
        account_id,
        since,
        until,
        due=due,
        periods=periods,
        connection=w.connect(rate, journal, "2019-08", profile),
        sheet=w.sheets(sheet),
        columns=w.pairs(column, "--column"),
        id_prefix=id_prefix,
        profile=profile,
        **w.constants(set_, price=price),
    )
    made = _only(made, resident)
    _show(made, path, json_)
    return 0 if made.ok else 1


def ledger(
    account_id: Annotated[
        str | None, typer.Argument(metavar=say("cli", "meta_account"), help=say("cli", "arg_ledger"))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar=say("cli", "meta_day"), help=say("cli", "opt_since"))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar=say("cli", "meta_day"), help=say("cli", "opt_until"))
    ] = None,
    resident: Annotated[
        str | None, typer.Option("--resident", metavar=say("cli", "meta_key"), help=say("cli", "opt_resident"))
    ] = None,
    profile: w.ProfileFile = None,
    output: w.Output = None,
    plot: w.Plot = None,
    journal: w.Journal = None,
) -> int:
    """Put movements in line."""
    from ..reports.build_ledger import ledger as put_in_line

    path = _target(output, None, "movimientos")
    connection = w.connect(None, journal, "2019-06", profile)
    made = put_in_line(account_id, since=since, until=until, profile=profile, connection=connection)
    made = _only(made, resident)
    typer.echo(str(made))
    typer.echo(say("cli", "written", path=made.export_excel(path)))
    if plot is not None:
        w.write_plot(made.plot(), plot)
    return 0


def _only(made: Any, resident: str | None) -> Any:
    """Return a report of one resident, where one is asked for.

    Raises:
        ConfigurationError: there is none of that key; the message names it.
    """
    try:
        return made if resident is None else made.for_resident(resident)
    except KeyError as problem:
        raise ConfigurationError(str(problem.args[0])) from None


def _target(given: Path | None, source: Path | None, what: str) -> Path:
    """Choose where the workbook goes and make sure that it can be written, before anything is read."""
    from ..exports.files import writable_target

    return Path(writable_target(given or Path(f"{source.stem}-{what}.xlsx" if source is not None else f"{what}.xlsx")))


def _show(made: Audit | Statement, path: Path, json_: Path | None) -> None:
    from ..reports.audit import Audit

    typer.echo(str(made))
    problems: Any = made.problems["message"]
    for message in problems.head(MOST_PROBLEMS):
        typer.echo(f"  {message}")
    if len(problems) > MOST_PROBLEMS:
        typer.echo(say("cli", "and_more", rows=len(problems) - MOST_PROBLEMS))
    if isinstance(made, Audit):
        for note in made.notes:
            typer.echo(f"  {note}")
    typer.echo(say("cli", "written", path=made.export_excel(path)))
    if json_ is not None:
        w.write_json(made.to_dict(), json_)


OPERATIONS = {
    "accounts": "createAccount",
    "clabes": "createClabe",
    "orders": "orders",
    "verify": "verify",
    "createAccount": "createAccount",
    "createClabe": "createClabe",
}
MOST_TO_MEND = 25


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
    profile: w.ProfileFile = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="XLSX", help=say("cli", "opt_marked"))
    ] = None,
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
        profile=profile,
        **values,
    )
    typer.echo(str(found))
    for message in found.problems["message"].head(MOST_TO_MEND):
        typer.echo(f"  {message}")
    if len(found.problems) > MOST_TO_MEND:
        typer.echo(say("cli", "and_more", rows=len(found.problems) - MOST_TO_MEND))
    for note in found.notes:
        typer.echo(f"  {note}")
    if output is not None:
        typer.echo(say("cli", "written", path=found.export_excel(output)))
    return 0 if found.ok else 1
