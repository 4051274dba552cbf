"""
The folder of a sweep, `<name>-sweep-<hash>`: tables, report and manifest. Its points lie beside it, for every sweep.

The hash is that of the scenario, the axes, the seed and the code; how many replications is no part of it.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from sim.results.files import versions, write, write_json, write_scenario, write_table
from sim.results.folder import FORMAT, code_fingerprint
from sim.results.sweep_page import sweep_page
from sim.settings import plain
from sim.sweep.found import Found


def folder_of(out: Path, found: Found) -> Path:
    """Where a sweep is written."""
    return out / f"{found.base.name}-sweep-{_hash_of(found)[:12]}"


def write_found(out: Path, found: Found) -> Path:
    """Write everything that is known; returns the folder. Raises OSError when it cannot be written."""
    path = folder_of(out, found)
    path.mkdir(parents=True, exist_ok=True)
    if found.tried:
        write_table(path / "points", found.rows())
        write_table(path / "measures", found.tidy())
    write(path / "result.json", found.to_json() + "\n")
    write(path / "report.html", sweep_page(found))
    write_scenario(path / "scenario.yaml", found.base)
    manifest = {
        "format": FORMAT,
        "kind": "sweep",
        "inputs": _hash_of(found),
        "code": code_fingerprint(),
        "engine": found.engine,
        "seed": found.seed,
        "replications": found.wanted,
        "points": len(found.points),
        "complete": found.complete,
        "axes": {axis.path: [one.told for one in axis.choices] for axis in found.axes},
        "versions": versions(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(path / "manifest.json", manifest)
    return path


def _hash_of(found: Found) -> str:
    scenario = plain(found.base)
    scenario["run"] = {key: value for key, value in scenario["run"].items() if key not in ("replications", "seed")}
    axes = [
        [axis.path, [[one.told, [[one.path, one.value] for one in one.settings]] for one in axis.choices]]
        for axis in found.axes
    ]
    whole = {"format": FORMAT, "code": code_fingerprint(), "seed": found.seed, "scenario": scenario, "axes": axes}
    whole["engine"] = found.engine
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
