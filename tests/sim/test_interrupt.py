"""Ctrl-C on a terminal: the whole group of processes gets it, and what is finished is told."""

import json
from pathlib import Path

import pytest

from tests.sim.interrupted import ENOUGH, stopped
from tests.sim.test_simulate_command import SMALL


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def test_ctrl_c_ends_a_comparison_at_once_with_what_is_finished(small: str, tmp_path: Path) -> None:
    """Two processes are at work; standard output has the finished replications, and the exit code is 130."""
    one = stopped(
        "compare", small, "--set", "people.all.agents=7", "--replications", "9999", "--workers", "2",
        out=tmp_path / "runs",
    )  # fmt: skip
    found = json.loads(one.printed)

    assert one.code == 130
    assert (False, one.kept) == (found["complete"], found["replications"])
    assert found["replications"] >= ENOUGH
    assert f"cancelled after {one.kept} of 9999 replications; this is what they say" in one.told
    assert "Traceback" not in one.told


def test_ctrl_c_keeps_and_tells_what_a_sweep_has_finished(small: str, tmp_path: Path) -> None:
    """Exit code 130, the finished replications on standard output, no trace, and a report that says so."""
    one = stopped(
        "sweep", small, "--vary", "people.all.agents=4..6", "--replications", "4000", "--workers", "1",
        out=tmp_path / "runs",
    )  # fmt: skip
    found = json.loads(one.printed)
    (page,) = (tmp_path / "runs").glob("small-sweep-*/report.html")

    assert one.code == 130
    assert (False, 1) == (found["complete"], len(found["points"]))
    assert found["points"][0]["replications"] == one.kept >= ENOUGH
    assert f"cancelled after {one.kept} of 12000 replications" in one.told
    assert "Traceback" not in one.told
    assert "0 of 3 points are finished" in page.read_text(encoding="utf-8")
