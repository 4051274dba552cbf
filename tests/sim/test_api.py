"""What a notebook gets from `sim`, and what it does not load before it is needed."""

import subprocess
import sys

import pytest

import sim
from sim.scenario_file import as_scenario, load_scenario
from tests.sim.test_twin import DESK


def test_everything_that_is_offered_is_there() -> None:
    """Each public name is what its home says, and a wrong name is an ordinary error."""
    assert sim.load_scenario is load_scenario
    assert [name for name in sim.__all__ if not callable(getattr(sim, name))] == []
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = sim.simulat  # type: ignore[attr-defined]


def test_reading_a_scenario_loads_no_compiler() -> None:
    """A server that only reads a scenario is not made to wait for what compiles draws."""
    code = "import sys; from sim import load_scenario; print('numba' in sys.modules, 'scipy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["False", "False"]


def test_what_is_typed_at_a_prompt_answers_in_a_line() -> None:
    """A result and a comparison say what was found, and not all that they hold; a list of plans is told apart."""
    busy = as_scenario({**DESK, "run": {"horizon": "10 min"}})
    result, compared = sim.simulate(busy, replications=2), sim.compare(busy, busy, replications=2)

    assert repr(result).startswith("<busy: service level ")
    assert repr(result).endswith("2 replications of the twin, seed 1>")
    assert len(repr(compared).splitlines()) == 1
    with pytest.raises(KeyError, match="Did you mean 'sl_offered'"):
        result.measure("sl_ofered")
    with pytest.raises(TypeError, match=r"one by one, not a list"):
        sim.compare([busy, busy])  # type: ignore[arg-type]  # what people try
