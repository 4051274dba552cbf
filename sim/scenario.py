"""
The scenario: everything a planner can say about a day, as a YAML file with units, and its JSON Schema.

Only the form stands here, and what one part must know of another (`sim.scenario_check`). It holds the very policy
document that a server loads. How a scenario is read with line numbers is `sim.scenario_file`; what an engine runs is
made from it by `sim.model`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from router.wire.policy import DurationMs, Name, PolicyDocument, Section
from sim.demand.profile import Profile as Profile
from sim.demand.section import Demand
from sim.demand.section import Stream as Stream
from sim.durations import Positive
from sim.fields import ClockMs, Count, Day, RelativeError, Share
from sim.people.callback import Callback
from sim.people.section import Group as Group
from sim.people.work import Patience, Work
from sim.plan.section import Planning


class Calendar(Section):
    """
    When the run begins and how many days it covers, on the desk's own clock.

    When lines are open stands in `policy.hours`, as for a live desk: by line, several periods a day, past midnight,
    with holidays and exceptions.
    """

    time_zone: str = Field("UTC", description="IANA name of the desk's own clock; without it `policy.hours.time_zone`.")
    date: Day | None = Field(
        None, description="The day on which the run begins; weekdays, time zones and opening hours need it."
    )
    starts: ClockMs = Field(0, description="The time of day at which the run begins, with an empty desk.")
    days: Count | None = Field(
        None,
        ge=1,
        le=366,
        description="The run ends at the end of so many days, instead of after `run.horizon`; a day on which clocks"
        " change has 23 or 25 hours.",
    )


class ServiceLevel(Section):
    """The share of contacts to be served within a time."""

    within: Positive = Field(60_000, description="T: the longest wait that counts as in time.")
    share: Share = Field(0.8, description="At least so large a share.")
    definition: Literal["sl_offered", "sl_late", "sl_kind"] = Field(
        "sl_offered", description="Share of whom: see the measures. That of the served alone is never a target."
    )


class Targets(Section):
    """What the desk is held to; the report says which of them is met."""

    service_level: ServiceLevel = ServiceLevel()
    abandonment: Share | None = Field(None, description="At most so large a share abandons.")
    callback_kept: Share | None = Field(
        None, description="At least so large a share of callbacks is first dialled within five minutes of the promise."
    )
    case_kept: Share | None = Field(
        None, description="At least so large a share of cases is answered before they are overdue."
    )


Price = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False, strict=True)]


class Costs(Section):
    """What things cost; the report adds them up for one run."""

    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", description="ISO 4217.")
    agent_hour: Price = Field(0.0, description="Of one agent rostered for an hour, breaks included.")
    abandoned: Price = Field(0.0, description="Of one contact abandoned.")
    late_promise: Price = Field(0.0, description="Of one callback dialled later than promised.")


Engine = Literal["twin", "kernel"]


class Run(Section):
    """How long, how often and how fast. A run begins with an empty desk."""

    horizon: Positive = Field(0, description="Contacts are asked for until then; needed without `calendar.days`.")
    warm_up: DurationMs = Field(0, description="Contacts asked for before this time are not measured.")
    end: Literal["drain", "cut"] = Field("drain", description="At the horizon: finish what waits, or stop.")
    replications: Count = Field(30, ge=1, le=10_000, description="How often the run is made, each with other chance.")
    seed: Count = Field(1, ge=0, le=2**63 - 1, description="Of all chance: the same seed gives the same result.")
    engine: Engine = Field(
        "twin",
        description="`twin`: the desk itself; `kernel`: compiled, and its equal event for event.",
    )
    compress: float = Field(
        1.0, ge=0.1, le=100, allow_inf_nan=False, strict=True, description="How many times faster than life."
    )


class Scenario(Section):
    """A day at the desk. See `docs/` for every key; unknown keys are errors."""

    name: Name = Field(description="By which reports call it.")
    description: str = Field(
        "", max_length=4_000, description="What it is about; `ringback scenario list` shows the first sentence."
    )
    sources: list[str] = Field([], max_length=100, description="Where expected values and other facts come from.")
    measured: list[str] = Field([], max_length=100, description="Which numbers were measured, and where.")
    fitted: list[str] = Field([], max_length=100, description="Which numbers were fitted, and from what.")
    assumed: list[str] = Field([], max_length=100, description="Which numbers were assumed.")
    uncertain: dict[str, RelativeError] = Field(
        {},
        max_length=40,
        description="Numbers that are not known exactly, by path, like `patience.lognormal.median`: the standard error"
        " of each as a share of it. They are drawn anew for every replication.",
    )
    calendar: Calendar = Calendar()
    policy: PolicyDocument
    demand: Demand
    people: dict[Name, Group] = Field(min_length=1, max_length=1_000)
    work: Work
    patience: Patience = Patience(never=True)
    callback: Callback | None = None
    targets: Targets = Targets()
    costs: Costs | None = None
    plan: Planning = Planning()
    run: Run
    variants: dict[Name, dict[str, Any]] = Field(
        {},
        max_length=12,
        description="Other plans for the same day, by name: what is different, as `path: value`, like"
        " `people.crew.agents: 5`. `ringback compare` runs them side by side.",
    )
