"""Keys: where they come from, and that one written into a notebook is noticed."""

from __future__ import annotations

import sys
import types
import warnings

import compropago_bulk as cp
import pytest
from compropago_bulk.api.connection import Connection
from compropago_bulk.api.settings import LiveKeyWarning
from compropago_bulk.errors import ConfigurationError

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


KEYS = "COMPROPAGO_SECRET_KEY=sk_live_a1\nCOMPROPAGO_PUBLIC_KEY=pk_live_a1\n"
ADDRESS = "COMPROPAGO_BASE_URL=https://api.elsewhere.example.com\n"


def set_keys(monkeypatch, secret="sk_live_a1", public="pk_live_a1"):
    monkeypatch.setenv("COMPROPAGO_SECRET_KEY", secret)
    monkeypatch.setenv("COMPROPAGO_PUBLIC_KEY", public)


@pytest.mark.parametrize(
    "file",
    [
        ADDRESS,
        ADDRESS + KEYS.replace("a1", "b2"),
        ADDRESS + KEYS.splitlines()[0] + "\n",
        ADDRESS + KEYS.replace("pk_live_a1", "pk_live_b2"),
    ],
    ids=["no keys", "other keys", "one key", "another public key"],
)
def test_an_address_in_a_file_takes_no_keys_from_elsewhere(file, monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(file)
    set_keys(monkeypatch)
    with pytest.raises(ConfigurationError) as caught:
        Connection()
    assert str(tmp_path / ".env") in str(caught.value)
    with pytest.raises(ConfigurationError):
        Connection("sk_live_c3", "pk_live_c3")


def test_an_address_counts_with_keys_of_the_same_file_and_wherever_it_is_said_by_hand(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(ADDRESS + KEYS)
    assert Connection().base_url == "https://api.elsewhere.example.com"
    set_keys(monkeypatch)  # an editor that loads the file into the environment changes nothing
    assert Connection().base_url == "https://api.elsewhere.example.com"
    set_keys(monkeypatch, "sk_live_d4", "pk_live_d4")
    assert Connection(base_url="https://api.example.com").base_url == "https://api.example.com"
    monkeypatch.setenv("COMPROPAGO_BASE_URL", "https://other.example.com")
    assert Connection().base_url == "https://other.example.com"


def test_a_file_without_an_address_asks_nothing(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("COMPROPAGO_RATE=3\n")
    set_keys(monkeypatch)
    assert (Connection().base_url, Connection().rate) == ("https://api.compropago.com", 3)


def test_a_connection_can_be_shown_while_it_is_still_failing_to_be_made():
    half = Connection.__new__(Connection)
    assert repr(half) == "Connection()"
    half.mode = "live"
    assert repr(half) == "Connection(mode='live')"
    assert "sk_" not in repr(Connection("sk_test_x1", "pk_test_x1"))
