"""
Virtual agents come and go: shifts, breaks, absence, times away, lost connections.

What an agent does with contacts is `sim.agents`; whether an agent is offered any is the desk's affair. An agent who
goes for a break takes nothing new, finishes what is held, and then is away for the whole of it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from router.core import events as ev
from router.core.commands import ConnectSession, DisconnectSession, SetStatus, SignIn
from router.core.ids import AgentId, SessionId
from router.core.lifecycle import AVAILABLE, BREAK, OFFLINE
from sim.drawing import drawn_ms
from sim.draws import Law, Purpose, happens
from sim.driver import Alarm, Driver, Turn
from sim.durations import LawNumbers, mean_ms
from sim.people.model import GroupModel, Spell

NODE: Final = "twin"
"""The one node of a simulated desk, and its incarnation."""
INCARNATION: Final = 1


class _Person:
    """One agent: where in the day, and whether on the line."""

    __slots__ = (
        "away_k",
        "connected",
        "connection",
        "group",
        "here",
        "ident",
        "loss_k",
        "number",
        "pause_ms",
        "status",
        "visit",
    )

    def __init__(self, ident: int, number: int, group: GroupModel) -> None:
        self.ident = AgentId(ident)
        self.number = number
        """Within the group, from 0."""
        self.group = group
        self.here = False
        """Whether in a shift."""
        self.visit = 0
        """Counts shifts and pauses, so that what was planned for an earlier one is let be."""
        self.status = OFFLINE
        self.pause_ms = 0
        """How long the pause is to be that the agent is about to make; 0: none."""
        self.away_k = 0
        self.loss_k = 0
        self.connected = True
        self.connection = 0


class Shifts:
    """
    Everybody's comings and goings. `silent` holds the agents whom the desk takes for not responding; whoever sets a
    status is so no longer. `on` is what must be called for which event. `prefixes` are those of `sim.draws`.
    """

    def __init__(
        self,
        groups: tuple[GroupModel, ...],
        driver: Driver,
        prefixes: Mapping[Purpose, np.uint64],
        horizon_ms: int,
    ) -> None:
        self.silent: set[int] = set()
        """Only asked for members, never iterated."""
        self.on: dict[type, Callable[[int, Any], None]] = {}
        self._driver = driver
        self._prefix = prefixes
        self._horizon_ms = horizon_ms
        self._people: dict[int, _Person] = {}
        for group in groups:
            for number in range(group.agents):
                self._roster(_Person(group.first_agent + number, number, group))
        if any(group.away is not None or any(spell.breaks for spell in group.spells) for group in groups):
            self.on[ev.AgentStatusSet] = self._status_set
        if any(group.loses_every_ms for group in groups):
            self.on[ev.AgentStatusSet] = self._status_set

    def is_connected(self, agent_id: int) -> bool:
        """Whether the agent's connection holds."""
        return self._people[agent_id].connected

    def be_there(self, agent_id: int) -> None:
        """The agent sees that the desk takes them for not responding, and is there again."""
        self.silent.discard(agent_id)
        person = self._people[agent_id]
        if person.here and person.connected:
            self._driver.send(SetStatus(person.ident, AVAILABLE, ""))

    def _roster(self, person: _Person) -> None:
        group = person.group
        self._people[person.ident] = person
        if person.number >= group.agents - group.missing:
            return
        for number, spell in enumerate(group.spells):
            if group.absence and self._happens(Purpose.ABSENCE, person, number, group.absence):
                continue
            self._driver.alarm(spell.begins_ms, Turn.SHIFT, person.ident, self._come, (person, spell))
            if spell.ends_ms is not None:
                self._driver.alarm(spell.ends_ms, Turn.SHIFT, person.ident, self._go, person)

    def _come(self, alarm: Alarm) -> None:
        person: _Person = alarm.what[0]
        spell: Spell = alarm.what[1]
        group = person.group
        person.here, person.visit, person.status = True, person.visit + 1, AVAILABLE
        ends = spell.ends_ms if group.hands_over and spell.ends_ms is not None else 0
        if group.loses_every_ms:
            self._connect(person)
        self._driver.send(
            SignIn(person.ident, group.products, group.languages, group.chats, group.pool, group.levels, ends)
        )
        for one in spell.breaks:
            plan = (person, person.visit, one.lasts_ms)
            self._driver.alarm(one.begins_ms(person.number), Turn.SHIFT, person.ident, self._pause, plan)
        if group.away is not None:
            self._plan_away(person)
        if group.loses_every_ms:
            self._plan_loss(person)

    def _go(self, alarm: Alarm) -> None:
        person: _Person = alarm.what
        person.here, person.visit, person.pause_ms = False, person.visit + 1, 0
        self.silent.discard(person.ident)
        if not person.connected:
            self._connect(person)
        # When the desk hands over what is held too long, the agent works on until then; else to the end.
        self._driver.send(SetStatus(person.ident, OFFLINE, "shift_end", when_free=person.group.hands_over))

    # --- pauses

    def _pause(self, alarm: Alarm) -> None:
        person: _Person = alarm.what[0]
        _, visit, lasts_ms = alarm.what
        if person.visit == visit and person.connected:
            self._begin_pause(person, lasts_ms, "break")

    def _begin_pause(self, person: _Person, lasts_ms: int, reason: str) -> None:
        if person.status == BREAK or person.pause_ms:
            return  # Two pauses at once are one.
        self.silent.discard(person.ident)
        person.pause_ms = max(lasts_ms, 1)
        self._driver.send(SetStatus(person.ident, BREAK, reason, when_free=True))

    def _status_set(self, _now: int, event: ev.AgentStatusSet) -> None:
        person = self._people[event.agent_id]
        person.status = event.status
        if event.status == BREAK and person.pause_ms:
            plan = (person, person.visit)
            self._driver.alarm(person.pause_ms, Turn.SHIFT, person.ident, self._resume, plan)
            person.pause_ms = 0
        elif event.status == AVAILABLE:
            person.pause_ms = 0

    def _resume(self, alarm: Alarm) -> None:
        person, visit = alarm.what
        if person.visit == visit and person.status == BREAK:
            if person.connected:
                self._driver.send(SetStatus(person.ident, AVAILABLE, ""))
            if person.group.away is not None:
                self._plan_away(person)

    def _plan_away(self, person: _Person) -> None:
        """When the agent is away next: so that being away is the share of the time that was said, on average."""
        law, share = person.group.away, person.group.away_share
        if law is None or not share:
            return
        mean = mean_ms(law) * (1 - share) / share
        gap = self._draw(Purpose.AWAY_GAP, person, person.away_k, LawNumbers(Law.EXPONENTIAL, mean))
        lasts = self._draw(Purpose.AWAY_TIME, person, person.away_k, law)
        person.away_k += 1
        # After the horizon nobody is away any more, so that a day that is drained has an end.
        if self._driver.now + gap < self._horizon_ms:
            plan = (person, person.visit, lasts, person.away_k)
            self._driver.alarm(gap, Turn.SHIFT, person.ident, self._leave, plan)

    def _leave(self, alarm: Alarm) -> None:
        person, visit, lasts_ms, away_k = alarm.what
        if person.visit != visit or person.away_k != away_k:
            return
        if person.connected and person.status == AVAILABLE and not person.pause_ms:
            self._begin_pause(person, lasts_ms, "away")
        else:
            self._plan_away(person)

    # --- connections

    def _connect(self, person: _Person) -> None:
        person.connected = True
        person.connection += 1
        actor = f"agent:{person.ident}"
        session = SessionId(person.ident)
        self._driver.send(ConnectSession(session, actor, "agent", NODE, INCARNATION, person.connection))

    def _plan_loss(self, person: _Person) -> None:
        group = person.group
        law = LawNumbers(Law.EXPONENTIAL, group.loses_every_ms)
        gap = self._draw(Purpose.CONNECTION_GAP, person, person.loss_k, law)
        if self._driver.now + gap < self._horizon_ms:
            self._driver.alarm(gap, Turn.SHIFT, person.ident, self._lose, (person, person.visit))

    def _lose(self, alarm: Alarm) -> None:
        person, visit = alarm.what
        law = person.group.lost_for
        if person.visit != visit or law is None:
            return
        lasts = self._draw(Purpose.CONNECTION_LOST, person, person.loss_k, law)
        person.loss_k += 1
        person.connected = False
        session = SessionId(person.ident)
        self._driver.send(DisconnectSession(session, NODE, INCARNATION, person.connection))
        self._driver.alarm(lasts, Turn.SHIFT, person.ident, self._return, (person, visit))

    def _return(self, alarm: Alarm) -> None:
        person, visit = alarm.what
        if person.visit != visit:
            return  # The shift has ended meanwhile.
        self._connect(person)
        if person.status == OFFLINE:
            # The grace was over before, so that the desk has given the contacts to others.
            self._driver.send(SetStatus(person.ident, AVAILABLE, ""))
        self._plan_loss(person)

    # --- chance

    def _draw(self, purpose: Purpose, person: _Person, k: int, law: LawNumbers) -> int:
        return drawn_ms(self._prefix[purpose], person.ident, k, law)

    def _happens(self, purpose: Purpose, person: _Person, k: int, probability: float) -> bool:
        return bool(happens(self._prefix[purpose], person.ident, k, probability))
