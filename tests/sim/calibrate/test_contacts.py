"""Patience and handle times from contacts: what was put in comes out, and what a journal tells is what happened."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from router.core import events as ev
from sim.calibrate.contacts import _Seen, read_contacts
from sim.calibrate.patience import fit_patience, survival
from sim.calibrate.work import fit_levels
from sim.calibrate_command import calibrate
from sim.demand.table import BadData
from sim.model import build
from sim.scenario_file import as_scenario
from sim.twin import Twin


def censored(seed: int, law: str, n: int = 2_000) -> tuple[list[float], list[bool]]:
    """Patience of mean 4 min (or median 3 min, sigma 1), seen until a service that comes after 3 min on average."""
    chance = np.random.default_rng(seed)
    patience = chance.exponential(240_000, n) if law == "exponential" else 180_000 * np.exp(chance.standard_normal(n))
    served = chance.exponential(180_000, n)
    return np.minimum(patience, served).tolist(), (patience < served).tolist()


def test_exponential_patience_is_found_again() -> None:
    """Those who left over all the time waited: unbiased, with the error it says, although most were served."""
    fits = [fit_patience(*censored(seed, "exponential", 300)) for seed in range(60)]
    means = np.array([one.mean_ms for one in fits])

    assert means.mean() == pytest.approx(240_000, rel=0.03)
    assert means.std() == pytest.approx(np.mean([one.mean_error_ms for one in fits]), rel=0.3)


def test_lognormal_patience_is_found_again_and_told_from_exponential() -> None:
    """Median and sigma within three standard errors; Akaike's criterion takes the law that was there."""
    found = fit_patience(*censored(1, "lognormal"))

    assert found.median_ms == pytest.approx(180_000, abs=3 * found.median_error_ms)
    assert found.sigma == pytest.approx(1, abs=3 * found.sigma_error)
    assert found.median_error_ms < 10_000
    assert found.lognormal_better
    assert not fit_patience(*censored(1, "exponential")).lognormal_better


def test_kaplan_and_meier_s_own_way_of_counting() -> None:
    """By hand: of five, one leaves at 1, one is served at 2, one leaves at 3, two are served at 4."""
    found = survival(np.array([1.0, 2, 3, 4, 4]), np.array([True, False, True, False, False]))

    assert found.times.tolist() == [1, 3]
    assert found.shares.tolist() == pytest.approx([4 / 5, 4 / 5 * 2 / 3])
    assert found.errors[1] == pytest.approx(8 / 15 * math.sqrt(1 / (5 * 4) + 1 / (3 * 2)))
    assert found.quantile(0.4) == 3
    assert found.quantile(0.5) is None


def busy(**parts: Any) -> Any:
    """A desk of chats in twos, each slower beside another."""
    return as_scenario(
        {
            "name": "busy",
            "policy": {"products": ["expense"], "languages": ["en"], "wrap_up": "10 min"},
            "demand": {"streams": [{"product": "expense", "language": "en", "per_hour": 60}]},
            "people": {"all": {"agents": 4, "products": ["expense"], "languages": ["en"], "chats": 2}},
            "work": {"handle_time": {"exponential": "5 min"}, "slow_down": [1.0, 1.4]},
            "patience": {"exponential": "4 min"},
            "run": {"horizon": "60 h"},
            **parts,
        }
    )


def test_work_by_level_is_what_the_twin_was_told() -> None:
    """Occurrence over exposure gives the handle time at one and at two chats; patience comes back as well."""
    seen = _Seen()
    Twin(build(busy()), 1, 0, lambda now, events: [seen.note(each, now) for each in events]).run()
    contacts = seen.contacts

    one, two = fit_levels(contacts.levels)
    assert one.mean_ms == pytest.approx(300_000, abs=3 * one.error_ms)
    assert two.mean_ms == pytest.approx(420_000, abs=3 * two.error_ms)
    assert two.error_ms < 15_000
    patience = fit_patience([each.wait_ms for each in contacts.waits], [each.left for each in contacts.waits])
    assert patience.mean_ms == pytest.approx(240_000, abs=3 * patience.mean_error_ms)
    assert one.ended + two.ended == sum(map(len, contacts.handled.values()))


def test_a_conversation_handed_on_ends_for_nobody() -> None:
    """A transfer takes its time along, and counts as no end at any level."""
    seen = _Seen()
    queued = {"o": 1, "asc_id": 1, "company_id": 1, "line": "expense/en", "channel": "chat", "priority": 3}
    rest = {"rank": 0, "step": 0, "agreed": False, "claimed_impact": "one", "triage": False}
    seen.note(ev.ContactQueued(contact_id=1, waiting_since=0, for_agent=0, for_agent_until=0, **queued, **rest), 0)  # type: ignore[arg-type]
    seen.note(ev.ContactConnected(1, 2, 1, 7), 1_000)  # type: ignore[arg-type]
    seen.note(ev.ContactTransferred(1, 3, 7, "travel/en", 0, "", 0, 0), 5_000)  # type: ignore[arg-type]

    assert seen.contacts.levels[1].time_ms == 4_000
    assert seen.contacts.levels[1].ended == 0
    assert [(one.wait_ms, one.left) for one in seen.contacts.waits] == [(1_000, False)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of contacts."""
    waits, left = censored(3, "exponential", 400)
    chance = np.random.default_rng(5)
    lines = ["wait_s,outcome,handle_s,product"]
    for wait, gone in zip(waits, left, strict=True):
        handle = "" if gone else f"{chance.lognormal(6, 0.7):.1f}"
        lines.append(f"{wait / 1000:.3f},{'abandoned' if gone else 'served'},{handle},expense")
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_command_takes_contacts_as_well(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same command: a table of contacts gives patience and handle times, and sections that a scenario takes."""
    out = tmp_path / "fitted.yaml"

    assert calibrate(table, out=out) == 0
    assert "exponential: mean" in capsys.readouterr().out
    assert calibrate(table, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)

    exponential = found["patience"]["exponential"]
    assert abs(exponential["mean"] - 240) < 3 * exponential["error"]
    assert found["handle_time"]["expense"]["cv"] == pytest.approx(0.79, abs=0.15)
    fitted = out.read_text(encoding="utf-8")
    assert "exponential:" in fitted
    from ruamel.yaml import YAML

    sections = YAML(typ="safe").load(fitted)
    assert busy(patience=sections["patience"], work=sections["work"]).work.handle_time.lognormal is not None
    errors = sections["uncertain"]
    assert errors["patience.exponential"] == pytest.approx(exponential["error"] / exponential["mean"], rel=0.1)
    assert "work.handle_time_by_product.expense.lognormal.mean" in errors


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("served", "lost", "outcome: 'lost' is none of served, abandoned, converted"),
        ("wait_s,outcome", "wait_s,state", "contacts.csv:1  no column 'outcome'"),
    ],
)
def test_bad_tables_are_told_with_their_line(table: Path, before: str, after: str, told: str) -> None:
    """Whoever wrote the file finds the place."""
    table.write_text(table.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    with pytest.raises(BadData) as problem:
        read_contacts(table)

    assert told in str(problem.value)


def test_few_who_left_say_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nine do not tell how patient people are; how long conversations take is told all the same."""
    path = tmp_path / "contacts.csv"
    path.write_text("wait_s,outcome,handle_s\n5,served,100\n9,served,300\n", encoding="utf-8")
    assert calibrate(path, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["patience"], found["handle_time"]["all"]["mean"]) == (None, 200)
    with pytest.raises(ValueError, match="9 left before they were served, too few"):
        fit_patience([1_000.0] * 20, [True] * 9 + [False] * 11)
