"""What was understood of a scenario, in words: the answer first, then what it stands on and what was not said."""

from collections.abc import Iterator

from router.core.hours import clipped, common
from router.core.ids import line_key
from router.wire.policy import policy_warnings
from router.wire.units import format_duration_ms
from sim.calendar import has_hours
from sim.demand.sources import expected_of, sources
from sim.model import build
from sim.people.check import warnings as people_warnings
from sim.scenario import Scenario
from sim.scenario_check import expected_contacts
from sim.settings import variants
from sim.targets import goals, rostered_hours

_HOUR_MS = 3_600_000


def understood(scenario: Scenario) -> list[str]:
    """Lines for a terminal."""
    return [
        f"{scenario.name}: can run. {_answer(scenario)}",
        *_listed("Warnings", [*policy_warnings(scenario.policy), *people_warnings(scenario)]),
        *_listed("Targets", goals(scenario)),
        *_listed("Measured", scenario.measured),
        *_listed("Fitted", scenario.fitted),
        *_listed("Assumed", scenario.assumed),
        *_listed("Not known exactly", _unknowns(scenario)),
        *_listed("Not said, and so", _silences(scenario)),
        *_listed("Lines", _lines(scenario)),
        *_listed("People", _people(scenario)),
        *_listed("Variants", _variants(scenario)),
    ]


def _listed(title: str, lines: "Iterator[str] | list[str]") -> list[str]:
    found = list(lines)
    return ["", f"{title}:", *(f"  {' '.join(line.split())}" for line in found)] if found else []


def _answer(scenario: Scenario) -> str:
    run, calendar = scenario.run, scenario.calendar
    agents = sum(group.agents for group in scenario.people.values())
    day = f" from {calendar.date:%A} {calendar.date}" if calendar.date else ""
    once = f"About {expected_contacts(scenario):,.0f} contacts in {run.horizon / _HOUR_MS:g} h{day}"
    return (
        f"{once}, {agents:,} agents, {rostered_hours(scenario):,.0f} rostered hours; {run.replications:,} replications."
    )


def _lines(scenario: Scenario) -> Iterator[str]:
    """Contacts and open hours by line; those for which nobody asks are left out."""
    contacts: dict[str, float] = {}
    for source in sources(scenario):
        contacts[source.line] = contacts.get(source.line, 0.0) + expected_of([source])
    rules = build(scenario).rules
    horizon = round(scenario.run.horizon / scenario.run.compress)
    calendars = rules.hours.calendars
    spoken = {entry.language: calendars[entry.calendar] for entry in rules.hours.languages}
    opened = {}
    for entry, line_rules in zip(rules.hours.lines, rules.lines, strict=True):
        intervals = clipped(common(calendars[entry.chat], spoken[line_rules.language]), 0, horizon)
        opened[entry.line] = sum(closes - opens for opens, closes in intervals)
    for product in scenario.policy.products:
        for language in scenario.policy.languages:
            line = line_key(product, language)
            if line in contacts:
                hours = opened[line] * scenario.run.compress / _HOUR_MS
                yield f"{line}: about {contacts[line]:,.0f} contacts, open to chats for {hours:g} h"


def _unknowns(scenario: Scenario) -> Iterator[str]:
    for path, error in scenario.uncertain.items():
        yield f"{path}: standard error {error * 100:g} %, drawn anew for every replication"


def _variants(scenario: Scenario) -> Iterator[str]:
    for name, plan in variants(scenario).items() if scenario.variants else ():
        changes = ", ".join(scenario.variants.get(name, {})) or "as it is"
        yield f"{name}: {changes}; about {expected_contacts(plan):,.0f} contacts, {rostered_hours(plan):,.0f} hours"


def _people(scenario: Scenario) -> Iterator[str]:
    for name, group in scenario.people.items():
        skills = f"{', '.join(group.products)} in {', '.join(group.languages)}"
        yield f"{name}: {group.agents:,}, {skills}, {group.chats} chat{'' if group.chats == 1 else 's'} at once"


def _silences(scenario: Scenario) -> Iterator[str]:
    """What a default decides that moves the result."""
    said = scenario.model_fields_set
    if "patience" not in said:
        yield "nobody leaves the line (patience)"
    if scenario.callback is None:
        yield "nobody takes a callback (callback)"
    if "wrap_up" not in scenario.work.model_fields_set:
        yield "there is no wrap-up (work.wrap_up)"
    always = [name for name, group in scenario.people.items() if group.shift is None]
    if always:
        yield f"there from the start to the end, without a break: {', '.join(always)} (people.shift)"
    if not any(group.absence or group.shrinkage for group in scenario.people.values()):
        yield "everybody comes and stays (people.absence, people.shrinkage)"
    if scenario.demand.busyness is None and scenario.demand.streams:
        yield "every day is as busy as the mean day, but for chance (demand.busyness)"
    if scenario.demand.retrial is None:
        yield "whoever gives up does not try again (demand.retrial)"
    if not has_hours(scenario.policy):
        yield "every line is open around the clock (policy.hours)"
    if "targets" not in said:
        level = scenario.targets.service_level
        yield f"the target is {level.share * 100:g} % within {format_duration_ms(level.within)} (targets)"
