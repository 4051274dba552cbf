"""Every state of a contact with every command about it: done as the table says, or refused without a trace."""

import pytest

from router.core import commands as cmd
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
from tests.core.reach import WAYS, reached

TABLE = """
state              LeaveContact    ConvertToCallback CancelCallback  PostMessage     PostMessage:agent
chat/waiting       gone            due               wrong_state     waiting         not_connected
chat/absent        gone            wrong_state       wrong_state     not_connected   not_connected
chat/offered       gone            offered           wrong_state     offered         not_connected
chat/connected     wrapping        wrong_state       wrong_state     connected       connected
chat/wrapping      wrong_state     wrong_state       wrong_state     not_connected   not_connected
chat/gone          unknown_contact unknown_contact   unknown_contact unknown_contact not_connected
callback/due       wrong_state     wrong_state       gone            not_connected   not_connected
callback/offered   wrong_state     wrong_state       gone            not_connected   not_connected
callback/dialling  wrong_state     wrong_state       wrong_state     not_connected   not_connected
callback/connected wrapping        wrong_state       wrong_state     not_connected   not_connected
callback/wrapping  wrong_state     wrong_state       wrong_state     not_connected   not_connected

state              AcceptOffer     DeclineOffer      CloseContact    FinishWrapUp
chat/waiting       offer_ended     offer_ended       unknown_contact unknown_contact
chat/absent        offer_ended     offer_ended       unknown_contact unknown_contact
chat/offered       connected       waiting           unknown_contact unknown_contact
chat/connected     offer_ended     offer_ended       wrapping        wrong_state
chat/wrapping      offer_ended     offer_ended       wrong_state     gone
chat/gone          offer_ended     offer_ended       unknown_contact unknown_contact
callback/due       offer_ended     offer_ended       unknown_contact unknown_contact
callback/offered   dialling        due               unknown_contact unknown_contact
callback/dialling  offer_ended     offer_ended       wrong_state     wrong_state
callback/connected offer_ended     offer_ended       wrapping        wrong_state
callback/wrapping  offer_ended     offer_ended       wrong_state     gone

state              ReportReached   ReportUnreachable RequestChat     RequestChat:same_id
chat/waiting       unknown_contact unknown_contact   already_open    duplicate_id
chat/absent        unknown_contact unknown_contact   already_open    duplicate_id
chat/offered       unknown_contact unknown_contact   already_open    duplicate_id
chat/connected     attempt_ended   attempt_ended     already_open    duplicate_id
chat/wrapping      attempt_ended   attempt_ended     wrapping        duplicate_id
chat/gone          unknown_contact unknown_contact   gone            offered
callback/due       unknown_contact unknown_contact   already_open    duplicate_id
callback/offered   unknown_contact unknown_contact   already_open    duplicate_id
callback/dialling  connected       gone              already_open    duplicate_id
callback/connected attempt_ended   attempt_ended     already_open    duplicate_id
callback/wrapping  attempt_ended   attempt_ended     wrapping        duplicate_id
"""
"""What becomes of the contact when its own ASC, or the agent who holds or was offered it, commands; or the refusal."""

COMMANDS = {
    "LeaveContact": leaves("it"),
    "ConvertToCallback": converts("it"),
    "CancelCallback": cancels("it"),
    "PostMessage": writes("it"),
    "PostMessage:agent": answers("ann", "it"),
    "AcceptOffer": accepts_number("ann", 1),
    "DeclineOffer": lambda story: story.do(cmd.DeclineOffer(story.number("ann"), 1, "")),
    "CloseContact": closes("ann", "it"),
    "FinishWrapUp": finishes("ann", "it"),
    "ReportReached": reaches("ann", "it"),
    "ReportUnreachable": misses("ann", "it"),
    "RequestChat": chat("another", by="it"),
    "RequestChat:same_id": chat("it", by="somebody else"),
}

OF_OTHERS = {
    "LeaveContact": (leaves("it", by="other"), "unknown_contact"),
    "ConvertToCallback": (converts("it", by="other"), "unknown_contact"),
    "CancelCallback": (cancels("it", by="other"), "unknown_contact"),
    "PostMessage": (writes("it", by="other"), "unknown_contact"),
    "PostMessage:agent": (answers("ben", "it"), "not_connected"),
    "AcceptOffer": (accepts_number("ben", 1), "offer_ended"),
    "DeclineOffer": (lambda story: story.do(cmd.DeclineOffer(story.number("ben"), 1, "")), "offer_ended"),
    "CloseContact": (closes("ben", "it"), "unknown_contact"),
    "FinishWrapUp": (finishes("ben", "it"), "unknown_contact"),
    "ReportReached": (reaches("ben", "it"), "unknown_contact"),
    "ReportUnreachable": (misses("ben", "it"), "unknown_contact"),
}
"""The same commands by somebody else, and the one answer that they get in every state."""


def cells():
    """(channel, state, command, outcome) for each cell of the table."""
    for part in TABLE.strip().split("\n\n"):
        head, *rows = [line.split() for line in part.splitlines()]
        for place, *outcomes in rows:
            for command, outcome in zip(head[1:], outcomes, strict=True):
                yield (*place.split("/"), command, outcome)


def test_the_table_is_complete():
    """Every state, and every command that people give about a contact, has its cell."""
    about_contacts = {kind.__name__ for kind in cmd.COMMANDS[7:]} - {"SignIn", "SetStatus"}

    assert about_contacts == {command.partition(":")[0] for command in COMMANDS}
    assert {(*place, command) for place in WAYS for command in COMMANDS} == {cell[:3] for cell in cells()}


@pytest.mark.parametrize(("channel", "state", "command", "outcome"), list(cells()))
def test_every_state_with_every_command(channel, state, command, outcome):
    """A command moves the contact as the table says, or is refused, and then nothing at all has changed."""
    story = reached(channel, state)

    code = refusal(story, COMMANDS[command])

    assert outcome == (code or state_of(story, "it"))


@pytest.mark.parametrize("command", OF_OTHERS)
@pytest.mark.parametrize(("channel", "state"), WAYS)
def test_every_state_with_every_command_of_others(channel, state, command):
    """Nobody else moves a contact, nor learns from the answer in which state it is, or that it is there."""
    story = reached(channel, state)
    asc_number(story, "other")
    step, code = OF_OTHERS[command]

    assert code == refusal(story, step)
