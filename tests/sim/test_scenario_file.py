"""Scenario files: what is understood, what is refused, and how clearly."""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.draws import Law, Purpose, fill_durations, prefix
from sim.durations import DurationLaw, LawNumbers, compressed, mean_ms
from sim.model import build
from sim.problems import BadDocument
from sim.scenario import Scenario
from sim.scenario_file import as_scenario, load_scenario, parse_scenario
from sim.yaml_file import parse_yaml

GOOD = """\
name: small
policy:
  products: [expense, travel]
  languages: [en, fr]
  wrap_up: 60 s
calendar: {starts: "08:00"}
demand:
  scale: 0.5
  profiles:
    day: {starts: "07:30", every: 30 min, per_hour: [10, 20, 40]}
  streams:
    - {product: expense, language: en, profile: day}
    - {product: travel, language: fr, per_hour: 6, scale: 2}
people:
  all: {agents: 2, products: [expense, travel], languages: [en, fr], shift: {from: "07:00", to: "09:00"}}
work:
  handle_time: {lognormal: {mean: 4 min, cv: 1}}
  handle_time_by_product: {travel: {erlang: {mean: 3 min, shape: 3}}}
  wrap_up: 15 s
patience: {exponential: 2 min}
callback: {accept: 0.5, dial_time: {uniform: {from: 1 s, to: 3 s}}}
run: {horizon: 2 h, compress: 10}
"""


def problems(text: str) -> list[str]:
    """The lines of the error that the text causes."""
    with pytest.raises(BadDocument) as caught:
        parse_scenario(text, "plan.yaml")
    return str(caught.value).splitlines()


def test_a_mistyped_key_is_shown_where_it_stands_with_a_suggestion() -> None:
    """File, line, column, path, what is wrong and what may be meant."""
    assert problems(GOOD.replace("agents: 2", "agnets: 2")) == [
        "plan.yaml:15:8  people.all.agents: missing; it has no default",
        "plan.yaml:15:9  people.all.agnets: unknown key. Did you mean 'agents'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("wrap_up: 60 s", "wrap_up: 60", "5:12  policy.wrap_up: a duration needs a unit, like '20 s' or '5 min'"),
        ("2 h", "2 hours", "22:16  run.horizon: '2 hours' is not a duration"),
        ("per_hour: 6", "per_hour: -6", "13:49  demand.streams[1].per_hour: should be greater than or equal to 0"),
        ("per_hour: 6", "per_hour: .inf", "13:49  demand.streams[1].per_hour: should be a finite number"),
        ("per_hour: 6, ", "", "13:7  demand.streams[1]: give either 'per_hour' or 'profile'"),
        ("profile: day", "profile: dya", "12:49  demand.streams[0].profile: unknown profile 'dya'. Did you mean"),
        ("product: expense", "product: expnse", "12:17  demand.streams[0].product: unknown product 'expnse'. Did you"),
        ("languages: [en, fr], shift", "languages: [en], shift", "13:7  demand.streams[1]: no group in 'people'"),
        ("wrap_up: 15 s", "wrap_up: never", "19:12  work.wrap_up: 'never' is for patience only"),
        ("cv: 1", "cv: 1, sigma: 2", "17:28  work.handle_time.lognormal: give either 'cv' or 'sigma'"),
        ('to: "09:00"', 'to: "06:00"', "15:77  people.all.shift: 'from' must be before 'to'"),
        ('"08:00"', '"8 am"', "6:20  calendar.starts: '8 am' is not a time of day"),
        ("accept: 0.5", "accept: 50", "21:20  callback.accept: should be less than or equal to 1, not 50"),
        ("wrap_up: 60 s", "callbacks: false", "21:11  callback: the policy has callbacks switched off"),
        ("horizon: 2 h", "horizon: 2 h, warm_up: 3 h", "22:30  run.warm_up: the warm-up must be shorter"),
        ("per_hour: 6, scale: 2", "per_hour: 6000, scale: 10000", "8:3  demand: about 60,000,015 contacts in one run"),
        ("name: small", "name: [small]", "1:7  name: should be a valid string"),
        ("name: small", "name: &a small", "1:7  name: anchors (&name) are not allowed"),
        ("name: small", "name: !!python/name:os.system small", "1:7  name: tags (!name) are not allowed"),
        ("name: small", "name: *a", "1:7  name: aliases (*name) are not allowed"),
        ("name: small", "name: small\nname: large", "2:1  name: this key stands on line 1 already"),
        ("name: small", "name: small\n---", "2:1  a second document begins here"),
        ("name: small", "name: [", "3:11  not YAML: expected ',' or ']', but got ':'"),
        ("name: small", "name: \x02", "1:1  not YAML: unacceptable character"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(old: str, new: str, line: str) -> None:
    """Whatever is wrong, the message says where it stands and what to write instead."""
    assert old in GOOD

    assert [told for told in problems(GOOD.replace(old, new, 1)) if told.startswith(f"plan.yaml:{line}")]


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody mends a file one error at a time."""
    broken = GOOD.replace("60 s", "60").replace("accept: 0.5", "acept: 0.5").replace("2 h", "0 s")

    assert [re.split(r"  |: ", told)[1] for told in problems(broken)] == [
        "policy.wrap_up", "callback.accept", "callback.acept", "run.horizon",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n", "null\n"])
def test_what_is_no_mapping_is_no_scenario(text: str) -> None:
    """An empty file or a list is refused in words, not by a crash."""
    assert problems(text) == ["plan.yaml:1:1  a scenario is a mapping that begins with a name"]


def test_yaml_is_1_2() -> None:
    """`no` is Norwegian, not false; 010 is ten; 12:30 is no number."""
    assert parse_yaml("[no, 010, 12:30, 0x1F, 1e3, ~, true]", "x").data == ["no", 10, "12:30", 31, 1000.0, None, True]


def test_a_file_and_plain_data_make_the_same_scenario(tmp_path: Path) -> None:
    """Programs build scenarios from dicts; the JSON form that they print reads back as the same scenario."""
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    scenario = load_scenario(path)

    again = as_scenario(scenario.model_dump(mode="json", by_alias=True, exclude_none=True))

    assert again == scenario


def test_plain_data_has_errors_without_lines() -> None:
    """Where there is no file there is a path alone."""
    with pytest.raises(BadDocument, match=r"(?m)^scenario  run: missing; it has no default$"):
        as_scenario({"name": "x"})


def test_the_schema_allows_what_the_loader_allows() -> None:
    """The exported JSON Schema knows the short forms and refuses unknown keys as the loader does."""
    schema = Scenario.model_json_schema(by_alias=True)
    laws = schema["$defs"]["DurationLaw"]["anyOf"]

    assert json.loads(json.dumps(schema)) == schema
    assert (laws[0]["type"], re.fullmatch(laws[0]["pattern"], "30 s") is not None) == ("string", True)
    assert schema["additionalProperties"] is False


def test_the_model_is_on_the_run_s_clock_and_compressed() -> None:
    """Ten times faster: rates x 10, durations / 10, times from the start of the run; the offer time-out stays real."""
    model = build(parse_scenario(GOOD))

    morning, afternoon = model.streams
    assert morning.begins.tolist() == [0.0, 0.0, 180_000.0, 360_000.0]
    assert (morning.rates * 3_600_000).tolist() == pytest.approx([50.0, 100.0, 200.0])
    assert morning.passed.tolist() == pytest.approx([0.0, 0.0, 5.0, 15.0])
    assert (afternoon.begins.tolist(), afternoon.passed.tolist()) == ([0.0, 720_000.0], [0.0, pytest.approx(12.0)])
    assert morning.handle_time == LawNumbers(
        Law.LOGNORMAL, pytest.approx(24_000 / np.sqrt(2)), pytest.approx(np.sqrt(np.log(2)))
    )
    assert afternoon.handle_time == LawNumbers(Law.ERLANG, 18_000.0, 3.0)
    assert (model.wrap_up, model.patience) == (LawNumbers(Law.FIXED, 1_500.0), LawNumbers(Law.EXPONENTIAL, 12_000.0))
    assert (model.horizon_ms, model.service_level_ms) == (720_000, 6_000)
    assert (model.groups[0].begins_ms, model.groups[0].ends_ms) == (0, 360_000)
    assert (model.policy.wrap_up.chat, model.policy.short_abandon, model.policy.offer_timeout) == (6_000, 1_000, 20_000)


@pytest.mark.parametrize(
    ("law", "mean", "deviation"),
    [
        ({"weibull": {"mean": "4 min", "shape": 2.0}}, 240, 240 * math.sqrt(4 / math.pi - 1)),
        ({"gamma": {"mean": "4 min", "cv": 0.5}}, 240, 120),
        ({"hyperexponential": {"mean": "4 min", "cv": 2.0}}, 240, 480),
    ],
)
def test_a_law_is_drawn_with_the_mean_and_the_spread_that_were_written(
    law: dict[str, Any], mean: float, deviation: float
) -> None:
    """Also at ten times the speed, where only what is a duration is divided."""
    numbers = compressed(DurationLaw.model_validate(law).numbers(), 10)
    sample = np.empty(100_000, dtype=np.int64)
    fill_durations(prefix(1, 0, Purpose.HANDLE_TIME), 0, 0, int(numbers.law), numbers.a, numbers.b, sample)

    assert mean_ms(numbers) == pytest.approx(mean * 100)
    assert sample.mean() == pytest.approx(mean * 100, rel=0.03)
    assert sample.std() == pytest.approx(deviation * 100, rel=0.03)
