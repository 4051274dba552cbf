"""The course of a day as charts: service level, waits, queue, agents, callbacks and occupancy, interval by interval."""

from collections.abc import Callable, Sequence

from sim.comparison import Comparison
from sim.result import Result
from sim.results.charts import MOST_SERIES, Chart, Kind, Point, Series
from sim.results.html import figure, table
from sim.tally import Measured
from sim.words import LEVEL, difference, interval, is_few, number, percent, told, value


def day_of(result: Result) -> list[str]:
    """Every chart of one plan, each with its table."""
    level = result.scenario.targets.service_level
    within = f"{result.within_s:g} s"
    charts = [
        _chart(result, "level", "Service level", "of contacts", [(LEVEL, f"served within {within}", "line")],
               top=1.0, target=(level.share, f"target {percent(level.share)}")),
        _chart(result, "waits", "Waits of the served", "seconds",
               [("asa", "mean (ASA)", "line"), ("wait_p90", "nine in ten waited no longer (P90)", "line")]),
        _chart(result, "queue", "Contacts in line", "contacts", [("queue", "mean number in line", "step")]),
        _chart(result, "agents", "Agents over the day", "agents",
               [("agents", "there", "step"), ("agents_busy", "busy", "step")]),
        _chart(result, "callbacks", "Callbacks promised and kept", "callbacks a day",
               [("callbacks", "promised", "bar"), ("callbacks_kept", "kept: dialled when promised", "bar")]),
        _chart(result, "occupancy", "Agent occupancy", "of agent time", [("occupancy", "busy / there", "step")],
               top=1.0),
    ]  # fmt: skip
    return [part for part in charts if part]


def levels_of(found: Comparison) -> list[str]:
    """The service level of each plan, and each difference to the base, interval by interval."""
    target = found.scenarios[0].targets.service_level
    shown = list(range(min(len(found.names), MOST_SERIES)))
    places = range(found.timetable.count)
    # The bands of several plans lie on each other; each difference below has its own.
    banded = len(shown) == 2
    columns = {plan: [found.tally.measured(plan, LEVEL, interval=place) for place in places] for plan in shown}
    labels = found.timetable.labels
    rows = [[labels[place], *(cell for plan in shown for cell in _cells(columns[plan][place]))] for place in places]
    head = ["interval", *(cell for plan in shown for cell in (found.names[plan], "95 % interval"))]
    over = Chart(
        "level",
        "Service level",
        " ".join(_extremes(found.names[plan], columns[plan], labels) for plan in shown),
        "of contacts",
        labels,
        [Series(found.names[plan], _points(columns[plan], labels, banded=banded)) for plan in shown],
        percent,
        (target.share, f"target {percent(target.share)}"),
        top=1.0,
    )
    parts = [figure(over, table(head, rows, "Service level by interval"))]
    for plan in range(1, len(found.names)):
        parts.append(_difference(found, plan))
    return parts


def _difference(found: Comparison, plan: int) -> str:
    labels = found.timetable.labels
    cells = [found.differing(plan, LEVEL, interval=place) for place in range(found.timetable.count)]
    points = [
        Point(
            one.difference.estimate.mean,
            one.difference.estimate.low,
            one.difference.estimate.high,
            f"{label}: {difference(one)}",
            is_few(one.base) or is_few(one.other),
        )
        for label, one in zip(labels, cells, strict=True)
    ]
    apart = [label for label, one in zip(labels, cells, strict=True) if one.difference.told]
    finding = f"Told apart in {len(apart)} of {len(cells)} intervals{': ' + ', '.join(apart) if apart else ''}."
    chart = Chart(
        f"difference-{plan}",
        f"{found.names[plan]} less {found.names[0]}",
        finding,
        "points of service level",
        labels,
        [Series("difference", points)],
        lambda share: f"{share * 100:+.3g}" if share else "0",
        bottom=None,
    )
    rows = [
        [label, value(one.base), value(one.other), difference(one, unit=False), told(one)]
        for label, one in zip(labels, cells, strict=True)
    ]
    head = ["interval", "base", "this plan", "difference", "told apart"]
    return figure(chart, table(head, rows, "Difference of service level by interval"))


def _chart(
    result: Result,
    ident: str,
    title: str,
    axis: str,
    shown: Sequence[tuple[str, str, Kind]],
    *,
    top: float | None = None,
    target: tuple[float, str] | None = None,
) -> str:
    labels = result.timetable.labels
    columns = [[result.measure(name, interval=place) for place in range(len(labels))] for name, _, _ in shown]
    if all(not one.estimate.mean for column in columns for one in column):
        return ""  # A desk without callbacks has no chart of them.
    finding = " ".join(_extremes(name, column, labels) for (_, name, _), column in zip(shown, columns, strict=True))
    unit = columns[0][0].definition.unit
    show: Callable[[float], str] = percent if unit == "share" else (lambda amount: f"{amount:,g}")
    series = [
        Series(name, _points(column, labels, banded=kind != "bar"), kind)
        for (_, name, kind), column in zip(shown, columns, strict=True)
    ]
    rows = [[label, *(cell for column in columns for cell in _cells(column[i]))] for i, label in enumerate(labels)]
    head = ["interval", *(cell for _, name, _ in shown for cell in (name, "95 % interval"))]
    chart = Chart(ident, title, finding, axis, labels, series, show, target, top)
    return figure(chart, table(head, rows, f"{title} by interval"))


def _points(column: Sequence[Measured], labels: Sequence[str], *, banded: bool = True) -> list[Point]:
    points = []
    for label, one in zip(labels, column, strict=True):
        low, high = one.limits if banded and one.limits else (None, None)
        width = f" ({interval(one)})" if interval(one) else ""
        n = "" if one.n is None else f", n {one.n:,}"
        points.append(Point(one.estimate.mean, low, high, f"{label}: {value(one)}{width}{n}", is_few(one)))
    return points


def _cells(one: Measured) -> tuple[str, str]:
    return value(one), interval(one)


def _extremes(name: str, column: Sequence[Measured], labels: Sequence[str]) -> str:
    """Where a series is lowest and highest, in words; intervals on which little stands are left out."""
    seen = [
        (one.estimate.mean, label)
        for label, one in zip(labels, column, strict=True)
        if one.estimate.mean is not None and not is_few(one)
    ]
    if not seen:
        return f"{name}: too few contacts to tell."
    unit = column[0].definition.unit
    (low, at_low), (high, at_high) = min(seen), max(seen)
    if low == high:
        return f"{name}: {number(unit, low)} all the time."
    return f"{name}: lowest {number(unit, low)} at {at_low}, highest {number(unit, high)} at {at_high}."
