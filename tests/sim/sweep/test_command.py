"""`ringback sweep`: what is printed where, and with which exit code."""

import json
from pathlib import Path

import pytest

from sim.sweep_command import Options, sweep
from tests.sim.test_simulate_command import SMALL

ROOT = Path(__file__).parents[3]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def options(tmp_path: Path, **changes: object) -> Options:
    return Options(**{"replications": 2, "workers": 1, "out": tmp_path / "runs", **changes})  # type: ignore[arg-type]


def test_the_answer_stands_first(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, how the measure moves, then a row for each point; on standard error where it was written."""
    code = sweep(small, ["people.all.agents=3..5"], None, False, options(tmp_path))
    out, told = capsys.readouterr()
    lines = [line.split() for line in out.splitlines()]

    assert code == 0
    assert " ".join(out.split()).startswith(("1 of 3 points", "2 of 3 points", "3 of 3 points", "None of 3 points"))
    assert "the same customers" in out
    assert ["3", "4", "5"] == [cells[0] for cells in lines if cells and cells[0] in ("3", "4", "5")][-3:]
    assert "written to" in told


def test_json_is_one_object_of_the_agreed_shape(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Programs read it; nothing else is on standard output, and a second time nothing is run."""
    arguments = (small, ["people.all.agents=4,6", "callback.accept=0, 0.2"], None, True, options(tmp_path))
    assert sweep(*arguments) == 0
    first, _ = capsys.readouterr()
    assert sweep(*arguments) == 0
    second, told = capsys.readouterr()
    found = json.loads(first)

    assert first == second
    assert "8 of 8 replications are there already" in told
    assert [
        "schema_version", "scenario", "engine", "seed", "replications", "complete", "axes", "chosen", "points",
    ] == list(found)  # fmt: skip
    assert {"people.all.agents": 6, "callback.accept": 0} == found["points"][2]["values"]
    assert {"expense/en", "travel/en"} == set(found["points"][2]["lines"])


@pytest.mark.parametrize(
    ("varied", "changes", "code", "said"),
    [
        ([], {}, 2, "say what varies, like --vary"),
        (["people.all.agnets=1,2"], {}, 2, "people.all.agnets: unknown key. Did you mean 'agents'?"),
        (["people.all.agents=1,2"], {"replications": 0}, 2, "replications must be between 1 and"),
        (["people.all.agents=1,2"], {"cluster": "tcp://127.0.0.1:1"}, 1, "no cluster with workers answers at"),
        (["people.all.agents=1,2"], {"cluster": "somewhere"}, 1, "no cluster with workers answers at"),
    ],
)
def test_what_cannot_be_run_is_said(
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    varied: list[str],
    changes: dict[str, object],
    code: int,
    said: str,
) -> None:
    """On standard error, with the exit code of wrong input or of failure."""
    monkeypatch.setattr("sim.cluster._ANSWER_S", 1)
    assert code == sweep(small, varied, None, False, options(tmp_path, **changes))
    out, told = capsys.readouterr()

    assert "" == out
    assert said in told


def test_the_engine_is_chosen_for_all_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The compiled engine is told in the result, and what it counts is what the twin does."""
    text = (ROOT / "scenarios" / "erlang-a.yaml").read_text(encoding="utf-8")
    path, vary, out = tmp_path / "line.yaml", ["people.agents.agents=4,5"], tmp_path / "runs"
    path.write_text(text.replace("per_hour: 600", "per_hour: 60").replace("24 h, warm_up: 1 h", "2 h"), "utf-8")
    found = []
    for engine in ("twin", "kernel"):
        assert 0 == sweep(path, vary, None, True, Options(replications=2, workers=1, out=out, engine=engine))
        found.append(json.loads(capsys.readouterr().out))

    assert ["twin", "kernel"] == [one.pop("engine") for one in found]
    assert found[0] == found[1]
