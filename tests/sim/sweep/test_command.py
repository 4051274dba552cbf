"""`ringback sweep`: what is printed where, with which exit code, and what stays after Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.sweep_command import Options, sweep
from tests.sim.test_simulate_command import SMALL

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60


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


def lines_kept(out: Path) -> int:
    """How many replications are there, of all points."""
    return sum(one.read_bytes().count(b"\n") - 1 for one in out.glob("points/*/replications.jsonl"))


def test_ctrl_c_keeps_and_tells_what_is_finished(small: Path, tmp_path: Path) -> None:
    """Exit code 130, the finished replications on standard output, no trace, and a report that says so."""
    out = tmp_path / "runs"
    command = [
        sys.executable, "-m", "web", "sweep", str(small), "--vary", "people.all.agents=4..6", "--replications", "4000",
        "--workers", "1", "--json", "--out", str(out),
    ]  # fmt: skip
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while lines_kept(out) < 3:
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)  # Looks again; nothing is waited for longer than it takes.
        os.killpg(running.pid, signal.SIGINT)
        printed, told = running.communicate(timeout=PATIENCE_S)
    finally:
        running.kill()
        running.wait()
    found = json.loads(printed)
    (page,) = out.glob("small-sweep-*/report.html")

    assert running.returncode == 130
    assert (False, 1) == (found["complete"], len(found["points"]))
    assert found["points"][0]["replications"] == lines_kept(out) >= 3
    assert f"cancelled after {lines_kept(out)} of 12000 replications" in told
    assert "Traceback" not in told
    assert "0 of 3 points are finished" in page.read_text(encoding="utf-8")
