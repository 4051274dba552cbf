"""
YAML files read with care: plain data plus the line and column of every key and value.

The file is treated as hostile: its size, depth and number of values are bounded, anchors, aliases, tags and a second
document are refused, and so are duplicate keys. YAML 1.2: `no` is a word and `010` is ten. What the data means is
`sim.scenario`'s affair.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from sim.problems import BadDocument, Path, Problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20
MOST_VALUES = 20_000
MOST_KEY = 200

_PREFIX = "tag:yaml.org,2002:"


class Place(NamedTuple):
    """Where something stands: line and column, from 1, and the file's name."""

    line: int
    column: int
    file: str


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dict, list, str, int, float, bool, None) and where each part stands, be it in several files."""

    name: str
    data: Any
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)

    def position(self, path: Path, *, of_key: bool = False) -> Place:
        """Where a value (or its key) stands, or the nearest part above it that stands in a file."""
        if of_key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return Place(1, 1, self.name)


def read_yaml(path: FilePath) -> Document:
    """Read one file. Raises `BadDocument` for anything wrong with it, OSError when it cannot be read."""
    name = str(path)
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadDocument(name, [Problem((), f"the file is larger than {MOST_BYTES // 1024} KiB; split or shorten it")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadDocument(name, [Problem((), "this is not UTF-8 text; save the file as UTF-8", line, 1)]) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Document:
    """Parse YAML text; `name` stands for the file in errors. Raises `BadDocument`."""
    document = Document(name, None)
    builder = _Builder(document)
    try:
        data = builder.build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadDocument(name, [Problem((), f"not YAML: {error.problem or error.context}", line, column)]) from None
    except YAMLError as error:
        raise BadDocument(name, [Problem((), f"not YAML: {str(error).splitlines()[0]}", 1, 1)]) from None
    if builder.problems:
        raise BadDocument(name, builder.problems)
    return Document(name, data, document.keys, document.values)


class _Stop(Exception):
    """The file goes beyond a bound; reading on would only cost time."""


class _Builder:
    """Builds plain data from parser events, one event at a time, so that a bound stops the parser itself."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._resolver = YAML(typ="safe", pure=True).resolver
        self._count = 0

    def build(self, events: Iterator[Any]) -> Any:
        """The document's data; None for an empty file."""
        documents = 0
        data = None
        try:
            for event in events:
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._stop((), "a second document begins here; one file holds one", event)
                    data = self._value(next(events), events, ())
        except _Stop:
            return None
        return data

    def _problem(self, path: Path, message: str, event: Any) -> None:
        self.problems.append(Problem(path, message, event.start_mark.line + 1, event.start_mark.column + 1))

    def _stop(self, path: Path, message: str, event: Any) -> None:
        self._problem(path, message, event)
        raise _Stop

    def _place(self, event: Any) -> Place:
        return Place(event.start_mark.line + 1, event.start_mark.column + 1, self.document.name)

    def _check_anchor(self, path: Path, event: Any) -> None:
        if getattr(event, "anchor", None) is not None:
            self._stop(path, "anchors (&name) are not allowed; write the value out", event)

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self._count += 1
        if self._count > MOST_VALUES:
            self._stop((), f"more than {MOST_VALUES:,} values", event)
        if len(path) > MOST_DEPTH:
            self._stop(path, f"nested deeper than {MOST_DEPTH} levels", event)
        self.document.values[path] = self._place(event)
        if isinstance(event, AliasEvent):
            self._stop(path, "aliases (*name) are not allowed; write the value out", event)
        self._check_anchor(path, event)
        if not isinstance(event, ScalarEvent) and not event.implicit:
            self._stop(path, "tags (!name) are not allowed", event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event, path)

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._stop(path, "a key must be a word", event)
            self._check_anchor(path, event)
            if not any(event.implicit):
                self._stop(path, "tags (!name) are not allowed", event)
            if len(event.value) > MOST_KEY:
                self._stop(path, f"a key is at most {MOST_KEY} letters long", event)
            inner = (*path, event.value)
            if event.value in mapping:
                line = self.document.keys[inner].line
                self._problem(inner, f"this key stands on line {line} already; remove one of the two", event)
            self.document.keys[inner] = self._place(event)
            mapping[event.value] = self._value(next(events), events, inner)
        return mapping

    def _sequence(self, events: Iterator[Any], path: Path) -> list[Any]:
        sequence: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            sequence.append(self._value(event, events, (*path, len(sequence))))
        return sequence

    def _scalar(self, event: Any, path: Path) -> str | int | float | bool | None:
        if not any(event.implicit):
            self._stop(path, "tags (!name) are not allowed", event)
        tag = self._resolver.resolve(ScalarNode, event.value, event.implicit)
        kind = str(tag).removeprefix(_PREFIX)
        text: str = event.value
        try:
            return _plain(kind, text)
        except ValueError:
            self._problem(path, f"'{text[:40]}' is not a usable {kind}", event)
            return None


def _plain(kind: str, text: str) -> str | int | float | bool | None:
    """A scalar by its YAML 1.2 kind; kinds that have no plain form (a date) stay text."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        digits = text.replace("_", "").lower()
        base = {"0b": 2, "0o": 8, "0x": 16}.get(digits.lstrip("+-")[:2], 10)
        return int(digits, base)
    if kind == "float":
        return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    return text
