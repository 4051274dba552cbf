"""
The `people` section of a scenario: groups of agents, their skills, when they are there and how they answer.

Only the form stands here; what an engine makes of it is `sim.people.model`.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from router.wire.hours.public_holidays import PublicHolidays
from router.wire.policy import DurationMs, Language, Name, Section
from sim.demand.profile import Weekday
from sim.durations import DurationLaw, Positive
from sim.fields import ClockMs, Count, Factor, Share

SlowDown = Annotated[list[Factor], Field(min_length=1, max_length=20)]
"""How much longer work takes for an agent who holds 1, 2, .. contacts; the last factor is of every larger number."""

_DAY_MS = 86_400_000


class Break(Section):
    """A pause within a shift: the agent takes no new work, finishes what is under way, and then is away this long."""

    after: DurationMs = Field(description="From the beginning of the shift.")
    lasts: Positive = Field(description="How long each is away.")
    waves: Count = Field(1, ge=1, le=100, description="In how many waves the group goes, one after the other.")
    apart: DurationMs = Field(0, description="How much later each wave goes than the one before.")


class Shift(Section):
    """When a group works, by the clock of its site."""

    from_: ClockMs = Field(alias="from", description="Its beginning.")
    to: ClockMs | None = Field(None, description="Its end, on the same day.")
    lasts: Positive | None = Field(None, description="Instead of `to`; may pass midnight.")
    daily: bool = Field(False, description="Every day; also one that began on the day before the first.")
    days: list[Weekday] = Field([], max_length=7, description="With `daily`: on these weekdays only.")
    run_days: list[Annotated[Count, Field(ge=0, le=366)]] = Field(
        [],
        max_length=367,
        description="On these days of the run, counted from 0, and not on the first alone. One that passes midnight on"
        " the last day of the run is there at its beginning, too, as if the run came round again.",
    )
    holidays: PublicHolidays | None = Field(None, description="Whose public holidays are free.")
    time_zone: str | None = Field(None, description="IANA name of the site's clock; without it the desk's.")
    breaks: list[Break] = Field([], max_length=20)
    end: Literal["finish", "hand_over"] = Field(
        "finish",
        description="`finish`: every conversation is brought to its end. `hand_over`: by the policy, no new offers"
        " before the end, and what is held too long after it goes back to its line.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Shift":
        if (self.to is None) == (self.lasts is None):
            raise ValueError("give either 'to' or 'lasts'")
        if self.to is not None and self.from_ >= self.to:
            raise ValueError("'from' must be before 'to'")
        if self.days and not self.daily:
            raise ValueError("'days' say on which weekdays a shift is daily: write 'daily: true', too")
        if (self.daily or self.run_days) and self.length >= _DAY_MS:
            raise ValueError("a shift of several days must be shorter than a day")
        if self.run_days and self.daily:
            raise ValueError("'daily' is every day: give either it or 'run_days'")
        for one in self.breaks:
            if one.after + (one.waves - 1) * one.apart + one.lasts > self.length:
                raise ValueError("a break must lie within the shift")
        return self

    @property
    def length(self) -> int:
        """Milliseconds from its beginning to its end."""
        return (self.lasts or 0) if self.to is None else self.to - self.from_


class Shrinkage(Section):
    """The share of paid time for which agents are not there, beside the breaks and the absences that are simulated."""

    share: Annotated[Share, Field(lt=1)] = Field(description="Of paid time.")
    lasts: DurationLaw | None = Field(
        None,
        description="How long one is away each time, at random times. Without it so large a part of the group, to the"
        " nearest whole agent, never comes.",
    )


class Connection(Section):
    """How often a connection is lost, and for how long."""

    every: Positive = Field(description="Mean time between two losses, exponential.")
    lasts: DurationLaw


class Group(Section):
    """Agents who are alike."""

    agents: Count = Field(ge=0, le=10_000, description="How many; 0: nobody, for a plan that adds or removes them.")
    products: list[Name] = Field(min_length=1, max_length=50, description="Whose contacts they take.")
    languages: list[Language] = Field(min_length=1, max_length=50, description="Which they speak.")
    levels: dict[Name, Annotated[Count, Field(ge=1, le=5)]] = Field(
        {}, max_length=50, description="Proficiency by product, 1 to 5; 3 where nothing is said."
    )
    pool: Name | None = Field(None, description="What the policy's steps and transfers call these agents.")
    chats: Count = Field(1, ge=1, le=20, description="Units: chats an agent may hold at the same time.")
    answer_delay: DurationLaw = Field(DurationLaw(fixed=0), description="How long an offer rings before accept.")
    decline: Share = Field(0.0, description="Share of offers that are passed on after ringing.")
    no_answer: Share = Field(0.0, description="Share of offers that ring out; the agent is back `answer_delay` later.")
    handle_factor: Factor = Field(1.0, description="How much longer these agents take for everything.")
    handle_factor_by_product: dict[Name, Factor] = Field({}, max_length=50, description="The same for single products.")
    handle_factor_by_language: dict[Language, Factor] = Field(
        {}, max_length=50, description="By the language of the line, which steps may make another than theirs."
    )
    slow_down: SlowDown | None = Field(None, description="Instead of that of `work`.")
    shift: Shift | None = Field(None, description="Without it: from the start to the end.")
    absence: Share = Field(0.0, description="Probability that an agent does not come to a shift.")
    shrinkage: Shrinkage | None = None
    connection: Connection | None = Field(None, description="Without it: never lost.")

    @model_validator(mode="after")
    def _levels_are_of_products(self) -> "Group":
        for key in ("levels", "handle_factor_by_product"):
            for product in getattr(self, key):
                if product not in self.products:
                    raise ValueError(f"{key}: '{product}' is not among the group's products")
        if self.decline + self.no_answer > 1:
            raise ValueError("'decline' and 'no_answer' are more than all offers together")
        return self
