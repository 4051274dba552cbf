"""A sweep in words, the same on a terminal and in a report: the answer, and how a measure moves along an axis."""

from sim.definitions import Definition
from sim.sweep.found import Found, Tried
from sim.targets import Verdict, goals_of, judged
from sim.words import interval, named, percent, value

_LONG_S = 600
"""A wait from which on seconds say nothing to anybody."""
_WORST: tuple[Verdict, ...] = ("missed", "too close to tell", "too few to tell", "nothing observed", "met")


def answer(found: Found) -> str:
    """The first thing a planner wants to know: the cheapest point that meets the targets, or which comes nearest."""
    if not found.tried:
        return "Nothing is finished yet."
    of = f"{len(found.tried)} points" if len(found.tried) > 1 else "the one point"
    best = found.chosen
    if best is None:
        targets = "the target" if len(goals_of(found.base)) == 1 else "every target"
        return f"None of {of} meets {targets} beyond doubt; the nearest is {place(found, found.nearest)}: " + (
            f"{_targets(found.nearest)}."
        )
    will_do = sum(one.meets for one in found.tried)
    verb = "meets" if will_do == 1 else "meet"
    targets = "the target" if len(best.verdicts) == 1 else "every target"
    alike = sum(one.meets and cost(one) == cost(best) for one in found.tried)
    which = "it is" if will_do == 1 else "the cheapest is" if alike == 1 else f"the best of the {alike} cheapest is"
    return f"{will_do} of {of} {verb} {targets}; {which} {place(found, best)} ({cost(best)}): {_targets(best)}."


def movement(found: Found) -> str:
    """How the first target's measure moves along the only axis; empty where there are more, or its places are names."""
    if len(found.axes) != 1 or not found.axes[0].ordered or len(found.tried) < 2:
        return ""
    first, last = found.tried[0], found.tried[-1]
    name = goals_of(found.base)[0].measure
    before, after = first.measure(name), last.measure(name)
    gap = found.difference(first, last, name).estimate
    if gap.mean is None:
        return ""
    axis = found.axes[0].name
    width = "" if gap.half_width is None else f" ± {gap.half_width * 100:.1f}"
    verb = "rises" if gap.mean > 0 else "falls" if gap.mean < 0 else "stays"
    what = labelled(found, before.definition)
    begins, ends = (f"{axis} {found.told(one.point)[0]}" for one in (first, last))
    return (
        f"{what[:1].upper()}{what[1:]} {verb} from {value(before)} at {begins} to {value(after)} at {ends} "
        f"({gap.mean * 100:+.1f}{width} points, the same customers)."
    )


def place(found: Found, one: Tried) -> str:
    """Where a point stands: `agents 4, chats 2`, or a variant's name."""
    told = zip(found.axes, found.told(one.point), strict=True)
    return ", ".join(text if axis.path == "variant" else f"{axis.name} {text}" for axis, text in told)


def cost(one: Tried) -> str:
    """What one run costs, or takes of people where the scenario has no prices."""
    costs = one.result.scenario.costs
    return f"{amount(one)} {'agent hours' if costs is None else costs.currency}"


def amount(one: Tried) -> str:
    """The same without its unit."""
    return f"{one.agent_hours:,.1f}" if one.price is None else f"{one.price:,.0f}"


def cost_head(found: Found) -> str:
    """What those amounts are."""
    return "agent hours" if found.base.costs is None else f"cost, {found.base.costs.currency}"


def verdict(one: Tried) -> str:
    """Whether a point will do: the worst that is said of any of its targets."""
    return "met" if one.meets else min(one.verdicts, key=_WORST.index)


def labelled(found: Found, definition: Definition) -> str:
    """A measure's label; without the seconds of the service level where they vary."""
    whole = len({one.result.within_s for one in found.tried}) == 1
    return definition.label if whole else definition.label.partition(",")[0]


def head(found: Found, definition: Definition) -> str:
    """The same with its unit, for the head of a table."""
    return named(definition).replace(definition.label, labelled(found, definition))


def how(found: Found) -> str:
    """How the numbers came about, and what the short names stand for."""
    one = "1 replication" if found.wanted == 1 else f"{found.wanted} replications"
    text = f"{len(found.points)} points, {one} of each, the same customers in all of them, seed {found.seed}"
    long = [f"{axis.name} is {axis.path}" for axis in found.axes if axis.name != axis.path]
    return f"{text}; {', '.join(long)}" if long else text


def notes(found: Found) -> list[str]:
    """What must be said where not everything was run, and where the answer may be dear in what no target is about."""
    told = []
    if not found.complete:
        whole = sum(one.result.replications >= found.wanted for one in found.tried)
        told.append(f"This sweep was cancelled: {whole} of {len(found.points)} points are finished.")
    best = found.chosen
    called = None if best is None else best.measure("callback_wait_mean").estimate.mean
    if called is not None and called > _LONG_S and found.base.targets.callback_kept is None:
        told.append(
            f"No target is about callbacks, and at the point that was chosen they come after {spoken_wait(called)} on "
            "average; set targets.callback_kept to leave out points that pay with them."
        )
    return told


def spoken_wait(seconds: float) -> str:
    """`34.4 s`, `12.6 min`, `12.8 h`."""
    if seconds < _LONG_S:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 12 * _LONG_S else f"{seconds / 3600:,.1f} h"


def _targets(one: Tried) -> str:
    told = []
    for each in judged(one.result):
        width = f" ({interval(each.measured)})" if interval(each.measured) else ""
        bound = f"{'at least' if each.goal.at_least else 'at most'} {percent(each.goal.share)}"
        verdict = "" if each.verdict == "met" else f", {each.verdict}"
        if each.measured.estimate.mean is not None:
            told.append(f"{each.measured.definition.label} {value(each.measured)}{width}, target {bound}{verdict}")
    called = one.measure("callback_wait_mean").estimate.mean
    if called is not None and told:
        told.append(f"callbacks after {spoken_wait(called)}")  # Else a better level hides who pays for it.
    return "; ".join(told) or "nothing was observed"
