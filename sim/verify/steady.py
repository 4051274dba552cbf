"""
A line in steady state, simulated by the twin, and how far it lies from the exact value.

Batch means: the run is cut into batches of equally many arrivals, long against the line's memory; the first batches are
dropped as warm-up; the spread of the batches gives the standard error. Control variates make it small: the mean gap,
handle time and patience of each batch's customers are known in advance, and what a batch owes to them is taken out by
regression (A. M. Law, *Simulation Modeling and Analysis*, on control variates).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

from router.core import events as ev
from router.core.events import Event
from router.core.lifecycle import CASE
from sim.demand.model import StreamModel
from sim.drawing import fill_drawn
from sim.draws import STREAM_SHIFT, Floats, Law, Purpose, fill_arrivals, fill_uniforms, prefix
from sim.durations import LawNumbers, mean_ms
from sim.model import Model, build
from sim.scenario_file import as_scenario
from sim.twin import Twin

BATCHES = 80
WARM_UP_BATCHES = 4
_ALL = BATCHES + WARM_UP_BATCHES
_SUMS = (
    *("p_wait", "abandon", "served_within", "ew", "served"),
    *("second", "ew_second", "abandon_second", "converted", "ew_converted", "silent"),
)


@dataclass(frozen=True, slots=True)
class Observed:
    """An estimate and its standard error, from `freedom` degrees of freedom."""

    mean: float
    error: float
    freedom: int

    def z(self, exact: float) -> float:
        """Distance from the exact value in standard errors; 0 when both are the same without any."""
        distance = self.mean - exact
        if self.error:
            return distance / self.error
        return math.copysign(math.inf, distance) if distance else 0.0

    def half_width(self) -> float:
        """Half of the 95 % interval."""
        return float(stdtrit(self.freedom, 0.975)) * self.error


class Batches:
    """
    Listens to a desk and sums by batch of arrivals.

    A contact belongs to the batch in which it was asked for: by its number when there is one stream, so that those who
    were turned away (and made no event) count too, else by the order of asking.
    """

    def __init__(self, size: int, one_stream: bool, within_ms: int, urgent_first: bool = False) -> None:
        self.size = size
        self.asked = 0
        """How many have asked so far."""
        self._one_stream = one_stream
        self._urgent_first = urgent_first
        self._within_ms = within_ms
        self._open: dict[int, tuple[int, int]] = {}
        """(time of asking, batch) of those in line."""
        self._second: set[int] = set()
        """Those in line that come second: cases, or whoever is not urgent; only asked for members."""
        self._converted: set[int] = set()
        """Those in line that are to be called back; only asked for members."""
        self.let_in = np.zeros(_ALL)
        self.sums = {name: np.zeros(_ALL) for name in _SUMS}
        """By measure: counts, and minutes in line."""

    def see(self, now: int, events: list[Event]) -> None:
        """Note who waited, who left, and for how long each was in line; a callback is in line until it is dialled."""
        for event in events:
            kind = event.__class__
            if kind is ev.ContactQueued:
                self._ask(event.contact_id, now)  # type: ignore[union-attr]
                if event.channel == CASE or (self._urgent_first and not event.triage):  # type: ignore[union-attr]
                    self._count_second(event.contact_id)  # type: ignore[union-attr]
            elif kind is ev.ContactConnected or kind is ev.ContactAbandoned or kind is ev.DialStarted:
                self._leave_line(event.contact_id, kind, now)  # type: ignore[union-attr]
            elif kind is ev.ContactConverted:
                self._convert(event.contact_id)  # type: ignore[union-attr]
            elif kind is ev.SilentlyAbandoned:
                self._lose(event.contact_id)  # type: ignore[union-attr]

    def _count_second(self, contact: int) -> None:
        if contact in self._open:
            self._second.add(contact)
            self.sums["second"][self._open[contact][1]] += 1

    def _convert(self, contact: int) -> None:
        if contact in self._open:
            self._converted.add(contact)
            self.sums["converted"][self._open[contact][1]] += 1

    def _lose(self, contact: int) -> None:
        """An agent accepted in vain; of one stream only, whose numbers tell the batch."""
        batch = ((contact & (1 << STREAM_SHIFT) - 1) - 1) // self.size
        if batch < _ALL:
            self.sums["silent"][batch] += 1

    def _ask(self, contact: int, now: int) -> None:
        # Whoever comes again has the same lower bits, and so counts where the first coming did.
        number = contact & (1 << STREAM_SHIFT) - 1 if self._one_stream else self.asked + 1
        self.asked = max(self.asked, number)
        batch = (number - 1) // self.size
        if batch < _ALL:
            self._open[contact] = now, batch
            self.let_in[batch] += 1

    def _leave_line(self, contact: int, kind: type, now: int) -> None:
        entry = self._open.pop(contact, None)
        if entry is not None:
            asked, batch = entry
            wait, sums = now - asked, self.sums
            sums["ew"][batch] += wait / 60_000
            if contact in self._second:
                self._second.discard(contact)
                sums["ew_second"][batch] += wait / 60_000
                sums["abandon_second"][batch] += kind is ev.ContactAbandoned
            if contact in self._converted:
                self._converted.discard(contact)
                sums["ew_converted"][batch] += wait / 60_000
            sums["p_wait"][batch] += wait > 0
            sums["abandon"][batch] += kind is ev.ContactAbandoned
            sums["served"][batch] += kind is not ev.ContactAbandoned
            sums["served_within"][batch] += kind is not ev.ContactAbandoned and wait <= self._within_ms

    def close(self, now: int) -> None:
        """Count those still in line as waiting until now; in a line that is as it should be there are none."""
        for asked, batch in self._open.values():
            self.sums["p_wait"][batch] += 1
            self.sums["ew"][batch] += (now - asked) / 60_000
        self._open.clear()


@dataclass(frozen=True, slots=True)
class Steady:
    """What a run in steady state found, per arrival, with the warm-up dropped."""

    batches: Batches
    controls: Floats
    """One row for each batch: 1, and how far each control lies from its known mean."""

    def observe(self, name: str) -> Observed:
        """
        Estimate `p_wait`, `abandon`, `served_within`, `blocked`, `p_callback`, `silent`, `lost` (shares of arrivals),
        `attempts` (per arrival; where customers come again, all their comings count for the first), `ew` (minutes); or
        a ratio: `ew_first`, `ew_second`, `abandon_first`, `abandon_second` (per contact that comes first, and per case
        or contact that is not urgent), `abandon_inbound`, `ew_inbound`, `ew_callback` (per contact that did not become
        a callback, and per callback).
        """
        top, bottom = (one[WARM_UP_BATCHES:] for one in self._ratio(name))
        ratio = top.sum() / bottom.sum()
        # By the delta method, a ratio has the spread of these; where the bottom is the batch's size, nothing changes.
        means = ratio + (top - ratio * bottom) / bottom.mean()
        fitted, *_ = np.linalg.lstsq(self.controls, means, rcond=None)
        left = means - self.controls @ fitted
        freedom = len(means) - self.controls.shape[1]
        spread = float(left @ left) / freedom * np.linalg.inv(self.controls.T @ self.controls)[0, 0]
        return Observed(float(fitted[0]), math.sqrt(spread), freedom)

    def _ratio(self, name: str) -> tuple[Floats, Floats]:
        batches, sums = self.batches, self.batches.sums
        everybody = np.full(_ALL, float(batches.size))
        first, stayed = everybody - sums["second"], everybody - sums["converted"]
        ratios = {
            "blocked": (everybody - batches.let_in, everybody),
            "attempts": (batches.let_in, everybody),
            "lost": (everybody - sums["served"], everybody),
            "p_callback": (sums["converted"], everybody),
            "ew_first": (sums["ew"] - sums["ew_second"], first),
            "ew_second": (sums["ew_second"], sums["second"]),
            "abandon_first": (sums["abandon"] - sums["abandon_second"], first),
            "abandon_second": (sums["abandon_second"], sums["second"]),
            "abandon_inbound": (sums["abandon"], stayed),
            "ew_inbound": (sums["ew"] - sums["ew_converted"], stayed),
            "ew_callback": (sums["ew_converted"], sums["converted"]),
        }
        return ratios[name] if name in ratios else (sums[name], everybody)


def simulate(scenario: Mapping[str, Any], arrivals: int, seed: int = 1) -> Steady:
    """
    Run a scenario with constant rates until this many customers, and the warm-up's, have asked and left the line.

    Its service level's `within` is that of `served_within`. ValueError when the scenario ends before.
    """
    checked = as_scenario(scenario)
    model = build(checked)
    one_stream = len(model.streams) == 1
    urgent_first = any(stream.impact == "everybody" for stream in model.streams)
    batches = Batches(max(arrivals // BATCHES, 1), one_stream, model.service_level_ms, urgent_first)
    twin = Twin(model, seed, 0, batches.see)
    # The day's own measures keep every wait; a run as long as this one would fill the memory with them.
    twin.driver.listeners.remove(twin.measures.see)
    driver, wanted = twin.driver, batches.size * _ALL
    rate = math.fsum(float(stream.rates[0]) for stream in model.streams)
    block_ms = max(round(batches.size / rate), 1)
    while batches.asked < wanted + batches.size:
        if driver.now >= model.horizon_ms:
            raise ValueError("the scenario ends before so many have asked; give it a longer horizon")
        driver.run(driver.now + block_ms)
    batches.close(driver.now)
    controls = _controls(model, batches.size, seed) if one_stream else np.ones((BATCHES, 1))
    return Steady(batches, controls)


def _controls(model: Model, size: int, seed: int) -> Floats:
    stream = model.streams[0]
    columns = [np.ones(BATCHES), _gaps(stream, size, seed)]
    for purpose, law in ((Purpose.HANDLE_TIME, stream.handle_time), (Purpose.PATIENCE, model.patience)):
        if law.law not in (Law.FIXED, Law.NEVER):
            columns.append(_durations(purpose, law, stream, size, seed))
    if model.callback is not None and 0 < model.callback.accept < 1:
        columns.append(_choices(model.callback.accept, stream, size, seed))
    return np.column_stack(columns)


def _gaps(stream: StreamModel, size: int, seed: int) -> Floats:
    """Mean time between the arrivals of each batch, relative to its true mean, less 1."""
    start, first, clock = prefix(seed, 0, Purpose.ARRIVAL_GAP), stream.first_customer, 0.0
    times, begun = np.empty(size, dtype=np.int64), []
    for batch in range(_ALL + 1):
        _, clock = fill_arrivals(start, first + batch * size, clock, stream.begins, stream.rates, stream.passed, times)
        begun.append(int(times[0]))
    means: Floats = np.diff(np.array(begun, dtype=np.float64))[WARM_UP_BATCHES:] / size
    return means * float(stream.rates[0]) - 1


def _durations(purpose: Purpose, law: LawNumbers, stream: StreamModel, size: int, seed: int) -> Floats:
    """Mean of a law over each batch's customers, relative to its true mean, less 1."""
    start, drawn, means = prefix(seed, 0, purpose), np.empty(size, dtype=np.int64), np.empty(_ALL)
    for batch in range(_ALL):
        fill_drawn(start, stream.first_customer + batch * size, law, drawn)
        means[batch] = drawn.mean()
    return means[WARM_UP_BATCHES:] / mean_ms(law) - 1


def _choices(accept: float, stream: StreamModel, size: int, seed: int) -> Floats:
    """Share of each batch's customers who would take a callback, less the true share."""
    start, drawn, shares = prefix(seed, 0, Purpose.CALLBACK_CHOICE), np.empty(size), np.empty(_ALL)
    for batch in range(_ALL):
        fill_uniforms(start, stream.first_customer + batch * size, 0, drawn)
        shares[batch] = (drawn <= accept).mean()
    return shares[WARM_UP_BATCHES:] - accept
