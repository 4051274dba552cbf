"""What a line learns of handle times and patience, and how it forgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.estimates.rates import (
    HANDLE_WEIGHT,
    MEMORY,
    PATIENCE_WEIGHT,
    Rates,
    left,
    mean_handle_ms,
    mean_patience_ms,
    served,
    waited,
)

durations = st.integers(0, 10**8)


def after(*steps: tuple) -> Rates:
    """The rates after (function, ms) steps."""
    rates = Rates()
    for learn, ms in steps:
        learn(rates, ms)
    return rates


def test_a_new_line_expects_what_the_policy_says() -> None:
    """Without observations the rates are the policy's, whatever they are."""
    assert 300_000 == mean_handle_ms(Rates(), 300_000)
    assert 120_000 == mean_patience_ms(Rates(), 120_000)


def test_the_expectation_weighs_as_a_few_observations() -> None:
    """Handle times are averaged with the expectation, which counts as five of them."""
    rates = after(*[(served, 100_000)] * HANDLE_WEIGHT)

    assert 200_000 == mean_handle_ms(rates, 300_000)


def test_patience_is_waiting_time_per_abandon() -> None:
    """Those who were served prove patience by waiting; only those who left count as abandons."""
    rates = after((waited, 100_000), (left, 50_000), (waited, 250_000), (left, 0))

    assert (PATIENCE_WEIGHT * 200_000 + 400_000) // (PATIENCE_WEIGHT + 2) == mean_patience_ms(rates, 200_000)


def test_who_was_served_counts_for_patience() -> None:
    """Leaving the served out would take the impatience of a few for everybody's (survivor bias, turned round)."""
    rates = after(*[(waited, 60_000)] * 90, *[(left, 60_000)] * 10)

    assert mean_patience_ms(rates, 600_000) == pytest.approx(600_000, rel=0.01)


def test_old_observations_fade() -> None:
    """After a change the line forgets what was before: three memories later less than 8 % of the old mean is left."""
    rates = after(*[(served, 100_000)] * MEMORY * 3, *[(served, 500_000)] * MEMORY * 3)

    assert mean_handle_ms(rates, 500_000) == pytest.approx(500_000, rel=0.08)
    assert mean_handle_ms(rates, 500_000) < 500_000


def test_halving_keeps_the_mean() -> None:
    """At the memory's end counts and sums are halved together, so that the mean does not jump."""
    before, halved = after(*[(served, 100_000)] * (MEMORY - 1)), after(*[(served, 100_000)] * MEMORY)

    assert (MEMORY // 2, MEMORY // 2 * 100_000) == (halved.handled, halved.handled_ms)
    assert mean_handle_ms(before, 100_000) == mean_handle_ms(halved, 100_000) == 100_000


def test_an_odd_number_of_abandons_is_halved_to_the_thousandth() -> None:
    """Few leave a good line; halving them as whole people would lose a large part of them."""
    rates = after((left, 1_000), *[(waited, 1_000)] * (MEMORY - 1))

    assert [0, 0, MEMORY // 2, MEMORY // 2 * 1_000, 500] == rates.plain()


@given(st.lists(st.tuples(st.sampled_from([served, waited, left]), durations), max_size=300), durations)
def test_rates_are_bounded_integers(steps: list, expected_ms: int) -> None:
    """The state is five integers, counts stay below the memory, rates are at least 1 and within what was seen."""
    rates = after(*steps)
    handled = [ms for learn, ms in steps if learn is served]

    assert [int] * 5 == [type(number) for number in rates.plain()]
    assert max(rates.handled, rates.waits, rates.left_milli // 1_000) < MEMORY
    assert Rates(*rates.plain()) == rates
    # Halves are rounded down, by less than 1 ms an observation.
    assert min([expected_ms, *handled]) - 1 <= mean_handle_ms(rates, expected_ms) <= max([expected_ms, *handled, 1])
    assert 1 <= mean_patience_ms(rates, expected_ms)


@pytest.mark.parametrize(("learn", "name"), [(served, "handle_ms"), (waited, "waited_ms"), (left, "waited_ms")])
def test_negative_durations_are_refused(learn, name: str) -> None:
    """A duration below 0 is a bug of the caller, and is named."""
    with pytest.raises(ValueError, match=f"{name} must be 0 or more, not -1"):
        learn(Rates(), -1)
