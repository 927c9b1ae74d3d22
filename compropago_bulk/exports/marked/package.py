"""A workbook as the zip of parts that it is: read, a few parts spliced or added, all others handed on as they are.

A parser that writes a part anew renames its prefixes, which breaks `mc:Ignorable`, and drops what it does not know. So
nothing is written anew: expat tells the offsets, and the edits are spliced in. No document type is let in, so there are
no entities to expand.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from ...sheets.opening import part_name

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


_HEAD_END = re.compile(rb"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(r"""(<\?xml[^>]*?encoding\s*=\s*)("[^"]*"|'[^']*')""")


class UnfitPartError(ValueError):
    """Say that a part is not XML that may be edited."""


@dataclass(slots=True)
class Node:
    """One element: its names and where its bytes stand."""

    name: str
    """Without the prefix."""
    prefix: str
    """With its colon, or empty."""
    attributes: dict[str, str]
    start: int
    inside: int
    """Where the start tag ends."""
    close: int = 0
    """Where the end tag starts; `end` for an element that is a single tag."""
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """Whether the element is one tag, `<row/>`."""
        return self.end == self.inside

    def named(self, name: str) -> list[Node]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node | None:
        """Return the first child of a name."""
        return next(iter(self.named(name)), None)

    def attribute(self, name: str) -> str:
        """Return an attribute by its name without a prefix."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name), "")


def split_name(name: str) -> tuple[str, str]:
    """Part a qualified name into its prefix with the colon, and the rest."""
    prefix, colon, local = name.rpartition(":")
    return prefix + colon, local


def head_end(data: bytes, start: int) -> int:
    """Find where the tag that begins at `start` ends."""
    found = _HEAD_END.match(data, start)
    if found is None:
        raise UnfitPartError("unfinished tag")
    return found.end()


def as_utf8(data: bytes) -> bytes:
    """Return a part whose bytes can be edited: UTF-16 becomes UTF-8."""
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return data
    return _DECLARED.sub(r'\1"UTF-8"', data.decode("utf-16"), count=1).encode()


def ascii_xml(text: str) -> bytes:
    """Write XML that is the same in every encoding that a part may declare."""
    return text.encode("ascii", "xmlcharrefreplace")


def parser() -> expat.XMLParserType:
    """Make a parser that lets no document type in."""

    def refuse(*_: object) -> None:
        raise UnfitPartError("document type")

    made = expat.ParserCreate()
    made.StartDoctypeDeclHandler = refuse
    return made


def outline(data: bytes) -> Node:
    """Read a part into a tree of places.

    Raises:
        UnfitPartError: it is no well-formed XML, or has a document type.
    """
    made, open_nodes = parser(), [Node("", "", {}, 0, 0)]

    def start(name: str, attributes: dict[str, str]) -> None:
        place = made.CurrentByteIndex
        prefix, local = split_name(name)
        node = Node(local, prefix, attributes, place, head_end(data, place))
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_: str) -> None:
        finish(data, open_nodes.pop(), made.CurrentByteIndex)

    made.StartElementHandler, made.EndElementHandler = start, end
    try:
        made.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:  # also a declared encoding that nobody knows
        raise UnfitPartError(str(fault)) from None
    return open_nodes[0].children[0]


def finish(data: bytes, node: Node, place: int) -> None:
    """Note where an element ends; `place` is the parser's, at its end."""
    if data[node.inside - 2 : node.inside - 1] == b"/":
        node.close = node.end = node.inside
    else:
        node.close, node.end = place, head_end(data, place)


def with_attributes(tag: bytes, **values: str | None) -> bytes:
    """Return a start tag with other values of some attributes; None takes one away."""
    left = dict(values)

    def written(match: re.Match[bytes]) -> bytes:
        name = match[1].decode()
        if name not in values:
            return match[0]
        left.pop(name, None)
        value = values[name]
        return b"" if value is None else f' {name}="{value}"'.encode()

    new = _ATTRIBUTE.sub(written, tag)
    added = "".join(f' {name}="{value}"' for name, value in left.items() if value is not None).encode()
    cut = len(new) - (2 if new.endswith(b"/>") else 1)
    return new[:cut] + added + new[cut:]


class Edits:
    """Changes to one part, given in any order and made at once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._made: list[tuple[int, int, int, bytes]] = []

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put `new` in the place of some bytes."""
        self._made.append((start, end, len(self._made), new))

    def insert(self, place: int, new: bytes) -> None:
        """Put `new` before `place`; of several at one place the first stands first."""
        self.replace(place, place, new)

    def append(self, node: Node, new: bytes) -> None:
        """Put `new` at the end of an element, which may be a single tag."""
        if not node.single:
            self.insert(node.close, new)
            return
        head = self.data[node.start : node.inside].rstrip(b"/>").rstrip()
        self.replace(node.start, node.inside, head + b">" + new + f"</{node.prefix}{node.name}>".encode())

    def attributes(self, node: Node, **values: str | None) -> None:
        """Change attributes of an element."""
        self.replace(node.start, node.inside, with_attributes(self.data[node.start : node.inside], **values))

    def __bool__(self) -> bool:
        return bool(self._made)

    def done(self) -> bytes:
        """Return the part with its changes."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        before = 0
        for start, end, _, new in sorted(self._made):
            yield self.data[before:start]
            yield new
            before = max(before, end)
        yield self.data[before:]
