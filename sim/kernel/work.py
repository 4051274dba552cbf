"""
What agents work on: each piece ends when it is done, sooner or later where agents are slower the more they hold.

The rules are those of `sim.people.jobs`: what is left of a piece is kept exactly, in whole numbers, and only what ends
first has an alarm. An agent's alarm is set once what happens at an instant has happened, and only if it has changed.
"""

import numpy as np

from sim.compiled import part
from sim.kernel.heap import push
from sim.kernel.layout import CLASS_SHIFT, World
from sim.people.model import SPEED_BITS

IDLE, HELD, WORKED_ON = 0, 1, 2
"""Whether a contact is with its agent, and something is done about it."""


@part
def work(w: World, slot: int, work_ms: int, turn: int) -> None:
    """Let the contact's agent work on it, as much as takes so long at full speed; `turn` says what for."""
    contact, now = w.contacts[slot], w.desk[0].now
    contact.job += 1
    if not w.rules[0].slowed:
        push(w.heap, now + work_ms, turn << CLASS_SHIFT | contact.id, contact.job << 32 | slot)
        return
    pass_time(w, contact.agent)
    contact.pace = w.agents[contact.agent].model * w.rules[0].lines + contact.line
    factor = w.paces[contact.pace].factor
    if factor != 1.0:
        work_ms = int(np.rint(work_ms * factor))
    contact.left, contact.turn, contact.working = work_ms << SPEED_BITS, turn, WORKED_ON
    _note_change(w, contact.agent)


@part
def hold(w: World, slot: int) -> None:
    """The agent is with one contact more, and everything takes longer from now on."""
    if w.rules[0].slowed:
        contact = w.contacts[slot]
        pass_time(w, contact.agent)
        contact.working = HELD
        w.agents[contact.agent].jobs += 1
        _note_change(w, contact.agent)


@part
def let_go(w: World, slot: int) -> None:
    """The agent is with one contact less; what was to be done about it is not done any more."""
    contact = w.contacts[slot]
    contact.job += 1
    if contact.working:
        pass_time(w, contact.agent)
        contact.working = IDLE
        w.agents[contact.agent].jobs -= 1
        _note_change(w, contact.agent)


@part
def _note_change(w: World, agent_id: int) -> None:
    if not w.agents[agent_id].dirty:
        w.agents[agent_id].dirty = 1
        w.dirty[w.desk[0].dirty] = agent_id
        w.desk[0].dirty += 1


@part
def pass_time(w: World, agent_id: int) -> None:
    """Take what has been done since off what is left."""
    agent, now = w.agents[agent_id], w.desk[0].now
    passed = now - agent.last
    agent.last = now
    if passed:
        for index in range(agent.held):
            contact = w.contacts[w.held[agent_id, index]]
            if contact.working == WORKED_ON:
                contact.left = max(contact.left - passed * w.speeds[contact.pace, agent.jobs], 0)


@part
def set_alarms(w: World) -> None:
    """Wake for whatever ends first, with each agent for whom that may have changed."""
    desk = w.desk[0]
    for index in range(desk.dirty):
        _set_alarm(w, w.dirty[index])
    desk.dirty = 0


@part
def _set_alarm(w: World, agent_id: int) -> None:
    agent = w.agents[agent_id]
    agent.dirty = 0
    pass_time(w, agent_id)
    first_at = first_key = -1
    for index in range(agent.held):
        contact = w.contacts[w.held[agent_id, index]]
        if contact.working == WORKED_ON:
            at = w.desk[0].now - (-contact.left // w.speeds[contact.pace, agent.jobs])
            key = contact.turn << CLASS_SHIFT | contact.id
            if first_at < 0 or at < first_at or (at == first_at and key < first_key):
                first_at, first_key = at, key
    if first_at != agent.alarm_at or first_key != agent.alarm_key:
        agent.alarm_at, agent.alarm_key = first_at, first_key
        if first_at >= 0:
            push(w.heap, first_at, first_key, agent_id)


@part
def done(w: World, agent_id: int, at: int, key: int) -> int:
    """The contact that the agent is done with; -1 when the alarm is of no account any more."""
    agent = w.agents[agent_id]
    if agent.alarm_at != at or agent.alarm_key != key:
        return -1
    agent.alarm_at = agent.alarm_key = -1
    ident = key & ((1 << CLASS_SHIFT) - 1)
    pass_time(w, agent_id)
    _note_change(w, agent_id)
    for index in range(agent.held):
        slot = w.held[agent_id, index]
        if w.contacts[slot].id == ident and w.contacts[slot].working == WORKED_ON:
            w.contacts[slot].working = HELD
            return int(slot)
    return -1
