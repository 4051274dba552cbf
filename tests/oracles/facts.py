"""
Published and exactly computed values that tests compare with, copied so that the tests stand alone.

Sources are named beside each; `ORACLES` is the folder of the larger collection, which is not part of the project.
"""

import json
from pathlib import Path
from typing import Any

import pytest

ORACLES = Path(__file__).parents[3] / "shared" / "data" / "oracles.json"

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


def collected(record: str) -> dict[str, Any]:
    """One record of the larger collection; the test skips where the collection is absent."""
    if not ORACLES.exists():
        pytest.skip("the collection of published values is not here")
    found = {entry["id"]: entry for entry in json.loads(ORACLES.read_text(encoding="utf-8"))}
    return dict(found[record])
