"""The same entries give the same bytes, of state and of events, in every process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.core.world import random_day
from tests.laws.days import digest

ROOT = Path(__file__).parents[2]


def digests(hash_seed: str) -> list[str]:
    """What another process, with another order of hashes, makes of the same days."""
    command = [sys.executable, "-m", "tests.laws.days"]
    surroundings = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def test_hash_seeds_make_no_difference():
    """Under any seed of Python's hashes the desk comes to the same bytes."""
    one, other = digests("1"), digests("4242")

    assert one == other
    assert 20 == len(set(one))


def test_a_digest_tells_days_apart():
    """The digest sees a difference where there is one, and none where there is none."""
    assert digest(random_day(1, 40)) == digest(random_day(1, 40)) != digest(random_day(1, 41))
