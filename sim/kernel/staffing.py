"""The people of the model, as tables: agents, groups alike for the desk, whom each may serve, their pace and plans."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from router.core.policy import DEFAULT_LEVEL
from router.core.staff import Group, Profile, Room
from sim.draws import Purpose, happens, prefix
from sim.durations import mean_ms
from sim.kernel import layout as of
from sim.kernel.heap import push
from sim.laws import Floats, Ints
from sim.model import GroupModel, Model
from sim.people.model import FULL_SPEED

_MOST_HELD: Final = 20


@dataclass(frozen=True, slots=True)
class Staffing:
    """The tables; agents are numbered from 1, as in the twin."""

    agents: of.Table
    groups: of.Table
    keys: Ints
    kinds: of.Table
    servers: Ints
    serves: of.Bytes
    levels_of: Ints
    models: of.Table
    spells: of.Table
    pauses: of.Table
    paces: of.Table
    speeds: Ints
    crews: int
    crew_skills: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """(products, languages) of each crew."""

    def most_plans(self, model: Model) -> int:
        """How many plans there can be: comings, goings and breaks, each with its end, and times away."""
        plans = 64
        for group in model.groups:
            for spell in group.spells:
                each = 2 + 2 * len(spell.breaks)
                if group.away is not None:
                    each += 64 + int(8 * model.horizon_ms * group.away_share / max(mean_ms(group.away), 1.0))
                plans += each * group.agents
        return plans


_KNOWN: dict[int, tuple[Model, Staffing]] = {}
_MOST_KNOWN: Final = 8


def staffing_of(model: Model) -> Staffing:
    """The tables of a model, the same ones for each of its replications: whoever changes one copies it before."""
    kept = _KNOWN.get(id(model))
    if kept is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        kept = _KNOWN[id(model)] = (model, _made(model))
    return kept[1]


def _made(model: Model) -> Staffing:
    profiles = list(dict.fromkeys(_profile(group) for group in model.groups))
    crews = list(dict.fromkeys((profile[1], profile[3]) for profile in profiles))
    count = 1 + sum(group.agents for group in model.groups)
    agents = np.zeros(count, of.AGENT)
    for name in ("drained_line", "back_off_due", "alarm_at", "alarm_key", "next_status"):
        agents[name] = -1
    members: list[list[int]] = [[] for _ in profiles]
    for number, group in enumerate(model.groups):
        rows = slice(group.first_agent, group.first_agent + group.agents)
        profile = _profile(group)
        agents["group"][rows], agents["model"][rows] = profiles.index(profile), number
        agents["number"][rows] = np.arange(group.agents)
        agents["crew"][rows] = crews.index((profile[1], profile[3]))
        agents["capacity"][rows] = group.chats
        members[profiles.index(profile)] += range(group.first_agent, group.first_agent + group.agents)
    groups, keys = _groups(members)
    desk_groups = [Group(number, profile, Room()) for number, profile in enumerate(profiles)]
    kinds, servers, serves = _kinds(model, desk_groups)
    spells, pauses = _spells(model)
    paces, speeds = _paces(model)
    return Staffing(
        agents, groups, keys, kinds, servers, serves, _levels_of(model, desk_groups), _models(model), spells, pauses,
        paces, speeds, len(crews), tuple(crews),
    )  # fmt: skip


def _profile(group: GroupModel) -> Profile:
    """As the desk makes it of what the agents sign in with."""
    levels = group.levels or (DEFAULT_LEVEL,) * len(group.products)
    skills = sorted(dict(zip(group.products, levels, strict=True)).items())
    products, sorted_levels = tuple(name for name, _ in skills), tuple(level for _, level in skills)
    return group.pool, products, sorted_levels, tuple(sorted(dict.fromkeys(group.languages)))


def _groups(members: list[list[int]]) -> tuple[of.Table, Ints]:
    groups = np.zeros(len(members), of.GROUP)
    keys = np.zeros((of.ORDER_COUNT + 1, sum(map(len, members)) + len(members)), np.int64)
    first = 0
    for row, numbers in zip(groups, members, strict=True):
        row["first"], row["size"] = first, len(numbers)
        keys[of.ORDER_COUNT, first] = len(numbers)
        keys[of.ORDER_COUNT, first + 1 : first + 1 + len(numbers)] = numbers
        first += 1 + len(numbers)
    return groups, keys


def _kinds(model: Model, groups: list[Group]) -> tuple[of.Table, Ints, of.Bytes]:
    lines = model.rules.lines
    steps = max(len(line.steps) for line in lines)
    kinds = np.zeros(len(lines) * steps * 2, of.KIND)
    serves = np.zeros((len(kinds), len(groups)), np.uint8)
    servers: list[int] = []
    for number, rules in enumerate(lines):
        for step in range(steps):
            for agreed in (0, 1):
                kind = (number * steps + step) * 2 + agreed
                able = [group.number for group in groups if group.may_serve(rules, step, bool(agreed), "")]
                kinds[kind] = (number, len(servers), len(able), 0)
                serves[kind, able] = 1
                servers += able
    return kinds, np.array([*servers, 0], np.int64), serves


def _levels_of(model: Model, groups: list[Group]) -> Ints:
    products = list(model.policy.products)
    table = np.zeros((len(groups), len(products)), np.int64)
    for group in groups:
        for product, level in group.levels.items():
            table[group.number, products.index(product)] = level
    return table


def _models(model: Model) -> of.Table:
    table = np.zeros(len(model.groups), of.MODEL)
    for row, group in zip(table, model.groups, strict=True):
        row["chats"], row["paced"] = group.chats, group.paces is not None
        row["decline"], row["no_answer"] = group.decline, group.no_answer
        if group.away is not None:
            row["away_share"], row["away_mean"] = group.away_share, mean_ms(group.away)
    return table


def _spells(model: Model) -> tuple[of.Table, of.Table]:
    """Every spell of every group in order, and the pauses of each."""
    spells: list[tuple[int, int]] = []
    pauses: list[tuple[int, int, int, int]] = []
    for group in model.groups:
        for spell in group.spells:
            spells.append((len(pauses), len(spell.breaks)))
            pauses += [(one.after_ms, one.lasts_ms, one.waves, one.apart_ms) for one in spell.breaks]
    return np.array([*spells, (0, 0)], of.SPELL), np.array([*pauses, (0, 0, 1, 0)], of.PAUSE_MODEL)


def _paces(model: Model) -> tuple[of.Table, Ints]:
    keys = [line.key for line in model.rules.lines]
    factors: Floats = np.ones(len(model.groups) * len(keys))
    speeds = np.full((len(factors), _MOST_HELD + 1), FULL_SPEED, np.int64)
    for number, group in enumerate(model.groups):
        for key, pace in (group.paces or {}).items():
            if key in keys:
                row = number * len(keys) + keys.index(key)
                factors[row] = pace.factor
                speeds[row, 1:] = [pace.speed(held) for held in range(1, _MOST_HELD + 1)]
    table = np.zeros(len(factors), of.PACE)
    table["factor"] = factors
    return table, speeds


def fill_plans(world: of.World, model: Model, seed: int, replication: int) -> None:
    """When everybody comes and goes, in the order in which the twin plans it."""
    start = prefix(seed, replication, Purpose.ABSENCE)
    row = spell_number = 0
    for group in model.groups:
        for number in range(group.agents - group.missing):
            agent_id = group.first_agent + number
            for place, spell in enumerate(group.spells):
                if group.absence and happens(start, agent_id, place, group.absence):
                    continue
                row = _plan(world, row, spell.begins_ms, of.COME, agent_id, spell_number + place)
                if spell.ends_ms is not None:
                    row = _plan(world, row, spell.ends_ms, of.GO, agent_id, 0)
        spell_number += len(group.spells)
    world.desk["next_plan"] = row


def _plan(world: of.World, row: int, at: int, kind: int, agent_id: int, spell: int) -> int:
    world.plans[row] = (kind, agent_id, 0, 0, spell, 0)
    push(world.heap, at, of.SHIFT << of.CLASS_SHIFT | agent_id << of.PLAN_SHIFT | row, row)
    return row + 1
