"""
`python -m benchmarks.peers`: every engine on the same two models, each one's answers held to Ringback's.

    python -m benchmarks.peers                       after `make peers` has made .venv-peers
    python -m benchmarks.peers --replications 20     tighter intervals

Two engines agree when the share who abandon and the mean wait of the served differ by at most four standard errors of
the difference. Ends with 1 when any do not.
"""

import argparse
import math
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import kernel, twin
from benchmarks.peers import cpp, idiomatic
from benchmarks.peers.models import MMCM, OVERFLOW, Answer, Case

_PYTHON = Path(__file__).parents[2] / ".venv-peers/bin/python"
_HOURS = 1
_MOST_ERRORS = 4.0

Run = Callable[[Case, int], Answer]


def other(engine: str) -> Run:
    """An engine of the other environment."""

    def run(case: Case, seed: int) -> Answer:
        command = [str(_PYTHON), "-m", "benchmarks.peers.others", engine, case.name, str(_HOURS), str(seed)]
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        offered, served, abandoned, wait, cpu = ran.stdout.split()
        return Answer(int(offered), int(served), int(abandoned), float(wait), float(cpu))

    return run


def differs(ours: list[float], theirs: list[float]) -> float:
    """By how many standard errors the means of two engines' replications differ."""
    error = math.sqrt(sum(statistics.variance(one) / len(one) for one in (ours, theirs)))
    return abs(statistics.fmean(ours) - statistics.fmean(theirs)) / error


def show(case: Case, engines: dict[str, Run], replications: int) -> bool:
    """Measure and print; the first engine is what the others are held to. Returns whether all agree."""
    print(f"\n{case.name}: {replications} replications of {_HOURS} h, {case.per_hour:,} contacts an hour")
    print(f"{'engine':22} {'contacts/s':>12} {'abandoned':>10} {'wait s':>8} {'standard errors apart':>24}")
    first: dict[str, list[float]] = {}
    agree = True
    for name, run in engines.items():
        answers = [run(case, seed) for seed in range(1, replications + 1)]
        found = {
            "abandoned": [one.abandoned / one.offered for one in answers],
            "wait": [one.wait_s for one in answers],
        }
        first = first or found
        apart = max(differs(first[key], found[key]) for key in found)
        agree = agree and apart <= _MOST_ERRORS
        rate = statistics.median(one.rate for one in answers)
        means = [statistics.fmean(found[key]) for key in ("abandoned", "wait")]
        print(
            f"{name:22} {rate:12,.0f} {means[0]:10.4f} {means[1]:8.3f} {'-' if first is found else f'{apart:.1f}':>24}"
        )
    return agree


def main() -> int:
    """Run all engines that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=10, help="of each engine, at least 2")
    replications = parser.parse_args().replications
    if replications < 2:
        parser.error("--replications is at least 2: one has no interval")
    if not _PYTHON.exists():
        parser.error(f"{_PYTHON.parents[1].name} is missing; `make peers` makes it")
    both: dict[str, Run] = {
        "twin": lambda case, seed: twin.run(case, _HOURS, seed),
        "SimPy, processes": lambda case, seed: idiomatic.run(case, _HOURS, seed),
        "salabim": other("salabim"),
    }
    line: dict[str, Run] = {
        "compiled, one line": lambda _case, seed: kernel.run_line(_HOURS, seed),
        "Ciw": other("ciw"),
    }
    with ExitStack() as stack:
        if cpp.compiler() is None:
            print(f"C++ is left out: {cpp.MISSING}", file=sys.stderr)
        else:
            programs = stack.enter_context(cpp.programs())
            both["C++, priority_queue"] = lambda case, seed: programs.run(case, _HOURS, seed)
        agree = show(MMCM, {**both, **line}, replications)
        return 0 if show(OVERFLOW, both, replications) and agree else 1


if __name__ == "__main__":
    sys.exit(main())
