"""Commands survive the journal unchanged, and what a program does not know stops it."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.events import MessagePosted, OpRecorded
from router.core.ids import ContactId, SessionId
from router.wire.codec import (
    COMMAND_VERSION,
    UnknownEntry,
    decode_command,
    encode_command,
    event_bytes,
    state_bytes,
    state_hash,
)
from router.wire.policy import PolicyDocument, compile_policy

POLICY = compile_policy(PolicyDocument(products=["expense"], languages=["en"]))

GOLDEN = {
    cmd.NodeStarted: b'["NodeStarted","desk-1",3]',
    cmd.NodeBeat: b'["NodeBeat","desk-1",3]',
    cmd.NodeStopped: b'["NodeStopped","desk-1",3]',
    cmd.TimePassed: b'["TimePassed"]',
    cmd.PolicyChanged: (
        b'["PolicyChanged",{"lines":["expense/en"],"offer_timeout_ms":20000,"agent_grace_ms":30000,'
        b'"asc_grace_ms":120000,"wrap_up_ms":60000,"short_abandon_ms":10000,"no_answer_back_off_ms":10000,'
        b'"decline_back_off_ms":10000,"max_no_answer":2,"queue_limit":500,"message_limit":2000,"session_limit":16,'
        b'"session_expiry_ms":86400000,"node_silence_ms":15000,"callbacks":true,"priority_credit_ms":[0,0,0,0]},"{}"]'
    ),
    cmd.ConnectSession: b'["ConnectSession",11,"asc:1001","asc","desk-1",3,7]',
    cmd.DisconnectSession: b'["DisconnectSession",11,"desk-1",3,7]',
    cmd.RequestChat: b'["RequestChat",5521,1001,9,"expense/en"]',
    cmd.LeaveContact: b'["LeaveContact",5521,1001]',
    cmd.ConvertToCallback: b'["ConvertToCallback",5521,1001,"3fa0"]',
    cmd.CancelCallback: b'["CancelCallback",5521,1001]',
    cmd.PostMessage: b'["PostMessage",5521,"asc",1001]',
    cmd.SignIn: b'["SignIn",7,["expense"],["en","fr"],3]',
    cmd.SetStatus: b'["SetStatus",7,"break","lunch"]',
    cmd.AcceptOffer: b'["AcceptOffer",7,31]',
    cmd.DeclineOffer: b'["DeclineOffer",7,31,"busy"]',
    cmd.CloseContact: b'["CloseContact",7,5521]',
    cmd.FinishWrapUp: b'["FinishWrapUp",7,5521]',
    cmd.ReportReached: b'["ReportReached",7,5521,4]',
    cmd.ReportUnreachable: b'["ReportUnreachable",7,5521,4,"busy"]',
}
"""What lies in the journals of this version; a change here needs a new `COMMAND_VERSION`."""


def any_command() -> st.SearchStrategy[cmd.Command]:
    st.register_type_strategy(type(POLICY), st.just(POLICY))
    return st.one_of([st.builds(cls, **{f.name: st.from_type(f.type) for f in fields(cls)}) for cls in cmd.COMMANDS])


@settings(max_examples=300, deadline=None)
@given(any_command())
def test_every_command_survives_the_journal(command):
    """What is read from the journal equals what was written, field by field and type by type."""
    data = encode_command(command)

    read = decode_command(data, COMMAND_VERSION, 1)

    assert command == read
    assert data == encode_command(read)


@pytest.mark.parametrize("kind", cmd.COMMANDS)
def test_the_form_of_a_version_is_fixed(kind):
    """Journals of this version keep their bytes: nobody changes the order or names of fields in passing."""
    command = decode_command(GOLDEN[kind], COMMAND_VERSION, 1)

    assert kind is type(command)
    assert GOLDEN[kind] == encode_command(command)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"17",
        b"[]",
        b"\xff",
        b'["Nonsense",1]',
        b"[[1],2]",
        b'["PostMessage",5521,"asc"]',
        b'["PostMessage",5521,"asc",1001,1]',
        b'["PostMessage",5521,"boss",1001]',
        b'["PostMessage",5521,["asc"],1001]',
        b'["PostMessage","5521","asc",1001]',
        b'["PostMessage",true,"asc",1001]',
        b'["PostMessage",5521.0,"asc",1001]',
        b'["SignIn",7,"expense",["en"],3]',
        b'["SignIn",7,[1],["en"],3]',
        b'["PolicyChanged",{"lines":[]},"{}"]',
        b'["PolicyChanged",[],"{}"]',
    ],
)
def test_what_is_not_understood_stops_with_its_offset(data):
    """An entry of another kind or shape is never guessed at, and the error says where it stands."""
    with pytest.raises(UnknownEntry, match="entry 42 ") as caught:
        decode_command(data, COMMAND_VERSION, 42)

    assert 42 == caught.value.offset


def test_another_version_is_not_read():
    """A newer program's entries are not folded by an older one."""
    with pytest.raises(UnknownEntry, match="its version is 2"):
        decode_command(GOLDEN[cmd.TimePassed], 2, 9)


def test_events_and_states_have_one_form():
    """Two runs can be compared byte by byte; bytes inside appear in hexadecimal."""
    desk = Desk()
    desk.advance(5)

    assert b'["MessagePosted",5521,2,"asc",1001]\n' == event_bytes(MessagePosted(ContactId(5521), 2, "asc", 1001))
    assert b'["OpRecorded",11,1,"00ff","",0,0]\n' == event_bytes(OpRecorded(SessionId(11), 1, b"\x00\xff", "", 0, 0))
    assert state_bytes(desk.snapshot()) == state_bytes(desk.snapshot())
    assert state_hash(Desk().snapshot()) != state_hash(desk.snapshot())
