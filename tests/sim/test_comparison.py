"""Plans against the same customers: what is told apart, what is not, and what is refused."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sim import compare, compare_command, run
from sim.compare_command import Options
from sim.compare_command import compare as command
from sim.compare_report import report
from sim.comparison import NotComparable, comparison_of, prepare, same_customers, unique_names
from sim.problems import BadDocument
from sim.scenario_file import as_scenario
from sim.settings import changed, described, parse_settings, plain
from sim.words import finding
from tests.sim.test_simulate_command import SMALL
from tests.sim.test_twin import DESK, staffed

SHORT: dict[str, Any] = {"horizon": "1 h", "replications": 12, "seed": 3}
NOW = as_scenario(staffed(4, run=SHORT))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_more_agents_are_told_apart_and_common_customers_narrow_it() -> None:
    """Six more agents lift the service level; the customers are the same, so much of the variance is gone."""
    found = compare(NOW, changed(NOW, "people.first.agents=10"), names=["now", "+6 agents in first"])
    level = found.differing(1, "sl_offered")

    assert found.differing(1, "offered").difference.estimate.mean == 0
    assert level.difference.told
    assert (level.difference.removed or 0) > 0.2
    assert finding(found, 1).startswith("+6 agents in first lift service level, 60 s from ")
    assert level.runs_to_tell is None


def test_the_same_plan_twice_is_equal() -> None:
    """No difference in any replication, and no number of replications that would find one."""
    found = compare(NOW, NOW, replications=3)
    level = found.differing(1, "sl_offered")

    assert found.names == ["busy (1)", "busy (2)"]
    assert (level.difference.estimate.mean, level.difference.told, level.runs_to_tell) == (0.0, False, None)
    assert "no difference in any replication" in finding(found, 1)


def test_what_is_not_told_apart_says_what_would_tell() -> None:
    """A hair's breadth of patience: not told apart, with about how many replications would."""
    found = compare(NOW, changed(NOW, "patience.exponential=260 s"), replications=10)
    level = found.differing(1, "sl_offered")

    assert not level.difference.told
    assert level.runs_to_tell is not None
    assert "not told apart" in finding(found, 1)
    assert "would tell a difference of this size" in finding(found, 1)


def test_one_replication_tells_nothing() -> None:
    """Without a second replication there is no interval, and nothing pretends otherwise."""
    found = compare(NOW, changed(NOW, "people.first.agents=10"), replications=1)

    assert found.differing(1, "sl_offered").difference.estimate.low is None
    assert "one replication cannot tell luck apart" in finding(found, 1)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("run.horizon=2 h", "run.horizon (3600 s and 7200 s)"),
        ("targets={service_level: {within: 30 s}}", "targets.service_level.within (60 s and 30 s)"),
        ("run.compress=2.0", "run.compress (1 and 2)"),
        ("run.warm_up=5 min", "run.warm_up"),
        ('calendar.starts="08:00"', "calendar.starts"),
    ],
)
def test_plans_that_measure_different_things_are_refused(settings: str, told: str) -> None:
    """Another time or another T would compare apples with pears; what differs is named."""
    with pytest.raises(NotComparable) as caught:
        prepare([NOW, changed(NOW, settings)])
    assert told in str(caught.value)


def test_a_comparison_needs_two_to_twelve_plans_with_as_many_names() -> None:
    """One plan is nothing to compare, and thirteen nobody reads."""
    for plans in ([NOW], [NOW] * 13):
        with pytest.raises(NotComparable, match="2 to 12 plans"):
            prepare(plans)
    with pytest.raises(ValueError, match="1 names do not fit 2 plans"):
        unique_names([NOW, NOW], ["now"])


def test_other_streams_are_other_customers() -> None:
    """Only plans with the same streams in the same order meet the same customers."""
    turned = as_scenario({**DESK, "demand": {"streams": DESK["demand"]["streams"][::-1]}, "run": SHORT})

    assert same_customers([NOW, changed(NOW, "demand.streams[0].per_hour=50")])
    assert not same_customers([NOW, turned])


# --- settings


def test_settings_change_what_they_name() -> None:
    """A number, a list's part, several at once, a section that was left out."""
    new = changed(
        NOW, 'people.first.agents=9; demand.streams[1].per_hour=5; people.second.shift={from: "00:00", to: "00:30"}'
    )

    assert (new.people["first"].agents, new.demand.streams[1].per_hour) == (9, 5.0)
    assert new.people["second"].shift is not None
    assert changed(NOW, "people.first.agents=4") == NOW == as_scenario(plain(NOW))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("people.frist.agents=9", "people.frist: is not in the scenario. Did you mean 'first'?"),
        ("people.first.agnets=9", "people.first.agnets: unknown key. Did you mean 'agents'?"),
        ("people.first.agents=many", "people.first.agents: should be a valid integer, not 'many'"),
        ("people.first.agents=-1", "people.first.agents: should be greater than or equal to 0, not -1"),
        ("demand.streams[7].per_hour=1", "demand.streams[7]: there are 2 here, numbered from 0"),
        ("name.x.y=1", "name.x: nothing can stand under name"),
        ("people.first.agents", "write it as path=value"),
        ("people..agents=1", "'people..agents' is no path"),
        ("people.first.agents=[1", "not YAML"),
    ],
)
def test_mistaken_settings_are_told(settings: str, told: str) -> None:
    """As a file's mistakes are: where, what is wrong, and what may be meant."""
    with pytest.raises(BadDocument) as caught:
        changed(NOW, settings)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"--set {settings}")


def test_changes_are_told_in_words() -> None:
    """Agents as so many more or fewer, with their hours; anything else as from what to what."""
    early = changed(NOW, "people.early.agents=3")

    assert described(early, "people.early.agents=5") == "+2 agents in early 00:00-01:00"
    assert described(NOW, "people.first.agents=3") == "-1 agent in first"
    assert described(NOW, "patience.exponential=5 min") == "patience.exponential: 4 min to 5 min"
    assert described(NOW, "people.first.agents=6; people.second.chats=2") == (
        "+2 agents in first, people.second.chats: 1 to 2"
    )
    assert [one.path for one in parse_settings("a.b[0][1]=1;c=2")] == [("a", "b", 0, 1), ("c",)]


# --- the command


def test_json_is_one_object_of_the_agreed_shape(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read it: plans and differences, each with its measures, and nothing else on standard output."""
    assert command([small], ["people.all.agents=7"], True, Options()) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)

    assert err == ""
    assert list(found) == [
        "schema_version", "engine", "seed", "replications", "complete", "plans", "differences",
    ]  # fmt: skip
    assert [plan["name"] for plan in found["plans"]] == ["small", "people.all.agents=7"]
    level = found["differences"][0]["measures"]["sl_offered"]
    assert list(level) == [
        "difference", "ci", "distinguishable", "replications_to_tell", "variance_removed", "unit",
    ]  # fmt: skip
    assert level["ci"][0] <= level["difference"] <= level["ci"][1]
    assert list(found["differences"][0]["lines"]) == ["expense/en", "travel/en"]


def test_people_get_the_answer_first(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, then both plans side by side, how much the customers helped, and what each number means."""
    assert command([small], ["people.all.agents=1"], False, Options()) == 0
    out = capsys.readouterr().out

    assert out.startswith("-4 agents in all lower service level, 60 s from ")
    for part in ("people.all.agents=1 against small", "told apart", "Common customers ", "Definitions", "by line"):
        assert part in out


def test_files_are_compared_by_name(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files; streams in another order are told, because then the customers are not the same."""
    other = tmp_path / "other.yaml"
    expense, travel = (line for line in SMALL.splitlines() if "per_hour" in line)
    swapped = SMALL.replace(f"{expense}\n{travel}", f"{travel}\n{expense}")
    other.write_text(swapped.replace("name: small", "name: other"), encoding="utf-8")

    assert command([small, other], [], True, Options(replications=3)) == 0
    out, err = capsys.readouterr()
    assert [plan["name"] for plan in json.loads(out)["plans"]] == ["small", "other"]
    assert "other customers come to each of them" in err


@pytest.mark.parametrize(
    ("files", "settings", "options", "told"),
    [
        (1, [], Options(), "name a second scenario file"),
        (2, ["people.all.agents=7"], Options(), "name one file only"),
        (1, ["people.al.agents=7"], Options(), "Did you mean 'all'?"),
        (1, ["run.horizon=2 h"], Options(), "the plans differ in run.horizon"),
        (1, ["people.all.agents=7"], Options(replications=0), "replications must be between 1"),
        (1, ["people.all.agents=7"], Options(resume=True), "name it with --out"),
    ],
)
def test_bad_input_is_told_on_standard_error(
    small: Path, capsys: pytest.CaptureFixture[str], files: int, settings: list[str], options: Options, told: str
) -> None:
    """Exit code 2, the reason on standard error, nothing on standard output."""
    assert command([small] * files, settings, True, options) == 2
    out, err = capsys.readouterr()
    assert (out, told in err) == ("", True)


def test_ctrl_c_gives_what_is_finished_and_says_so(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 130, the finished replications on standard output, and that they are not all on standard error."""
    replicate = run.replicate

    def interrupted(*args: object) -> object:
        if args[2] == 2:
            raise KeyboardInterrupt
        return replicate(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "replicate", interrupted)

    assert command([small], ["people.all.agents=7"], True, Options()) == 130
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["replications"], found["complete"]) == (2, False)
    assert "cancelled after 2 of 4 replications; this is what they say" in err


def test_ctrl_c_before_anything_is_finished_prints_nothing(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then there is nothing to say."""

    def interrupted(*args: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "replicate", interrupted)

    assert command([small], ["people.all.agents=7"], True, Options()) == compare_command.CANCELLED
    assert capsys.readouterr() == ("", "cancelled; nothing was written\n")


def test_a_report_of_many_plans_names_each() -> None:
    """Every plan has its sentence and its table."""
    plans = [NOW, changed(NOW, "people.first.agents=5"), changed(NOW, "people.first.agents=6")]
    experiment = prepare(plans, replications=2)
    experiment.run()
    out = io.StringIO()
    Console(file=out, width=120).print(report(comparison_of(experiment, ["now", "five", "six"])))
    text = out.getvalue()

    assert "five against now" in text
    assert "six against now" in text
