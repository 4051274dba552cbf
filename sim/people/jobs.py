"""
What agents work on, when they hold several contacts and are slower at each the more they hold.

Each agent has a virtual clock: work is counted in units of which an agent at full speed does 2**20 in a millisecond,
and the speed changes with the number held. What is left of each job is kept exactly, in whole numbers, whenever that
number changes; it ends in the first millisecond in which nothing is left. Only the job that ends first has an alarm.
"""

from collections.abc import Callable
from typing import Any

from sim.driver import Alarm, Driver
from sim.people.model import SPEED_BITS, Pace

Act = Callable[[Alarm], None]


class Job:
    """A piece of work on one contact; `left` in units, and who is to be called with what when it is done."""

    __slots__ = ("act", "left", "pace", "turn", "what")

    def __init__(self, pace: Pace, left: int, turn: int, act: Act, what: Any) -> None:
        self.pace = pace
        self.left = left
        self.turn = turn
        self.act = act
        self.what = what


class _Desk:
    """What one agent holds, contact by contact; None where the time is not the agent's own (the phone rings)."""

    __slots__ = ("jobs", "last", "version")

    def __init__(self) -> None:
        self.jobs: dict[int, Job | None] = {}
        self.last = 0
        self.version = 0


class Jobs:
    """The work of all agents."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._desks: dict[int, _Desk] = {}

    def hold(self, agent_id: int, contact_id: int) -> None:
        """The agent holds one contact more, and everything takes longer from now on."""
        desk = self._desks.get(agent_id)
        if desk is None:
            desk = self._desks[agent_id] = _Desk()
        self._pass_time(desk)
        desk.jobs[contact_id] = None
        self._set_alarm(desk)

    def begin(self, agent_id: int, contact_id: int, pace: Pace, work_ms: int, turn: int, act: Act, what: Any) -> None:
        """Work on a contact that is held, as much as takes `work_ms` at full speed; then call `act` about `what`."""
        desk = self._desks[agent_id]
        self._pass_time(desk)
        desk.jobs[contact_id] = Job(pace, work_ms << SPEED_BITS, turn, act, what)
        self._set_alarm(desk)

    def release(self, agent_id: int, contact_id: int) -> int | None:
        """The agent holds one contact less. What was left to do, in ms at full speed; None when nothing was begun."""
        desk = self._desks.get(agent_id)
        if desk is None or contact_id not in desk.jobs:
            return None
        self._pass_time(desk)
        job = desk.jobs.pop(contact_id)
        self._set_alarm(desk)
        return None if job is None else -(-job.left >> SPEED_BITS)

    def _pass_time(self, desk: _Desk) -> None:
        now = self._driver.now
        passed, held = now - desk.last, len(desk.jobs)
        desk.last = now
        if passed:
            for job in desk.jobs.values():
                if job is not None:
                    job.left = max(job.left - passed * job.pace.speed(held), 0)

    def _set_alarm(self, desk: _Desk) -> None:
        """Wake for whatever ends first; what was set before is of no account."""
        desk.version += 1
        held = len(desk.jobs)
        first: tuple[int, int, int] | None = None
        for contact_id, job in desk.jobs.items():
            if job is not None:
                key = -(-job.left // job.pace.speed(held)), int(job.turn), contact_id
                if first is None or key < first:
                    first = key
        if first is not None:
            delay, turn, contact_id = first
            self._driver.alarm(delay, turn, contact_id, self._done, (desk, desk.version, contact_id))

    def _done(self, alarm: Alarm) -> None:
        desk, version, contact_id = alarm.what
        if version != desk.version:
            return
        self._pass_time(desk)
        job = desk.jobs[contact_id]
        assert job is not None  # It had an alarm, and nothing has changed since.
        desk.jobs[contact_id] = None
        self._set_alarm(desk)
        alarm.what = job.what
        job.act(alarm)
