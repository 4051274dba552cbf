"""A contact `it` in each state that a contact can be in, with an agent `ann` who holds it where somebody does."""

from tests.core.build import (
    Step,
    Story,
    accepts,
    agent,
    asc_connects,
    asc_drops,
    callback,
    chat,
    closes,
    finishes,
    given,
    reaches,
    status,
)

Reached = tuple[str, str]
"""(channel, state)."""

_AWAY: list[Step] = [agent("ann"), status("ann", "break")]

WAYS: dict[Reached, list[Step]] = {
    ("chat", "waiting"): [*_AWAY, chat("it")],
    ("chat", "absent"): [*_AWAY, asc_connects("it"), chat("it"), asc_drops("it")],
    ("chat", "offered"): [agent("ann"), chat("it")],
    ("chat", "connected"): [agent("ann"), chat("it"), accepts("ann", "it")],
    ("chat", "wrapping"): [agent("ann"), chat("it"), accepts("ann", "it"), closes("ann", "it")],
    ("chat", "gone"): [agent("ann"), chat("it"), accepts("ann", "it"), closes("ann", "it"), finishes("ann", "it")],
    ("callback", "due"): [*_AWAY, callback("it")],
    ("callback", "offered"): [callback("it"), agent("ann")],
    ("callback", "dialling"): [callback("it"), agent("ann"), accepts("ann", "it")],
    ("callback", "connected"): [callback("it"), agent("ann"), accepts("ann", "it"), reaches("ann", "it")],
    ("callback", "wrapping"): [
        callback("it"), agent("ann"), accepts("ann", "it"), reaches("ann", "it"), closes("ann", "it"),
    ],
}  # fmt: skip


def reached(channel: str, state: str) -> Story:
    """The story of a contact that has come to this state."""
    return given(*WAYS[channel, state])
