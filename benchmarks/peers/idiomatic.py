"""
The models as a SimPy tutorial writes them: a process for each customer, who requests a Resource or gives up.

In the overflow model a customer asks the own pool first and, after a while, every pool at once; the request carries the
time of asking as its priority, so that whoever asked first is served first wherever several lines meet.
"""

import random
from collections.abc import Generator
from time import process_time
from typing import Any

import simpy

from benchmarks.peers.models import HANDLE_S, PATIENCE_S, Answer, Case

Steps = Generator[simpy.Event, Any, None]


class _Desk:
    """What the processes share."""

    def __init__(self, case: Case, seed: int) -> None:
        self.case = case
        self.chance = random.Random(seed)
        self.env = simpy.Environment()
        self.offered = self.served = self.abandoned = 0
        self.wait_s = 0.0

    def serve(self, asked: float) -> simpy.Timeout:
        """An agent takes the contact now."""
        self.served += 1
        self.wait_s += self.env.now - asked
        return self.env.timeout(self.chance.expovariate(1 / HANDLE_S))


def run(case: Case, hours: float, seed: int) -> Answer:
    """One run from an empty desk."""
    started = process_time()
    desk = _Desk(case, seed)
    (_overflow if case.overflow_s is not None else _line)(desk)
    desk.env.run(until=3600 * hours)
    return Answer(desk.offered, desk.served, desk.abandoned, desk.wait_s / desk.served, process_time() - started)


def _line(desk: _Desk) -> None:
    """One line, one pool."""
    env, chance, line = desk.env, desk.chance, desk.case.lines[0]
    agents = simpy.Resource(env, line.agents)

    def customer() -> Steps:
        asked = env.now
        with agents.request() as request:
            patience = env.timeout(chance.expovariate(1 / PATIENCE_S))
            answer = yield request | patience
            if request in answer:
                yield desk.serve(asked)
            else:
                desk.abandoned += 1

    def arrivals() -> Steps:
        while True:
            yield env.timeout(chance.expovariate(line.per_hour / 3600))
            desk.offered += 1
            env.process(customer())

    env.process(arrivals())


def _overflow(desk: _Desk) -> None:
    """A line and a pool of its own each, and any pool after a while."""
    env, chance, overflow_s = desk.env, desk.chance, desk.case.overflow_s
    pools = [simpy.PriorityResource(env, line.agents) for line in desk.case.lines]

    def customer(own: int) -> Steps:
        asked = env.now
        patience = env.timeout(chance.expovariate(1 / PATIENCE_S))
        requests = [pools[own].request(priority=asked)]
        answer = yield requests[0] | patience | env.timeout(overflow_s)
        if not requests[0].triggered and patience not in answer:
            requests += [pool.request(priority=asked) for pool in pools if pool is not pools[own]]
            yield env.any_of([*requests, patience])
        # Several may have been granted at one instant: one is kept.
        taken = next((one for one in requests if one.triggered), None)
        for request in requests:
            if request is not taken:
                request.resource.release(request) if request.triggered else request.cancel()
        if taken is None:
            desk.abandoned += 1
        else:
            yield desk.serve(asked)
            taken.resource.release(taken)

    def arrivals(own: int, per_hour: int) -> Steps:
        while True:
            yield env.timeout(chance.expovariate(per_hour / 3600))
            desk.offered += 1
            env.process(customer(own))

    for own, line in enumerate(desk.case.lines):
        env.process(arrivals(own, line.per_hour))
