"""What each reported measure means, in the words that stand beside the number, and how it is got from the counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.sums import Sums

Unit = Literal["contacts", "agents", "share", "s"]


@dataclass(frozen=True, slots=True)
class Definition:
    """
    One measure. `top` over `bottom`, summed over replications, is the value of a ratio; without a `bottom` it is the
    mean of `top` over replications. With a `quantile` it is that quantile of all waits, and `top` is one replication's
    own (None: nobody was served). `n` is how many contacts stand behind it in one replication.
    """

    name: str
    label: str
    unit: Unit
    text: str
    top: Callable[[Sums], float | None]
    bottom: Callable[[Sums], float] | None = None
    n: Callable[[Sums], int] | None = None
    quantile: float | None = None


def definitions(within_s: float) -> list[Definition]:
    """The measures of the live table and of every report, in order; `within_s` is the T of the service level, s."""
    return [
        Definition("offered", "offered", "contacts", "Contacts that entered a line.", lambda s: s.offered),
        Definition("served", "served", "contacts", "Contacts that an agent accepted as a chat.", lambda s: s.served),
        Definition(
            "abandoned",
            "abandoned",
            "contacts",
            "Contacts whose ASC left before an agent accepted, after more than the short limit.",
            lambda s: s.abandoned,
        ),
        Definition(
            "converted",
            "converted",
            "contacts",
            "Contacts that became a callback before an agent accepted.",
            lambda s: s.converted,
        ),
        Definition(
            "sl_offered",
            f"service level, {within_s:g} s",
            "share",
            f"Served with a wait of at most {within_s:g} s / (offered - short abandons - converted - blocked - still"
            f" waiting less than {within_s:g} s).",
            lambda s: s.served_in_time,
            lambda s: s.sl_base,
            lambda s: s.sl_base,
        ),
        Definition(
            "asa",
            "ASA",
            "s",
            "Mean wait of the served: accepted - asked, ringing and failed offers included.",
            lambda s: s.wait_ms / 1000,
            lambda s: s.served,
            lambda s: s.served,
        ),
        Definition(
            "wait_p50",
            "wait, P50",
            "s",
            "Half of the served waited no longer.",
            lambda s: None if s.wait_p50_ms is None else s.wait_p50_ms / 1000,
            n=lambda s: s.served,
            quantile=0.5,
        ),
        Definition(
            "wait_p90",
            "wait, P90",
            "s",
            "Nine in ten of the served waited no longer.",
            lambda s: None if s.wait_p90_ms is None else s.wait_p90_ms / 1000,
            n=lambda s: s.served,
            quantile=0.9,
        ),
        Definition(
            "occupancy",
            "agent occupancy",
            "share",
            "Agent time with at least one contact ringing, dialling, connected or in wrap-up / agent time available or"
            " so occupied; of the agents who serve the line.",
            lambda s: s.busy_ms,
            lambda s: s.available_ms,
        ),
        Definition(
            "callback_wait_mean",
            "callback wait",
            "s",
            "Mean over callbacks that reached the ASC: ASC on the line - asked.",
            lambda s: s.callback_wait_ms / 1000,
            lambda s: s.called_back,
            lambda s: s.called_back,
        ),
    ]


def live_definitions(within_s: float) -> list[Definition]:
    """Those, and who had left without a word, and whether cases were answered in time."""
    return [
        *definitions(within_s),
        Definition(
            "silent",
            "left silently",
            "contacts",
            "Contacts accepted whose ASC had gone before without a word; none of them is served.",
            lambda s: s.silent,
        ),
        Definition(
            "abandonment_true",
            "abandonment, silent included",
            "share",
            "(Abandoned + left silently) / (the denominator of the service level).",
            lambda s: s.abandoned + s.silent,
            lambda s: s.sl_base,
            lambda s: s.sl_base,
        ),
        Definition(
            "silent_handle",
            "handle time, left silently",
            "s",
            "Mean over those who left silently: wrapped - accepted, which the agents spent on nobody.",
            lambda s: s.silent_ms / 1000,
            lambda s: s.silent_closed,
            lambda s: s.silent_closed,
        ),
        Definition(
            "case_kept",
            "cases answered in time",
            "share",
            "Cases answered before they were overdue / (cases answered + cases overdue); work hours by priority.",
            lambda s: s.cases_in_time,
            lambda s: s.cases_in_time + s.cases_late,
            lambda s: s.cases_in_time + s.cases_late,
        ),
    ]


def all_definitions(within_s: float) -> list[Definition]:
    """Those, and what only reports tell: the other definitions of the service level, and what goes on in each hour."""
    within = f"{within_s:g} s"
    return [
        *live_definitions(within_s),
        Definition(
            "abandonment",
            "abandonment",
            "share",
            "Abandoned after more than the short limit / (offered - short abandons - converted - blocked - still"
            f" waiting less than {within}): the same denominator as the service level's.",
            lambda s: s.abandoned,
            lambda s: s.sl_base,
            lambda s: s.sl_base,
        ),
        Definition(
            "shut",
            "found the line shut",
            "contacts",
            "Customers who asked outside the hours of the line or its language; they are not offered.",
            lambda s: s.shut,
        ),
        Definition(
            "sl_late",
            f"service level, {within}, late",
            "share",
            f"Served with a wait of at most {within} / (served + silent + abandoned after {within}).",
            lambda s: s.served_in_time,
            lambda s: s.served + s.silent + s.abandoned - s.abandoned_in_time,
            lambda s: s.served + s.silent + s.abandoned - s.abandoned_in_time,
        ),
        Definition(
            "sl_kind",
            f"service level, {within}, kind",
            "share",
            f"(Served with a wait of at most {within} + abandoned within {within}, short abandons left out) / (served +"
            " silent + abandoned).",
            lambda s: s.served_in_time + s.abandoned_in_time,
            lambda s: s.served + s.silent + s.abandoned,
            lambda s: s.served + s.silent + s.abandoned,
        ),
        Definition(
            "sl_served",
            f"service level, {within}, of the served",
            "share",
            f"Served with a wait of at most {within} / served. It flatters, and is never a target.",
            lambda s: s.served_in_time,
            lambda s: s.served,
            lambda s: s.served,
        ),
        Definition(
            "callbacks",
            "callbacks promised",
            "contacts",
            "Callbacks that were asked for and so promised.",
            lambda s: s.reservations,
        ),
        Definition(
            "callbacks_kept",
            "callbacks kept",
            "contacts",
            "Callbacks first dialled within five minutes of what was promised.",
            lambda s: s.dialled - s.dialled_early - s.dialled_late,
        ),
        Definition(
            "callbacks_late",
            "callbacks late",
            "contacts",
            "Callbacks first dialled more than five minutes after what was promised.",
            lambda s: s.dialled_late,
        ),
        Definition(
            "callback_kept",
            "callbacks kept, share",
            "share",
            "Callbacks first dialled within five minutes of what was promised / callbacks dialled.",
            lambda s: s.dialled - s.dialled_early - s.dialled_late,
            lambda s: s.dialled,
            lambda s: s.dialled,
        ),
        Definition(
            "callback_reach",
            "callbacks reached, share",
            "share",
            "Callbacks in which the ASC came on the line / callbacks promised.",
            lambda s: s.called_back,
            lambda s: s.reservations,
            lambda s: s.reservations,
        ),
        Definition(
            "callback_lost",
            "callbacks lost, share",
            "share",
            "(Callbacks in which nobody answered + cancelled + expired) / callbacks promised.",
            lambda s: s.unreachable + s.cancelled + s.expired,
            lambda s: s.reservations,
            lambda s: s.reservations,
        ),
        Definition(
            "queue",
            "in line",
            "contacts",
            "Mean number of contacts that wait for their first agent, over the measured time.",
            lambda s: s.queue_ms,
            lambda s: s.span_ms,
        ),
        Definition(
            "agents",
            "agents there",
            "agents",
            "Mean number of agents available or busy, over the measured time; of the agents who serve the line.",
            lambda s: s.available_ms,
            lambda s: s.span_ms,
        ),
        Definition(
            "agents_busy",
            "agents busy",
            "agents",
            "Mean number of agents with a contact, over the measured time; of the agents who serve the line.",
            lambda s: s.busy_ms,
            lambda s: s.span_ms,
        ),
        Definition(
            "occupancy_contacts",
            "agent occupancy, without cases",
            "share",
            "Agent time with at least one chat, call or callback / agent time available or busy; time with nothing but"
            " cases is left out above the line.",
            lambda s: s.busy_ms - s.casework_ms,
            lambda s: s.available_ms,
        ),
        Definition(
            "incident",
            "linked to an incident",
            "contacts",
            "Contacts that an agent, talking to the ASC, linked to an incident; whoever left before is not among them.",
            lambda s: s.linked,
        ),
        Definition("cases", "cases opened", "contacts", "Cases that were opened.", lambda s: s.cases),
        Definition(
            "cases_done",
            "cases done",
            "contacts",
            "Of these: those on which the work was done.",
            lambda s: s.cases_done,
        ),
        Definition(
            "overtime",
            "overtime",
            "s",
            "Agent time, in all, in which somebody had gone offline, or would have but for what was still held.",
            lambda s: s.overtime_ms / 1000,
        ),
    ]
