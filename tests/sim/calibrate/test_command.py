"""`ringback calibrate`: what is printed and written, and with which exit code."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from sim.calibrate_command import calibrate, chosen
from sim.run import simulate
from sim.scenario_file import load_scenario

REST = """\
name: calibrated
calendar: {date: 2026-11-16}
policy: {products: [travel], languages: [fr]}
people: {all: {agents: 30, products: [travel], languages: [fr]}}
work: {handle_time: 5 min}
run: {horizon: 24 h, replications: 4}
"""


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Forty Mondays and Tuesdays of eight half hours."""
    chance = np.random.default_rng(2)
    lines = ["timestamp,calls"]
    for week in range(40):
        for weekday in (0, 1):
            day = date(2026, 1, 5) + timedelta(days=7 * week + weekday)
            factor = chance.gamma(20, 1 / 20)
            lines += [f"{day} {9 + i // 2:02d}:{i % 2 * 30:02d},{chance.poisson(25 * factor)}" for i in range(8)]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_section_is_one_that_simulate_takes(
    counts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer goes to standard output, the section to its file, and the file with the rest is a scenario."""
    out = tmp_path / "demand.yaml"

    assert calibrate(counts, out=out, product="travel", language="fr", scale=0.1) == 0

    told, errors = capsys.readouterr()
    assert told.splitlines()[0] == "80 days, 2026-01-05 to 2026-10-06, 8 periods of 30 min from 09:00 to 13:00"
    assert [line.split()[0] for line in told.splitlines()[1:4]] == ["day", "mon", "tue"]
    assert errors == f"written to {out}\n"
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(REST + out.read_text(encoding="utf-8"), encoding="utf-8")
    loaded = load_scenario(scenario)
    assert loaded.demand.busyness is not None
    assert loaded.uncertain["demand.profiles.fitted.week.mon"] == pytest.approx(0.25 / 40**0.5, rel=0.5)
    assert "demand.busyness.alpha.tue" in loaded.uncertain
    assert 10 < simulate(loaded).total().offered / 4 < 30


def test_json_has_every_number(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read it: estimates with their errors."""
    assert calibrate(counts, days="mon", as_json=True) == 0

    found = json.loads(capsys.readouterr().out)
    assert list(found["weekdays"]) == ["mon"]
    monday = found["weekdays"]["mon"]
    assert abs(monday["alpha"] - 20) < 4 * monday["alpha_error"]
    assert set(found["adjacent_correlation"]) == {"value", "error"}
    assert found["days"] == 40


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"days": "mon,xyz"}, "'xyz' is no weekday; write them like mon,tue or mon-fri"),
        ({"days": "sat-sun"}, "holds none of the days asked for (sat, sun)"),
        ({"every": 45}, "cells of 30 min cannot be put together to periods of 45 min that fill a day"),
        ({"product": "No Name", "out": Path("never.yaml")}, "'No Name' and 'en' make no stream"),
    ],
)
def test_bad_input_is_exit_code_2(
    counts: Path, options: dict[str, object], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said on standard error; nothing is written."""
    assert calibrate(counts, **options) == 2  # type: ignore[arg-type]  # each is of its own type

    assert told in capsys.readouterr().err
    assert not Path("never.yaml").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 for what cannot be read, 1 for what cannot be written."""
    assert calibrate(tmp_path / "nowhere.csv") == 2
    assert "nowhere.csv: cannot be read: No such file" in capsys.readouterr().err


def test_weekdays_are_written_as_people_do() -> None:
    """One by one or from to, also over the end of the week."""
    assert chosen("tue,mon") == ["mon", "tue"]
    assert chosen("sun-tue") == ["mon", "tue", "sun"]
    assert len(chosen("")) == 7
