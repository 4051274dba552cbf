"""What a notebook gets from `sim`, and what it does not load before it is needed."""

import subprocess
import sys

import pytest

import sim
from sim.scenario_file import load_scenario


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
