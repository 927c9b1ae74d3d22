# The public names, once: what the package has, what `dir(cp)` shows, and what editors and type checkers read.
# Each is loaded when it is first used.

from .api.connection import Connection as Connection
from .bulk.adopt import adopt as adopt
from .bulk.adopt import same_account as same_account
from .bulk.check import check as check
from .bulk.check_report import Check as Check
from .bulk.compare import compare_sheets as compare_sheets
from .bulk.create import create_accounts as create_accounts
from .bulk.create import create_clabes as create_clabes
from .bulk.create import create_orders as create_orders
from .bulk.history import history as history
from .bulk.history import resolve as resolve
from .bulk.history import runs as runs
from .bulk.history import unsettled as unsettled
from .bulk.lists import list_accounts as list_accounts
from .bulk.lists import list_subaccounts as list_subaccounts
from .bulk.lists import list_transactions as list_transactions
from .bulk.profile import Profile as Profile
from .bulk.progress import export_csv as export_csv
from .bulk.progress import export_excel as export_excel
from .bulk.progress import read_sheet as read_sheet
from .bulk.sandbox import Sandbox as Sandbox
from .bulk.sandbox import sandbox as sandbox
from .bulk.verify import verify_orders as verify_orders
from .errors import ApiError as ApiError
from .errors import AuthenticationError as AuthenticationError
from .errors import CompropagoError as CompropagoError
from .errors import ConfigurationError as ConfigurationError
from .errors import JournalError as JournalError
from .errors import LiveModeError as LiveModeError
from .errors import LooksSentError as LooksSentError
from .errors import SheetError as SheetError
from .notebook.views import show as show
from .notebook.wizard import wizard as wizard
from .reports.archive import audit as audit
from .reports.archive import audit_as_of as audit_as_of
from .reports.archive import audits as audits
from .reports.audit import Audit as Audit
from .reports.build_audit import audit_orders as audit_orders
from .reports.build_ledger import ledger as ledger
from .reports.build_statement import statement as statement
from .reports.ledger import Ledger as Ledger
from .reports.statement import Statement as Statement
from .sheets.reading import fields as fields

__version__: str
