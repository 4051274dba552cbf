"""A command that runs for long, stopped as a terminal stops it: by a signal to its whole group of processes."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
ENOUGH = 3


@dataclass(frozen=True)
class Stopped:
    """What it left: exit code, standard output, standard error, and how many replications were kept."""

    code: int
    printed: str
    told: str
    kept: int


def lines_kept(out: Path) -> int:
    """How many replications are there, in any folder of results in there."""
    return sum(one.read_bytes().count(b"\n") - 1 for one in out.rglob("replications.jsonl"))


def stopped(*arguments: str, out: Path) -> Stopped:
    """Run `ringback` until some replications are kept in `out`, and press Ctrl-C."""
    command = [sys.executable, "-m", "web", *arguments, "--json", "--out", str(out)]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while lines_kept(out) < ENOUGH:
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)  # Looks again; nothing is waited for longer than it takes.
        os.killpg(running.pid, signal.SIGINT)
        printed, told = running.communicate(timeout=PATIENCE_S)
    finally:
        running.kill()
        running.wait()
    return Stopped(running.returncode, printed, told, lines_kept(out))
