"""The told quantiles against the exact law of the wait, and how they must move."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from router.core.estimates import waits
from router.core.estimates.waits import wait_quantiles, wait_range

SHARES = (0.1, 0.5, 0.9)
BOUNDS = (0.046, 0.018, 0.011)
"""Largest error of P10, P50 and P90, as a share of the exact quantile."""

HANDLE_MS = 10**10
"""So long that rounding to the millisecond is no error."""

ahead_counts = st.integers(0, 12) | st.integers(0, 10**6)
servers = st.integers(1, 10**6)
durations = st.integers(1_000, 10**8)
patiences = st.integers(1_000, 10**12)


def exact(ratio: float, ahead: int, share: float) -> float:
    """
    The quantile of the wait in units of patience; `ratio` is servers x patience / handle time.

    exp(-wait) has the law Beta(ratio, ahead + 1): one Beta(ratio + i, 1) for each departure.
    """
    value = special.betaincinv(ratio, ahead + 1, 1 - share)
    if value < 0.5:
        return -math.log(value)
    return -math.log1p(-special.betaincinv(ahead + 1, ratio, share))


@pytest.mark.parametrize("ahead", [0, 1, 2, 3, 4, 5, 6, 7, 10, 20, 50, 200, 1_000, 20_000])
def test_quantiles_are_near_the_exact_ones(ahead: int) -> None:
    """P50 within 1.8 %, P90 within 1.1 % for any servers and patience that may meet in a desk."""
    for ratio in np.geomspace(0.01, 1e6, 49):
        patience_ms = round(ratio * HANDLE_MS)
        told = wait_quantiles(ahead, 1_000, HANDLE_MS, patience_ms)
        assert told is not None
        for share, bound, wait_ms in zip(SHARES, BOUNDS, told, strict=True):
            expected = exact(patience_ms / HANDLE_MS, ahead, share) * patience_ms
            assert expected == pytest.approx(wait_ms, rel=bound), (ahead, ratio, share)


@pytest.mark.parametrize("ahead", [0, 1, 5, 6, 100, 10_000])
def test_who_never_leaves_waits_a_gamma_time(ahead: int) -> None:
    """Without abandoning the wait is the sum of ahead + 1 equal exponentials, and the fit is exact."""
    told = wait_quantiles(ahead, 2_500, HANDLE_MS, 10**18)

    expected = stats.gamma.ppf(SHARES, ahead + 1) * HANDLE_MS / 2.5
    assert list(expected) == pytest.approx(told, rel=1e-4)


def test_nobody_ahead_waits_for_the_next_server() -> None:
    """The first in line waits an exponential time: 300 s over three servers have the median 69.3 s."""
    assert (69_315, 230_259) == wait_range(0, 3_000, 300_000, 120_000)


@pytest.mark.parametrize(("share", "table"), [(0.1, waits._EARLY), (0.5, waits._MIDDLE), (0.9, waits._LATE)])
def test_the_tables_are_the_gamma_law_s(share: float, table: tuple[int, ...]) -> None:
    """Each entry is the standardised quantile of the gamma law whose half skewness is its place."""
    assert 33 == len(table)
    assert table[0] == pytest.approx(stats.norm.ppf(share) * 1e6, abs=0.51)
    for place, entry in enumerate(table[1:], 1):
        shape = (32 / place) ** 2
        assert entry == pytest.approx((stats.gamma.ppf(share, shape) - shape) / math.sqrt(shape) * 1e6, abs=0.51)


def test_fixed_point_is_accurate() -> None:
    """Logarithm and the sums beyond the first terms are what floats say they are."""
    one = 1 << 48
    assert round(math.log(2) * one) == waits._LN2
    for begin, end in ((7, 8), (7, 13), (7, 14), (7, 15), (8, 15), (3, 10**12), (10**12, 10**12 + 1)):
        integral = waits._log_integral(begin, end, 5, 10**9) / one
        assert integral == pytest.approx(math.log1p((end - begin) / begin) * 5e9 / (end - begin), rel=1e-6)


@given(ahead_counts, servers, durations, patiences)
def test_more_ahead_is_a_longer_wait(ahead: int, servers_milli: int, handle_ms: int, patience_ms: int) -> None:
    """Quantiles rise with those ahead, with handle time and patience, fall with servers, and stand in order."""
    told = wait_quantiles(ahead, servers_milli, handle_ms, patience_ms)
    longer = [
        wait_quantiles(ahead + 1, servers_milli, handle_ms, patience_ms),
        wait_quantiles(ahead, servers_milli, handle_ms + 1, patience_ms),
        wait_quantiles(ahead, servers_milli, handle_ms, patience_ms + 1),
    ]
    shorter = wait_quantiles(ahead, servers_milli + 1, handle_ms, patience_ms)

    assert told is not None
    assert sorted(told) == list(told)
    assert all(other is not None and a <= b for other in longer for a, b in zip(told, other, strict=True))
    assert shorter is not None
    assert all(a >= b for a, b in zip(told, shorter, strict=True))


@given(ahead_counts, servers, durations, patiences)
def test_a_range_is_two_of_the_quantiles(ahead: int, servers_milli: int, handle_ms: int, patience_ms: int) -> None:
    """`wait_range` tells P50 and P90, as integers."""
    told = wait_range(ahead, servers_milli, handle_ms, patience_ms)
    quantiles = wait_quantiles(ahead, servers_milli, handle_ms, patience_ms)

    assert quantiles is not None
    assert quantiles[1:] == told
    assert [int, int] == [type(wait_ms) for wait_ms in told]


def test_nobody_serving_is_no_estimate() -> None:
    """Without servers there is nothing to tell, rather than a wait that never ends."""
    assert wait_range(3, 0, 300_000, 120_000) is None
    assert wait_quantiles(3, -1, 300_000, 120_000) is None


@pytest.mark.parametrize(("ahead", "handle_ms", "patience_ms"), [(-1, 1, 1), (0, 0, 1), (0, 1, 0)])
def test_numbers_out_of_range_are_refused(ahead: int, handle_ms: int, patience_ms: int) -> None:
    """The error names the numbers."""
    with pytest.raises(ValueError, match=f"not {ahead}, {handle_ms}, {patience_ms}"):
        wait_range(ahead, 1_000, handle_ms, patience_ms)
