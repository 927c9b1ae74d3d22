"""The whole job on the sandbox: a sheet of residents goes in, CLABEs come out, some pay, and it is seen who."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SheetError
from ..texts import say

if TYPE_CHECKING:
    from ..bulk.sandbox import Sandbox

SAMPLE = "residentes.xlsx"
ACCOUNT = "Alamedas"
PRODUCT = {"product_id": "MTTO-2026-11", "product_name": "Mantenimiento noviembre"}

Tell = Callable[[str], object]


def sample_path() -> Path:
    """Find the sample: in the installed package, or beside it in a checkout.

    Raises:
        SheetError: it is in neither place.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "samples", package.parent / "samples"):
        if (folder / SAMPLE).is_file():
            return folder / SAMPLE
    raise SheetError(say("cli", "no_sample", name=SAMPLE), code="no_rows")


def show_the_job(folder: Path, tell: Tell) -> None:
    """Do the job once and tell it in a few plain lines."""
    from ..bulk.create import create_accounts, create_clabes, create_orders
    from ..bulk.files import export_excel, read_sheet
    from ..bulk.sandbox import sandbox

    progress = sys.stderr.isatty()
    sample = sample_path()
    residents = read_sheet(sample)
    tell(say("cli", "demo_sheet", name=sample.name, rows=len(residents), sheets=residents["source_sheet"].nunique()))
    with sandbox() as place:
        _tell_check(residents, place, tell)
        accounts = create_accounts(residents, account_name=ACCOUNT, connection=place.connection, progress=progress)
        clabes = create_clabes(residents, connection=place.connection, progress=progress)
        orders = create_orders(residents, connection=place.connection, progress=progress, **PRODUCT)
        tell(say("cli", "demo_sent"))
        for name, table in (("createAccount", accounts), ("createClabe", clabes), ("orders", orders)):
            tell(f"  {name}: {_counts(table)}")
        _tell_payments(orders, place, tell, progress)
        before = len(place.server.log)
        create_clabes(residents, connection=place.connection, progress=False)
        tell(say("cli", "demo_again", requests=len(place.server.log) - before))
    written = export_excel(clabes, folder / "clabes.xlsx")
    tell(say("cli", "demo_written", path=written, clabes=int(clabes["clabe"].notna().sum())))
    tell(say("cli", "demo_next"))


def _tell_check(residents: Any, place: Sandbox, tell: Tell) -> None:
    from ..bulk.ask import check

    found = check(residents, "createClabe", connection=place.connection)
    errors = found.problems[found.problems["severity"] == "error"]
    tell(say("cli", "demo_check", ready=len(found.ready), errors=len(errors)))
    for message in errors["message"].head(6):
        tell(f"  {message}")


def _counts(table: Any) -> str:
    return ", ".join(f"{number} {name}" for name, number in table["outcome"].value_counts().items())


def _tell_payments(orders: Any, place: Sandbox, tell: Tell, progress: bool) -> None:
    from ..bulk.verify import verify_orders

    ids = list(orders["order_id"].dropna())
    for order_id in ids[::3] + ids[1::3]:
        place.pay(order_id)
    seen = verify_orders(orders[orders["order_id"].notna()], connection=place.connection, progress=progress)
    paid = seen["status"] == "ACCEPTED"
    tell(
        say(
            "cli",
            "demo_paid",
            paid=int(paid.sum()),
            orders=len(seen),
            amount=float(seen.loc[paid, "order_price"].sum()),
        )
    )
