"""`ringback verify`: what is printed where, and with which exit code."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from router.core import events as ev
from sim.agents import Agents
from sim.scenario_check import expected_contacts
from sim.scenario_file import as_scenario
from sim.theory import NoSteadyState
from sim.verify import run
from sim.verify.case import TheoryCase, TwinCase
from sim.verify.run import CASES, choose, run_case
from sim.verify.theory_cases import THEORY_CASES
from sim.verify_command import verify

KEYS = ["id", "case", "measure", "kind", "expected", "got", "half_width", "z", "passed"]


def smaller(monkeypatch: pytest.MonkeyPatch, customers: int) -> None:
    """Let every case of the twin have fewer customers, or a few days."""
    cases = [
        replace(case, quick=customers if case.way == "steady" else 4) if isinstance(case, TwinCase) else case
        for case in CASES
    ]
    monkeypatch.setattr(run, "CASES", tuple(cases))


def test_every_published_value_agrees() -> None:
    """Theory has each published value within what its source allows; nothing of it is simulated."""
    rows = [row for case in THEORY_CASES for row in run_case(case)]

    assert len(rows) >= 40
    assert {"theory"} == {row.kind for row in rows}
    assert [] == [row.id for row in rows if not row.passed]


def test_cases_have_names_of_their_own() -> None:
    """Every id is one case; every case has measures, numbers and a source."""
    assert len({case.id for case in CASES}) == len(CASES)
    assert [] == [case.id for case in CASES if "." in case.id or not case.source or not case.parameters]


def test_a_year_is_long_enough_for_every_case() -> None:
    """A scenario lasts a year at most, and warm-up and the last to leave need some of it."""
    steady = [case for case in CASES if isinstance(case, TwinCase) and case.way == "steady"]

    assert [] == [
        case.id for case in steady if expected_contacts(as_scenario(case.scenario(**case.parameters))) < 1.1 * case.full
    ]


def test_json_is_one_object_of_the_agreed_shape(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs read it: these keys in this order, one entry a value, progress on standard error alone."""
    smaller(monkeypatch, 20_000)

    assert verify(["erlang-a-9", "two-priorities"], False, True, processes=1) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)

    assert list(result) == ["schema_version", "full", "seed", "passed", "cases"]
    assert (result["passed"], result["full"]) == (True, False)
    assert all(list(row) == KEYS for row in result["cases"])
    assert [row["id"] for row in result["cases"]][:2] == ["erlang-a-9.p_wait", "erlang-a-9.abandon"]
    assert {row["kind"] for row in result["cases"]} == {"twin", "theory"}
    assert all(abs(row["z"]) <= 4 for row in result["cases"])
    assert err == "1 of 2: erlang-a-9\n2 of 2: two-priorities\n"


def test_one_value_of_one_case_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """`case.measure` prints that row and no other."""
    assert verify(["two-priorities.ew_first"], False, True) == 0

    assert ["two-priorities.ew_first"] == [row["id"] for row in json.loads(capsys.readouterr().out)["cases"]]


def test_people_get_a_table_and_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Expected, got, width, z and whether it passed; the verdict last."""
    assert verify(["blending-2"], False, False) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].strip() == "Theory against published values"
    assert lines[1].split() == ["case", "measure", "expected", "got", "within", "z", "passed"]
    assert lines[2].split()[:4] == ["blending-2", "asa", "0.43000", "0.42857"]
    assert lines[-1] == "1 cases, 4 values: all agree (|z| at most 4)"


def test_a_bug_in_the_twin_is_exit_code_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations 3 % too long: the command fails and names the case."""
    right: Callable[[Agents, int, ev.ContactConnected], None] = Agents._connected

    def slower(self: Agents, now: int, event: ev.ContactConnected) -> None:
        customer = self._present[event.contact_id]
        customer.handle_ms = customer.handle_ms * 103 // 100
        right(self, now, event)

    monkeypatch.setattr(Agents, "_connected", slower)
    smaller(monkeypatch, 60_000)

    assert verify(["erlang-c-3"], False, False, processes=1) == 1
    out = capsys.readouterr().out
    assert "NO" in out
    assert "do not agree: erlang-c-3.p_wait" in out


def test_an_interval_that_says_nothing_does_not_pass(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However near the value is: a run too short for its interval fails, and says why."""
    smaller(monkeypatch, 800)

    assert verify(["keep-place-all"], False, False, processes=1) == 1
    assert "too wide" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("erlang-c-41", "there is no case 'erlang-c-41'. Did you mean 'erlang-c-14'?"),
        ("two-priorities.p_weit", "the case 'two-priorities' does not measure 'p_weit'. Did you mean 'p_wait'?"),
    ],
)
def test_unknown_cases_are_bad_input(wanted: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, the nearest name on standard error, nothing on standard output."""
    assert verify([wanted], False, True) == 2

    assert capsys.readouterr() == ("", told + "\n")


def test_ctrl_c_cancels_and_writes_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 130, and no half result on standard output."""

    def interrupted(*_: object) -> Sequence[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_case", interrupted)

    assert verify(["two-priorities"], False, True, processes=1) == 130
    assert capsys.readouterr() == ("", "cancelled; nothing was written\n")


def test_processes_change_nothing() -> None:
    """Cases side by side give the same rows, in the same order, as one after the other."""
    cases = choose(["equal-work", "two-priorities", "erlang-a-9"])
    rows = run.verify(cases, processes=2)

    assert [row for case in cases for row in run_case(case)] == rows
    assert ["erlang-a-9", "equal-work", "two-priorities"] == list(dict.fromkeys(row.case for row in rows))


def test_a_theory_that_is_off_does_not_pass() -> None:
    """A published value is missed by more than its tolerance, or an exact one at all: the row fails."""
    case = next(case for case in THEORY_CASES if case.id == "changing-demand")
    off = replace(case, published={**case.published, "agents_at_0.00": 97})
    near = TheoryCase("near", "", "", {}, lambda: {"x": 1.05}, {"x": 1.0}, 0.04)

    assert [row.passed for row in run_case(off)] == [False, True, True]
    assert [(row.z, row.passed) for row in run_case(near)] == [(pytest.approx(5), False)]
    assert run_case(off)[0].to_json()["z"] is None


def test_errors_of_theory_are_not_swallowed() -> None:
    """A case whose numbers make no line is a bug, and raises."""
    case = next(case for case in THEORY_CASES if case.id == "two-priorities")

    with pytest.raises(NoSteadyState):
        run_case(replace(case, parameters={**case.parameters, "agents": 14}))
