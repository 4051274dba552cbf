"""
The scenario: everything a planner can say about a day, as a YAML file with units, and its JSON Schema.

Only the form stands here, and what one part must know of another (`sim.scenario_check`). It holds the very policy
document that a server loads. How a scenario is read with line numbers is `sim.scenario_file`; what an engine runs is
made from it by `sim.model`.
"""

from typing import Literal

from pydantic import Field, model_validator

from router.wire.policy import DurationMs, Language, Name, PolicyDocument, Section
from sim.demand.profile import Profile as Profile
from sim.demand.section import Demand
from sim.demand.section import Stream as Stream
from sim.durations import DurationLaw, Positive
from sim.fields import ClockMs, Count, Day, Share


class Calendar(Section):
    """When the run begins, on the desk's own clock."""

    time_zone: str = Field("UTC", description="IANA name of the desk's own clock.")
    date: Day | None = Field(None, description="The day on which the run begins; `week` and time zones need it.")
    starts: ClockMs = Field(0, description="The time of day at which the run begins, with an empty desk.")


class Shift(Section):
    """When a group works; whoever is in a conversation at the end finishes it."""

    from_: ClockMs = Field(alias="from")
    to: ClockMs

    @model_validator(mode="after")
    def _in_order(self) -> "Shift":
        if self.from_ >= self.to:
            raise ValueError("'from' must be before 'to'")
        return self


class Group(Section):
    """Agents who are alike."""

    agents: Count = Field(ge=1, le=10_000)
    products: list[Name] = Field(min_length=1, max_length=50)
    languages: list[Language] = Field(min_length=1, max_length=50)
    chats: Count = Field(1, ge=1, le=10, description="Chats an agent may hold at the same time.")
    answer_delay: DurationLaw = Field(DurationLaw(fixed=0), description="How long an offer rings before accept.")
    shift: Shift | None = Field(None, description="Without it: from the start to the end.")


class Work(Section):
    """How long conversations and what follows them take."""

    handle_time: DurationLaw = Field(description="Conversation, accept to end, where nothing else is said.")
    handle_time_by_product: dict[Name, DurationLaw] = Field({}, max_length=50)
    wrap_up: DurationLaw = DurationLaw(fixed=0)


class Callback(Section):
    """What customers do when a callback is offered: once, at the moment they must wait."""

    accept: Share = Field(description="Share of waiting customers who take it.")
    reach: Share = Field(1.0, description="Share of attempts that are answered.")
    dial_time: DurationLaw = Field(DurationLaw(fixed=0), description="Dialling and ringing, answered or not.")
    handle_time: DurationLaw | None = Field(None, description="Conversation; without it as in `work`.")


class ServiceLevel(Section):
    """The share of contacts to be served within a time; `sl_offered` of the measures."""

    within: Positive = 60_000
    share: Share = 0.8


class Targets(Section):
    """What the desk is held to."""

    service_level: ServiceLevel = ServiceLevel()


class Run(Section):
    """How long, how often and how fast. A run begins with an empty desk."""

    horizon: Positive = Field(description="Contacts are asked for until then.")
    warm_up: DurationMs = Field(0, description="Contacts asked for before this time are not measured.")
    end: Literal["drain", "cut"] = Field("drain", description="At the horizon: finish what waits, or stop.")
    replications: Count = Field(30, ge=1, le=10_000)
    seed: Count = Field(1, ge=0, le=2**63 - 1)
    compress: float = Field(
        1.0, ge=0.1, le=100, allow_inf_nan=False, strict=True, description="How many times faster than life."
    )


class Scenario(Section):
    """A day at the desk. See `docs/` for every key; unknown keys are errors."""

    name: Name
    description: str = Field("", max_length=4_000)
    sources: list[str] = Field([], max_length=100, description="What was measured or fitted, and from where.")
    assumed: list[str] = Field([], max_length=100, description="What was assumed.")
    calendar: Calendar = Calendar()
    policy: PolicyDocument
    demand: Demand
    people: dict[Name, Group] = Field(min_length=1, max_length=1_000)
    work: Work
    patience: DurationLaw = DurationLaw(never=True)
    callback: Callback | None = None
    targets: Targets = Targets()
    run: Run
