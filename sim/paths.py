"""
What stands where in a scenario: paths as people write them, like `demand.streams[0].per_hour`, and what they find.

A part of a path with `*` stands for every key that it fits, and in a list whose entries have names a name stands for
its entry. Nothing is changed here.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sim.problems import BadDocument, Path, Problem
from sim.scenario import Scenario

_PART = re.compile(r"([^.\[\]=\s]+)((?:\[\d+\])*)")


def parse_path(text: str, name: str) -> Path:
    """A path as people write it. Raises `BadDocument`; `name` says where it stood."""
    path: list[str | int] = []
    for part in text.split("."):
        match = _PART.fullmatch(part)
        if match is None:
            raise BadDocument(name, [Problem((), f"'{text}' is no path; write it like demand.streams[0].per_hour")])
        path.append(match[1])
        path += [int(index) for index in re.findall(r"\d+", match[2])]
    return tuple(path)


def plain(scenario: Scenario) -> dict[str, Any]:
    """The one plan that the scenario is, without its variants, as plain data with every default filled in."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"variants"})
    if scenario.calendar.days is not None:
        del data["run"]["horizon"]  # It follows from the days, and may be another when they change.
    return data


def keys(at: Any, part: str | int) -> Iterator[Any]:
    """What a part of a path stands for: a key that need not be there, or every one that fits a part with `*`."""
    if isinstance(at, Mapping):
        yield from [part] if "*" not in str(part) else [key for key in at if fnmatchcase(str(key), str(part))]
    elif isinstance(at, list) and isinstance(part, int):
        yield from [part] if part < len(at) else []
    elif isinstance(at, list):
        named = ((index, one.get("name")) for index, one in enumerate(at) if isinstance(one, Mapping))
        yield from [index for index, called in named if called is not None and fnmatchcase(called, part)]


def places(data: Any, path: Path) -> Iterator[Path]:
    """Every place at which the path finds something."""
    if not path:
        yield ()
        return
    if isinstance(data, dict | list):
        for key in keys(data, path[0]):
            if isinstance(data, list) or key in data:
                yield from ((key, *rest) for rest in places(data[key], path[1:]))


def at(data: Any, path: Path) -> Any:
    """What stands at one place."""
    for part in path:
        data = data[part]
    return data
