"""
Demand, people, the twin and its measures: uses the desk and the wire formats, never the service.

What a notebook needs stands here, loaded when it is first asked for, so that whoever only reads a scenario loads no
compiler:

    from sim import changed, compare, load_scenario, simulate

    now = load_scenario("scenarios/first-desk.yaml")
    simulate(now).to_frame()
    compare(now, changed(now, "people.travel-crew.agents=5"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.comparison import compare as compare
    from sim.long_run import simulate_steady as simulate_steady
    from sim.run import simulate as simulate
    from sim.scenario_file import load_scenario as load_scenario
    from sim.settings import changed as changed
    from sim.statistics.stopping import Precision as Precision

_HOMES = {
    "Precision": "sim.statistics.stopping",
    "changed": "sim.settings",
    "compare": "sim.comparison",
    "load_scenario": "sim.scenario_file",
    "simulate": "sim.run",
    "simulate_steady": "sim.long_run",
}

__all__ = ["Precision", "changed", "compare", "load_scenario", "simulate", "simulate_steady"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
