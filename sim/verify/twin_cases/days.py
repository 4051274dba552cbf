"""
Twin cases: whole days, from an empty desk in the morning until everybody is served, with staff and rates that change.
"""

from sim import theory
from sim.verify import textbook
from sim.verify.case import TwinCase, Values
from sim.verify.textbook import WITHIN_MIN, Scenario

_ODE = "Kolmogorov equations by uniformization (Jensen 1953)"


def _day(per_hour: list[float], agents: list[int], handle_min: float, patience_min: float | None) -> Scenario:
    return textbook.day(per_hour, agents, handle_min, patience_min, WITHIN_MIN)


def _exact_day(per_hour: list[float], agents: list[int], handle_min: float, patience_min: float | None) -> Values:
    periods = [theory.Period(60.0, rate / 60, there) for rate, there in zip(per_hour, agents, strict=True)]
    abandon_rate = 0.0 if patience_min is None else 1 / patience_min
    total = theory.day(periods, 1 / handle_min, abandon_rate, WITHIN_MIN).total
    values = {"sl_offered": total.sl_offered, "asa_min": total.asa}
    if patience_min is not None:
        values["abandon"] = total.abandoned / total.arrivals
    # While agents come and go, the twin's available time includes what they finish after their shift.
    return values if len(set(agents)) > 1 else {**values, "occupancy": total.occupancy}


def _busy_day(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, alpha: float
) -> Scenario:
    return textbook.day(per_hour, agents, handle_min, patience_min, WITHIN_MIN, alpha)


def _exact_busy_day(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, alpha: float
) -> Values:
    periods = [theory.Period(60.0, rate / 60, there) for rate, there in zip(per_hour, agents, strict=True)]
    total = theory.busy_day(periods, alpha, 1 / handle_min, 1 / patience_min, WITHIN_MIN).total
    return {"sl_offered": total.sl_offered, "abandon": total.abandoned / total.arrivals, "occupancy": total.occupancy}


def _centre(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, at_once: float, alpha: float
) -> Scenario:
    return textbook.day(per_hour, agents, handle_min, patience_min, WITHIN_MIN, alpha, at_once)


def _exact_centre(
    per_hour: list[float], agents: list[int], handle_min: float, patience_min: float, at_once: float, alpha: float
) -> Values:
    periods = [theory.Period(60.0, rate / 60, there) for rate, there in zip(per_hour, agents, strict=True)]
    total = theory.busy_day(periods, alpha, 1 / handle_min, 1 / patience_min, WITHIN_MIN, at_once, nodes=3).total
    return {"served_within": total.served_within / total.arrivals, "lost": total.abandoned / total.arrivals}


DAYS: tuple[TwinCase, ...] = (
    TwinCase(
        "day-12",
        "M/M/12 for 8 h from an empty start, then drained: 4.2 a minute, 2 min each",
        f"{_ODE}; the day of contactcenters, doc/examples/MMC",
        dict(per_hour=[252.0] * 8, agents=[12] * 8, handle_min=2, patience_min=None),
        _day,
        _exact_day,
        quick=16,
        full=100,
        way="days",
        left_out=("asa_min",),
    ),
    TwinCase(
        "day-12-impatient",
        "the same with patience of 1 min: M/M/12+M",
        f"{_ODE}; the day of contactcenters, doc/examples/MMCAb",
        dict(per_hour=[252.0] * 8, agents=[12] * 8, handle_min=2, patience_min=1),
        _day,
        _exact_day,
        quick=16,
        full=2_400,
        way="days",
        left_out=("asa_min",),
    ),
    TwinCase(
        "busy-days",
        "M/M/3+M for 1 h under 2 Erlang, and all rates of a day times one gamma factor of variance 1/4",
        f"{_ODE}; gamma factor by Golub and Welsch 1969",
        dict(per_hour=[60.0], agents=[3], handle_min=2, patience_min=1, alpha=4),
        _busy_day,
        _exact_busy_day,
        quick=120,
        full=40_000,
        way="days",
    ),
    TwinCase(
        "day-of-13-hours",
        "M_t/M/c_t+M: rates and staff change every hour, 3 min each, patience 2 min",
        f"{_ODE}; rates and staff of contactcenters, doc/msk/singleQueue.xml",
        dict(
            per_hour=[100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60],
            agents=[4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4],
            handle_min=3,
            patience_min=2,
        ),
        _day,
        _exact_day,
        quick=20,
        full=450,
        way="days",
    ),
    TwinCase(
        "centre-of-13-hours",
        "a whole centre: rates and staff change every hour, 100 s each, one in ten leaves at once, the others after"
        " 1,000 s, and all rates of a day times a gamma factor of variance 1/400",
        f"{_ODE}; CallCenter of the SSJ examples",
        dict(
            per_hour=[100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60],
            agents=[4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4],
            handle_min=5 / 3,
            patience_min=50 / 3,
            at_once=0.1,
            alpha=400,
        ),
        _centre,
        _exact_centre,
        quick=6,
        full=450,
        way="days",
        loose={"lost": 3},
    ),
)
