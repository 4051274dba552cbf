"""What was decided once is decided again: journals that are kept, and the hash of all that they told."""

import json
from pathlib import Path

import pytest

from router.core.invariants import check
from router.core.version import CORE_VERSION
from router.service.replay import load, replay

FOLDER = Path(__file__).parent / "golden"
KEPT = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_journal_comes_to_what_it_came_to(path: Path) -> None:
    """
    By the same version of the rules a journal tells the same events, to the byte; by a later one it is still folded.

    Other events mean that the rules have changed: count `CORE_VERSION` up, unless the present one was never released,
    and run `python -m tests.service.golden`.
    """
    said = json.loads(path.with_suffix(".json").read_text())

    found = replay(load(path))

    check(found.desk.state)
    assert said["entries"] == found.entries
    if path.stem == f"rules-{CORE_VERSION}":
        assert said["events"] == found.events, "the rules have changed: see this test's docstring"


def test_the_present_rules_have_a_journal() -> None:
    """Whoever counts the version up keeps a journal of it."""
    assert f"rules-{CORE_VERSION}" in [path.stem for path in KEPT]
