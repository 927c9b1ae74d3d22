"""What a command says of a table: a line of counts, the rows that need somebody, and where it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from ..texts import say

MOST_ROWS = 12


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

    where = write_whole(path, write)
    with suppress(OSError):
        show_written(where)
