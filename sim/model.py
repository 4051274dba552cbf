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

from router.core.ids import line_key
from router.core.policy import Policy
from router.wire.policy import PolicyDocument
from sim.calendar import compiled
from sim.compress import compress_policy
from sim.demand.model import DemandModel, laws_of
from sim.demand.model import StreamModel as StreamModel
from sim.demand.model import build as build_demand
from sim.demand.sources import backlog_number, run_clock
from sim.durations import LawNumbers, compressed, laws_in
from sim.people.model import (
    CallbackModel,
    ConnectionModel,
    TransferModel,
    callback_model,
    connection_model,
    group_models,
    transfer_models,
)
from sim.people.model import GroupModel as GroupModel
from sim.people.work import Channel
from sim.scenario import Engine, Scenario
from sim.uncertain import Uncertain

_WITH_LAWS = ("demand", "people", "work", "patience", "callback")


@dataclass(frozen=True, slots=True)
class Model:
    """A scenario, ready to run."""

    name: str
    policy: PolicyDocument
    rules: Policy
    """The policy compiled, its hours on the run's clock."""
    demand: DemandModel
    groups: tuple[GroupModel, ...]
    patience: LawNumbers
    wrap_up: LawNumbers
    callback: CallbackModel | None
    silent: float
    """Share who leave a chat without a word."""
    silent_takes: LawNumbers
    asc_connection: ConnectionModel | None
    """None where no ASC ever loses it."""
    transfers: Mapping[str, tuple[TransferModel, ...]]
    handle_times: Mapping[tuple[str, str], LawNumbers]
    """By channel and product: of whoever is handed on, by the product of the line where that ends."""
    backlog: tuple[tuple[StreamModel, int], ...]
    """Cases that are there at the start: of what kind, and how many."""
    horizon_ms: int
    warm_up_ms: int
    drain: bool
    service_level_ms: int
    engine: Engine = "twin"
    uncertain: Uncertain | None = None
    """What is drawn anew for every replication, so that each has a model of its own (`drawn`)."""
    as_seen: bool = False
    """Whether some law is a table of what was seen (`sim.empirical`)."""

    @property
    def streams(self) -> tuple[StreamModel, ...]:
        """Where contacts come from."""
        return self.demand.streams

    @property
    def keeps_sessions(self) -> bool:
        """Whether there are sessions, which a desk renews or forgets long after everybody has left."""
        return self.asc_connection is not None or any(group.loses_every_ms for group in self.groups)


def build(scenario: Scenario) -> Model:
    """Make the model of a checked scenario (`sim.scenario_file` checks)."""
    policy = compress_policy(scenario.policy, scenario.run.compress)
    return _build(scenario, policy, compiled(scenario, policy), Uncertain.of(scenario))


def drawn(model: Model, seed: int, replication: int) -> Model:
    """The model of one replication: the same where everything is known. Rules are decided and never drawn."""
    if model.uncertain is None:
        return model
    return _build(model.uncertain.drawn(seed, replication), model.policy, model.rules, None)


def _build(scenario: Scenario, policy: PolicyDocument, rules: Policy, uncertain: Uncertain | None) -> Model:
    run, factor = scenario.run, scenario.run.compress
    return Model(
        name=scenario.name,
        policy=policy,
        rules=rules,
        demand=build_demand(scenario),
        groups=group_models(
            scenario.people, scenario.work, scenario.policy.languages, run_clock(scenario), run.horizon, factor
        ),
        patience=compressed(scenario.patience.numbers(), factor),
        wrap_up=compressed(scenario.work.wrap_up.numbers(), factor),
        callback=callback_model(scenario.callback, scenario.work, factor),
        silent=scenario.patience.silent,
        silent_takes=compressed(scenario.patience.silent_takes.numbers(), factor),
        asc_connection=connection_model(scenario.patience, factor),
        transfers=transfer_models(scenario.work, factor),
        handle_times=_handle_times(scenario),
        backlog=_backlog(scenario),
        horizon_ms=round(run.horizon / factor),
        warm_up_ms=round(run.warm_up / factor),
        drain=run.end == "drain",
        service_level_ms=round(scenario.targets.service_level.within / factor),
        engine=run.engine,
        uncertain=uncertain,
        as_seen=any(one.empirical for part in _WITH_LAWS for one in laws_in(getattr(scenario, part))),
    )


def _handle_times(scenario: Scenario) -> dict[tuple[str, str], LawNumbers]:
    products = dict.fromkeys(one.to or one.from_ for one in scenario.work.transfers)
    return {
        (channel, product): laws_of(scenario, channel, product).handle_time
        for channel in get_args(Channel)
        for product in products
    }


def _backlog(scenario: Scenario) -> tuple[tuple[StreamModel, int], ...]:
    """As streams that nobody joins."""
    nothing = np.zeros(1)
    return tuple(
        (
            StreamModel(
                index=backlog_number(number),
                line=line_key(one.product, one.language),
                begins=np.zeros(2),
                rates=nothing,
                passed=np.zeros(2),
                channel="case",
                impact="one",
                laws=laws_of(scenario, "case", one.product),
            ),
            one.cases,
        )
        for number, one in enumerate(scenario.work.backlog)
    )
