"""`ringback scenario`: what is written, understood, refused and listed."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sim.extending import SHIPPED, shipped_names
from sim.scenario_command import check, new, schema, shipped
from sim.scenario_file import load_scenario
from sim.schema import scenario_schema
from sim.settings import plain
from sim.yaml_file import read_yaml


def test_what_is_written_can_run_and_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new scenario is named like its file, commented in every section, and understood at once."""
    path = tmp_path / "My Desk.yaml"

    assert new(path, None) == 0
    scenario = load_scenario(path)
    assert (scenario.name, scenario.run.horizon) == ("my-desk", 86_400_000)
    assert path.read_text(encoding="utf-8").count("#") > 15

    assert new(path, None) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_variant_says_only_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It extends one that ships; a wrong name gets a suggestion."""
    assert new(tmp_path / "variant.yaml", "first-desk") == 0
    assert load_scenario(tmp_path / "variant.yaml").name == "variant"

    assert new(tmp_path / "other.yaml", "fist-desk") == 2
    assert "Did you mean 'first-desk'?" in capsys.readouterr().err
    assert not (tmp_path / "other.yaml").exists()


def test_check_tells_the_answer_first_and_then_what_it_stands_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Contacts, agents and hours in a sentence; then lines, targets, assumptions, and what was left to defaults."""
    new(tmp_path / "desk.yaml", None)
    capsys.readouterr()

    assert check(tmp_path / "desk.yaml") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("desk: can run. About 228 contacts in 24 h from Tuesday 2026-11-17, 7 agents, ")
    assert told[0].endswith(", 60 rostered hours; 50 replications.")
    assert "  expense/en: about 152 contacts, takes chats for 10 h" in told
    assert "  service level within 1 min (sl_offered): at least 80 %" in told

    assert check(SHIPPED / "first-desk.yaml", "patience=never") == 0
    told = capsys.readouterr().out.splitlines()
    assert (
        told[told.index("Assumed:") + 1] == "  Every number in this file is made up, to show what a scenario can say."
    )
    assert "  every line is open around the clock (policy.hours)" in told[told.index("Not said, and so:") :]


def test_check_tells_everything_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mistake on a line of its own, and nothing on standard output."""
    path = tmp_path / "desk.yaml"
    path.write_text("extends: first-desk\npatience: 5\nrun: {seed: -1, horizn: 2 h}\n", encoding="utf-8")

    assert check(path) == 2
    told = capsys.readouterr()
    assert [line.split("  ")[0].rsplit("/", 1)[1] for line in told.err.splitlines()] == [
        "desk.yaml:2:11", "desk.yaml:3:13", "desk.yaml:3:17",
    ]  # fmt: skip
    assert told.out == ""
    assert check(path.with_name("none.yaml")) == 2


def test_what_ships_is_listed_in_a_sentence_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Every scenario that ships has a name, is described, and can run."""
    assert shipped() == 0
    told = capsys.readouterr().out.splitlines()

    assert [line.split()[0] for line in told] == shipped_names()
    assert all(line.endswith(".") and len(line.split()) > 5 for line in told)


def test_the_schema_is_valid_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """It is a schema of the dialect it names."""
    assert schema() == 0
    told = json.loads(capsys.readouterr().out)

    Draft202012Validator.check_schema(told)
    assert told == json.loads(json.dumps(scenario_schema()))


@pytest.mark.parametrize("name", shipped_names())
def test_every_scenario_that_ships_is_valid_by_the_schema(name: str) -> None:
    """As it is written, and as it is printed with every default filled in."""
    path = SHIPPED / f"{name}.yaml"
    validator = Draft202012Validator(scenario_schema())

    assert [] == [error.message for error in validator.iter_errors(read_yaml(path).data)]
    assert [] == [error.message for error in validator.iter_errors(plain(load_scenario(path)))]


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        ({"extends": "first-desk", "people": {"expense-crew": {"agents": 3}, "travel-crew": None}}, True),
        ({"extends": "first-desk", "policy": {"wrap_up": "20 s", "callbacks": False}, "callback": None}, True),
        ({"extends": "first-desk", "people": {"expense-crew": {"agnets": 3}}}, False),
        ({"extends": "first-desk", "patience": {"exponential": 5}}, False),
        ({"people": {"expense-crew": {"agents": 3}}}, False),
        ({"extends": 3}, False),
    ],
)
def test_the_schema_knows_what_an_extending_scenario_may_leave_out(data: dict[str, object], valid: bool) -> None:
    """Everything may be left out or taken away, but nothing may be mistyped."""
    assert Draft202012Validator(scenario_schema()).is_valid(data) is valid
