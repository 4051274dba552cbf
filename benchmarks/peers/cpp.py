"""The models hand-written in C++: a `std::priority_queue` and `-O3`, compiled when they are measured."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.models import HANDLE_S, PATIENCE_S, Answer, Case

_SOURCES = Path(__file__).parent
_FLAGS = ["-std=c++17", "-O3", "-march=native"]

MISSING = "there is no C++ compiler (g++, clang++ or c++) here"


def compiler() -> str | None:
    """The compiler that is used, if there is one."""
    return next(filter(None, map(shutil.which, ("g++", "clang++", "c++"))), None)


class Programs:
    """The compiled peers, as long as their folder lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, case: Case, hours: float, seed: int) -> Answer:
        """One run from an empty desk, in a process of its own; its start is not counted."""
        numbers: list[float] = [HANDLE_S, PATIENCE_S]
        lines = [number for line in case.lines for number in (line.per_hour, line.agents)]
        if case.overflow_s is None:
            program, arguments = "line", [*lines, *numbers]
        else:
            program, arguments = "overflow", [*numbers, case.overflow_s, *lines]
        command = [str(self._folder / program), *map(str, (hours, seed, *arguments))]
        offered, served, abandoned, wait, cpu = subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout.split()
        return Answer(int(offered), int(served), int(abandoned), float(wait) / int(served), float(cpu))


@contextmanager
def programs() -> Iterator[Programs]:
    """Compile into a folder that is gone afterwards. Raises RuntimeError when there is no compiler."""
    chosen = compiler()
    if chosen is None:
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted(_SOURCES.glob("*.cpp")):
            target = Path(folder, source.stem)
            subprocess.run([chosen, *_FLAGS, str(source), "-o", str(target)], check=True)
        yield Programs(Path(folder))
