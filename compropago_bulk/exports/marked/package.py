"""A workbook as the zip of parts that it is: read, a few parts replaced or added, all others handed on as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from ...sheets.opening import part_name
from .splice import Edits, Node, as_utf8, outline

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part."""

    id: str
    type: str
    target: str
    """The part's name in the package; as written where it lies outside."""


class Package:
    """The parts of a workbook, and what is to become of them."""

    def __init__(self, data: bytes) -> None:
        self._source = zipfile.ZipFile(io.BytesIO(data))
        self._names = {part_name(name).lower(): name for name in self._source.namelist()}
        self._changed: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._names

    def names(self) -> list[str]:
        """Name every part."""
        return list(self._names.values())

    def read(self, name: str) -> bytes:
        """Return a part's bytes, with the changes made so far."""
        actual = self._names[name.lower()]
        return self._changed[actual] if actual in self._changed else as_utf8(self._source.read(actual))

    def put(self, name: str, data: bytes) -> None:
        """Change a part, or add one."""
        self._changed[self._names.setdefault(name.lower(), name)] = data

    def free_name(self, pattern: str) -> str:
        """Find a name that no part has: `xl/comments{}.xml`."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """Read the relationships of a part; those of the package itself under an empty name."""
        where = _relations_of(part)
        if not self.has(where):
            return []
        return [_relation(part, node) for node in outline(self.read(where)).named("Relationship")]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship; give its id."""
        where = _relations_of(part)
        if not self.has(where):
            self.put(where, HEAD + f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode())
        data = self.read(where)
        root = outline(data)
        taken = {node.attribute("Id") for node in root.named("Relationship")}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        edits = Edits(data)
        edits.append(
            root,
            f"<{root.prefix}Relationship Id={quoteattr(f'rId{number}')} Type={quoteattr(kind)} "
            f"Target={quoteattr('/' + target)}/>".encode(),
        )
        self.put(where, edits.done())
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part holds."""
        self._add_type(f"Override PartName={quoteattr('/' + part)} ContentType={quoteattr(content_type)}")

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Say what all parts of an extension hold, unless it has been said."""
        known = outline(self.read(_TYPES)).named("Default")
        if extension not in {entry.attribute("Extension").lower() for entry in known}:
            self._add_type(
                f"Default Extension={quoteattr(extension)} ContentType={quoteattr(content_type)}", first=True
            )

    def _add_type(self, element: str, *, first: bool = False) -> None:
        data = self.read(_TYPES)
        root = outline(data)
        edits, new = Edits(data), f"<{root.prefix}{element}/>".encode()
        if first and root.children:
            edits.insert(root.children[0].start, new)
        else:
            edits.append(root, new)
        self.put(_TYPES, edits.done())

    @property
    def has_macros(self) -> bool:
        """Whether the workbook may hold macros, which its name has to say."""
        return b"macroEnabled" in self.read(_TYPES)

    def write(self, path: Path) -> None:
        """Write the package: every part in its order, what was not changed with the very same bytes."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            written = set()
            for info in self._source.infolist():
                if info.filename in written:
                    continue
                written.add(info.filename)
                data = self._changed.get(info.filename)
                made.writestr(_copied(info), self._source.read(info.filename) if data is None else data)
            for name, data in self._changed.items():
                if name not in written:
                    made.writestr(name, data)


def _copied(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(part_name(info.filename), info.date_time)
    made.compress_type = zipfile.ZIP_STORED if info.compress_type == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    made.external_attr = info.external_attr
    return made


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relation(part: str, node: Node) -> Relation:
    target = node.attribute("Target")
    if node.attribute("TargetMode") != "External":
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
    return Relation(node.attribute("Id"), node.attribute("Type"), target)
