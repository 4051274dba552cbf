"""The examples that the documentation shows do what it says."""

import subprocess
import sys
from pathlib import Path

from sim.client.client import _STOP
from tests.web.desk import DeskProcess

ROOT = Path(__file__).parents[2]
TOLD = """in line
asc: The hotel sent no receipt.
agent: Then your own note will do.
"""


def test_two_programs_talk(tmp_path: Path) -> None:
    """`talk.py` plays an ASC and an agent against a real desk, from the first line to the last."""
    desk = DeskProcess(tmp_path / "desk", "--demo-tokens").start()
    try:
        told = subprocess.run(
            [sys.executable, "docs/examples/talk.py", desk.address],
            cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    finally:
        desk.stop()
        desk.end()

    assert (0, TOLD) == (told.returncode, told.stdout), told.stderr


def test_the_page_names_the_codes_that_stop() -> None:
    """After which closes a program is not to come back is told as it is."""
    page = (ROOT / "docs" / "how-to" / "connect-a-program.md").read_text(encoding="utf-8")

    assert f"| {', '.join(map(str, sorted(_STOP)))} | stops" in page
