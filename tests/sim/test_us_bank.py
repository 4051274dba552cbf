"""The demand of `us-bank-monday` against the data it was fitted from."""

from pathlib import Path

import pytest

from sim.calibrate.counts import read_counts
from sim.calibrate.demand import fit_demand
from sim.calibrate.section import section
from sim.run import simulate
from sim.scenario_check import expected_contacts
from sim.scenario_file import load_scenario

ROOT = Path(__file__).parents[2]
COUNTS = ROOT.parent / "shared" / "data" / "us_bank_calls_5min_2003.csv"
SCENARIO = ROOT / "scenarios" / "us-bank-monday.yaml"


def test_the_file_holds_what_calibration_gives() -> None:
    """Fitting anew gives the numbers in the file: mean calls per hour of 31 Mondays, half hour by half hour."""
    if not COUNTS.exists():
        pytest.skip("the call counts are not here")
    found = fit_demand(read_counts(COUNTS, weekdays=["mon"]))

    rates = section(found, "expense", "en")["profiles"]["fitted"]["week"]["mon"]
    assert (rates, len(found.counts.days)) == (load_scenario(SCENARIO).demand.profiles["monday"].per_hour, 31)


def test_it_is_one_fiftieth_of_the_mean_monday() -> None:
    """36,423.6 calls on the mean Monday, less the 84.3 of the last cell, times 0.02."""
    assert expected_contacts(load_scenario(SCENARIO)) == pytest.approx((36_423.6 - 84.3) * 0.02, abs=0.1)


def test_the_desk_is_busy_but_does_not_collapse() -> None:
    """The day is worth watching: near its target, some callbacks, few abandons, every agent busy most of the time."""
    result = {
        one.definition.name: one.estimate.mean for one in simulate(load_scenario(SCENARIO), replications=10).measures()
    }

    assert result["sl_offered"] == pytest.approx(0.87, abs=0.03)
    assert result["occupancy"] == pytest.approx(0.83, abs=0.03)
    assert 20 < result["converted"] < 60
    assert 20 < result["abandoned"] < 60
