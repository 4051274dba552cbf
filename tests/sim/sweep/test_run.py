"""Running a sweep: what is kept, what is run again, and that it does not matter where it is run."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from sim import run, simulate
from sim.cluster import NoCluster, cluster
from sim.scenario_file import parse_scenario
from sim.settings import changed
from sim.sweep.axes import axes_of
from sim.sweep.found import Found
from sim.sweep.run import sweep
from tests.sim.test_simulate_command import SMALL

BASE = parse_scenario(SMALL)
AGENTS = "people.all.agents=4,6"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(agents, replication) of what was really run."""
    replicate, numbers = run.replicate, []

    def counting(*args: Any) -> Any:
        numbers.append((args[0].groups[0].agents, args[2]))
        return replicate(*args)

    monkeypatch.setattr(run, "replicate", counting)
    return numbers


def swept(*varied: str, replications: int = 2, **options: Any) -> Found:
    """A sweep of the small desk."""
    return sweep(BASE, axes_of(varied or [AGENTS]), replications=replications, **options)


def test_a_point_is_what_a_simulation_of_it_is() -> None:
    """Same customers, same numbers, to the last bit; and a difference is taken replication by replication."""
    found = swept(replications=3)
    alone = simulate(changed(BASE, "people.all.agents=6"), replications=3)
    gap = found.difference(found.tried[0], found.tried[1], "sl_offered").estimate

    for line in (None, "travel/en"):
        others = found.tried[1].result.measures(line)
        assert [(one.estimate, one.n) for one in alone.measures(line)] == [(one.estimate, one.n) for one in others]
    levels = [one.measure("sl_offered").estimate.mean for one in found.tried]
    assert gap.mean == pytest.approx((levels[1] or 0) - (levels[0] or 0))


def test_one_more_value_runs_only_the_new_point(tmp_path: Path, ran: list[tuple[int, int]]) -> None:
    """What was ever run is taken over, more replications are added to it, and the numbers are those of one run."""
    swept(out=tmp_path)
    assert [(4, 0), (4, 1), (6, 0), (6, 1)] == ran
    del ran[:]

    swept("people.all.agents=4..6", out=tmp_path)
    assert [(5, 0), (5, 1)] == ran
    del ran[:]

    longer = swept("people.all.agents=4..6", replications=3, out=tmp_path)
    assert [(4, 2), (5, 2), (6, 2)] == ran
    assert swept("people.all.agents=4..6", replications=3).to_json() == longer.to_json()


def test_other_input_is_run_anew(tmp_path: Path, ran: list[tuple[int, int]]) -> None:
    """Another seed, or anything else in the scenario, is another point."""
    swept("people.all.agents=4", replications=1, out=tmp_path)
    swept("people.all.agents=4", replications=1, seed=9, out=tmp_path)
    sweep(changed(BASE, "patience=2 min"), axes_of(["people.all.agents=4"]), replications=1, out=tmp_path)

    assert [(4, 0)] * 3 == ran


def test_what_was_finished_before_a_kill_is_not_run_again(tmp_path: Path, ran: list[tuple[int, int]]) -> None:
    """A run that ends in the middle of a line goes on after the last whole one."""

    class Killed(Exception):
        pass

    def die(done: int, _left: int) -> None:
        if done == 3:
            raise Killed

    with pytest.raises(Killed):
        swept(replications=2, out=tmp_path, progress=die)
    (half,) = [one for one in tmp_path.glob("points/*/replications.jsonl") if one.read_bytes().count(b"\n") == 2]
    with half.open("ab") as file:
        file.write(b'{"replication":1,"pla')
    del ran[:]
    found = swept(replications=2, out=tmp_path)

    assert [(6, 1)] == ran
    assert found.complete
    assert swept(replications=2).to_json() == found.to_json()


@pytest.mark.timeout(300)  # On a busy machine two fresh processes take their time.
def test_a_cluster_changes_nothing(tmp_path: Path) -> None:
    """A scheduler and a worker process of Dask's, really started: the same bytes in every table."""
    said: list[str] = []
    here, there = tmp_path / "here", tmp_path / "there"
    found = swept(pool=cluster("local", 1, said.append), out=there)

    assert swept(out=here).to_json() == found.to_json()
    for name in ("points.csv", "measures.csv", "result.json"):
        ((one,), (other,)) = ([*each.glob(f"small-sweep-*/{name}")] for each in (here, there))
        assert one.read_bytes() == other.read_bytes()
    assert said[0].startswith("running on 1 workers with 1 threads at tcp://127.0.0.1:")


def test_a_scheduler_is_found_by_its_address() -> None:
    """`tcp://` leads to a cluster that somebody else has started, and it is left as it was."""
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]  # the library's are not
        n_workers=1, threads_per_worker=2, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
    ) as started:
        address = started.scheduler_address
        first, second = (swept(pool=cluster(address, tell=lambda _: None)) for _ in range(2))

    assert swept().to_json() == first.to_json() == second.to_json()


def test_other_code_on_a_worker_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of another version are not mixed with those of this one."""
    from sim import cluster as module

    with pytest.raises(NoCluster, match="1 of 2 workers have another version of Ringback, among them tcp://b"):
        module._check({"tcp://a": module.code_fingerprint(), "tcp://b": "another"})


def test_the_folder_of_a_sweep(tmp_path: Path) -> None:
    """Tidy tables whose numbers are those of the result, a report, and a manifest that says what it was."""
    found = swept("people.all.agents=4,6", "callback.accept=0, 0.5", out=tmp_path)
    (path,) = tmp_path.glob("small-sweep-*")
    with (path / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (path / "points.csv").open(encoding="utf-8", newline="") as file:
        points = list(csv.DictReader(file))
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    key = {"point": "3", "measure": "sl_offered", "line": "all"}
    level = next(row for row in rows if key.items() <= row.items())

    assert {"manifest.json", "measures.csv", "points.csv", "report.html", "result.json", "scenario.yaml"} <= {
        one.name for one in path.iterdir()
    }
    assert ("6", "0") == (level["people.all.agents"], level["callback.accept"])
    assert float(level["mean"]) == pytest.approx(found.tried[2].measure("sl_offered").estimate.mean, abs=1e-6)
    assert level["mean"] == points[2]["sl_offered"]
    assert (4, 2, True) == (manifest["points"], manifest["replications"], manifest["complete"])
    assert ["people.all.agents", "callback.accept"] == list(manifest["axes"])
