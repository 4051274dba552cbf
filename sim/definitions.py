"""What each reported measure means, in the words that stand beside the number, and how it is got from the counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.sums import Sums

Unit = Literal["contacts", "share", "s"]


@dataclass(frozen=True, slots=True)
class Definition:
    """
    One measure. `top` over `bottom`, summed over replications, is the value of a ratio; without a `bottom` it is the
    mean of `top` over replications (a replication in which `top` is None observed nothing and is left out). `n` is how
    many contacts stand behind it in one replication.
    """

    name: str
    label: str
    unit: Unit
    text: str
    top: Callable[[Sums], float | None]
    bottom: Callable[[Sums], float] | None = None
    n: Callable[[Sums], int] | None = None


def definitions(within_s: float) -> list[Definition]:
    """Every reported measure, in the order of reports; `within_s` is the T of the service level, seconds."""
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
        ),
        Definition(
            "wait_p90",
            "wait, P90",
            "s",
            "Nine in ten of the served waited no longer.",
            lambda s: None if s.wait_p90_ms is None else s.wait_p90_ms / 1000,
            n=lambda s: s.served,
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
