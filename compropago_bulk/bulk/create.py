"""The functions that create: accounts, CLABEs, orders. Each row goes out once, and a table always comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from os import PathLike
from typing import Any

import pandas as pd

from ..api.connection import Connection
from ..model import Progress
from .keywords import names_keywords, options_of
from .partitions import through
from .profile import Profile


@names_keywords
def create_accounts(
    source: Any,
    *,
    account_name: str | None = None,
    reference: str | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    dry_run: bool = False,
    live: bool = False,
    again: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
    batch: int = 1,
) -> pd.DataFrame:
    """Create an account with a CLABE for each resident, once.

    API reference, "Crear cuentas con CLABE" (`POST /v2/createAccount`). Needs `account_name`, `reference`, `name` and
    `email` for each row; may have `phone`. A row is the same row by `reference` + `name`. ComproPago e-mails each
    resident, and texts those with a phone. The documented answer has no CLABE: it is looked up where the API lists
    accounts; where it does not, the row says so.

    Example:
        cp.create_accounts("residentes.xlsx", account_name="Alamedas", output="clabes.xlsx")

    Args:
        source: a DataFrame, what pandas makes one of (a list of dicts, a dict of columns, an Arrow table), a path
            (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file; one row a resident. A `dask.dataframe` gives
            one back, whose rows go out when it is computed (docs/scale.md).
        account_name: the account that the residents belong to, such as the condominium; for each row without its own.
        reference, name, email, phone: likewise, a value for every row that has none of its own. Seldom wanted.
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile: a `Profile`, or the path of its file: defaults for one condominium, over which arguments win.
        sheet: a sheet's name or number (from 1), or a list of them; else every visible sheet with residents.
        columns: field to header (`{"email": "Correo del propietario"}`), where recognition fails or would choose
            wrongly; a list of headers is joined with `-` (`{"reference": ["Torre", "Depto"]}`).
        dry_run: do all but send; rows that would go out are `ready`. Opens no connection and needs no keys.
        live: with live keys, the word that real people may be written to.
        again: send a sheet that looks as if it had gone out already (`LooksSentError`).
        on_change: what to do with a key that exists with other data: `report` it as `conflict`, `keep` what exists,
            or `resend` the new data.
        progress: a bar (True), silence (False), or a function that is called with a `Progress`.
        output: a path to which `export_excel` writes the table, also when the run stops early.
        prefix: goes before the names of the columns that are added, where the source has columns of these names.
        limit: send the first `limit` rows only (a pilot); the rest are `not_sent`.
        redirect_to: in test mode, an e-mail address that gets everything; phones are left out. Such rows are a
            rehearsal and never count as created.
        id_prefix: goes in front of every `reference` and `customer_id` (`"ALA-"`).
        batch: how many residents of one account share a request, under the edition 2019-08.

    Returns:
        DataFrame: the same rows, index and columns, and after them `outcome`, `error_code`, `error`, `clabe` (18
        digits), `bank`, `status`, `request_id` (string), `clabe_valid`, `test_mode` (boolean), `created_at`,
        `updated_at`, `expires_at` (datetime64[us, America/Mexico_City]), `attempts` (Int64).
        `.attrs["compropago"]` holds `run_id`, `operation`, `mode`, `counts`, `stopped` and `notes`.

    Raises:
        ConfigurationError: keys or settings are missing or contradict each other. Nothing was sent.
        LooksSentError: at least half of the rows that would go out, and three, went out already under other ids,
            another spelling of the product or other keys, or their ids are other people's. Nothing was sent.
        LiveModeError: live keys, rows to send, and no `live=True`. Nothing was sent.
        SheetError: the file or a needed column cannot be read. Nothing was sent.
        ValueError: the source has columns of our names; use `prefix=`. Nothing was sent.
        TypeError: an unknown keyword; the message lists those that there are. Nothing was sent.
        JournalError: the journal cannot be made durable. Nothing was sent.
        AuthenticationError: the keys were refused before any row had a good answer; `.table` is the table.
        KeyboardInterrupt: only at the second interrupt; the first one ends the run and gives the table.
    """
    return through("createAccount", source, options_of(locals()))


@names_keywords
def create_clabes(
    source: Any,
    *,
    customer_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    amount: float | Decimal | str | None = None,
    exp_date: str | date | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    dry_run: bool = False,
    live: bool = False,
    again: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
) -> pd.DataFrame:
    """Create a CLABE for each resident, once.

    API reference, "Crear cuenta CLABE" (`POST /v2/createClabe`). Needs `customer_id` (else the `reference` column) and
    `email`; may have `phone`. A row is the same row by `customer_id`, to which the API ties the CLABE. `amount` (MXN)
    and `exp_date` take effect only when asked for by name, through `columns=` or a keyword: a CLABE with an amount
    refuses every other sum. ComproPago e-mails each resident, and texts those with a phone.

    Example:
        cp.create_clabes("residentes.xlsx", id_prefix="ALA-", output="clabes.xlsx")

    Args:
        source: a DataFrame, what pandas makes one of (a list of dicts, a dict of columns, an Arrow table), a path
            (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file; one row a resident. A `dask.dataframe` gives
            one back, whose rows go out when it is computed (docs/scale.md).
        customer_id, email, phone: a value for every row that has none of its own. Seldom wanted.
        amount: MXN; the CLABE then refuses every other sum. A sheet's fee never becomes it by itself.
        exp_date: the CLABE's last day, of Mexico City (`"2026-12-31"`, `"31/12/2026"`, a `date`).
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile: a `Profile`, or the path of its file: defaults for one condominium, over which arguments win.
        sheet: a sheet's name or number (from 1), or a list of them; else every visible sheet with residents.
        columns: field to header (`{"email": "Correo del propietario"}`), where recognition fails or would choose
            wrongly; a list of headers is joined with `-` (`{"reference": ["Torre", "Depto"]}`).
        dry_run: do all but send; rows that would go out are `ready`. Opens no connection and needs no keys.
        live: with live keys, the word that real people may be written to.
        again: send a sheet that looks as if it had gone out already (`LooksSentError`).
        on_change: what to do with a key that exists with other data: `report` it as `conflict`, `keep` what exists,
            or `resend` the new data.
        progress: a bar (True), silence (False), or a function that is called with a `Progress`.
        output: a path to which `export_excel` writes the table, also when the run stops early.
        prefix: goes before the names of the columns that are added, where the source has columns of these names.
        limit: send the first `limit` rows only (a pilot); the rest are `not_sent`.
        redirect_to: in test mode, an e-mail address that gets everything; phones are left out. Such rows are a
            rehearsal and never count as created.
        id_prefix: goes in front of every `reference` and `customer_id` (`"ALA-"`).

    Returns:
        DataFrame: the same rows, index and columns, and after them `outcome`, `error_code`, `error`, `clabe` (18
        digits), `bank`, `status`, `request_id` (string), `clabe_valid`, `test_mode` (boolean), `created_at`,
        `updated_at`, `expires_at` (datetime64[us, America/Mexico_City]), `attempts` (Int64).
        `.attrs["compropago"]` holds `run_id`, `operation`, `mode`, `counts`, `stopped` and `notes`.

    Raises:
        ConfigurationError: keys or settings are missing or contradict each other. Nothing was sent.
        LooksSentError: at least half of the rows that would go out, and three, went out already under other ids,
            another spelling of the product or other keys, or their ids are other people's. Nothing was sent.
        LiveModeError: live keys, rows to send, and no `live=True`. Nothing was sent.
        SheetError: the file or a needed column cannot be read. Nothing was sent.
        ValueError: the source has columns of our names; use `prefix=`. Nothing was sent.
        TypeError: an unknown keyword; the message lists those that there are. Nothing was sent.
        JournalError: the journal cannot be made durable. Nothing was sent.
        AuthenticationError: the keys were refused before any row had a good answer; `.table` is the table.
        KeyboardInterrupt: only at the second interrupt; the first one ends the run and gives the table.
    """
    return through("createClabe", source, options_of(locals()))


@names_keywords
def create_orders(
    source: Any,
    *,
    product_id: str | None = None,
    product_name: str | None = None,
    price: float | Decimal | str | None = None,
    customer_id: str | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    product_url: str | None = None,
    expires_at: str | date | None = None,
    connection: Connection | None = None,
    profile: Profile | str | PathLike[str] | None = None,
    sheet: str | int | Sequence[str | int] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    dry_run: bool = False,
    live: bool = False,
    again: bool = False,
    on_change: str = "report",
    progress: bool | Callable[[Progress], None] = True,
    output: str | PathLike[str] | None = None,
    prefix: str = "",
    limit: int | None = None,
    redirect_to: str | None = None,
    id_prefix: str = "",
    renew_expired: bool = False,
) -> pd.DataFrame:
    """Raise a SPEI payment order for each resident, once for each product.

    API reference, "Crear orden de pago" (`POST /v2/orders`). Needs `product_id`, `product_name`, `price` (MXN),
    `customer_id` (else the `reference` column), `name` and `email`; may have `phone` and `product_url`; `expires_at`
    only when asked for by name. A row is the same row by `product_id` + `customer_id`.

    Example:
        cp.create_orders("residentes.xlsx", product_id="MTTO-11", product_name="Noviembre", price=1500)

    Args:
        source: a DataFrame, what pandas makes one of (a list of dicts, a dict of columns, an Arrow table), a path
            (`.xlsx .xlsm .xls .ods .csv .tsv`) or an open binary file; one row a resident. A `dask.dataframe` gives
            one back, whose rows go out when it is computed (docs/scale.md).
        product_id: what is charged, and for which month (`"MTTO-2026-11"`): a second run with the same one sends
            nothing again.
        product_name: as the resident reads it.
        price: MXN, for every row that has no fee of its own: the sheet's own fee wins, and `.attrs` says in how many
            rows this one was used.
        customer_id, name, email, phone, product_url: a value for every row that has none of its own. Seldom wanted.
        expires_at: the order's last day, of Mexico City (`"2026-12-31"`, `"31/12/2026"`, a `date`).
        connection: keys, address and pace; else from the environment or a `.env` file.
        profile: a `Profile`, or the path of its file: defaults for one condominium, over which arguments win.
        sheet: a sheet's name or number (from 1), or a list of them; else every visible sheet with residents.
        columns: field to header (`{"email": "Correo del propietario"}`), where recognition fails or would choose
            wrongly; a list of headers is joined with `-` (`{"reference": ["Torre", "Depto"]}`).
        dry_run: do all but send; rows that would go out are `ready`. Opens no connection and needs no keys.
        live: with live keys, the word that real people may be written to.
        again: send a sheet that looks as if it had gone out already (`LooksSentError`).
        on_change: what to do with a key that exists with other data: `report` it as `conflict`, `keep` what exists,
            or `resend` the new data.
        progress: a bar (True), silence (False), or a function that is called with a `Progress`.
        output: a path to which `export_excel` writes the table, also when the run stops early.
        prefix: goes before the names of the columns that are added, where the source has columns of these names.
        limit: send the first `limit` rows only (a pilot); the rest are `not_sent`.
        redirect_to: in test mode, an e-mail address that gets everything; phones are left out. Such rows are a
            rehearsal and never count as created.
        id_prefix: goes in front of every `reference` and `customer_id` (`"ALA-"`).
        renew_expired: a row whose order was last seen `EXPIRED` gets a new one; the journal keeps both.

    Returns:
        DataFrame: the same rows, index and columns, and after them `outcome`, `error_code`, `error`, `clabe` (18
        digits), `bank`, `status`, `request_id` (string), `clabe_valid`, `test_mode` (boolean), `created_at`,
        `updated_at`, `expires_at` (datetime64[us, America/Mexico_City]), `attempts` (Int64),
        `order_id`, `short_id` (string), `order_price`, `fee`, `iva` (Float64, MXN).
        `.attrs["compropago"]` holds `run_id`, `operation`, `mode`, `counts`, `stopped` and `notes`.

    Raises:
        ConfigurationError: keys or settings are missing or contradict each other. Nothing was sent.
        LooksSentError: at least half of the rows that would go out, and three, went out already under other ids,
            another spelling of the product or other keys, or their ids are other people's. Nothing was sent.
        LiveModeError: live keys, rows to send, and no `live=True`. Nothing was sent.
        SheetError: the file or a needed column cannot be read. Nothing was sent.
        ValueError: the source has columns of our names; use `prefix=`. Nothing was sent.
        TypeError: an unknown keyword; the message lists those that there are. Nothing was sent.
        JournalError: the journal cannot be made durable. Nothing was sent.
        AuthenticationError: the keys were refused before any row had a good answer; `.table` is the table.
        KeyboardInterrupt: only at the second interrupt; the first one ends the run and gives the table.
    """
    return through("orders", source, options_of(locals()))
