"""`ringback scenario`: what the commands do, without the parsing of their arguments."""

import json
import re
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from sim.command import BAD_INPUT, DONE, FAILED, Unusable, errors, read
from sim.extending import SHIPPED, shipped_names
from sim.problems import BadDocument, did_you_mean
from sim.scenario_file import load_scenario
from sim.schema import scenario_schema
from sim.settings import changed
from sim.understanding import understood

TEMPLATE: Final = Path(__file__).parent / "starting_scenario.yaml"


def new(path: Path, extends: str | None) -> int:
    """Write a scenario to begin with; one that extends another says only that. Nothing is ever overwritten."""
    told = errors()
    name = re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-_0123456789")[:32] or "my-desk"
    if extends is None:
        text = TEMPLATE.read_text(encoding="utf-8").replace("name: NAME", f"name: {name}", 1)
    elif extends in shipped_names():
        text = (
            f"# Only what is different from {extends}; see docs/reference/scenario.md\n"
            f"extends: {extends}\nname: {name}\nassumed: []\n"
        )
    else:
        told.print(f"no scenario '{extends}' ships.{did_you_mean(extends, shipped_names())} See ringback scenario list")
        return BAD_INPUT
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        told.print(f"{path} is there already; name another file")
        return BAD_INPUT
    except OSError as problem:
        told.print(f"{path}: cannot be written: {problem.strerror}")
        return FAILED
    print(f"written to {path}; see what it says: ringback scenario check {path}")
    return DONE


def check(path: Path, settings: str | None = None) -> int:
    """Print what was understood, or every error with its file and line on standard error."""
    told = errors()
    try:
        scenario = read(path)
        if settings:
            scenario = changed(scenario, settings)
        lines = understood(scenario)
    except (Unusable, BadDocument) as problem:
        told.print(str(problem))
        return BAD_INPUT
    Console(highlight=False, markup=False, soft_wrap=True).print("\n".join(lines))
    return DONE


def schema() -> int:
    """Print the JSON Schema."""
    sys.stdout.write(json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n")
    return DONE


def shipped() -> int:
    """Print the scenarios that ship, each with the first sentence of its description."""
    width = max(map(len, shipped_names()))
    for name in shipped_names():
        print(f"{name:<{width}}  {_summary(load_scenario(SHIPPED / f'{name}.yaml').description)}")
    return DONE


def _summary(description: str) -> str:
    """Its first sentence, on one line."""
    return re.split(r"(?<=[.!?])\s", " ".join(description.split()), maxsplit=1)[0]
