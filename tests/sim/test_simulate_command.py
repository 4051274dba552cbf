"""`ringback simulate`: what is printed where, and with which exit code."""

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from sim import run, simulate_command
from sim.long_run import simulate_steady
from sim.report import report
from sim.run import simulate as run_simulation
from sim.scenario_file import load_scenario, parse_scenario
from sim.simulate_command import Options, simulate

SCENARIOS = Path(__file__).parents[2] / "scenarios"

SMALL = """\
name: small
policy: {products: [expense, travel], languages: [en]}
demand:
  streams:
    - {product: expense, language: en, per_hour: 30}
    - {product: travel, language: en, per_hour: 3}
people:
  all: {agents: 5, products: [expense, travel], languages: [en]}
work: {handle_time: {exponential: 6 min}}
patience: {exponential: 3 min}
callback: {accept: 0.2}
assumed: ["all of it"]
run: {horizon: 1 h, replications: 4, seed: 3}
"""
MEASURES = [
    "offered", "served", "abandoned", "converted", "sl_offered", "asa", "wait_p50", "wait_p90", "occupancy",
    "callback_wait_mean", "silent", "abandonment_true", "silent_handle", "case_kept", "abandonment", "shut",
    "sl_late", "sl_kind", "sl_served", "callbacks", "callbacks_kept", "callbacks_late", "callback_kept",
    "callback_reach", "callback_lost", "queue",
    "agents", "agents_busy", "occupancy_contacts", "incident", "cases", "cases_done", "overtime",
]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def printed(text: str) -> str:
    """The report of a scenario, as plain text of 100 columns."""
    scenario = parse_scenario(text)
    out = io.StringIO()
    Console(file=out, width=100).print(report(run_simulation(scenario)))
    return out.getvalue()


def test_json_is_one_object_of_the_agreed_shape(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read it: these keys, in this order, and nothing else on standard output."""
    assert simulate(small, None, None, True) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)

    assert err == ""
    keys = ["schema_version", "scenario", "engine", "seed", "replications", "measures", "lines", "targets"]
    assert list(result) == keys
    assert [result[key] for key in list(result)[:5]] == [1, "small", "twin", 3, 4]
    assert list(result["lines"]) == ["expense/en", "travel/en"]
    for measures in (result["measures"], *result["lines"].values()):
        assert list(measures) == MEASURES
        assert all(list(one) == ["mean", "ci", "unit", "definition"] for one in measures.values())
    level = result["measures"]["sl_offered"]
    assert 0 <= level["ci"][0] <= level["mean"] <= level["ci"][1] <= 1


def test_the_same_seed_prints_the_same_bytes(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Equal input, equal bytes; another seed, other bytes."""
    outputs = []
    for seed in (7, 7, 8):
        assert simulate(small, 2, seed, True) == 0
        outputs.append(capsys.readouterr().out)

    assert outputs[0] == outputs[1] != outputs[2]


def test_one_replication_has_no_interval(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ci` is null where there is but one run, and so is a mean of nothing."""
    assert simulate(small, 1, None, True) == 0
    measures = json.loads(capsys.readouterr().out)["measures"]

    assert [one["ci"] for one in measures.values()] == [None] * len(MEASURES)


def test_people_get_the_answer_first_with_definitions_and_n() -> None:
    """Target, interval, every definition and the assumptions stand in the report."""
    text = printed(SMALL)

    assert text.startswith("small: service level ")
    assert "within 60 s, target 80 %" in text.splitlines()[0]
    for part in ("Left out of the service level: short abandons", "By line", "Definitions", "Assumed", "all of it"):
        assert part in text


def test_a_share_of_few_contacts_is_a_count() -> None:
    """Below 20 contacts it is "3 of 4", never 75 %."""
    text = printed(SMALL.replace("per_hour: 30", "per_hour: 0"))

    assert re.match(
        r"small: service level \d+ of 1?\d within 60 s, target 80 %: too few to tell$", text.splitlines()[0]
    )
    assert re.search(r"service level, 60 s +\d+ of 1?\d +1?\d$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_text(SMALL.replace("agents:", "agnets:")), "agnets: unknown key. Did you mean 'age"),
        (lambda path: path.write_text("\x00"), "not YAML"),
        (lambda path: path.unlink(), "cannot be read: No such file or directory"),
    ],
    ids=["mistake", "not yaml", "no file"],
)  # fmt: skip
def test_bad_input_is_told_on_standard_error(small: Path, capsys: pytest.CaptureFixture[str], spoil, told: str) -> None:  # type: ignore[no-untyped-def]
    """Exit code 2, the reason on standard error, nothing on standard output."""
    spoil(small)

    assert simulate(small, None, None, True) == 2
    out, err = capsys.readouterr()
    assert (out, told in err) == ("", True)


def test_impossible_numbers_are_bad_input(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So are replications and seeds that cannot be."""
    assert simulate(small, 0, None, True) == 2
    assert "replications must be between 1 and 10,000" in capsys.readouterr().err


def test_ctrl_c_cancels_and_writes_nothing(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 130, and no half result on standard output."""
    replicate = run.replicate

    def interrupted(*args: object) -> object:
        if args[2] == 1:
            raise KeyboardInterrupt
        return replicate(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "replicate", interrupted)

    assert simulate(small, None, None, True) == simulate_command.CANCELLED == 130
    out, err = capsys.readouterr()
    assert (out, err) == ("", "cancelled; nothing was written\n")


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_scenarios_that_ship_can_run(path: Path) -> None:
    """Each file in the folder is a scenario without a mistake, and says where its numbers come from."""
    scenario = parse_scenario(path.read_text(encoding="utf-8"), str(path))

    assert scenario.name == path.stem
    assert scenario.sources or scenario.assumed


def test_a_precision_ends_the_run(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stops at the first look at which every named measure is precise, or at the cap, and says which."""
    wide = Options(precision=0.2, measures=("sl_offered", "offered"))
    out_of_reach = Options(precision=0.001, replications=33)

    assert simulate(small, None, None, True, wide) == simulate(small, None, None, True, out_of_reach) == 0
    first, second = capsys.readouterr().out.split("\n}\n{")
    assert 30 <= json.loads(first + "}")["replications"] < 100
    assert json.loads("{" + second)["replications"] == 33


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (Options(precision=0.02, measures=("sl",)), "unknown measure 'sl'; known: offered, served"),
        (Options(precision=2), "must be between 0 and 1"),
        (Options(precision=0.02, replications=10), "at most 30 to 10,000"),
        (Options(steady=True, reduce=True), "--steady makes one long run"),
        (Options(steady=True), "half of the run would be warm-up|are too few"),
        (Options(resume=True), "name it with --out"),
    ],
)
def test_options_that_do_not_fit_are_bad_input(
    small: Path, capsys: pytest.CaptureFixture[str], options: Options, told: str
) -> None:
    """Each is named on standard error, with exit code 2."""
    small.write_text(SMALL.replace("horizon: 1 h", "horizon: 5 s"), encoding="utf-8")

    assert simulate(small, None, None, True, options) == 2
    out, err = capsys.readouterr()
    assert (out, re.search(told, err) is not None) == ("", True)


def test_a_steady_run_tells_its_warm_up_and_batches(tmp_path: Path) -> None:
    """One long run of M/M/c+M: the known share of abandons lies within its interval."""
    path = tmp_path / "line.yaml"
    text = (SCENARIOS / "erlang-a.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("horizon: 24 h", "horizon: 8 h"), encoding="utf-8")
    result = simulate_steady(load_scenario(path))
    abandonment = result.measure("abandonment")

    assert re.search(r"warm-up of [\d,]+ s left out \(MSER-5: .*, 20 batches of", result.how)
    assert result.replications == 20
    assert abandonment.limits is not None
    assert abandonment.limits[0] < 0.073679 < abandonment.limits[1]


def test_a_cancelled_run_is_kept_and_goes_on(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C keeps what is finished; --resume runs the rest only, and prints the bytes of an uninterrupted run."""
    assert simulate(small, None, None, True) == 0
    whole = capsys.readouterr().out
    replicate, ran = run.replicate, []

    def interrupted(*args: object) -> object:
        ran.append(args[2])
        if ran == [0, 1, 2]:
            raise KeyboardInterrupt
        return replicate(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "replicate", interrupted)
    kept = Options(out=tmp_path / "runs", resume=True)

    assert simulate(small, None, None, True, kept) == 130
    out, err = capsys.readouterr()
    assert (out, "cancelled after 2 of 4 replications; they are kept in" in err) == ("", True)
    assert simulate(small, None, None, True, kept) == 0
    out, err = capsys.readouterr()
    assert (out, ran) == (whole, [0, 1, 2, 2, 3])
    assert "took over 2 finished replications" in err


def test_variance_reduction_is_told_with_what_it_added(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each technique of each mean or ratio: an interval, and a share that may be below 0."""
    assert simulate(small, 40, None, True, Options(replications=40, reduce=True)) == 0
    reduced = json.loads(capsys.readouterr().out)["reduced"]

    assert "wait_p90" not in reduced
    assert list(reduced["sl_offered"]) == ["arrivals", "arrivals and Erlang A", "busyness"]
    # The number of contacts is its own control: nothing of its variance is left, and its mean is the expected one.
    assert reduced["offered"]["arrivals"]["variance_removed"] == pytest.approx(1)
    assert reduced["offered"]["arrivals"]["mean"] == pytest.approx(33)
    assert reduced["sl_offered"]["busyness"]["ci"][0] < reduced["sl_offered"]["busyness"]["mean"]
