"""
Write docs/reference/policy.md from the models of the policy document: every setting with its default and its meaning.

    python scripts/policy_reference.py          write it
    python scripts/policy_reference.py --check  exit 1 when the page does not show the models
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_json

from router.wire.policy import PolicyDocument

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "policy.md"
HEAD = """# The policy document

Written in YAML or JSON; `ringback serve --policy FILE` loads it, and a scenario holds the same under `policy`.
Durations have a unit; an unknown key is an error.
How the rules work together is told in [how the desk decides](../explanation/routing.md).
Calendars are explained in [hours](hours.md).
This page is written from the models by `scripts/policy_reference.py`.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section("policy", PolicyDocument, {}))


def _section(name: str, model: type[BaseModel], seen: dict[type[BaseModel], None]) -> Iterator[str]:
    seen[model] = None
    words = " ".join((model.__doc__ or "").split())
    yield f"\n## `{name}`\n\n{words}\n\n| setting | default | meaning |\n|---|---|---|\n"
    inner: list[tuple[str, type[BaseModel]]] = []
    for key, field in model.model_fields.items():
        yield f"| `{key}` | {_default(field)} | {field.description or ''} |\n"
        inner += [(key, part) for part in _models(field.annotation) if part not in seen]
    for key, part in inner:
        if part not in seen and part.__module__.startswith("router.wire.policy"):
            yield from _section(key, part, seen)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    default: Any = field.get_default(call_default_factory=True)
    if default is PydanticUndefined or isinstance(default, BaseModel | list | dict):
        return ""
    if "DurationMs" in str(field.metadata) or (isinstance(default, int) and _is_duration(field)):
        from router.wire.units import format_duration_ms

        return f"`{format_duration_ms(default)}`"
    return f"`{to_json(default).decode()}`"


def _is_duration(field: FieldInfo) -> bool:
    return any(type(part).__name__ == "PlainSerializer" for part in field.metadata)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def main() -> int:
    """Write or check the page."""
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
