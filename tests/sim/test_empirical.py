"""Laws as they were seen: lists of durations and histograms, drawn like any other law."""

from typing import Any

import numpy as np
import pytest

from sim.drawing import drawn_ms, fill_drawn
from sim.draws import Purpose, prefix
from sim.durations import DurationLaw, compressed, mean_ms
from sim.kernel.scope import OutOfScope
from sim.model import build
from sim.problems import BadDocument
from sim.run import ready, replicate
from sim.scenario_file import as_scenario
from tests.sim.test_twin import changed

START = prefix(3, 0, Purpose.HANDLE_TIME)
SEEN = {"values": ["10 s", "10 s", "40 s", "2 min"]}
CLASSES = {"classes": [{"to": "10 s", "share": 3}, {"to": "20 s", "share": 0}, {"to": "1 min", "share": 1}]}


def sample(law: dict[str, Any], count: int = 20_000) -> Any:
    """Many draws of an empirical law, ms."""
    out = np.empty(count, dtype=np.int64)
    fill_drawn(START, 1, DurationLaw.model_validate({"empirical": law}).numbers(), out)
    return out


def test_values_come_as_often_as_they_were_seen() -> None:
    """Each of a list is drawn exactly as it stands there, twice as often where it stands twice (|z| <= 4)."""
    values, counts = np.unique(sample(SEEN), return_counts=True)

    assert values.tolist() == [10_000, 40_000, 120_000]
    assert counts / 20_000 == pytest.approx([0.5, 0.25, 0.25], abs=4 * 0.5 / 20_000**0.5)


def test_a_histogram_has_its_shares_and_its_mean() -> None:
    """Within a class anything is equally likely; a class that nobody was seen in stays empty."""
    drawn = sample(CLASSES)
    mean = mean_ms(DurationLaw.model_validate({"empirical": CLASSES}).numbers())

    assert mean == 0.75 * 5_000 + 0.25 * 40_000
    assert drawn.mean() == pytest.approx(mean, rel=0.03)
    assert not ((10_000 < drawn) & (drawn < 20_000)).any()
    assert (drawn <= 10_000).mean() == pytest.approx(0.75, abs=0.015)


def test_one_by_one_and_in_blocks_the_draws_are_the_same() -> None:
    """However a customer's duration is asked for, it is the one of its key; compressed it is that much shorter."""
    law = DurationLaw.model_validate({"empirical": CLASSES}).numbers()

    assert [drawn_ms(START, 1 + each, 0, law) for each in range(50)] == sample(CLASSES, 50).tolist()
    assert drawn_ms(START, 7, 0, compressed(law, 10)) == round(drawn_ms(START, 7, 0, law) / 10, 0)


def test_a_single_class_is_the_uniform_law() -> None:
    """The same events, whichever of the two a scenario says; and one value alone is a fixed duration."""
    pairs = [
        ({"uniform": {"from": "0 s", "to": "8 min"}}, {"classes": [{"to": "8 min", "share": 1}]}),
        ("5 min", {"values": ["5 min"]}),
    ]
    for law, seen in pairs:
        plain, table = (
            as_scenario(changed(work={"handle_time": one}, run={"horizon": "30 min"}))
            for one in (law, {"empirical": seen})
        )
        assert replicate(build(plain), 5, 0) == replicate(build(table), 5, 0)


def test_the_kernel_refuses_what_it_has_no_table_for() -> None:
    """By name, wherever the law stands, before anything runs."""
    data = changed(people={"first": {**changed()["people"]["first"], "answer_delay": {"empirical": SEEN}}})

    with pytest.raises(OutOfScope, match="laws as they were seen"):
        ready(as_scenario({**data, "run": {**data["run"], "engine": "kernel"}}))


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ({}, "give either 'values' or 'classes'"),
        ({**SEEN, **CLASSES}, "give either 'values' or 'classes'"),
        ({"classes": [{"to": "1 min", "share": 1}, {"to": "30 s", "share": 1}]}, "each 'to' must be longer"),
        ({"classes": [{"to": "1 min", "share": 0}]}, "the shares are all 0"),
    ],
)
def test_what_is_no_law_is_refused(law: dict[str, Any], told: str) -> None:
    """With the place, before anything runs."""
    with pytest.raises(BadDocument, match=told):
        as_scenario(changed(work={"handle_time": {"empirical": law}}))
