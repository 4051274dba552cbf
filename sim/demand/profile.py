"""A rate that changes over the day or the week, as a scenario writes it."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from router.wire.policy import Section
from sim.durations import Positive
from sim.fields import ClockMs, Rate

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_DAY_MS = 86_400_000


class Profile(Section):
    """
    Contacts per hour, interval by interval; none before the first and after the last.

    `per_hour` is the first day alone, `daily` every day alike, `week` every day by its weekday.
    """

    starts: ClockMs = Field(0, description="When the first interval begins.")
    every: Positive = Field(description="Length of each interval.")
    per_hour: list[Rate] | None = Field(None, min_length=1, max_length=2_000, description="On the first day alone.")
    daily: list[Rate] | None = Field(None, min_length=1, max_length=1_440, description="On every day alike.")
    week: dict[Weekday, list[Rate]] | None = Field(
        None, min_length=1, description="By weekday; days that are not named have none."
    )
    time_zone: str | None = Field(None, description="IANA name of the clock it goes by; without it the desk's.")
    smooth: bool = Field(False, description="Through the intervals without steps, each with as many contacts as said.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Profile":
        given = [each for each in (self.per_hour, self.daily, self.week) if each is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of 'per_hour', 'daily' and 'week'")
        longest = max(len(each) for each in self.by_weekday.values())
        if self.per_hour is None and self.starts + longest * self.every > _DAY_MS:
            raise ValueError(f"{longest} intervals from 'starts' on reach beyond midnight")
        return self

    @property
    def by_weekday(self) -> dict[Weekday, list[Rate]]:
        """What is written, for each weekday on which anybody asks."""
        if self.week is not None:
            return self.week
        return dict.fromkeys(WEEKDAYS, self.daily or self.per_hour or [])

    @property
    def once(self) -> bool:
        """Whether it is of the first day alone."""
        return self.per_hour is not None
