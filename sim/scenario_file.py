"""A scenario from a YAML file, or every reason why not, each with its line and column."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from sim.demand.traced import traced
from sim.problems import BadDocument, Path, Problem, did_you_mean
from sim.scenario import Scenario
from sim.scenario_check import check
from sim.yaml_file import Document, parse_yaml, read_yaml


def load_scenario(path: FilePath | str) -> Scenario:
    """
    Read a scenario file.

    Raises `BadDocument` (its message is for people, one problem a line) when the file is not a scenario that can run,
    OSError when it cannot be read.
    """
    return _understand(read_yaml(FilePath(path)))


def parse_scenario(text: str, name: str = "scenario.yaml") -> Scenario:
    """The same from text; `name` stands for the file in errors."""
    return _understand(parse_yaml(text, name))


def as_scenario(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """The same from plain data, as made by a program; problems then have a path but no line."""
    return _understand(Document(name, data))


def _understand(document: Document) -> Scenario:
    if not isinstance(document.data, Mapping):
        raise BadDocument(document.name, [Problem((), "a scenario is a mapping that begins with a name", 1, 1)])
    try:
        scenario, problems = traced(Scenario.model_validate(document.data), FilePath(document.name).parent)
        problems = problems or check(scenario)
    except ValidationError as error:
        problems = [_problem(dict(detail)) for detail in error.errors(include_url=False, include_context=False)]
    if problems:
        raise BadDocument(document.name, [_placed(problem, document) for problem in problems])
    return scenario


def _placed(problem: Problem, document: Document) -> Problem:
    if not document.values:
        return problem
    line, column = document.position(problem.path, of_key=problem.of_key)
    return Problem(problem.path, problem.message, line, column)


def _problem(detail: dict[str, Any]) -> Problem:
    """One of pydantic's errors in our words."""
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    kind, word = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return Problem(path, f"unknown key.{did_you_mean(word, _known_keys(path[:-1]))}", of_key=True)
    if kind == "missing":
        return Problem(path, "missing; it has no default")
    if "[key]" in detail["loc"]:
        hint = "a name is small letters, digits, '-' and '_', beginning with a letter, 32 at most"
        return Problem(path, hint, of_key=True)
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    value = detail["input"]
    shown = f", not {value!r}"[:60] if isinstance(value, str | int | float) and kind != "value_error" else ""
    return Problem(path, message[:1].lower() + message[1:] + shown)


def _known_keys(path: Path) -> list[str]:
    """The keys that the models allow at a path."""
    annotation: Any = Scenario
    for part in path:
        annotation = _inside(annotation, part)
    model = _model(annotation)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _inside(annotation: Any, part: str | int) -> Any:
    """What stands under a key or index of a type: a model's field, or the inner type of a list or mapping."""
    model = _model(annotation)
    if model is None:
        arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
        return arguments[-1] if arguments else None
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return field.annotation
    return None


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation, also behind `| None`; None for a list or mapping, which `_inside` steps into."""
    choices = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return next((one for one in choices if isinstance(one, type) and issubclass(one, BaseModel)), None)
