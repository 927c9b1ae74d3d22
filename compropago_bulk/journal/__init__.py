"""The memory of what was sent: what is durable before the wire and after it. SQL lives only here."""

from .journal import Journal, open_journal
from .places import is_server, journal_folder
from .run import RunJournal
from .states import Scope

__all__ = ["Journal", "RunJournal", "Scope", "is_server", "journal_folder", "open_journal"]
