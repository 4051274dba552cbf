"""Only frames of the protocol get in; all else is refused with the place of the fault and without its content."""

import json

import pytest

from router.wire import frames
from router.wire.frames import FrameError, canonical_bytes, decode_frame

EXAMPLES = [
    {"t": "auth", "token": "abc"},
    {"t": "auth", "token": "abc", "session": 123},
    {"t": "beat"},
    {"t": "sync", "contact": 5521},
    {"t": "chat.request", "id": 1, "product": "expense", "language": "pt-BR", "topic": ""},
    {"t": "chat.leave", "id": 2, "contact": 5521},
    {"t": "msg.send", "id": 3, "contact": 2**53 - 1, "text": "Grüße 👩‍👩‍👧\n"},
    {"t": "callback.request", "id": 4, "contact": 5521, "number": "030 901820", "region": "DE"},
    {"t": "callback.cancel", "id": 5, "contact": 5521},
    {"t": "agent.sign_in", "id": 6, "products": ["expense"], "languages": ["en"], "capacity": 3},
    {"t": "agent.status", "id": 7, "status": "break", "reason": "lunch"},
    {"t": "offer.accept", "id": 8, "offer": 31},
    {"t": "offer.decline", "id": 9, "offer": 31},
    {"t": "contact.close", "id": 10, "contact": 5521},
    {"t": "wrapup.finish", "id": 11, "contact": 5521},
    {"t": "dial.reached", "id": 12, "contact": 5521, "attempt": 1},
    {"t": "dial.failed", "id": 13, "contact": 5521, "attempt": 1, "failure": "busy"},
    {"t": "colleagues"},
    {"t": "watch", "line": "expense/pt-BR"},
    {"t": "watch", "line": None},
    {
        "t": "chat.request", "id": 14, "product": "travel", "language": "de", "topic": "", "impact": "everybody",
        "other_language": True,
    },
    {
        "t": "callback.ask", "id": 15, "product": "travel", "language": "de", "topic": "", "number": "030 901820",
        "region": "DE", "window_from": 1, "window_to": 2,
    },
    {"t": "callback.return", "id": 16, "contact": 5521},
    {"t": "case.open", "id": 17, "product": "travel", "language": "de", "topic": ""},
    {
        "t": "agent.sign_in", "id": 18, "products": ["expense"], "languages": ["en"], "capacity": 3, "pool": "seniors",
        "levels": [5], "shift_ends": 1,
    },
    {"t": "agent.status", "id": 19, "status": "break", "reason": "", "when_free": True},
    {"t": "contact.transfer", "id": 20, "contact": 5521, "line": "expense/en", "note": "Has the receipt"},
    {"t": "contact.transfer", "id": 21, "contact": 5521, "pool": "seniors"},
    {"t": "contact.transfer", "id": 22, "contact": 5521, "agent": 8},
    {"t": "wrapup.finish", "id": 23, "contact": 5521, "reason": "how_to", "outcome": "solved"},
    {"t": "wrapup.extend", "id": 24, "contact": 5521},
    {"t": "priority.confirm", "id": 25, "contact": 5521, "priority": 1},
    {"t": "incident.link", "id": 26, "contact": 5521, "incident": "INC-4711"},
    {"t": "dial.ring", "id": 27, "contact": 5521, "number": "030 901820", "region": "DE"},
    {
        "t": "callback.book", "id": 28, "contact": 5521, "number": "030 901820", "window_from": 1, "window_to": 2,
        "with_me": True,
    },
    {"t": "callback.drop", "id": 29, "contact": 5521, "reason": "settled"},
    {"t": "contact.move", "id": 30, "contact": 5521, "line": "expense/en"},
    {"t": "contact.pull", "id": 31, "contact": 5521},
    {"t": "contact.prioritise", "id": 32, "contact": 5521, "priority": 2},
    {"t": "line.open", "id": 33, "line": "expense/en", "open": False},
    {"t": "agent.force", "id": 34, "agent": 7, "status": "offline", "reason": "left"},
    {
        "t": "call.report", "id": 35, "product": "expense", "language": "en", "asc": 1001, "name": "Dana",
        "company": "Acme", "company_id": 5, "topic": "",
    },
    {"t": "call.end", "id": 36, "contact": 5521},
    {"t": "call.callback", "id": 37, "contact": 5521, "number": "030 901820", "window_from": 0, "window_to": 0},
    {
        "t": "call.ask_callback", "id": 38, "product": "expense", "language": "en", "asc": 1001, "name": "Dana",
        "company": "Acme", "company_id": 5, "topic": "", "number": "030 901820", "window_from": 0, "window_to": 0,
    },
]  # fmt: skip
OPTIONAL = {
    "session", "region", "reason", "outcome", "note", "impact", "other_language", "with_me", "pool", "levels",
    "shift_ends", "when_free",
}  # fmt: skip
"""Fields that may be left out; some more of single frames."""
OPTIONAL_OF = {
    "callback.ask": {"window_from", "window_to"},
    "contact.transfer": {"line", "pool", "agent"},
    "call.report": {"topic"},
    "call.callback": {"window_from", "window_to"},
    "call.ask_callback": {"topic", "window_from", "window_to"},
}
NULL_ALLOWED = {"session", "region"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["t"])
def test_every_frame_of_the_protocol_is_read(example):
    """What the reference describes is accepted, and nothing in it changes."""
    frame = decode_frame(json.dumps(example))

    assert example == frame.model_dump(exclude_unset=True, mode="json")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["t"])
@pytest.mark.parametrize("wrong", [None, True, 1.5, "1", [1], {"$gt": ""}, -1, 0, 2**53, 10**400])
def test_a_wrong_type_is_never_taken_for_a_right_one(example, wrong):
    """No field accepts a value of another type: `true` is no id, a list is no id, 1.0 is no whole number."""
    for name, value in example.items():
        if name == "t" or (wrong is None and (name in NULL_ALLOWED or name in OPTIONAL_OF.get(example["t"], ()))):
            continue
        if wrong is None and example["t"] == "watch":
            continue  # into no line any more
        if type(wrong) is type(value) and (isinstance(value, bool) or name == "levels"):
            continue  # another one of the same kind
        if wrong == 0 and type(wrong) is int and name in ("window_from", "window_to", "shift_ends"):
            continue  # 0: none is meant
        if type(wrong) is type(value) and isinstance(value, str):
            continue  # another string may be as good
        with pytest.raises(FrameError):
            decode_frame(json.dumps({**example, name: wrong}))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["t"])
def test_unknown_and_missing_fields_are_refused(example):
    """A frame has exactly its fields."""
    with pytest.raises(FrameError):
        decode_frame(json.dumps({**example, "__proto__": 1}))
    for name in example:
        if name not in OPTIONAL | OPTIONAL_OF.get(example["t"], set()):
            with pytest.raises(FrameError):
                decode_frame(json.dumps({key: value for key, value in example.items() if key != name}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"17",
        b"[" * 100_000,
        b'{"t":"base"}',
        b'{"t":["beat"]}',
        b'{"t":"beat"} {"t":"beat"}',
        b"\xff\xfe",
        b'\xef\xbb\xbf{"t":"beat"}',
        b'{"t":"sync","contact":NaN}',
        b'{"t":"sync","contact":Infinity}',
        b'{"t":"sync","contact":1e400}',
        b'{"t":"sync","contact":' + b"9" * 4_000 + b"}",
        b'{"t":"msg.send","id":1,"contact":1,"text":"\\ud800"}',
        b'{"t":"msg.send","id":1,"contact":1,"text":"a\\u0000b"}',
        b'{"t":"msg.send","id":1,"contact":1,"text":""}',
        b'{"t":"msg.send","id":1,"contact":1,"text":" \\n\\t\\u200b\\u0007"}',
        b'{"t":"msg.send","id":1,"contact":1,"text":"' + b"x" * 4_001 + b'"}',
        b'{"t":"chat.request","id":1,"product":"a/b","language":"en","topic":""}',
        b'{"t":"chat.request","id":1,"product":"expense","language":"EN","topic":""}',
        b'{"t":"agent.sign_in","id":1,"products":[],"languages":["en"],"capacity":3}',
        b'{"t":"agent.sign_in","id":1,"products":["a"],"languages":["en"],"capacity":21}',
        b'{"t":"agent.status","id":1,"status":"break","reason":"Call me: +49 30 901820"}',
    ],
)
def test_hostile_frames_are_refused(data):
    """Whatever is not of the protocol is one clear error, whatever its size or nesting."""
    with pytest.raises(FrameError):
        decode_frame(data)


def test_an_error_does_not_repeat_what_was_sent():
    """What people typed does not reach logs or close reasons through an error."""
    with pytest.raises(FrameError) as caught:
        decode_frame('{"t":"msg.send","id":1,"contact":1,"text":"","secret":"hunter2"}')
    with pytest.raises(FrameError) as tag:
        decode_frame('{"t":"hunter2"}')

    assert "hunter2" not in str(caught.value) + str(tag.value)
    assert "msg.send.text" in str(caught.value)


def test_a_repetition_has_the_same_canonical_bytes():
    """Order of fields and spacing make no difference to what an operation is; its content does."""
    one = decode_frame('{"t":"msg.send","id":3,"contact":5521,"text":"é"}')
    same = decode_frame('{ "text":"\\u00e9", "contact":5521, "id":3, "t":"msg.send" }')
    other = decode_frame('{"t":"msg.send","id":3,"contact":5521,"text":"e"}')

    assert canonical_bytes(one) == canonical_bytes(same)
    assert canonical_bytes(one) != canonical_bytes(other)


def test_a_message_takes_no_short_cut_past_the_rules():
    """A message whose kind stands in front is read, refused and hashed as the union of all frames would have it."""
    texts = ['é \u2028 \x7f \t" \\ /', "\U0001f600", "x" * 4_000, "", " \n", "x" * 4_001]
    ends = [f',"text":{json.dumps(text)}}}' for text in texts] + [
        "}", ',"text":1}', ',"text":"a","t":"beat"}', ',"text":"a","more":1}', ',"text":"\\ud800"}', ',"text":"a"} x',
    ]  # fmt: skip
    for end in ends:
        inside = '"id":3,"contact":5521' + end
        short, long = f'{{"t":"msg.send",{inside}'.encode(), f'{{"t": "msg.send",{inside}'.encode()

        assert _read(long) == _read(short)
        if isinstance(frame := _read(short), frames.MsgSend):
            assert canonical_bytes(frame) == frames.canonical_message(frame, frames.encode(frame.text))


def _read(data: bytes) -> frames.ClientFrame | str:
    try:
        return decode_frame(data)
    except FrameError as error:
        return str(error)


def test_server_frames_are_as_documented():
    """Frames of the server carry the documented fields and nothing that was not said."""
    assert {"t": "ack", "id": 17, "at": 5, "contact": 5521, "o": 4} == json.loads(frames.ack(17, 5, 5521, 4))
    assert {"t": "ack", "id": 17, "at": 5} == json.loads(frames.ack(17, 5, 0, 0))
    assert {"t": "nack", "id": 1, "code": "op_gap", "message": "m", "final": False, "next": 7} == json.loads(
        frames.nack(1, "op_gap", "m", final=False, next=7)
    )
    assert {"t": "ev", "s": "chat:5", "o": 2, "e": "9f", "at": 3, "k": "message", "d": {"text": "ü"}} == json.loads(
        frames.event(5, 2, "9f", 3, "message", {"text": "ü"})
    )
    words = {"by": "asc", "name": "D", "text": "ü"}
    assert {"t": "ev", "s": "chat:5", "o": 2, "e": "9f", "at": 3, "k": "message", "d": words} == json.loads(
        frames.message(5, 2, "9f", 3, "asc", frames.encode({"name": "D", "text": "ü"}))
    )
    assert {"by": "asc", "name": "", "text": ""} == json.loads(frames.message(5, 2, "9f", 3, "asc", b"{}"))["d"]
    assert {"t": "snap", "s": "chat:5", "d": {"o": 1}} == json.loads(frames.snapshot(5, {"o": 1}))
    assert {"t": "st", "s": "queue:5", "ver": 2, "d": {}} == json.loads(frames.state("queue:5", 2, {}))
    for protocol in frames.PROTOCOLS:
        assert {"t": "hello", "protocol": protocol, "hb_ms": 25_000} == json.loads(frames.HELLO[protocol])
