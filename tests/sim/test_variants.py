"""Variants: the plans that a scenario says for its own day, and paths that mean several places at once."""

import json
from pathlib import Path

import pytest

from sim.compare_command import Options
from sim.compare_command import compare as command
from sim.problems import BadDocument
from sim.scenario import Scenario
from sim.scenario_command import check
from sim.scenario_file import parse_scenario
from sim.settings import changed, variants
from sim.simulate_command import Options as One
from sim.simulate_command import simulate
from sim.targets import rostered_hours
from tests.sim.test_simulate_command import SMALL

PLANS = """\
costs: {agent_hour: 30, abandoned: 10}
variants:
  as_it_is: {}
  seven: {people.all.agents: 7}
  in_pairs: {people.*.chats: 2, work.slow_down: [1.0, 1.3]}
"""


def small(more: str = PLANS) -> Scenario:
    """The small desk with variants."""
    return parse_scenario(SMALL + more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL + PLANS, encoding="utf-8")
    return path


def test_a_variant_is_the_scenario_with_its_changes() -> None:
    """In the order written, the one without changes being the scenario itself."""
    base = small()
    plans = variants(base)

    assert list(plans) == ["as_it_is", "seven", "in_pairs"]
    assert plans["as_it_is"] is base
    assert (plans["seven"].people["all"].agents, plans["in_pairs"].people["all"].chats) == (7, 2)
    assert list(variants(base, ["seven"])) == ["seven"]


def test_without_one_that_changes_nothing_the_scenario_itself_is_the_base() -> None:
    """Under its own name, before all others."""
    assert list(variants(small("variants: {seven: {people.all.agents: 7}}\n"))) == ["small", "seven"]


def test_an_extending_scenario_has_the_variants_and_changes_single_ones() -> None:
    """As everything else that is merged key by key; `null` takes one away."""
    base = parse_scenario("extends: sick-week\nvariants: {absent_4: null, absent_30: {people.*.absence: 0.3}}\n")

    assert "absent_4" not in base.variants
    assert list(base.variants)[-1] == "absent_30"
    assert base.variants["absent_12"] == {"people.*.absence": 0.12}


def test_a_star_stands_for_every_key_and_a_name_for_its_entry() -> None:
    """Groups by a part of their name, streams by name, steps of all lines of a language."""
    base = parse_scenario(SMALL.replace("{product: expense, ", "{name: first, product: expense, "))
    more = changed(base, "people.a*.agents=9; demand.streams.fir*.per_hour=50")

    assert (more.people["all"].agents, more.demand.streams[0].per_hour) == (9, 50)
    assert more.demand.streams[1] == base.demand.streams[1]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("people.b*.agents=9", "people.b*: is not in the scenario"),
        ("demand.streams.frist.per_hour=9", "numbered from 0, or by name. Did you mean 'first'?"),
        ("people.*.shift.from=9", "people.*.shift: is not in the scenario"),
    ],
)
def test_a_path_that_fits_nothing_is_told(settings: str, told: str) -> None:
    """As a mistyped key is."""
    base = parse_scenario(SMALL.replace("{product: expense, ", "{name: first, product: expense, "))
    with pytest.raises(BadDocument) as caught:
        changed(base, settings)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ("{people.all.agnets: 7}", "variants.seven  people.all.agnets: unknown key. Did you mean 'agents'?"),
        ("{people.al.agents: 7}", "variants.seven  people.al: is not in the scenario. Did you mean 'all'?"),
        ("{people.all.agents: 0}", "variants.seven  people: there is nobody at all"),
    ],
)
def test_a_variant_that_cannot_run_is_told_by_its_name(
    file: Path, changes: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `check` as well as by whatever runs it."""
    file.write_text(f"{SMALL}variants: {{seven: {changes}}}\n", encoding="utf-8")

    assert check(file) == 2
    assert told in capsys.readouterr().err
    assert command([file], [], True, Options()) == 2
    assert told in capsys.readouterr().err


def test_check_tells_what_each_variant_changes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the contacts and rostered hours that it comes to."""
    assert check(file) == 0
    told = capsys.readouterr().out.splitlines()

    assert told[told.index("Variants:") + 1 :] == [
        "  as_it_is: as it is; about 33 contacts, 5 hours",
        "  seven: people.all.agents; about 33 contacts, 7 hours",
        "  in_pairs: people.*.chats, work.slow_down; about 33 contacts, 5 hours",
    ]


def test_a_file_with_variants_is_compared_by_itself(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, or those chosen, each with its targets and its cost, which is more than the base's by so much."""
    assert command([file], [], True, Options()) == 0
    first, seven, _ = json.loads(capsys.readouterr().out)["plans"]

    assert [plan["name"] for plan in (first, seven)] == ["as_it_is", "seven"]
    assert first["targets"]["sl_offered"]["verdict"] in ("missed", "too close to tell")
    low, high = first["costs"]["total"]["ci"]
    assert low < first["costs"]["total"]["amount"] < high
    more = seven["costs"]["more_than_base"]
    assert more["amount"] == pytest.approx(seven["costs"]["total"]["amount"] - first["costs"]["total"]["amount"])

    assert command([file], [], False, Options(variants=["as_it_is", "seven"])) == 0
    out = capsys.readouterr().out
    assert "seven" in out
    assert "in_pairs" not in out
    assert "Targets" in out.splitlines()[4]
    assert "rostered" in out


@pytest.mark.parametrize(
    ("chosen", "settings", "told"),
    [
        (["eight"], [], "there is no 'eight'. Known here: as_it_is, seven, in_pairs."),
        (["seven"], [], "one plan is nothing to compare"),
        (["seven"], ["people.all.agents=7"], "it goes with no other and no --set"),
    ],
)
def test_a_choice_that_is_none_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], chosen: list[str], settings: list[str], told: str
) -> None:
    """Exit code 2 and the reason."""
    assert command([file], settings, True, Options(variants=chosen)) == 2
    assert told in capsys.readouterr().err


def test_one_variant_is_simulated_under_both_names(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And gives what it gives in a comparison; the cost of it all has an interval."""
    assert simulate(file, None, None, True, One(variant="seven")) == 0
    alone = json.loads(capsys.readouterr().out)
    assert command([file], [], True, Options()) == 0
    seven = json.loads(capsys.readouterr().out)["plans"][1]

    assert alone["scenario"] == "small-seven"
    assert alone["measures"] == seven["measures"]
    assert alone["costs"]["total"] == seven["costs"]["total"]
    assert alone["costs"]["total"]["amount"] == pytest.approx(
        30 * rostered_hours(small()) * 7 / 5 + 10 * alone["measures"]["abandoned"]["mean"]
    )
