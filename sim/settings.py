"""
Changes to a scenario by path, as they are typed: `people.travel-crew.agents=5`, `demand.streams[0].per_hour=50`.

Several changes of one variant are separated by `;`. The value is YAML. What a change means in words is told here, too.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.fields import format_clock
from sim.problems import BadDocument, Path, Problem, did_you_mean, written
from sim.scenario import Scenario
from sim.scenario_file import as_scenario
from sim.yaml_file import parse_yaml

_DAY_MS = 86_400_000
_PART = re.compile(r"([^.\[\]=\s]+)((?:\[\d+\])*)")


@dataclass(frozen=True, slots=True)
class Setting:
    """One change: where, and what stands there instead."""

    path: Path
    value: Any


def parse_settings(text: str) -> list[Setting]:
    """The changes in `path=value; path=value`. Raises `BadDocument` for anything else."""
    name = f"--set {text}"
    settings = []
    for one in text.split(";"):
        path, equals, value = one.partition("=")
        if not equals or not value.strip():
            raise BadDocument(name, [Problem((), f"write it as path=value, like people.crew.agents=5, not {one!r}")])
        settings.append(Setting(parse_path(path.strip(), name), parse_yaml(value.strip(), name).data))
    return settings


def changed(scenario: Scenario, text: str) -> Scenario:
    """The scenario with these changes. Raises `BadDocument`, as for a file, when it is none that can run."""
    return with_settings(plain(scenario), parse_settings(text), f"--set {text}")


def with_settings(data: dict[str, Any], settings: Iterable[Setting], name: str) -> Scenario:
    """The scenario of plain data, which is changed in place; `name` says in errors where the changes come from."""
    for setting in settings:
        _put(data, setting, name)
    return as_scenario(data, name)


def plain(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data with every default filled in, which reads back as the same scenario."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    if scenario.calendar.days is not None:
        del data["run"]["horizon"]  # It follows from the days, and may be another when they change.
    return data


def described(base: Scenario, text: str) -> str:
    """What the changes mean, in words: `+2 agents in travel-crew 12:00-14:00`, or `path: old to new`."""
    return ", ".join(_described(base, setting) for setting in parse_settings(text))


def _described(base: Scenario, setting: Setting) -> str:
    path, value = setting.path, setting.value
    if len(path) == 3 and (path[0], path[2]) == ("people", "agents") and path[1] in base.people:
        group = base.people[str(path[1])]
        more = value - group.agents if isinstance(value, int) else 0
        if more:
            hours = ""
            if group.shift is not None:
                shift = group.shift
                ends = (shift.from_ + shift.length) % _DAY_MS or _DAY_MS
                hours = f" {format_clock(shift.from_)}-{format_clock(ends)}"
            return f"{more:+d} agent{'' if abs(more) == 1 else 's'} in {path[1]}{hours}"
    return f"{written(path)}: {told(_find(plain(base), path))} to {told(value)}"


def told(value: Any) -> str:
    """A value as it would stand in a file, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {told(one)}" for key, one in value.items()) + "}"
    return "nothing" if value is None else str(value)


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


def _find(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _put(data: dict[str, Any], setting: Setting, name: str) -> None:
    """Set the value; everything on the way to it must be there, so that a mistyped name is found out."""
    at: Any = data
    for depth, part in enumerate(setting.path):
        last, path = depth == len(setting.path) - 1, setting.path[: depth + 1]
        if isinstance(at, list):
            if not isinstance(part, int) or part >= len(at):
                raise BadDocument(name, [Problem(path, f"there are {len(at)} here, numbered from 0")])
        elif not isinstance(at, dict):
            raise BadDocument(name, [Problem(path, f"nothing can stand under {written(path[:-1])}")])
        elif part not in at and not last:
            raise BadDocument(name, [Problem(path, f"is not in the scenario.{did_you_mean(str(part), at)}")])
        if last:
            at[part] = copy.deepcopy(setting.value)
        else:
            at = at[part]
