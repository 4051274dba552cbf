"""
What an engine runs: a scenario with its defaults filled in, on the run's own clock, compressed, in milliseconds.

Time 0 is the start of the run. Compression (`run.compress`) happens here and nowhere else: demand, work, patience,
wrap-up, dial time, virtual delays, the short-abandon limit and the service-level threshold go faster; what real people
or machines must meet (offer, graces, back-offs, heartbeats, session expiry) stays as it is.
"""

from dataclasses import dataclass

from router.wire.policy import PolicyDocument
from sim.compress import compress_policy
from sim.demand.model import DemandModel, StreamModel
from sim.demand.model import build as build_demand
from sim.durations import LawNumbers, compressed
from sim.scenario import Group, Scenario


@dataclass(frozen=True, slots=True)
class GroupModel:
    """Agents who are alike, present from `begins_ms` to `ends_ms` (None: to the end)."""

    name: str
    first_agent: int
    agents: int
    products: tuple[str, ...]
    languages: tuple[str, ...]
    chats: int
    answer_delay: LawNumbers
    begins_ms: int
    ends_ms: int | None


@dataclass(frozen=True, slots=True)
class CallbackModel:
    """What customers do with an offered callback."""

    accept: float
    reach: float
    dial_time: LawNumbers


@dataclass(frozen=True, slots=True)
class Model:
    """A scenario, ready to run."""

    name: str
    policy: PolicyDocument
    demand: DemandModel
    groups: tuple[GroupModel, ...]
    patience: LawNumbers
    wrap_up: LawNumbers
    callback: CallbackModel | None
    horizon_ms: int
    warm_up_ms: int
    drain: bool
    service_level_ms: int

    @property
    def streams(self) -> tuple[StreamModel, ...]:
        """Where contacts come from."""
        return self.demand.streams


def build(scenario: Scenario) -> Model:
    """Make the model of a checked scenario (`sim.scenario_file` checks)."""
    run, factor = scenario.run, scenario.run.compress
    callback = scenario.callback
    return Model(
        name=scenario.name,
        policy=compress_policy(scenario.policy, factor),
        demand=build_demand(scenario),
        groups=_groups(scenario),
        patience=compressed(scenario.patience.numbers(), factor),
        wrap_up=compressed(scenario.work.wrap_up.numbers(), factor),
        callback=None
        if callback is None
        else CallbackModel(callback.accept, callback.reach, compressed(callback.dial_time.numbers(), factor)),
        horizon_ms=round(run.horizon / factor),
        warm_up_ms=round(run.warm_up / factor),
        drain=run.end == "drain",
        service_level_ms=round(scenario.targets.service_level.within / factor),
    )


def _groups(scenario: Scenario) -> tuple[GroupModel, ...]:
    groups: list[GroupModel] = []
    first_agent = 1
    for name, group in scenario.people.items():
        begins_ms, ends_ms = _presence(scenario, group)
        groups.append(
            GroupModel(
                name=name,
                first_agent=first_agent,
                agents=group.agents,
                products=tuple(group.products),
                languages=tuple(group.languages),
                chats=group.chats,
                answer_delay=compressed(group.answer_delay.numbers(), scenario.run.compress),
                begins_ms=begins_ms,
                ends_ms=ends_ms,
            )
        )
        first_agent += group.agents
    return tuple(groups)


def _presence(scenario: Scenario, group: Group) -> tuple[int, int | None]:
    """From when to when a group works, on the run's clock; who left before the start is never there (0 to 0)."""
    if group.shift is None:
        return 0, None
    begins = (group.shift.from_ - scenario.calendar.starts) / scenario.run.compress
    ends = (group.shift.to - scenario.calendar.starts) / scenario.run.compress
    return max(0, round(begins)), max(0, round(ends))
