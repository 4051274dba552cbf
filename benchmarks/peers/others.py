"""
The models in Ciw and salabim, in the words of each; run in their own environment (`make peers`), one run at a time.

    python -m benchmarks.peers.others ciw mmcm 1 7      an hour, seed 7

prints offered, served, abandoned, mean wait of the served (s) and CPU seconds. Ciw has no customer who stands in
several lines at once, so it has no overflow model.
"""

import math
import sys
from time import process_time
from typing import Any

from benchmarks.peers.models import HANDLE_S, MMCM, OVERFLOW, PATIENCE_S, Answer, Case


def run_ciw(case: Case, hours: float, seed: int) -> Answer:
    """A node with reneging."""
    import ciw

    line = case.lines[0]
    ciw.seed(seed)
    started = process_time()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(line.per_hour / 3600)],
        service_distributions=[ciw.dists.Exponential(1 / HANDLE_S)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_S)],
        number_of_servers=[line.agents],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_time(3600 * hours)
    records = run.get_all_records(include_incomplete=True)
    # Whoever is still in line at the end has no time at which service began.
    served = [one for one in records if one.record_type != "renege" and one.service_start_date]
    waits = [one.service_start_date - one.arrival_date for one in served]
    abandoned = sum(one.record_type == "renege" for one in records)
    cpu = process_time() - started
    return Answer(run.nodes[0].number_of_individuals, len(waits), abandoned, sum(waits) / len(waits), cpu)


def run_salabim(case: Case, hours: float, seed: int) -> Answer:
    """A component for each customer, who requests a resource, later one of several, or fails to get it in time."""
    import salabim

    salabim.yieldless(False)
    started = process_time()
    env = salabim.Environment(trace=False, random_seed=seed)
    pools = [salabim.Resource(capacity=line.agents, monitor=False) for line in case.lines]
    handle, patience = salabim.Exponential(HANDLE_S), salabim.Exponential(PATIENCE_S)
    overflow_s = math.inf if case.overflow_s is None else case.overflow_s
    waits: list[float] = []
    offered, abandoned = [0], [0]

    class Customer(salabim.Component):  # type: ignore[misc]  # untyped
        def process(self, own: int) -> Any:
            offered[0] += 1
            asked, waits_s = env.now(), patience.sample()
            yield self.request((pools[own], 1, asked), fail_delay=min(waits_s, overflow_s))
            if self.failed() and waits_s > overflow_s:
                wider = [(pool, 1, asked) for pool in pools]
                yield self.request(*wider, oneof=True, fail_delay=waits_s - overflow_s)
            if self.failed():
                abandoned[0] += 1
            else:
                waits.append(env.now() - asked)
                yield self.hold(handle.sample())

    for own, line in enumerate(case.lines):
        salabim.ComponentGenerator(Customer, iat=salabim.Exponential(3600 / line.per_hour), own=own)
    env.run(till=3600 * hours)
    cpu = process_time() - started
    return Answer(offered[0], len(waits), abandoned[0], sum(waits) / len(waits), cpu)


if __name__ == "__main__":
    _, engine, model, hours, seed = sys.argv
    run = {"ciw": run_ciw, "salabim": run_salabim}[engine]
    answer = run({MMCM.name: MMCM, OVERFLOW.name: OVERFLOW}[model], float(hours), int(seed))
    print(answer.offered, answer.served, answer.abandoned, answer.wait_s, answer.cpu_s)
