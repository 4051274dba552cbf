"""
The folder of one run, `<name>-<hash>`: what went in, what every replication counted, and what came out.

The hash is that of the inputs: the scenarios with every default filled in, the seed, and the code that ran them. How
many replications were asked for is no input, so that a run that was cancelled goes on, and a finished one can be made
longer. Finished replications are lines of `replications.jsonl`, each written as soon as its turn has come; a line that
was torn off by a crash is cut off again. One process at a time holds the folder.
"""

import fcntl
import functools
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import router
import sim
from sim.comparison import Comparison
from sim.counted import Counted
from sim.result import Result
from sim.results.files import versions, write, write_json, write_scenario, write_table
from sim.results.page import comparison_page, result_page
from sim.results.tidy import differences, measured
from sim.scenario import Scenario
from sim.settings import plain
from sim.sums import OutOfBalance

FORMAT = 1
_REPLICATIONS = "replications.jsonl"


class FolderInUse(OSError):
    """Another run is writing to this folder."""


class Folder:
    """A `sim.run.Keeper`, held until its `with` ends. Make it with `of_simulation` or `of_comparison`."""

    def __init__(self, out: Path, name: str, scenarios: Mapping[str, Scenario], seed: int, *, resume: bool) -> None:
        """
        Make or open the folder in `out`. Without `resume` it begins empty.

        Raises OSError when it cannot be written to, `FolderInUse` when another process does so.
        """
        self._scenarios = dict(scenarios)
        self._seed = seed
        self.inputs = _hash_of(self._scenarios, seed)
        self.path = out / f"{name}-{self.inputs[:12]}"
        self.path.mkdir(parents=True, exist_ok=True)
        self.resumed = 0
        """How many replications were taken over from before."""
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()
        self._file = (self.path / _REPLICATIONS).open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise FolderInUse(f"{self.path}: another run is writing there; wait for it, or stop it") from None
        if not resume or not self._has_header():
            self._file.truncate(0)
            self._write_line({"format": FORMAT, "inputs": self.inputs, "plans": list(self._scenarios)})
        for place, scenario in enumerate(self._scenarios.values()):
            path = self.path / ("scenario.yaml" if len(self._scenarios) == 1 else f"scenario-{place + 1}.yaml")
            if not (resume and path.exists()):  # The folder's name says that it is the same.
                write_scenario(path, scenario)

    @classmethod
    def of_simulation(cls, out: Path, scenario: Scenario, seed: int | None, *, resume: bool) -> "Folder":
        """The folder of one scenario's run; the seed defaults to the scenario's."""
        return cls(out, scenario.name, {scenario.name: scenario}, _seed(scenario, seed), resume=resume)

    @classmethod
    def of_comparison(
        cls, out: Path, scenarios: Sequence[Scenario], names: Sequence[str], seed: int | None, *, resume: bool
    ) -> "Folder":
        """The folder of a comparison, named after its base."""
        plans = dict(zip(names, scenarios, strict=True))
        return cls(out, f"{scenarios[0].name}-compared", plans, _seed(scenarios[0], seed), resume=resume)

    # --- replications

    def kept(self) -> Iterator[list[Counted]]:
        """What is there already, in order; whatever follows a line that is torn or not believable is cut off."""
        self._file.seek(0)
        self._file.readline()
        good = self._file.tell()
        while (line := self._file.readline()).endswith(b"\n"):
            try:
                data = json.loads(line)
                if data["replication"] != self.resumed or len(data["plans"]) != len(self._scenarios):
                    break
                counted = [Counted.from_json(one) for one in data["plans"]]
            except (ValueError, KeyError, TypeError, OutOfBalance):
                break
            good = self._file.tell()
            self.resumed += 1
            yield counted
            self._file.seek(good)
        self._file.truncate(good)

    def keep(self, replication: int, counted: Sequence[Counted]) -> None:
        """Keep one more."""
        self._write_line({"replication": replication, "plans": [one.to_json() for one in counted]})

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *_: object) -> None:
        """Let others have the folder. What is kept stays."""
        self._file.close()

    # --- what comes out

    def write_result(self, result: Result, *, complete: bool = True) -> None:
        """Numbers, report and manifest of a simulation."""
        write_table(self.path / "measures", measured(result))
        write(self.path / "result.json", result.to_json() + "\n")
        write(self.path / "report.html", result_page(result, complete=complete))
        self.write_manifest("simulation", result.replications, complete)

    def write_comparison(self, comparison: Comparison) -> None:
        """The same of a comparison."""
        write_table(self.path / "measures", measured(comparison))
        write_table(self.path / "differences", differences(comparison))
        write(self.path / "result.json", comparison.to_json() + "\n")
        write(self.path / "report.html", comparison_page(comparison))
        self.write_manifest("comparison", comparison.replications, comparison.complete)

    def write_manifest(self, kind: str, replications: int, complete: bool) -> None:
        """What went in and how it went."""
        # All but `run` is the same for the same inputs and number of replications.
        manifest = {
            "format": FORMAT,
            "kind": kind,
            "plans": list(self._scenarios),
            "inputs": self.inputs,
            "code": code_fingerprint(),
            "seed": self._seed,
            "replications": replications,
            "complete": complete,
            "versions": versions(),
            "run": {
                "started": self._started.isoformat(timespec="seconds"),
                "duration_s": round(time.monotonic() - self._clock, 3),
                "taken_over": self.resumed,
            },
        }
        write_json(self.path / "manifest.json", manifest)

    # --- the file of replications

    def _has_header(self) -> bool:
        self._file.seek(0)
        try:
            header = json.loads(self._file.readline())
            return bool(header["format"] == FORMAT and header["inputs"] == self.inputs)
        except (ValueError, KeyError, TypeError):
            return False

    def _write_line(self, data: Any) -> None:
        _append(self._file, json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")


def _append(file: IO[bytes], line: bytes) -> None:
    file.seek(0, os.SEEK_END)
    file.write(line)
    file.flush()


def _seed(scenario: Scenario, seed: int | None) -> int:
    return scenario.run.seed if seed is None else seed


def _hash_of(scenarios: Mapping[str, Scenario], seed: int) -> str:
    """Of everything that the counts of replication r depend on."""
    inputs = []
    for scenario in scenarios.values():
        data = plain(scenario)
        data["run"] = {key: value for key, value in data["run"].items() if key not in ("replications", "seed")}
        inputs.append(data)
    whole = {"format": FORMAT, "code": code_fingerprint(), "seed": seed, "plans": list(scenarios), "scenarios": inputs}
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """Of the source that decides what a run counts: with other code, nothing that was kept is taken over."""
    digest = hashlib.sha256()
    for package in (router, sim):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
