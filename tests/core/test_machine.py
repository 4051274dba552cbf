"""
The desk under whatever can happen, in any order: against a naive model, a slower clock, and its own laws.

What is held after every step stands in `World`: the same refusals, offers, people, places and deadlines as the model
has, the same events with the time told in pieces, no trace of what was refused, ranks that only a priority changes, and
every law of `router.core.invariants`; at the end a fresh desk that folds the same entries is the same desk.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.core.world import DECK, World, random_day
from tests.core.world_rules import POLICIES

NAMES = tuple(action.__name__ for action in DECK)
SMALL = st.integers(min_value=0, max_value=7)


class Anything(RuleBasedStateMachine):
    """A day under one of the policies, and one rule: something happens to somebody."""

    world: World | None = None

    @initialize(policy=st.integers(min_value=0, max_value=len(POLICIES) - 1))
    def begins(self, policy: int) -> None:
        self.world = World(policy)

    @rule(action=st.sampled_from(NAMES), a=SMALL, b=SMALL)
    def happens(self, action: str, a: int, b: int) -> None:
        getattr(self.world, action)(a, b)

    def teardown(self) -> None:
        if self.world is not None:
            self.world.judge()


def run(examples: int, steps: int) -> None:
    """Raises the failure that was found, made as short as it can be."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Anything,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=slow, print_blob=True
        ),
    )


def test_whatever_happens_the_laws_hold():
    """Every law, and the model's word, after every step of some days nobody would think of."""
    run(examples=100, steps=60)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_whatever_happens_the_laws_hold_for_long():
    """The same with days many and long."""
    run(examples=3_000, steps=150)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_thousands_of_days():
    """Days drawn by lot, all different and the same every time."""
    for number in range(5_000):
        random_day(number, 250)
