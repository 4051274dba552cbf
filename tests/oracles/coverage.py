"""
Which records of the larger collection are held by what: theory, the twin, both, or neither and why.

    python -m tests.oracles.coverage          prints the table
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sim.verify.case import TwinCase
from sim.verify.twin_cases import TWIN_CASES

BY_ID: Final = {case.id: case for case in TWIN_CASES}

_CALLBACKS = {"agents": 10, "handle_min": 5, "patience_min": 2}
_G40 = {"agents": 40, "per_minute": 10, "handle_min": 4}
_HOURS = {
    "per_hour": [100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60],
    "agents": [4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4],
    "handle_min": 5 / 3,
    "patience_min": 50 / 3,
    "at_once": 0.1,
}

TWIN: Final[dict[str, tuple[tuple[str, Mapping[str, Any]], ...]]] = {
    **{f"A-{n}": (("erlang-a-38", {"agents": n}),) for n in (38, 40, 44)},
    "G40-lognormal": (("patience-lognormal", {**_G40, "patience": "lognormal, mean 2 min, sigma 1"}),),
    "G40-deterministic": (("patience-fixed", {**_G40, "patience": "fixed, 2 min"}),),
    "G40-10%": (("patience-mass-at-zero", {**_G40, "patience_min": 2, "at_once": 0.1}),),
    "VH-0.0": (("erlang-a-38", {"agents": 44}),),
    "VH-0.6": (("keep-place-half", {**_G40, "agents": 44, "patience_min": 2, "accepting": 0.6}),),
    "VH-1.0": (("keep-place-all", {**_G40, "agents": 44, "patience_min": 2, "accepting": 1.0}),),
    **{
        f"CB-{rate:g}-{share}-0-{reserve}": (
            (f"callbacks-for-idle-{reserve}", {**_CALLBACKS, "per_minute": rate, "accepting": share}),
        )
        for rate, share, reserve in ((2, 0.5, 0), (2, 0.5, 1), (2, 0.9, 0), (1.7, 0.5, 0), (1.7, 0.5, 1))
    },
    **{f"CHAT-s{n}": (("chat-slow-down-routed", {"agents": n}),) for n in (5, 6, 8)},
    "KO-Chat": (("chat-slow-down-routed", {}),),
    "PRIO-3-4-16": (("priorities-by-credit", {}), ("cases-after-chats", {})),
    "PRIO-1-3-14": (("priorities-by-credit", {"agents": 14, "per_minute": [1, 3], "handle_min": 3}),),
    "CC-MMC": (("day-12", {}),),
    "CC-MMC-exact": (("day-12", {}),),
    "CC-MMCAb": (("day-12-impatient", {}),),
    "CC-MMCAb-exact": (("day-12-impatient", {}),),
    "CC-singleQueue": (("centre-of-13-hours", {**_HOURS, "alpha": 1_000_000.0}),),
    "SSJ-CallCenter-a400": (("centre-of-13-hours", {}),),
    "KO-ErlangC": (("erlang-c-14", {"per_minute": 4, "handle_min": 3}),),
    "KO-ErlangX": (("full-lines", {"agents": 14, "lines": 100}),),
    **dict.fromkeys(
        ["PW-C14", "R-ErlangC"], (("erlang-c-14", {"agents": 14, "per_minute": 100 / 30, "handle_min": 3}),)
    ),
    "PW-A14": (("erlang-a-9", {"agents": 14, "per_minute": 100 / 30, "patience_min": 5}),),
    "PW-B": (("no-line", {"agents": 17, "per_minute": 5, "handle_min": 2}),),
    "ERLB": (("no-line", {"agents": 10}), ("no-line", {"agents": 25, "per_minute": 10}),),
    "CCT": (("erlang-c-14", {"agents": 40, "per_minute": 1000 / 60, "handle_min": 2}),),
    "QN-GH21": (("erlang-c-3", {"agents": 1, "per_minute": 5, "handle_min": 1 / 6}),),
    "QN-GH22": (("erlang-c-3", {"agents": 3, "per_minute": 6, "handle_min": 1 / 3}),),
    "QN-MDs": (("equal-work", {"agents": 4, "per_minute": 2.8, "handle_min": 1}),),
    "QN-Whitt93": (("work-of-two-kinds", {}), ("equal-work", {"agents": 4, "per_minute": 3.6, "handle_min": 1})),
    "OQ": (("erlang-c-3", {"agents": 4, "per_minute": 9, "handle_min": 1 / 5}),),
    "ERLC": (("erlang-c-14", {"agents": 23, "per_minute": 20}),),
    "RETRIAL": (("trying-until-served", {"agents": 1, "per_minute": 0.6, "handle_min": 1, "delay_min": 2}),),
}  # fmt: skip
"""Record -> the cases of the twin that it makes, with the record's own numbers in place of the case's."""

NOT_SIMULATED: Final[dict[str, str]] = {
    "CC-MMCClrQ": "a desk finishes whom it let in; nobody is sent away at closing",
    "PW-Creq": "a number of agents, not a line",
    "PW-Creq-occ70": "a number of agents, not a line",
    "TURBO": "a number of agents, not a line",
    "PW-MinAbs": "shift covering: an integer programme, not a line",
    "QN-Kimura": "an approximation: constants of a formula",
    "OQ-K": "a limited line of patient customers: of the family of `full-lines`, sojourns only",
    "SIMMER": "a limited line of patient customers: of the family of `full-lines`, numbers in the system only",
    "CIW-PS": "processor sharing: of the family of `chat-slow-down-routed`, sojourns only",
    "ISA": "infinitely many agents over one period of a sine",
    "GARNETT": "a limit of ever larger desks",
    "HW": "a limit of ever larger desks",
    "DELAY": "how well a wait is told, which the desk's own tests of estimates measure",
}
"""Records that are no line which the twin could be, or whose measures it does not take."""


def cases_of(record: str) -> list[TwinCase]:
    """The twin's cases of a record, by its own numbers."""
    return [
        # A callback waits so long that a short run does not come to its steady state.
        replace(
            BY_ID[name],
            parameters={**BY_ID[name].parameters, **numbers},
            full_only=("ew_callback",),
        )
        for name, numbers in TWIN.get(record, ())
    ]


def main() -> None:
    """Print the table and its sums."""
    from tests.oracles.facts.collection import ORACLES, everything
    from tests.oracles.test_collection import LEFT_TO_THE_PLANNER

    if not ORACLES.exists():
        print(f"the collection of published values is not here: {ORACLES}")
        return
    records = everything()
    for record in records:
        theory = "-" if record in LEFT_TO_THE_PLANNER else "theory"
        twin = ", ".join(name for name, _ in TWIN.get(record, ())) or f"- ({NOT_SIMULATED.get(record, '?')})"
        print(f"{record:22}{theory:8}{twin}")
    both = sum(record in TWIN and record not in LEFT_TO_THE_PLANNER for record in records)
    print(f"{len(records)} records: {len(records) - len(LEFT_TO_THE_PLANNER)} by theory, {len(TWIN)} by the twin,"
          f" {both} by both")  # fmt: skip


if __name__ == "__main__":
    main()
