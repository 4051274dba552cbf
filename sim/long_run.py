"""
One long run of a line in steady state: the warm-up is found by MSER-5, and batches take the place of replications.

The scenario's own warm-up is set aside, and the run stops at the horizon. The warm-up is looked for in two series, the
mean number in line and the mean number of busy agents; the longer one counts. Then every measure comes from the batches
as it would come from replications. Batches depend on each other a little; whether too much is tested and told.
"""

from collections.abc import Sequence

import numpy as np

from sim.counted import ALL, Counted, counted, joined, merged
from sim.definitions import all_definitions
from sim.model import build
from sim.result import Result, within_s
from sim.run import replicate
from sim.scenario import Scenario
from sim.statistics.steady import BATCHES, TooShort, batch_edges, independence, mser5
from sim.tally import Tally
from sim.targets import price_of
from sim.timetable import Timetable

_OBSERVATIONS = 2_000
"""Into how many parts the run is cut to look for the warm-up, if each has a second or more."""


def simulate_steady(scenario: Scenario, *, seed: int | None = None, batches: int = BATCHES) -> Result:
    """
    Run one replication to its horizon and estimate the steady state.

    Raises `sim.statistics.steady.TooShort` (a ValueError) when the run is too short for its warm-up or its batches.
    """
    if batches < 3:
        raise TooShort(f"{batches} batches are too few; give at least 3")
    if scenario.uncertain:
        raise ValueError("--steady makes one run with one set of numbers; leave out 'uncertain', or make replications")
    steady = scenario.model_copy(update={"run": scenario.run.model_copy(update={"warm_up": 0, "end": "cut"})})
    model = build(steady)
    start = scenario.run.seed if seed is None else seed
    every = max(model.horizon_ms // _OBSERVATIONS, 1_000)
    one = replicate(model, start, 0, every)
    # The last part may be shorter than the others.
    length = model.horizon_ms // every
    parts = one.courses[ALL].parts[:length]
    series = [np.array([getattr(part, name) for part in parts], dtype=float) for name in ("queue_ms", "busy_ms")]
    cut = max(mser5(each) for each in series)
    edges = batch_edges(cut, length, batches)
    tally = Tally(1, list(one.lines), 1, all_definitions(within_s(scenario)), [price_of(scenario)])
    for batch in _batches(one, edges):
        tally.add([batch])
    busy = np.array([series[1][begin:end].mean() for begin, end in edges])
    queue = np.array([series[0][begin:end].mean() for begin, end in edges])
    held = independence(busy).held and independence(queue).held
    warm_up_s = edges[0][0] * every * scenario.run.compress / 1000
    how = (
        f"one run of the {model.engine}, seed {start}: warm-up of {warm_up_s:,.0f} s left out (MSER-5: "
        f"{cut * every * scenario.run.compress / 1000:,.0f} s), {batches} batches of "
        f"{(edges[0][1] - edges[0][0]) * every * scenario.run.compress / 1000:,.0f} s, "
        + ("independent as far as one can see" if held else "which depend on each other: run it for longer")
    )
    table = Timetable.of(scenario)
    return Result(
        steady, model.engine, start, tally, Timetable(table.starts_ms, model.horizon_ms, 1, table.compress), how
    )


def _batches(one: Counted, edges: Sequence[tuple[int, int]]) -> list[Counted]:
    return [
        counted(
            {line: [joined(course.parts[begin:end], course.waits[begin:end])] for line, course in one.courses.items()},
            {line: [merged(course.waits[begin:end])] for line, course in one.courses.items() if line != ALL},
        )
        for begin, end in edges
    ]
