"""A policy is the same document on its own and in a scenario, with the same errors at the same place."""

from pathlib import Path

import pytest

from sim.problems import BadDocument
from sim.scenario_file import load_scenario
from web.serve import ServeError, load_policy

POLICY = """\
products: [expense]
languages: [en]
wrap_up: 60 s
"""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("offer_timeuot: 20 s", "4:1  offer_timeuot: unknown key. Did you mean 'offer_timeout'?"),
        ("offer_timeout: 20", "4:16  offer_timeout: a duration needs a unit, like '20 s' or '5 min', not 20"),
        (
            "lines: {expnse/en: {queue_limit: 3}}",
            "4:9  lines.expnse/en: there is no 'expnse/en'; the lines are expense/en",
        ),
        (
            'hours: {languages: {de: {days: {daily: "08:00-18:00"}}}}',
            "4:21  hours.languages.de: there is no 'de'. Known here: en.",
        ),
        ("quiet_warning: 1 h", "1:1  quiet_parking: an ASC is warned before being parked"),
    ],
)
def test_a_mistake_is_told_alike_live_and_in_a_scenario(tmp_path: Path, wrong: str, told: str) -> None:
    """File, line, column, key and sentence: only the two steps of indentation and the key `policy` differ."""
    alone, inside = tmp_path / "policy.yaml", tmp_path / "plan.yaml"
    alone.write_text(POLICY + wrong + "\n", encoding="utf-8")
    indented = "".join(f"  {line}\n" for line in (POLICY + wrong).splitlines())
    inside.write_text("policy:\n" + indented + "extends: first-desk\n", encoding="utf-8")
    place, _, sentence = told.partition("  ")
    line, column = map(int, place.split(":"))

    with pytest.raises(ServeError) as live:
        load_policy(alone)
    with pytest.raises(BadDocument) as rehearsed:
        load_scenario(inside)

    assert str(live.value).startswith(f"{alone}:{place}  {sentence}")
    assert f"{inside}:{line + 1}:{column + 2}  policy.{sentence}" in str(rehearsed.value)
