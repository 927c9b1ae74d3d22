"""Bulk accounts, CLABEs and SPEI payment orders on ComproPago, from a spreadsheet and back.

Nothing is sent twice, nothing is lost, no digit changes, and a table always comes back::

    import compropago_bulk as cp

    residents = cp.read_sheet("residentes.xlsx")
    report = cp.check(residents, "createAccount", account_name="Alamedas")
    result = cp.create_accounts(residents, account_name="Alamedas")
    cp.export_excel(result, "clabes.xlsx")

Names are loaded when first used, so that importing the package costs little more than importing pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    ApiError,
    AuthenticationError,
    CompropagoError,
    ConfigurationError,
    JournalError,
    LiveModeError,
    SheetError,
)
from .notebook.accessor import register

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .api.connection import Connection
    from .bulk.check import check
    from .bulk.check_report import Check
    from .bulk.compare import compare_sheets
    from .bulk.create import create_accounts, create_clabes, create_orders
    from .bulk.history import history, resolve, runs, unsettled
    from .bulk.lists import list_accounts, list_subaccounts, list_transactions
    from .bulk.profile import Profile
    from .bulk.progress import export_csv, export_excel, read_sheet
    from .bulk.sandbox import Sandbox, sandbox
    from .bulk.verify import verify_orders
    from .notebook.views import show
    from .notebook.wizard import wizard
    from .reports.archive import audit_as_of, audits
    from .reports.audit import Audit
    from .reports.build_audit import audit_orders
    from .reports.build_statement import statement
    from .reports.statement import Statement
    from .sheets.reading import fields

_PLACES = {
    "Connection": "api.connection",
    "check": "bulk.check",
    "Check": "bulk.check_report",
    "compare_sheets": "bulk.compare",
    "create_accounts": "bulk.create",
    "create_clabes": "bulk.create",
    "create_orders": "bulk.create",
    "list_accounts": "bulk.lists",
    "list_subaccounts": "bulk.lists",
    "list_transactions": "bulk.lists",
    "history": "bulk.history",
    "resolve": "bulk.history",
    "runs": "bulk.history",
    "Profile": "bulk.profile",
    "unsettled": "bulk.history",
    "Sandbox": "bulk.sandbox",
    "sandbox": "bulk.sandbox",
    "verify_orders": "bulk.verify",
    "export_csv": "bulk.progress",
    "export_excel": "bulk.progress",
    "Audit": "reports.audit",
    "audit_as_of": "reports.archive",
    "audits": "reports.archive",
    "audit_orders": "reports.build_audit",
    "Statement": "reports.statement",
    "statement": "reports.build_statement",
    "fields": "sheets.reading",
    "read_sheet": "bulk.progress",
    "show": "notebook.views",
    "wizard": "notebook.wizard",
}
"""Public name to the module that holds it."""

__all__ = [
    "ApiError",
    "Audit",
    "AuthenticationError",
    "Check",
    "CompropagoError",
    "ConfigurationError",
    "Connection",
    "JournalError",
    "LiveModeError",
    "Profile",
    "Sandbox",
    "SheetError",
    "Statement",
    "audit_as_of",
    "audit_orders",
    "audits",
    "check",
    "compare_sheets",
    "create_accounts",
    "create_clabes",
    "create_orders",
    "export_csv",
    "export_excel",
    "fields",
    "history",
    "list_accounts",
    "list_subaccounts",
    "list_transactions",
    "read_sheet",
    "resolve",
    "runs",
    "sandbox",
    "show",
    "statement",
    "unsettled",
    "verify_orders",
    "wizard",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_PLACES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})


register()
