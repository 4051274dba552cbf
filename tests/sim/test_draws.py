"""The keyed draws: golden values, an independent second implementation, and the shape of each law."""

import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest

from sim import draws
from sim.draws import NEVER_MS, Law, Purpose
from sim.normal import inverse_normal

GOLDEN = {
    (0, 0, 1, 0, 0): 0x3CEEA767ACC0E20D,
    (1, 0, 1, 0, 0): 0x38C4069EBDBA3E3C,
    (7, 3, 4, 2 * 2**32 + 5, 0): 0x26398F44F7CCE2A1,
    (7, 3, 6, 2 * 2**32 + 5, 2): 0x7D62AB086AF01AEB,
    (2**63 - 1, 999, 9, 2**40, 31): 0x6C585EE2649BECDD,
}
"""(seed, replication, purpose, customer, k) -> the 64-bit state. These values are a format: they never change."""

GOLDEN_MS = {
    Law.FIXED: 240_000,
    Law.EXPONENTIAL: 456_406,
    Law.LOGNORMAL: 115_941,
    Law.ERLANG: 319_826,
    Law.UNIFORM: 275_836,
    Law.NEVER: NEVER_MS,
    Law.WEIBULL: 601_150,
    Law.GAMMA: 5_586,
    Law.HYPEREXPONENTIAL: 225_077,
}
"""Law -> milliseconds at key (7, 3, 4, 2 * 2**32 + 5, 0), a = 240,000 and the `b` of `NUMBERS`."""

NUMBERS = {
    Law.LOGNORMAL: 0.7,
    Law.ERLANG: 3.0,
    Law.UNIFORM: 480_000.0,
    Law.WEIBULL: 0.7,
    Law.GAMMA: 0.5,
    Law.HYPEREXPONENTIAL: 0.8,
}


def reference_state(*keys: int) -> int:
    """The generator as the module's docstring writes it, in plain integers."""
    top = 2**64 - 1
    state = 0
    for key in keys:
        z = ((state ^ key) + 0x9E3779B97F4A7C15) & top
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & top
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & top
        state = z ^ (z >> 31)
    return state


def compiled_state(seed: int, replication: int, purpose: int, customer: int, k: int) -> int:
    return int(draws.state_of(draws.prefix(seed, replication, purpose), customer, k))


@pytest.mark.parametrize("key", GOLDEN)
def test_states_are_the_golden_ones(key: tuple[int, int, int, int, int]) -> None:
    """The generator is a format: compiled code, its description and the recorded table agree bit for bit."""
    assert (GOLDEN[key], GOLDEN[key]) == (compiled_state(*key), reference_state(*key))


def test_many_states_agree_with_the_description() -> None:
    """Compiled and described generator agree on small, large and neighbouring keys."""
    keys = list(itertools.product((0, 1, 2**40), (0, 5), Purpose, (0, 1, 3 * 2**32), (0, 1, 9)))

    assert [reference_state(*key) for key in keys] == [compiled_state(*key) for key in keys]


@pytest.mark.parametrize("law", [law for law in Law if law != Law.EMPIRICAL])  # Which is a table, not a formula.
def test_durations_are_the_golden_ones(law: Law) -> None:
    """Each law turns one state into one number of milliseconds, and that number never changes."""
    state = np.uint64(reference_state(7, 3, 4, 2 * 2**32 + 5, 0))

    assert GOLDEN_MS[law] == draws.duration_ms(state, law, 240_000.0, NUMBERS.get(law, 0.0))


def test_uniform_lies_above_zero_and_reaches_one() -> None:
    """(0, 1]: a logarithm is always finite, and probability 1 always happens."""
    start = draws.prefix(1, 0, Purpose.REACH)

    assert [draws.uniform(np.uint64(state)) for state in (0, 2**64 - 1)] == [2.0**-53, 1.0]
    assert [draws.happens(start, customer, 1, 0.0) for customer in range(200)] == [False] * 200
    assert [draws.happens(start, customer, 1, 1.0) for customer in range(200)] == [True] * 200


def test_the_largest_uniform_has_a_finite_lognormal() -> None:
    """The uniform of exactly 1 stands for the number below it, not for infinity."""
    longest = draws.duration_ms(np.uint64(2**64 - 1), Law.LOGNORMAL, 1000.0, 1.0)

    assert round(1000 * math.exp(NormalDist().inv_cdf(1 - 2.0**-53))) == longest


def test_halves_round_to_the_even_millisecond() -> None:
    """Rounding is half to even, so that it has no drift."""
    assert [0, 2, 2, 4] == [draws.whole_ms(ms) for ms in (0.5, 1.5, 2.5, 3.5)]


def test_a_duration_is_never_longer_than_never() -> None:
    """A wild law cannot overflow the clock."""
    assert NEVER_MS == draws.duration_ms(np.uint64(2**64 - 1), Law.LOGNORMAL, 1e9, 50.0)


@pytest.mark.parametrize("p", [1e-300, 1e-15, 1e-6, 0.0249, 0.075, 0.3, 0.5, 0.7, 0.925, 0.99, 1 - 1e-6, 1 - 2.0**-53])
def test_inverse_normal_agrees_with_the_standard_library(p: float) -> None:
    """AS 241 gives 15 figures over its whole range (Python's own inverse is the same algorithm)."""
    assert NormalDist().inv_cdf(p) == pytest.approx(inverse_normal(p), rel=1e-14, abs=1e-16)


@pytest.mark.parametrize(
    ("law", "a", "b", "mean", "deviation"),
    [
        (Law.EXPONENTIAL, 240_000.0, 0.0, 240_000.0, 240_000.0),
        (
            Law.LOGNORMAL,
            100_000.0,
            0.5,
            100_000 * math.exp(0.125),
            100_000 * math.sqrt(math.expm1(0.25) * math.exp(0.25)),
        ),
        (Law.ERLANG, 240_000.0, 4.0, 240_000.0, 120_000.0),
        (Law.UNIFORM, 10_000.0, 30_000.0, 20_000.0, 20_000 / math.sqrt(12)),
        (Law.WEIBULL, 100_000.0, 2.0, 100_000 * math.gamma(1.5), 100_000 * math.sqrt(1 - math.gamma(1.5) ** 2)),
        (Law.GAMMA, 240_000.0, 0.25, 240_000.0, 480_000.0),
        (Law.GAMMA, 240_000.0, 16.0, 240_000.0, 60_000.0),
        (Law.HYPEREXPONENTIAL, 240_000.0, (1 + math.sqrt(0.6)) / 2, 240_000.0, 480_000.0),
    ],
)
def test_laws_have_their_mean_and_deviation(law: Law, a: float, b: float, mean: float, deviation: float) -> None:
    """200,000 draws have the mean and the standard deviation of the law (|z| <= 4 for the mean)."""
    sample = np.empty(200_000, dtype=np.int64)
    draws.fill_durations(draws.prefix(1, 0, Purpose.HANDLE_TIME), 0, 0, law, a, b, sample)

    assert abs(sample.mean() - mean) <= 4 * deviation / math.sqrt(len(sample))
    assert sample.std() == pytest.approx(deviation, rel=0.03)


def test_neighbouring_keys_are_uncorrelated() -> None:
    """Draws of neighbouring customers, attempts, purposes and replications do not move together."""
    size = 100_000
    columns = []
    for replication, purpose, k in [(0, 4, 0), (0, 4, 1), (0, 5, 0), (1, 4, 0)]:
        column = np.empty(size)
        draws.fill_uniforms(draws.prefix(1, replication, purpose), 0, k, column)
        columns.append(column)
    columns.append(np.roll(columns[0], 1))

    correlations = np.asarray(np.corrcoef(columns))[np.triu_indices(len(columns), 1)]

    assert np.abs(correlations).max() <= 4 / math.sqrt(size)


def test_blocks_equal_single_draws() -> None:
    """Filling a block of customers gives what asking for each one gives."""
    start = draws.prefix(5, 2, Purpose.PATIENCE)
    block = np.empty(50, dtype=np.int64)
    draws.fill_durations(start, 2**32 + 10, 3, Law.EXPONENTIAL, 60_000.0, 0.0, block)

    one_by_one = [draws.draw_ms(start, 2**32 + 10 + i, 3, Law.EXPONENTIAL, 60_000.0, 0.0) for i in range(50)]

    assert one_by_one == block.tolist()


def arrivals(begins: list[float], rates: list[float], size: int, blocks: int = 1) -> list[int]:
    """Arrival times from `blocks` calls, each filling its part of `size` customers."""
    begins_ms, per_ms = np.array(begins), np.array(rates)
    passed = np.concatenate(([0.0], np.cumsum(np.diff(begins_ms) * per_ms)))
    start, clock, times = draws.prefix(3, 0, Purpose.ARRIVAL_GAP), 0.0, []
    for block in range(blocks):
        out = np.empty(size // blocks, dtype=np.int64)
        filled, clock = draws.fill_arrivals(start, block * len(out), clock, begins_ms, per_ms, passed, out)
        times += out[:filled].tolist()
    return times


def test_arrivals_do_not_depend_on_the_block_size() -> None:
    """The stream is the same however it is cut."""
    assert arrivals([0, 9e6], [0.001], 6_000) == arrivals([0, 9e6], [0.001], 6_000, blocks=6)


def test_arrivals_follow_the_profile_and_stop_at_its_end() -> None:
    """Each interval gets its expected number (|z| <= 4), an interval of rate 0 none; nothing comes after the end."""
    times = np.array(arrivals([1e6, 2e6, 3e6, 4e6], [0.004, 0.0, 0.010], 20_000))

    counts = np.histogram(times, [0, 1e6, 2e6, 3e6, 4e6, 1e12])[0].tolist()

    assert [0, 0, 0] == [counts[0], counts[2], counts[4]]
    assert abs(counts[1] - 4_000) <= 4 * math.sqrt(4_000)
    assert abs(counts[3] - 10_000) <= 4 * math.sqrt(10_000)
    assert sorted(times) == times.tolist()
