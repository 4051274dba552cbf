"""
What an engine runs: a scenario with its defaults filled in, on the run's own clock, compressed, in milliseconds.

Time 0 is the start of the run. Compression (`run.compress`) happens here and nowhere else: demand, work, patience,
wrap-up, dial time, virtual delays, the short-abandon limit and the service-level threshold go faster; what real people
or machines must meet (offer, graces, back-offs, heartbeats, session expiry) stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np

from router.core.ids import LineKey, line_key
from router.wire.policy import PolicyDocument
from sim.compress import compress_policy
from sim.durations import LawNumbers, compressed
from sim.laws import STREAM_SHIFT, Floats
from sim.people.model import (
    CallbackModel,
    ContactLaws,
    TransferModel,
    callback_model,
    contact_laws,
    group_models,
    transfer_models,
)
from sim.people.model import GroupModel as GroupModel
from sim.people.work import Channel
from sim.scenario import Scenario, Stream

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class StreamModel:
    """One Poisson stream; the arrays are those of `sim.draws.fill_arrivals`."""

    index: int
    line: LineKey
    begins: Floats
    rates: Floats
    passed: Floats
    channel: Channel
    laws: ContactLaws

    @property
    def first_customer(self) -> int:
        """Number of the stream's first customer; arrivals count from 1."""
        return (self.index << STREAM_SHIFT) + 1

    @property
    def handle_time(self) -> LawNumbers:
        """The conversation of a live contact, or the work on a case."""
        return self.laws.handle_time

    @property
    def callback_handle_time(self) -> LawNumbers:
        """The conversation of one who is called back."""
        return self.laws.callback_handle_time


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
    silent: float
    """Share who leave a chat without a word."""
    silent_takes: LawNumbers
    transfers: Mapping[str, tuple[TransferModel, ...]]
    handle_times: Mapping[tuple[str, str], LawNumbers]
    """By channel and product: of whoever is handed on to that product's line."""
    backlog: tuple[tuple[StreamModel, int], ...]
    """Cases that are there at the start: of what kind, and how many."""
    horizon_ms: int
    warm_up_ms: int
    drain: bool
    service_level_ms: int


def build(scenario: Scenario) -> Model:
    """Make the model of a checked scenario (`sim.scenario_file` checks)."""
    run, factor = scenario.run, scenario.run.compress
    return Model(
        name=scenario.name,
        policy=compress_policy(scenario.policy, factor),
        streams=tuple(_stream(scenario, index, stream) for index, stream in enumerate(scenario.demand.streams)),
        groups=group_models(
            scenario.people, scenario.work, scenario.policy.languages, scenario.calendar.starts, run.horizon, factor
        ),
        patience=compressed(scenario.patience.numbers(), factor),
        wrap_up=compressed(scenario.work.wrap_up.numbers(), factor),
        callback=callback_model(scenario.callback, scenario.work, factor),
        silent=scenario.patience.silent,
        silent_takes=compressed(scenario.patience.silent_takes.numbers(), factor),
        transfers=transfer_models(scenario.work, factor),
        handle_times=_handle_times(scenario),
        backlog=_backlog(scenario),
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
    return StreamModel(
        index=index,
        line=line_key(stream.product, stream.language),
        begins=begins,
        rates=rates,
        passed=np.concatenate(([0.0], np.cumsum(np.diff(begins) * rates))),
        channel=stream.channel,
        laws=_laws(scenario, stream.channel, stream.product),
    )


def _laws(scenario: Scenario, channel: Channel, product: str) -> ContactLaws:
    return contact_laws(scenario.work, scenario.patience, scenario.callback, channel, product, scenario.run.compress)


def _handle_times(scenario: Scenario) -> dict[tuple[str, str], LawNumbers]:
    products = dict.fromkeys(one.to for one in scenario.work.transfers)
    return {
        (channel, product): _laws(scenario, channel, product).handle_time
        for channel in get_args(Channel)
        for product in products
    }


def _backlog(scenario: Scenario) -> tuple[tuple[StreamModel, int], ...]:
    """As streams that nobody joins, numbered after those of the demand."""
    nothing = np.zeros(1)
    return tuple(
        (
            StreamModel(
                index=len(scenario.demand.streams) + number,
                line=line_key(one.product, one.language),
                begins=np.zeros(2),
                rates=nothing,
                passed=np.zeros(2),
                channel="case",
                laws=_laws(scenario, "case", one.product),
            ),
            one.cases,
        )
        for number, one in enumerate(scenario.work.backlog)
    )
