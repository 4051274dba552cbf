"""Ctrl-C on a terminal: the whole group of processes gets it, and what is finished is told."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.sim.test_simulate_command import SMALL

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


def lines_kept(out: Path) -> int:
    """How many replications are in the one folder in there."""
    files = list(out.glob("*/replications.jsonl"))
    return files[0].read_bytes().count(b"\n") - 1 if files else 0


def test_ctrl_c_ends_a_comparison_at_once_with_what_is_finished(tmp_path: Path) -> None:
    """Two processes are at work; standard output has the finished replications, and the exit code is 130."""
    scenario, out = tmp_path / "small.yaml", tmp_path / "runs"
    scenario.write_text(SMALL, encoding="utf-8")
    command = [
        sys.executable, "-m", "web", "compare", str(scenario), "--set", "people.all.agents=7", "--replications", "9999",
        "--workers", "2", "--json", "--out", str(out),
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

    assert running.returncode == 130
    assert (found["complete"], found["replications"]) == (False, lines_kept(out))
    assert found["replications"] >= 3
    assert f"cancelled after {found['replications']} of 9999 replications; this is what they say" in told
    assert "Traceback" not in told
