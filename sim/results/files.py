"""Files of results: whole or not there at all; tables as CSV, and as Parquet for those who can read it."""

import csv
import io
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.results.data import DataExtraMissing, frame_of
from sim.scenario import Scenario
from sim.settings import plain

_LIBRARIES = ("ringback", "numba", "numpy", "pydantic", "scipy", "simpy")


def write(path: Path, text: str) -> None:
    """A whole file or none."""
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """One object, for people and programs."""
    write(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """`path` without its ending; the rows have the same keys, and there is at least one."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write(path.with_name(f"{path.name}.csv"), out.getvalue())
    try:
        frame = frame_of(rows)
    except DataExtraMissing:
        return  # CSV holds the same; Parquet is for those who have installed what reads it.
    temporary = path.with_name(f".{path.name}.parquet")
    frame.to_parquet(temporary, engine="pyarrow", index=False)
    temporary.replace(path.with_name(f"{path.name}.parquet"))


def write_scenario(path: Path, scenario: Scenario) -> None:
    """The scenario as a file that can be run."""
    out = io.StringIO()
    out.write("# The scenario that was run, with every default filled in.\n")
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared as None in the library
    yaml.dump(plain(scenario), out)
    write(path, out.getvalue())


def versions() -> dict[str, str]:
    """Of what the numbers depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}}
