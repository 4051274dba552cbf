"""A contact `it` in each state that a contact can be in, with an agent `ann` who holds it where somebody does."""

from tests.core.acts import call, case, converts_for, rings
from tests.core.build import (
    Does,
    Story,
    accepts,
    agent,
    answers,
    asc_connects,
    asc_drops,
    callback,
    chat,
    closes,
    finishes,
    given,
    passes,
    reaches,
    status,
)

Reached = tuple[str, str]
"""(channel, state)."""

QUIET = {"quiet_warning_ms": 1_000, "quiet_parking_ms": 2_000}
"""An ASC who owes an answer for two seconds is parked."""

_AWAY: list[Does] = [agent("ann"), status("ann", "break")]
_CHAT: list[Does] = [agent("ann"), chat("it"), accepts("ann", "it")]
_CALLBACK: list[Does] = [callback("it"), agent("ann"), accepts("ann", "it")]


def _served(asks: Does, channel: str) -> dict[Reached, list[Does]]:
    """The ways of a contact that needs neither messages nor dialling."""
    held = [agent("ann"), asks, accepts("ann", "it")]
    return {
        (channel, "waiting"): [*_AWAY, asks],
        (channel, "offered"): held[:2],
        (channel, "connected"): held,
        (channel, "wrapping"): [*held, closes("ann", "it")],
    }


WAYS: dict[Reached, list[Does]] = {
    ("chat", "waiting"): [*_AWAY, chat("it")],
    ("chat", "absent"): [*_AWAY, asc_connects("it"), chat("it"), asc_drops("it")],
    ("chat", "offered"): _CHAT[:2],
    ("chat", "connected"): _CHAT,
    ("chat", "parked"): [*_CHAT, answers("ann", "it"), passes(2_000)],
    ("chat", "wrapping"): [*_CHAT, closes("ann", "it")],
    ("chat", "gone"): [*_CHAT, closes("ann", "it"), finishes("ann", "it")],
    ("callback", "scheduled"): [*_AWAY, chat("it"), converts_for("it", (60_000, 120_000))],
    ("callback", "due"): [*_AWAY, callback("it")],
    ("callback", "offered"): _CALLBACK[:2],
    ("callback", "dialling"): _CALLBACK,
    ("callback", "connected"): [*_CALLBACK, reaches("ann", "it")],
    ("callback", "wrapping"): [*_CALLBACK, reaches("ann", "it"), closes("ann", "it")],
    ("callback", "ringing"): [*_CHAT, rings("ann", "it")],
    **_served(call("it"), "call"),
    **_served(case("it"), "case"),
}
"""`gone` is no state any more, and `ringing` is dialling from a chat."""


def reached(channel: str, state: str) -> Story:
    """The story of a contact that has come to this state."""
    return given(*WAYS[channel, state], **QUIET)
