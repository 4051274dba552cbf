"""
`python -m benchmarks`: how fast Ringback is here, each figure beside a peer or a goal measured in the same run.

    python -m benchmarks                 all of it, about a minute
    python -m benchmarks desk twin       only these
    python -m benchmarks ready           a start with a million entries, some minutes
    python -m benchmarks sockets         ten thousand idle sockets, and five thousand that come back; some minutes
    python -m benchmarks plan            a day and a week planned and verified, up to a quarter of an hour
    python -m benchmarks --json          one JSON object instead of a table
    python -m benchmarks --rounds 5      more rounds; medians are shown

Shared machines are noisy: trust the ratios, not the rates.
"""

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import chat_path, desk, half_load, kernel, plan, ready, rules, sockets, start, twin
from benchmarks.peers import cpp, idiomatic
from benchmarks.peers.models import MMCM, OVERFLOW

DESK_GOAL = 80_000
RULES_GOAL = 50_000
RULES_RATIO_GOAL = 0.5
TWIN_GOAL = 15_000
TWIN_RATIO_GOAL = 0.25
PROCESSES_GOAL = 1.8
KERNEL_LINE_GOAL = 1.5
FIRST_PLAN_GOAL_S = 60
VERIFIED_GOAL_S = 600


def run_desk(rounds: int) -> dict[str, Any]:
    """The desk alone, in commands a second."""
    rates = [desk.commands_per_second(10_000, seed) for seed in range(1, rounds + 1)]
    return {"mix": desk.MIX, "commands_per_s": round(statistics.median(rates)), "goal": DESK_GOAL}


def run_rules(rounds: int) -> dict[str, Any]:
    """The desk with all its rules in use: ten agents, and in turn 5,000 with 20,000 contacts waiting."""
    pairs = [
        (rules.commands_per_second(10, 40, 4_000, seed), rules.commands_per_second(5_000, 20_000, 4_000, seed))
        for seed in range(1, rounds + 1)
    ]
    return {
        "commands_per_s": round(statistics.median(small for small, _ in pairs)),
        "goal": RULES_GOAL,
        "commands_per_s_5000_agents_20000_waiting": round(statistics.median(large for _, large in pairs)),
        "ratio_large": round(statistics.median(large / small for small, large in pairs), 3),
        "ratio_goal": RULES_RATIO_GOAL,
    }


def run_twin(rounds: int) -> dict[str, Any]:
    """The twin and its peer in turn; one process and two in turn; and what forty replications leave in memory."""
    simple = [twin.run(MMCM, 6).rate for _ in range(rounds)]
    pairs = [(twin.run(OVERFLOW, 4, each), idiomatic.run(OVERFLOW, 4, each)) for each in range(1, rounds + 1)]
    processes = [(twin.replications_per_second(1), twin.replications_per_second(2)) for _ in range(rounds)]
    possible = [(twin.loops_per_second(1), twin.loops_per_second(2)) for _ in range(rounds)]
    few, many = twin.megabytes()
    return {
        "contacts_per_s": round(statistics.median(simple)),
        "goal": TWIN_GOAL,
        "overflow_contacts_per_s": round(statistics.median(ours.rate for ours, _ in pairs)),
        "simpy_overflow_contacts_per_s": round(statistics.median(theirs.rate for _, theirs in pairs)),
        "ratio_simpy_overflow": round(statistics.median(ours.rate / theirs.rate for ours, theirs in pairs), 3),
        "ratio_goal": TWIN_RATIO_GOAL,
        "ratio_two_processes": round(statistics.median(two / one for one, two in processes), 2),
        "ratio_two_processes_goal": PROCESSES_GOAL,
        "ratio_two_bare_loops": round(statistics.median(two / one for one, two in possible), 2),
        f"mb_after_{twin.FEW}_replications": round(few, 1),
        f"mb_after_{twin.MANY}_replications": round(many, 1),
    }


def run_kernel(rounds: int) -> dict[str, Any]:
    """The compiled loops, C++ and SimPy in turn; threads; compiling."""
    numbers = range(1, rounds + 1)
    found: dict[str, Any] = {}
    for what, name in (("line", "MMCM"), ("full", "OVERFLOW")):
        cold, cached = kernel.compile_seconds(name)
        found |= {f"compile_s_cold_{what}": round(cold, 1), f"compile_s_cached_{what}": round(cached, 2)}
    found["ratio_two_threads"] = round(statistics.median(kernel.two_threads(200) for _ in numbers), 2)
    found["events_per_s_overflow"] = round(statistics.median(kernel.overflow_events_per_second(60) for _ in numbers))
    found["events_per_s_full"] = round(statistics.median(kernel.events_per_second(5) for _ in numbers))
    pairs = [(kernel.run_overflow(60, each).rate, idiomatic.run(OVERFLOW, 2, each).rate) for each in numbers]
    found["overflow_customers_per_s"] = round(statistics.median(ours for ours, _ in pairs))
    found["ratio_simpy_overflow"] = round(statistics.median(ours / theirs for ours, theirs in pairs), 2)
    if cpp.compiler() is None:
        return {**found, "cpp": cpp.MISSING}
    with cpp.programs() as programs:
        lines = [(kernel.run_line(600, each).rate, programs.run(MMCM, 600, each).rate) for each in numbers]
        full = [(kernel.run_overflow(60, each).rate, programs.run(OVERFLOW, 600, each).rate) for each in numbers]
    return {
        **found,
        "mmcm_customers_per_s": round(statistics.median(ours for ours, _ in lines)),
        "cpp_mmcm_customers_per_s": round(statistics.median(theirs for _, theirs in lines)),
        "ratio_cpp_mmcm": round(statistics.median(ours / theirs for ours, theirs in lines), 2),
        "ratio_cpp_mmcm_goal": KERNEL_LINE_GOAL,
        "cpp_overflow_customers_per_s": round(statistics.median(theirs for _, theirs in full)),
        "ratio_cpp_overflow": round(statistics.median(ours / theirs for ours, theirs in full), 3),
    }


def run_chat(rounds: int) -> dict[str, Any]:
    """The whole path of a chat message, beside two relays."""
    return asyncio.run(chat_path.compare(3.0, rounds))


def run_half(rounds: int) -> dict[str, Any]:
    """From send to delivery at half load, beside a relay as durable; and the longest stops of the serving loop."""
    return asyncio.run(half_load.compare(4.0, rounds))


def run_start(rounds: int) -> dict[str, Any]:
    """Folding a journal from its beginning, read ahead and read in turn."""
    entries, pairs = asyncio.run(start.seconds(12_000, rounds))
    return {
        "entries": entries,
        "seconds": round(statistics.median(ahead for ahead, _ in pairs), 2),
        "seconds_without_reading_ahead": round(statistics.median(in_turn for _, in_turn in pairs), 2),
        "ratio": round(statistics.median(in_turn / ahead for ahead, in_turn in pairs), 2),
    }


def run_ready(_rounds: int) -> dict[str, Any]:
    """How long a desk with a million entries takes until it serves; once, for it takes minutes."""
    return asyncio.run(ready.seconds(1_000_000))


def run_sockets(_rounds: int) -> dict[str, Any]:
    """What an idle socket costs, and how long everybody takes to come back after a kill; once, for it takes minutes."""
    return {**asyncio.run(sockets.idle()), **asyncio.run(sockets.resume(5_000))}


def run_plan(_rounds: int) -> dict[str, Any]:
    """A bank's day beside the covering of pyworkforce, and a week of four lines by eight languages; once."""
    week = plan.week(VERIFIED_GOAL_S / 60)
    return {
        **{f"week_{name}": value for name, value in week.items()},
        "week_first_plan_s_goal": FIRST_PLAN_GOAL_S,
        "week_verified_s_goal": VERIFIED_GOAL_S,
        **{f"day_{name}": value for name, value in plan.day(5.0, 100).items()},
    }


BENCHMARKS: dict[str, Callable[[int], dict[str, Any]]] = {
    "desk": run_desk, "rules": run_rules, "twin": run_twin, "kernel": run_kernel, "chat": run_chat, "half": run_half,
    "start": run_start, "ready": run_ready, "sockets": run_sockets, "plan": run_plan,
}  # fmt: skip

WHEN_NAMED = ("ready", "sockets", "plan")
"""These take minutes, so they are not among *all of it*."""


def main() -> int:
    """Run what was asked for and print it."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "which",
        nargs="*",
        metavar="|".join(BENCHMARKS),
        help=f"all but {' and '.join(WHEN_NAMED)} when none is named",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.which if name not in BENCHMARKS]
    if unknown or chosen.rounds < 1:
        parser.error(f"there is no benchmark {unknown[0]!r}" if unknown else "--rounds is at least 1")
    results: dict[str, Any] = {}
    for name in chosen.which or [name for name in BENCHMARKS if name not in WHEN_NAMED]:
        print(f"{name} ...", file=sys.stderr)
        results[name] = BENCHMARKS[name](chosen.rounds)
    if chosen.json:
        print(json.dumps(results, indent=1))
    else:
        for name, result in results.items():
            print(f"\n{name}")
            for key, value in result.items():
                print(f"  {key:34} {value:,}" if isinstance(value, int) else f"  {key:34} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
