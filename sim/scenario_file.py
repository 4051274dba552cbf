"""A scenario from a YAML file and those it extends, or every reason why not, each with its file, line and column."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from sim.calendar import filled_in
from sim.demand.traced import traced
from sim.extending import extended
from sim.problems import BadDocument
from sim.reading import placed, understood
from sim.scenario import Scenario
from sim.scenario_check import check
from sim.yaml_file import Document, parse_yaml, read_yaml


def load_scenario(path: FilePath | str) -> Scenario:
    """
    Read a scenario file, and what it extends.

    Raises `BadDocument` (its message is for people, one problem a line) when the file is not a scenario that can run,
    OSError when it cannot be read.
    """
    return _understood(extended(read_yaml(FilePath(path)), FilePath(path)))


def parse_scenario(text: str, name: str = "scenario.yaml") -> Scenario:
    """The same from text; `name` stands for the file in errors. It can extend what ships, and no other file."""
    return _understood(extended(parse_yaml(text, name), None))


def as_scenario(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """The same from plain data, as made by a program; problems then have a path but no line."""
    return _understood(extended(Document(name, data), None))


def _understood(document: Document) -> Scenario:
    scenario = understood(Scenario, document, "a scenario is a mapping that begins with a name")
    scenario, problems = filled_in(scenario)
    if not problems:
        scenario, problems = traced(scenario, lambda path: FilePath(document.position(path).file).parent)
    problems = problems or check(scenario)
    if problems:
        raise BadDocument(document.name, [placed(problem, document) for problem in problems])
    return scenario
