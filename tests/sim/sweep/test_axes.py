"""What may be typed after `--vary` or stand in a file of variants, and what is said about anything else."""

from pathlib import Path

import pytest

from sim.problems import BadDocument
from sim.scenario_file import parse_scenario
from sim.sweep.axes import axes_of, points_of
from tests.sim.test_simulate_command import SMALL

BASE = parse_scenario(SMALL)


def values(text: str) -> list[object]:
    """What one axis sets, in order."""
    (axis,) = axes_of([text])
    return [choice.settings[0].value for choice in axis.choices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=3..6", [3, 4, 5, 6]),
        ("a=10..20/4", [10, 14, 18]),
        ("a=0.1..0.5/0.1", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("a=1,2, 5..6", [1, 2, 5, 6]),
        ("a=3, 3, 4", [3, 4]),
        ("a=30 s..2 min/30 s", ["30 s", "1 min", "90 s", "2 min"]),
        ("a=1..3 min", ["1 min", "2 min", "3 min"]),
        ("a=always, {fixed: 3 min}", ["always", {"fixed": "3 min"}]),
        ("a=[1, 2], []", [[1, 2], []]),
    ],
)
def test_ranges_steps_and_lists(text: str, expected: list[object]) -> None:
    """A range is its numbers, exactly; everything else is YAML."""
    assert expected == values(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people.al.agents=1..3", "people.al: is not in the scenario. Did you mean 'all'?"),
        ("people.all.agnets=1..3", "people.all.agnets: unknown key. Did you mean 'agents'?"),
        ("people.all.chats=0..3", "people.all.chats: should be greater than or equal to 1, not 0"),
        ("demand.streams[7].per_hour=1,2", "demand.streams[7]: there are 2 here, numbered from 0"),
        ("people.all.agents=6..3", "'6..3' leads nowhere"),
        ("people.all.agents=1..3/0", "'1..3/0' leads nowhere"),
        ("callback.accept=0.1..0.3", "say the step of '0.1..0.3'"),
        ("callback.accept=a..b", "'a..b' is no range"),
        ("people.all.agents=1..2000", "has 2,000 values; at most 1,000 can be run"),
        ("people.all.agents", "write it as path=values"),
        ("people.all.agents=[1", "not YAML"),
        ("run.seed=1,2", "choose others with --seed"),
        ("run.replications=1,2", "say how often with --replications"),
    ],
)
def test_a_mistake_is_named_before_anything_runs(text: str, said: str) -> None:
    """Which field, what is wrong with it, and what may have been meant."""
    with pytest.raises(BadDocument, match="--vary") as error:
        points_of(BASE, axes_of([text]))

    assert said in str(error.value)


def test_several_fields_make_a_grid_with_short_names() -> None:
    """Every combination, the last field varying fastest; a name is as long as it must be to be one's own."""
    axes = axes_of(["people.all.agents=5,6", "callback.accept=0.1,0.2,0.3"])
    points = points_of(BASE, axes)

    assert ["agents", "accept"] == [axis.name for axis in axes]
    assert [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] == [point.places for point in points]
    last, callback = points[-1].scenario, points[-1].scenario.callback
    assert callback is not None
    assert (6, 0.3, BASE.name) == (last.people["all"].agents, callback.accept, last.name)
    alike = axes_of(["demand.streams[0].per_hour=1,2", "demand.streams[1].per_hour=1,2"])
    assert ["streams[0].per_hour", "streams[1].per_hour"] == [axis.name for axis in alike]


def test_too_many_points_are_refused() -> None:
    """The number is told, and the limit; nothing is run for a week by mistake."""
    with pytest.raises(ValueError, match="2,500 points, and at most 1,000"):
        points_of(BASE, axes_of(["people.all.agents=1..50", "demand.streams[0].per_hour=1..50"]))
    with pytest.raises(BadDocument, match="varied twice"):
        axes_of(["people.all.agents=1", "people.all.agents=2"])


def test_a_file_of_variants(tmp_path: Path) -> None:
    """By name or as a list; each changes several fields at once, and none is the scenario as it is."""
    file = tmp_path / "ideas.yaml"
    file.write_text("as it is: {}\nmore: {people.all.agents: 7, callback.accept: 0.5}\n", encoding="utf-8")
    (axis,) = axes_of([], file)
    points = points_of(BASE, [axis])

    assert ["as it is", "more"] == [choice.told for choice in axis.choices]
    assert not axis.ordered
    assert [5, 7] == [point.scenario.people["all"].agents for point in points]
    file.write_text("- {people.all.agents: 7}\n- {}\n", encoding="utf-8")
    assert ["people.all.agents=7", "as it is"] == [choice.told for choice in axes_of([], file)[0].choices]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("more: {people.al.agents: 7}", "people.al: is not in the scenario. Did you mean 'all'?"),
        ("as it is: {}\nmore: 7", ":2:7  more: a variant is a mapping"),
        ("7", "write variants as"),
        ("more: {run.seed: 7}", "choose others with --seed"),
    ],
)
def test_what_is_wrong_in_a_file_of_variants(tmp_path: Path, text: str, said: str) -> None:
    """Where it stands, and what to write."""
    file = tmp_path / "ideas.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadDocument) as error:
        points_of(BASE, axes_of([], file))

    assert said in str(error.value)
