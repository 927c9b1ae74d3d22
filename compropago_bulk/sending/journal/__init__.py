"""The memory of what was sent: what is durable before the wire and after it. SQL lives only here."""

from .book import Journal, open_journal
from .place import is_server, journal_folder
from .records import Scope
from .run import RunJournal

__all__ = ["Journal", "RunJournal", "Scope", "is_server", "journal_folder", "open_journal"]
