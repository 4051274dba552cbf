"""
What a case is, and what comes of it.

A `twin` case is simulated and held to theory: |z| at most 4, and an interval narrow enough to mean something. A
`theory` case, of what the twin cannot express yet, holds theory to a published value within that value's tolerance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Parameters = Mapping[str, Any]
"""What a case is made of, in plain data: numbers, texts and lists; times in minutes, rates per minute."""

Values = Mapping[str, float]
"""Values by measure."""

MOST_Z = 4.0


@dataclass(frozen=True, slots=True)
class TwinCase:
    """
    A textbook line that the twin can run.

    `scenario` and `theory` are called with the parameters. `theory` gives the exact value of every measure; `way` says
    how the twin is observed: in steady state (`sim.verify.steady`; measures per arrival) or over whole days
    (`sim.verify.days`). `quick` and `full` are how many customers, or days, are simulated.
    """

    id: str
    model: str
    source: str
    parameters: Parameters
    scenario: Callable[..., dict[str, Any]]
    theory: Callable[..., Values]
    quick: int
    full: int
    way: Literal["steady", "days"] = "steady"
    left_out: tuple[str, ...] = ()
    """Measures that vary so much that an interval of 1 % would take hours."""
    full_only: tuple[str, ...] = ()
    """Measures that a quick run cannot show: an empty desk takes too long to come to its steady state."""
    loose: Mapping[str, float] = field(default_factory=dict)
    """Measures that vary much, and how many times as wide their interval may be."""
    kind: Literal["twin"] = "twin"


@dataclass(frozen=True, slots=True)
class TheoryCase:
    """Published values of a line, which `theory`, called with the parameters, must give within the tolerances."""

    id: str
    model: str
    source: str
    parameters: Parameters
    theory: Callable[..., Values]
    published: Values
    tolerance: float | Values
    kind: Literal["theory"] = "theory"

    def tolerance_of(self, measure: str) -> float:
        """How far from the published value the computed one may lie."""
        return self.tolerance if isinstance(self.tolerance, int | float) else self.tolerance[measure]


Case = TwinCase | TheoryCase


@dataclass(frozen=True, slots=True)
class Row:
    """
    One measure of one case. `expected` is theory's value (twin) or the published one (theory).

    `half_width` is that of the 95 % interval (twin) or the tolerance (theory), in the unit of the measure. `z` is the
    distance in standard errors (twin); for theory the tolerance counts as 4, so that one rule serves both.
    """

    case: str
    measure: str
    kind: Literal["twin", "theory"]
    expected: float
    got: float
    half_width: float
    z: float
    widest: float
    """The largest half-width, relative to `expected`, at which a twin's row still means something."""

    @property
    def id(self) -> str:
        """`case.measure`: what `--case` takes, as well as the case alone."""
        return f"{self.case}.{self.measure}"

    @property
    def narrow(self) -> bool:
        """Whether the interval is narrow enough; always for theory."""
        return self.kind == "theory" or self.half_width <= self.widest * abs(self.expected)

    @property
    def passed(self) -> bool:
        """Whether the two agree."""
        return self.narrow and abs(self.z) <= MOST_Z

    def to_json(self) -> dict[str, Any]:
        """One entry of `cases`; z is null where it is not a number (nothing varied and the values differ)."""
        finite = abs(self.z) < float("inf")
        return {
            "id": self.id,
            "case": self.case,
            "measure": self.measure,
            "kind": self.kind,
            "expected": self.expected,
            "got": self.got,
            "half_width": self.half_width,
            "z": self.z if finite else None,
            "passed": self.passed,
        }
