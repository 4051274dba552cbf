"""Random days within the kernel's scope: every number of them depends on the number of the day alone."""

import random
from typing import Any


def day(number: int) -> dict[str, Any]:
    """A scenario of two products and two languages, a few agents and an hour or two."""
    chance = random.Random(number)
    pick = chance.choice
    many = chance.random() < 0.7
    languages = ["en", "de"] if many else ["en"]
    steps: Any = pick(
        [[{}], [{"pools": ["first"]}, {"after": "30 s"}], [{"min_level": 3}, {"after": "20 s", "languages": ["en"]}]]
    )
    policy: dict[str, Any] = {
        "products": ["expense", "travel"],
        "languages": languages,
        "offer_timeout": pick(["5 s", "20 s"]),
        "wrap_up": pick(["0 s", "20 s", "10 min"]),
        "passed_hold": pick(["10 s", "60 s"]),
        "asc_grace": pick(["0 s", "2 min"]),
        "priority_credit": {"p3": pick(["0 s", "5 min"])},
        "routing": {
            "steps": steps,
            "strategy": pick(["longest_idle", "least_loaded", "most_proficient", "round_robin"]),
            "queue_limit": pick([4, 500]),
        },
        "callbacks": {
            "mode": pick(["keep_place", "keep_place", "idle_only"]),
            "reserve": pick([0, 1]),
            "drain": pick(["promise", "always", "never"]),
            "drain_lead": pick(["5 min", "30 min"]),
            "max_draining": pick([1, 3]),
            "max_in_flight": pick([0, 0, 1]),
            "lifetime": pick(["15 min", "7 d"]),
            **pick([{}, {"offer_after": "40 s"}, {"offer_queue_length": 3}, {"offer_expected_wait": "1 min"}]),
            "retries": {"no_answer": ["2 min", "5 min"], "busy": ["1 min"], "voicemail": [], "invalid": []},
        },
    }
    channels = ["chat", "chat", "call", "case"]
    callback = None
    if chance.random() < 0.6:
        channels += ["callback"]
        callback = {
            "accept": pick([0.4, 1.0]),
            "accept_by_wait": pick([[], [{"below": "3 min", "share": 0.2}]]),
            "reach": pick([0.5, 1.0]),
            "failures": {"no_answer": 0.6, "busy": 0.4},
            "dial_time": pick(["0 s", {"exponential": "20 s"}]),
            "patience": pick(["never", {"exponential": "10 min"}]),
            "declined_patience": pick([1.0, 1.5]),
        }
    streams = [
        {
            "product": pick(["expense", "travel"]), "language": pick(languages), "channel": pick(channels),
            "per_hour": pick([10, 30, 60]), "impact": pick(["one", "one", "everybody"]),
            "agreed": pick([0.0, 0.5]),
        }
        for _ in range(chance.randint(1, 5))
    ]  # fmt: skip
    demand: dict[str, Any] = {"streams": streams}
    if chance.random() < 0.5:
        demand["retrial"] = {"share": 0.7, "delay": {"exponential": "1 min"}, "at_most": 2}
    if chance.random() < 0.3:
        demand["repeat"] = {"share": 0.3, "delay": {"exponential": "5 min"}, "at_most": 1}
    # Somebody serves every line, so that every day is one that can run.
    everything = {"agents": chance.randint(1, 2), "products": ["expense", "travel"], "languages": languages}
    people = {"all": {**everything, "pool": "first", "levels": {"expense": 4, "travel": 4}}}
    people |= {f"crew{index}": _crew(chance, languages) for index in range(chance.randint(1, 3))}
    work: dict[str, Any] = {
        "handle_time": pick([{"exponential": "4 min"}, {"lognormal": {"mean": "4 min", "cv": 0.8}}, "3 min"])
    }
    work["wrap_up"] = pick(["0 s", "20 s", {"uniform": {"from": "0 s", "to": "60 s"}}])
    if chance.random() < 0.5:
        work["slow_down"] = [1.0, 1.3, 1.7]
    if chance.random() < 0.2:
        work["backlog"] = [{"product": "expense", "language": "en", "cases": 4}]
    scenario = {
        "name": "day", "policy": policy, "demand": demand, "people": people, "work": work,
        "patience": pick(["never", {"exponential": "2 min"}, {"exponential": "5 min", "at_once": 0.1}]),
        "run": {"horizon": pick(["1 h", "2 h"]), "seed": 1, "end": pick(["cut", "drain"])},
    }  # fmt: skip
    if callback is not None:
        scenario["callback"] = callback
    if scenario["patience"] == "never" and any(stream["channel"] == "call" for stream in streams):
        scenario["run"]["end"] = "cut"  # type: ignore[index]  # Whoever calls and is never served waits for ever.
    return scenario


def _crew(chance: random.Random, languages: list[str]) -> dict[str, Any]:
    pick = chance.choice
    crew: dict[str, Any] = {
        "agents": chance.randint(1, 4),
        "products": pick([["expense"], ["travel"], ["expense", "travel"]]),
        "languages": pick([languages, ["en"]]),
        "chats": chance.randint(1, 3),
        "answer_delay": pick(["0 s", "3 s", {"exponential": "6 s"}]),
        "decline": pick([0.0, 0.0, 0.2]),
        "no_answer": pick([0.0, 0.0, 0.2]),
        "absence": pick([0.0, 0.3]),
        "handle_factor": pick([1.0, 1.0, 1.2]),
    }
    if chance.random() < 0.5:
        crew["pool"] = pick(["first", "second"])
    if chance.random() < 0.5:
        crew["shift"] = {"from": pick(["00:00", "00:10"]), "lasts": pick(["40 min", "80 min"])}
        if chance.random() < 0.5:
            crew["shift"]["breaks"] = [{"after": "10 min", "lasts": "5 min", "waves": 2, "apart": "5 min"}]
    return crew
