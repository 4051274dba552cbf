"""
How sure one may be that something happens at least as often as it should, looked at after every trial.

Trials come one by one, and whoever stops when it looks good would fool themselves with an ordinary test. The odds here
may be looked at at any time: under "seldomer than wanted" they are a supermartingale that starts at 1, so that by
J. Ville (1939) the chance that they ever reach 1 / (1 - confidence) is at most 1 - confidence. They are those of a
probability uniform above the wanted one (H. Robbins, Annals of Mathematical Statistics 41 (1970)).
"""

import math

from scipy.special import betainc, betaincc, betaincinv, betaln  # type: ignore[import-untyped]  # scipy ships no types


def log_odds(successes: float, trials: float, wanted: float) -> float:
    """The logarithm of the odds that the probability is above `wanted`, against that it is `wanted` or less."""
    failures = trials - successes
    above = betaincc(successes + 1, failures + 1, wanted)
    return _log_odds(successes, failures, wanted, above, 1 - wanted)


def log_odds_against(successes: float, trials: float, wanted: float) -> float:
    """The same for below `wanted`, against that or more."""
    failures = trials - successes
    below = betainc(successes + 1, failures + 1, wanted)
    return _log_odds(successes, failures, wanted, below, wanted)


def _log_odds(successes: float, failures: float, wanted: float, side: float, width: float) -> float:
    if side <= 0:
        return -math.inf
    found = betaln(successes + 1, failures + 1) + math.log(side) - math.log(width)
    return float(found - successes * math.log(wanted) - failures * math.log1p(-wanted))


def proved(successes: float, trials: float, wanted: float, confidence: float) -> bool:
    """Whether it is at least as often as wanted, as sure as that."""
    return log_odds(successes, trials, wanted) >= -math.log1p(-confidence)


def refuted(successes: float, trials: float, wanted: float, confidence: float) -> bool:
    """Whether it is surely seldomer."""
    return log_odds_against(successes, trials, wanted) >= -math.log1p(-confidence)


def limits(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """An interval of a probability: C. Clopper and E. Pearson, Biometrika 26 (1934). For one look, not for many."""
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, tail))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 1 - tail))
    return low, high
