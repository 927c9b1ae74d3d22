"""Bulk accounts, CLABEs and SPEI payment orders on ComproPago, from a spreadsheet and back.

Nothing is sent twice, nothing is lost, no digit changes, and a table always comes back::

    import compropago_bulk as cp

    residents = cp.read_sheet("residentes.xlsx")
    report = cp.check(residents, "createAccount", account_name="Alamedas")
    result = cp.create_accounts(residents, account_name="Alamedas")
    cp.export_excel(result, "clabes.xlsx")

Public names stand in `__init__.pyi` and are loaded when first used, so that an import costs little more than pandas.
"""

import lazy_loader

from .accessor import register

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

register()
