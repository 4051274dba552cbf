"""
What is not known exactly: numbers of a scenario that are drawn anew for every replication, round what the file says.

`uncertain` names them by path, each with its relative standard error, as `ringback calibrate` tells it. A number is
multiplied by a lognormal factor of mean 1 and this standard error, a share has its odds multiplied, so that it stays
one; what stands in a list, or under names, goes by one factor, because it was measured together. Each is drawn by key,
so that plans which are compared meet the same unknowns. What that does to an interval is `sim.statistics.unknown`.
"""

import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin

import numpy as np
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from router.wire.units import parse_duration_ms
from sim.paths import at, parse_path, places, plain
from sim.problems import BadDocument, Path, Problem
from sim.reading import inside, model_in
from sim.scenario import Scenario

MEASURED: Final = ("demand", "people", "work", "patience", "callback")
"""The sections whose numbers are measured; the others hold what was decided."""
FARTHEST: Final = 4.0
"""In standard errors: no draw is farther from what the file says, and a scenario must be one up to there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One entry of the section: what it names, and whether these are shares."""

    path: str
    error: float
    places: tuple[Path, ...]
    shares: bool

    def draw(self, seed: int, replication: int) -> float:
        """Its standard normal in one replication, cut at `FARTHEST`."""
        from sim.draws import Purpose, prefix, state_of, uniform  # Who only reads a scenario loads no compiler.
        from sim.normal import inverse_normal

        start = prefix(seed, replication, Purpose.UNKNOWN)
        u = uniform(np.uint64(state_of(start, zlib.crc32(self.path.encode()), 0)))
        return max(-FARTHEST, min(inverse_normal(min(u, 1 - 2.0**-53)), FARTHEST))

    def put(self, data: dict[str, Any], normal: float) -> None:
        """Change plain data to what the normal makes of the numbers that stand there."""
        for place in self.places:
            under = at(data, place[:-1])
            under[place[-1]] = self._moved(under[place[-1]], normal)

    def _moved(self, value: Any, normal: float) -> Any:
        if isinstance(value, str):
            return f"{max(round(parse_duration_ms(value) * self._factor(normal)), 1)} ms"
        if self.shares:
            odds = value / (1 - value) * math.exp(self.error / (1 - value) * normal)
            return odds / (1 + odds)
        return value * self._factor(normal)

    def _factor(self, normal: float) -> float:
        sigma = math.sqrt(math.log1p(self.error**2))
        return math.exp(sigma * normal - sigma**2 / 2)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A scenario of which some numbers are not known exactly."""

    scenario: Scenario
    unknowns: tuple[Unknown, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> "Uncertain | None":
        """
        None where everything is taken as the file says.

        Raises `BadDocument` for an entry that names nothing to be drawn: whoever changed the scenario after it was
        checked took it away.
        """
        if not scenario.uncertain:
            return None
        data = plain(scenario)
        return cls(scenario, tuple(_unknown(data, text, error) for text, error in scenario.uncertain.items()))

    def normals(self, seed: int, replication: int) -> list[float]:
        """What each is drawn by in one replication: standard normals."""
        return [one.draw(seed, replication) for one in self.unknowns]

    def drawn(self, seed: int, replication: int) -> Scenario:
        """The scenario with the numbers of one replication."""
        return _with(self.scenario, zip(self.unknowns, self.normals(seed, replication), strict=True))


def check(scenario: Scenario) -> list[Problem]:
    """Whatever is wrong with the section: paths that name no measured number, errors so large that nonsense comes."""
    problems = []
    for text, error in scenario.uncertain.items():
        try:
            one = _unknown(plain(scenario), text, error)
            for normal in (-FARTHEST, FARTHEST):
                _with(scenario, [(one, normal)])
        except BadDocument as bad:
            problems.append(Problem(("uncertain", text), bad.problems[0].message))
        except ValidationError as wrong:
            detail = wrong.errors(include_url=False)[0]
            what = str(detail["msg"]).removeprefix("Value error, ")
            problems.append(
                Problem(("uncertain", text), f"{FARTHEST:g} standard errors away it would be no scenario: {what}")
            )
    return problems


def _with(scenario: Scenario, normals: Iterable[tuple[Unknown, float]]) -> Scenario:
    data = plain(scenario)
    if scenario.calendar.days is not None:
        data["run"]["horizon"] = f"{scenario.run.horizon} ms"
    for one, normal in normals:
        one.put(data, normal)
    return Scenario.model_validate(data)


def _unknown(data: dict[str, Any], text: str, error: float) -> Unknown:
    path = parse_path(text, "uncertain")
    if path[0] not in MEASURED:
        raise _wrong(f"only what is measured can be uncertain; it stands in {', '.join(MEASURED)}")
    named = list(places(data, path))
    if not named:
        raise _wrong("there is nothing of that name in the scenario")
    leaves = [leaf for place in named for leaf in _numbers(at(data, place), place)]
    if not leaves:
        raise _wrong("there is no number")
    shares = [_is_share(leaf) for leaf in leaves]
    if any(shares) and any(at(data, leaf) in (0.0, 1.0) for leaf in leaves):
        raise _wrong("a share of 0 or 1 is certain; say how large it may be, or leave it out here")
    return Unknown(text, error, tuple(leaves), all(shares))


def _numbers(value: Any, place: Path) -> Iterator[Path]:
    """Where the numbers and durations are; what has parts of several kinds must be named part by part."""
    if isinstance(value, float) or (isinstance(value, str) and _is_duration(value)):
        yield place
    elif isinstance(value, dict | list) and model_in(_annotation(place)[0]) is None:
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(one, (*place, key))
    elif isinstance(value, dict):
        raise _wrong(f"name one of its numbers: {', '.join(value)}")
    else:
        raise _wrong(f"{value!r} is no measured number, but a decision or a word")


def _is_duration(text: str) -> bool:
    try:
        return parse_duration_ms(text) > 0
    except ValueError:
        return False


def _is_share(place: Path) -> bool:
    """Whether the model lets no number above 1 stand there."""
    return any(getattr(one, bound, None) == 1 for one in _annotation(place)[1] for bound in ("le", "lt"))


def _annotation(place: Path) -> tuple[Any, list[Any]]:
    """What the models allow at a place, and the bounds that they set there."""
    annotation: Any = Scenario
    bounds: list[Any] = []
    for part in place:
        model = model_in(annotation)
        if model is not None:
            name = next((name for name, field in model.model_fields.items() if part in (name, field.alias)), "")
            bounds = list(model.model_fields[name].metadata) if name else []
        annotation = inside(annotation, part)
        if get_origin(annotation) is Annotated:
            bounds = list(FieldInfo.from_annotation(annotation).metadata)
            annotation = get_args(annotation)[0]
    return annotation, bounds


def _wrong(message: str) -> BadDocument:
    return BadDocument("uncertain", [Problem((), message)])
