"""
A day as it is asked about, period by period, and what is counted of it.

Definitions of service levels are those of docs/reference/measures.md.
"""

from dataclasses import dataclass, fields

from sim.theory.checks import at_least, not_negative, positive


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the day with a constant arrival rate and so many agents on duty (0 is possible)."""

    length: float
    arrival_rate: float
    agents: int

    def __post_init__(self) -> None:
        positive(length=self.length)
        not_negative(arrival_rate=self.arrival_rate)
        at_least(0, agents=self.agents)


@dataclass(slots=True)
class DayCounts:
    """Expected counts of contacts, and sums of times in the unit of the rates."""

    arrivals: float = 0.0
    served: float = 0.0
    served_within: float = 0.0
    """Served after a wait of at most `within`."""
    abandoned: float = 0.0
    abandoned_within: float = 0.0
    """Left after at most `within`."""
    wait_served: float = 0.0
    """Sum of the waits of those served."""
    wait: float = 0.0
    """Sum of the times in line of everybody."""
    busy: float = 0.0
    """Agent time spent serving, within the period itself."""
    duty: float = 0.0
    """Agent time on duty."""

    @property
    def cleared(self) -> float:
        """Neither served nor gone by themselves: sent away at the end of the day."""
        return self.arrivals - self.served - self.abandoned

    @property
    def sl_offered(self) -> float:
        """Served within the time / arrivals."""
        return self.served_within / self.arrivals

    @property
    def sl_served(self) -> float:
        """Served within the time / served."""
        return self.served_within / self.served

    @property
    def sl_late(self) -> float:
        """Served within the time / (served + abandoned later than that)."""
        return self.served_within / (self.served + self.abandoned - self.abandoned_within)

    @property
    def asa(self) -> float:
        """Mean wait of those served."""
        return self.wait_served / self.served

    @property
    def occupancy(self) -> float:
        """Agent time spent serving / agent time on duty."""
        return self.busy / self.duty

    def add(self, other: "DayCounts", factor: float = 1.0) -> None:
        """Add the other's counts, times a factor."""
        for each in fields(DayCounts):
            setattr(self, each.name, getattr(self, each.name) + factor * getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Day:
    """The whole day and its periods, in order."""

    total: DayCounts
    periods: tuple[DayCounts, ...]
    waiting_at_end: float
    """Mean number in line when the last period ends."""
