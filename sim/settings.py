"""
Changes to a scenario by path, as they are typed: `people.travel-crew.agents=5`, `demand.streams[0].per_hour=50`.

Several changes of one variant are separated by `;`. The value is YAML. What a path finds is `sim.paths`. A scenario's
own `variants` are made of the same changes. What a change means in words is told here, too.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.fields import format_clock
from sim.paths import keys
from sim.paths import parse_path as parse_path
from sim.paths import plain as plain
from sim.problems import BadDocument, Path, Problem, did_you_mean, written
from sim.scenario import Scenario
from sim.scenario_file import as_scenario
from sim.yaml_file import parse_yaml

_DAY_MS = 86_400_000


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
    return _with(scenario, parse_settings(text), f"--set {text}")


def variants(scenario: Scenario, only: Sequence[str] = ()) -> dict[str, Scenario]:
    """
    The scenario's own variants by name, in the order written; with `only`, those in that order.

    Without one that changes nothing, the scenario as it is comes first, under its own name. Raises `BadDocument` for a
    variant that cannot run, and for a name in `only` that none has.
    """
    known = dict(scenario.variants)
    if all(known.values()):
        known = {scenario.name: {}, **known}
    for name in only:
        if name not in known:
            message = f"there is no '{name}'.{did_you_mean(name, known)}"
            raise BadDocument(scenario.name, [Problem(("variants",), message)])
    return {name: variant(scenario, name, known[name]) for name in only or known}


def variant(scenario: Scenario, name: str, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with the changes of one of its variants. Raises `BadDocument` when it is none that can run."""
    where = f"variants.{name}"
    return _with(scenario, [Setting(parse_path(path, where), value) for path, value in changes.items()], where)


def _with(scenario: Scenario, settings: Sequence[Setting], name: str) -> Scenario:
    return with_settings(plain(scenario), settings, name) if settings else scenario


def with_settings(data: dict[str, Any], settings: Iterable[Setting], name: str) -> Scenario:
    """The scenario of plain data, which is changed in place; `name` says in errors where the changes come from."""
    for setting in settings:
        _put(data, setting, name)
    return as_scenario(data, name)


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


def _find(data: Any, path: Path) -> Any:
    """What stands at a path, the first where several do; None where nothing does."""
    for part in path:
        found = list(keys(data, part))
        if not found or (isinstance(data, Mapping) and found[0] not in data):
            return None
        data = data[found[0]]
    return data


def _put(data: dict[str, Any], setting: Setting, name: str) -> None:
    """Set the value; everything on the way to it must be there, so that a mistyped name is found out."""
    places: list[Any] = [data]
    for depth, part in enumerate(setting.path):
        last, path, inner = depth == len(setting.path) - 1, setting.path[: depth + 1], []
        for at in places:
            if not isinstance(at, dict | list):
                raise BadDocument(name, [Problem(path, f"nothing can stand under {written(path[:-1])}")])
            found = list(keys(at, part))
            if not found and isinstance(at, list):
                raise BadDocument(name, [Problem(path, f"there are {len(at)} here, numbered from 0{_names(at, part)}")])
            if not found or (isinstance(at, dict) and found[0] not in at and not last):
                raise BadDocument(name, [Problem(path, f"is not in the scenario.{did_you_mean(str(part), at)}")])
            for key in found:
                if last:
                    at[key] = copy.deepcopy(setting.value)
                else:
                    inner.append(at[key])
        places = inner


def _names(at: list[Any], part: str | int) -> str:
    """What else could be written, where the entries of a list have names."""
    names = [str(one["name"]) for one in at if isinstance(one, Mapping) and one.get("name") is not None]
    return f", or by name.{did_you_mean(str(part), names)}" if names else ""
