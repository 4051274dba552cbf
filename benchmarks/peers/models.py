"""
The two models, each said once: as numbers for the peers, and as a scenario for Ringback's own engines.

`MMCM` is one line and one pool, M/M/210+M: 52.5 contacts a minute, handle time 4 min, patience 2 min, served in the
order of arrival. `OVERFLOW` is four lines with a pool of fifty each; whoever has waited for 20 s may be served by any
pool. A free agent takes whoever asked first among those that may be served; among free agents the one idle longest is
asked. Both are near their capacity, where lines are long and order matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import Model
    from sim.scenario import Scenario

HANDLE_S = 240.0
PATIENCE_S = 120.0
PRODUCTS = ["expense", "travel", "invoice", "request"]


@dataclass(frozen=True, slots=True)
class Line:
    """Contacts an hour, and agents in the pool that serves them at once."""

    per_hour: int
    agents: int


@dataclass(frozen=True, slots=True)
class Case:
    """A model: its lines, and after how long a wait any pool may serve (None: there is but one)."""

    name: str
    lines: tuple[Line, ...]
    overflow_s: float | None = None

    @property
    def per_hour(self) -> int:
        """Contacts an hour in all lines."""
        return sum(line.per_hour for line in self.lines)

    def model(self, hours: float) -> Model:
        """The same for Ringback's engines."""
        from sim.model import build  # Peers in an environment of their own know the numbers, and nothing of Ringback.

        return build(self.scenario(hours))

    def scenario(self, hours: float) -> Scenario:
        """As a planner would write it: nothing but these rules, so that everybody does the same work."""
        from sim.scenario_file import as_scenario

        products = PRODUCTS[: len(self.lines)]
        groups, streams, routes = {}, [], {}
        for product, line in zip(products, self.lines, strict=True):
            groups[product] = {"agents": line.agents, "products": products, "languages": ["en"], "pool": product}
            streams.append({"product": product, "language": "en", "per_hour": line.per_hour})
            if self.overflow_s is not None:
                wider = {"after": f"{self.overflow_s} s", "pools": products}
                routes[f"{product}/en"] = {"steps": [{"pools": [product]}, wider], "queue_limit": 1_000_000}
        scenario = {
            "name": self.name,
            "policy": {
                "products": products,
                "languages": ["en"],
                "wrap_up": 0,
                "short_abandon": 0,
                "routing": {"queue_limit": 1_000_000},
                "lines": routes,
            },
            "demand": {"streams": streams},
            "people": groups,
            "work": {"handle_time": {"exponential": f"{HANDLE_S} s"}},
            "patience": {"exponential": f"{PATIENCE_S} s"},
            "run": {"horizon": f"{hours} h", "end": "cut"},
        }
        return as_scenario(scenario)


MMCM = Case("mmcm", (Line(3_150, 210),))
OVERFLOW = Case("overflow", (Line(825, 50), Line(780, 50), Line(735, 50), Line(690, 50)), overflow_s=20.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of everybody who asked, and the CPU seconds that it took; waits are those of the served."""

    offered: int
    served: int
    abandoned: int
    wait_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """Contacts a CPU second."""
        return self.offered / self.cpu_s
