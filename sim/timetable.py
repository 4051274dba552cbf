"""How a run is cut into intervals for reports, and what each of them is called on the desk's own clock."""

from dataclasses import dataclass
from datetime import date

from sim.demand.local import RunClock
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
    day: date | None = None
    time_zone: str = "UTC"

    @classmethod
    def of(cls, scenario: Scenario) -> "Timetable":
        """The timetable of a scenario; equal horizons and speeds are cut in the same way."""
        run = scenario.run
        length = next((each for each in _LENGTHS if run.horizon <= each * _MOST), -(-run.horizon // _MOST))
        every = max(round(length / run.compress), 1)
        horizon = round(run.horizon / run.compress)
        calendar, count = scenario.calendar, max(-(-horizon // every), 1)
        return cls(calendar.starts, every, count, run.compress, calendar.date, calendar.time_zone)

    def label(self, index: int) -> str:
        """The time of day at which an interval begins; `+1d 02:00` on the day after the first."""
        clock = RunClock(self.day, self.time_zone, self.starts_ms)
        shown = clock.local(round(index * self.every_ms * self.compress))
        day = (shown.date() - clock.day).days
        return f"+{day}d {shown:%H:%M}" if day else f"{shown:%H:%M}"

    @property
    def labels(self) -> list[str]:
        """Of every interval, in order."""
        return [self.label(index) for index in range(self.count)]
