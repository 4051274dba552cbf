"""
`extends`: a scenario that says only what is different from another one.

Mappings are merged key by key, everything else is replaced; `null` takes away what the other says. Lists are replaced
too, but for lists whose entries all have a `name`, which are merged entry by entry, and those that tell where numbers
come from, which are joined. A key that stands instead of others (one law instead of another) takes their place. Each
part keeps the file and line that it came from.

What is extended is a scenario that ships, by its name, or a file beside or below the one that extends it. The files
are as little trusted as any other: no way leads out of the folder, and a circle is refused.
"""

import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, Final

from router.wire.hours.document import Calendar
from sim.demand.profile import Profile
from sim.demand.section import Stream
from sim.durations import DurationLaw, LognormalLaw
from sim.people.section import Shift
from sim.problems import BadDocument, Path, Problem, did_you_mean
from sim.reading import inside, model_in
from sim.scenario import Scenario
from sim.yaml_file import Document, read_yaml

SHIPPED: Final = FilePath(__file__).parents[1] / "scenarios"
MOST_FILES: Final = 8
"""Longest chain of files, each extending the next."""

_SHIPPED_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

_INSTEAD: Final[dict[type, tuple[tuple[str, ...], ...]]] = {
    DurationLaw: (tuple(DurationLaw.model_fields),),
    LognormalLaw: (("mean", "median"), ("cv", "sigma")),
    Stream: (("per_hour", "profile"),),
    Profile: (("per_hour", "daily", "week"),),
    Shift: (("to", "lasts"),),
}
"""Keys of which one stands instead of the others."""

_WHOLE: Final[dict[type, tuple[str, ...]]] = {
    Calendar: ("days", "holidays"),
    Stream: ("zones",),
    Shift: ("holidays",),
}
"""Keys whose mapping makes sense as a whole only, and so is replaced."""


_JOINED: Final[dict[type, tuple[str, ...]]] = {Scenario: ("sources", "measured", "fitted", "assumed")}
"""Lists that hold for what is extended as well: where its numbers come from must not get lost."""


def shipped_names() -> list[str]:
    """The scenarios that ship, by name."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def extended(document: Document, path: FilePath | None) -> Document:
    """
    The document with everything that it and those it extends say, without `extends` itself.

    `path` is where it lies; None for one that is no file. Raises `BadDocument`.
    """
    chain, paths = [document], [] if path is None else [path.resolve()]
    while isinstance(chain[-1].data, Mapping) and chain[-1].data.get("extends") is not None:
        found = _find(chain[-1], path, paths)
        if len(chain) == MOST_FILES:
            raise _wrong(chain[-1], f"more than {MOST_FILES} files extend each other")
        try:
            chain.append(read_yaml(found))
        except OSError as error:
            raise _wrong(chain[-1], f"{found} cannot be read: {error.strerror}") from None
        if not isinstance(chain[-1].data, Mapping):
            raise _wrong(chain[-2], f"{found} is no scenario")
        path = found
        paths.append(found)
    merged = chain.pop()
    while chain:
        merged = _Merger(merged, chain.pop()).merged()
    if isinstance(merged.data, Mapping) and "extends" in merged.data:
        data = {key: value for key, value in merged.data.items() if key != "extends"}
        return Document(document.name, data, merged.keys, merged.values)
    return merged


def _wrong(document: Document, message: str) -> BadDocument:
    line, column, file = document.position(("extends",)) if document.values else (0, 0, document.name)
    return BadDocument(file, [Problem(("extends",), message, line, column)])


def _find(document: Document, path: FilePath | None, seen: list[FilePath]) -> FilePath:
    """The file that a document extends."""
    wanted = document.data["extends"]
    if not isinstance(wanted, str):
        raise _wrong(document, "write the name of a scenario that ships, or a file beside this one")
    if _SHIPPED_NAME.fullmatch(wanted):
        found = SHIPPED / f"{wanted}.yaml"
        if wanted not in shipped_names():
            hint = did_you_mean(wanted, shipped_names()) or f" Those are: {', '.join(shipped_names())}."
            raise _wrong(document, f"no scenario '{wanted}' ships.{hint} A file is written with its ending.")
    elif path is None:
        raise _wrong(document, "what is no file can extend a scenario that ships only, by its name")
    else:
        found = _beside(document, path, wanted)
    found = found.resolve()
    if found in seen:
        names = " extends ".join(each.name for each in [*seen[seen.index(found) :], found])
        raise _wrong(document, f"a circle: {names}")
    return found


def _beside(document: Document, path: FilePath, wanted: str) -> FilePath:
    folder = path.parent.resolve()
    inner = FilePath(wanted)
    refused = inner.is_absolute() or ".." in inner.parts or "\\" in wanted or ":" in wanted or not wanted.isprintable()
    try:
        found = folder if refused else (folder / inner).resolve()
        there = not refused and found.is_file()
    except (OSError, ValueError, RuntimeError):  # Names that no file can have: too long, or links that go round.
        there, found = False, folder / "nothing"
    if refused or not found.is_relative_to(folder):
        raise _wrong(document, "write a path that stays beside or below this file, without '..'")
    if not there:
        raise _wrong(document, f"there is no file '{wanted}' in {folder}")
    return found


class _Merger:
    """Puts one document over another, and keeps where each part came from."""

    def __init__(self, below: Document, above: Document) -> None:
        self._below, self._above = below, above
        self._out = Document(above.name, None)

    def merged(self) -> Document:
        data = self._merge(self._below.data, (), self._above.data, (), (), Scenario)
        return Document(self._above.name, data, self._out.keys, self._out.values)

    def _merge(self, below: Any, below_at: Path, above: Any, above_at: Path, to: Path, kind: Any) -> Any:
        if isinstance(below, Mapping) and isinstance(above, Mapping):
            return self._mapping(below, below_at, above, above_at, to, kind)
        if _is_named(below) and _is_named(above):
            return self._named(below, below_at, above, above_at, to, kind)
        return self._take(self._above, above, above_at, to)

    def _mapping(
        self, below: Mapping[str, Any], below_at: Path, above: Mapping[str, Any], above_at: Path, to: Path, kind: Any
    ) -> dict[str, Any]:
        self._place(self._above, above_at, to)
        model = model_in(kind)
        dropped = _replaced(model, above)
        merged: dict[str, Any] = {}
        for key, value in below.items():
            inner = (*to, key)
            if key not in above:
                if key not in dropped:
                    merged[key] = self._take(self._below, value, (*below_at, key), inner)
            elif key in _of(model, _JOINED) and isinstance(value, list) and isinstance(above[key], list):
                merged[key] = self._joined(value, (*below_at, key), above[key], (*above_at, key), inner)
            elif above[key] is not None:
                old = None if key in _of(model, _WHOLE) else value
                merged[key] = self._merge(old, (*below_at, key), above[key], (*above_at, key), inner, inside(kind, key))
                self._key(self._above, (*above_at, key), inner)
        for key, value in above.items():
            if key not in below:
                merged[key] = self._take(self._above, value, (*above_at, key), (*to, key))
        return merged

    def _named(
        self, below: list[Any], below_at: Path, above: list[Any], above_at: Path, to: Path, kind: Any
    ) -> list[Any]:
        self._place(self._above, above_at, to)
        changes = {entry["name"]: (index, entry) for index, entry in enumerate(above)}
        merged: list[Any] = []
        for index, entry in enumerate(below):
            place = (*to, len(merged))
            if entry["name"] in changes:
                at, change = changes.pop(entry["name"])
                merged.append(
                    self._merge(entry, (*below_at, index), change, (*above_at, at), place, inside(kind, index))
                )
            else:
                merged.append(self._take(self._below, entry, (*below_at, index), place))
        for at, entry in changes.values():
            merged.append(self._take(self._above, entry, (*above_at, at), (*to, len(merged))))
        return merged

    def _joined(self, below: list[Any], below_at: Path, above: list[Any], above_at: Path, to: Path) -> list[Any]:
        """One after the other; what both say is said once."""
        self._place(self._above, above_at, to)
        self._key(self._above, above_at, to)
        joined = [self._take(self._below, one, (*below_at, index), (*to, index)) for index, one in enumerate(below)]
        for index, one in enumerate(above):
            if one not in below:
                joined.append(self._take(self._above, one, (*above_at, index), (*to, len(joined))))
        return joined

    def _take(self, source: Document, value: Any, at: Path, to: Path) -> Any:
        """A part of one of them as it is."""
        self._place(source, at, to)
        self._key(source, at, to)
        if isinstance(value, Mapping):
            return {key: self._take(source, one, (*at, key), (*to, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self._take(source, one, (*at, index), (*to, index)) for index, one in enumerate(value)]
        return value

    def _place(self, source: Document, at: Path, to: Path) -> None:
        if at in source.values:
            self._out.values[to] = source.values[at]

    def _key(self, source: Document, at: Path, to: Path) -> None:
        if at in source.keys:
            self._out.keys[to] = source.keys[at]


def _is_named(value: Any) -> bool:
    """Whether this is a list whose entries have names, each its own."""
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        return False
    names = [one.get("name") for one in value]
    return bool(names) and all(isinstance(one, str) for one in names) and len(set(names)) == len(names)


def _replaced(model: type | None, above: Mapping[str, Any]) -> list[str]:
    """Keys instead of which something stands in `above`."""
    return [
        key for keys in _of(model, _INSTEAD) if any(key in above for key in keys) for key in keys if key not in above
    ]


def _of(model: type | None, table: Mapping[type, tuple[Any, ...]]) -> tuple[Any, ...]:
    """What a table says of a model, or of what it is a kind of."""
    if model is None:
        return ()
    return next((found for base, found in table.items() if issubclass(model, base)), ())
