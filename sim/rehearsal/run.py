"""
The rehearsal: who comes when. Customers arrive day after day as the scenario says, agents keep their shifts, and after
a restart whoever had an open contact goes on with it.
"""

import asyncio
import heapq
import random
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from sim.client.client import Client, Refusal
from sim.customers import Arrivals, Customer
from sim.model import GroupModel
from sim.rehearsal.agent import VirtualAgent
from sim.rehearsal.asc import VirtualAsc
from sim.rehearsal.chance import Chance, Identity, asc_id
from sim.rehearsal.clock import RehearsalClock
from sim.scenario import Scenario

MOST_PRESENT: Final = 500
"""Customers connected at the same time; whoever would come beyond that stays at home and is counted."""
TAKEN_UP_PATIENCE_MS: Final = 60_000
"""How long somebody who was found waiting after a restart goes on waiting."""
AT_ONCE_S: Final = 0.05
"""Between one agent's first connection and the next, so that a start is no stampede."""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is rehearsed and where. `url` is the endpoint, `origin` the page the people pretend to come from, `token_of`
    makes a sign-in token, `left_over` are ASCs whose contacts were open when the rehearsal ended last.
    """

    url: str
    origin: str
    scenario: Scenario
    clock: RehearsalClock
    seed: int
    token_of: Callable[[Identity], str]
    left_over: tuple[int, ...] = ()


class Rehearsal:
    """Virtual people at work. `run` lasts until it is cancelled."""

    def __init__(self, plan: Plan) -> None:
        self.present = 0
        self.stayed_at_home = 0
        self._plan = plan
        self._chance = Chance(plan.scenario, plan.clock, plan.seed)
        self._jitter = random.Random(plan.seed)

    async def run(self) -> None:
        """Let people come and go."""
        today = self._plan.clock.at(_now_ms()).day
        async with asyncio.TaskGroup() as tasks:
            for group in self._chance.model(today).groups:
                for number in range(group.first_agent, group.first_agent + group.agents):
                    tasks.create_task(self._agent(number, group.name, today))
                    await asyncio.sleep(AT_ONCE_S)
            for person_id in self._plan.left_over:
                tasks.create_task(self._left_over(person_id))
            for day in count(today):
                await self._customers(tasks, day)

    # --- customers

    async def _customers(self, tasks: asyncio.TaskGroup, day: int) -> None:
        """Let a day's customers come; those who would have come before now were elsewhere."""
        begins_ms = self._plan.clock.begins_ms(day)
        model = self._chance.model(day)
        streams = [Arrivals(model, stream, self._plan.seed, day) for stream in model.streams]
        for asked_ms, customer in heapq.merge(*(_all(stream) for stream in streams), key=lambda each: each[0]):
            wait_ms = begins_ms + asked_ms - _now_ms()
            if wait_ms < -1_000:
                continue
            await asyncio.sleep(max(0, wait_ms) / 1000)
            if self.present >= MOST_PRESENT:
                self.stayed_at_home += 1
                continue
            tasks.create_task(self._customer(day, customer))
        await asyncio.sleep(max(0, self._plan.clock.begins_ms(day + 1) - _now_ms()) / 1000)

    async def _customer(self, day: int, customer: Customer) -> None:
        product, _, language = customer.stream.line.partition("/")
        person_id = asc_id(day, customer.id)

        async def live(asc: VirtualAsc) -> None:
            callback = self._chance.model(day).callback
            wants = callback is not None and customer.choice <= callback.accept
            await asc.ask(product, language, customer.patience_ms, wants)

        await self._visit(person_id, live)

    async def _left_over(self, person_id: int) -> None:
        async def live(asc: VirtualAsc) -> None:
            await asc.take_up(TAKEN_UP_PATIENCE_MS)

        await self._visit(person_id, live)

    async def _visit(self, person_id: int, live: Callable[[VirtualAsc], Coroutine[Any, Any, None]]) -> None:
        """Be connected for as long as somebody lives through a contact."""
        self.present += 1
        client = self._client(self._chance.asc(person_id))
        connection = asyncio.create_task(client.run())
        try:
            await live(VirtualAsc(client, self._chance, person_id))
        except Refusal:
            pass  # turned away, for instance because the line is full: this customer is gone
        finally:
            self.present -= 1
            client.stop()
            await connection

    # --- agents

    async def _agent(self, number: int, group_name: str, today: int) -> None:
        """One agent, day after day."""
        for day in count(today):
            group = next(each for each in self._chance.model(day).groups if each.name == group_name)
            begins_ms = self._plan.clock.begins_ms(day) + group.begins_ms
            ends_ms = None if group.ends_ms is None else self._plan.clock.begins_ms(day) + group.ends_ms
            if ends_ms is None or _now_ms() < ends_ms:
                await _sleep_until(begins_ms)
                await self._shift(number, group, ends_ms)
            await _sleep_until(self._plan.clock.begins_ms(day + 1))

    async def _shift(self, number: int, group: GroupModel, ends_ms: int | None) -> None:
        client = self._client(self._chance.agent(number))
        agent = VirtualAgent(client, self._chance, group, number)
        connection = asyncio.create_task(client.run())
        work = asyncio.create_task(agent.work())
        try:
            if ends_ms is None:
                await work
            await _sleep_until(ends_ms or 0)
            await agent.go()
            await client.until(lambda view: view.agent is not None and not view.agent["contacts"])
        except Refusal:
            pass  # the connection ended for good; the next day is another day
        finally:
            work.cancel()
            client.stop()
            await asyncio.wait({work, connection})

    def _client(self, who: Identity) -> Client:
        return Client(self._plan.url, self._plan.origin, lambda: self._plan.token_of(who), self._jitter)


def _all(arrivals: Arrivals) -> Iterator[tuple[int, Customer]]:
    while (following := arrivals.take()) is not None:
        yield following


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def _sleep_until(at_ms: int) -> None:
    await asyncio.sleep(max(0, at_ms - _now_ms()) / 1000)
