"""Keys: where they come from, and that one written into a notebook is noticed."""

from __future__ import annotations

import sys
import types
import warnings

import compropago_bulk as cp
import pytest
from compropago_bulk.api.settings import LiveKeyWarning

LIVE = {"secret_key": "sk_live_0123456789", "public_key": "pk_live_0123456789"}


@pytest.fixture
def cell(monkeypatch):
    """Give a function that makes believe that a cell with this text is running."""

    def run(text: str) -> None:
        shell = types.SimpleNamespace(user_ns={"In": ["", "earlier", text]})
        monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))

    return run


@pytest.mark.parametrize("name", LIVE)
def test_a_live_key_written_into_a_cell_earns_a_warning_without_the_key(cell, name):
    cell(f"connection = cp.Connection({name}='{LIVE[name]}', ...)")
    with pytest.warns(LiveKeyWarning) as told:
        cp.Connection(**LIVE)
    assert "LIVE key" in str(told[0].message) and "0123456789" not in str(told[0].message)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("connection = cp.Connection(secret_key=key)", LIVE),
        ("cp.Connection('sk_test_abc', 'pk_test_abc')", {"secret_key": "sk_test_abc", "public_key": "pk_test_abc"}),
    ],
)
def test_keys_from_elsewhere_and_test_keys_earn_none(cell, text, keys):
    cell(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cp.Connection(**keys)


def test_a_real_ipython_is_understood():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    try:
        with pytest.warns(LiveKeyWarning) as told:
            shell.run_cell(
                "import compropago_bulk as cp\n_c = cp.Connection('sk_live_abcdef', 'pk_live_abcdef')",
                store_history=True,
            ).raise_error()
        shown = warnings.formatwarning(told[0].message, told[0].category, told[0].filename, told[0].lineno)
        assert "abcdef" not in shown  # which else has the line of code below it
    finally:
        type(shell).clear_instance()


@pytest.fixture
def ring(monkeypatch):
    """Put a keyring in the system's place."""
    kept: dict[tuple[str, str], str] = {}
    errors = types.SimpleNamespace(KeyringError=type("KeyringError", (Exception,), {}))
    made = types.SimpleNamespace(get_password=lambda service, name: kept.get((service, name)), errors=errors)
    made.__spec__ = types.SimpleNamespace(name="keyring")
    monkeypatch.setitem(sys.modules, "keyring", made)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return kept, made


def test_the_keyring_gives_keys_that_nobody_else_has(ring):
    kept, _ = ring
    kept[("compropago-bulk", "secret_key")] = "sk_test_ring"
    kept[("compropago-bulk", "public_key")] = "pk_test_ring"
    assert cp.Connection().mode == "test"


def test_the_environment_comes_before_the_keyring(ring, monkeypatch):
    kept, made = ring
    kept[("compropago-bulk", "secret_key")] = "sk_test_ring"
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", "sk_live_env")
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", "pk_live_env")
    made.get_password = None
    assert cp.Connection().mode == "live"


def test_a_keyring_that_cannot_be_read_is_none(ring):
    _, made = ring

    def locked(service, name):
        raise made.errors.KeyringError("locked")

    made.get_password = locked
    with pytest.raises(cp.ConfigurationError, match="COMPROPAGO_SECRET_KEY"):
        cp.Connection()
