"""
Replications of a scenario, or of several that meet the same customers: one after another or in several processes.

Replications are handed on in their order (`sim.workers`), so that nothing depends on which process was faster.
"""

import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from router.core.ids import LineKey, line_key
from sim.counted import Counted
from sim.definitions import all_definitions
from sim.influence import Influence
from sim.model import Model, build, drawn
from sim.reduction import Reduction
from sim.result import Result, within_s
from sim.scenario import Scenario
from sim.statistics.stopping import MOST, Precision
from sim.tally import Tally
from sim.targets import price_of
from sim.timetable import Timetable
from sim.twin import Twin
from sim.workers import in_order, processes

Progress = Callable[[int, int], None]
"""Called with (replications done, replications in all) after each of them; may raise to cancel the run."""


class Keeper(Protocol):
    """Where finished replications are kept, so that a run can go on where it stopped (`sim.results.store`)."""

    def kept(self) -> Iterator[Sequence[Counted]]:
        """What is there already: for each replication from 0 on, what every plan counted."""
        ...

    def keep(self, replication: int, counted: Sequence[Counted]) -> None:
        """Keep one more; they come in order."""
        ...


class Experiment:
    """
    Plans under common random numbers: replication r of each meets the same customers. It grows by replications, and
    tells what is known at any time.
    """

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        *,
        replications: int | None = None,
        seed: int | None = None,
        precision: Precision | None = None,
        reduce: bool = False,
        keeper: Keeper | None = None,
    ) -> None:
        """Replications and seed default to the first scenario's own. Raises ValueError for what cannot be run."""
        first = scenarios[0]
        self.scenarios = list(scenarios)
        self.models = [ready(scenario) for scenario in scenarios]
        self.seed = first.run.seed if seed is None else seed
        self.precision = precision
        self.wanted = first.run.replications if replications is None else replications
        if precision is not None:
            self.wanted = precision.at_most
        if not 1 <= self.wanted <= MOST:
            raise ValueError(f"replications must be between 1 and {MOST:,}, not {self.wanted}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"the seed must be between 0 and 2**63 - 1, not {self.seed}")
        self.timetable = Timetable.of(first)
        definitions = all_definitions(within_s(first))
        for name in precision.measures if precision else ():
            if name not in (known := [one.name for one in definitions]):
                raise ValueError(f"unknown measure '{name}'; known: {', '.join(known)}")
        by_plan = [lines_of(scenario) for scenario in scenarios]
        lines = [line for line in by_plan[0] if all(line in one for one in by_plan)]
        prices = [price_of(scenario) for scenario in scenarios]
        self.tally = Tally(len(scenarios), lines, self.timetable.count, definitions, prices)
        self._keeper = keeper
        self._reduction = Reduction(self.models[0], self.timetable, definitions, self.seed) if reduce else None
        uncertain = self.models[0].uncertain
        self._influence = None if uncertain is None else Influence(uncertain, definitions, self.seed)

    @property
    def done(self) -> int:
        """How many replications are counted."""
        return self.tally.runs

    def is_finished(self) -> bool:
        """Whether there is nothing left to run."""
        return self.done >= self.wanted or self._precise()

    def run(self, workers: int = 1, progress: Progress | None = None) -> None:
        """
        Go on to the end. Whatever `progress` raises, and a KeyboardInterrupt, ends the run and passes through; what is
        counted by then stays counted, and no process is left behind.
        """
        kept = self._keeper.kept() if self._keeper else iter(())
        while not self.is_finished() and (counted := next(kept, None)) is not None:
            self._count(counted, keep=False)
        if progress is not None and self.done:
            progress(self.done, self.wanted)
        if self.is_finished():
            return
        for counted in _each(self.models, self.seed, self.done, self.wanted, self.timetable.every_ms, workers):
            self._count(counted)
            if progress is not None:
                progress(self.done, self.wanted)
            if self.is_finished():
                break

    def result(self) -> Result:
        """What is known of the first plan."""
        reductions = None if self._reduction is None else self._reduction.reductions()
        influences = None if self._influence is None else self._influence.influences()
        engine = self.models[0].engine
        how = f"{self.done} replication{'' if self.done == 1 else 's'} of the {engine}, seed {self.seed}"
        if self.precision is not None:
            reached = "reached" if self._precise() else "not reached"
            how += f"; {self.precision.relative:.1%} of {', '.join(self.precision.measures)} {reached}"
        return Result(self.scenarios[0], engine, self.seed, self.tally, self.timetable, how, reductions, influences)

    def _count(self, counted: Sequence[Counted], *, keep: bool = True) -> None:
        with undisturbed():
            if keep and self._keeper is not None:
                self._keeper.keep(self.done, counted)
            self.tally.add(counted)
            if self._reduction is not None:
                self._reduction.add(counted[0])
            if self._influence is not None:
                self._influence.add(counted[0])

    def _precise(self) -> bool:
        rule = self.precision
        if rule is None or not rule.looks_at(self.done):
            return False
        return rule.reached([self.tally.measured(0, name).estimate for name in rule.measures])


def simulate(
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    precision: Precision | None = None,
    reduce: bool = False,
    progress: Progress | None = None,
    out: Path | str | None = None,
    resume: bool = False,
) -> Result:
    """
    Run a checked scenario with the engine that it names; replications and seed default to the scenario's own.

    With a `precision` it stops as soon as that is reached. `reduce` also tells what control variates and strata make of
    the intervals. With `out` everything is written to a folder of this run in there, and `resume` goes on with what
    such a folder holds already. Whatever `progress` raises (also a KeyboardInterrupt) ends the run and passes through.
    """
    from sim.results.folder import Folder  # Only whoever keeps files needs what writes them.

    folder = None if out is None else Folder.of_simulation(Path(out), scenario, seed, resume=resume)
    with folder or nullcontext():
        experiment = Experiment(
            [scenario], replications=replications, seed=seed, precision=precision, reduce=reduce, keeper=folder
        )
        experiment.run(workers, progress)
        result = experiment.result()
        if folder is not None:
            folder.write_result(result)
    return result


def ready(scenario: Scenario) -> Model:
    """What the scenario's engine runs. Raises ValueError for what that engine does not do."""
    model = build(scenario)
    if model.engine == "kernel":
        from sim.kernel.scope import check  # Most runs need none of what comes with it.

        check(model)
    return model


def replicate(model: Model, seed: int, replication: int, every: int | None = None) -> Counted:
    """One replication, numbered from 0, cut into intervals of `every` milliseconds."""
    model = drawn(model, seed, replication)
    if model.engine == "kernel":
        from sim.kernel import mmcm
        from sim.kernel import run as run_compiled

        # One simple line needs no event list; what is counted is the same.
        if mmcm.obstacle(model) is None:
            return mmcm.replicate(model, seed, replication, every)
        return run_compiled(model, seed, replication, every).counted
    return Twin(model, seed, replication, every=every).run()


def lines_of(scenario: Scenario) -> list[LineKey]:
    """The lines of the policy, in its order."""
    policy = scenario.policy
    return [line_key(product, language) for product in policy.products for language in policy.languages]


def _each(
    models: Sequence[Model], seed: int, first: int, until: int, every: int, workers: int
) -> Iterator[list[Counted]]:
    """What every plan counted in each replication, in order."""
    with processes(min(workers, (until - first) * len(models))) as pool:
        run: Callable[..., Counted] = replicate
        plans: Sequence[Model | bytes] = models
        if pool is not None:
            run, plans = _replicate, [pickle.dumps(model) for model in models]
        tasks = ((plan, seed, replication, every) for replication in range(first, until) for plan in plans)
        counted: list[Counted] = []
        for one in in_order(run, tasks, pool):
            counted.append(one)
            if len(counted) == len(models):
                yield counted
                counted = []


def _replicate(packed: bytes, seed: int, replication: int, every: int) -> Counted:
    """What another process does: `replicate`, of a model that it has unpacked but once."""
    return replicate(_unpacked(packed), seed, replication, every)


@lru_cache(maxsize=12)
def _unpacked(packed: bytes) -> Model:
    model: Model = pickle.loads(packed)
    return model


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C waits until what is being counted is counted, so that no half of a replication is ever reported."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread is ever interrupted.
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
