"""
Laws of patience: how long customers stay in line before they leave.

A law is known by its survival and by E[min(patience, t)]; that is all that `sim.theory.impatience` asks of it. Times
are in the unit of the rates. At equal means the laws differ more than a few agents do: fit the law, not the mean.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import gammainc, gammaincc, ndtr  # type: ignore[import-untyped]  # scipy ships no types

from sim.theory.chains import Floats
from sim.theory.checks import positive, shares


class Patience(Protocol):
    """A law of patience, in the unit of time of the rates."""

    def survival(self, t: Floats) -> Floats:
        """P(patience > t)."""
        ...

    def mean_min(self, t: Floats) -> Floats:
        """E[min(patience, t)], the integral of the survival from 0 to t."""
        ...

    def kinks(self) -> list[float]:
        """Times at which the survival jumps."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential patience."""

    mean: float

    def __post_init__(self) -> None:
        positive(mean=self.mean)

    def survival(self, t: Floats) -> Floats:
        return np.exp(-t / self.mean)

    def mean_min(self, t: Floats) -> Floats:
        return -self.mean * np.expm1(-t / self.mean)

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Fixed:
    """Everyone leaves after the same time; 0 for those who leave at once, infinity for those who never do."""

    time: float

    def __post_init__(self) -> None:
        if not self.time >= 0:
            raise ValueError(f"time must be 0 or more, not {self.time}")

    def survival(self, t: Floats) -> Floats:
        return np.where(t < self.time, 1.0, 0.0)

    def mean_min(self, t: Floats) -> Floats:
        return np.minimum(t, self.time)

    def kinks(self) -> list[float]:
        return [self.time] if 0 < self.time < math.inf else []


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp(Normal) with this mean; `sigma` is the standard deviation of the logarithm."""

    mean: float
    sigma: float

    def __post_init__(self) -> None:
        positive(mean=self.mean, sigma=self.sigma)

    def _score(self, t: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return (np.log(t / self.mean) + self.sigma**2 / 2) / self.sigma

    def survival(self, t: Floats) -> Floats:
        return np.asarray(ndtr(-self._score(t)))

    def mean_min(self, t: Floats) -> Floats:
        score = self._score(t)
        return np.asarray(self.mean * ndtr(score - self.sigma) + t * ndtr(-score))

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between two times, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high < math.inf:
            raise ValueError(f"low must be 0 or more and below high, not {self.low} and {self.high}")

    def survival(self, t: Floats) -> Floats:
        return np.asarray(np.clip((self.high - t) / (self.high - self.low), 0.0, 1.0))

    def mean_min(self, t: Floats) -> Floats:
        over = np.clip(t - self.low, 0.0, self.high - self.low)
        return np.asarray(np.minimum(t, self.high) - over**2 / (2 * (self.high - self.low)))

    def kinks(self) -> list[float]:
        return [kink for kink in (self.low, self.high) if kink > 0]


@dataclass(frozen=True, slots=True)
class Erlang:
    """The gamma law with this mean: the sum of `shape` exponential stages; the shape need not be whole."""

    mean: float
    shape: float

    def __post_init__(self) -> None:
        positive(mean=self.mean, shape=self.shape)

    def survival(self, t: Floats) -> Floats:
        return np.asarray(gammaincc(self.shape, t * self.shape / self.mean))

    def mean_min(self, t: Floats) -> Floats:
        x = t * self.shape / self.mean
        return np.asarray(self.mean * gammainc(self.shape + 1, x) + t * gammaincc(self.shape, x))

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Weibull:
    """Survival exp(-(t / scale)^shape); a shape below 1 means that whoever has waited is ever less likely to leave."""

    scale: float
    shape: float

    def __post_init__(self) -> None:
        positive(scale=self.scale, shape=self.shape)

    @property
    def mean(self) -> float:
        """scale Gamma(1 + 1 / shape)."""
        return self.scale * math.gamma(1.0 + 1.0 / self.shape)

    def survival(self, t: Floats) -> Floats:
        return np.exp(-((t / self.scale) ** self.shape))

    def mean_min(self, t: Floats) -> Floats:
        return np.asarray(self.mean * gammainc(1.0 / self.shape, (t / self.scale) ** self.shape))

    def kinks(self) -> list[float]:
        return []


@dataclass(frozen=True, slots=True)
class Mixed:
    """Each customer has one of several laws, with these weights (they sum to 1)."""

    parts: Sequence[tuple[float, Patience]]

    def __post_init__(self) -> None:
        weights = [weight for weight, _ in self.parts]
        shares(**{f"weight {index}": weight for index, weight in enumerate(weights)})
        if not math.isclose(sum(weights), 1.0, abs_tol=1e-9):
            raise ValueError(f"the weights of the parts must sum to 1, not {sum(weights)}")

    def survival(self, t: Floats) -> Floats:
        return sum((weight * law.survival(t) for weight, law in self.parts), start=np.zeros_like(t))

    def mean_min(self, t: Floats) -> Floats:
        return sum((weight * law.mean_min(t) for weight, law in self.parts), start=np.zeros_like(t))

    def kinks(self) -> list[float]:
        return sorted(kink for _, law in self.parts for kink in law.kinks())


def balking(share: float, law: Patience) -> Mixed:
    """The share leaves at once when it would have to wait; the rest has the law."""
    shares(share=share)
    return Mixed([(share, Fixed(0.0)), (1.0 - share, law)])


def balanced_halves(mean: float, scv: float) -> tuple[float, float, float]:
    """
    (share of the first kind, its mean, mean of the second kind) of a hyperexponential law with balanced means.

    Both kinds contribute half of the mean; `scv`, the squared coefficient of variation, is 1 or more. W. Whitt, Bell
    System Technical Journal 61 (1982).
    """
    positive(mean=mean)
    if not 1 <= scv < math.inf:
        raise ValueError(f"scv must be 1 or more, not {scv}; below 1 use Erlang")
    first = (1.0 + math.sqrt((scv - 1.0) / (scv + 1.0))) / 2.0
    return first, mean / (2.0 * first), mean / (2.0 * (1.0 - first))


def hyperexponential(mean: float, scv: float) -> Mixed:
    """Two kinds of customers, both exponential, with balanced means: see `balanced_halves`."""
    share, first, second = balanced_halves(mean, scv)
    return Mixed([(share, Exponential(first)), (1.0 - share, Exponential(second))])
