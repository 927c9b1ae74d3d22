"""The memory of what was sent: what is durable before the wire and after it. SQL lives only here."""

from .journal import Journal, open_journal
from .merging import back_up, refuse_missing
from .places import find, is_server, journal_folder
from .run import RunJournal
from .states import Scope

__all__ = [
    "Journal",
    "RunJournal",
    "Scope",
    "back_up",
    "find",
    "is_server",
    "journal_folder",
    "open_journal",
    "refuse_missing",
]
