"""The child that parses `.xls` and `.ods`: a workbook's bytes come in, its filled cells go out as JSON.

It runs with a limit of memory where the system has one. Exit status: 3 encrypted, 4 broken, anything else too large.
"""

from __future__ import annotations

import json
import sys

from .grid import ROOM, Encrypted
from .ods import read_ods
from .xls import read_xls

MEMORY = 900 * 1024 * 1024


def limit_memory() -> None:
    """Ask the system to refuse more than `MEMORY`; Windows has no such word."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Do the work for the kind that the command line names; give the exit status."""
    limit_memory()
    data = sys.stdin.buffer.read()
    try:
        told = read_ods(data, ROOM) if sys.argv[1:] == ["ods"] else read_xls(data, ROOM)
        written = json.dumps(told)
    except Encrypted:
        return 3
    except MemoryError:
        return 5
    except Exception:  # noqa: BLE001 - a broken file makes parsers raise anything
        return 4
    sys.stdout.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
