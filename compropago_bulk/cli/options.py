"""The arguments and options that commands share, and how their text becomes values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..api.settings import keys_are_set
from ..texts import say

if TYPE_CHECKING:
    from ..api.connection import Connection

Source = Annotated[Path, typer.Argument(metavar="FILE", help=say("cli", "arg_file"), show_default=False)]
Sheet = Annotated[list[str] | None, typer.Option("--sheet", metavar="NAME", help=say("cli", "opt_sheet"))]
Column = Annotated[
    list[str] | None, typer.Option("--column", "-c", metavar="FIELD=HEADER", help=say("cli", "opt_column"))
]
Value = Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=say("cli", "opt_set"))]
IdPrefix = Annotated[str, typer.Option("--id-prefix", metavar="TEXT", help=say("cli", "opt_id_prefix"))]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="XLSX", help=say("cli", "opt_output"))]
JsonOutput = Annotated[Path | None, typer.Option("--json", metavar="JSON", help=say("cli", "opt_json"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("cli", "opt_dry_run"))]
Yes = Annotated[bool, typer.Option("--yes", help=say("cli", "opt_yes"))]
Again = Annotated[bool, typer.Option("--again", help=say("cli", "opt_again"))]
OnChange = Annotated[str, typer.Option("--on-change", metavar="report|keep|resend", help=say("cli", "opt_on_change"))]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", help=say("cli", "opt_limit"))]
RedirectTo = Annotated[str | None, typer.Option("--redirect-to", metavar="EMAIL", help=say("cli", "opt_redirect"))]
Rate = Annotated[float | None, typer.Option("--rate", metavar="N", help=say("cli", "opt_rate"))]
Journal = Annotated[str | None, typer.Option("--journal", metavar="PATH|URL", help=say("cli", "opt_journal"))]
Contract = Annotated[str, typer.Option("--contract", metavar="EDITION", help=say("cli", "opt_contract"))]
AccountName = Annotated[str | None, typer.Option("--account-name", help=say("cli", "opt_account_name"))]
ProductId = Annotated[str | None, typer.Option("--product-id", help=say("cli", "opt_product_id"))]
ProductName = Annotated[str | None, typer.Option("--product-name", help=say("cli", "opt_product_name"))]
Price = Annotated[str | None, typer.Option("--price", metavar="MXN", help=say("cli", "opt_price"))]


def pairs(given: Iterable[str] | None, option: str) -> dict[str, Any]:
    """Read `FIELD=TEXT` options; a field that is given several times becomes a list.

    Raises:
        typer.BadParameter: one without an equals sign.
    """
    found: dict[str, Any] = {}
    for text in given or ():
        field, equals, value = text.partition("=")
        if not equals or not field.strip():
            raise typer.BadParameter(say("cli", "bad_pair", option=option, text=text))
        before = found.get(field.strip())
        found[field.strip()] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return found


def sheets(given: list[str] | None) -> Any:
    """Return None, one sheet or a list; a number means the place of the sheet."""
    chosen = [int(item) if item.isdigit() else item for item in given or ()]
    return chosen[0] if len(chosen) == 1 else chosen or None


def constants(values: Iterable[str] | None, **named: Any) -> Mapping[str, Any]:
    """Join the values that options of their own gave with those of `--set`."""
    return pairs(values, "--set") | {name: value for name, value in named.items() if value is not None}


def connect(rate: float | None, journal: str | None, contract: str, *, needed: bool = True) -> Connection | None:
    """Make a connection from the environment and these options; None where no keys are set and none are needed."""
    from ..api.connection import Connection

    if not needed and not keys_are_set():
        return None
    return Connection(rate=rate, journal=journal, contract=contract)
