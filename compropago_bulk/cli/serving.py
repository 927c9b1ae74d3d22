"""`app`, `sandbox` and `demo`: the wizard without a notebook, the documented API on this machine, the job shown."""

from __future__ import annotations

import tempfile
import threading
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigurationError
from ..texts import say
from .demo import show_the_job


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("app", help=say("cli", "about_app"))(serve)
    app.command("sandbox", help=say("cli", "about_sandbox"))(sandbox)
    app.command("demo", help=say("cli", "about_demo"))(demo)


def serve(
    folder: Annotated[Path, typer.Option("--folder", help=say("cli", "opt_app_folder"))] = Path(),
    port: Annotated[int, typer.Option("--port", help=say("cli", "opt_port"))] = 8866,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=say("cli", "opt_browser"))] = True,
    theme: Annotated[str, typer.Option("--theme", metavar="light|dark", help=say("cli", "opt_theme"))] = "light",
) -> int:
    """Serve the wizard until Ctrl-C."""
    from ..notebook.app import MODULE, serving

    if find_spec(MODULE) is None:
        raise ConfigurationError(say("cli", "needs_app"))
    if not folder.is_dir():
        raise ConfigurationError(say("exports", "no_folder", folder=folder))
    with serving(folder, port, theme) as (server, address):
        typer.echo(say("cli", "app_runs", address=address, folder=folder.resolve()))
        if browser:
            webbrowser.open(address)
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0


def sandbox(
    port: Annotated[int, typer.Option("--port", help=say("cli", "opt_port"))] = 8899,
    faults: Annotated[str, typer.Option("--faults", help=say("cli", "opt_faults"))] = "",
    latency: Annotated[float, typer.Option("--latency", help=say("cli", "opt_latency"))] = 0.0,
    server_rate: Annotated[float | None, typer.Option("--server-rate", help=say("cli", "opt_server_rate"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=say("cli", "opt_seed"))] = 0,
    contract: Annotated[str, typer.Option("--contract", help=say("cli", "opt_contract"))] = "2019-06",
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
                ("SECRET_KEY", "sk_test_sandbox"), ("PUBLIC_KEY", "pk_test_sandbox"), ("BASE_URL", server.base_url),
                ("JOURNAL", str(Path(folder) / "journal.sqlite")),
            ):  # fmt: skip
                typer.echo(f"COMPROPAGO_{name}={value}")
            typer.echo(say("cli", "sandbox_ends"))
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
        finally:
            server.stop()
    return 0


def demo(
    folder: Annotated[Path, typer.Option("--folder", help=say("cli", "opt_folder"))] = Path(),
) -> int:
    """Show the whole job."""
    show_the_job(folder, typer.echo)
    return 0
