"""
Textbook lines as scenarios: the policy of a desk that adds nothing of its own, and the parts that a case chooses.

What a live desk needs and a textbook lacks is set so that it never matters: no short abandons, no limit that is ever
reached, no offer that runs out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Scenario = dict[str, Any]
"""A scenario as plain data, as `sim.scenario_file.as_scenario` takes it."""

PRODUCT, SECOND, LANGUAGE = "expense", "travel", "en"
NO_LIMIT = 1_000_000
WITHIN_MIN = 1 / 3
"""Minutes: the 20 s of `served_within`."""


def minutes(value: float) -> str:
    """A duration as a scenario writes it."""
    return f"{value * 60_000:.6f} ms"


def exponential(mean_min: float) -> dict[str, str]:
    """An exponential law."""
    return {"exponential": minutes(mean_min)}


def policy(queue_limit: int = NO_LIMIT, products: Sequence[str] = (PRODUCT,)) -> dict[str, Any]:
    """A policy without any rule that a textbook does not have."""
    return {
        "products": list(products),
        "languages": [LANGUAGE],
        "wrap_up": "1 h",
        "short_abandon": "0 s",
        "offer_timeout": "1 h",
        "silent_idle": "0 s",
        "silent_after": "1 h",
        "quiet_warning": "0 s",
        "routing": {"queue_limit": queue_limit},
    }


def line(
    agents: int,
    per_minute: float,
    handle_time: object,
    patience: object = "never",
    within_min: float = 1 / 3,
    *,
    chats: int = 1,
    queue_limit: int = NO_LIMIT,
    lines: int = 1,
    answer_delay: object = "0 s",
    wrap_up: object = "0 s",
    callback: Mapping[str, Any] | None = None,
    retrial: Mapping[str, Any] | None = None,
    policy_callbacks: Mapping[str, Any] | None = None,
    slow_down: Sequence[float] = (1.0,),
    silent_takes: object = None,
    at_once: float = 0.0,
    beside: Mapping[str, float] | None = None,
    urgent: float = 0.0,
    head_start_min: float = 0.0,
) -> Scenario:
    """
    One set of alike agents in steady state; laws are those of a scenario.

    With several `lines` the arrivals are split evenly among as many products, all of which everybody serves. With
    `silent_takes` everybody leaves without a word. `beside` are streams on other channels, by channel, per minute. As
    many as `urgent` a minute say that it concerns everybody, and stand as if they had come `head_start_min` earlier.
    """
    waits = {"fixed": patience} if isinstance(patience, str) and patience != "never" else patience
    if at_once or silent_takes is not None:
        assert isinstance(waits, dict)
        waits = {**waits, "at_once": at_once}
        if silent_takes is not None:
            waits.update(silent=1.0, silent_takes=silent_takes)
    products = [PRODUCT, *(f"{PRODUCT}-{number}" for number in range(2, lines + 1))]
    return {
        "name": "textbook",
        "policy": {
            **policy(queue_limit, products),
            "callbacks": dict(policy_callbacks or {}),
            "triage_credit": minutes(head_start_min),
        },
        "demand": {
            "streams": [
                *(
                    {"product": product, "language": LANGUAGE, "per_hour": per_minute * 60 / lines}
                    for product in products
                ),
                *(
                    {"product": PRODUCT, "language": LANGUAGE, "channel": channel, "per_hour": rate * 60}
                    for channel, rate in (beside or {}).items()
                ),
                *(
                    {"product": PRODUCT, "language": LANGUAGE, "impact": "everybody", "per_hour": rate * 60}
                    for rate in (urgent,)
                    if rate
                ),
            ],
            **({"retrial": dict(retrial)} if retrial is not None else {}),
        },
        "people": {
            "agents": {
                "agents": agents,
                "products": products,
                "languages": [LANGUAGE],
                "chats": chats,
                "answer_delay": answer_delay,
            }
        },
        "work": {"handle_time": handle_time, "wrap_up": wrap_up, "slow_down": list(slow_down)},
        "patience": waits,
        **({"callback": dict(callback)} if callback is not None else {}),
        "targets": {"service_level": {"within": minutes(within_min), "share": 0.8}},
        "run": {"horizon": "365 d", "end": "cut"},
    }


def two_kinds(
    per_minute: Sequence[float],
    agents: Sequence[int],
    handle_min: float,
    patience: object,
    levels: Sequence[Mapping[str, int]],
    *,
    slower: float = 1.0,
    urgent: bool = False,
) -> Scenario:
    """
    Two kinds of contacts before two groups in steady state; `levels` are what each group knows, and how well: of those
    who are free the best goes first. The second group takes `slower` times as long. With `urgent` the second kind goes
    before the first wherever both wait.
    """
    kinds = (PRODUCT, SECOND)
    return {
        "name": "textbook-skills",
        "policy": {
            **policy(products=kinds),
            "routing": {"queue_limit": NO_LIMIT, "strategy": "most_proficient"},
            "triage_credit": "24 h",
        },
        "demand": {
            "streams": [
                {"product": kind, "language": LANGUAGE, "per_hour": rate * 60, "impact": impact}
                for kind, rate, impact in zip(kinds, per_minute, ("one", "everybody" if urgent else "one"), strict=True)
            ]
        },
        "people": {
            f"group-{number}": {
                "agents": there,
                "products": list(known),
                "languages": [LANGUAGE],
                "levels": dict(known),
                "handle_factor": factor,
            }
            for number, (there, known, factor) in enumerate(zip(agents, levels, (1.0, slower), strict=True), 1)
        },
        "work": {"handle_time": exponential(handle_min)},
        "patience": patience,
        "targets": {"service_level": {"within": minutes(WITHIN_MIN), "share": 0.8}},
        "run": {"horizon": "365 d", "end": "cut"},
    }


def day(
    per_hour: Sequence[float],
    agents: Sequence[int],
    handle_min: float,
    patience_min: float | None,
    within_min: float,
    alpha: float | None = None,
    at_once: float = 0.0,
) -> Scenario:
    """
    A day of whole hours from an empty start, with a rate and so many agents in each hour; drained at the end.

    With `alpha` all rates of a day are multiplied by one gamma factor; the share `at_once` leaves rather than wait.
    """
    hours = len(per_hour)
    return {
        "name": "textbook-day",
        "policy": policy(),
        "demand": {
            "profiles": {"rates": {"starts": "00:00", "every": "1 h", "per_hour": list(per_hour)}},
            "streams": [{"product": PRODUCT, "language": LANGUAGE, "profile": "rates"}],
            **({"busyness": {"alpha": alpha}} if alpha is not None else {}),
        },
        "people": _crews(agents),
        "work": {"handle_time": exponential(handle_min)},
        "patience": "never" if patience_min is None else {**exponential(patience_min), "at_once": at_once},
        "targets": {"service_level": {"within": minutes(within_min), "share": 0.8}},
        "run": {"horizon": f"{hours} h", "end": "drain"},
    }


def _crews(agents: Sequence[int]) -> dict[str, Any]:
    """Groups with one shift each, so that in hour h `agents[h]` are there; who came first leaves first."""
    crews: dict[str, Any] = {}
    since: list[int] = []
    for hour, wanted in enumerate([*agents, 0]):
        since += [hour] * (wanted - len(since))
        for begun in since[: len(since) - wanted]:
            crew = crews.setdefault(f"from-{begun}-to-{hour}", _crew(begun, hour, len(agents)))
            crew["agents"] += 1
        since = since[max(len(since) - wanted, 0) :]
    return crews


def _crew(begun: int, until: int, hours: int) -> dict[str, Any]:
    # Whoever is there in the last hour stays until everybody is served.
    ends = "24:00" if until == hours else f"{until:02d}:00"
    return {
        "agents": 0,
        "products": [PRODUCT],
        "languages": [LANGUAGE],
        "shift": {"from": f"{begun:02d}:00", "to": ends},
    }
