"""Every state of a contact with every command about it: done as the table says, or refused without a trace."""

import pytest

from router.core import commands as cmd
from router.core.lifecycle import MOVES
from tests.core.acts import (
    asks_callback,
    books,
    call,
    case,
    confirms,
    drops_callback,
    extends,
    links,
    moves,
    pulls,
    raises_to,
    returns_to_chat,
    rings,
    transfers,
)
from tests.core.build import (
    accepts_number,
    answers,
    asc_number,
    cancels,
    chat,
    closes,
    converts,
    finishes,
    leaves,
    misses,
    reaches,
    refusal,
    state_of,
    writes,
)
from tests.core.command_table import TABLE
from tests.core.reach import WAYS, reached

WINDOW = (60_000, 120_000)
COMMANDS = {
    "RequestChat": chat("another", by="it"),
    "RequestChat:same_id": chat("it", by="somebody else"),
    "ReportCall": call("another", by="it"),
    "OpenCase": case("another", by="it"),
    "RequestCallback": asks_callback("another", by="it"),
    "LeaveContact": leaves("it"),
    "ConvertToCallback": converts("it"),
    "ReturnToChat": returns_to_chat("it"),
    "CancelCallback": cancels("it"),
    "PostMessage": writes("it"),
    "PostMessage:agent": answers("ann", "it"),
    "AcceptOffer": accepts_number("ann", 1),
    "DeclineOffer": lambda story: story.do(cmd.DeclineOffer(story.number("ann"), 1, "")),
    "CloseContact": closes("ann", "it"),
    "FinishWrapUp": finishes("ann", "it"),
    "ExtendWrapUp": extends("ann", "it"),
    "ConfirmPriority": confirms("ann", "it", 1),
    "LinkIncident": links("ann", "it"),
    "Transfer": transfers("ann", "it", line="expense/de"),
    "RingAsc": rings("ann", "it", number="its other number"),
    "BookCallback": books("ann", "it", "another", WINDOW),
    "DropCallback": drops_callback("ann", "it"),
    "ReportReached": reaches("ann", "it"),
    "ReportUnreachable": misses("ann", "it"),
    "MoveContact": moves("it", "expense/de"),
    "PullContact": pulls("it"),
    "RaisePriority": raises_to("it", 1),
}
"""Each command by the contact's own ASC, by the agent who holds it or was offered it, or by a supervisor."""
NO_CONTACT = ("SignIn", "SetStatus", "ForceStatus", "OpenLine")
"""People's commands that are about no contact."""

OF_OTHERS = {
    "LeaveContact": (leaves("it", by="other"), "unknown_contact"),
    "ConvertToCallback": (converts("it", by="other"), "unknown_contact"),
    "ReturnToChat": (returns_to_chat("it", by="other"), "unknown_contact"),
    "CancelCallback": (cancels("it", by="other"), "unknown_contact"),
    "PostMessage": (writes("it", by="other"), "unknown_contact"),
    "PostMessage:agent": (answers("ben", "it"), "not_connected"),
    "AcceptOffer": (accepts_number("ben", 1), "offer_ended"),
    "DeclineOffer": (lambda story: story.do(cmd.DeclineOffer(story.number("ben"), 1, "")), "offer_ended"),
    "CloseContact": (closes("ben", "it"), "unknown_contact"),
    "FinishWrapUp": (finishes("ben", "it"), "unknown_contact"),
    "ExtendWrapUp": (extends("ben", "it"), "unknown_contact"),
    "ConfirmPriority": (confirms("ben", "it", 1), "unknown_contact"),
    "LinkIncident": (links("ben", "it"), "unknown_contact"),
    "Transfer": (transfers("ben", "it", line="expense/de"), "unknown_contact"),
    "RingAsc": (rings("ben", "it"), "unknown_contact"),
    "BookCallback": (books("ben", "it", "another", WINDOW), "unknown_contact"),
    "ReportReached": (reaches("ben", "it"), "unknown_contact"),
    "ReportUnreachable": (misses("ben", "it"), "unknown_contact"),
}
"""The same commands by somebody else, and the one answer that they get in every state."""
OF_ANYBODY = (
    "RequestChat", "ReportCall", "OpenCase", "RequestCallback", "DropCallback",
    "MoveContact", "PullContact", "RaisePriority",
)  # fmt: skip
"""Commands that make a contact, or that need not come from whoever holds it."""


def cells():
    """(channel, state, command, outcome) for each cell of the table."""
    for part in TABLE.strip().split("\n\n"):
        head, *rows = [line.split() for line in part.splitlines()]
        for place, *outcomes in rows:
            for command, outcome in zip(head[1:], outcomes, strict=True):
                yield (*place.split("/"), command, outcome)


def outcome(story, command):
    """What becomes of `it`, with the channel where that has changed; or the refusal, which leaves no trace."""
    number = story.number("it")
    before = story.state.contacts.get(number)
    channel = before and before.channel
    code = refusal(story, command)
    after = story.state.contacts.get(number)
    changed = after is not None and before is not None and channel != after.channel
    return code or (f"{after.channel}/" if changed else "") + state_of(story, "it")


def test_the_table_is_complete():
    """Every state of the life cycles, and every command that people give about a contact, has its cell."""
    of_people = [kind for kind in cmd.COMMANDS if not kind.__module__.endswith(".nodes")]
    about_contacts = {kind.__name__ for kind in of_people} - set(NO_CONTACT)
    states = {(channel, state) for channel, table in MOVES.items() for state in table}

    assert about_contacts == {command.partition(":")[0] for command in COMMANDS}
    assert states | {("chat", "gone"), ("callback", "ringing")} == set(WAYS)
    assert {(*place, command) for place in WAYS for command in COMMANDS} == {cell[:3] for cell in cells()}
    assert set(COMMANDS) - set(OF_OTHERS) == {*OF_ANYBODY, "RequestChat:same_id"}


@pytest.mark.parametrize(("channel", "state", "command", "expected"), list(cells()))
def test_every_state_with_every_command(channel, state, command, expected):
    """A command moves the contact as the table says, or is refused, and then nothing at all has changed."""
    story = reached(channel, state)

    assert expected == outcome(story, COMMANDS[command])


@pytest.mark.parametrize("command", OF_OTHERS)
@pytest.mark.parametrize(("channel", "state"), WAYS)
def test_every_state_with_every_command_of_others(channel, state, command):
    """Nobody else moves a contact, nor learns from the answer in which state it is, or that it is there."""
    story = reached(channel, state)
    asc_number(story, "other")
    step, code = OF_OTHERS[command]

    assert code == refusal(story, step)
