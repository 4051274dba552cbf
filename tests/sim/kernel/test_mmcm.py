"""The loop for one simple line counts what the twin counts, number for number, and refuses every other model."""

from dataclasses import replace
from typing import Any

import pytest

from sim.kernel import mmcm
from sim.model import Model, build
from sim.run import replicate
from sim.scenario_file import as_scenario

LINE: dict[str, Any] = {
    "name": "line",
    "policy": {
        "products": ["expense"],
        "languages": ["en"],
        "wrap_up": "20 s",
        "short_abandon": "5 s",
        "routing": {"queue_limit": 4},
    },
    "demand": {"streams": [{"product": "expense", "language": "en", "per_hour": 260}]},
    "people": {"agents": {"agents": 9, "products": ["expense"], "languages": ["en"]}},
    "work": {
        "handle_time": {"lognormal": {"mean": "150 s", "cv": 0.8}},
        "wrap_up": {"uniform": {"from": "0 s", "to": "30 s"}},
    },
    "patience": {"exponential": "60 s", "at_once": 0.1},
    "run": {"horizon": "2 h", "warm_up": "10 min", "end": "cut", "seed": 3},
}


def changed(**parts: dict[str, Any]) -> dict[str, Any]:
    """The line with some keys of its sections replaced."""
    return {**LINE, **{key: {**LINE.get(key, {}), **part} for key, part in parts.items()}}


def model(data: dict[str, Any]) -> Model:
    """What an engine runs."""
    return build(as_scenario(data))


PLAIN = {"wrap_up": 0, "short_abandon": 0, "routing": {"queue_limit": 1_000_000}}
CASES: dict[str, dict[str, Any]] = {
    "everything that it does": LINE,
    "to the end": changed(run={"end": "drain"}),
    "too few people, for ever patient": {
        **changed(policy={"routing": {"queue_limit": 100_000}}, run={"end": "drain"}),
        "people": {"agents": {"agents": 2, "products": ["expense"], "languages": ["en"]}},
        "patience": "never",
    },
    "rates that change, and days that differ": {
        **LINE,
        "demand": {
            "profiles": {"hump": {"every": "30 min", "per_hour": [100, 400, 250, 50]}},
            "busyness": {"alpha": 4.0},
            "streams": [{"product": "expense", "language": "en", "profile": "hump"}],
        },
    },
    "whole seconds, so that much happens at once": {
        **changed(policy=PLAIN),
        "work": {"handle_time": "120 s"},
        "patience": "40 s",
        "people": {"agents": {"agents": 6, "products": ["expense"], "languages": ["en"]}},
    },
}


@pytest.mark.parametrize("name", CASES)
def test_the_loop_counts_what_the_twin_counts(name: str) -> None:
    """Same draws, same counts, waits, times and quantiles, in all and interval by interval."""
    line = model(CASES[name])
    assert mmcm.obstacle(line) is None

    for replication, every in ((0, None), (1, 1_000_000)):
        assert mmcm.replicate(line, 3, replication, every) == replicate(line, 3, replication, every)


def test_the_cases_reach_every_count() -> None:
    """The comparison means something: people wait, leave soon and late, are turned away, and are cut off."""
    total = mmcm.replicate(model(LINE), 3, 0).total

    for name in ("served", "served_in_time", "abandoned", "short_abandoned", "blocked", "wait_ms", "queue_ms"):
        assert getattr(total, name) > 0, name
    assert total.served > total.served_in_time
    assert mmcm.replicate(model(CASES["too few people, for ever patient"]), 3, 0).total.wait_p90_ms > 4_096_000


def test_the_compiled_engine_chooses_the_loop_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with the compiled engine takes the loop where the model allows it, and nobody need ask for it."""
    line = replace(model(LINE), engine="kernel")
    seen: list[int] = []
    really = mmcm.replicate
    monkeypatch.setattr(mmcm, "replicate", lambda *run: (seen.append(run[2]), really(*run))[1])

    assert replicate(line, 3, 0) == really(line, 3, 0)
    assert seen == [0]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"people": {"others": LINE["people"]["agents"]}}, "more than one"),
        ({"people": {"agents": {**LINE["people"]["agents"], "chats": 2}}}, "several contacts"),
        ({"people": {"agents": {**LINE["people"]["agents"], "answer_delay": "3 s"}}}, "answer late"),
        ({"people": {"agents": {**LINE["people"]["agents"], "decline": 0.1}}}, "not taken"),
        ({"people": {"agents": {**LINE["people"]["agents"], "absence": 0.1}}}, "absence"),
        ({"people": {"agents": {**LINE["people"]["agents"], "handle_factor": 1.1}}}, "pace"),
        ({"people": {"agents": {**LINE["people"]["agents"], "shift": {"from": "00:00", "to": "01:00"}}}}, "shifts"),
        ({"callback": {"accept": 0.5}}, "callbacks"),
        ({"patience": {"silent": 0.1}}, "silently"),
        ({"demand": {"retrial": {"share": 0.5, "delay": "5 min"}}}, "come again"),
        ({"policy": {"routing": {"join_empty": "signed_out"}}}, "empty"),
    ],
)
def test_a_model_with_anything_else_is_refused(parts: dict[str, Any], reason: str) -> None:
    """What the loop does not do is named, and never left out in silence."""
    other = model(changed(**parts))

    assert reason in str(mmcm.obstacle(other))
    with pytest.raises(ValueError, match=reason):
        mmcm.replicate(other, 3, 0)
