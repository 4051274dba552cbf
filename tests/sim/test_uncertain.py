"""Numbers that are not known exactly: drawn anew for every replication, the same for every plan, told in the result."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.model import build, drawn
from sim.problems import BadDocument
from sim.run import replicate, simulate
from sim.scenario_file import as_scenario
from sim.uncertain import Uncertain
from sim.verify import textbook
from tests.sim.test_twin import DESK, changed

UNCERTAIN = {"demand.scale": 0.1, "patience.exponential": 0.3, "callback.accept": 0.2}


def uncertain(entries: dict[str, float] | None = None, **parts: Any) -> dict[str, Any]:
    """The busy desk of which some numbers are not known exactly."""
    return {**changed(**parts), "uncertain": UNCERTAIN if entries is None else entries}


def numbers(entries: dict[str, float], replications: int = 200) -> list[Any]:
    """The scenario of every replication."""
    found = Uncertain.of(as_scenario(uncertain(entries)))
    assert found is not None
    return [found.drawn(5, each) for each in range(replications)]


def test_a_number_has_the_mean_and_the_error_that_the_file_says() -> None:
    """Over many replications: mean as written, standard deviation the error, never below 0 (|z| <= 4)."""
    values = np.array([one.patience.exponential for one in numbers({"patience.exponential": 0.3})]) / 240_000

    assert abs(values.mean() - 1) < 4 * 0.3 / math.sqrt(len(values))
    assert values.std() == pytest.approx(0.3, rel=0.2)
    assert values.min() > 0


def test_a_share_stays_a_share() -> None:
    """Its odds are drawn, so that even a large error never leaves 0 to 1; its own error is as said."""
    values = np.array([one.callback.accept for one in numbers({"callback.accept": 0.2})])

    assert 0 < values.min() < values.max() < 1
    assert values.std() == pytest.approx(0.06, rel=0.2)


def test_what_was_measured_together_moves_together() -> None:
    """All numbers of a list, and all that a `*` finds, go by one factor."""
    week = {"mon": [30.0, 60.0], "tue": [20.0, 10.0]}
    profile = {"starts": "00:00", "every": "1 h", "week": week}
    stream = {"product": "expense", "language": "en", "profile": "p"}
    data = uncertain({"demand.profiles.*.week.mon": 0.1}, demand={"profiles": {"p": profile}, "streams": [stream]})
    found = Uncertain.of(as_scenario({**data, "calendar": {"date": "2026-11-16"}}))
    assert found is not None

    drawn_week = found.drawn(5, 3).demand.profiles["p"].week
    assert drawn_week is not None
    first, second = drawn_week["mon"]
    assert second / first == pytest.approx(2)
    assert drawn_week["tue"] == [20.0, 10.0]
    assert first != 30


def test_plans_that_are_compared_meet_the_same_unknowns() -> None:
    """A number is drawn by its path, whatever else is uncertain; the rules are decided and never drawn."""
    alone, beside = (
        build(as_scenario(uncertain(entries)))
        for entries in ({"demand.scale": 0.1}, {**UNCERTAIN, "demand.scale": 0.1})
    )

    rates = [drawn(model, 5, 7).streams[0].rates.tolist() for model in (alone, beside)]
    assert rates[0] == rates[1] != alone.streams[0].rates.tolist()
    assert drawn(alone, 5, 7).rules is alone.rules


def test_without_uncertain_numbers_nothing_changes() -> None:
    """The same events as ever: nothing is drawn that was not drawn before."""
    model = build(as_scenario(DESK))

    assert drawn(model, 5, 0) is model


def test_both_engines_draw_the_same_numbers() -> None:
    """The compiled line counts what the twin counts, replication by replication, with numbers of their own."""
    line = textbook.line(3, 2, {"exponential": "2 min"}, {"exponential": "1 min"})
    line = {**line, "run": {"horizon": "2 h"}, "uncertain": {"demand.scale": 0.1, "patience.exponential": 0.3}}
    twin, compiled = (
        build(as_scenario({**line, "run": {**line["run"], "engine": name}})) for name in ("twin", "kernel")
    )

    for replication in (0, 1):
        assert replicate(twin, 5, replication) == replicate(compiled, 5, replication)


def test_the_result_tells_what_is_not_known(tmp_path: Path) -> None:
    """Intervals with it and without, its share, and whose it is; a resumed run tells the same, byte by byte."""
    scenario = as_scenario(uncertain(run={"horizon": "1 h", "seed": 5}))
    result = simulate(scenario, replications=8, out=tmp_path)
    simulate(scenario, replications=6, out=tmp_path / "again")
    resumed = simulate(scenario, replications=8, out=tmp_path / "again", resume=True)

    told = json.loads(result.to_json())
    level = told["uncertain"]["sl_offered"]
    assert list(level) == ["ci_luck", "ci", "share", "by"]
    assert list(level["by"]) == list(UNCERTAIN)
    assert (told["targets"]["sl_offered"]["ci"][0], resumed.to_json()) == (max(level["ci"][0], 0), result.to_json())
    assert "What is not known" in next(tmp_path.glob("busy-*/report.html")).read_text(encoding="utf-8")
    assert "<b>busy</b>" in result._repr_html_()


@pytest.mark.parametrize(
    ("path", "error", "told"),
    [
        ("policy.wrap_up", 0.1, "only what is measured can be uncertain; it stands in demand, people, work"),
        ("patience.weibull.mean", 0.1, "there is nothing of that name in the scenario"),
        ("people.first.agents", 0.1, "6 is no measured number, but a decision or a word"),
        ("work.handle_time", 0.1, "name one of its numbers: lognormal"),
        ("people.first.decline", 0.1, "a share of 0 or 1 is certain"),
        ("demand..scale", 0.1, "'demand..scale' is no path"),
        ("work.slow_down", 0.1, "4 standard errors away it would be no scenario"),
        ("demand.scale", 1.5, "less than or equal to 1"),
    ],
)
def test_what_cannot_be_uncertain_is_refused(path: str, error: float, told: str) -> None:
    """The file is refused with the place and the reason, before anything runs."""
    with pytest.raises(BadDocument) as problem:
        as_scenario(uncertain({path: error}))

    assert told in str(problem.value)
    assert "uncertain" in str(problem.value)


def test_what_needs_everything_known_says_so() -> None:
    """Control variates go by known arrivals, a steady run by one set of numbers."""
    from sim.long_run import simulate_steady

    scenario = as_scenario(uncertain())
    with pytest.raises(ValueError, match="'uncertain' numbers"):
        simulate(scenario, replications=2, reduce=True)
    with pytest.raises(ValueError, match="one set of numbers"):
        simulate_steady(scenario)
