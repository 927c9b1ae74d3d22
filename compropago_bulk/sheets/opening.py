"""From what a person hands over to bytes of a known kind: sniffed, weighed, and refused where they would do harm."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..errors import SheetError
from ..texts import say
from .grid import Book, book_of

KINDS = ("xlsx", "xlsm", "xls", "ods", "csv", "tsv")
_MB = 1024 * 1024
MOST_FILE = 200 * _MB
MOST_UNPACKED = 300 * _MB
MOST_PART = 32 * _MB
"""For parts that are read whole (styles, the list of sheets)."""
MOST_STRINGS = 96 * _MB
MOST_RATIO = 100
"""A part this many times larger than its packed form holds nothing that people typed."""
_RATIO_FROM = 8 * _MB
_HEAD = 4096

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_ADDRESS = re.compile(r"\s*(?:https?|ftp)://", re.IGNORECASE)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def part_name(name: str) -> str:
    """Return a part's name as the format has it: some programs write backslashes, or a slash in front."""
    return name.replace("\\", "/").lstrip("/")


class Parts(zipfile.ZipFile):
    """A workbook's archive, whose parts are found under their names as the format has them, whatever letter case."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__(source)
        for part in self.filelist:
            part.filename = part_name(part.filename)
        self.NameToInfo = {part.filename: part for part in self.filelist}
        self._folded = {part.filename.lower(): part for part in self.filelist}

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        """Return what is known of a part.

        Raises:
            KeyError: there is none of this name.
        """
        return self._folded[part_name(name).lower()]

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return part_name(name).lower() in self._folded


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of a source, what they are, and what to call them."""

    data: bytes
    kind: str
    name: str | None
    path: Path | None

    @property
    def label(self) -> str:
        """The name for messages."""
        return self.name or "the file"

    @property
    def sha256(self) -> str:
        """The hash that tells whether the file is still the one that was read."""
        return hashlib.sha256(self.data).hexdigest()


def refuse(code: str, sentence: str | None = None, /, **values: object) -> SheetError:
    """Make the error for a file that cannot be read."""
    return SheetError(say("sheets", sentence or code, **values), code=code, **values)


def open_source(source: Any) -> Opened:
    """Read a path or an open binary file and find out what it is.

    Raises:
        SheetError: it cannot be opened, is too large, or is not what its name says.
    """
    data, name, path = _bytes_of(source)
    return Opened(data, _kind(data, name), name, path)


def _bytes_of(source: Any) -> tuple[bytes, str | None, Path | None]:
    if hasattr(source, "read"):
        return _read_stream(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), None, None
    if isinstance(source, str) and _WEB_ADDRESS.match(source):
        raise refuse("unsupported_format", "web_address", file=source.strip())
    try:
        path = Path(source).expanduser()
    except (TypeError, RuntimeError):
        raise refuse("unsupported_format", "no_source", kind=type(source).__name__) from None
    try:
        if path.stat().st_size > MOST_FILE:
            raise _too_large(path.name, path.stat().st_size)
        return path.read_bytes(), path.name, path.absolute()
    except FileNotFoundError:
        raise refuse("corrupt_file", "no_file", file=str(path)) from None
    except (OSError, ValueError) as fault:
        if isinstance(fault, SheetError):
            raise
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        raise refuse("corrupt_file", "unreadable_file", file=path.name, reason=reason) from None


def _read_stream(source: Any) -> tuple[bytes, str | None, Path | None]:
    name = getattr(source, "name", None)
    name = Path(name).name if isinstance(name, str) else None
    try:
        if getattr(source, "seekable", lambda: False)():
            source.seek(0)
        data = source.read(MOST_FILE + 1)
    except (OSError, ValueError) as fault:
        raise refuse("corrupt_file", "unreadable_file", file=name or "–", reason=type(fault).__name__) from None
    if isinstance(data, str):
        data = data.encode()
    if len(data) > MOST_FILE:
        raise _too_large(name, len(data))
    return data, name, None


def _too_large(name: str | None, size: int) -> SheetError:
    return refuse("too_large", "too_large_unpacked", file=name or "–", size=size // _MB, limit=MOST_UNPACKED // _MB)


def _kind(data: bytes, name: str | None) -> str:
    suffix = Path(name).suffix.lower().lstrip(".") if name else ""
    label = name or "–"
    if suffix == "xlsb":
        raise refuse("unsupported_format", file=label, kind="xlsb")
    if suffix and suffix not in KINDS:
        return _unknown_suffix(data, suffix, label)
    found = _sniff(data, label)
    if found == "text":
        return _text_kind(data, suffix, label)
    if found in {"html", "xml", "binary", "zip"}:
        raise _not_a_workbook(label, suffix, found)
    if suffix in {"csv", "tsv"} or not _same_family(suffix, found):
        raise _not_a_workbook(label, suffix, "workbook", found)
    return "xlsm" if suffix == "xlsm" else found


def _unknown_suffix(data: bytes, suffix: str, label: str) -> str:
    if suffix in {"xltx", "xltm", "txt"}:
        found = _sniff(data, label)
        if found == ("text" if suffix == "txt" else "xlsx"):
            return "csv" if suffix == "txt" else "xlsx"
    raise refuse("unsupported_format", file=label, kind=suffix)


def _same_family(suffix: str, found: str) -> bool:
    return not suffix or found == suffix or {suffix, found} <= {"xlsx", "xlsm"} or {suffix, found} <= {"xls", "xlsx"}


def _text_kind(data: bytes, suffix: str, label: str) -> str:
    if suffix in {"csv", "tsv"}:
        return suffix
    if not suffix:
        return "csv"
    raise _not_a_workbook(label, suffix, "text")


def _not_a_workbook(label: str, suffix: str, content: str, found: str = "") -> SheetError:
    told = say("sheets", f"content_{content}", found=found)
    return refuse("not_a_workbook", file=label, kind=f".{suffix}" if suffix else "–", content=told)


def _sniff(data: bytes, label: str) -> str:
    if data.startswith(_ZIP):
        return _sniff_zip(data, label)
    if data.startswith(_OLE):
        return _sniff_ole(data, label)
    head = data[:4096].lstrip(b"\xef\xbb\xbf").lstrip().lower()
    if (
        head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body"))
        or b"<html" in head[:512]
    ):
        return "html"
    if head.startswith((b"<?xml", b"<workbook")):
        return "xml"
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00\x04\x00")):
        return "xls"  # a bare BIFF stream, as some programs of the nineties wrote
    return "text" if _looks_like_text(data) else "binary"


def _looks_like_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    if b"\x00" in sample:  # UTF-16 without a mark has a zero in every other byte
        return max(sample[::2].count(0), sample[1::2].count(0)) * 2.5 > len(sample) / 2
    control = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b\x1a" for byte in sample)
    return control * 200 <= len(sample)


def _sniff_ole(data: bytes, label: str) -> str:
    names = {"EncryptedPackage", "EncryptionInfo"}
    if any(name.encode("utf-16-le") in data for name in names):
        raise refuse("encrypted", file=label)
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    return "binary"


@contextmanager
def reading(label: str) -> Iterator[None]:
    """Have whatever a broken file makes a parser raise say that the file is broken.

    Raises:
        SheetError: `corrupt_file`; `too_large` where there is not enough memory.
    """
    try:
        yield
    except SheetError:
        raise
    except MemoryError:
        raise refuse("too_large", "too_large_range", file=label, sheet="–") from None
    except Exception:  # noqa: BLE001 - a broken file makes parsers raise anything
        raise refuse("corrupt_file", file=label) from None


def _sniff_zip(data: bytes, label: str) -> str:
    with reading(label), Parts(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        _weigh(parts, label)
        if any(part.flag_bits & 1 for part in parts):
            raise refuse("encrypted", file=label)
        if "content.xml" in names:
            return _sniff_ods(archive, names, label)
        if any(_has_document_type(archive, part) for part in parts):
            raise refuse("corrupt_file", file=label)
    return _kind_by_parts({name.lower() for name in names}, label)


def _kind_by_parts(lowered: set[str], label: str) -> str:
    if any(name.endswith("xl/workbook.bin") for name in lowered):
        raise refuse("unsupported_format", file=label, kind="xlsb")
    if any(name.startswith("xl/") for name in lowered) or "[content_types].xml" in lowered:
        return "xlsx"
    return "zip"


def _has_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Tell a part that could define entities, which no program writes into a workbook; expat limits what it misses."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(part) as source:
        return b"<!DOCTYPE" in source.read(_HEAD).replace(b"\0", b"")


def _sniff_ods(archive: zipfile.ZipFile, names: set[str], label: str) -> str:
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise refuse("encrypted", file=label)
    if "mimetype" in names and b"spreadsheet" not in archive.read("mimetype"):
        return "zip"
    return "ods"


def _weigh(parts: list[zipfile.ZipInfo], label: str) -> None:
    """Refuse an archive by its directory, before anything is unpacked."""
    total = sum(part.file_size for part in parts)
    strange = any(
        part.file_size > _RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    heavy = any(_heavy(part) for part in parts)
    if total > MOST_UNPACKED or strange or heavy or len(parts) > 10_000:
        raise _too_large(label, total)


def _heavy(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    if "/worksheets/" in name or "/media/" in name or not name.endswith((".xml", ".rels")) or name == "content.xml":
        return False
    return part.file_size > (MOST_STRINGS if name.endswith("sharedstrings.xml") else MOST_PART)


SECONDS = 120
_PACKAGE_PARENT = str(Path(__file__).parents[2])
_MODULE = __package__ + ".child" if __package__ else ""


def read_others(opened: Opened) -> Book:
    """Read a workbook that is no zip of spreadsheet XML.

    Raises:
        SheetError: it is encrypted, broken, or too large for the child's memory or patience.
    """
    path = os.pathsep.join(part for part in (_PACKAGE_PARENT, os.environ.get("PYTHONPATH", "")) if part)
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by this very interpreter
            [sys.executable, "-m", _MODULE, opened.kind],
            input=opened.data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        raise refuse("too_large", "too_slow", file=opened.label, seconds=SECONDS) from None
    if done.returncode == 0:
        return book_of(opened.kind, json.loads(done.stdout))
    if done.returncode == 3:
        raise refuse("encrypted", file=opened.label)
    if done.returncode == 4:
        raise refuse("corrupt_file", file=opened.label)
    raise refuse("too_large", "too_large_range", file=opened.label, sheet="–")
