"""XML seen as bytes: where each element stands, and edits at those places.

A parser that writes a part anew renames its prefixes, which breaks `mc:Ignorable`, and drops what it does not know. So
nothing is written anew: expat tells the offsets, and the edits are spliced in. No document type is let in, so there are
no entities to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

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
    except expat.ExpatError as fault:
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
