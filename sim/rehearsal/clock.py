"""
The rehearsal's own time: days that begin when the desk opens, go `speed` times as fast as life, and follow each other.

Pure: real time goes in as milliseconds, nothing here asks for it. The first day may begin later than the desk opens, so
that whoever starts a demo sees a busy hour. Nights are left out.
"""

from dataclasses import dataclass
from typing import Final

from sim.fields import format_clock
from sim.scenario import Scenario

DAY_MS: Final = 24 * 3_600_000
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")


@dataclass(frozen=True, slots=True)
class VirtualTime:
    """A moment of the rehearsal: which day (from 0) and how many milliseconds after midnight."""

    day: int
    clock_ms: int

    @property
    def weekday(self) -> str:
        """The day's name; the rehearsal has no weekends."""
        return WEEKDAYS[self.day % len(WEEKDAYS)]

    def __str__(self) -> str:
        return f"{self.weekday.capitalize()} {format_clock(self.clock_ms)}"


@dataclass(frozen=True, slots=True)
class RehearsalClock:
    """
    Where the rehearsal is. `started_ms` is the real time at which day 0 began, at `first_ms` after midnight;
    `opens_ms` and `closes_ms` bound every later day; `speed` is virtual time per real time.
    """

    started_ms: int
    speed: float
    first_ms: int
    opens_ms: int
    closes_ms: int

    def begins_ms(self, day: int) -> int:
        """The real time at which a day begins."""
        if day == 0:
            return self.started_ms
        first = (self.closes_ms - self.first_ms) / self.speed
        return self.started_ms + round(first + (day - 1) * (self.closes_ms - self.opens_ms) / self.speed)

    def starts_at_ms(self, day: int) -> int:
        """The virtual time of day at which a day begins, milliseconds after midnight."""
        return self.first_ms if day == 0 else self.opens_ms

    def at(self, now_ms: int) -> VirtualTime:
        """The virtual time at a real time; before the start it is the start."""
        passed_ms = max(0, now_ms - self.started_ms) * self.speed - (self.closes_ms - self.first_ms)
        day = max(0, 1 + int(passed_ms // (self.closes_ms - self.opens_ms)))
        # Days begin at whole milliseconds; the reckoning above may be off by one at the very edge.
        if self.begins_ms(day + 1) <= now_ms:
            day += 1
        elif day and now_ms < self.begins_ms(day):
            day -= 1
        clock_ms = self.starts_at_ms(day) + round(max(0, now_ms - self.begins_ms(day)) * self.speed)
        return VirtualTime(day, min(clock_ms, self.closes_ms))


def opening_hours_ms(scenario: Scenario) -> tuple[int, int]:
    """From when to when (milliseconds after midnight) a scenario's customers ask; the whole day at a constant rate."""
    profiles = [
        scenario.demand.profiles[stream.profile] for stream in scenario.demand.streams if stream.profile is not None
    ]
    if not profiles:
        return 0, DAY_MS
    ends = [profile.starts + profile.every * len(each) for profile in profiles for each in profile.by_weekday.values()]
    return min(profile.starts for profile in profiles), min(max(ends), DAY_MS)


def day_scenario(scenario: Scenario, clock: RehearsalClock, day: int) -> Scenario:
    """The same scenario for one day of the rehearsal: from when that day begins to closing, at the clock's speed."""
    starts = clock.starts_at_ms(day)
    return scenario.model_copy(
        update={
            "calendar": scenario.calendar.model_copy(update={"starts": starts}),
            "run": scenario.run.model_copy(update={"horizon": clock.closes_ms - starts, "compress": clock.speed}),
        }
    )
