"""The report of a run as one HTML file: the answer first, then the day, then every number with what it means."""

from html import escape

from sim.compare_report import chosen_measures
from sim.comparison import Comparison
from sim.result import Result, main_measures
from sim.results.day import day_of, levels_of
from sim.results.html import bullets, meanings, origins, page, section, table, tiles
from sim.targets import judged
from sim.words import (
    LEVEL,
    PLAN_COSTS,
    TOLD,
    UNCERTAIN,
    UNCERTAIN_HEADS,
    answer,
    compression,
    cost_rows,
    difference,
    finding,
    interval,
    named,
    number,
    plan_cost_rows,
    removed,
    side_by_side_heads,
    side_by_side_rows,
    synchronised,
    target_heads,
    target_row,
    target_rows,
    told,
    uncertain_rows,
    value,
)

_TILES = (LEVEL, "abandonment", "asa", "wait_p90", "occupancy", "callback_kept")
_BY_LINE = ("offered", "abandoned", "converted", LEVEL, "asa", "wait_p90", "occupancy")
_HEAD = ("base", "this plan", "difference", "told apart")
_VERDICTS = {"met": "met", "missed": "missed", "too close to tell": "close", "too few to tell": "close"}
_METHOD = (
    "Intervals are 95 %, over replications: Student's t for means, the delta method for ratios, sectioning for"
    " quantiles. Totals are sums of counts, never means of percentages. A contact belongs to the interval in which it"
    " asked; queue and agents are counted when they were."
)


def result_page(result: Result, *, complete: bool = True) -> str:
    """The report of a simulation; one that is not `complete` says so."""
    description = result.scenario.description.strip()
    body = [
        f"<h1>{escape(result.name)}</h1>",
        _answer(answer(result)),
        f'<p class="how">{escape(_how(result))}</p>',
        "" if complete else _notice("This run was cancelled: these are the replications that were finished."),
        f"<p>{escape(description)}</p>" if description else "",
        tiles((named(one.definition), value(one), interval(one)) for one in map(result.measure, _TILES)),
        section("Targets", _targets(result)),
        section("Costs", _costs(result)),
        *(day_of(result) if result.timetable.count > 1 else []),
        section("In all", _in_all(result)),
        section("By line", _by_line(result)) if len(result.lines()) > 1 else "",
        _uncertain(result),
        _reduced(result),
        origins(result.scenario),
        section("What each number means", meanings(result.tally.definitions), f'<p class="muted">{_METHOD}</p>'),
    ]
    return page(f"{result.name}: {answer(result)}", body)


def comparison_page(found: Comparison) -> str:
    """The report of a comparison."""
    plans, costs = range(1, len(found.names)), plan_cost_rows(found)
    chosen = [one for one in found.tally.definitions if one.name in chosen_measures(found)]
    several, description = len(plans) > 1, found.scenarios[0].description.strip()
    body = [
        f"<h1>{escape(_title(found))}</h1>",
        _findings(found),
        f'<p class="how">{escape(_compared(found))}</p>',
        f"<p>{escape(description)}</p>" if description else "",
        "" if found.complete else _notice("This run was cancelled: these are the replications that were finished."),
        section("Side by side", _side_by_side(found)) if several else "",
        section("Targets", table(target_heads(found), target_rows(found), "Which target each plan meets")),
        section("Costs", table(PLAN_COSTS, costs, "What one run of each plan costs")) if costs else "",
        *(levels_of(found) if found.timetable.count > 1 else []),
        *(_detail(found, plan, folded=several) for plan in plans),
        origins(found.scenarios[0]),
        section("What each number means", meanings(chosen), f'<p class="muted">{_METHOD} {_PAIRED}</p>'),
    ]
    return page(f"{found.names[0]}: {finding(found, 1)}", body)


def result_cell(result: Result) -> str:
    """The same in short, without a style of its own, for a notebook."""
    return f"<p><b>{escape(result.name)}</b>: {escape(answer(result))}. {escape(_how(result))}</p>{_in_all(result)}"


def comparison_cell(found: Comparison) -> str:
    """The same in short of a comparison."""
    plans = range(1, len(found.names))
    findings = "".join(f"<p>{escape(finding(found, plan))}</p>" for plan in plans)
    tables = "".join(
        f"<p><b>{escape(found.names[plan])}</b> against {escape(found.names[0])}</p>{_differences(found, plan)}"
        for plan in plans
    )
    return f"{findings}<p>{escape(_compared(found))}</p>{tables}"


_PAIRED = (
    "Replication r of every plan meets the same customers, and differences are taken replication by replication. Told"
    f" apart, {TOLD}"
)


def _answer(text: str) -> str:
    """The answer, with its verdict marked; the words say it, the colour repeats it."""
    said, _, verdict = text.rpartition(": ")
    if verdict not in _VERDICTS:
        return f'<p class="answer">{escape(_capital(text))}</p>'
    mark = f'<span class="verdict {_VERDICTS[verdict]}">{escape(verdict)}</span>'
    return f'<p class="answer">{escape(_capital(said))}: {mark}</p>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notice(text: str) -> str:
    return f'<p class="notice">{escape(text)}</p>'


def _how(result: Result) -> str:
    faster = f", {compression(result)}" if compression(result) else ""
    zone = result.scenario.calendar.time_zone
    return f"{_capital(result.how)}{faster}. Times of day are those of {zone}."


def _compared(found: Comparison) -> str:
    faster = f", {compression(found)}" if compression(found) else ""
    done = f"{found.replications} of {found.wanted}" if not found.complete else f"{found.replications}"
    zone = found.scenarios[0].calendar.time_zone
    return (
        f"{done} replications of each plan, the same customers in all of them, seed {found.seed}{faster}. "
        f"Times of day are those of {zone}."
    )


def _targets(result: Result) -> str:
    rows = [target_row(one) for one in judged(result)]
    head = ("target", "wanted", "found", "95 % interval", "n", "verdict")
    return table(head, rows, "A target within the interval is too close to tell")


def _costs(result: Result) -> str:
    rows = cost_rows(result)
    return (
        table(("cost of one run", "number", "each", "in all", "95 % interval"), rows, "Means over the replications")
        if rows
        else ""
    )


def _in_all(result: Result) -> str:
    rows = [
        [named(one.definition), value(one), interval(one), "" if one.n is None else f"{one.n:,}"]
        for one in result.measures()
    ]
    total = result.total()
    left_out = (
        f"Left out of the service level: short abandons {total.short_abandoned:,}, converted {total.converted:,}, "
        f"blocked {total.blocked:,}, still waiting {total.waiting_short:,}."
    )
    return table(["measure", "mean", "95 % interval", "n"], rows, left_out)


def _by_line(result: Result) -> str:
    chosen = [one for one in result.tally.definitions if one.name in _BY_LINE]
    rows = [[line, *(value(result.measure(one.name, line)) for one in chosen)] for line in result.lines()]
    return table(["line", *map(named, chosen)], rows, "Means over the replications, line by line")


def _uncertain(result: Result) -> str:
    rows = uncertain_rows(result, main_measures(result.scenario))
    return section("What is not known", table(UNCERTAIN_HEADS, rows, UNCERTAIN)) if rows else ""


def _reduced(result: Result) -> str:
    if result.reductions is None:
        return ""
    rows = []
    by_name = {one.name: one for one in result.tally.definitions}
    for name in [name for name in main_measures(result.scenario) if name in result.reductions.of]:
        unit = by_name[name].unit
        for one in result.reductions.of[name]:
            low, high = one.reduced.low, one.reduced.high
            mean = "-" if one.reduced.mean is None else number(unit, one.reduced.mean)
            width = "" if low is None or high is None else f"{number(unit, low)} to {number(unit, high)}"
            rows.append([named(by_name[name]), one.technique, mean, width, removed(one.removed)])
    head = ["measure", "technique", "mean", "95 % interval", "variance"]
    return section(
        "Variance reduction",
        table(head, rows, "What each technique made of the interval, as measured on this run"),
        bullets(result.reductions.legend),
    )


def _title(found: Comparison) -> str:
    """Both plans; or the day of which several are, when they are variants of one."""
    if len(found.names) > 2 and len({scenario.name for scenario in found.scenarios}) == 1:
        return f"{found.scenarios[0].name}: {len(found.names)} plans"
    return " or ".join(found.names)


def _findings(found: Comparison) -> str:
    """A sentence about each plan; large where there is but one."""
    told_of = [finding(found, plan) for plan in range(1, len(found.names))]
    if len(told_of) == 1:
        return f'<p class="answer">{escape(told_of[0])}</p>'
    return '<ul class="answers">' + "".join(f"<li>{escape(one)}</li>" for one in told_of) + "</ul>"


def _side_by_side(found: Comparison) -> str:
    caption = f"In brackets: more than {found.names[0]}, where the two are told apart; shares in points"
    return table(side_by_side_heads(found), side_by_side_rows(found), caption)


def _detail(found: Comparison, plan: int, *, folded: bool) -> str:
    """Every measure, and the service level by line; folded away where there are several plans."""
    title, by_line = f"{found.names[plan]} against {found.names[0]}", len(found.lines()) > 1
    if not folded:
        return section(title, _differences(found, plan)) + (_differences_by_line(found, plan) if by_line else "")
    inside = _differences(found, plan) + (_level_by_line(found, plan) if by_line else "")
    return f"<section><details><summary><h2>{escape(title)}</h2></summary>{inside}</details></section>"


def _differences(found: Comparison, plan: int) -> str:
    rows = []
    for name in chosen_measures(found):
        one = found.differing(plan, name)
        rows.append(
            [named(one.base.definition), value(one.base), value(one.other), difference(one, unit=False), told(one)]
        )
    head = ["measure", *_HEAD]
    return table(head, rows, f"Base: {found.names[0]}. {synchronised(found, plan)}")


def _differences_by_line(found: Comparison, plan: int) -> str:
    return section(f"By line: {found.names[plan]} against {found.names[0]}", _level_by_line(found, plan))


def _level_by_line(found: Comparison, plan: int) -> str:
    rows = []
    for line in found.lines():
        one = found.differing(plan, LEVEL, line)
        rows.append([line, value(one.base), value(one.other), difference(one, unit=False), told(one)])
    return table(["line", *_HEAD], rows, "Service level, line by line")
