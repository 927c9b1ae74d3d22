"""Files that are replaced only once the new one is whole, and never while another program holds them."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ..errors import ConfigurationError
from ..texts import say

logger = logging.getLogger("compropago_bulk")


def writable_target(path: str | os.PathLike[str]) -> Path:
    """Give where a file can go: `path`, or `name (2)` beside it while another program holds that one open.

    Raises:
        ConfigurationError: the folder does not exist or may not be written to.
    """
    wanted = Path(path).expanduser()
    if not wanted.parent.is_dir():
        raise ConfigurationError(say("exports", "no_folder", folder=wanted.parent))
    if not os.access(wanted.parent, os.W_OK):
        raise ConfigurationError(say("exports", "not_writable", path=wanted, reason=wanted.parent))
    found, number = wanted, 1
    while _is_held(found):
        number += 1
        found = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    if found != wanted:
        logger.warning("%s", say("exports", "went_elsewhere", path=wanted.name, other=found.name))
    return found


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with path.open("r+b"):
            return False
    except OSError:
        return True


def write_whole(path: str | os.PathLike[str], write: Callable[[Path], None]) -> Path:
    """Have `write` make a file beside the target, and put it in the target's place; give where it went."""
    target = writable_target(path)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    made = Path(name)
    try:
        write(made)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        made.replace(target)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
