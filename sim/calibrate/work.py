"""
Handle times: mean and variation by product, and by how many contacts an agent holds at the same time.

The handle time at a level is the contact time spent there over the contacts that ended there (occurrence over
exposure), and not the mean of contacts that happened to begin there. Its relative standard error is 1 / sqrt(ended).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibrate.contacts import Level


@dataclass(frozen=True, slots=True)
class HandleFit:
    """Mean, its standard error (ms) and coefficient of variation of `n` contacts."""

    n: int
    mean_ms: float
    error_ms: float
    cv: float


@dataclass(frozen=True, slots=True)
class LevelFit:
    """The handle time a contact would have at this level, with its standard error, ms."""

    held: int
    ended: int
    mean_ms: float
    error_ms: float


def fit_handled(handled: Mapping[str, Sequence[float]]) -> dict[str, HandleFit]:
    """By product, where at least two were seen."""
    found = {}
    for product, times in handled.items():
        if len(times) < 2:
            continue
        values = np.array(times, dtype=np.float64)
        mean, spread = float(values.mean()), float(values.std(ddof=1))
        found[product] = HandleFit(len(values), mean, spread / math.sqrt(len(values)), spread / mean if mean else 0.0)
    return found


def fit_levels(levels: Mapping[int, Level]) -> list[LevelFit]:
    """By level, where a contact ended."""
    found = []
    for held, level in sorted(levels.items()):
        if level.ended:
            mean = level.time_ms / level.ended
            found.append(LevelFit(held, level.ended, mean, mean / math.sqrt(level.ended)))
    return found
