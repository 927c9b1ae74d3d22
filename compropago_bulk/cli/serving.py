"""`app`, `sandbox` and `demo`: the wizard without a notebook, the documented API on this machine, the job shown."""

from __future__ import annotations

import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError, SheetError
from ..texts import say

if TYPE_CHECKING:
    from ..bulk.sandbox import Sandbox


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("app", help=say("cli", "about_app"))(serve)
    app.command("sandbox", help=say("cli", "about_sandbox"))(sandbox)
    app.command("demo", help=say("cli", "about_demo"))(demo)


def serve(
    folder: Annotated[
        Path, typer.Option("--folder", metavar=say("cli", "meta_path"), help=say("cli", "opt_app_folder"))
    ] = Path(),
    port: Annotated[int, typer.Option("--port", metavar="N", help=say("cli", "opt_port"))] = 8866,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("cli", "opt_browser"))] = True,
    theme: Annotated[str, typer.Option("--theme", metavar="light|dark", help=say("cli", "opt_theme"))] = "light",
) -> int:
    """Serve the wizard until Ctrl-C, a closed terminal or `kill`; the server and its kernels end with it."""
    from ..notebook.app import MODULE, serving, until_told

    if find_spec(MODULE) is None:
        raise ConfigurationError(say("cli", "needs_app"))
    if not folder.is_dir():
        raise ConfigurationError(say("exports", "no_folder", folder=folder))
    until_told()
    try:
        with serving(folder, port, theme) as (server, address):
            typer.echo(say("cli", "app_runs", address=address, folder=folder.resolve()))
            if browser:
                webbrowser.open(address)
            return server.wait()
    except KeyboardInterrupt:
        return 0


def sandbox(
    port: Annotated[int, typer.Option("--port", metavar="N", help=say("cli", "opt_port"))] = 8899,
    faults: Annotated[
        str, typer.Option("--faults", metavar=say("cli", "meta_text"), help=say("cli", "opt_faults"))
    ] = "",
    latency: Annotated[float, typer.Option("--latency", metavar="N", help=say("cli", "opt_latency"))] = 0.0,
    server_rate: Annotated[
        float | None, typer.Option("--server-rate", metavar="N", help=say("cli", "opt_server_rate"))
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help=say("cli", "opt_seed"))] = 0,
    contract: Annotated[
        str, typer.Option("--contract", metavar=say("cli", "meta_edition"), help=say("cli", "opt_contract"))
    ] = "2019-06",
) -> int:
    """Run the sandbox until Ctrl-C."""
    from ..sandbox_api import SandboxServer

    editions = ("2019-06",) if contract == "2019-06" else ("2019-06", "2019-08")
    server = SandboxServer(port, editions=editions, faults=faults, latency=latency, rate=server_rate, seed=seed)
    with tempfile.TemporaryDirectory(prefix="compropago-sandbox-") as folder:
        server.start()
        try:
            typer.echo(say("cli", "sandbox_runs", base_url=server.base_url))
            for name, value in (
                ("SECRET_KEY", "sk_test_sandbox"),
                ("PUBLIC_KEY", "pk_test_sandbox"),
                ("BASE_URL", server.base_url),
                ("JOURNAL", str(Path(folder) / "journal.sqlite")),
            ):
                typer.echo(f"COMPROPAGO_{name}={value}")
            typer.echo(say("cli", "sandbox_ends"))
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
        finally:
            server.stop()
    return 0


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar=say("cli", "meta_path"), help=say("cli", "opt_folder"))
    ] = Path(),
) -> int:
    """Show the whole job."""
    show_the_job(folder, typer.echo)
    return 0


SAMPLE = "residentes.xlsx"
ACCOUNT = "Alamedas"
PRODUCT: Mapping[str, Any] = {"product_id": "MTTO-2026-11", "product_name": "Mantenimiento noviembre"}

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
    from ..bulk.progress import export_excel, read_sheet
    from ..bulk.sandbox import sandbox

    progress = sys.stderr is not None and sys.stderr.isatty()
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
    from ..bulk.check import check

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
