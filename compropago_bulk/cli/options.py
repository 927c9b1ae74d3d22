"""What commands share: their arguments and options, and what they say of a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..api.settings import keys_are_set
from ..texts import say

if TYPE_CHECKING:
    from ..api.connection import Connection

MOST_ROWS = 12

Source = Annotated[
    Path, typer.Argument(metavar=say("cli", "meta_file"), help=say("cli", "arg_file"), show_default=False)
]
Sheet = Annotated[
    list[str] | None, typer.Option("--sheet", metavar=say("cli", "meta_name"), help=say("cli", "opt_sheet"))
]
Column = Annotated[
    list[str] | None,
    typer.Option("--column", "-c", metavar=say("cli", "meta_field_header"), help=say("cli", "opt_column")),
]
Value = Annotated[
    list[str] | None, typer.Option("--set", metavar=say("cli", "meta_field_value"), help=say("cli", "opt_set"))
]
IdPrefix = Annotated[
    str, typer.Option("--id-prefix", metavar=say("cli", "meta_text"), help=say("cli", "opt_id_prefix"))
]
ProfileFile = Annotated[
    Path | None, typer.Option("--profile", metavar=say("cli", "meta_profile"), help=say("cli", "opt_profile"))
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="XLSX", help=say("cli", "opt_output"))]
Plot = Annotated[Path | None, typer.Option("--plot", metavar=say("cli", "meta_picture"), help=say("cli", "opt_plot"))]
JsonOutput = Annotated[Path | None, typer.Option("--json", metavar="JSON", help=say("cli", "opt_json"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("cli", "opt_dry_run"))]
Yes = Annotated[bool, typer.Option("--yes", help=say("cli", "opt_yes"))]
Again = Annotated[bool, typer.Option("--again", help=say("cli", "opt_again"))]
OnChange = Annotated[str, typer.Option("--on-change", metavar="report|keep|resend", help=say("cli", "opt_on_change"))]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", help=say("cli", "opt_limit"))]
RedirectTo = Annotated[
    str | None, typer.Option("--redirect-to", metavar=say("cli", "meta_email"), help=say("cli", "opt_redirect"))
]
Rate = Annotated[float | None, typer.Option("--rate", metavar="N", help=say("cli", "opt_rate"))]
Journal = Annotated[
    str | None, typer.Option("--journal", metavar=say("cli", "meta_journal"), help=say("cli", "opt_journal"))
]
Contract = Annotated[
    str, typer.Option("--contract", metavar=say("cli", "meta_edition"), help=say("cli", "opt_contract"))
]
AccountName = Annotated[
    str | None, typer.Option("--account-name", metavar=say("cli", "meta_text"), help=say("cli", "opt_account_name"))
]
ProductId = Annotated[
    str | None, typer.Option("--product-id", metavar=say("cli", "meta_text"), help=say("cli", "opt_product_id"))
]
ProductName = Annotated[
    str | None, typer.Option("--product-name", metavar=say("cli", "meta_text"), help=say("cli", "opt_product_name"))
]
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


def connect(
    rate: float | None, journal: str | None, contract: str, profile: Path | None = None, *, needed: bool = True
) -> Connection | None:
    """Make a connection from the environment, these options and a profile; None without keys where none are needed."""
    from ..api.connection import Connection
    from ..bulk.profile import Profile

    known = Profile() if profile is None else Profile.load(profile)
    if not needed and not keys_are_set():
        return None
    return Connection(rate=rate or known.rate, journal=journal or known.journal, contract=contract)


def needs_attention(table: Any) -> Any:
    """Tell for each row whether somebody should look at it: its outcome is not good, or something is to be said."""
    from ..model import GOOD

    flagged = table["error_code"].notna() & (table["error_code"] != "repeated_row")
    return ~table["outcome"].isin([str(item) for item in GOOD]) | flagged.fillna(False)


def status_of(table: Any) -> int:
    """Return the exit status that a table stands for."""
    if table.attrs["compropago"]["stopped"] == "interrupted":
        return 130
    return int(bool(needs_attention(table).any()))


def show_table(table: Any) -> None:
    """Say what came of the rows, and list the first that need somebody."""
    import pandas as pd

    facts = table.attrs["compropago"]
    typer.echo(f"{facts['operation']}: {say('cli', 'rows', rows=len(table))}: {counted(facts['counts'])}")
    if facts["stopped"]:
        typer.echo(say("cli", "stopped", reason=facts["stopped"]))
    wanting = table[needs_attention(table)]
    for place, (_, row) in enumerate(wanting.iterrows()):
        if place == MOST_ROWS:
            typer.echo(say("cli", "and_more", rows=len(wanting) - MOST_ROWS))
            break
        typer.echo(f"  {_place(row)}{row['outcome']}: {row['error'] if pd.notna(row['error']) else row['error_code']}")


def counted(counts: Mapping[str, int]) -> str:
    """Write counts as `118 created, 4 invalid`."""
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "0"


def _place(row: Any) -> str:
    import pandas as pd

    if "source_sheet" not in row or "source_row" not in row:
        return ""
    sheet = f"{row['source_sheet']}!" if pd.notna(row["source_sheet"]) else ""
    return f"{sheet}{row['source_row']} "


def target(given: Path | None, source: Path | None, what: str) -> Path:
    """Choose where the workbook goes and make sure that it can be written, before anything is sent."""
    from ..exports.files import writable_target

    stem = source.stem if source is not None else say("cli", "orders_file")
    return Path(writable_target(given or Path(f"{stem}-{what}.xlsx")))


def export(table: Any, path: Path) -> Path:
    """Write the workbook and return where it is."""
    from ..bulk.progress import export_excel

    return export_excel(table, path)


def show_written(where: Path) -> None:
    """Say where something was written."""
    typer.echo(say("cli", "written", path=where))


def write(table: Any, path: Path) -> None:
    """Write the workbook and say where it is."""
    show_written(export(table, path))


def write_json(figures: Mapping[str, Any], path: Path) -> None:
    """Write figures for a machine, whole or not at all, and say where they are."""
    from ..exports.files import write_whole

    text = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"

    def write(made: Path) -> None:
        made.write_text(text, encoding="utf-8")

    where = write_whole(path, write, (".json", path.suffix))
    with suppress(OSError):
        show_written(where)


def write_plot(figure: Any, path: Path) -> None:
    """Write a picture (`.png`, `.pdf` or `.svg`), whole or not at all, and say where it is."""
    from ..exports.files import write_whole

    show_written(write_whole(path, figure.savefig, (".png", ".pdf", ".svg")))
