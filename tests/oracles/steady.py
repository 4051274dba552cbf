"""
A line in steady state, simulated by the twin, and how far it lies from the exact value.

Batch means: the run is cut into batches of equally many arrivals, long against the line's memory; the first batches are
dropped as warm-up; the spread of the batches gives the standard error. Control variates make it small: the mean gap,
handle time and patience of each batch's customers are known in advance, and what a batch owes to them is taken out by
regression (A. M. Law, *Simulation Modeling and Analysis*, on control variates).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

from router.core import events as ev
from router.core.events import Event
from sim.draws import NEVER_MS, STREAM_SHIFT, Floats, Law, Purpose, fill_durations, prefix
from sim.durations import LawNumbers
from sim.model import Model, build
from sim.scenario_file import as_scenario
from sim.twin import Twin

BATCHES = 80
WARM_UP_BATCHES = 4
WITHIN_MS = 20_000
"""The T of `served_early`."""


@dataclass(frozen=True)
class Observed:
    """An estimate and its standard error, from `freedom` degrees of freedom."""

    mean: float
    error: float
    freedom: int

    def z(self, exact: float) -> float:
        """Distance from the exact value in standard errors."""
        return (self.mean - exact) / self.error if self.error else math.copysign(math.inf, self.mean - exact)

    def half_width(self, exact: float) -> float:
        """Half of the 95 % interval, relative to the exact value."""
        return float(stdtrit(self.freedom, 0.975)) * self.error / exact


class Batches:
    """Listens to a desk with one stream of customers, and sums by batch of arrivals."""

    def __init__(self, size: int) -> None:
        count = BATCHES + WARM_UP_BATCHES
        self.size = size
        self.begun = np.zeros(count + 1)
        self.waited = np.zeros(count)
        self.abandoned = np.zeros(count)
        self.served_early = np.zeros(count)
        self.minutes = np.zeros(count)
        """Time in line, served or not; of who takes a callback, none."""
        self._asked: dict[int, int] = {}
        self.seen = 0

    def see(self, now: int, events: list[Event]) -> None:
        """Note who waited, who left, and for how long each was in line."""
        for event in events:
            kind = event.__class__
            if kind is ev.ContactQueued:
                batch, place = divmod(self.seen, self.size)
                self.seen += 1
                if not place and batch < len(self.begun):
                    self.begun[batch] = now
                self._asked[event.contact_id] = now  # type: ignore[union-attr]
            elif kind is ev.ContactConnected or kind is ev.ContactAbandoned or kind is ev.ContactConverted:
                contact: int = event.contact_id  # type: ignore[union-attr]
                self._leave_line(((contact & (1 << STREAM_SHIFT) - 1) - 1) // self.size, contact, kind, now)

    def _leave_line(self, batch: int, contact: int, kind: type, now: int) -> None:
        wait = now - self._asked.pop(contact)
        if batch < len(self.waited):
            self.minutes[batch] += wait / 60_000
            # Whoever takes a callback does so at once, and only when nobody was free.
            self.waited[batch] += wait > 0 or kind is not ev.ContactConnected
            self.abandoned[batch] += kind is ev.ContactAbandoned
            self.served_early[batch] += kind is ev.ContactConnected and wait <= WITHIN_MS


@dataclass(frozen=True)
class Steady:
    """What a run in steady state found, per arrival, with the warm-up dropped."""

    batches: Batches
    controls: Floats
    """One row for each batch: 1, and how far each control lies from its known mean."""

    def observe(self, name: str) -> Observed:
        """Estimate `waited`, `abandoned`, `served_early` or `minutes`."""
        means = getattr(self.batches, name)[WARM_UP_BATCHES:] / self.batches.size
        fitted, *_ = np.linalg.lstsq(self.controls, means, rcond=None)
        left = means - self.controls @ fitted
        freedom = len(means) - self.controls.shape[1]
        spread = float(left @ left) / freedom * np.linalg.inv(self.controls.T @ self.controls)[0, 0]
        return Observed(float(fitted[0]), math.sqrt(spread), freedom)


def line(agents: int, per_hour: float, handle: str, patience: str = "never", callbacks: bool = False) -> dict[str, Any]:
    """The scenario of one textbook line: Poisson arrivals, exponential handle times and patience."""
    return {
        "name": "textbook",
        "policy": {
            "products": ["expense"],
            "languages": ["en"],
            "wrap_up": 0,
            "short_abandon": 0,
            "routing": {"queue_limit": 1_000_000},
        },
        "demand": {"streams": [{"product": "expense", "language": "en", "per_hour": per_hour}]},
        "people": {"agents": {"agents": agents, "products": ["expense"], "languages": ["en"]}},
        "work": {"handle_time": {"exponential": handle}},
        "patience": patience if patience == "never" else {"exponential": patience},
        **({"callback": {"accept": 1.0}} if callbacks else {}),
        "run": {"horizon": "365 d", "end": "cut"},
    }


def simulate(scenario: dict[str, Any], arrivals: int, seed: int = 1) -> Steady:
    """Run until this many customers, and the warm-up's, have asked and are through the line."""
    model = build(as_scenario(scenario))
    batches = Batches(arrivals // BATCHES)
    wanted = batches.size * (BATCHES + WARM_UP_BATCHES)
    driver = Twin(model, seed, 0, batches.see).driver
    block_ms = round(batches.size / float(model.streams[0].rates[0]))
    while batches.seen < wanted + batches.size:
        if driver.now >= model.horizon_ms:
            raise ValueError("a year is too short for so many arrivals; make everything faster")
        driver.run(driver.now + block_ms)
    return Steady(batches, _controls(model, batches, seed))


def _controls(model: Model, batches: Batches, seed: int) -> Floats:
    stream = model.streams[0]
    gaps = np.diff(batches.begun)[WARM_UP_BATCHES:] / batches.size * float(stream.rates[0]) - 1
    columns = [np.ones(BATCHES), gaps]
    for purpose, law in ((Purpose.HANDLE_TIME, stream.handle_time), (Purpose.PATIENCE, model.patience)):
        if law.law != Law.NEVER:
            columns.append(_drawn(purpose, law, batches, seed, stream.first_customer))
    return np.column_stack(columns)


def _drawn(purpose: Purpose, law: LawNumbers, batches: Batches, seed: int, first: int) -> Floats:
    """Mean of an exponential law over each batch's customers, relative to its true mean, less 1."""
    drawn = np.empty(batches.size * (BATCHES + WARM_UP_BATCHES), dtype=np.int64)
    fill_durations(prefix(seed, 0, purpose), first, 0, int(law.law), law.a, law.b, drawn)
    assert drawn.max() < NEVER_MS
    means: Floats = drawn.reshape(-1, batches.size).mean(axis=1)[WARM_UP_BATCHES:] / law.a - 1
    return means
