"""Commands survive the journal unchanged, and what a program does not know stops it."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

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
        b'["PolicyChanged",{"lines":[{"key":"expense/en","product":"expense","language":"en","steps":[{"after_'
        b'ms":0,"pools":[],"min_level":1,"languages":[]}],"strategy":"longest_idle","queue_limit":500,"preferr'
        b'ed_ms":0,"auto_accept":false,"join_empty":"never","leave_empty":"never","case_limit":1000}],"hours":{"source":"a4cb491'
        b'd6106fa46","from_ms":0,"horizon_ms":86400000,"calendars":[[[0,9007199254740991]],[[28800000,64800000'
        b']]],"lines":[{"line":"expense/en","chat":0,"phone":0}],"languages":[{"language":"en","calendar":0}],'
        b'"work":[0,0,1,1]},"offer_timeout_ms":20000,"agent_grace_ms":30000,"asc_grace_ms":120000,"wrap_up_ms"'
        b':[60000,60000,60000,60000],"wrap_up_extension_ms":60000,"max_extensions":3,"reason_required":false,"'
        b'short_abandon_ms":10000,"no_answer_back_off_ms":10000,"decline_back_off_ms":10000,"busy_back_off_ms"'
        b':30000,"max_no_answer":2,"quiet_warning_ms":300000,"quiet_parking_ms":480000,"parking_limit_ms":3600'
        b'000,"shift_end_stop_ms":300000,"shift_end_grace_ms":900000,"triage_credit_ms":900000,"triage_target_'
        b'ms":60000,"message_limit":2000,"session_limit":16,"session_expiry_ms":86400000,"node_silence_ms":150'
        b'00,"callbacks":{"enabled":true,"mode":"keep_place","reserve":0,"offer_after_ms":0,"offer_queue_lengt'
        b'h":0,"offer_expected_wait_ms":0,"drain":"promise","drain_lead_ms":300000,"max_draining":3,"promise_m'
        b's":1800000,"slot_ms":1800000,"slot_capacity":10,"slot_horizon_ms":604800000,"quiet_from_min":0,"quie'
        b't_to_min":0,"retry_no_answer_ms":[600000,3600000],"retry_busy_ms":[300000,900000],"retry_voicemail_m'
        b's":[],"retry_invalid_ms":[],"max_in_flight":0,"cut_off_ms":0,"lifetime_ms":604800000,"most_per_asc":3},"estimates":{"'
        b'enabled":true,"handle_ms":600000,"patience_ms":300000,"announcements":{"min_interval_ms":30000,"chan'
        b'ge_ms":30000,"change_percent":30,"slower_percent":10,"places":"more","place_limit":20},"promises":{"'
        b'unit_ms":300000,"least_ms":900000}},"priority_credit_ms":[0,0,0,0],"passed_hold_ms":60000,'
        b'"response_target_ms":[0,0,0,0],"silent_idle_ms":60000,"silent_after_ms":180000,"company_limit":0},"{}"]'
    ),
    cmd.CalendarExtended: (
        b'["CalendarExtended",{"source":"a4cb491d6106fa46","from_ms":0,"horizon_ms":86400000,"calendars":[[[0,'
        b'9007199254740991]],[[28800000,64800000]]],"lines":[{"line":"expense/en","chat":0,"phone":0}],"langua'
        b'ges":[{"language":"en","calendar":0}],"work":[0,0,1,1]}]'
    ),
    cmd.ConnectSession: b'["ConnectSession",11,"asc:1001","asc","desk-1",3,7]',
    cmd.DisconnectSession: b'["DisconnectSession",11,"desk-1",3,7]',
    cmd.RequestChat: b'["RequestChat",5521,1001,9,"expense/en","everybody",true]',
    cmd.ReportCall: b'["ReportCall",5521,1001,9,"expense/en","one",false]',
    cmd.OpenCase: b'["OpenCase",5521,1001,9,"expense/en"]',
    cmd.LeaveContact: b'["LeaveContact",5521,1001]',
    cmd.ConvertToCallback: b'["ConvertToCallback",5521,1001,"3fa0",7200000,9000000,[[100,200]]]',
    cmd.RequestCallback: b'["RequestCallback",5521,1001,9,"expense/en","3fa0",0,0,[]]',
    cmd.ReturnToChat: b'["ReturnToChat",5521,1001]',
    cmd.CancelCallback: b'["CancelCallback",5521,1001]',
    cmd.PostMessage: b'["PostMessage",5521,"asc",1001]',
    cmd.SignIn: b'["SignIn",7,["expense"],["en","fr"],3,"seniors",[4],3600000]',
    cmd.SetStatus: b'["SetStatus",7,"break","lunch",true]',
    cmd.AcceptOffer: b'["AcceptOffer",7,31]',
    cmd.DeclineOffer: b'["DeclineOffer",7,31,"busy"]',
    cmd.CloseContact: b'["CloseContact",7,5521]',
    cmd.FinishWrapUp: b'["FinishWrapUp",7,5521,"login","solved"]',
    cmd.ExtendWrapUp: b'["ExtendWrapUp",7,5521]',
    cmd.ConfirmPriority: b'["ConfirmPriority",7,5521,2]',
    cmd.LinkIncident: b'["LinkIncident",7,5521,"INC-7"]',
    cmd.Transfer: b'["Transfer",7,5521,"","seniors",0]',
    cmd.RingAsc: b'["RingAsc",7,5521,"3fa0"]',
    cmd.BookCallback: b'["BookCallback",7,5521,5522,"3fa0",7200000,9000000,[],true]',
    cmd.DropCallback: b'["DropCallback",7,5521,"settled"]',
    cmd.ReportReached: b'["ReportReached",7,5521,4]',
    cmd.ReportUnreachable: b'["ReportUnreachable",7,5521,4,"busy"]',
    cmd.MoveContact: b'["MoveContact",2,5521,"travel/en"]',
    cmd.PullContact: b'["PullContact",2,5521]',
    cmd.RaisePriority: b'["RaisePriority",2,5521,1]',
    cmd.OpenLine: b'["OpenLine",2,"travel/en",false]',
    cmd.ForceStatus: b'["ForceStatus",2,7,"offline","gone home"]',
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
        b'["SignIn",7,"expense",["en"],3,"",[],0]',
        b'["SignIn",7,[1],["en"],3,"",[],0]',
        b'["SignIn",7,["expense"],["en"],3,"",["3"],0]',
        b'["RequestChat",5521,1001,9,"expense/en","all",false]',
        b'["RequestChat",5521,1001,9,"expense/en"]',
        b'["ConvertToCallback",5521,1001,"3fa0",0,0,[[1,2,3]]]',
        b'["PolicyChanged",{"lines":[]},"{}"]',
        b'["PolicyChanged",[],"{}"]',
    ],
)
def test_what_is_not_understood_stops_with_its_offset(data):
    """An entry of another kind or shape is never guessed at, and the error says where it stands."""
    with pytest.raises(UnknownEntry, match="entry 42 ") as caught:
        decode_command(data, COMMAND_VERSION, 42)

    assert 42 == caught.value.offset


def test_a_message_has_the_bytes_of_any_command():
    """Messages are written by a shorter way than other commands, to the same bytes."""
    for party in ("asc", "agent"):
        command = cmd.PostMessage(ContactId(2**53 - 1), party, 17)

        assert to_json(("PostMessage", 2**53 - 1, party, 17)) == encode_command(command)


def test_another_version_is_not_read():
    """A newer program's entries are not folded by an older one."""
    with pytest.raises(UnknownEntry, match="its version is 3"):
        decode_command(GOLDEN[cmd.TimePassed], 3, 9)


FIRST = {
    b'["RequestChat",5521,1001,9,"expense/en"]': cmd.RequestChat(5521, 1001, 9, "expense/en"),
    b'["SignIn",7,["expense"],["en","fr"],3]': cmd.SignIn(7, ("expense",), ("en", "fr"), 3),
    b'["ConvertToCallback",5521,1001,"3fa0"]': cmd.ConvertToCallback(5521, 1001, "3fa0"),
    b'["FinishWrapUp",7,5521]': cmd.FinishWrapUp(7, 5521),
    b'["TimePassed"]': cmd.TimePassed(),
}
"""What journals of the first version hold, and what it is today."""


@pytest.mark.parametrize("data", FIRST)
def test_the_first_version_is_read(data):
    """A journal of an earlier program goes on; fields that were added since have their defaults."""
    assert FIRST[data] == decode_command(data, 1, 9)


def test_rules_that_came_later_have_defaults():
    """A policy that was journaled before a rule was there is read with what holds where nobody says otherwise."""
    data = GOLDEN[cmd.PolicyChanged].replace(b',"passed_hold_ms":60000', b"").replace(b',"case_limit":1000', b"")

    assert decode_command(GOLDEN[cmd.PolicyChanged], 2, 9) == decode_command(data, 2, 9)
    older = data[: data.index(b',"response_target_ms"')] + b'},"{}"]'
    policy = decode_command(older, 2, 9).policy
    assert ((0, 0, 0, 0), 0) == (policy.response_target_ms, policy.silent_after_ms)
    with pytest.raises(UnknownEntry, match="needs the fields"):
        decode_command(data.replace(b'"queue_limit":500,', b""), 2, 9)


def test_a_policy_of_the_first_version_is_compiled_anew():
    """Its document stands in the entry; the settings that moved are found."""
    document = '{"products":["expense"],"languages":["en"],"queue_limit":7,"callbacks":false,"wrap_up":"30 s"}'
    entry = encode_command(cmd.TimePassed()).replace(b'"TimePassed"', b'"PolicyChanged",{},' + to_json(document))

    policy = decode_command(entry, 1, 9).policy

    assert (7, False, 30_000) == (policy.lines[0].queue_limit, policy.callbacks.enabled, policy.wrap_up_ms[0])


def test_events_and_states_have_one_form():
    """Two runs can be compared byte by byte; bytes inside appear in hexadecimal."""
    desk = Desk()
    desk.advance(5)

    assert b'["MessagePosted",5521,2,"asc",1001]\n' == event_bytes(MessagePosted(ContactId(5521), 2, "asc", 1001))
    assert b'["OpRecorded",11,1,"00ff","",0,0]\n' == event_bytes(OpRecorded(SessionId(11), 1, b"\x00\xff", "", 0, 0))
    assert state_bytes(desk.snapshot()) == state_bytes(desk.snapshot())
    assert state_hash(Desk().snapshot()) != state_hash(desk.snapshot())
