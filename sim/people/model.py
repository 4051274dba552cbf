"""
What an engine runs of the people: groups with their shifts, how fast each works, callbacks; compressed milliseconds.

Numbers only; who does what with them is `sim.agents` and `sim.customers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from router.core.ids import LineKey, line_key
from router.wire.hours.public_holidays import PublicHolidays, holiday_dates
from sim.demand.local import RunClock
from sim.demand.profile import WEEKDAYS
from sim.durations import LawNumbers, compressed
from sim.people.callback import Callback
from sim.people.section import Group, Shift
from sim.people.work import Channel, Patience, Work

SPEED_BITS = 20
"""An agent at full speed does 2**20 units of work in a millisecond: speeds are whole numbers, and nothing gets lost."""
FULL_SPEED = 1 << SPEED_BITS


@dataclass(frozen=True, slots=True)
class BreakModel:
    """A pause, from the beginning of a shift; the agent with this number in the group goes in wave number % waves."""

    after_ms: int
    lasts_ms: int
    waves: int
    apart_ms: int

    def begins_ms(self, number: int) -> int:
        """How long after the beginning of the shift an agent goes."""
        return self.after_ms + number % self.waves * self.apart_ms


@dataclass(frozen=True, slots=True)
class Spell:
    """One time of being there, from `begins_ms` to `ends_ms` (None: to the end), on the run's clock."""

    begins_ms: int
    ends_ms: int | None
    breaks: tuple[BreakModel, ...] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a group works in one line: a factor on all work, and speeds for 1, 2, .. contacts held."""

    factor: float
    speeds: tuple[int, ...]

    def speed(self, held: int) -> int:
        """Units of work in a millisecond for an agent who holds so many."""
        return self.speeds[min(held, len(self.speeds)) - 1]


@dataclass(frozen=True, slots=True)
class GroupModel:
    """Agents who are alike."""

    name: str
    first_agent: int
    agents: int
    products: tuple[str, ...]
    languages: tuple[str, ...]
    chats: int
    answer_delay: LawNumbers
    spells: tuple[Spell, ...]
    levels: tuple[int, ...] = ()
    pool: str = ""
    decline: float = 0.0
    no_answer: float = 0.0
    absence: float = 0.0
    missing: int = 0
    """How many of the agents, the last ones, never come."""
    away_share: float = 0.0
    away: LawNumbers | None = None
    """How long an agent is away each time, so that the share is `away_share`."""
    loses_every_ms: float = 0.0
    """Mean time between two losses of the connection; 0: never."""
    lost_for: LawNumbers | None = None
    hands_over: bool = False
    """Whether the desk is told when the shift ends, and hands over what is held too long after it."""
    paces: Mapping[LineKey, Pace] | None = None
    """None where everybody is as fast as drawn."""

    @property
    def begins_ms(self) -> int:
        """When the group first works."""
        return min((spell.begins_ms for spell in self.spells), default=0)

    @property
    def ends_ms(self) -> int | None:
        """When it last does (None: to the end); who is never there leaves at 0."""
        ends = [spell.ends_ms for spell in self.spells]
        return None if None in ends else max((end for end in ends if end is not None), default=0)


@dataclass(frozen=True, slots=True)
class TransferModel:
    """A share of conversations that are handed on: to a product's line, a pool, or an agent of a group; else ""."""

    share: float
    after: LawNumbers | None
    to: str = ""
    pool: str = ""
    agent_of: str = ""

    def is_theirs(self, group: GroupModel) -> bool:
        """Whether agents of this group are those to whom it would be handed on, so that they keep it."""
        return group.name == self.agent_of or bool(self.pool and group.pool == self.pool)


@dataclass(frozen=True, slots=True)
class ConnectionModel:
    """How often an ASC's connection is lost (mean time, exponential), for how long, and how many never come back."""

    every_ms: float
    lasts: LawNumbers
    never_returns: float


@dataclass(frozen=True, slots=True)
class CallbackModel:
    """What customers do with an offered callback, and what comes of dialling."""

    accept: float
    """Share who take it when the wait is unknown, or longer than those of `by_wait`."""
    by_wait: tuple[tuple[int, float], ...]
    """(expected wait in ms, share of those who expect less); the first that fits holds, else `accept`."""
    reach: float
    failures: tuple[tuple[str, float], ...]
    dial_time: LawNumbers
    wrap_up: LawNumbers | None
    """None: as for live contacts."""
    window_share: float
    window_ahead: LawNumbers
    patience: LawNumbers
    declined_patience: float

    def share(self, expected_ms: int | None) -> float:
        """Who takes a callback when so long a wait is expected (None: unknown)."""
        if expected_ms is not None:
            for below, share in self.by_wait:
                if expected_ms < below:
                    return share
        return self.accept


@dataclass(frozen=True, slots=True)
class ContactLaws:
    """How long one kind of contact takes and waits."""

    handle_time: LawNumbers
    callback_handle_time: LawNumbers
    wrap_up: LawNumbers
    patience: LawNumbers
    at_once: float


def contact_laws(
    work: Work, patience: Patience, callback: Callback | None, channel: Channel, product: str, factor: float
) -> ContactLaws:
    """The laws of contacts of this channel and product, on a clock that goes `factor` times as fast."""
    live = handle_law(work, channel, product)
    if callback is not None and callback.handle_time is not None:
        called_back = callback.handle_time.numbers()
    else:
        alike = live if channel == "chat" and "callback" not in work.channels else handle_law(work, "callback", product)
        called_back = compressed(alike, 1 / callback.handle_factor) if callback is not None else alike
    waits = patience if channel not in ("chat", "call") else patience.channels.get(channel, patience)
    own = work.channels.get(channel)
    wrap_up = own.wrap_up if own is not None and own.wrap_up is not None else work.wrap_up
    return ContactLaws(
        handle_time=compressed(live, factor),
        callback_handle_time=compressed(called_back, factor),
        wrap_up=compressed(wrap_up.numbers(), factor),
        patience=compressed(waits.numbers(), factor),
        at_once=waits.at_once,
    )


def handle_law(work: Work, channel: Channel, product: str) -> LawNumbers:
    """How long a conversation takes, not compressed: of the channel and product, the channel, the product, or any."""
    own = work.channels.get(channel)
    if own is not None and product in own.handle_time_by_product:
        return own.handle_time_by_product[product].numbers()
    if own is not None and own.handle_time is not None:
        return own.handle_time.numbers()
    return work.handle_time_by_product.get(product, work.handle_time).numbers()


def callback_model(callback: Callback | None, work: Work, factor: float) -> CallbackModel | None:
    """Callbacks on a clock that goes `factor` times as fast; None where none are offered."""
    if callback is None:
        return None
    own, window = work.channels.get("callback"), callback.window
    wrap_up = own.wrap_up if own is not None else None
    return CallbackModel(
        accept=callback.accept,
        by_wait=tuple((round(one.below / factor), one.share) for one in callback.accept_by_wait),
        reach=callback.reach,
        failures=tuple(callback.failures.items()),
        dial_time=compressed(callback.dial_time.numbers(), factor),
        wrap_up=None if wrap_up is None else compressed(wrap_up.numbers(), factor),
        window_share=0.0 if window is None else window.share,
        window_ahead=compressed(window.ahead.numbers(), factor) if window is not None else callback.patience.numbers(),
        patience=compressed(callback.patience.numbers(), factor),
        declined_patience=callback.declined_patience,
    )


def connection_model(patience: Patience, factor: float) -> ConnectionModel | None:
    """Lost connections of ASCs on a clock that goes `factor` times as fast; None where all hold."""
    one = patience.connection
    # The desk's grace is not compressed, so how long somebody is lost is not, either.
    return None if one is None else ConnectionModel(one.every / factor, one.lasts.numbers(), one.never_returns)


def transfer_models(work: Work, factor: float) -> dict[str, tuple[TransferModel, ...]]:
    """What is handed on, by the product of the line it leaves."""
    found: dict[str, tuple[TransferModel, ...]] = {}
    for one in work.transfers:
        after = None if one.after is None else compressed(one.after.numbers(), factor)
        model = TransferModel(one.share, after, one.to or "", one.pool or "", one.agent_of or "")
        found[one.from_] = (*found.get(one.from_, ()), model)
    return found


def group_models(
    people: Mapping[str, Group],
    work: Work,
    languages: Sequence[str],
    clock: RunClock,
    horizon_ms: int,
    factor: float,
) -> tuple[GroupModel, ...]:
    """
    The groups in the order of the scenario, agents numbered from 1; shifts are those of the wall at `clock`.

    `languages` are all those of the policy: its steps may send a group contacts in one it did not name.
    """
    models: list[GroupModel] = []
    first_agent = 1
    for name, group in people.items():
        spells, paces = _spells(group.shift, clock, horizon_ms, factor), _paces(group, work, languages)
        models.append(_group(name, group, first_agent, spells, paces, factor))
        first_agent += group.agents
    return tuple(models)


def _group(
    name: str,
    group: Group,
    first_agent: int,
    spells: tuple[Spell, ...],
    paces: Mapping[LineKey, Pace] | None,
    factor: float,
) -> GroupModel:
    shrinkage, connection = group.shrinkage, group.connection
    share = 0.0 if shrinkage is None else shrinkage.share
    away = None if shrinkage is None or shrinkage.lasts is None else compressed(shrinkage.lasts.numbers(), factor)
    return GroupModel(
        name=name,
        first_agent=first_agent,
        agents=group.agents,
        products=tuple(group.products),
        languages=tuple(group.languages),
        chats=group.chats,
        answer_delay=compressed(group.answer_delay.numbers(), factor),
        spells=spells,
        levels=tuple(group.levels.get(product, 3) for product in group.products) if group.levels else (),
        pool=group.pool or "",
        decline=group.decline,
        no_answer=group.no_answer,
        absence=group.absence,
        missing=round(group.agents * share) if away is None else 0,
        away_share=share,
        away=away,
        loses_every_ms=0.0 if connection is None else connection.every / factor,
        # What a machine must meet is not compressed: the grace that runs meanwhile is not, either.
        lost_for=None if connection is None else connection.lasts.numbers(),
        hands_over=group.shift is not None and group.shift.end == "hand_over",
        paces=paces,
    )


def _paces(group: Group, work: Work, languages: Sequence[str]) -> dict[LineKey, Pace] | None:
    paces = {}
    for product in group.products:
        slow_down = group.slow_down or work.slow_down_by_product.get(product, work.slow_down)
        # Factors that a group has for more contacts than it may ever hold do not make it another group.
        speeds = tuple(round(FULL_SPEED / one) for one in slow_down[: group.chats])
        for language in languages:
            factor = group.handle_factor * group.handle_factor_by_product.get(product, 1.0)
            factor *= group.handle_factor_by_language.get(language, 1.0)
            paces[line_key(product, language)] = Pace(factor, speeds)
    plain = all(pace.factor == 1 and set(pace.speeds) == {FULL_SPEED} for pace in paces.values())
    return None if plain else paces


def _spells(shift: Shift | None, clock: RunClock, horizon_ms: int, factor: float) -> tuple[Spell, ...]:
    """When a group with this shift works; what is over before the start is left out."""
    if shift is None:
        return (Spell(0, None),)
    breaks = tuple(
        BreakModel(round(one.after / factor), round(one.lasts / factor), one.waves, round(one.apart / factor))
        for one in shift.breaks
    )
    zone = ZoneInfo(shift.time_zone) if shift.time_zone else clock.zone
    spells = []
    for day in _days(shift, clock, horizon_ms, zone):
        begins = clock.at(day, shift.from_, zone)
        # A shift that ends by the wall is an hour longer or shorter when the clocks change within it.
        ends = begins + (shift.lasts or 0) if shift.to is None else clock.at(day, shift.to, zone)
        if ends > 0 and (begins < horizon_ms or not (shift.daily or shift.run_days)):
            spells.append(Spell(max(0, round(begins / factor)), round(ends / factor), _later(breaks, begins / factor)))
    return tuple(spells)


def _days(shift: Shift, clock: RunClock, horizon_ms: int, zone: ZoneInfo) -> list[date]:
    """The days, by the clock of the site, on which a shift may begin that is of concern to the run."""
    days = clock.days(horizon_ms, zone)
    eve = days[0] - timedelta(days=1)
    if shift.run_days:
        some = [days[number] for number in sorted(set(shift.run_days)) if number < len(days)]
        # As if the run came round: the eve is as many days before the day that it is like as the run has.
        round_ = timedelta(days=len(clock.days(horizon_ms)))
        days = [eve, *some] if eve + round_ in some else some
    else:
        days = [eve, *days] if shift.daily else [clock.day]
    if shift.days:
        days = [day for day in days if WEEKDAYS[day.weekday()] in shift.days]
    if shift.holidays is not None:
        days = [day for day in days if day not in _free(shift.holidays.country, shift.holidays.subdivision, day.year)]
    return days


@cache
def _free(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Public holidays; the tables are slow to open and asked by every group of a site."""
    return holiday_dates(PublicHolidays(country=country, subdivision=subdivision), [year])


def _later(breaks: tuple[BreakModel, ...], begins_ms: float) -> tuple[BreakModel, ...]:
    """The breaks that are left when a shift began before the run: those, from the run's beginning on."""
    if begins_ms >= 0:
        return breaks
    left = (BreakModel(one.after_ms + round(begins_ms), one.lasts_ms, one.waves, one.apart_ms) for one in breaks)
    return tuple(one for one in left if one.after_ms >= 0)
