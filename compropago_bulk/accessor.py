"""`df.compropago`: the package's functions on the table at hand. What it calls is loaded when it is used."""

from __future__ import annotations

import functools
import inspect
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pandas as pd

from .texts import say

NAME = "compropago"


class Delegate:
    """A public function of the package as a method: its first argument is the table, its help and signature its own.

    The function is looked up only when somebody asks for it, so that importing the package stays cheap.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, accessor: Accessor | None, owner: type) -> Any:
        function: Callable[..., Any] = getattr(sys.modules[__package__], self._name)
        if accessor is None:
            return function

        @functools.wraps(function)
        def method(*args: Any, **kwargs: Any) -> Any:
            return function(accessor._frame, *args, **kwargs)

        signature = inspect.signature(function)
        _, *rest = signature.parameters.values()
        method.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return method


class Accessor:
    """The package's functions on this table: `df.compropago.check("createClabe")`, `df.compropago.create_clabes()`."""

    check = Delegate()
    create_accounts = Delegate()
    create_clabes = Delegate()
    create_orders = Delegate()
    verify_orders = Delegate()
    audit_orders = Delegate()
    export_excel = Delegate()
    export_csv = Delegate()
    fields = Delegate()
    show = Delegate()

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows of a result came to each outcome."""
        return {str(outcome): int(rows) for outcome, rows in self._outcomes().value_counts().items()}

    @property
    def summary(self) -> pd.DataFrame:
        """Return a result in a few lines: what its rows came to, and why.

        Returns:
            DataFrame: a line for each `outcome` and `error_code` (string), the most frequent first, with its `rows`
            (Int64) and the first row's `error` (string).
        """
        names, outcomes = ["outcome", "error_code"], self._outcomes()
        table = self._frame[[*names, "error"]].assign(outcome=outcomes)
        lines = table.groupby(names, dropna=False, sort=False).agg(rows=("outcome", "size"), error=("error", "first"))
        lines = lines.reset_index().astype({"outcome": "string", "error_code": "string", "rows": "Int64"})
        return lines.sort_values("rows", ascending=False, kind="stable", ignore_index=True)

    @property
    def notes(self) -> list[str]:
        """Return what is to be known of the whole run, such as in how many rows a keyword was used."""
        self._outcomes()
        return list(self._frame.attrs.get(NAME, {}).get("notes", ()))

    def _outcomes(self) -> Any:
        if "outcome" not in self._frame.columns:
            raise ValueError(say("outcomes", "no_result"))
        return self._frame["outcome"]

    def __repr__(self) -> str:
        methods = ", ".join(name for name, value in vars(type(self)).items() if isinstance(value, Delegate))
        return f"<{NAME} accessor of a table of {len(self._frame)} rows: {methods}>"


def register() -> None:
    """Put the accessor on every DataFrame; once more after a reload, without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pd.api.extensions.register_dataframe_accessor(NAME)(Accessor)
    _register_connection_card()


def _register_connection_card() -> None:
    """Have notebooks draw a connection as a card; outside of one there is nothing to do."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type_by_name(f"{__package__}.api.connection", "Connection", _connection_card)


def _connection_card(connection: Any) -> str:
    return import_module(".notebook.views", __package__).connection_card(connection)  # type: ignore[no-any-return]
