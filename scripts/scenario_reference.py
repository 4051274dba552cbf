"""
Write docs/reference/scenario.md from the models of the scenario: every key with its form, its default and its meaning.

    python scripts/scenario_reference.py          write it
    python scripts/scenario_reference.py --check  exit 1 when the page does not show the models
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from sim.schema import scenario_schema

PAGE: Final = Path(__file__).parent.parent / "docs" / "reference" / "scenario.md"
HEAD: Final = """# The scenario

A YAML file of at most 256 KiB.
`ringback scenario new FILE` writes one to begin with, `ringback scenario check FILE` says what was understood.
[Write a scenario](../how-to/write-a-scenario.md) tells how to think about it; this page has every key.
Durations are written with a unit (`250 ms`, `30 s`, `5 min`, `1 h`, `1 d`), times of day as `07:30`.
An unknown key is an error.
`ringback scenario schema` prints the same as JSON Schema.
This page is written from the models by `scripts/scenario_reference.py`.

## `extends`

A scenario may say only what is different from another one.
`extends: first-desk` names one that ships, and `ringback scenario list` has them all.
`extends: baseline.yaml` names a file beside or below this one.

| what stands there | does |
|---|---|
| a mapping | is merged with the other's, key by key |
| a list | takes the place of the other's |
| a list whose entries all have a `name` | changes the entries of that name; new ones come last |
| `sources`, `measured`, `fitted`, `assumed` | are joined with the other's, so that nothing that was assumed gets lost |
| a number, a word, a duration | takes the place of the other's |
| `null` | takes away what the other says |
| one law instead of another, `per_hour` or `profile`, `lasts` or `to` | takes its place; what is beside it stays |
| `days` and `holidays` of a calendar, `zones` of a stream | are replaced as a whole |

An extended scenario may extend a third one.
Circles, more than eight files, and ways out of the folder (`..`, absolute paths, links) are refused.
Errors name the file and the line from which the mistake came.

## `variants`

Other plans for the same day, at most twelve, each a mapping like `people.crew.agents: 5`: what stands there instead.
`{}` is the scenario as it is; where no variant is that, the scenario itself comes first, under its own name.
`*` within a part of a path fits any letters: `people.*.absence` is that of every group.
`[1]` is the second entry of a list; an entry that has a `name` may be written by it.
Variants are merged key by key when a scenario is extended.
"""
_REFERENCE: Final = "#/$defs/"
_POLICY: Final = "PolicyDocument"
"""Has a page of its own."""


def page() -> str:
    """The whole page."""
    schema = scenario_schema()
    return HEAD + "".join(_section("scenario", "Scenario", schema["$defs"], {}))


def _section(key: str, name: str, parts: dict[str, Any], seen: dict[str, None]) -> Iterator[str]:
    seen[name] = None
    part = parts[name]
    long = next((one for one in part.get("anyOf", []) if "properties" in one), part)
    words = " ".join(part.get("description", long.get("description", "")).split())
    yield f"\n## `{key}`\n\n{words}\n\n| key | form | default | meaning |\n|---|---|---|---|\n"
    inner: dict[str, str] = {}
    for setting, schema in long["properties"].items():
        form = _form(schema, parts).replace("|", "\\|")
        default = "needed" if setting in long.get("required", []) else _default(schema)
        meaning = " ".join((schema.get("description") or _of_section(schema, parts)).split())
        yield f"| `{setting}` | {form} | {default} | {meaning} |\n"
        for one in _references(schema):
            inner.setdefault(one, setting)
    for one, setting in inner.items():
        if one not in seen and one != _POLICY:
            yield from _section(setting, one, parts, seen)


def _of_section(schema: dict[str, Any], parts: dict[str, Any]) -> str:
    """What a section says of itself, in a sentence, where its key says nothing."""
    named = list(dict.fromkeys(_references(schema)))
    part = parts[named[0]] if len(named) == 1 else {}
    return f"{str(part.get('description', '')).split('. ')[0].removesuffix('.')}." if part else ""


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix(_REFERENCE)
        for key, value in schema.items():
            if key != "default":
                yield from _references(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from _references(one)


def _form(schema: dict[str, Any], parts: dict[str, Any]) -> str:
    """What may be written, in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REFERENCE)
        if name == _POLICY:
            return "[the policy document](policy.md)"
        return "a law" if name == "DurationLaw" else "a section" if "properties" in str(parts[name]) else "a word"
    if "anyOf" in schema:
        forms = [_form(one, parts) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(forms))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "array":
        return f"a list of {_many(_form(schema['items'], parts))}"
    if kind == "object":
        values = [schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()]
        if values == [True]:
            return "changes"
        return f"{_many(_form(next(one for one in values if isinstance(one, dict)), parts))} by name"
    if kind in ("integer", "number"):
        return f"{'a whole number' if kind == 'integer' else 'a number'}{_range(schema)}"
    if kind == "boolean":
        return "`true` or `false`"
    if "ms|s|min" in schema.get("pattern", ""):
        return "a duration"
    if schema.get("format") == "date":
        return "a date"
    return "a time of day" if schema.get("examples") == ["07:30"] else "a word" if "pattern" in schema else "text"


def _many(form: str) -> str:
    for one, many in (
        ("a section", "sections"),
        ("a law", "laws"),
        ("a word", "words"),
        ("a duration", "durations"),
        ("a whole number", "whole numbers"),
        ("a number", "numbers"),
        ("text", "texts"),
    ):
        if form.startswith(one):
            return many + form.removeprefix(one)
    return form


def _range(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "over " if "exclusiveMinimum" in schema else ""
    below = "under " if "exclusiveMaximum" in schema else ""
    if low is None or high is None:
        return "" if low is None else f", {above or 'from '}{low:,}"
    return f", {above}{low:,} to {below}{high:,}"


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    if default in (None, "") or isinstance(default, dict | list):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def main() -> int:
    """Write or check the page."""
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
