"""The tables of one replication, filled from the model: the desk as it is before anybody asks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sim.draws import Purpose, prefixes
from sim.kernel import layout as of
from sim.kernel.arrivals import arrivals_of
from sim.kernel.heap import empty as empty_heap
from sim.kernel.returns import PLACES
from sim.kernel.rules import law_table, rules_of, streams_of
from sim.kernel.staffing import fill_plans, staffing_of
from sim.laws import Ints
from sim.model import Model
from sim.sums import COUNTS

_MOST_HELD: Final = 21
_ENDLESS: Final = 1 << 62


@dataclass(slots=True)
class Sizes:
    """How much room a day has; doubled when it was too little."""

    contacts: int = 1_024
    trace: int = 0
    estimates: int = 4_096

    def double(self) -> None:
        """Twice the room."""
        self.contacts *= 2
        self.trace *= 2


def prepare(
    model: Model, seed: int, replication: int, every: int | None, sizes: Sizes, estimates: of.Table
) -> of.World:
    """The world at the start; `every` cuts what is counted into intervals of so many ms."""
    lines, staffing = model.rules.lines, staffing_of(model)
    arrivals, order = arrivals_of(model, seed, replication)
    contacts, agents = sizes.contacts, staffing.agents.shape[0]
    static = staffing.kinds.shape[0] * of.CHANNEL_COUNT
    cohorts = static + contacts
    rules = rules_of(model, every)
    rules["static_cohorts"] = static
    rules["groups"] = staffing.groups.shape[0]
    laws, stream_laws, model_laws = law_table(model)
    orders_kept = int(rules["orders_kept"][0])
    counted = len(lines) * (int(rules["intervals"][0]) + 1)
    comings = 1 + int(rules["retrial_at_most"][0] + rules["repeat_at_most"][0])
    desk = np.zeros(1, of.DESK_STATE)
    desk["next_seq"] = desk["next_offer"] = desk["next_attempt"] = 1
    desk["tracing"] = sizes.trace > 0
    world = of.World(
        heap=empty_heap(8 * (contacts + agents) + 64),
        desk=desk,
        rules=rules,
        contacts=_free(np.zeros(contacts, of.CONTACT), desk, "free_contact"),
        tried=np.zeros((contacts, agents + 1), np.int64),
        agents=staffing.agents.copy(),
        held=np.zeros((agents, _MOST_HELD), np.int64),
        groups=staffing.groups.copy(),
        keys=staffing.keys.copy(),
        places=np.full((of.ORDER_COUNT, agents), -1, np.int64),
        kinds=staffing.kinds.copy(),
        servers=staffing.servers,
        serves=staffing.serves,
        levels_of=staffing.levels_of,
        cohorts=_cohorts(cohorts, static),
        occupied=np.zeros(cohorts, np.int64),
        heads=np.zeros(cohorts, np.int64),
        todo_agents=np.zeros(agents + 1, np.int64),
        todo_cohorts=np.zeros(2 * cohorts, np.int64),
        todo_lines=np.zeros(3 * len(lines), np.int64),
        lines=_lines(model),
        step_after=_step_after(model),
        order_rank=np.zeros((len(lines), contacts if orders_kept else 1), np.int64),
        order_seq=np.zeros((len(lines), contacts if orders_kept else 1), np.int64),
        arrivals=arrivals,
        order=order,
        comings=_free(np.zeros(2 * contacts if _returns(rules) else 2, of.COMING), desk, "free_coming"),
        place_until=np.full(PLACES if _returns(rules) else 1, -1, np.int64),
        streams=streams_of(model),
        laws=laws,
        stream_laws=stream_laws,
        models=staffing.models,
        model_laws=model_laws,
        plans=np.zeros(staffing.most_plans(model), of.PLAN),
        spells=staffing.spells,
        pauses=staffing.pauses,
        paces=staffing.paces,
        speeds=staffing.speeds,
        ladders=_ladders(model),
        bands=np.array(model.callback.by_wait if model.callback else [], np.float64).reshape(-1, 2),
        failures=np.array([share for _, share in model.callback.failures] if model.callback else [0.0]),
        failure_kinds=_failure_kinds(model),
        prefixes=_prefixes(seed, replication),
        estimates=estimates,
        sums=np.zeros((counted, len(COUNTS)), np.int64),
        levels=_levels(rules, len(lines) + 4 * staffing.crews),
        integrals=np.zeros((len(lines) + 4 * staffing.crews, int(rules["intervals"][0])), np.int64),
        dirty=np.zeros(agents + 1, np.int64),
        waits=np.zeros((len(arrivals) * comings + 1, 2), np.int64),
        trace=np.zeros((sizes.trace, of.TRACE_WIDTH), np.int64),
    )
    fill_plans(world, model, seed, replication)
    return world


def _prefixes(seed: int, replication: int) -> npt.NDArray[np.uint64]:
    """By purpose; those that are no number of a purpose are 0, and read by nobody."""
    known = prefixes(seed, replication)
    table = np.zeros(max(Purpose) + 1, np.uint64)
    table[list(known)] = list(known.values())
    return table


def _returns(rules: of.Table) -> bool:
    return bool(rules["retrial_at_most"][0] or rules["repeat_at_most"][0])


def _free(table: of.Table, desk: of.Table, name: str) -> of.Table:
    """Every row but 0 is free, the first first."""
    table["next_free"] = np.arange(1, len(table) + 1)
    table["next_free"][-1] = 0
    desk[name] = 1
    return table


def _cohorts(count: int, static: int) -> of.Table:
    cohorts = np.zeros(count, of.COHORT)
    cohorts["kind"][:static] = np.arange(static) // of.CHANNEL_COUNT
    cohorts["channel"][:static] = np.arange(static) % of.CHANNEL_COUNT
    cohorts["root"] = cohorts["place"] = -1
    cohorts["solo"][static:] = 1
    return cohorts


def _lines(model: Model) -> of.Table:
    rules = model.rules.lines
    lines = np.zeros(len(rules), of.LINE)
    by_name = sorted(line.key for line in rules)
    products = list(model.policy.products)
    for row, one in zip(lines, rules, strict=True):
        row["product"] = products.index(one.product)
        row["name_order"] = by_name.index(one.key)
        row["strategy"] = ("longest_idle", "least_loaded", "round_robin", "most_proficient").index(one.strategy)
        row["last_step"] = len(one.steps) - 1
        row["queue_limit"], row["case_limit"] = one.queue_limit, one.case_limit
    return lines


def _step_after(model: Model) -> Ints:
    rules = model.rules.lines
    after = np.zeros((len(rules), max(len(line.steps) for line in rules)), np.int64)
    for number, line in enumerate(rules):
        for step, one in enumerate(line.steps):
            after[number, step] = one.after_ms
    return after


def _ladders(model: Model) -> Ints:
    rules = model.rules.callbacks
    ladders = (rules.retry_no_answer_ms, rules.retry_busy_ms, rules.retry_voicemail_ms, rules.retry_invalid_ms)
    table = np.full((len(ladders), max(map(len, ladders)) + 1), -1, np.int64)
    for number, ladder in enumerate(ladders):
        table[number, : len(ladder)] = ladder
    return table


def _failure_kinds(model: Model) -> Ints:
    from router.core.commands import DIAL_FAILURES

    words = [word for word, _ in model.callback.failures] if model.callback else ["no_answer"]
    return np.array([list(DIAL_FAILURES).index(word) for word in words], np.int64)  # type: ignore[arg-type]


def _levels(rules: of.Table, count: int) -> of.Table:
    levels = np.zeros(count, of.LEVEL)
    every, since, intervals = (int(rules[name][0]) for name in ("every", "since", "intervals"))
    index = 0 if not every else min(since // every, intervals - 1)
    levels["last"], levels["index"] = since, index
    levels["end"] = _ENDLESS if not every or index == intervals - 1 else (index + 1) * every
    return levels
