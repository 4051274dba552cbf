"""
Agents who hold several chats at once and are slower at each the more they hold: Erlang-Chat.

`handle_times[k - 1]` is AHT[k], the handle time that a chat would have with an agent who always holds k; an agent who
holds k finishes one at the rate k / AHT[k]. Beyond all slots a line with abandonment forms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.chains import Floats, Ints, birth_death, endless, stationary
from sim.theory.checks import at_least, below, not_negative, positive
from sim.theory.line import Queue, QueuedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine(QueuedLine):
    """A line of chats; `p_wait` is the probability that every slot is taken, `occupancy` that an agent holds any."""

    slot_occupancy: float
    """Share of all slots that are in use."""
    concurrency: float
    """Mean number of chats of an agent who holds any."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """The numbers of one question, checked."""

    arrival_rate: float
    handle_times: Sequence[float]
    agents: int
    abandon_rate: float
    lines: int | None

    def __post_init__(self) -> None:
        positive(arrival_rate=self.arrival_rate)
        not_negative(abandon_rate=self.abandon_rate)
        at_least(1, agents=self.agents, slots=len(self.handle_times))
        positive(**{f"handle_times[{k}]": time for k, time in enumerate(self.handle_times)})
        if self.lines is not None:
            at_least(self.room, lines=self.lines)
        elif not self.abandon_rate:
            below(self.drain, "what the agents finish with all slots in use", arrival_rate=self.arrival_rate)

    @property
    def slots(self) -> int:
        """Chats that one agent may hold."""
        return len(self.handle_times)

    @property
    def room(self) -> int:
        """Chats that all agents may hold."""
        return self.agents * self.slots

    @property
    def speeds(self) -> list[float]:
        """How fast an agent with 0, 1, .. slots chats finishes one."""
        return [k / time if k else 0.0 for k, time in enumerate([1.0, *self.handle_times])]

    @property
    def drain(self) -> float:
        """How fast chats end while all slots are in use."""
        return self.agents * self.speeds[-1]

    def line(self, inside: Floats, chats: Ints, busy: Ints, full: Floats) -> ChatLine:
        """
        The result. `inside` are the probabilities of states with a free slot, with so many `chats` and `busy` agents;
        `full[q]` is the probability that all slots are taken and q wait.
        """
        blocked = 0.0 if self.lines is None else float(full[-1])
        queue = Queue(full if self.lines is None else full[:-1], self.drain, self.abandon_rate)
        in_slots = float(inside @ chats) + float(full.sum()) * self.room
        working = float(inside @ busy) + float(full.sum()) * self.agents
        return ChatLine(
            p_wait=queue.p_wait(),
            abandon=queue.abandon(),
            ew=queue.wait() / (1.0 - blocked),
            ev=queue.virtual_wait() / (1.0 - blocked),
            occupancy=working / self.agents,
            blocked=blocked,
            queue=queue,
            idle=float(inside[chats == 0].sum()),
            in_system=in_slots + float(np.arange(len(full)) @ full),
            arrival_rate=self.arrival_rate,
            slot_occupancy=in_slots / self.room,
            concurrency=in_slots / working,
        )


def chat_line(
    arrival_rate: float,
    handle_times: Sequence[float],
    agents: int,
    abandon_rate: float = 0.0,
    lines: int | None = None,
) -> ChatLine:
    """
    Erlang-Chat with chats always spread evenly, as if they moved from agent to agent.

    With n = N q + r chats on N agents the total rate is r (q + 1) / AHT[q + 1] + (N - r) q / AHT[q]: a birth-death
    chain. G. Koole, *Call Center Optimization*, and CCmath's Erlang Chat. `lines` is the most that may be in the system
    (None: no limit). ValueError for bad numbers, NoSteadyState when nothing keeps the line from growing.
    """
    desk = _Desk(arrival_rate, handle_times, agents, abandon_rate, lines)
    room = desk.room
    whole, rest = np.divmod(np.arange(room + 1), agents)
    speeds = np.array([*desk.speeds, 0.0])
    rates = rest * speeds[whole + 1] + (agents - rest) * speeds[whole]

    def births(states: Ints) -> Floats:
        return np.full(len(states), arrival_rate)

    def deaths(states: Ints) -> Floats:
        number = states + 1
        return np.asarray(rates[np.minimum(number, room)] + np.maximum(number - room, 0) * abandon_rate)

    if lines is None:
        found = endless(births, deaths, room)
    else:
        found = birth_death(births(np.arange(lines)), deaths(np.arange(lines)))
    chats = np.arange(room)
    return desk.line(found[:room], chats, np.minimum(chats, agents), found[room:])


def routed_chat_line(
    arrival_rate: float, handle_times: Sequence[float], agents: int, abandon_rate: float = 0.0
) -> ChatLine:
    """
    The same when each chat stays with its agent and goes to whoever holds the fewest: what a desk really does.

    The state is how many agents hold 0, 1, .. slots chats; there are (agents + slots) over slots of them, so this is
    for desks of moderate size. The even spread of `chat_line` is an approximation of it. Errors as there.
    """
    desk = _Desk(arrival_rate, handle_times, agents, abandon_rate, None)
    profiles = sorted(_profiles(agents, desk.slots), reverse=True)
    index = {profile: at for at, profile in enumerate(profiles)}
    full = len(profiles) - 1
    # How long the line is while all slots are taken is a birth-death chain of its own; a slot becomes free only when
    # nobody waits.
    waiting = _waiting(desk)
    moves: list[tuple[int, int, float]] = []
    for profile, here in index.items():
        fewest = next(k for k, count in enumerate(profile) if count)
        if here != full:
            moves.append((here, index[_moved(profile, fewest, fewest + 1)], arrival_rate))
        frees = float(waiting[0]) if here == full else 1.0
        for k in range(1, desk.slots + 1):
            if profile[k]:
                moves.append((here, index[_moved(profile, k, k - 1)], profile[k] * desk.speeds[k] * frees))
    sources, targets, rates = (np.array(column) for column in zip(*moves, strict=True))
    found = stationary(len(profiles), sources, targets, rates)
    held = np.array(profiles[:full])
    return desk.line(
        found[:full], held @ np.arange(desk.slots + 1), agents - held[:, 0], found[full] * np.asarray(waiting)
    )


def _waiting(desk: _Desk) -> Floats:
    """Probabilities that 0, 1, .. wait, given that all slots are taken."""
    return endless(
        lambda states: np.full(len(states), desk.arrival_rate),
        lambda states: np.asarray(desk.drain + (states + 1.0) * desk.abandon_rate),
        1,
    )


def _profiles(agents: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to have so many agents hold 0, 1, .. `most` chats each."""
    if most == 0:
        yield (agents,)
        return
    for rest in range(agents + 1):
        for lower in _profiles(rest, most - 1):
            yield (*lower, agents - rest)


def _moved(profile: tuple[int, ...], before: int, after: int) -> tuple[int, ...]:
    """One agent has `after` chats instead of `before`."""
    changed = list(profile)
    changed[before] -= 1
    changed[after] += 1
    return tuple(changed)
