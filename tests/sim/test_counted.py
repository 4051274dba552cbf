"""What a replication counted: whole from parts, and the same again from its JSON."""

import json

import pytest

from sim.counted import ALL, Counted
from sim.model import build
from sim.scenario_file import as_scenario
from sim.sums import OutOfBalance
from sim.twin import Twin
from sim.waits import ExactWaits, FineWaits
from tests.sim.test_twin import DESK


def counted(every: int | None = 900_000) -> Counted:
    return Twin(build(as_scenario(DESK)), 5, 0, every=every).run()


def test_cutting_changes_nothing_of_the_whole() -> None:
    """However the day is cut, the whole is the same, quantiles included."""
    cut, uncut = counted(), counted(None)

    assert (cut.total, cut.lines) == (uncut.total, uncut.lines)
    assert len(cut.courses[ALL].parts) == 8
    assert sum(part.offered for part in cut.courses[ALL].parts) == cut.total.offered


def test_it_is_the_same_again_from_json() -> None:
    """Files give back what was counted, bit for bit."""
    one = counted()

    again = Counted.from_json(json.loads(json.dumps(one.to_json())))

    assert again.total == one.total
    assert again.lines == one.lines
    assert again.to_json() == one.to_json()
    assert [part.wait_p90_ms for part in again.courses[ALL].parts] == [
        part.wait_p90_ms for part in one.courses[ALL].parts
    ]


def test_a_file_whose_counts_cannot_be_true_is_refused() -> None:
    """The laws are checked on what is read, too."""
    data = counted().to_json()
    data["expense/en"]["parts"][2][0] += 1

    with pytest.raises(OutOfBalance):
        Counted.from_json(data)


def test_fine_waits_are_exact_up_to_two_seconds_and_nearly_above() -> None:
    """A quantile is never too short, and at most 0.1 % too long."""
    exact, fine = ExactWaits(), FineWaits()
    for step in range(1, 5_000):
        for store in (exact, fine):
            store.add(step * step // 30)

    for share in (0.01, 0.04, 0.5, 0.9, 1.0):
        wanted, found = exact.quantile(share), fine.quantile(share)
        assert wanted is not None
        assert found is not None
        assert wanted <= found <= wanted * 1.001
        if wanted < 2_048:
            assert wanted == found
