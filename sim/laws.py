"""
The families of durations and the numbering of customers: what a scenario and its model must know of chance.

Apart from `sim.draws`, which compiles, so that whoever only reads a scenario loads no compiler.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Law(IntEnum):
    """The family of a duration; `a` and `b` are its two numbers (milliseconds, or bare where marked)."""

    FIXED = 0
    """Always `a`."""
    EXPONENTIAL = 1
    """Mean `a`."""
    LOGNORMAL = 2
    """exp(Normal): `a` is the median, `b` (bare) the standard deviation of the logarithm."""
    ERLANG = 3
    """Sum of `b` (bare, a whole number) exponential stages, mean `a` in all."""
    UNIFORM = 4
    """Between `a` and `b`."""
    NEVER = 5
    """Longer than any run; `NEVER_MS`."""
    WEIBULL = 6
    """Scale `a`, shape `b` (bare)."""
    GAMMA = 7
    """Mean `a`, shape `b` (bare)."""
    HYPEREXPONENTIAL = 8
    """Mean `a`; exponential of one of two kinds, of which `b` (bare) are the first, each kind half of the mean."""
    EMPIRICAL = 9
    """As it was seen: a table that stands beside these numbers (`sim.empirical`); no compiled function knows it."""


BARE_B = frozenset({Law.LOGNORMAL, Law.ERLANG, Law.WEIBULL, Law.GAMMA, Law.HYPEREXPONENTIAL})
"""The laws whose second number is no duration."""


NEVER_MS = 2**52
"""The longest duration there is (about 143,000 years): what `Law.NEVER` gives and where every other law is cut."""

STREAM_SHIFT = 32
"""Customer number = stream index * 2**32 + arrival number, so that each line's stream is independent."""

COMING_SHIFT = 44
"""Whoever comes again is customer number + 2**44 for each time before, so that every coming has draws of its own."""

MOST_SOURCES = 1 << (COMING_SHIFT - STREAM_SHIFT)
"""Numbers for streams that there are."""
