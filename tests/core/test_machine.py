"""
The desk under whatever can happen, in any order: against a naive model, a slower clock, and its own laws.

What is held after every step stands in `World`: the same offers in the same order as the model makes, the same events
with the time told in pieces, no trace of what was refused, ranks for ever, and every law of `router.core.invariants`;
at the end a fresh desk that folds the same entries is the same desk.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.core.world import DECK, World

NAMES = tuple(action.__name__ for action in DECK)
SMALL = st.integers(min_value=0, max_value=7)


class Anything(RuleBasedStateMachine):
    """One rule: something happens to somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(action=st.sampled_from(NAMES), a=SMALL, b=SMALL)
    def happens(self, action: str, a: int, b: int) -> None:
        getattr(self.world, action)(a, b)

    def teardown(self) -> None:
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
    """Every law, and the model's offers, after every step of some hundred days nobody would think of."""
    run(examples=400, steps=80)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_whatever_happens_the_laws_hold_for_long():
    """The same with days many and long."""
    run(examples=3_000, steps=150)
