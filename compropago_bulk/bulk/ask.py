"""`check`: everything that can be known of a sheet before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..api.connection import Connection
from ..api.operations import OPERATIONS
from ..errors import ConfigurationError
from ..rows.model import State
from ..sending.journal import open_journal
from ..texts import say
from .check import Check, build_check
from .operate import account_of, connected
from .options import Options, check_options
from .plan import Plan, prepare
from .progress import working

DEFAULT_RATE = 5.0


def check(
    source: Any,
    operation: str,
    *,
    connection: Connection | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    id_prefix: str = "",
    redirect_to: str | None = None,
    progress: bool = True,
    **values: Any,
) -> Check:
    """Say what would be sent, and what to mend first, cell by cell. Never sends.

    Args:
        source: a DataFrame, a path (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file.
        operation: the endpoint's name: `createAccount`, `createClabe`, `orders` or `verify`.
        connection: with one, given or from the environment, the check also says how many rows the journal knows.
        sheet, columns, id_prefix, redirect_to, **values: as they will be given to the function that sends.
        progress: say so where it takes longer than a second.

    Returns:
        Check: `.ready` (a line for each row that would go out, cleaned), `.problems` (`source_sheet`, `source_row`,
        `cell`, `field`, `value`, `code`, `message`, `severity`), `.notes` (about the whole file), `.ok`, and
        `.export_excel(path)`, a copy of the owner's workbook with the cells to mend coloured and commented.

    Raises:
        ConfigurationError: no such operation, or keys that contradict each other (no keys at all are no error).
        SheetError: a file that cannot be read, or a needed field with no column and no value.
        TypeError: an unknown keyword; the message lists the fields.
        JournalError: the connection's journal cannot be read.
    """
    if operation not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise ConfigurationError(say("setup", "unknown_choice", name="operation", value=operation, known=known))
    options = Options(
        connection=connection, sheet=sheet, columns=columns, id_prefix=id_prefix, redirect_to=redirect_to, values=values
    )  # fmt: skip
    with connected(connection, needed=False) as found:
        check_options(options, found.mode if found else None)
        with working(progress, "preparing"):
            plan = prepare(operation, source, options, found)
        known_rows = _known(plan, found, rehearsal=redirect_to is not None) if found else None
        rate = found.rate if found else DEFAULT_RATE
        return build_check(plan.table, plan.spec, plan.checked, rate=rate, known=known_rows)


def _known(plan: Plan, connection: Connection, *, rehearsal: bool) -> int:
    """Count the rows that a run would find in the journal as created."""
    if not plan.spec.creates:
        return 0
    with open_journal(connection.journal, connection.clock) as journal:
        account = account_of(connection, journal, rehearsal=rehearsal)
        keys = [plan.checked.rows.keys[position] for position in plan.going]
        entries = journal.look(account.scope, plan.spec.name, keys, rehearsal=rehearsal)
    return sum(entry.state is State.CREATED for entry in entries.values())
