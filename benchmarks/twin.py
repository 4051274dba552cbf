"""
How many contacts the twin takes through the real desk on one core, beside idiomatic SimPy without any brain.

Both run the same line, M/M/210+M: 52.5 contacts a minute, handle time 4 min, patience 2 min, 210 agents, service in
order of arrival. The peer is what a SimPy tutorial writes: a process for each customer that requests a Resource or
gives up.
"""

import random
from collections.abc import Generator
from time import process_time
from typing import Any

import simpy

from sim.model import build
from sim.run import replicate
from sim.scenario_file import as_scenario

AGENTS = 210
PER_HOUR = 3_150
HANDLE_MIN = 4.0
PATIENCE_MIN = 2.0


def twin_contacts_per_second(hours: int) -> float:
    """Contacts per second of this process's CPU, through `sim.twin` and `router.core.desk`, measures included."""
    scenario = {
        "name": "bench",
        "policy": {"products": ["expense"], "languages": ["en"], "wrap_up": 0, "short_abandon": 0},
        "demand": {"streams": [{"product": "expense", "language": "en", "per_hour": PER_HOUR}]},
        "people": {"agents": {"agents": AGENTS, "products": ["expense"], "languages": ["en"]}},
        "work": {"handle_time": {"exponential": f"{HANDLE_MIN} min"}},
        "patience": {"exponential": f"{PATIENCE_MIN} min"},
        "run": {"horizon": f"{hours} h", "end": "cut"},
    }
    model = build(as_scenario(scenario))
    replicate(model, 1, 0)  # The compiled draws are loaded here, outside the clock.
    started = process_time()
    replicate(model, 1, 1)
    return hours * PER_HOUR / (process_time() - started)


def simpy_contacts_per_second(hours: int) -> float:
    """The same line as one SimPy process for each customer; customers per second of this process's CPU."""
    chance = random.Random(1)
    env = simpy.Environment()
    agents = simpy.Resource(env, AGENTS)
    served = [0]

    def customer() -> Generator[simpy.Event, Any, None]:
        with agents.request() as request:
            patience = env.timeout(chance.expovariate(1 / PATIENCE_MIN))
            answer = yield request | patience
            if request in answer:
                yield env.timeout(chance.expovariate(1 / HANDLE_MIN))
                served[0] += 1

    def arrivals() -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(chance.expovariate(PER_HOUR / 60))
            env.process(customer())

    env.process(arrivals())
    started = process_time()
    env.run(until=hours * 60)
    return hours * PER_HOUR / (process_time() - started)
