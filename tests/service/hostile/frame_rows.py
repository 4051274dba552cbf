"""Frames after signing in: what they may not hold, whoever sends them. Their form is tested in `rfc6455`."""

import json
from typing import Any, Final

from router.service.auth import Role
from tests.service.hostile.row import Row
from tests.service.raw import close, frame

MALFORMED: Final = "closed 4400"
FORBIDDEN: Final = "closed 4403"
TOO_BIG: Final = "closed 1009"
UNKNOWN: Final = "nack unknown_contact"


def _text(what: str, text: str | bytes, expect: str = MALFORMED, group: str = "JSON", role: Role = "agent") -> Row:
    return Row(group, what, frame(text), expect, "signed in", role)


def _value(what: str, value: str, expect: str = MALFORMED) -> Row:
    """An operation number given as this piece of JSON."""
    return _text(f"a number that is {what}", f'{{"t":"contact.close","id":{value},"contact":1}}', expect)


def _do(what: str, t: str, expect: str = MALFORMED, role: Role = "agent", **fields: Any) -> Row:
    """An operation under the right number."""
    operation = {"t": t, "id": 1, **fields}
    return _text(what, json.dumps(operation), expect, group=t, role=role)


def _ask(what: str, expect: str, *operations: dict[str, Any], role: Role = "agent") -> Row:
    """Several operations at once, numbered."""
    sends = b"".join(frame(json.dumps({"id": number, **each})) for number, each in enumerate(operations, 1))
    return Row("operations", what, sends, expect, "signed in", role)


CHAT: Final = {"t": "chat.request", "product": "expense", "language": "en", "topic": ""}
CLOSE: Final = {"t": "contact.close", "contact": 4_711}

SIZES: Final = (
    _text("70,000 bytes", b" " * 70_000, TOO_BIG, "size"),
    _text("17,000 bytes of an ASC", b" " * 17_000, TOO_BIG, "size", role="asc"),
    Row("size", "in 5,000 packets", frame('{"t":"beat"}' + " " * 4_982), "beat", "signed in", cpu_ms=400, slices=1),
    Row("size", "two thousand beats at once", frame('{"t":"beat"}') * 2_000, "beat", "signed in", cpu_ms=400),
    Row("size", "text behind a close", close(1000) + frame("hello") * 1_000, "closed 1000", "signed in"),
)

SYNTAX: Final = (
    _text("nothing", ""),
    _text("null", "null"),
    _text("an array", "[]"),
    _text("a text", '"beat"'),
    _text("a number", "17"),
    _text("an empty object", "{}"),
    _text("two objects", '{"t":"beat"}{"t":"beat"}'),
    _text("half an object", '{"t":"beat"'),
    _text("a comment", '{"t":"beat"}//'),
    _text("single quotes", "{'t':'beat'}"),
    _text("sixty thousand open arrays", "[" * 60_000),
    _text("sixty thousand open objects", '{"t":' * 10_000),
    _text("a byte order mark", '\ufeff{"t":"beat"}'),
    _text("UTF-16", '{"t":"beat"}'.encode("utf-16"), "closed 1007"),
    _text("a NUL behind it", '{"t":"beat"}\0'),
    _text("the same key twice, the last one unknown", '{"t":"beat","t":"base"}'),
    _text("the same key twice, the last one right", '{"t":"base","t":"beat"}', "beat"),
    _text("a type that is a list", '{"t":["beat"]}'),
    _text("a type that is unknown", '{"t":"base"}'),
    _text("a type of the server", '{"t":"ready"}'),
    _text("a type in capitals", '{"t":"BEAT"}'),
    _text("a type of ten kilobytes", json.dumps({"t": "x" * 10_000})),
    _text("an unknown field", '{"t":"beat","x":1}'),
    _text("__proto__", '{"t":"beat","__proto__":{"role":"supervisor"}}'),
    _text("constructor", '{"t":"beat","constructor":{}}'),
    _text("a number without a type", '{"id":1}'),
)

NUMBERS: Final = (
    _value("NaN", "NaN"),
    _value("Infinity", "Infinity"),
    _value("1e400", "1e400"),
    _value("-0", "-0"),
    _value("0", "0"),
    _value("-1", "-1"),
    _value("1.0", "1.0"),
    _value("1e0", "1e0"),
    _value("01", "01"),
    _value("true", "true"),
    _value("null", "null"),
    _value("a text", '"1"'),
    _value("an empty text", '""'),
    _value("a text of ten kilobytes", f'"{"x" * 10_000}"'),
    _value("an emoji", '"👋"'),
    _value("a list", "[1]"),
    _value("an object", '{"$gt":0}'),
    _value("2^53", str(2**53)),
    _value("2^63", str(2**63)),
    _value("of four thousand digits", "9" * 4_000),
    _value("of fifty thousand digits", "9" * 50_000),
    _value("a left-out one", "3", "nack op_gap"),
)

OPERATIONS: Final = (
    _do("an id that is true", "contact.close", contact=True),
    _do("an id in a list", "contact.close", contact=[1]),
    _do("an id in an object", "contact.close", contact={"$gt": 0}),
    _do("an id that is a text", "contact.close", contact="1"),
    _do("an id beyond 53 bits", "contact.close", contact=2**60),
    _do("of nobody's contact", "contact.close", UNKNOWN, contact=4_711),
    _do("of nobody's offer", "offer.accept", "nack offer_ended", offer=4_711),
    _do("to nobody's contact", "msg.send", "nack not_connected", contact=4_711, text="hello"),
    _do("of another role", "chat.request", FORBIDDEN, product="expense", language="en", topic=""),
    _do("of another role", "agent.status", FORBIDDEN, "asc", status="available"),
    _do("of another role", "chat.leave", FORBIDDEN, "supervisor", contact=1),
    _do("for another ASC", "chat.request", role="asc", product="expense", language="en", topic="", asc=1),
    _do("empty", "msg.send", contact=1, text=""),
    _do("white space", "msg.send", contact=1, text=" \t\n\u2003"),
    _do("control characters", "msg.send", contact=1, text="\x01\x1b\u200b\u202e"),
    _do("a NUL", "msg.send", contact=1, text="a\0b"),
    _do("4,001 letters", "msg.send", contact=1, text="x" * 4_001),
    _do("ten thousand combining marks", "msg.send", contact=1, text="a" + "\u0301" * 10_000),
    _do("half a letter", "msg.send", contact=1, text="\ud800"),
    _do("letters from right to left", "msg.send", "nack not_connected", contact=4_711, text="\u202egnp.exe"),
    _do("markup", "msg.send", "nack not_connected", contact=4_711, text="<script>alert(1)</script>"),
    _do("an object for a text", "msg.send", contact=1, text={"$gt": ""}),
    _do("a list for a text", "msg.send", contact=1, text=["hello"]),
    _do("null for a text", "msg.send", contact=1, text=None),
    _do("a number for a text", "msg.send", contact=1, text=17),
    _do("a letter under marks", "msg.send", "nack not_connected", contact=4_711, text="Z" + "\u0335\u0489" * 100),
    _do("a product that is a path", "chat.request", role="asc", product="../../etc", language="en", topic=""),
    _do("a product of nobody", "chat.request", "nack unknown_line", "asc", product="x", language="en", topic=""),
    _do("a language that is none", "chat.request", role="asc", product="expense", language="EN", topic=""),
    _do("a topic of 501 letters", "chat.request", role="asc", product="expense", language="en", topic="x" * 501),
    _do("a number of 41 letters", "callback.request", role="asc", contact=1, number="1" * 41),
    _do("a region that is none", "callback.request", role="asc", contact=1, number="1", region="de"),
    _do("a number that is none", "callback.request", UNKNOWN, "asc", contact=1, number="+"),
    *(
        _do(f"a capacity of {capacity}", "agent.sign_in", products=["expense"], languages=["en"], capacity=capacity)
        for capacity in (-1, 0, 21, 10**9, 0.5, "∞", None, True)
    ),
    _do("no product", "agent.sign_in", products=[], languages=["en"], capacity=1),
    _do("fifty-one products", "agent.sign_in", products=["a"] * 51, languages=["en"], capacity=1),
    _do("a skill of nobody", "agent.sign_in", "nack unknown_skill", products=["x"], languages=["en"], capacity=1),
    _do("a status that is none", "agent.status", status="asleep"),
    _do("a reason in free text", "agent.status", status="break", reason="Because I want to"),
    _do("a failure that is none", "dial.failed", contact=1, attempt=1, failure="moved"),
    _ask("one number for two things", f"{UNKNOWN}, nack id_conflict", CLOSE, {**CLOSE, "id": 1, "contact": 1}),
    _ask("the same again", f"{UNKNOWN}, {UNKNOWN}", CLOSE, {**CLOSE, "id": 1}),
    _ask("what was closed already", f"{UNKNOWN}, {UNKNOWN}", CLOSE, CLOSE),
    _ask("an offer twice at once", "nack offer_ended, nack offer_ended", *[{"t": "offer.accept", "offer": 9}] * 2),
    _ask("nobody's contact to nobody", UNKNOWN, {"t": "contact.transfer", "contact": 9, "agent": 9, "note": ""}),
    _ask("five chats at once", "nack already_open, " * 4 + "ack", *[CHAT] * 5, role="asc"),
    Row("sync", "nobody's contact", frame('{"t":"sync","contact":4711}') + frame('{"t":"beat"}'), "beat", "signed in"),
)  # fmt: skip

ROWS: Final = (*SIZES, *SYNTAX, *NUMBERS, *OPERATIONS)
