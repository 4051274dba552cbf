"""The JSON Schema of a scenario (2020-12), made from its models: for editors, forms and other people's programs."""

from typing import Any, Final

from router.wire.units import format_duration_ms
from sim.fields import CLOCK_PATTERN, format_clock
from sim.scenario import Scenario

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = "#/$defs/"
_CHANGED: Final = "Changes"


def scenario_schema() -> dict[str, Any]:
    """
    Of a whole scenario; and of one that `extends` another, in which everything may be left out or taken away.

    Durations are strings with a unit; what must fit between the parts is for `ringback scenario check` to say.
    """
    whole = _written(Scenario.model_json_schema(by_alias=True))
    parts = whole.pop("$defs")
    whole["properties"]["run"].setdefault("description", parts["Run"].get("description", ""))
    changes = _changes(whole)
    changes["properties"]["extends"] = {
        "type": "string",
        "description": "A scenario that ships, by its name, or a file beside or below this one.",
        "examples": ["first-desk", "baseline.yaml"],
    }
    return {
        "$schema": DIALECT,
        "title": "Scenario",
        "description": whole.get("description", ""),
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_REFERENCE}Scenario{_CHANGED}"},
        "else": {"$ref": f"{_REFERENCE}Scenario"},
        "$defs": {
            "Scenario": whole,
            **parts,
            f"Scenario{_CHANGED}": changes,
            **{f"{name}{_CHANGED}": _changes(part) for name, part in parts.items()},
        },
    }


def _written(part: Any) -> Any:
    """The same with defaults as they are written, with a unit or as a time of day, and not as they are held."""
    if isinstance(part, list):
        return [_written(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: _written(value) for key, value in part.items()}
    default, pattern = part.get("default"), part.get("pattern", "")
    if type(default) is int and isinstance(pattern, str):
        if "ms|s|min" in pattern:
            made["default"] = format_duration_ms(default)
        elif pattern == CLOCK_PATTERN:
            made["default"] = format_clock(default)
    return made


def _changes(part: Any) -> Any:
    """The same where only what differs must be said, and `null` takes away what the other says."""
    if isinstance(part, list):
        return [_changes(one) for one in part]
    if not isinstance(part, dict):
        return part
    made: dict[str, Any] = {}
    for key, value in part.items():
        if key in ("required", "default", "minProperties"):
            continue
        if key == "properties":
            made[key] = {name: _or_null(_changes(one)) for name, one in value.items()}
        elif key == "patternProperties":
            made[key] = {pattern: _or_null(_changes(one)) for pattern, one in value.items()}
        elif key == "additionalProperties" and isinstance(value, dict):
            made[key] = _or_null(_changes(value))
        elif key == "$ref":
            made[key] = f"{value}{_CHANGED}"
        else:
            made[key] = _changes(value)
    return made


def _or_null(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
