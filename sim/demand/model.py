"""
What an engine draws customers from: a scenario's demand on the run's own clock, compressed, with every law filled in.

Time 0 is the start of the run. Compression (`run.compress`) of demand happens here and nowhere else.
"""

from dataclasses import dataclass, replace

import numpy as np

from router.core.ids import LineKey
from sim.demand.busyness import BusynessModel
from sim.demand.numbers import Numbers, numbers_of
from sim.demand.section import Channel, Demand, Impact, Repeat, Retrial
from sim.demand.sources import Source, run_clock, sources, trace_number
from sim.demand.surges import Window
from sim.demand.trace import Recorded, on_the_clock, trace_of
from sim.draws import Purpose
from sim.durations import LawNumbers, compressed
from sim.laws import STREAM_SHIFT, Floats, Ints
from sim.people.model import ContactLaws, contact_laws
from sim.scenario import Scenario

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """Contacts of a trace: when each is asked for, and what is known of it, ms; `trace.UNKNOWN` where nothing is."""

    asked: Ints
    patience: Ints
    handle: Ints
    wrap_up: Ints

    def durations(self) -> tuple[tuple[Purpose, Ints], ...]:
        """By what else they would be drawn for."""
        return (
            (Purpose.PATIENCE, self.patience),
            (Purpose.HANDLE_TIME, self.handle),
            (Purpose.WRAP_UP, self.wrap_up),
        )


@dataclass(frozen=True, slots=True)
class Varying:
    """Which day and which period each piece of a stream's rate belongs to, and whose factors it has."""

    model: BusynessModel
    line: int
    day_of: Ints
    period_of: Ints

    def factors(self, seed: int, replication: int) -> Floats:
        """The factor on each piece in one replication."""
        days, periods = self.model.factors(seed, replication, self.line)
        found: Floats = days[self.day_of] * periods[self.period_of]
        return found


@dataclass(frozen=True, slots=True)
class StreamModel:
    """One source of contacts; the arrays are those of `sim.draws.fill_arrivals`, at the mean of all days."""

    index: int
    line: LineKey
    channel: Channel
    impact: Impact
    begins: Floats
    rates: Floats
    passed: Floats
    laws: ContactLaws
    agreed: float = 0.0
    retrial: float = 0.0
    """Share of those not served who try again."""
    handle_factors: tuple[Floats, Floats] | None = None
    """(from when on, factor) of those who ask from then on."""
    windows: tuple[Window, ...] = ()
    incident: str = ""
    """What agents link its contacts to; "": to nothing."""
    numbers: Numbers | None = None
    """When its customers' numbers must not be rung; None: at any time."""
    varying: Varying | None = None
    replayed: Replayed | None = None

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

    def course(self, seed: int, replication: int) -> tuple[Floats, Floats]:
        """(rates, expected arrivals before each piece) of one replication."""
        if self.varying is None:
            return self.rates, self.passed
        rates = self.rates * self.varying.factors(seed, replication)
        return rates, _passed(self.begins, rates)


@dataclass(frozen=True, slots=True)
class ReturnModel:
    """Who comes again: which share is the stream's own where customers were not served."""

    share: float
    delay: LawNumbers
    at_most: int
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemandModel:
    """Everybody who may ask."""

    streams: tuple[StreamModel, ...]
    retrial: ReturnModel | None = None
    repeat: ReturnModel | None = None

    @property
    def poisson(self) -> bool:
        """Whether the number of contacts in any time is Poisson with a mean that is known: one day is as the other."""
        return self.poisson_given_the_day and not any(each.varying for each in self.streams)

    @property
    def poisson_given_the_day(self) -> bool:
        """Whether it is so as soon as the factors of the day and its periods are known."""
        return not (any(each.windows or each.replayed for each in self.streams) or self.retrial or self.repeat)


def build(scenario: Scenario) -> DemandModel:
    """The demand of a checked scenario."""
    demand, factor = scenario.demand, scenario.run.compress
    streams = [_stream(scenario, source) for source in sources(scenario)]
    return DemandModel(
        tuple([*streams, *_traced(scenario)]), _retrial(demand.retrial, factor), _repeat(demand.repeat, factor)
    )


def laws_of(scenario: Scenario, channel: Channel, product: str) -> ContactLaws:
    """How long contacts of this kind take and wait, compressed."""
    return contact_laws(scenario.work, scenario.patience, scenario.callback, channel, product, scenario.run.compress)


def _stream(scenario: Scenario, source: Source) -> StreamModel:
    factor, demand = scenario.run.compress, scenario.demand
    rate, varying = source.rate, None
    if demand.busyness is not None:
        model = BusynessModel.of(demand.busyness, run_clock(scenario), scenario.run.horizon)
        rate, day_of, period_of = model.cut(rate)
        varying = Varying(model, source.follows, day_of, period_of)
    begins = rate.edges / factor
    rates = rate.values * (factor / _HOUR_MS)
    laws = laws_of(scenario, source.channel, source.product)
    if source.patience != 1:
        laws = replace(laws, patience=compressed(laws.patience, 1 / source.patience))
    changes = source.handle_time
    return StreamModel(
        index=source.number,
        line=source.line,
        channel=source.channel,
        impact=source.impact,
        begins=begins,
        rates=rates,
        passed=_passed(begins, rates),
        laws=laws,
        agreed=source.agreed,
        retrial=_retrial_share(demand, source.retrial),
        handle_factors=None
        if not changes
        else (np.array([at / factor for at, _ in changes]), np.array([each for _, each in changes])),
        windows=tuple(each.faster(factor) for each in source.windows),
        incident=source.incident,
        numbers=numbers_of(scenario, source),
        varying=varying,
    )


def _traced(scenario: Scenario) -> list[StreamModel]:
    """One source for each line, channel and impact of all traces, in the order of their first contacts."""
    clock, factor, horizon = run_clock(scenario), scenario.run.compress, scenario.run.horizon
    every = [
        each
        for trace in scenario.demand.traces
        for each in on_the_clock(trace_of(trace.file, trace.sha256 or ""), clock)
        if 0 <= each[0] < horizon
    ]
    parts: dict[tuple[LineKey, Channel, Impact], list[tuple[float, Recorded]]] = {}
    for asked, one in sorted(every, key=lambda each: each[0]):
        parts.setdefault((one.line, one.channel, one.impact), []).append((asked, one))
    found = []
    for place, ((line, channel, impact), contacts) in enumerate(parts.items()):
        product = line.partition("/")[0]
        found.append(
            StreamModel(
                index=trace_number(place),
                line=line,
                channel=channel,
                impact=impact,
                begins=np.zeros(1),
                rates=np.zeros(0),
                passed=np.zeros(1),
                laws=laws_of(scenario, channel, product),
                retrial=_retrial_share(scenario.demand, None),
                numbers=numbers_of(scenario, None),
                replayed=_replayed(contacts, factor),
            )
        )
    return found


def _replayed(contacts: list[tuple[float, Recorded]], factor: float) -> Replayed:
    known = (
        [asked for asked, _ in contacts],
        [one.patience_ms for _, one in contacts],
        [one.handle_ms for _, one in contacts],
        [one.wrap_up_ms for _, one in contacts],
    )
    # What is unknown stays below 0, however fast the run goes.
    return Replayed(*(np.array([round(each / factor) if each >= 0 else each for each in one]) for one in known))


def _passed(begins: Floats, rates: Floats) -> Floats:
    found: Floats = np.concatenate(([0.0], np.cumsum(np.diff(begins) * rates)))
    return found


def _retrial_share(demand: Demand, own: float | None) -> float:
    if demand.retrial is None:
        return 0.0
    return demand.retrial.share if own is None else own


def _retrial(retrial: Retrial | None, factor: float) -> ReturnModel | None:
    if retrial is None:
        return None
    delay = compressed(retrial.delay.numbers(), factor)
    return ReturnModel(retrial.share, delay, retrial.at_most, tuple(retrial.after))


def _repeat(repeat: Repeat | None, factor: float) -> ReturnModel | None:
    if repeat is None:
        return None
    return ReturnModel(repeat.share, compressed(repeat.delay.numbers(), factor), repeat.at_most)
