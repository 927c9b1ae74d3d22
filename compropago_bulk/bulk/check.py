"""What can be known before anything is sent: a sheet's check, and what a run would do against the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from os import PathLike
from typing import Any

from ..api.connection import Connection
from ..api.operations import OPERATIONS
from ..errors import ConfigurationError, LooksSentError
from ..journal import open_journal
from ..model import Outcome, Problem, State
from ..rows.checks import apostrophe_notes, keyword_notes
from ..texts import say
from .check_report import Check, build_check
from .keywords import names_keywords, options_of
from .looks_sent import looks_sent_error, mark_held, notice, problems_of
from .pipeline import account_of, connected
from .plan import Cost, Options, Plan, apply_limit, check_options, judge_all, prepare
from .profile import Profile, with_profile
from .progress import working
from .status_history import look_back

DEFAULT_RATE = 5.0
_FUNCTIONS = {
    "create_accounts": "createAccount",
    "create_clabes": "createClabe",
    "create_orders": "orders",
    "verify_orders": "verify",
}
"""What the package calls an endpoint's function."""


@names_keywords
def check(
    source: Any,
    operation: str | Callable[..., Any],
    *,
    account_name: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    product_id: str | None = None,
    product_name: str | None = None,
    price: float | Decimal | str | None = None,
    product_url: str | None = None,
    amount: float | Decimal | str | None = None,
    exp_date: str | date | None = None,
    expires_at: str | date | None = None,
    order_id: str | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    id_prefix: str = "",
    redirect_to: str | None = None,
    progress: bool = True,
) -> Check:
    """Say what would be sent, and what to mend first, cell by cell. Never sends.

    Example:
        cp.check("residentes.xlsx", "createClabe").export_excel("corregir.xlsx")

    Args:
        source: a DataFrame, what pandas makes one of (a list of dicts, a dict of columns, an Arrow table), a path
            (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file.
        operation: the endpoint's name, `"createAccount"`, `"createClabe"`, `"orders"` or `"verify"`; or the function
            that sends, or its name: `cp.create_clabes`, `"create_clabes"`.
        account_name, reference, customer_id, name, email, phone, product_id, product_name, price, product_url, amount,
            exp_date, expires_at, order_id: the value for every row that has none of its own, as it will be given to
            the function that sends; `price` and `amount` in MXN. `.notes` says in how many rows each was used.
        connection: with one, given or from the environment, the check also says how many rows the journal knows.
        profile, sheet, columns, id_prefix, redirect_to: as they will be given to the function that sends.
        progress: say so where it takes longer than a second.

    Returns:
        Check: `.ready` (a line for each row that would go out, cleaned), `.problems` (`source_sheet`, `source_row`,
        `cell`, `field`, `value`, `code`, `message`, `severity`), `.notes` (about the whole file), `.ok`, and
        `.export_excel(path)`, a copy of the owner's workbook with the cells to mend coloured and commented.

    Raises:
        ConfigurationError: no such operation, or keys that contradict each other (no keys at all are no error).
        SheetError: a file that cannot be read, or a needed field with no column and no value.
        TypeError: an unknown keyword, or one that this operation does not have; the message lists the fields.
        JournalError: the connection's journal cannot be read.
    """
    options = options_of({name: value for name, value in locals().items() if name != "operation"})
    return _check(_operation_of(operation), source, options)


def _operation_of(given: str | Callable[..., Any]) -> str:
    """Return the endpoint's name of what a person calls the operation by."""
    name = given if isinstance(given, str) else getattr(given, "__name__", str(given))
    name = _FUNCTIONS.get(name, name)
    if name not in OPERATIONS:
        known = ", ".join([*OPERATIONS, *_FUNCTIONS])
        raise ConfigurationError(say("setup", "unknown_choice", name="operation", value=name, known=known))
    return name


def _check(operation: str, source: Any, options: Options) -> Check:
    options = with_profile(options, operation)
    with connected(options.connection, options.settings, needed=False) as found:
        check_options(options, found.mode if found else None)
        with working(bool(options.progress), "preparing"):
            plan = prepare(operation, source, options, found)
        known, noticed = _known(plan, found, options) if found else (None, [])
        if noticed:
            problems = sorted((*plan.checked.problems, *noticed), key=lambda problem: problem.position)
            plan.checked = replace(plan.checked, problems=tuple(problems))
        rate = found.rate if found else DEFAULT_RATE
        notes = [*apostrophe_notes(plan.table), *keyword_notes(plan.table, plan.checked, options.values)]
        return build_check(plan.table, plan.spec, plan.checked, rate=rate, known=known, notes=notes)


def _known(plan: Plan, connection: Connection, options: Options) -> tuple[int, list[Problem]]:
    """Count the rows that a run would find in the journal as created, and say what of the others looks sent."""
    if not plan.spec.creates:
        return 0, []
    rehearsal = options.redirect_to is not None
    with open_journal(connection.journal, connection.clock) as journal:
        account = account_of(connection, journal, rehearsal=rehearsal)
        keys = [plan.checked.rows.keys[position] for position in plan.going]
        entries = journal.look(account.scope, plan.spec.name, keys, rehearsal=rehearsal)
        plan.to_send = [position for position in plan.going if plan.checked.rows.keys[position] not in entries]
        noticed = problems_of(plan, notice(plan, account, options))
    return sum(entry.state is State.CREATED for entry in entries.values()), noticed


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out now, and what every other row is without going out."""

    cost: Cost
    amount: Decimal
    """MXN of the orders that would be raised; 0 for other calls."""
    counts: Mapping[str, int]
    """Outcome to rows; what would go out is `ready`."""
    minutes: float
    mode: str
    held: LooksSentError | None = None
    """Why a run would send nothing: the sheet looks as if it had gone out already."""


def preview(name: str, source: Any, options: Options) -> Preview:
    """Count what `operate` would send with the same arguments; nothing is sent.

    Raises:
        ConfigurationError, SheetError, JournalError, ValueError, TypeError: as `operate` would.
    """
    options = with_profile(options, name)
    with connected(options.connection, options.settings) as connection:
        assert connection is not None  # noqa: S101 - `needed` is the default
        check_options(options, connection.mode)
        plan = prepare(name, source, replace(options, dry_run=True), connection)
        with open_journal(connection.journal) as journal:
            account = account_of(connection, journal, rehearsal=options.redirect_to is not None)
            judge_all(plan, account, options)
            if not plan.spec.creates and options.only_open:
                look_back(plan, account, only_open=True)
            noticed = notice(plan, account, options)
            held = None if noticed.verdict.reason is None else looks_sent_error(plan, noticed.verdict)
            mark_held(plan, noticed)
            apply_limit(plan, options.limit)
        cost, minutes = replace(plan.cost(), host=connection.host), len(plan.to_send) / connection.rate / 60
        return Preview(cost, _amount(plan), _counts(plan), minutes, connection.mode, held)


def _amount(plan: Plan) -> Decimal:
    if plan.spec.name != "orders":
        return Decimal(0)
    prices = plan.checked.rows.column("price", plan.to_send)
    return sum((price for price in prices if isinstance(price, Decimal)), Decimal(0))


def _counts(plan: Plan) -> dict[str, int]:
    found = {str(outcome): number for outcome, number in plan.columns.so_far().items()}
    rows = plan.checked.rows
    repeats = len(rows.repeats.keys() - rows.invalid - rows.conflicts)
    told = {str(Outcome.READY): len(plan.to_send), str(Outcome.EXISTING): found.pop("existing", 0) + repeats}
    return {name: number for name, number in (told | found).items() if number}
