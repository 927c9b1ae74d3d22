"""What stops a whole run. A row that fails is a value in its column, never an exception.

::

    CompropagoError
    ├── ConfigurationError (ValueError)     keys, addresses, settings
    │   └── LooksSentError                  the sheet looks as if it had gone out already; has .reason .rows .known
    ├── LiveModeError (PermissionError)     real people would be written to, and nobody said so
    ├── SheetError (ValueError)             a file or a table that cannot be read; has .code
    ├── JournalError (OSError)              the memory of what was sent cannot be made durable
    └── ApiError                            ComproPago's own refusal; has .status .code .message .request_id
        └── AuthenticationError             the keys were refused; has .table once rows had been prepared

Every message says what to do next, and none holds a key.
"""

from __future__ import annotations

from typing import Any


class CompropagoError(Exception):
    """Be the base of everything that this package raises on purpose."""


class ConfigurationError(CompropagoError, ValueError):
    """Say that keys, an address or a setting are missing or contradict each other."""


class LooksSentError(ConfigurationError):
    """Say that this sheet looks as if it had gone out already under another name; nothing was sent.

    Attributes:
        reason: `other_ids`, `other_product`, `other_keys` or `other_people`.
        rows: how many rows look so.
        known: a DataFrame with a line for each: `source_sheet`, `source_row`, `key` (now), `known_key` (then),
            `reason`, `sent_at` (Mexico City), `run_id`.
    """

    def __init__(self, message: str, *, reason: str, rows: int, known: Any = None) -> None:
        super().__init__(message)
        self.reason, self.rows, self.known = reason, rows, known


class LiveModeError(CompropagoError, PermissionError):
    """Say that live keys would reach real people and that `live=True` was not given.

    Attributes:
        requests, emails, sms: how many of each it would have been.
    """

    def __init__(self, message: str, *, requests: int = 0, emails: int = 0, sms: int = 0) -> None:
        super().__init__(message)
        self.requests, self.emails, self.sms = requests, emails, sms


class SheetError(CompropagoError, ValueError):
    """Say that a file or a table cannot be read, and what to do about it.

    Attributes:
        code: `encrypted`, `corrupt_file`, `not_a_workbook`, `too_large`, `unsupported_format`,
            `unsupported_encoding`, `no_rows`, `missing_required_column` or `ambiguous_header`.
        details: what the message was made from, by name.
    """

    def __init__(self, message: str, *, code: str, **details: object) -> None:
        super().__init__(message)
        self.code, self.details = code, details


class JournalError(CompropagoError, OSError):
    """Say that the journal cannot be opened, read or made durable, so nothing may be sent."""


class ApiError(CompropagoError):
    """Carry ComproPago's own refusal.

    Attributes:
        status: the HTTP status, or None where no answer came.
        code: the machine code, ours or the API's.
        message: a sentence for a person.
        request_id: the envelope's `map`, for ComproPago's support.
    """

    def __init__(
        self, message: str, *, status: int | None = None, code: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.request_id = status, code, message, request_id

    def __str__(self) -> str:
        facts = [str(self.status)] if self.status else []
        facts += [self.code] if self.code else []
        facts += [f"request {self.request_id}"] if self.request_id else []
        return f"{self.message} ({', '.join(facts)})" if facts else self.message


class AuthenticationError(ApiError):
    """Say that the keys were refused before any row had a good answer.

    Attributes:
        table: the DataFrame that the call would have returned, every row with its outcome; None before there was one.
    """

    table: Any = None
