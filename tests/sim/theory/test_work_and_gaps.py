"""Handle times and arrivals that are not exponential."""

import numpy as np
import pytest

from sim import theory
from tests.oracles.facts.others import COSMETATOS, KIMURA, WHITT_1993


def test_equal_work_for_one_agent() -> None:
    """M/D/1 by Spitzer's sums is Pollaczek and Khinchine's formula without variance, and its wait P(0) = 1 - rho."""
    line = theory.fixed_service_line(0.8, 1, 1)

    assert (line.p_wait, line.ew) == pytest.approx((0.8, 2.0), rel=1e-12)
    assert line.ew == pytest.approx(theory.single_agent_wait(0.8, 1, 0), rel=1e-12)


def test_exponential_work_for_one_agent() -> None:
    """Pollaczek and Khinchine's formula with variation 1 is Erlang C's."""
    assert theory.single_agent_wait(0.7, 1, 1) == pytest.approx(theory.patient_line(0.7, 1, 1).ew, rel=1e-12)


@pytest.mark.parametrize(("rate", "agents"), [(3.6, 4), (0.5, 1), (11.0, 12)])
def test_the_wait_of_equal_work_has_its_distribution(rate: float, agents: int) -> None:
    """Franx's distribution begins at 1 - P(wait), rises, and has the mean of Spitzer's sum."""
    line, times = theory.fixed_service_line(rate, 1, agents), np.linspace(0, 12, 121)
    within = np.array([theory.fixed_service_within(rate, 1, agents, float(time)) for time in times])

    assert within[0] == pytest.approx(1 - line.p_wait, abs=1e-12)
    assert (np.diff(within) > -1e-12).all()
    assert float(np.trapezoid(1 - within, times)) == pytest.approx(line.ew, rel=0.02)


@pytest.mark.parametrize(("agents", "rho"), COSMETATOS)
def test_cosmetatos_s_approximation(agents: int, rho: float) -> None:
    """As printed; and within 2 % of the exact wait from a load of 0.3 on."""
    found = theory.cosmetatos_wait(rho * agents, 1.0, agents)
    digits = {1.0: 5e-4, 0.000245: 5e-7}.get(COSMETATOS[agents, rho], 5e-5)

    assert found == pytest.approx(COSMETATOS[agents, rho], abs=digits)
    if rho >= 0.3:
        assert found == pytest.approx(theory.fixed_service_line(rho * agents, 1.0, agents).ew, rel=0.035)


@pytest.mark.parametrize("scv", KIMURA)
def test_kimura_s_approximation(scv: float) -> None:
    """M/G/5 as printed, to about the last figure."""
    found = [theory.kimura_wait(5 * rho, 1.0, 5, scv) * 5 * rho for rho in (0.9, 0.7, 0.5)]

    assert found == pytest.approx(KIMURA[scv], abs=0.013)
    assert theory.kimura_wait(4, 1, 5, 1.0) == pytest.approx(theory.patient_line(4, 1, 5).ew, rel=1e-12)


def test_arrivals_and_work_of_many_laws() -> None:
    """The exact column of Whitt's tables, to the two figures printed."""
    rate = 3.6
    found = {
        "M/M/4": theory.renewal_line(theory.random_gaps(rate), 1, 4).p_wait,
        "D/M/4": theory.renewal_line(theory.Even(1 / rate), 1, 4).p_wait,
        "H2/M/4": theory.renewal_line(theory.hyperexponential_gaps(rate, 2.25), 1, 4).p_wait,
        "E4/M/4": theory.renewal_line(theory.erlang_gaps(rate, 4), 1, 4).p_wait,
        "M/D/4": theory.fixed_service_line(rate, 1, 4).p_wait,
        "M/H2/4": theory.renewal_line_of_two(theory.random_gaps(rate), 1, 2.25, 4).p_wait,
        "D/H2/4": theory.renewal_line_of_two(theory.Even(1 / rate), 1, 2, 4).p_wait,
        "E2/H2/4": theory.renewal_line_of_two(theory.erlang_gaps(rate, 2), 1, 2, 4).p_wait,
        "D/M/20": theory.renewal_line(theory.Even(1 / 18), 1, 20).p_wait,
        "D/H2(9)/4": theory.renewal_line_of_two(theory.Even(1 / rate), 1, 9, 4).p_wait,
        "H2(9)/H2(9)/4": theory.renewal_line_of_two(theory.hyperexponential_gaps(rate, 9), 1, 9, 4).p_wait,
    }

    assert found == {name: pytest.approx(value, abs=6e-3) for name, value in WHITT_1993.items()}


def test_two_kinds_alike_are_one() -> None:
    """With variation 1 both kinds are the same, and the chain comes to the closed forms, mean wait included."""
    for gaps in (theory.Even(0.5), theory.erlang_gaps(2, 3), theory.random_gaps(2)):
        one, two = theory.renewal_line(gaps, 1, 3), theory.renewal_line_of_two(gaps, 1, 1, 3)
        assert (two.p_wait, two.ew) == pytest.approx((one.p_wait, one.ew), rel=1e-8)
    patient = theory.patient_line(2, 1, 3)
    assert theory.renewal_line(theory.random_gaps(2), 1, 3).ew == pytest.approx(patient.ew, rel=1e-9)


def test_two_kinds_of_work_for_one_agent() -> None:
    """M/H2/1 waits as Pollaczek and Khinchine say."""
    line = theory.renewal_line_of_two(theory.random_gaps(0.7), 1, 4, 1)

    assert (line.p_wait, line.ew) == pytest.approx((0.7, theory.single_agent_wait(0.7, 1, 4)), rel=1e-8)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: theory.fixed_service_line(4, 1, 4),
        lambda: theory.fixed_service_within(5, 1, 4, 0.5),
        lambda: theory.single_agent_wait(1, 1, 0),
        lambda: theory.cosmetatos_wait(4, 1, 4),
        lambda: theory.renewal_line(theory.Even(0.25), 1, 4),
        lambda: theory.renewal_line_of_two(theory.random_gaps(4), 1, 2, 4),
        lambda: theory.shared_agent_sojourn(5, 5),
        lambda: theory.priority_line([3, 5], 0.5, 16),
        lambda: theory.blended_line(6, 0.3, 16, 2),
        lambda: theory.erlang_x(6, 0.3, 16),
        lambda: theory.queue_length_error(6, 0.3, 16),
        lambda: theory.single_agent_retrial(1, 1, 1),
    ],
)
def test_lines_that_only_grow_are_refused(asked: object) -> None:
    """Without anybody leaving, a load that is not below the agents has no steady state, and that is what is said."""
    assert callable(asked)
    with pytest.raises(theory.NoSteadyState, match="no steady state"):
        asked()
