"""How a run is cut into intervals for reports, and what each of them is called on the desk's own clock."""

from dataclasses import dataclass

from sim.fields import format_clock
from sim.scenario import Scenario

_MINUTE_MS = 60_000
_DAY_MS = 1_440 * _MINUTE_MS
_LENGTHS = tuple(minutes * _MINUTE_MS for minutes in (15, 30, 60, 120, 240, 720, 1_440, 10_080))
_MOST = 48
"""Most intervals of a run; a chart cannot show more, and each holds fewer contacts."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """
    Intervals of a run: the shortest usual length that gives at most 48 of them.

    `every_ms` and `count` are on the run's clock, compressed; labels tell the time of day that the scenario means.
    """

    starts_ms: int
    every_ms: int
    count: int
    compress: float

    @classmethod
    def of(cls, scenario: Scenario) -> "Timetable":
        """The timetable of a scenario; equal horizons and speeds are cut in the same way."""
        run = scenario.run
        length = next((each for each in _LENGTHS if run.horizon <= each * _MOST), -(-run.horizon // _MOST))
        every = max(round(length / run.compress), 1)
        horizon = round(run.horizon / run.compress)
        return cls(scenario.calendar.starts, every, max(-(-horizon // every), 1), run.compress)

    def label(self, index: int) -> str:
        """The time of day at which an interval begins; `+1d 02:00` on the day after the first."""
        day, clock = divmod(self.starts_ms + round(index * self.every_ms * self.compress), _DAY_MS)
        return f"+{day}d {format_clock(clock)}" if day else format_clock(clock)

    @property
    def labels(self) -> list[str]:
        """Of every interval, in order."""
        return [self.label(index) for index in range(self.count)]
