"""Published and exactly computed values of steady lines with exponential laws; the source stands beside each."""

ERLANG_B = {
    (1.0, 1): 0.5,  # pyworkforce tests/test_erlang_b.py
    (1.0, 2): 0.2,  # the same
    (10.0, 17): 0.01294888,  # recursion, 8 figures, as all below
    (10.0, 10): 0.21458234,
    (20.0, 25): 0.05022178,
    (50.0, 60): 0.02166847,
    (100.0, 110): 0.02746345,
    (200.0, 200): 0.05435242,
}
"""(load in Erlang, agents) -> blocking."""

ERLANG_C = {
    (2.0, 3): 0.44444444,  # 4/9, by hand
    (10.0, 14): 0.1741319335950498,  # pyworkforce README; CRAN ErlangC README prints .1741319
    (12.0, 14): 0.48170537,  # recursion, 8 figures, as all below
    (20.0, 23): 0.41573757,
    (20.0, 25): 0.20910283,
    (50.0, 55): 0.38454732,
    (100.0, 105): 0.51570743,
    (400.0, 410): 0.51021486,
}
"""(load in Erlang, agents) -> P(wait)."""

ERLANG_A = {
    38: {"p_wait": 0.546486, "abandon": 0.101882, "ev": 0.239398, "ew": 0.203764},
    40: {"p_wait": 0.439365, "abandon": 0.073679, "ev": 0.170744, "ew": 0.147359},
    44: {"p_wait": 0.242372, "abandon": 0.033315, "ev": 0.075439, "ew": 0.06663},
}
"""Agents -> values of M/M/c+M with 10 arrivals a minute, mean handle time 4 min, mean patience 2 min; times in minutes.
Computed twice, by the M/M/n+G integrals and by the birth-death chain; six figures."""

KEEP_PLACE = {
    0.0: {"p_wait": 0.242372, "abandon": 0.033315, "ev": 0.075439, "ew": 0.06663},
    0.6: {"p_wait": 0.30252, "abandon": 0.02273, "ev": 0.13617, "ew": 0.12716},
    1.0: {"p_wait": 0.4317, "abandon": 0.0, "ev": 0.4317, "ew": 0.4317},
}
"""Share taking the callback -> values with 44 agents and otherwise as `ERLANG_A`. M/M/n+G with mixed patience; at 1 it
is Erlang C with a load of 40 Erlang."""

CHAT = {
    5: {"p_wait": 0.42177, "abandon": 0.15439, "ev": 0.22416, "virtual": 0.74442, "early": 0.72003, "slots": 0.86777},
    6: {"p_wait": 0.20494, "abandon": 0.06305, "ev": 0.08617, "virtual": 0.89715, "early": 0.88276, "slots": 0.77814},
    8: {"p_wait": 0.01502, "abandon": 0.00341, "ev": 0.0043, "virtual": 0.99503, "early": 0.99373, "slots": 0.57447},
}
"""Agents -> values of Erlang-Chat: 4 a minute, AHT 3, 3.5 and 4 min, patience 1 min, 0.333 min. Five figures by an
independent chain; for 5 agents the CCmath how-to script prints abandon .1544, ASA .22, occupancy .8678."""

CALLBACKS = {
    # (arrivals a minute, accepting, reserve)
    (2.0, 0.5, 0): {
        "p_delay": 0.67511, "p_callback": 0.337555, "abandon_all": 0.088763, "abandon_inbound": 0.133992,
        "ew_inbound": 0.267985, "ew_callback": 5.163224, "occupancy": 0.911237,
    },
    (2.0, 0.5, 1): {
        "p_delay": 0.54542, "p_callback": 0.27271, "abandon_all": 0.07171, "abandon_inbound": 0.0986,
        "ew_inbound": 0.1972, "ew_callback": 25.84677, "occupancy": 0.92829,
    },
    (1.7, 0.5, 1): {
        "p_delay": 0.31915, "p_callback": 0.15957, "abandon_all": 0.04025, "abandon_inbound": 0.0479,
        "ew_inbound": 0.09579, "ew_callback": 6.44042, "occupancy": 0.81578,
    },
}  # fmt: skip
"""Callbacks with a reserve: 10 agents, handle time 5 min, patience 2 min; an independent chain, five figures."""

LIMITED = {
    # (arrivals, service rate, agents, lines): M. Marzolla's Octave package queueing, inst/qsmmmk.m; simmer vignette 06
    (40.0, 30.0, 3, 7): {"idle": 0.255037, "sojourn": 0.036517},
    (50.0, 10.0, 4, 6): {"blocked": 0.293543},
    (3.0, 4.0, 2, 3): {"in_system": 0.76234004, "blocked": 0.04936015},
}
"""M/M/c/K."""
