"""What replications say together: the same as from all of them at once, in memory that does not grow."""

import signal
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sim.counted import Counted
from sim.definitions import all_definitions
from sim.model import build
from sim.result import within_s
from sim.run import Experiment, replicate, simulate
from sim.scenario_file import as_scenario
from sim.statistics import mean_of, ratio_of
from sim.statistics.quantiles import quantile_of
from sim.tally import Tally
from sim.timetable import Timetable
from tests.sim.test_twin import DESK, changed, staffed

SHORT: dict[str, Any] = changed(run={"horizon": "45 min", "replications": 6})


def counts(data: dict[str, Any], replications: int = 6) -> list[Counted]:
    scenario = as_scenario(data)
    every = Timetable.of(scenario).every_ms
    return [replicate(build(scenario), 5, replication, every) for replication in range(replications)]


def test_measures_are_those_of_all_replications_at_once() -> None:
    """Means, ratios and quantiles of each line and interval agree with formulas over the whole list."""
    each = counts(SHORT)
    result = simulate(as_scenario(SHORT))
    lines = [one.courses["travel/en"] for one in each]  # type: ignore[index]  # a key is a word here

    level = ratio_of([one.whole.served_in_time for one in lines], [one.whole.sl_base for one in lines])
    offered = mean_of([one.parts[1].offered for one in lines])
    assert result.measure("sl_offered", "travel/en").estimate.low == pytest.approx(level.low)
    assert result.measure("offered", "travel/en", 1).estimate.high == pytest.approx(offered.high)
    assert result.measure("sl_offered", "travel/en").n == sum(one.whole.sl_base for one in lines)
    p90 = [one.whole.wait_p90_ms / 1000 for one in lines if one.whole.wait_p90_ms is not None]
    pooled = result.measure("wait_p90", "travel/en").estimate
    assert pooled == quantile_of(pooled.mean, p90)


def test_totals_are_sums_of_counts() -> None:
    """The counts of all replications stand beside the estimates."""
    each = counts(SHORT)
    total = simulate(as_scenario(SHORT)).total()

    assert total.offered == sum(one.total.offered for one in each)
    assert total.served_in_time == sum(one.total.served_in_time for one in each)


def test_memory_does_not_grow_with_replications() -> None:
    """After the first few, a replication leaves behind nothing but what new classes of waits need."""
    scenario = as_scenario(SHORT)
    each = counts(SHORT, 4)
    timetable = Timetable.of(scenario)
    tally = Tally(1, list(each[0].lines), timetable.count, all_definitions(within_s(scenario)))
    tracemalloc.start()
    try:
        for place in range(30):
            tally.add([each[place % 4]])
            if place == 9:
                before = tracemalloc.get_traced_memory()[0]
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert after - before < 2_000


def test_workers_change_no_bit() -> None:
    """Two plans on two processes give the same bytes as one after the other."""
    plans = [as_scenario(SHORT), as_scenario(staffed(9, run=SHORT["run"]))]
    found = []
    for workers in (1, 2):
        experiment = Experiment(plans, replications=5)
        experiment.run(workers)
        cells = [experiment.tally.measured(plan, "asa", interval=i).estimate for plan in (0, 1) for i in range(3)]
        found.append((cells, experiment.tally.difference(0, 1, "asa"), experiment.tally.difference(0, 1, "wait_p90")))

    assert found[0] == found[1]


def test_an_interrupted_experiment_knows_what_is_done() -> None:
    """Whatever ends it, what was counted stays counted, and it can go on from there."""
    experiment = Experiment([as_scenario(SHORT)])

    def enough(done: int, _wanted: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        experiment.run(progress=enough)
    assert experiment.done == 2
    experiment.run()

    assert experiment.result().to_json() == simulate(as_scenario(SHORT)).to_json()


def test_intervals_have_times_of_day() -> None:
    """The shortest usual length with at most 48 intervals; the next day is marked; a compressed day keeps its clock."""
    day = {**DESK, "calendar": {"starts": "22:30"}, "run": {"horizon": "14 h"}}
    table = Timetable.of(as_scenario(day))
    fast = Timetable.of(as_scenario({**day, "run": {"horizon": "14 h", "compress": 10}}))

    assert (table.count, table.every_ms) == (28, 1_800_000)
    assert table.labels[:4] == ["22:30", "23:00", "23:30", "+1d 00:00"]
    assert (fast.labels, fast.every_ms) == (table.labels, 180_000)
    assert Timetable.of(as_scenario({**DESK, "run": {"horizon": "8000 h"}})).count <= 48


class Pressing:
    """A keeper in whose work Ctrl-C is pressed."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def kept(self) -> Iterator[Sequence[Counted]]:
        return iter(())

    def keep(self, replication: int, counted: Sequence[Counted]) -> None:
        signal.raise_signal(signal.SIGINT)
        self.numbers.append(replication)


def test_ctrl_c_never_splits_a_replication() -> None:
    """Pressed while a replication is being counted, it waits until that one is kept and counted."""
    keeper = Pressing()
    experiment = Experiment([as_scenario(SHORT)], keeper=keeper)

    with pytest.raises(KeyboardInterrupt):
        experiment.run()

    assert (experiment.done, keeper.numbers) == (1, [0])
    assert experiment.result().measure("offered").estimate.mean is not None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
