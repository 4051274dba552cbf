"""Published and exactly computed values of lines that are not steady, not exponential, or very large."""

WHITT_1993 = {
    "M/M/4": 0.79, "D/M/4": 0.67, "H2/M/4": 0.85, "E4/M/4": 0.71, "M/D/4": 0.78, "M/H2/4": 0.79, "D/H2/4": 0.70,
    "E2/H2/4": 0.76, "D/M/20": 0.39, "D/H2(9)/4": 0.74, "H2(9)/H2(9)/4": 0.92,
}  # fmt: skip
"""P(wait) at a load of 0.9: W. Whitt, "Approximations for the GI/G/m queue", Production and Operations Management 2
(1993), exact column, as in misken/qng tests/test_qng.py. Squared coefficients of variation of H2: 2.25 for arrivals and
for M/H2/4, 2 for the other services, 9 where marked."""

COSMETATOS = {
    (2, 0.9): 2.1445, (2, 0.7): 0.4916, (2, 0.5): 0.1757, (2, 0.3): 0.0557, (2, 0.1): 0.0075,
    (4, 0.9): 1.0, (4, 0.7): 0.189, (4, 0.5): 0.0494, (4, 0.3): 0.0087, (4, 0.1): 0.000245,
}  # fmt: skip
"""(agents, load per agent) -> mean wait in M/D/c by Cosmetatos's approximation, handle time 1: T. Kimura, Journal of
the Operational Research Society 42 (1991), table 1."""

KIMURA = {4.0: (16.26, 1.82, 0.23), 1.5: (8.50, 1.06, 0.15), 0.5: (5.19, 0.68, 0.10)}
"""Squared coefficient of variation -> mean number waiting in M/G/5 at loads of .9, .7 and .5 by Kimura's approximation:
Queueing Systems 17 (1994), table 1."""

GARNETT = {
    -1.0: (0.999443, 0.931226, 0.841345, 0.725187, 0.442323),
    0.0: (0.759747, 0.585786, 0.5, 0.414214, 0.240253),
    2.0: (0.026271, 0.024399, 0.02275, 0.020506, 0.013901),
}
"""beta -> P(wait) at theta / mu of .1, .5, 1, 2, 10; Garnett, Mandelbaum and Reiman 2002, computed independently."""

HALFIN_WHITT = {0.5: 0.504539, 1.0: 0.223361, 1.5: 0.08469, 2.0: 0.026881}
"""beta -> P(wait); Halfin and Whitt 1981, computed independently."""

AGENTS_FOR_DELAY = {
    0.1: (103, 114, 125, 129, 125, 114, 103, 99),
    0.5: (91, 101, 111, 115, 111, 101, 91, 87),
    0.9: (79, 88, 98, 102, 98, 88, 79, 75),
}
"""P(wait) -> agents at t = 0, pi/4, .. 7 pi/4 when 100 + 20 sin t arrive and all times have mean 1: least s with
P(Poisson(m(t)) >= s) at most P(wait); the example of Feldman, Mandelbaum, Massey and Whitt 2008."""

DAY_12 = {"good": 1815.2717, "sl_served": 0.900432, "asa": 0.1006807, "occupancy": 0.696934}
"""M/M/12 for 480 min, 4.2 a minute, 2 min each, within 20 s. Integrated independently; the simulation of
umontreal-simul/contactcenters, doc/examples/MMC.res, has 1816.158 +- 3.54, .902 +- .002, .099 +- .002, .695 +- .002."""

DAY_12_IMPATIENT = {
    "abandoned": 59.26322, "good": 1906.7189, "sl_served": 0.974438, "asa": 0.0238253, "occupancy": 0.676558,
    "sl_late": 0.968189,
}  # fmt: skip
"""The same with patience of 1 min; MMCAb.res there has 58.609 +- .95 abandoned and 1906.008 +- 2.2 good."""

DAY_12_CLEARED = {"disconnected": (0.328, 0.538), "good": (1812.572, 1819.652)}
"""The first with the line cleared at the end: the intervals of MMCClrQ.res there."""

HOURS = {
    "per_hour": (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60),
    "agents": (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4),
    "sl_20": (0.781, 0.859, 0.975, 0.937, 0.901, 0.93, 0.974, 0.973, 0.935, 0.97, 0.873, 0.918, 0.947),
    "sl_30": (0.818, 0.892, 0.984, 0.957, 0.93, 0.949, 0.984, 0.983, 0.954, 0.979, 0.896, 0.935, 0.958),
}
"""A day of 13 hours, 100 s each, 10 % balk, else patience of 1,000 s; served in time / (served + abandoned later):
contactcenters doc/msk/mskuse.tex, 300 simulated days, +- .01 an hour."""
