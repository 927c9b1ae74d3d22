"""The functions that create: accounts, CLABEs, orders. Each row goes out once, and a table always comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import Any

from ..api.connection import Connection
from ..model import Progress
from .partitions import through
from .plan import Options
from .profile import Profile

_EXAMPLES = {
    "create_accounts": 'cp.create_accounts("residentes.xlsx", account_name="Alamedas", output="clabes.xlsx")',
    "create_clabes": 'cp.create_clabes("residentes.xlsx", id_prefix="ALA-", output="clabes.xlsx")',
    "create_orders": 'cp.create_orders("residentes.xlsx", product_id="MTTO-11", product_name="Noviembre", price=1500)',
}
_SHARED = """
    Example:
        {example}

    Args:
        source: a DataFrame, a path (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file; one row a resident. A
            `dask.dataframe` gives one back, whose rows go out when it is computed (docs/scale.md).
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile: a `Profile`, or the path of its file: defaults for one condominium, over which arguments win.
        sheet: a sheet's name or number, or a list of them; else every visible sheet with a table of residents.
        columns: field to header (`{"email": "Correo del propietario"}`), where recognition fails or would choose
            wrongly; a list of headers is joined with `-` (`{"reference": ["Torre", "Depto"]}`).
        dry_run: do all but send; rows that would go out are `ready`. Opens no connection and needs no keys.
        live: with live keys, the word that real people may be written to.
        on_change: what to do with a key that exists with other data: `report` it as `conflict`, `keep` what exists,
            or `resend` the new data.
        progress: a bar (True), silence (False), or a function that is called with a `Progress`.
        output: a path to which `export_excel` writes the table, also when the run stops early.
        prefix: goes before the names of the columns that are added, where the source has columns of these names.
        limit: send the first `limit` rows only (a pilot); the rest are `not_sent`.
        redirect_to: in test mode, an e-mail address that gets everything; phones are left out. Such rows are a
            rehearsal and never count as created.
        id_prefix: goes in front of every `reference` and `customer_id` (`"ALA-"`).
        **values: any field as a keyword gives the value for each row that has none of its own.

    Returns:
        DataFrame: the same rows, index and columns, and after them `outcome`, `error_code`, `error`, `clabe`, `bank`,
        `status`, `request_id` (string), `clabe_valid`, `test_mode` (boolean), `created_at`, `updated_at`, `expires_at`
        (datetime64[us, America/Mexico_City]), `attempts` (Int64){extra}.
        `.attrs["compropago"]` holds `run_id`, `operation`, `mode`, `counts` and `stopped`.

    Raises:
        ConfigurationError: keys or settings are missing or contradict each other.
        LiveModeError: live keys, rows to send, and no `live=True`. Nothing was sent.
        SheetError: the file or a needed column cannot be read. Nothing was sent.
        ValueError: the source has columns of our names; use `prefix=`.
        TypeError: an unknown keyword.
        JournalError: the journal cannot be made durable. Nothing was sent.
        AuthenticationError: the keys were refused before any row had a good answer; `.table` is the table.
        KeyboardInterrupt: only at the second interrupt; the first one ends the run and gives the table.
"""


def _documented(function: Any) -> Any:
    """Return each function the arguments' description, which is one text for all of them."""
    extra = ", `order_id`, `short_id` (string), `order_price`, `fee`, `iva` (Float64, MXN)"
    orders = function.__name__ == "create_orders"
    shared = _SHARED.replace("{extra}", extra if orders else "").replace("{example}", _EXAMPLES[function.__name__])
    function.__doc__ = (function.__doc__ or "").rstrip() + "\n" + shared
    return function


@_documented
def create_accounts(
    source: Any,
    *,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    live: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
    batch: int = 1,
    **values: Any,
) -> Any:
    """Create an account with a CLABE for each resident, once.

    API reference, "Crear cuentas con CLABE" (`POST /v2/createAccount`). Needs `account_name`, `reference`, `name` and
    `email` for each row; may have `phone`. A row is the same row by `reference` + `name`. ComproPago e-mails each
    resident, and texts those with a phone. The documented answer has no CLABE: it is looked up where the API lists
    accounts; where it does not, the row says so. `batch` is how many residents of one account share a request under
    the edition 2019-08.
    """
    return through(
        "createAccount",
        source,
        Options(
            connection=connection,
            profile=profile,
            sheet=sheet,
            columns=columns,
            dry_run=dry_run,
            live=live,
            on_change=on_change,
            progress=progress,
            output=output,
            prefix=prefix,
            limit=limit,
            redirect_to=redirect_to,
            id_prefix=id_prefix,
            batch=batch,
            values=values,
        ),
    )


@_documented
def create_clabes(
    source: Any,
    *,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    live: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
    **values: Any,
) -> Any:
    """Create a CLABE for each resident, once.

    API reference, "Crear cuenta CLABE" (`POST /v2/createClabe`). Needs `customer_id` (else the `reference` column) and
    `email`; may have `phone`. A row is the same row by `customer_id`, to which the API ties the CLABE. `amount` (MXN)
    and `exp_date` take effect only when asked for by name, through `columns=` or a keyword: a CLABE with an amount
    refuses every other sum. ComproPago e-mails each resident, and texts those with a phone.
    """
    return through(
        "createClabe",
        source,
        Options(
            connection=connection,
            profile=profile,
            sheet=sheet,
            columns=columns,
            dry_run=dry_run,
            live=live,
            on_change=on_change,
            progress=progress,
            output=output,
            prefix=prefix,
            limit=limit,
            redirect_to=redirect_to,
            id_prefix=id_prefix,
            values=values,
        ),
    )


@_documented
def create_orders(
    source: Any,
    *,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: Any = None,
    columns: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    live: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
    renew_expired: bool = False,
    **values: Any,
) -> Any:
    """Raise a SPEI payment order for each resident, once for each product.

    API reference, "Crear orden de pago" (`POST /v2/orders`). Needs `product_id`, `product_name`, `price` (MXN),
    `customer_id` (else the `reference` column), `name` and `email`; may have `phone` and `product_url`; `expires_at`
    only when asked for by name. A row is the same row by `product_id` + `customer_id`. With `renew_expired=True` a row
    whose order was last seen `EXPIRED` gets a new one; the journal keeps both.
    """
    return through(
        "orders",
        source,
        Options(
            connection=connection,
            profile=profile,
            sheet=sheet,
            columns=columns,
            dry_run=dry_run,
            live=live,
            on_change=on_change,
            progress=progress,
            output=output,
            prefix=prefix,
            limit=limit,
            redirect_to=redirect_to,
            id_prefix=id_prefix,
            renew_expired=renew_expired,
            values=values,
        ),
    )
