"""
The `plan` section of a scenario: which shifts may be planned, and what a plan must keep, how surely.

Only the form stands here; what is made of it is `sim.plan.problem`. A scenario without the section is planned as if it
were empty.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from router.wire.policy import Language, Name, Section
from sim.durations import Positive
from sim.fields import ClockMs, Count, Share
from sim.people.section import Break

_DAY_MS = 86_400_000


class PlannedShift(Section):
    """Shifts of one length that may begin at several times, each with its breaks at several times."""

    name: Name = Field(description="By which the plan calls them.")
    lasts: Positive = Field(description="From the beginning to the end, breaks included; all of it is paid.")
    earliest: ClockMs = Field(0, description="The first time of day at which one may begin.")
    latest: ClockMs = Field(_DAY_MS, description="The last one.")
    every: Positive = Field(1_800_000, description="Between two times at which one may begin.")
    time_zone: str | None = Field(None, description="IANA name of the site's clock; without it the desk's.")
    pools: list[Name] = Field([], max_length=1_000, description="Who may work them; empty: everybody.")
    breaks: list[Break] = Field(
        [], max_length=4, description="Each of the `waves` is a time at which the break may be; the plan chooses."
    )

    @model_validator(mode="after")
    def _fits(self) -> "PlannedShift":
        if self.lasts >= _DAY_MS:
            raise ValueError("a shift must be shorter than a day")
        if self.earliest > self.latest:
            raise ValueError("'earliest' must not be after 'latest'")
        for one in self.breaks:
            if one.after + (one.waves - 1) * one.apart + one.lasts > self.lasts:
                raise ValueError("a break must lie within the shift")
        return self


class PlannedPool(Section):
    """What is different for one pool."""

    agent_hour: float = Field(
        1.0, gt=0, le=1_000, allow_inf_nan=False, strict=True, description="Factor on the cost of an agent hour."
    )
    most: Count | None = Field(None, ge=0, le=100_000, description="Most agents of this pool on one day.")


class Planning(Section):
    """What `ringback staff` may choose from, and what it must keep."""

    probability: Annotated[Share, Field(gt=0, lt=1)] = Field(
        0.9, description="On at least so large a share of days every target is to be kept, busy days counted in."
    )
    confidence: Annotated[Share, Field(gt=0, lt=1)] = Field(
        0.95, description="How sure that must be before a plan counts as proved."
    )
    per: Literal["all", "language", "product", "line"] = Field(
        "all", description="Which lines keep their targets together: every language for itself, or every product, .."
    )
    period: Literal["day", "week", "interval"] = Field(
        "day", description="Over how long: a day, the whole run, or each interval in which 20 contacts are expected."
    )
    every: Positive = Field(900_000, description="Length of the intervals in which agents are counted.")
    shifts: list[PlannedShift] = Field(
        [], max_length=50, description="Empty: those of `people`, at every half hour between their beginnings."
    )
    pools: dict[Name, PlannedPool] = Field({}, max_length=1_000, description="By the names that the plan prints.")
    floor: Count = Field(0, ge=0, le=1_000, description="Agents who must be there for each language that is open.")
    floors: dict[Language, Annotated[Count, Field(ge=0, le=1_000)]] = Field(
        {}, max_length=50, description="The same for single languages."
    )
    max_occupancy: Annotated[Share, Field(gt=0)] = Field(
        1.0, description="Agents are to be busy for at most this share of their time."
    )
