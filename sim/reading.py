"""
A document made into one of our models, or every reason why not, each where it stands.

The same for a scenario and for the policy that a live desk loads: pydantic says what is wrong, this file says where and
what may have been meant. Nothing here knows what a document is about.
"""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sim.problems import MOST_SHOWN, BadDocument, Path, Problem, did_you_mean
from sim.yaml_file import Document

Model = TypeVar("Model", bound=BaseModel)

_NAMED_PART: Final = re.compile(r"([a-z_]+(?:\.[a-z_]+)*): ")
"""How a model's own checks begin a sentence about one of its parts."""
_QUOTED: Final = re.compile(r"'([^']+)'")


def understood(model: type[Model], document: Document, what: str) -> Model:
    """
    The document as a model; `what` says in words what it should be.

    Raises `BadDocument` with every problem that the model finds.
    """
    if not isinstance(document.data, Mapping):
        raise BadDocument(document.name, [Problem((), what, 1, 1)])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False, include_context=False)]
    # Words are found for what will be shown only: a hostile file may hold thousands of mistakes.
    details.sort(key=lambda detail: _shown_first(document, detail))
    problems = [_problem(model, detail, document) for detail in details[:MOST_SHOWN]]
    raise BadDocument(
        document.name, [placed(problem, document) for problem in problems], more=max(len(details) - MOST_SHOWN, 0)
    )


def _shown_first(document: Document, detail: dict[str, Any]) -> tuple[bool, int, int]:
    """What stands in the document's own file first, then what it extends."""
    line, column, file = document.position(_path(detail), of_key=True)
    return file != document.name, line, column


def placed(problem: Problem, document: Document) -> Problem:
    """The problem with its place; as it is where the document never was a file."""
    if not document.values:
        return problem
    line, column, file = document.position(problem.path, of_key=problem.of_key)
    return Problem(problem.path, problem.message, line, column, file="" if file == document.name else file)


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys of a model, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def inside(annotation: Any, part: str | int) -> Any:
    """What stands under a key or index of a type: a model's field, or the inner type of a list or mapping."""
    model = model_in(annotation)
    if model is None:
        arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
        return arguments[-1] if arguments else None
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return field.annotation
    return None


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation, also behind `| None`; None for a list or mapping, which `inside` steps into."""
    choices = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return next((one for one in choices if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _problem(model: type[BaseModel], detail: dict[str, Any], document: Document) -> Problem:
    """One of pydantic's errors in our words."""
    path = _path(detail)
    kind, word = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return Problem(path, f"unknown key.{did_you_mean(word, _keys_at(model, path[:-1]))}", of_key=True)
    if kind == "missing":
        return Problem(path, "missing; it has no default")
    if "[key]" in detail["loc"]:
        hint = "a name is small letters, digits, '-' and '_', beginning with a letter, 32 at most"
        return Problem(path, hint, of_key=True)
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if kind == "value_error":
        return _of_a_part(model, path, message, document)
    value = detail["input"]
    shown = f", not {value!r}"[:60] if isinstance(value, str | int | float) else ""
    return Problem(path, message[:1].lower() + message[1:] + shown)


def _path(detail: dict[str, Any]) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _of_a_part(model: type[BaseModel], path: Path, message: str, document: Document) -> Problem:
    """A model's own sentence; one about a part (`lines: there is no 'x'`) is told where that part stands."""
    named = _NAMED_PART.match(message)
    if named is not None:
        part = (*path, *named[1].split("."))
        if _annotation_at(model, part) is not None:
            quoted = _QUOTED.search(message, named.end())
            if quoted is not None and (*part, quoted[1]) in document.keys:
                return Problem((*part, quoted[1]), message[named.end() :], of_key=True)
            return Problem(part, message[named.end() :])
    return Problem(path, message[:1].lower() + message[1:])


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    found = model_in(_annotation_at(model, path))
    return known_keys(found) if found else []


def _annotation_at(model: type[BaseModel], path: Path) -> Any:
    """What the models allow at a path; None for a path that they do not know."""
    annotation: Any = model
    for part in path:
        annotation = inside(annotation, part)
    return annotation
