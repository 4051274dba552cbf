"""
Who may be planned and for whom: pools of agents who are alike, and lines that the same pools serve.

A pool is what the groups of a scenario come to when their shifts and numbers are left out. Lines whose home pools (of
the first step) and all pools (of any step) are the same make one kind of work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.core.ids import LineKey, line_key
from sim.people.section import Group
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Pool:
    """
    Agents who are alike. `group` says how they work; its number and shift mean nothing. `groups` are those it came of.

    `there` is the share of rostered agents who are on seat when they should be: (1 - absence) (1 - shrinkage).
    """

    name: str
    group: Group
    groups: tuple[str, ...]
    there: float
    price: float
    most: int | None


@dataclass(frozen=True, slots=True)
class Kind:
    """Lines with the same pools; `home` and `pools` are places in the list of pools."""

    lines: tuple[LineKey, ...]
    home: frozenset[int]
    pools: frozenset[int]


def pools_of(scenario: Scenario) -> list[Pool]:
    """The pools in the order of the scenario's groups."""
    alike: dict[str, list[str]] = {}
    for name, group in scenario.people.items():
        work = group.model_copy(update={"agents": 1, "shift": None})
        alike.setdefault(work.model_dump_json(), []).append(name)
    price = scenario.costs.agent_hour if scenario.costs is not None and scenario.costs.agent_hour else 1.0
    found: list[Pool] = []
    for names in alike.values():
        group = scenario.people[names[0]]
        name = _name(names, group.pool, [one.name for one in found])
        own = scenario.plan.pools.get(name)
        shrinkage = group.shrinkage.share if group.shrinkage is not None else 0.0
        found.append(
            Pool(
                name=name,
                group=group,
                groups=tuple(names),
                there=(1 - group.absence) * (1 - shrinkage),
                price=price * (own.agent_hour if own is not None else 1.0),
                most=own.most if own is not None else None,
            )
        )
    return found


def _name(names: Sequence[str], pool: str | None, taken: Sequence[str]) -> str:
    """What the policy calls them, else what their names have in common, else the first of these."""
    alike = next((end for end in range(len(names[0]), 0, -1) if all(one[:end] == names[0][:end] for one in names)), 0)
    common = names[0][:alike].rstrip("-_.0123456789") if len(names) > 1 else names[0]
    wanted = [pool, common, names[0]]
    return next((name for name in wanted if name and name not in taken), names[0])


def kinds_of(scenario: Scenario, pools: Sequence[Pool], asked: Mapping[LineKey, float]) -> list[Kind]:
    """The lines for which anybody asks, by who may serve them; an agent who agreed to another language is left out."""
    kinds: dict[tuple[frozenset[int], frozenset[int]], list[LineKey]] = {}
    policy = scenario.policy
    for product in policy.products:
        for language in policy.languages:
            line = line_key(product, language)
            if not asked.get(line):
                continue
            steps = policy.lines.get(line, policy.routing).steps
            skilled = [
                place
                for place, one in enumerate(pools)
                if product in one.group.products and language in one.group.languages
            ]
            served = [
                frozenset(place for place in skilled if not step.pools or (pools[place].group.pool or "") in step.pools)
                for step in steps
            ]
            everybody = frozenset().union(*served)
            home = next((one for one in served if one), everybody)
            kinds.setdefault((home, everybody), []).append(line)
    return [Kind(tuple(lines), home, everybody) for (home, everybody), lines in kinds.items()]
