"""
What a sweep varies, as it is typed or stands in a file, and the points that come of it.

`path=10..20`, `path=10..20/2`, `path=30 s..2 min/30 s`, `path=a, b, {exponential: 4 min}`: a list of YAML values in
which a range stands for its numbers. Several axes make a grid. Each point is checked as a file would be, before the
first of them is run.
"""

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any, Final

from router.wire.units import format_duration_ms, parse_duration_ms
from sim.problems import BadDocument, Path, Problem, written
from sim.scenario import Scenario
from sim.settings import Setting, parse_path, plain, told, with_settings
from sim.yaml_file import Document, parse_yaml, read_yaml

MOST_POINTS: Final = 1_000
MOST_AXES: Final = 6
MOST_NAME: Final = 64
"""Letters of a variant's name."""

_NUMBER = r"(-?\d{1,12}(?:\.\d{1,6})?)\s*(ms|s|min|h|d)?"
_RANGE: Final = re.compile(rf"\s*{_NUMBER}\s*\.\.\s*{_NUMBER}\s*(?:/\s*{_NUMBER}\s*)?")
_FIXED: Final[dict[Path, str]] = {
    ("run", "seed"): "all points meet the same customers; choose others with --seed",
    ("run", "replications"): "every point is run as often; say how often with --replications",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One place on an axis: what is changed, and how it is told. `value` is a number where it is one, else None."""

    told: str
    settings: tuple[Setting, ...]
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """
    One thing that varies: a field by its path, or `variant`. `name` is short, and its own in the sweep.

    `ordered` is whether the values are numbers or durations, so that what lies between two of them means something.
    """

    path: str
    name: str
    choices: tuple[Choice, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One combination: the place on each axis, and the scenario that it makes."""

    places: tuple[int, ...]
    scenario: Scenario


def axes_of(varied: Sequence[str], variants: FilePath | None = None) -> list[Axis]:
    """
    The axes of `--vary` and of a file of variants, which comes last. Raises `BadDocument`, OSError for the file.

    `varied` are texts as `path=values`.
    """
    found = [_varied(text) for text in varied]
    for place, axis in enumerate(found):
        if axis.path in [other.path for other in found[:place]]:
            raise BadDocument(f"--vary {axis.path}", [Problem((), "varied twice; write all its values in one list")])
    if variants is not None:
        found.append(_variants(read_yaml(variants)))
    if len(found) > MOST_AXES:
        raise BadDocument("--vary", [Problem((), f"at most {MOST_AXES} fields can vary at once, not {len(found)}")])
    names = _short([axis.path for axis in found])
    return [Axis(one.path, name, one.choices, one.ordered) for one, name in zip(found, names, strict=True)]


def points_of(base: Scenario, axes: Sequence[Axis]) -> list[Point]:
    """
    Every combination, the last axis varying fastest; each is a scenario that can run.

    Raises `BadDocument`, as for a file, which names the point and its field, and ValueError when there are too many.
    """
    count = math.prod(len(axis.choices) for axis in axes)
    if count > MOST_POINTS:
        raise ValueError(f"these are {count:,} points, and at most {MOST_POINTS:,} can be run: vary less, or coarser")
    return [Point(places, with_settings(plain(base), settings, name)) for places, settings, name in _combinations(axes)]


def _combinations(axes: Sequence[Axis]) -> Iterator[tuple[tuple[int, ...], list[Setting], str]]:
    for places in itertools.product(*(range(len(axis.choices)) for axis in axes)):
        chosen = [(axis, axis.choices[place]) for axis, place in zip(axes, places, strict=True)]
        settings = [setting for _, choice in chosen for setting in choice.settings]
        yield places, settings, "--vary " + ", ".join(f"{axis.path}={choice.told}" for axis, choice in chosen)


def _varied(text: str) -> Axis:
    path_text, equals, values_text = text.partition("=")
    path_text, name = path_text.strip(), f"--vary {text}"
    if not equals or not values_text.strip():
        raise BadDocument(
            name, [Problem((), f"write it as path=values, like people.crew.agents=4..8 or chats=1,2,3, not {text!r}")]
        )
    path = parse_path(path_text, name)
    if path in _FIXED:
        raise BadDocument(name, [Problem(path, _FIXED[path])])
    values: list[Any] = []
    for value in parse_yaml(f"[{values_text}]", name).data:
        for each in _ranged(value, name):
            if each not in values:
                values.append(each)
    numbers = [_number(value) for value in values]
    choices = [
        Choice(told(value), (Setting(path, value),), number) for value, number in zip(values, numbers, strict=True)
    ]
    return Axis(written(path), "", tuple(choices), all(number is not None for number in numbers))


def _ranged(value: Any, name: str) -> list[Any]:
    """The values of a range; of anything else itself."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        if isinstance(value, str) and ".." in value:
            raise BadDocument(name, [Problem((), f"'{value}' is no range; write 10..20, 10..20/2 or 30 s..2 min/30 s")])
        return [value]
    numbers, units = (match[1], match[3], match[5]), (match[2], match[4], match[6])
    unit = units[1] or units[0] or units[2]
    # Durations are reckoned in milliseconds; a number without a unit has that of the range.
    first, last, step = (
        None if number is None else Decimal(number) * (1 if unit is None else parse_duration_ms(f"1 {own or unit}"))
        for number, own in zip(numbers, units, strict=True)
    )
    assert first is not None
    assert last is not None
    if step is None:
        if unit is None and (first % 1 or last % 1):
            raise BadDocument(name, [Problem((), f"say the step of '{value}', like {match[1]}..{match[3]}/0.1")])
        step = Decimal(1 if unit is None else parse_duration_ms(f"1 {unit}"))
    if step <= 0 or last < first:
        raise BadDocument(
            name, [Problem((), f"'{value}' leads nowhere: the smaller end comes first, and a step is over 0")]
        )
    count = int((last - first) / step) + 1
    if count > MOST_POINTS:
        raise BadDocument(name, [Problem((), f"'{value}' has {count:,} values; at most {MOST_POINTS:,} can be run")])
    found = [first + step * place for place in range(count)]
    if unit is not None:
        return [format_duration_ms(int(number)) for number in found]
    whole = not first % 1 and not step % 1
    return [int(number) if whole else float(number) for number in found]


def _number(value: Any) -> float | None:
    """A number, or the milliseconds of a duration; None for what is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(parse_duration_ms(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _variants(document: Document) -> Axis:
    """A mapping of names, or a list, of changes by path."""
    data, entries = document.data, []
    if isinstance(data, dict):
        entries = [(str(name), name, changes) for name, changes in data.items()]
    elif isinstance(data, list):
        entries = [("", place, changes) for place, changes in enumerate(data)]
    if not entries:
        raise _wrong(document, (), "write variants as `name: {path: value}`, or as a list of `{path: value}`")
    choices = []
    for name, key, changes in entries:
        if not isinstance(changes, dict | None):
            raise _wrong(document, (key,), "a variant is a mapping of paths and values; {} is the scenario as it is")
        settings = tuple(
            Setting(parse_path(str(path), document.name), value) for path, value in (changes or {}).items()
        )
        for setting in settings:
            if setting.path in _FIXED:
                raise _wrong(document, (key, written(setting.path)), _FIXED[setting.path])
        name = name or "; ".join(f"{written(one.path)}={told(one.value)}" for one in settings) or "as it is"
        choices.append(Choice(name if len(name) <= MOST_NAME else name[: MOST_NAME - 1] + "…", settings))
    if len({one.told for one in choices}) < len(choices):
        raise _wrong(document, (), "two variants have the same name")
    return Axis("variant", "variant", tuple(choices), ordered=False)


def _wrong(document: Document, path: Path, message: str) -> BadDocument:
    line, column, _ = document.position(path)
    return BadDocument(document.name, [Problem(path, message, line, column)])


def _short(paths: Sequence[str]) -> list[str]:
    """As much of the end of each path as tells it from the others."""
    parts = [path.split(".") for path in paths]
    names = []
    for place, own in enumerate(parts):
        others = [other for at, other in enumerate(parts) if at != place]
        length = next((n for n in range(1, len(own) + 1) if all(other[-n:] != own[-n:] for other in others)), len(own))
        names.append(".".join(own[-length:]))
    return names
