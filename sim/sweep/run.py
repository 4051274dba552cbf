"""
Running a sweep: replications of every point, in order, on whatever there is to run them on; what is there is not run.

A point is kept as any run is (`sim.results.folder`), under the hash of its scenario, the seed and the code. So a second
sweep runs only what the first has not, be it other points or more replications, and one that was killed goes on. Points
come one after another, so that what is finished after a cancel is whole points.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from sim import run as engine
from sim.counted import Counted, Course, merged
from sim.definitions import all_definitions
from sim.model import Model
from sim.result import Result, within_s
from sim.results.folder import Folder
from sim.scenario import Scenario
from sim.statistics.stopping import MOST
from sim.sums import Sums
from sim.sweep.axes import Axis, Point, points_of
from sim.sweep.found import Found, Tried
from sim.tally import Tally
from sim.timetable import Timetable
from sim.workers import Pool, in_order, processes

POINTS = "points"
"""The folder of all points that were ever run, in the folder of results."""


class Sweep:
    """Points under common random numbers, so many replications of each. Tells at any time what is known."""

    def __init__(
        self,
        base: Scenario,
        axes: Sequence[Axis],
        points: Sequence[Point],
        *,
        replications: int | None = None,
        seed: int | None = None,
        out: Path | None = None,
    ) -> None:
        """
        Replications and seed default to the scenario's own. What was kept in `out` is taken over.

        Raises ValueError for what cannot be run, OSError when `out` cannot be written to.
        """
        self.base, self.axes, self.points = base, axes, points
        self.wanted = base.run.replications if replications is None else replications
        self.seed = base.run.seed if seed is None else seed
        if not 1 <= self.wanted <= MOST:
            raise ValueError(f"replications must be between 1 and {MOST:,}, not {self.wanted}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"the seed must be between 0 and 2**63 - 1, not {self.seed}")
        self._out = out
        self._counts = [_Counts(point.scenario) for point in points]
        self.taken_over = 0
        """How many replications were there already."""
        if out is not None:
            for place in range(len(points)):
                self._take_over(place)

    @property
    def done(self) -> int:
        """How many replications of all points are counted."""
        return sum(one.tally.runs for one in self._counts)

    @property
    def left(self) -> int:
        """How many are to be run."""
        return self.wanted * len(self.points) - self.done

    def run(self, pool: Pool | None = None, progress: engine.Progress | None = None) -> None:
        """
        Go on to the end; `progress` is told how many of those that were left are done. Whatever it raises, and a
        KeyboardInterrupt, ends the run and passes through; what is counted by then stays counted and kept.
        """
        left = self.left
        owners = (place for place, one in enumerate(self._counts) for _ in range(one.tally.runs, self.wanted))
        folder: Folder | None = None
        open_at = -1
        try:
            for done, (place, counted) in enumerate(
                zip(list(owners), in_order(engine.replicate, self._tasks(), pool), strict=True), 1
            ):
                with engine.undisturbed():
                    if place != open_at and self._out is not None:
                        if folder is not None:
                            folder.__exit__()
                        folder, open_at = self._folder(self._out, place), place
                    self._count(place, counted, folder)
                if progress is not None:
                    progress(done, left)
        finally:
            if folder is not None:
                folder.__exit__()

    def found(self) -> Found:
        """What is known so far."""
        tried = [
            Tried(point, one.result(self.seed), one.totals)
            for point, one in zip(self.points, self._counts, strict=True)
            if one.tally.runs
        ]
        return Found(self.base, self.axes, self.points, tried, self.wanted, self.seed, self.base.run.engine)

    def _tasks(self) -> Iterator[tuple[Model, int, int, int]]:
        for point, one in zip(self.points, self._counts, strict=True):
            if one.tally.runs < self.wanted:
                model = engine.ready(point.scenario)
                for replication in range(one.tally.runs, self.wanted):
                    yield model, self.seed, replication, one.every_ms

    def _folder(self, out: Path, place: int) -> Folder:
        return Folder.of_simulation(out / POINTS, self.points[place].scenario, self.seed, resume=True)

    def _take_over(self, place: int) -> None:
        assert self._out is not None
        with self._folder(self._out, place) as folder:
            for (counted,) in folder.kept():
                if self._counts[place].tally.runs < self.wanted:
                    self._counts[place].add(counted)
                    self.taken_over += 1

    def _count(self, place: int, counted: Counted, folder: Folder | None) -> None:
        one = self._counts[place]
        if folder is not None:
            folder.keep(one.tally.runs, [counted])
        one.add(counted)
        if folder is not None and one.tally.runs == self.wanted:
            folder.write_manifest("point", self.wanted, complete=True)


class _Counts:
    """What the replications of one point counted, without the course of the day, so that many points fit."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        timetable = Timetable.of(scenario)
        self.every_ms = timetable.every_ms
        self._whole = replace(timetable, every_ms=timetable.every_ms * timetable.count, count=1)
        self.tally = Tally(1, engine.lines_of(scenario), 1, all_definitions(within_s(scenario)))
        self.totals: list[Sums] = []

    def add(self, counted: Counted) -> None:
        courses = {
            line: Course(course.whole, [course.whole], [merged(course.waits)])
            for line, course in counted.courses.items()
        }
        self.tally.add([Counted(courses)])
        self.totals.append(counted.total)

    def result(self, seed: int) -> Result:
        name = self._scenario.run.engine
        how = f"{self.tally.runs} replication{'' if self.tally.runs == 1 else 's'} of the {name}, seed {seed}"
        return Result(self._scenario, name, seed, self.tally, self._whole, how)


def sweep(
    scenario: Scenario,
    axes: Sequence[Axis],
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    pool: AbstractContextManager[Pool | None] | None = None,
    progress: engine.Progress | None = None,
    out: Path | str | None = None,
) -> Found:
    """
    Run every point of a checked scenario along `sim.sweep.axes.axes_of`.

    `out` is where points are kept and the sweep gets a folder of its own. `pool` is where it runs instead of in
    `workers` processes (`sim.cluster.cluster`). Raises `BadDocument` for a point that is no scenario, ValueError for
    other bad input, and lets through whatever `progress` raises.
    """
    from sim.sweep.folder import write_found  # Only whoever keeps files needs what writes them.

    kept = None if out is None else Path(out)
    one = Sweep(scenario, axes, points_of(scenario, axes), replications=replications, seed=seed, out=kept)
    with pool or processes(min(workers, one.left)) as chosen:
        one.run(chosen, progress)
    found = one.found()
    if kept is not None:
        write_found(kept, found)
    return found
