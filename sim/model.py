"""
What an engine runs: a scenario with its defaults filled in, on the run's own clock, compressed, in milliseconds.

Time 0 is the start of the run. Compression (`run.compress`) happens here and nowhere else: demand, work, patience,
wrap-up, dial time, virtual delays, the short-abandon limit and the service-level threshold go faster; what real people
or machines must meet (offer, graces, back-offs, heartbeats, session expiry) stays as it is.
"""

from dataclasses import dataclass

import numpy as np

from router.core.ids import LineKey, line_key
from router.wire.policy import PolicyDocument
from sim.compress import compress_policy
from sim.durations import LawNumbers, compressed
from sim.laws import STREAM_SHIFT, Floats
from sim.scenario import Group, Scenario, Stream

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class StreamModel:
    """One Poisson stream; the arrays are those of `sim.draws.fill_arrivals`."""

    index: int
    line: LineKey
    begins: Floats
    rates: Floats
    passed: Floats
    handle_time: LawNumbers
    callback_handle_time: LawNumbers

    @property
    def first_customer(self) -> int:
        """Number of the stream's first customer; arrivals count from 1."""
        return (self.index << STREAM_SHIFT) + 1


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
    streams: tuple[StreamModel, ...]
    groups: tuple[GroupModel, ...]
    patience: LawNumbers
    wrap_up: LawNumbers
    callback: CallbackModel | None
    horizon_ms: int
    warm_up_ms: int
    drain: bool
    service_level_ms: int


def build(scenario: Scenario) -> Model:
    """Make the model of a checked scenario (`sim.scenario_file` checks)."""
    run, factor = scenario.run, scenario.run.compress
    callback = scenario.callback
    return Model(
        name=scenario.name,
        policy=compress_policy(scenario.policy, factor),
        streams=tuple(_stream(scenario, index, stream) for index, stream in enumerate(scenario.demand.streams)),
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


def _stream(scenario: Scenario, index: int, stream: Stream) -> StreamModel:
    factor, horizon = scenario.run.compress, float(scenario.run.horizon)
    if stream.profile is None:
        edges, per_hour = [0.0, horizon], [stream.per_hour or 0.0]
    else:
        profile = scenario.demand.profiles[stream.profile]
        first = profile.starts - scenario.calendar.starts
        edges = [float(first + i * profile.every) for i in range(len(profile.per_hour) + 1)]
        per_hour = profile.per_hour
    # Clipping an interval that lies outside the run makes it empty, and an empty interval holds no arrivals.
    begins = np.clip(np.array(edges), 0.0, horizon) / factor
    rates = np.array(per_hour) * (stream.scale * scenario.demand.scale * factor / _HOUR_MS)
    work, callback = scenario.work, scenario.callback
    handle_time = work.handle_time_by_product.get(stream.product, work.handle_time)
    called_back = handle_time if callback is None or callback.handle_time is None else callback.handle_time
    return StreamModel(
        index=index,
        line=line_key(stream.product, stream.language),
        begins=begins,
        rates=rates,
        passed=np.concatenate(([0.0], np.cumsum(np.diff(begins) * rates))),
        handle_time=compressed(handle_time.numbers(), factor),
        callback_handle_time=compressed(called_back.numbers(), factor),
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
