"""
What the kernel knows of a desk, as flat tables: one record for each contact, agent, line and so on.

Only the form stands here, and what the numbers in it stand for. Nothing is allocated while a day runs: contacts live in
slots that are used again. Times are milliseconds on the run's clock; what refers to nothing is -1.
"""

from typing import Annotated, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.kernel.heap import Heap
from sim.laws import Floats, Ints
from sim.sums import COUNTS

Table = npt.NDArray[np.void]
Bytes = npt.NDArray[np.uint8]

# --- channels, in the order of `router.core.policy.CHANNELS`
CHAT: Final = 0
CALLBACK: Final = 1
CALL: Final = 2
CASE: Final = 3
CHANNEL_COUNT: Final = 4

# --- where a contact is; `QUEUED` is a chat's `waiting` and a callback's `due`
FREE: Final = 0
QUEUED: Final = 1
OFFERED: Final = 2
CONNECTED: Final = 3
WRAPPING: Final = 4
SCHEDULED: Final = 5
DIALLING: Final = 6

# --- what an agent chooses
OFFLINE: Final = 0
AVAILABLE: Final = 1
BREAK: Final = 2
NO_STATUS: Final = -1

# --- strategies, as heaps of agents
LONGEST_IDLE: Final = 0
LEAST_LOADED: Final = 1
ROUND_ROBIN: Final = 2
ORDER_COUNT: Final = 3
MOST_PROFICIENT: Final = 3
"""Looks into the heap of the longest idle."""

# --- whose turn it is at one instant: the classes of `sim.driver.Turn`, and among the desk's deadlines their kinds
CLASS_SHIFT: Final = 59
KIND_SHIFT: Final = 54
IDENT: Final = (1 << KIND_SHIFT) - 1
DESK: Final = 0
SHIFT: Final = 1
ACCEPT: Final = 2
DIAL: Final = 3
END: Final = 4
WRAP_UP: Final = 5
PATIENCE: Final = 6
ARRIVAL: Final = 7
OFFER: Final = 9
PLAN_SHIFT: Final = 32
"""A plan of an agent: agent number << 32 | row, so that what was planned first comes first."""

# --- what came of asking for something that may need an estimate
DONE: Final = 0
NOT_YET: Final = 1
"""An estimate is wanted that is not remembered; nothing has changed."""
NO: Final = 2

# --- what a day stops for
FINISHED: Final = 0
WANTS_ESTIMATE: Final = 1
TOO_SMALL: Final = 2

# --- what is to be gone on with when the estimate is there
NOTHING: Final = 0
ENTRY: Final = 1
LOOK: Final = 2
REQUEST: Final = 3

# --- plans of agents
COME: Final = 0
GO: Final = 1
PAUSE: Final = 2
RESUME: Final = 3
LEAVE: Final = 4

_CONTACT = (
    "id", "next_free", "seq", "rank", "since", "line", "channel", "stream", "state", "step", "agreed", "triage",
    # Where it waits: its cohort, and its place in that cohort's heap.
    "cohort", "child", "before", "after",
    # With whom.
    "offer_id", "agent", "units", "taken_at", "tried",
    # When the desk must act; -1: not armed.
    "offer_due", "wrap_up_due", "step_due", "passed_due", "due_at", "urgent_due", "lifetime_due", "triage_due",
    # The callback.
    "is_callback", "promise_from", "promise_to", "urgent", "in_flight", "attempt",
    "failed_0", "failed_1", "failed_2", "failed_3",
    # The customer.
    "patience_ms", "handle_ms", "wrap_up_ms", "wants_other", "decided", "called_back", "waiting", "leaves_at",
    "offers", "ringing", "rings_ms", "attempts", "dialling", "retrials", "repeats", "job",
    # The place that was left before, for who comes again.
    "place_until", "place_since", "place_short", "place_in_time", "place_cell", "place_number",
    # What is measured of it.
    "asked", "cell", "live", "reserved", "promised", "reached", "asked_live",
    # What an agent does with it, where agents are slowed down.
    "left", "working", "turn", "pace",
)  # fmt: skip
CONTACT = np.dtype([(name, np.int64) for name in _CONTACT] + [("choice", np.float64)])

_AGENT = (
    "group", "model", "number", "crew", "capacity", "units", "held", "slots", "willing", "able", "offerable", "known",
    "status", "next_status", "idle_since", "taken_at", "last_offer", "no_answers", "not_responding", "backing_off",
    "back_off_due", "drained_for", "drained_line", "touched",
    # The person.
    "here", "visit", "chosen", "pause_ms", "away_k", "silent",
    # What is measured.
    "present", "leaves", "over", "cases", "only_cases",
    # What is worked on, where agents are slowed down.
    "jobs", "last", "serial", "alarm_at", "alarm_key", "dirty",
)  # fmt: skip
AGENT = np.dtype([(name, np.int64) for name in _AGENT])

GROUP = np.dtype([(name, np.int64) for name in ("first", "size", "signed_in", "slots", "willing", "idle", "touched")])
"""Agents alike for the desk; their heaps stand from `first` on."""

KIND = np.dtype([(name, np.int64) for name in ("line", "first", "count", "signed_in")])
"""(line, step, agreed): the groups that may serve are `servers[first:first + count]`."""

COHORT = np.dtype(
    [(name, np.int64) for name in ("kind", "channel", "root", "count", "place", "touched", "chosen", "solo")]
)

_LINE = (
    "product", "number", "name_order", "strategy", "last_step", "queue_limit", "case_limit", "waiting", "standing",
    "live", "callbacks", "urgent", "drained_agent", "drained_for", "touched",
    "handled", "handled_ms", "waits", "waited_ms", "left_milli",
)  # fmt: skip
LINE = np.dtype([(name, np.int64) for name in _LINE])

LAW = np.dtype([("law", np.int64), ("a", np.float64), ("b", np.float64)])

STREAM = np.dtype(
    [(name, np.int64) for name in ("line", "channel", "everybody")]
    + [(name, np.float64) for name in ("at_once", "retrial")]
)
"""Its laws are rows `4 * stream` and on of `laws`: handle time, that of a callback, wrap-up, patience."""

MODEL = np.dtype(
    [(name, np.int64) for name in ("chats", "paced")]
    + [(name, np.float64) for name in ("decline", "no_answer", "away_share", "away_mean")]
)
"""A group of the scenario; its laws: answer delay, being away."""

PLAN = np.dtype([(name, np.int64) for name in ("kind", "agent", "visit", "lasts_ms", "spell", "k")])
SPELL = np.dtype([(name, np.int64) for name in ("first", "count")])
PAUSE_MODEL = np.dtype([(name, np.int64) for name in ("after_ms", "lasts_ms", "waves", "apart_ms")])

PACE = np.dtype([("factor", np.float64)])
ARRIVALS = np.dtype(
    [(name, np.int64) for name in ("at", "id", "stream", "patience_ms", "handle_ms", "wrap_up_ms", "agreed", "joined")]
    + [("choice", np.float64)]
)
"""Customers; `joined`: in the same turn as the one who asks before."""

COMING = np.dtype(
    [(name, np.int64) for name in (
        "next_free", "id", "stream", "agreed", "retrials", "repeats",
        "place_until", "place_since", "place_short", "place_in_time", "place_cell", "place_number",
    )]
)  # fmt: skip

ESTIMATE = np.dtype(
    [(name, np.int64) for name in ("used", "ahead", "servers", "handle", "patience", "early", "middle", "late")]
)

LEVEL = np.dtype([(name, np.int64) for name in ("level", "last", "index", "end")])
TRACE_WIDTH: Final = 6

_RULES = (
    "lines", "steps", "agents", "groups", "static_cohorts", "orders", "horizon_ms",
    "offer_timeout_ms", "asc_grace_ms", "short_abandon_ms", "no_answer_back_off_ms", "decline_back_off_ms",
    "max_no_answer", "passed_hold_ms", "credit_ms", "triage_credit_ms", "triage_target_ms",
    "wrap_up_chat_ms", "wrap_up_callback_ms", "wrap_up_call_ms", "wrap_up_case_ms",
    "callbacks", "enabled", "idle_only", "reserve", "offer_after_ms", "offer_queue_length", "offer_expected_wait_ms",
    "drain", "drain_lead_ms", "max_draining", "promise_ms", "max_in_flight", "lifetime_ms",
    "estimates", "expected_handle_ms", "expected_patience_ms", "promise_unit_ms", "promise_least_ms", "look_every_ms",
    "by_wait", "failures", "own_wrap_up",
    "retrial_at_most", "repeat_at_most", "after_abandoned", "after_blocked", "after_unreachable",
    "slowed", "orders_kept", "service_level_ms", "since", "until", "every", "intervals",
)  # fmt: skip
RULES = np.dtype(
    [(name, np.int64) for name in _RULES]
    + [(name, np.float64) for name in ("accept", "reach", "declined_patience", "repeat_share")]
)
DRAIN_NEVER: Final = 0
DRAIN_ALWAYS: Final = 1
DRAIN_PROMISE: Final = 2

_DESK = (
    "now", "next_seq", "next_offer", "next_attempt", "in_flight", "draining", "next_arrival", "free_contact",
    "free_coming", "next_plan", "occupied", "todo_agents", "todo_cohorts", "todo_lines", "heads", "dirty",
    "places", "first_place", "places_kept", "events", "told_at", "failed", "traced", "tracing", "served",
    "pending", "pending_slot", "pending_delay", "present",
    "want_ahead", "want_servers", "want_handle", "want_patience", "early", "middle", "late",
)  # fmt: skip
DESK_STATE = np.dtype([(name, np.int64) for name in _DESK])


class World(NamedTuple):
    """Everything of one replication, packed. Tables are those above; plain arrays are explained where made."""

    heap: Heap
    desk: Annotated[Table, DESK_STATE, 1]
    rules: Annotated[Table, RULES, 1]
    contacts: Annotated[Table, CONTACT, 1]
    tried: Annotated[Ints, np.int64, 2]
    agents: Annotated[Table, AGENT, 1]
    held: Annotated[Ints, np.int64, 2]
    groups: Annotated[Table, GROUP, 1]
    keys: Annotated[Ints, np.int64, 2]
    """Agents in the heaps, by order: (order, place)."""
    places: Annotated[Ints, np.int64, 2]
    """Where an agent stands there: (order, agent), -1: not in."""
    kinds: Annotated[Table, KIND, 1]
    servers: Annotated[Ints, np.int64, 1]
    serves: Annotated[Bytes, np.uint8, 2]
    """(kind, group)."""
    levels_of: Annotated[Ints, np.int64, 2]
    """Proficiency: (group, product)."""
    cohorts: Annotated[Table, COHORT, 1]
    occupied: Annotated[Ints, np.int64, 1]
    heads: Annotated[Ints, np.int64, 1]
    todo_agents: Annotated[Ints, np.int64, 1]
    todo_cohorts: Annotated[Ints, np.int64, 1]
    todo_lines: Annotated[Ints, np.int64, 1]
    lines: Annotated[Table, LINE, 1]
    step_after: Annotated[Ints, np.int64, 2]
    """(line, step), ms."""
    order_rank: Annotated[Ints, np.int64, 2]
    order_seq: Annotated[Ints, np.int64, 2]
    arrivals: Annotated[Table, ARRIVALS, 1]
    order: Annotated[Ints, np.int64, 1]
    """The rows of `arrivals` in the order in which they ask."""
    comings: Annotated[Table, COMING, 1]
    place_until: Annotated[Ints, np.int64, 1]
    streams: Annotated[Table, STREAM, 1]
    laws: Annotated[Table, LAW, 1]
    stream_laws: Annotated[Ints, np.int64, 1]
    models: Annotated[Table, MODEL, 1]
    model_laws: Annotated[Ints, np.int64, 2]
    plans: Annotated[Table, PLAN, 1]
    spells: Annotated[Table, SPELL, 1]
    pauses: Annotated[Table, PAUSE_MODEL, 1]
    paces: Annotated[Table, PACE, 1]
    speeds: Annotated[Ints, np.int64, 2]
    """(model x line, held)."""
    ladders: Annotated[Ints, np.int64, 2]
    """(outcome, rung), ms; -1: no further attempt."""
    bands: Annotated[Floats, np.float64, 2]
    """(below ms, share) of who takes a callback, by the wait expected."""
    failures: Annotated[Floats, np.float64, 1]
    failure_kinds: Annotated[Ints, np.int64, 1]
    prefixes: Annotated[npt.NDArray[np.uint64], np.uint64, 1]
    estimates: Annotated[Table, ESTIMATE, 1]
    sums: Annotated[Ints, np.int64, 2]
    levels: Annotated[Table, LEVEL, 1]
    integrals: Annotated[Ints, np.int64, 2]
    dirty: Annotated[Ints, np.int64, 1]
    waits: Annotated[Ints, np.int64, 2]
    trace: Annotated[Ints, np.int64, 2]


def _count(name: str) -> int:
    return COUNTS.index(name)


OFFERED_N: Final = _count("offered")
SERVED: Final = _count("served")
SERVED_IN_TIME: Final = _count("served_in_time")
ABANDONED: Final = _count("abandoned")
ABANDONED_IN_TIME: Final = _count("abandoned_in_time")
SHORT_ABANDONED: Final = _count("short_abandoned")
CONVERTED: Final = _count("converted")
BLOCKED: Final = _count("blocked")
CASES: Final = _count("cases")
CASES_DONE: Final = _count("cases_done")
WAIT_MS: Final = _count("wait_ms")
RESERVATIONS: Final = _count("reservations")
COMPLETED: Final = _count("completed")
UNREACHABLE: Final = _count("unreachable")
CANCELLED: Final = _count("cancelled")
EXPIRED: Final = _count("expired")
DIALLED: Final = _count("dialled")
DIALLED_EARLY: Final = _count("dialled_early")
DIALLED_LATE: Final = _count("dialled_late")
CALLED_BACK: Final = _count("called_back")
CALLBACK_WAIT_MS: Final = _count("callback_wait_ms")
