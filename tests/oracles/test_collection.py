"""
Every record of the larger collection of published values, computed by `sim.theory`; skipped where it is absent.

What the rest of the tests needs of it is copied, with its source, into `tests/oracles/facts`.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sim import theory
from sim.verify.case import MOST_Z
from sim.verify.run import run_case
from tests.oracles.coverage import NOT_SIMULATED, TWIN, cases_of
from tests.oracles.facts.collection import collected, everything

Numbers = dict[str, Any]
Compared = tuple[str, float, float, float]
"""(what, computed, published, tolerance)"""
Check = Callable[[Numbers, Numbers], Iterator[Compared]]

LEFT_TO_THE_PLANNER = {"PW-MinAbs"}
"""Optimal shift covering: an integer programme, not a formula."""


def values(computed: Numbers, published: Numbers, tolerance: float) -> Iterator[Compared]:
    """Compare what both have under the same name; all that was computed must have been published."""
    for name, got in computed.items():
        yield name, got, published[name], tolerance


def inside(name: str, got: float, low: float, high: float) -> Compared:
    """Compare with a published interval."""
    return name, got, (low + high) / 2, (high - low) / 2


def erlang_a(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.erlang_a(p["lam"], p["mu"], p["c"], p["theta"])
    yield from values({name: getattr(line, name) for name in e}, e, 1e-6)


def general_patience(p: Numbers, e: Numbers) -> Iterator[Compared]:
    law: theory.Patience = {
        "lognormal mean2 sigma1": theory.Lognormal(2, 1),
        "deterministic 2": theory.Fixed(2),
        "10% zero else exp mean2": theory.balking(0.1, theory.Exponential(2)),
    }[p["patience"]]
    line = theory.impatient_line(p["lam"], p["mu"], p["c"], law)
    late = 1 - theory.virtual_within(p["lam"], p["mu"], p["c"], law, p["awt"])
    early = theory.served_within(p["lam"], p["mu"], p["c"], law, p["awt"])
    yield from values({name: getattr(line, name) for name in ("p_wait", "abandon", "ev", "ew")}, e, 5e-5)
    yield from values({"p_virtual_gt_awt": late, "served_le_awt_over_offered": early}, e, 5e-5)


def virtual_hold(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.keep_place_line(p["lam"], p["mu"], p["c"], p["theta"], p["p"])
    yield from values({name: getattr(line, name) for name in e}, e, 5e-5)


def callback(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.callback_line(p["lam"], p["mu"], p["c"], p["theta"], p["p"], p["r"], p["k"])
    for name, published in e.items():
        # The record at p = .9 was computed on a chain cut at some 500 callbacks, which loses 2e-4 of their wait; on
        # ever longer chains it comes to 25.25162, which is what the exact solution says.
        tolerance = 3e-4 * published if name == "ew_callback" else 2e-5
        yield name, getattr(line, name), published, tolerance


def chat(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.chat_line(p["lam"], p["aht"], p["agents"], 1 / p["patience"])
    computed = {
        "p_wait": line.p_wait,
        "abandon": line.abandon,
        "asa_virtual": line.ev,
        "sl_virtual": line.virtual_within(p["awt"]),
        "sl_served_over_offered": line.served_within(p["awt"]),
        "slot_occupancy": line.slot_occupancy,
    }
    yield from values(computed, e, 2e-5)


def priorities(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.priority_line([p["lam1"], p["lam2"]], p["mu"], p["c"])
    yield from values({"p_wait": line.p_wait, "wq1": line.ew[0], "wq2": line.ew[1]}, e, 1e-6)


def mmc_day(p: Numbers, end: Any = "drain") -> theory.Day:
    period = theory.Period(p["H"], p["lam"], p["c"])
    return theory.day([period], p["mu"], p.get("theta", 0.0), p["awt"], end=end)


def simulated_day(p: Numbers, tol: Numbers) -> Iterator[Compared]:
    total = mmc_day(p).total
    computed = {
        "good_sl_count": total.served_within,
        "service_level_served": total.sl_served,
        "asa": total.asa,
        "asa_served": total.asa,
        "occupancy": total.occupancy,
        "abandoned": total.abandoned,
        "sl_served_plus_late_ab": total.sl_late,
    }
    for name, interval in tol.items():
        if name != "note":
            # Its ends are printed to three places.
            yield inside(name, computed[name], interval[0] - 5e-4, interval[1] + 5e-4)


def exact_day(p: Numbers, e: Numbers) -> Iterator[Compared]:
    total = mmc_day(p).total
    computed = {
        "good_sl_count": total.served_within,
        "service_level_served": total.sl_served,
        "occupancy": total.occupancy,
    }
    if "theta" in p:
        computed |= {"abandoned": total.abandoned, "asa_served": total.asa, "sl_served_plus_late_ab": total.sl_late}
    else:
        computed["asa"] = total.asa
    assert computed.keys() == e.keys()
    for name, got in computed.items():
        yield name, got, e[name], 1e-6 * max(e[name], 1)


def cleared_day(p: Numbers, tol: Numbers) -> Iterator[Compared]:
    found = mmc_day(p, "clear")
    yield inside("disconnected", found.total.cleared, *tol["disconnected"])
    yield inside("good_sl_count", found.total.served_within, *tol["good_sl_count"])
    yield "waiting at the end", found.waiting_at_end, found.total.cleared, 1e-6


def hours(p: Numbers) -> list[theory.Period]:
    return [theory.Period(3600, rate / 3600, there) for rate, there in zip(p["rate_per_h"], p["agents"], strict=True)]


def single_queue(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for within in (20, 30):
        found = theory.day(hours(p), 1 / p["service_mean_s"], 1 / p["patience_mean_s"], within, p["p_balk"])
        # The listing stands within its interval of .0025 (all day) and about .01 (an hour) of 300 days.
        yield f"sl{within}", found.total.sl_late, e[f"sl{within}_all"], 0.003
        for hour, one in enumerate(found.periods):
            yield f"sl{within}, hour {hour}", one.sl_late, e[f"sl{within}_by_hour_from_8h"][hour], 0.012
        exact = {20: (0.78310, 0.85240, 0.97567), 30: (0.81891, 0.88606, 0.98445)}[within]
        for hour, published in enumerate(exact):
            # These take the staff of the hour of arrival for the whole wait; only the third keeps its staff.
            yield f"ode {hour}", found.periods[hour].sl_late, published, 1e-5 if hour == 2 else 1.2e-3
    yield inside("occupancy", found.total.occupancy, 0.557, 0.56)


def busy_days(_p: Numbers, e: Numbers) -> Iterator[Compared]:
    day = hours({
        "rate_per_h": [100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60],
        "agents": [4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4],
    })  # fmt: skip
    total = theory.busy_day(day, 400, 1 / 100, 1 / 1000, 20, 0.1, nodes=3).total
    # SSJ counts everybody who waited less than 20 s, also those who left; CallCenter.java there.
    in_time = (total.served_within + total.abandoned_within) / 1660
    yield inside("avg_wait_s", total.wait / 1660, 4.68, 4.746)
    yield "prop_wait_lt_s", in_time, e["prop_wait_lt_s"], 1e-3
    yield "prop_lost", total.abandoned / 1660, e["prop_lost"], 5e-4
    # Poisson given the busyness, whose variance is 1 / alpha; 10,000 days tell it to within 1.5 % or so.
    yield "arrivals_sd", math.sqrt(1660 + 1660**2 / 400), e["arrivals_sd"], 1.5


def printed_erlang_c(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.patient_line(p["lam"], 1 / p["aht"], p["agents"])
    level = theory.patient_service_level(p["lam"], 1 / p["aht"], p["agents"], p["awt"])
    yield from values({"asa": line.ew}, e, 5e-3)
    yield from values({"sl": level, "occ": line.occupancy}, e, 5e-5)


def printed_erlang_x(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.erlang_x(p["lam"], 1 / p["aht"], p["agents"], 1 / p["patience"], p["lines"])
    yield from values({"asa": line.ev}, e, 5e-3)
    level = line.virtual_within(p["awt"])
    computed = {"sl": level, "abandon": line.abandon, "blocked": line.blocked, "occ": line.occupancy}
    yield from values(computed, e, 5e-5)


def printed_chat(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.chat_line(p["lam"], p["aht"], p["agents"], 1 / p["patience"], p["lines"])
    yield from values({"asa": line.ev}, e, 5e-3)
    yield from values({"abandon": line.abandon, "occ": line.slot_occupancy}, e, 5e-5)
    # The printed level of 75.44 % fits none of the other numbers; 74.44 % fits them all.
    yield "sl_printed", line.virtual_within(p["awt"]), e["sl_printed"] - 0.01, 5e-5


def pyworkforce(p: Numbers) -> tuple[float, float]:
    return p["transactions"] / p["interval"], 1 / p["aht"]


def pw_c14(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate, mu = pyworkforce(p)
    line = theory.patient_line(rate, mu, p["positions"])
    level = theory.patient_service_level(rate, mu, p["positions"], p["asa"])
    yield from values({"p_wait": line.p_wait, "sl": level, "occ": line.occupancy}, e, 1e-9)


def pw_required(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate, mu = pyworkforce(p)
    raw = theory.agents_needed(rate, mu, p["asa"], p["sl"], p["max_occ"])
    yield from values({"raw": raw, "positions": theory.rostered(raw, p["shrinkage"])}, e, 0)
    if "occ" in e:
        line = theory.patient_line(rate, mu, raw)
        level = theory.patient_service_level(rate, mu, raw, p["asa"])
        yield from values({"sl": level, "occ": line.occupancy, "p_wait": line.p_wait}, e, 5e-4)


def pw_a14(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate, mu = pyworkforce(p)
    line = theory.erlang_a(rate, mu, p["positions"], 1 / p["patience"])
    level = line.served_within(p["asa"])
    computed = {"p_wait": line.p_wait, "abandon": line.abandon, "occ": line.occupancy, "mean_wait_all": line.ew}
    yield from values({**computed, "sl": level}, e, 1e-6)


def pw_b(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for load, agents, published in zip(p["A"], p["c"], e["B"], strict=True):
        yield f"B({load}, {agents})", theory.erlang_b(load, agents), published, 1e-6


def cct(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate, mu = p["calls_per_h"] / 3600, 1 / p["aht_s"]
    line = theory.patient_line(rate, mu, p["agents"])
    level = theory.patient_service_level(rate, mu, p["agents"], p["awt_s"])
    yield from values({"p_wait": line.p_wait, "sl": level, "occ": line.occupancy}, e, 5e-5)
    yield from values({"asa_s": line.ew}, e, 5e-3)
    yield from values({"with_shrinkage30": theory.rostered(p["agents"], 0.3)}, e, 0)


def r_erlang_c(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate, mu = p["calls"] / p["period_min"] / 60, 1 / p["aht_s"]
    line = theory.patient_line(rate, mu, p["agents"])
    level = theory.patient_service_level(rate, mu, p["agents"], p["awt_s"])
    yield from values({"p_wait": line.p_wait, "asa_s": line.ew, "occ": line.occupancy, "sl": level}, e, 1e-7)


def turbo(p: Numbers, e: Numbers) -> Iterator[Compared]:
    productive = theory.agents_needed(p["calls"] / p["interval_s"], 1 / p["aht_s"], p["awt_s"], p["sl"])
    yield from values({"productive": productive, "scheduled": theory.rostered(productive, p["shrink"])}, e, 0)


def barber(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.patient_line(p["lam"], p["mu"], p["c"])
    longer = 1 - theory.patient_service_level(p["lam"], p["mu"], p["c"], 1.0)
    queue = line.ew * p["lam"]
    yield from values({"Lq": queue, "L": queue + p["lam"] / p["mu"], "P_wait_gt_1": longer}, e, 1e-7)


def three_agents(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.patient_line(p["lam"], p["mu"], p["c"])
    computed = {
        "p0": theory.all_idle(p["lam"] / p["mu"], p["c"]),
        "Lq": line.ew * p["lam"],
        "Wq": line.ew,
        "p_no_wait": 1 - line.p_wait,
        "W": line.ew + 1 / p["mu"],
    }
    yield from values(computed, e, 1e-7)


def equal_work(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for agents, rho, published in zip(p["c"], p["rho"], e["Wq"], strict=True):
        # Half of the last printed figure.
        digits = 5e-7 if published < 1e-3 else 5e-4 if published == 1 else 5e-5
        yield f"{agents}, {rho}", theory.cosmetatos_wait(rho * agents, 1.0, agents), published, digits
        if rho >= 0.3:
            exact = theory.fixed_service_line(rho * agents, 1.0, agents).ew
            yield f"exact {agents}, {rho}", exact, published, 0.03 * published


def kimura(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for scv, row in zip(p["cs2"], e["Lq"], strict=True):
        for rho, published in zip((0.9, 0.7, 0.5), row, strict=True):
            # Printed to two places; one of the nine is off by one more than rounding explains.
            yield f"{scv}, {rho}", theory.kimura_wait(5 * rho, 1.0, 5, scv) * 5 * rho, published, 0.013


def whitt(p: Numbers, e: Numbers) -> Iterator[Compared]:
    rate = 0.9 * 4
    bursty = theory.hyperexponential_gaps(rate, 2.25)
    computed = {
        "M/M/4": theory.erlang_c(rate, 4),
        "D/M/4": theory.renewal_line(theory.Even(1 / rate), 1, 4).p_wait,
        "H2(2.25)/M/4": theory.renewal_line(bursty, 1, 4).p_wait,
        "E4/M/4": theory.renewal_line(theory.erlang_gaps(rate, 4), 1, 4).p_wait,
        "M/D/4": theory.fixed_service_line(rate, 1, 4).p_wait,
        "M/H2(2.25)/4": theory.renewal_line_of_two(theory.random_gaps(rate), 1, 2.25, 4).p_wait,
        "D/H2(2)/4": theory.renewal_line_of_two(theory.Even(1 / rate), 1, 2.0, 4).p_wait,
        "E2/H2(2)/4": theory.renewal_line_of_two(theory.erlang_gaps(rate, 2), 1, 2.0, 4).p_wait,
        "D/M/20": theory.renewal_line(theory.Even(1 / 18), 1, 20).p_wait,
    }
    for model, published in zip(p["models"], e["p_wait"], strict=True):
        yield model, computed[model], published, 6e-3


def octave(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for (rate, mu, agents), number, sojourn in zip(p["cases"], e["NW"], e["R"], strict=True):
        line = theory.patient_line(rate, mu, agents)
        yield f"waiting {rate}, {mu}, {agents}", rate * line.ew, number, 1e-3
        yield f"sojourn {rate}, {mu}, {agents}", line.ew + 1 / mu, sojourn, 1e-3


def octave_limited(p: Numbers, e: Numbers) -> Iterator[Compared]:
    first, second = (theory.erlang_x(c["lam"], c["mu"], c["m"], lines=c["K"]) for c in p["cases"])
    sojourn = first.in_system / (first.arrival_rate * (1 - first.blocked))
    yield from values({"p0": first.idle, "R": sojourn}, e["first"], 1e-6)
    yield from values({"pK": second.blocked}, e["second"], 1e-6)


def sharing(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for (rate, mu), published in zip(p["cases"], e["T"], strict=True):
        yield f"{rate}, {mu}", theory.shared_agent_sojourn(rate, mu), published, 1e-9


def simmer(p: Numbers, e: Numbers) -> Iterator[Compared]:
    line = theory.erlang_x(p["lam"], p["mu"], p["c"], lines=p["K"])
    yield from values({"N": line.in_system, "reject": line.blocked}, e, 1e-7)


def retrial(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for found in (
        theory.single_agent_retrial(p["lam"], p["mu"], p["theta_retry"]),
        theory.retrial_line(p["lam"], p["mu"], 1, p["theta_retry"], lines=1),
    ):
        yield from values({"mean_orbit": found.orbit, "mean_wait": found.orbit_wait}, e, 1e-9)


def infinite_agents(_p: Numbers, e: Numbers) -> Iterator[Compared]:
    loads = [theory.sinusoidal_offered_load(100, 20, 1, 1, eighth * math.pi / 4) for eighth in range(8)]
    for load, published in zip(loads, e["m"], strict=True):
        yield "m", load, published, 5e-5
    for p_wait, row in e["s_alpha"].items():
        for load, published in zip(loads, row, strict=True):
            yield f"s, {p_wait}", theory.agents_for_delay(load, float(p_wait)), published, 0


def garnett(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for beta, row in zip(p["beta"], e["alpha"], strict=True):
        for ratio, published in zip(p["ratio"], row, strict=True):
            yield f"{beta}, {ratio}", theory.garnett(beta, ratio), published, 1e-6


def halfin_whitt(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for beta, published in zip(p["beta"], e["alpha"], strict=True):
        yield str(beta), theory.halfin_whitt(beta), published, 1e-6


def erlang_tables(formula: Callable[[float, int], float], name: str) -> Check:
    def check(p: Numbers, e: Numbers) -> Iterator[Compared]:
        for (load, agents), published in zip(p["ac"], e[name], strict=True):
            yield f"{name}({load}, {agents})", formula(load, agents), published, 1e-8

    return check


def delays(p: Numbers, e: Numbers) -> Iterator[Compared]:
    for (agents, rho), last, head in zip(
        p["cases"], e["mse_ratio_LES_over_QL"], e["mse_ratio_HOL_over_QL"], strict=True
    ):
        rate = rho * agents * p["mu"]
        error = theory.queue_length_error(rate, p["mu"], agents)
        yield f"LES {agents}, {rho}", theory.last_served_error(rate, p["mu"], agents) / error, last, 0.15
        yield f"HOL {agents}, {rho}", theory.head_of_line_error(rate, p["mu"], agents) / error, head, 0.15
        yield "limit", theory.heavy_traffic_ratio(1.0), head, 0.15


CHECKS: dict[str, Check] = {
    **dict.fromkeys(["A-38", "A-40", "A-44"], erlang_a),
    **dict.fromkeys(["G40-lognormal", "G40-deterministic", "G40-10%"], general_patience),
    **dict.fromkeys(["VH-0.0", "VH-0.6", "VH-1.0"], virtual_hold),
    **dict.fromkeys(["CB-2-0.5-0-0", "CB-2-0.5-0-1", "CB-2-0.9-0-0", "CB-1.7-0.5-0-0", "CB-1.7-0.5-0-1"], callback),
    **dict.fromkeys(["CHAT-s5", "CHAT-s6", "CHAT-s8"], chat),
    **dict.fromkeys(["PRIO-3-4-16", "PRIO-1-3-14"], priorities),
    **dict.fromkeys(["CC-MMC-exact", "CC-MMCAb-exact"], exact_day),
    "CC-singleQueue": single_queue,
    "SSJ-CallCenter-a400": busy_days,
    "KO-ErlangC": printed_erlang_c,
    "KO-ErlangX": printed_erlang_x,
    "KO-Chat": printed_chat,
    "PW-C14": pw_c14,
    **dict.fromkeys(["PW-Creq", "PW-Creq-occ70"], pw_required),
    "PW-A14": pw_a14,
    "PW-B": pw_b,
    "CCT": cct,
    "R-ErlangC": r_erlang_c,
    "TURBO": turbo,
    "QN-GH21": barber,
    "QN-GH22": three_agents,
    "QN-MDs": equal_work,
    "QN-Kimura": kimura,
    "QN-Whitt93": whitt,
    "OQ": octave,
    "OQ-K": octave_limited,
    "CIW-PS": sharing,
    "SIMMER": simmer,
    "RETRIAL": retrial,
    "ISA": infinite_agents,
    "GARNETT": garnett,
    "HW": halfin_whitt,
    "ERLB": erlang_tables(theory.erlang_b, "B"),
    "ERLC": erlang_tables(theory.erlang_c, "C"),
    "DELAY": delays,
}

FROM_INTERVALS: dict[str, Check] = {
    **dict.fromkeys(["CC-MMC", "CC-MMCAb"], simulated_day),
    "CC-MMCClrQ": cleared_day,
}
"""Records of simulations, which are checked against their intervals (field `tol`)."""


@pytest.mark.parametrize("record", [*CHECKS, *FROM_INTERVALS])
def test_theory_agrees_with_the_record(record: str) -> None:
    """Each published number comes out, within its own tolerance."""
    entry = collected(record)
    check = CHECKS.get(record)
    pairs = check(entry["params"], entry["expect"]) if check else FROM_INTERVALS[record](entry["params"], entry["tol"])
    compared = list(pairs)

    assert compared
    assert [] == [one for one in compared if not abs(one[1] - one[2]) <= one[3]]


def test_no_record_is_left_out() -> None:
    """Each record has a check here, or is named as the planner's; and a case of the twin, or a reason for none."""
    assert set(everything()) == {*CHECKS, *FROM_INTERVALS, *LEFT_TO_THE_PLANNER}
    assert set(everything()) == {*TWIN, *NOT_SIMULATED}
    assert not TWIN.keys() & NOT_SIMULATED.keys()


@pytest.mark.long
@pytest.mark.timeout(1_800)  # seconds
@pytest.mark.parametrize("record", TWIN)
def test_the_twin_agrees_with_the_record(record: str) -> None:
    """With the record's own numbers, at the size of a quick run: |z| at most 4."""
    for case in cases_of(record):
        rows = run_case(case)
        assert rows
        assert [] == [(row.id, row.expected, row.got, row.z) for row in rows if not abs(row.z) <= MOST_Z]
