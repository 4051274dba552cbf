"""The folder of a run: what is in it, what is taken over, and what is not."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sim import changed, compare, load_scenario, run, simulate
from sim.results import folder as module
from sim.results.data import DataExtraMissing
from sim.results.folder import Folder, FolderInUse
from sim.scenario import Scenario
from sim.scenario_file import parse_scenario
from tests.sim.test_simulate_command import SMALL

FILES = ["manifest.json", "measures.csv", "replications.jsonl", "report.html", "result.json", "scenario.yaml"]


@pytest.fixture
def small() -> Scenario:
    return parse_scenario(SMALL)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the replications that were really run."""
    replicate, numbers = run.replicate, []

    def counting(*args: Any) -> Any:
        numbers.append(args[2])
        return replicate(*args)

    monkeypatch.setattr(run, "replicate", counting)
    return numbers


def only(out: Path) -> Path:
    """The one folder in there."""
    (path,) = out.iterdir()
    return path


def test_everything_of_a_run_is_in_its_folder(small: Scenario, tmp_path: Path) -> None:
    """Input, numbers, report, replications, and a manifest that says what it was."""
    result = simulate(small, out=tmp_path)
    path = only(tmp_path)
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))

    assert set(FILES) <= {each.name for each in path.iterdir()}
    assert path.name == f"small-{manifest['inputs'][:12]}"
    assert (manifest["kind"], manifest["seed"], manifest["replications"], manifest["complete"]) == (
        "simulation", 3, 4, True,
    )  # fmt: skip
    assert {"python", "ringback", "numpy", "simpy"} <= set(manifest["versions"])
    assert manifest["run"]["duration_s"] > 0
    assert load_scenario(path / "scenario.yaml") == small
    assert (path / "result.json").read_text(encoding="utf-8") == result.to_json() + "\n"


def test_the_table_is_tidy(small: Scenario, tmp_path: Path) -> None:
    """One row for each measure, line and interval; the numbers are those of the result."""
    result = simulate(small, out=tmp_path)
    with (only(tmp_path) / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {(row["measure"], row["line"], row["interval"]) for row in rows}
    level = next(row for row in rows if (row["measure"], row["line"], row["interval"]) == ("sl_offered", "all", "all"))

    assert len(keys) == len(rows) == len(result.measures()) * 3 * 5
    assert ("offered", "travel/en", "00:45") in keys
    assert (float(level["mean"]), int(level["n"])) == (
        pytest.approx(result.measure("sl_offered").estimate.mean, abs=1e-6), result.measure("sl_offered").n,
    )  # fmt: skip


def test_a_longer_run_takes_over_what_is_there(small: Scenario, tmp_path: Path, ran: list[int]) -> None:
    """Finished replications are not run again, and the bytes are those of one run."""
    whole = simulate(small, replications=7)
    del ran[:]
    simulate(small, replications=3, out=tmp_path)
    longer = simulate(small, replications=7, out=tmp_path, resume=True)

    assert ran == [0, 1, 2, 3, 4, 5, 6]
    assert longer.to_json() == whole.to_json()
    assert json.loads((only(tmp_path) / "manifest.json").read_text())["run"]["taken_over"] == 3


def test_a_shorter_run_uses_the_first_and_loses_nothing(small: Scenario, tmp_path: Path, ran: list[int]) -> None:
    """Asking for fewer replications again runs none, and keeps those that are there."""
    simulate(small, replications=5, out=tmp_path)
    shorter = simulate(small, replications=2, out=tmp_path, resume=True)
    simulate(small, replications=5, out=tmp_path, resume=True)

    assert ran == [0, 1, 2, 3, 4]
    assert shorter.to_json() == simulate(small, replications=2).to_json()


def test_other_input_is_another_folder(small: Scenario, tmp_path: Path, ran: list[int]) -> None:
    """Another seed or another agent is another run; how many replications are asked for is not."""
    more = changed(small, "people.all.agents=6")
    for scenario, seed in ((small, 3), (small, 4), (more, 3), (changed(small, "run.replications=9"), 3)):
        simulate(scenario, seed=seed, replications=1, out=tmp_path, resume=True)

    assert len(list(tmp_path.iterdir())) == 3
    assert ran == [0, 0, 0]


def test_without_resume_it_begins_anew(small: Scenario, tmp_path: Path, ran: list[int]) -> None:
    """Nothing is taken over unless one asks for it."""
    for _ in range(2):
        simulate(small, replications=2, out=tmp_path)

    assert ran == [0, 1, 0, 1]


def test_other_code_takes_nothing_over(
    small: Scenario, tmp_path: Path, ran: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts of another version of the desk are not mixed with those of this one."""
    simulate(small, replications=2, out=tmp_path)
    monkeypatch.setattr(module, "code_fingerprint", lambda: "another")
    simulate(small, replications=2, out=tmp_path, resume=True)

    assert ran == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("spoil", "left"),
    [
        (lambda lines: [*lines[:-1], lines[-1][:-9]], 3),
        (lambda lines: [*lines[:2], b"not json\n", *lines[3:]], 1),
        (lambda lines: [*lines[:2], *lines[3:]], 1),
        (lambda lines: [*lines[:2], lines[2].replace(b'"parts":[[', b'"parts":[[9', 1), *lines[3:]], 1),
        (lambda lines: [b"{}\n", *lines[1:]], 0),
        (lambda lines: [], 0),
    ],
    ids=["torn off", "garbled", "one missing", "counts that cannot be", "another header", "empty"],
)
def test_only_what_can_be_believed_is_taken_over(  # type: ignore[no-untyped-def]
    small: Scenario, tmp_path: Path, ran: list[int], spoil, left: int
) -> None:
    """A crash in the middle of a line, or a damaged file, costs replications, never a wrong number."""
    whole = simulate(small, replications=4, out=tmp_path).to_json()
    kept = only(tmp_path) / "replications.jsonl"
    kept.write_bytes(b"".join(spoil(kept.read_bytes().splitlines(keepends=True))))
    del ran[:]

    again = simulate(small, replications=4, out=tmp_path, resume=True)

    assert again.to_json() == whole
    assert ran == list(range(left, 4))
    assert len(kept.read_bytes().splitlines()) == 5


def test_one_run_at_a_time_has_a_folder(small: Scenario, tmp_path: Path) -> None:
    """A second process is told, and the first goes on undisturbed."""
    with (
        Folder.of_simulation(tmp_path, small, None, resume=False),
        pytest.raises(FolderInUse, match="another run is writing there"),
    ):
        Folder.of_simulation(tmp_path, small, None, resume=True)


def test_a_comparison_is_kept_and_taken_over_alike(small: Scenario, tmp_path: Path, ran: list[int]) -> None:
    """Every plan's input and every difference is in the folder, and replications are taken over in pairs."""
    more = changed(small, "people.all.agents=7")
    compare(small, more, names=["now", "more"], replications=2, out=tmp_path)
    found = compare(small, more, names=["now", "more"], replications=3, out=tmp_path, resume=True)
    path = only(tmp_path)
    with (path / "differences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert ran == [0, 0, 1, 1, 2, 2]
    assert found.to_json() == compare(small, more, names=["now", "more"], replications=3).to_json()
    assert load_scenario(path / "scenario-2.yaml") == more
    assert {(row["base"], row["plan"]) for row in rows} == {("now", "more")}
    assert len(rows) == len(found.tally.definitions) * 3 * 5


def test_without_the_extra_there_is_a_clear_error(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame needs pandas; the error names what to install. Everything else works without it."""
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(DataExtraMissing, match=r"pip install 'ringback\[data\]'"):
        simulate(small, replications=1).to_frame()


def test_with_the_extra_there_are_frames_and_parquet(small: Scenario, tmp_path: Path) -> None:
    """The frame, the Parquet file and the CSV file hold the same rows."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    result = simulate(small, replications=2, out=tmp_path)
    path = only(tmp_path)

    frame = result.to_frame()
    pandas.testing.assert_frame_equal(frame, pandas.read_parquet(path / "measures.parquet"))
    assert len(frame) == len(pandas.read_csv(path / "measures.csv"))
    found = compare(small, changed(small, "people.all.agents=7"), replications=2)
    assert list(found.to_frame()["plan"].unique()) == ["small (2)"]
